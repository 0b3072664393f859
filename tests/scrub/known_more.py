"""More files whose every byte is known: scans, sound and film of other containers, mail, documents."""

import io
import struct
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import av
from PIL import Image

from scrub import engine
from scrub.media.ogg import OPUS_TAGS, ogg_crc
from tests.scrub import office_files, pdf_files
from tests.scrub.known_files import CANARY, Known, Place, _exif, box, riff, sound
from tests.scrub.tiff_files import TiffPage, tiff_file

Pieces = Callable[[str], bytes]
Tags = dict[int, tuple[str, Sequence[Any]]]
_WORD = CANARY.decode()
_TEXTS = {
    "description": 270, "maker": 271, "software": 305, "date": 306, "artist": 315, "computer": 316,
    "packet": 700, "copyright": 33432, "place": 33550, "unknown": 65000,
}  # fmt: skip
_CODES = {
    "maker": "device", "artist": "author", "computer": "device", "packet": "description",
    "copyright": "author", "unknown": "other_metadata",
}  # fmt: skip


def _tiff() -> Known:
    def build(pieces: Pieces) -> bytes:
        tags: Tags = {number: ("B", CANARY + b"\0") for name, number in _TEXTS.items() if pieces(name)}
        below = [TiffPage((2, 2), bytes(4), {254: ("I", [1])})] if pieces("below") else []
        return tiff_file([TiffPage((16, 16), bytes(range(256)), tags, below=below)]) + pieces("end")

    places = [Place(name, _CODES.get(name, name), name, b"?") for name in _TEXTS]
    preview = Place("preview", "thumbnail", "below", b"?")
    return Known("TIFF", build, (*places, preview, Place("behind", "trailer", "end", CANARY)))


def _avif() -> Known:
    def build(pieces: Pieces) -> bytes:
        out = io.BytesIO()
        image = Image.new("RGB", (16, 16), (90, 120, 200))
        image.save(out, "AVIF", exif=pieces("exif"), xmp=pieces("xmp"), speed=10)
        return out.getvalue() + pieces("end")

    places = (
        Place("Exif", "device", "exif", _exif(272)[6:]),
        Place("packet", "description", "xmp", b"<x:xmpmeta>" + CANARY),
        Place("free with words", "other_metadata", "end", box(b"free", CANARY)),
        Place("box that nobody knows", "other_metadata", "end", box(b"own!", CANARY)),
    )
    return Known("AVIF", build, places)


def _element(number: bytes, body: bytes) -> bytes:
    """Of Matroska."""
    return number + (len(body) | 1 << 56).to_bytes(8, "big") + body


def _matroska() -> Known:
    plain = sound("libopus", "matroska")
    at = plain.index(b"\x18\x53\x80\x67") + 4

    def build(pieces: Pieces) -> bytes:
        more = pieces("element")
        size = int.from_bytes(plain[at + 1 : at + 8], "big") + len(more)
        return plain[:at] + b"\1" + size.to_bytes(7, "big") + plain[at + 8 :] + more

    def tag(name: bytes) -> bytes:
        simple = _element(b"\x67\xc8", _element(b"\x45\xa3", name) + _element(b"\x44\x87", CANARY))
        return _element(b"\x12\x54\xc3\x67", _element(b"\x73\x73", simple))

    def info(number: bytes) -> bytes:
        return _element(b"\x15\x49\xa9\x66", _element(number, CANARY))

    attached = _element(b"\x46\x6e", b"a.txt") + _element(b"\x46\x5c", CANARY)
    rows = [
        ("artist", "author", tag(b"ARTIST")),
        ("place", "place", tag(b"LOCATION")),
        ("tag that nobody knows", "other_metadata", tag(b"OWN")),
        ("title", "description", info(b"\x7b\xa9")),
        ("id", "identifier", info(b"\x73\xa4")),
        ("earlier file", "file_name", info(b"\x3c\x83\xab")),
        ("program", "software", info(b"\x57\x41")),
        ("attachment", "attachment", _element(b"\x19\x41\xa4\x69", _element(b"\x61\xa7", attached))),
        ("room with words", "other_metadata", _element(b"\xec", CANARY)),
        ("element that nobody knows", "other_metadata", _element(b"\x4f\xff", CANARY)),
    ]
    places = tuple(Place(name, code, "element", piece) for name, code, piece in rows)
    return Known("Matroska", build, places, frozenset({"software"}))  # it has to say one


