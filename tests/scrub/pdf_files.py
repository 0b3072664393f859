"""PDFs written by hand, with marks in every place that a PDF has for them, and the pictures out of a copy."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

PICTURE = re.compile(rb"/Width (\d+)/Height (\d+)/[^>]*/Length (\d+)>>stream\n")
XMP = (
    b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="CANARY">'
    b"<dc:creator>CANARY</dc:creator><xmp:CreateDate>CANARY</xmp:CreateDate><xmpMM:DocumentID>CANARY</xmpMM:DocumentID></x:xmpmeta>"
)


def stream(data: bytes, dictionary: bytes = b"", *, deflate: bool = False) -> bytes:
    if deflate:
        data, dictionary = zlib.compress(data), dictionary + b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (dictionary, len(data), data)


def written(objects: Sequence[bytes], trailer: bytes = b"", before: bytes = b"") -> bytes:
    """Objects from number 1 on, a table of offsets, a trailer whose root is object 1."""
    out, offsets = before + b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, count = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer, start)


def document(
    content: bytes = b"BT /F 24 Tf 20 100 Td (Hello) Tj ET",
    *,
    box: bytes = b"0 0 216 144",
    catalog: bytes = b"",
    page: bytes = b"",
    resources: bytes = b"",
    extra: Sequence[bytes] = (),
    trailer: bytes = b"",
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Catalog 1, pages 2, page 3, content 4, Helvetica 5; `extra` from 6 on."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>%s>>"
        % (box, resources, page),
        stream(content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *extra,
    )
    return written(objects, trailer, before) + after


def pictures(content: bytes) -> list[tuple[int, int, bytes]]:
    """Width, height and the dots, two a byte, of each page of a clean copy."""
    found = []
    for match in PICTURE.finditer(content):
        width, height, length = (int(number) for number in match.groups())
        found.append((width, height, zlib.decompress(content[match.end() : match.end() + length])))
    return found


@dataclass(frozen=True, slots=True)
class Mark:
    """`data`: a document with the word CANARY in one place. `removed`: kinds that must be told."""

    name: str
    data: bytes
    removed: frozenset[str]


def _mark(name: str, data: bytes, *removed: str) -> Mark:
    return Mark(name, data, frozenset(removed))


def _info(key: str) -> bytes:
    return document(trailer=b"/Info 6 0 R", extra=[b"<</%s(CANARY)>>" % key.encode()])


def _annotation(kind: str, more: str = "") -> bytes:
    body = b"<</Type/Annot/Subtype/%s/Rect[10 10 90 90]/Contents(CANARY)/T(CANARY)/M(D:20260102)%s>>"
    return document(page=b"/Annots[6 0 R]", extra=[body % (kind.encode(), more.encode())])


def _revised() -> bytes:
    """The word was on the page; a later revision of the page's content took it off."""
    old = document(b"BT /F 24 Tf 20 100 Td (CANARY) Tj ET")
    start = int(old.rpartition(b"startxref\n")[2].split()[0])
    body = b"4 0 obj\n%s\nendobj\n" % stream(b"BT /F 24 Tf 20 100 Td (Hello) Tj ET")
    table = b"xref\n4 1\n%010d 00000 n \n" % len(old)
    return (
        old
        + body
        + table
        + b"trailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            start,
            len(old) + len(body),
        )
    )


def _object_stream() -> bytes:
    """The information dictionary inside a compressed object stream, with a cross-reference stream."""
    plain = document()
    out = plain[: plain.index(b"xref\n0 ")]
    offsets = [plain.index(b"\n%d 0 obj" % number) + 1 for number in range(1, 6)]
    offsets.append(len(out))
    inner = b"7 0 <</Author(CANARY)/Producer(CANARY)>>"
    out += b"6 0 obj\n%s\nendobj\n" % stream(inner, b"/Type/ObjStm/N 1/First 4", deflate=True)
    start = len(out)
    rows = [b"\0" * 4] + [b"\1" + offset.to_bytes(2, "big") + b"\0" for offset in offsets]
    rows += [b"\2\0\6\0", b"\1" + start.to_bytes(2, "big") + b"\0"]
    table = stream(b"".join(rows), b"/Type/XRef/Size 9/W[1 2 1]/Root 1 0 R/Info 7 0 R/ID[(CANARY)(CANARY)]")
    return out + b"8 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)