@cache
def _clean_ogg() -> bytes:
    return engine.scrub(sound("libopus", "ogg")).content


def _ogg() -> Known:
    plain = _clean_ogg()
    at = plain.index(b"OggS", 4)
    end = plain.index(b"OggS", at + 4)

    def comment(words: bytes) -> bytes:
        return struct.pack("<I", len(words)) + words

    def build(pieces: Pieces) -> bytes:
        found = pieces("comment")
        count, walk = 0, 0
        while walk < len(found):
            walk += 4 + int.from_bytes(found[walk : walk + 4], "little")
            count += 1
        vendor = pieces("vendor")
        packet = OPUS_TAGS[:8] + comment(vendor) + struct.pack("<I", count) + found + pieces("room")
        head = plain[at : at + 22] + bytes(4)
        page = bytes([len(packet) // 255 + 1]) + b"\xff" * (len(packet) // 255)
        page += bytes([len(packet) % 255]) + packet
        crc = struct.pack("<I", ogg_crc(head + page))
        return plain[:at] + head[:22] + crc + page + plain[end:] + pieces("end")

    rows = [
        (key.decode(), code, "comment", comment(key + b"=" + CANARY))
        for key, code in (
            (b"TITLE", "description"),
            (b"ARTIST", "author"),
            (b"DATE", "date"),
            (b"LOCATION", "place"),
            (b"OWN", "other_metadata"),
        )
    ]
    places = [Place(*row) for row in rows]
    more = (
        Place("vendor", "software", "vendor", CANARY),
        Place("behind the comments", "other_metadata", "room", CANARY),
        Place("behind", "trailer", "end", CANARY),
    )
    return Known("Ogg", build, (*places, *more))


def _film(container: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container, options={"fflags": "bitexact"}) as file:
        track = file.add_stream("mpeg4", rate=25, options={"flags": "+bitexact"})
        track.width = track.height = 32
        for number in range(3):
            frame = av.VideoFrame(32, 32, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([60 * number]) * plane.buffer_size)
            for packet in track.encode(frame):
                file.mux(packet)
        for packet in track.encode(None):
            file.mux(packet)
    return out.getvalue()


def _avi() -> Known:
    plain = _film("avi")
    at = plain.index(b"movi") - 8

    def build(pieces: Pieces) -> bytes:
        body = plain[8:at] + pieces("chunk") + plain[at:]
        return b"RIFF" + struct.pack("<I", len(body)) + body + pieces("end")

    rows = [
        ("title", "description", riff(b"LIST", b"INFO" + riff(b"INAM", CANARY))),
        ("singer", "author", riff(b"LIST", b"INFO" + riff(b"IART", CANARY))),
        ("day", "date", riff(b"IDIT", CANARY)),
        ("room with words", "other_metadata", riff(b"JUNK", CANARY)),
        ("chunk that nobody knows", "other_metadata", riff(b"own ", CANARY)),
        ("list that nobody knows", "other_metadata", riff(b"LIST", b"ownl" + CANARY)),
    ]
    places = [Place(name, code, "chunk", piece) for name, code, piece in rows]
    return Known("AVI", build, tuple(places))


def _aiff() -> Known:
    plain = sound("pcm_s16be", "aiff")
    at = plain.index(b"SSND")

    def chunk(kind: bytes) -> bytes:
        return kind + struct.pack(">I", len(CANARY)) + CANARY + b"\0" * (len(CANARY) % 2)

    def build(pieces: Pieces) -> bytes:
        body = plain[8:at] + pieces("chunk") + plain[at:]
        return b"FORM" + struct.pack(">I", len(body)) + body

    rows = [
        ("name", "description", chunk(b"NAME")),
        ("author", "author", chunk(b"AUTH")),
        ("remark", "comment", chunk(b"ANNO")),
        ("application", "other_metadata", chunk(b"APPL")),
        ("chunk that nobody knows", "other_metadata", chunk(b"OWN ")),
    ]
    return Known("AIFF", build, tuple(Place(name, code, "chunk", piece) for name, code, piece in rows))


def _notes() -> Known:
    """A PDF with what hangs on its pages and on its catalog."""

    def build(pieces: Pieces) -> bytes:
        return pdf_files.document(
            catalog=pieces("catalog") + (b"/Names<<%s>>" % pieces("names") if pieces("names") else b""),
            page=b"/Annots[%s]" % pieces("mark") + pieces("page"),
            extra=[pdf_files.stream(CANARY if b"6 0 R" in pieces("mark") + pieces("names") else b"")],
        )

    mark = b"<</Type/Annot/Subtype/%s/Rect[10 10 30 30]%s>>"
    link = b"/A<</S/URI/URI(http://a.example/%s)>>" % CANARY
    attached = b"/EmbeddedFiles<</Names[(a)<</Type/Filespec/F(%s)/EF<</F 6 0 R>>>>]>>" % CANARY
    rows = [
        ("note", "comment", "mark", mark % (b"Text", b"/Contents(%s)" % CANARY)),
        ("who", "author", "mark", mark % (b"Popup", b"/T(%s)" % CANARY)),
        ("when", "date", "mark", mark % (b"Popup", b"/M(D:20250114080211Z)")),
        ("id", "identifier", "mark", mark % (b"Popup", b"/NM(%s)" % CANARY)),
        ("link", "link", "mark", mark % (b"Link", link)),
        ("attached to the page", "attachment", "mark", mark % (b"FileAttachment", b"/FS<</EF<</F 6 0 R>>>>")),
        ("attached", "attachment+file_name+other_metadata", "names", attached),
        ("script", "script", "catalog", b"/AA<</WC<</S/JavaScript/JS(%s)>>>>" % CANARY),
        ("program's own", "other_metadata", "page", b"/PieceInfo<</Own<</Private(%s)>>>>" % CANARY),
        ("layers", "hidden_text", "catalog", b"/OCProperties<</OCGs[]/D<<>>>>"),
    ]
    return Known("PDF's notes", build, tuple(Place(*row) for row in rows))


def _office(name: str, kind: Callable[[Pieces], office_files.Files], places: list[tuple[str, ...]]) -> Known:
    def build(pieces: Pieces) -> bytes:
        return office_files.zipped(kind(pieces))

    return Known(
        name, build, tuple(Place(what, code, where, piece.encode()) for what, code, where, piece in places)
    )


def _workbook() -> Known:
    def files(pieces: Pieces) -> office_files.Files:
        parts = {
            path: content
            for path, content in {
                "xl/comments1.xml": office_files.part("x:comments", f"<x:t>{_WORD}</x:t>"),
                "xl/vbaProject.bin": CANARY,
                "xl/connections.xml": office_files.part("x:connections", f'<x:connection name="{_WORD}"/>'),
                "xl/printerSettings/printerSettings1.bin": CANARY,
                "docProps/app.xml": office_files.xml(f"<Properties><Company>{_WORD}</Company></Properties>"),
            }.items()
            if pieces(path)
        }
        return office_files.xlsx(
            pieces("rows").decode(), book=pieces("book").decode(), sheet=pieces("sheet").decode(), parts=parts
        )

    row = '<x:row r="{0}" {1}><x:c r="A{0}" t="inlineStr"><x:is><x:t>{2}</x:t></x:is></x:c></x:row>'
    path = f'<x:row r="8"><x:c r="A8" t="str"><x:f>CELL("filename")</x:f><x:v>C:/{_WORD}</x:v></x:c></x:row>'
    defined = f"<x:definedNames><x:definedName name='a'>{_WORD}</x:definedName></x:definedNames>"
    linked = path.replace("C:/", "").replace('CELL("filename")', f'HYPERLINK("http://{_WORD}")')
    linked = linked.replace(f"<x:v>{_WORD}", "<x:v>here").replace('"8"', '"9"').replace("A8", "A9")
    tip = f'<x:hyperlinks><x:hyperlink ref="A1" location="{_WORD}"/></x:hyperlinks>'
    return _office(
        "XLSX",
        files,
        [
            ("remarks", "comment", "xl/comments1.xml", "?"),
            ("program", "macro", "xl/vbaProject.bin", "?"),
            ("source", "link", "xl/connections.xml", "?"),
            ("printer", "device", "xl/printerSettings/printerSettings1.bin", "?"),
            ("company", "author", "docProps/app.xml", "?"),
            ("hidden row", "hidden_part", "rows", row.format(7, 'hidden="1"', _WORD)),
            ("path", "file_name", "rows", path),
            ("name", "other_metadata", "book", defined),
            ("tip", "link", "sheet", tip),
            ("link by formula", "link", "rows", linked),
        ],
    )


def _slides() -> Known:
    def files(pieces: Pieces) -> office_files.Files:
        parts = {
            "ppt/notesSlides/notesSlide1.xml": office_files.slide(office_files.shape(_WORD), kind="p:notes")
        }
        tags = {"ppt/tags/tag1.xml": office_files.part("p:tagLst", f'<p:tag name="a" val="{_WORD}"/>')}
        shown = (parts if pieces("notes") else {}) | (tags if pieces("tags") else {})
        shown |= {"ppt/theme/theme1.xml": own_theme} if pieces("theme") else {}
        shown |= {"ppt/slideLayouts/slideLayout1.xml": own_layout} if pieces("layout") else {}
        return office_files.pptx(pieces("shapes").decode(), parts=shown, name=pieces("name").decode())

    own_theme = office_files.part("a:theme", "<a:themeElements/>", f'name="{_WORD}"')
    own_layout = office_files.slide("", kind="p:sldLayout", attributes='userDrawn="1"', name=_WORD)
    hidden = office_files.shape(_WORD, more='hidden="1"')
    return _office(
        "PPTX",
        files,
        [
            ("notes", "hidden_part", "notes", "?"),
            ("tags", "other_metadata", "tags", "?"),
            ("name of the slide", "description", "name", _WORD),
            ("name of the theme", "template", "theme", "?"),
            ("name of a layout", "style_name", "layout", "?"),
            ("hidden", "hidden_part", "shapes", hidden),
            ("beside", "hidden_part", "shapes", office_files.shape(_WORD, at="99000000")),
            (
                "alternative text",
                "description",
                "shapes",
                office_files.shape("more", more=f'descr="{_WORD}"'),
            ),
        ],
    )


def _open() -> Known:
    def files(pieces: Pieces) -> office_files.Files:
        parts = {
            path: content
            for path, content in {
                "Thumbnails/thumbnail.png": CANARY,
                "Basic/Standard/Module1.xml": CANARY,
                "Versions/Version1": CANARY,
                "own.xml": CANARY,
                "settings.xml": office_files.open_part(
                    "office:document-settings", f"<office:settings>{_WORD}</office:settings>"
                ),
            }.items()
            if pieces(path)
        }
        body = "<text:p>Visible</text:p>" + pieces("body").decode()
        return office_files.odf(inside=body, styles=unseen, parts=parts)

    unseen = (
        '<style:style style:name="h" style:family="text"><style:text-properties text:display="none"/>'
        "</style:style>"
    )
    return _office(
        "ODT's parts",
        files,
        [
            ("small picture", "thumbnail", "Thumbnails/thumbnail.png", "?"),
            ("program", "macro", "Basic/Standard/Module1.xml", "?"),
            ("versions", "revision", "Versions/Version1", "?"),
            ("part that is no XML", "other_metadata", "own.xml", "?"),
            ("remark", "comment", "body", f"<text:p><office:annotation>{_WORD}</office:annotation></text:p>"),
            ("author", "author", "body", f"<text:p><text:author-name>{_WORD}</text:author-name></text:p>"),
            ("file", "file_name", "body", f"<text:p><text:file-name>{_WORD}</text:file-name></text:p>"),
            (
                "unseen",
                "hidden_text",
                "body",
                f'<text:p><text:span text:style-name="h">{_WORD}</text:span></text:p>',
            ),
        ],
    )


def _id3() -> Known:
    """Sound with frames of ID3 2.4, and what hangs behind it."""
    plain = sound("libmp3lame", "mp3", write_xing="0", id3v2_version="0")

    def frame(name: bytes, body: bytes) -> bytes:
        return name + bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0)) + bytes(2) + body

    def build(pieces: Pieces) -> bytes:
        frames = pieces("frame")
        digits = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
        return (b"ID3\4\0\0" + digits + frames if frames else b"") + plain + pieces("end") + pieces("last")

    words, picture = b"\3" + CANARY, b"\0image/png\0\3\0" + CANARY
    item = struct.pack("<II", len(CANARY), 0) + b"Own\0" + CANARY
    head, foot = (
        b"APETAGEX" + struct.pack("<IIII", 2000, 32 + len(item), 1, flags) + bytes(8)
        for flags in (0xA0000000, 0x80000000)
    )
    rows = [
        ("picture", "thumbnail", b"APIC", picture),
        ("remark", "comment", b"COMM", b"\3eng\0" + CANARY),
        ("day", "date", b"TDRC", words),
        ("program", "software", b"TSSE", words),
        ("private", "identifier", b"PRIV", b"own\0" + CANARY),
        ("words", "description", b"USLT", b"\3eng\0" + CANARY),
        ("rights", "author", b"TCOP", words),
        ("page", "link", b"WOAR", b"http://a.example/" + CANARY),
        ("chapter", "description", b"CHAP", CANARY + bytes(17)),
        ("level", "other_metadata", b"RVA2", CANARY + b"\0\1\0\0\0"),
    ]
    places = [Place(what, code, "frame", frame(name, body)) for what, code, name, body in rows]
    old = Place("old tag", "description", "last", b"TAG" + CANARY.ljust(125, b"\0"))
    return Known("ID3", build, (*places, old, Place("APE", "other_metadata", "end", head + item + foot)))


_CUE = bytes(259) + b"\2" + bytes(8) + b"\1" + bytes(26) + b"\1" + bytes(12) + bytes(8) + b"\xaa" + bytes(27)
"""One track, and where the sound ends."""


def _flac_comments() -> Known:
    plain = sound("flac", "flac")
    at = plain.index(b"fLaC") + 42

    def block(kind: int, body: bytes) -> bytes:
        return bytes([kind]) + len(body).to_bytes(3, "big") + body

    def comments(*fields: bytes) -> bytes:
        return (
            bytes(4)
            + struct.pack("<I", len(fields))
            + b"".join(struct.pack("<I", len(f)) + f for f in fields)
        )

    picture = (
        struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">IIIIII", 0, 1, 1, 24, 0, len(CANARY)) + CANARY
    )
    rows = [
        ("artist", "author", block(4, comments(b"ARTIST=" + CANARY))),
        ("place", "place", block(4, comments(b"LOCATION=" + CANARY))),
        ("own", "other_metadata", block(4, comments(b"OWN=" + CANARY))),
        ("picture", "thumbnail", block(6, picture)),
        ("cue sheet", "other_metadata+description", block(5, CANARY.ljust(136, b"\0") + _CUE)),
    ]
    places = [Place(name, code, "block", piece) for name, code, piece in rows]

    def build(pieces: Pieces) -> bytes:
        return pieces("before") + plain[:at] + pieces("block") + plain[at:]

    tag = b"ID3\3\0\0\0\0\0" + bytes([21]) + b"TPE1\0\0\0\x0b\0\0" + CANARY
    return Known(
        "FLAC's comments",
        build,
        (*places, Place("tag before", "author", "before", tag)),
        frozenset({"software"}),
    )