def _drawn_below(cover: bytes) -> bytes:
    return document(b"BT /F 12 Tf 20 50 Td (CANARY) Tj ET " + cover)


def marks(jpeg: bytes) -> list[Mark]:
    """`jpeg`: one pixel or more, gray, with EXIF that holds the word."""
    form = b"/AcroForm<</Fields[6 0 R]/DA(/F 12 Tf)>>"
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(CANARY)/V(CANARY)/Rect[10 10 90 30]>>"
    attached = [b"<</Type/Filespec/F(CANARY.txt)/EF<</F 7 0 R>>>>", stream(b"CANARY", b"/Type/EmbeddedFile")]
    layer = b"/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]/Name(CANARY)>>>>"
    picture = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray"
    drawn = b"q 50 0 0 50 20 20 cm /I Do Q"
    dot = stream(b"\0", picture % (1, 1))
    return [
        *(_mark(f"info {key}", _info(key), code) for key, code in (
            ("Author", "author"), ("Title", "description"), ("Subject", "description"),
            ("Keywords", "description"), ("Creator", "software"), ("Producer", "software"),
            ("CreationDate", "date"), ("ModDate", "date"), ("Company", "author"),
            ("SourceModified", "date"), ("Aut#68or", "author"),
        )),
        _mark("info nobody foresaw", _info("SilboCustom")),
        _mark("info in an object stream", _object_stream(), "author", "software", "identifier"),
        _mark(
            "XMP", document(catalog=b"/Metadata 6 0 R", extra=[stream(XMP, b"/Type/Metadata/Subtype/XML")]),
            "author", "date", "identifier", "software", "description",
        ),
        _mark(
            "XMP, deflated",
            document(
                page=b"/Metadata 6 0 R", extra=[stream(XMP, b"/Type/Metadata/Subtype/XML", deflate=True)]
            ),
            "author", "date", "identifier",
        ),
        _mark("identifier", document(trailer=b"/ID[(CANARY)(CANARY)]"), "identifier"),
        *(_mark(f"annotation {kind}", _annotation(kind), "comment") for kind in (
            "Text", "Highlight", "Stamp", "Ink", "Popup",
        )),
        _mark("annotation FreeText", _annotation("FreeText"), "author", "date"),
        _mark("link", _annotation("Link", "/A<</S/URI/URI(http://CANARY)>>"), "link"),
        _mark("annotation with an appearance", document(
            page=b"/Annots[6 0 R]",
            extra=[
                b"<</Type/Annot/Subtype/Stamp/Rect[10 10 90 90]/F 4/AP<</N 7 0 R>>>>",
                stream(b"BT /F 12 Tf (CANARY) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 80 80]"),
            ],
        )),
        _mark("form field", document(catalog=form, page=b"/Annots[6 0 R]", extra=[field]), "form"),
        _mark("XFA", document(
            catalog=b"/AcroForm<</Fields[]/XFA 6 0 R>>", extra=[stream(b"<xdp>CANARY</xdp>")]
        ), "form"),
        _mark("script at opening", document(
            catalog=b"/OpenAction<</S/JavaScript/JS(app.alert('CANARY'))>>"
        ), "script"),
        _mark("named script", document(
            catalog=b"/Names<</JavaScript<</Names[(CANARY) 6 0 R]>>>>",
            extra=[b"<</S/JavaScript/JS(CANARY)>>"],
        ), "script"),
        _mark("program to start", document(catalog=b"/OpenAction<</S/Launch/F(CANARY.exe)>>"), "script"),
        _mark("attachment", document(
            catalog=b"/Names<</EmbeddedFiles<</Names[(CANARY) 6 0 R]>>>>", extra=attached
        ), "attachment"),
        _mark("attachment on the page", document(
            page=b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[1 1 9 9]/FS 6 0 R>>]", extra=attached
        ), "attachment"),
        _mark("layer that is off", document(
            b"BT /F 24 Tf 20 100 Td (Hello) Tj ET /OC /L BDC BT /F 20 Tf 20 40 Td (CANARY) Tj ET EMC",
            catalog=layer, resources=b"/Properties<</L 6 0 R>>", extra=[b"<</Type/OCG/Name(CANARY)>>"],
        ), "hidden_text"),
        _mark("invisible text", document(
            b"BT /F 24 Tf 20 100 Td (Hello) Tj 3 Tr 0 -40 Td (CANARY) Tj ET"
        ), "hidden_text"),
        _mark("text under a black box", _drawn_below(b"0 g 0 0 216 144 re f")),
        _mark("white text", document(b"1 g BT /F 12 Tf 20 50 Td (CANARY) Tj ET")),
        _mark("text beyond the page", document(b"BT /F 12 Tf 900 50 Td (CANARY) Tj ET")),
        _mark("words for other ears", document(b"/Span <</ActualText(CANARY)/Alt(CANARY)>> BDC EMC")),
        _mark("comment in a content stream", document(b"% CANARY\n0 g 9 9 9 9 re f")),
        _mark("comment between objects", document().replace(b"5 0 obj", b"%CANARY\n5 0 obj")),
        _mark("page labels", document(
            catalog=b"/PageLabels<</Nums[0<</P(CANARY)>>]>>"
        ), "other_metadata"),
        _mark("named destinations", document(
            catalog=b"/Dests<</CANARY[3 0 R/Fit]>>"
        ), "other_metadata"),
        _mark("bookmarks", document(
            catalog=b"/Outlines 6 0 R",
            extra=[b"<</First 7 0 R/Last 7 0 R>>", b"<</Title(CANARY)/Parent 6 0 R>>"],
        ), "other_metadata", "description"),
        _mark("structure tree", document(
            catalog=b"/StructTreeRoot<</Type/StructTreeRoot/K<</S/P/Alt(CANARY)>>>>"
        ), "other_metadata"),
        _mark("private data of a program", document(
            page=b"/PieceInfo<</CANARY<</LastModified(D:2026)/Private(CANARY)>>>>"
        ), "other_metadata", "date"),
        _mark("small copy of a page", document(
            page=b"/Thumb 6 0 R", extra=[stream(b"CANARY", picture % (6, 1))]
        ), "thumbnail"),
        _mark("font's name", document().replace(b"/BaseFont/Helvetica", b"/BaseFont/CANARY+Helvetica")),
        _mark("colour profile", document(
            catalog=b"/OutputIntents[<</S/GTS_PDFX/Info(CANARY)/DestOutputProfile 6 0 R>>]",
            extra=[stream(b"CANARY", b"/N 3")],
        ), "color_profile"),
        _mark("picture of its own colours", document(
            drawn, resources=b"/XObject<</I 6 0 R>>/ColorSpace<</C[/ICCBased 7 0 R]>>",
            extra=[dot, stream(b"CANARY", b"/N 1")],
        ), "color_profile"),
        _mark("alternate picture", document(
            drawn, resources=b"/XObject<</I 6 0 R>>",
            extra=[
                stream(b"\0", picture % (1, 1) + b"/Alternates[<</Image 7 0 R>>]"),
                stream(b"CANARY", picture % (6, 1)),
            ],
        ), "hidden_image"),
        _mark("EXIF of an embedded photo", document(
            drawn, resources=b"/XObject<</I 6 0 R>>",
            extra=[stream(jpeg, picture % (8, 8) + b"/Filter/DCTDecode")],
        ), "device", "date"),
        _mark("object that nothing uses", document(extra=[b"<</Secret(CANARY)>>"])),
        _mark("earlier version", _revised(), "revision"),
        _mark("bytes after the end", document(after=b"CANARY"), "trailer"),
        _mark("bytes before the beginning", document(before=b"CANARY\n"), "trailer"),
        _mark("signature", document(
            catalog=b"/AcroForm<</Fields[6 0 R]/SigFlags 3>>",
            extra=[
                b"<</FT/Sig/T(CANARY)/V<</Type/Sig/Name(CANARY)/ByteRange[0 1 2 3]/Contents<43414e415259>>>>>"
            ],
        ), "author", "form"),
    ]  # fmt: skip