def _mail() -> Known:
    def build(pieces: Pieces) -> bytes:
        heads = b"From: a@example.org\nSubject: Hi\n" + pieces("head")
        body = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHello there.\n"
        return heads + body + pieces("words") + pieces("part") + b"--x--\n" + pieces("end")

    def part(kind: bytes, content: bytes) -> bytes:
        return b"--x\nContent-Type: " + kind + b"\n\n" + content + b"\n"

    rows = [
        ("day", "date", "head", b"Date: Thu, 1 Jan 2026 10:11:12 +0100\n"),
        ("way", "route", "head", b"Received: from %s by b; Thu, 1 Jan 2026 10:11:12 +0100\n" % CANARY),
        ("program", "software", "head", b"X-Mailer: %s\n" % CANARY),
        ("id", "identifier", "head", b"Message-ID: <%s@a>\n" % CANARY),
        ("own", "other_metadata", "head", b"X-Own: %s\n" % CANARY),
        ("link", "link_end", "words", b"https://a.example/%s\n" % CANARY),
        ("invisible", "invisible_character", "words", "a\u200bb\n".encode()),
        ("signature", "sender", "part", part(b"application/pkcs7-signature", CANARY)),
    ]
    return Known("e-mail", build, tuple(Place(*row) for row in rows), frozenset({"sender"}))


def all_more() -> tuple[Known, ...]:
    """One of each."""
    makers = (
        _tiff,
        _avif,
        _matroska,
        _ogg,
        _avi,
        _aiff,
        _notes,
        _workbook,
        _slides,
        _open,
        _id3,
        _flac_comments,
        _mail,
    )
    return tuple(make() for make in makers)
