"""Office documents made on the spot, plain ones and ones with a mark in each place where one can hide."""

import io
import zipfile
from typing import NamedTuple

CANARY = "CANARY7f3a"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OPEN = "application/vnd.oasis.opendocument."

_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_OOXML_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    f' xmlns:r="{_REL}" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture" xmlns:c="{_DRAWING}/chart"'
    f' xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:xdr="{_DRAWING}/spreadsheetDrawing"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:zz="urn:nobody:knows"'
)
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OPEN_NS = " ".join(
    f'xmlns:{prefix}="{_OASIS}{name}:1.0"'
    for prefix, name in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "number": "datastyle", "svg": "svg-compatible", "meta": "meta",
        "presentation": "presentation", "script": "script", "manifest": "manifest",
    }.items()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip

Files = dict[str, bytes]


class Mark(NamedTuple):
    """`data` holds CANARY somewhere; `removed` must be told; `shown` must still be in the copy."""

    name: str
    data: bytes
    removed: frozenset[str] = frozenset()
    shown: str = "Visible"


def xml(text: str) -> bytes:
    """With a declaration."""
    return b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode()


def zipped(
    files: dict[str, bytes], *, comment: bytes = b"", extra: bytes = b"", entry_comment: bytes = b""
) -> bytes:
    """Dates of 1980: a date is a mark of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            if name.endswith(("document.xml", "content.xml")):
                info.extra, info.comment = extra, entry_comment
            archive.writestr(info, content)
    return out.getvalue()


def relations(*entries: tuple[str, str, str]) -> bytes:
    """Each: id, last word of the type, target; a target with `://` is external."""
    lines = "".join(
        f'<Relationship Id="{key}" Type="{_REL}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if ":" in target else "/>")
        for key, kind, target in entries
    )
    return xml(f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>')


def content_types(main: str) -> bytes:
    """Only what `office.kind` looks for."""
    return xml(
        f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/m" ContentType="{main}"/></Types>'
    )


def run(text: str, properties: str = "") -> str:
    """A run of a Word document."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def docx(
    body: str = "",
    *,
    parts: Files | None = None,
    rels: tuple[tuple[str, str, str], ...] = (),
    attributes: str = "",
    visible: str = "<w:p><w:r><w:t>Visible</w:t></w:r></w:p>",
    types: str = DOCX + ".main+xml",
    head: bytes = b"",
) -> Files:
    """`body` comes behind the word Visible."""
    document = (
        f"<w:document {_OOXML_NS} {attributes}><w:body>{visible}{body}<w:sectPr/></w:body></w:document>"
    )
    return {
        "[Content_Types].xml": content_types(types),
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": head + xml(document) if not head else head + document.encode(),
        "word/_rels/document.xml.rels": relations(*rels),
        **(parts or {}),
    }


def part(name: str, inside: str, attributes: str = "") -> bytes:
    """A part whose root declares every namespace."""
    return xml(f"<{name} {_OOXML_NS} {attributes}>{inside}</{name}>")


def picture(embed: str = "i1", *, name: str = "x", more: str = "", crop: str = "") -> str:
    """A paragraph with an inline picture."""
    return (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="600000"/>'
        f'<wp:docPr id="77" name="{name}" {more}/>'
        f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="5" name="{name}"/>'
        f"<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip {embed}/>{crop}<a:stretch/></pic:blipFill>"
        '<pic:spPr><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )


def xlsx(
    rows: str = "",
    *,
    sheet: str = "",
    before: str = "",
    book: str = "",
    sheets: str = "",
    parts: Files | None = None,
    rels: tuple[tuple[str, str, str], ...] = (),
    strings: str = "",
    styles: str = "",
) -> Files:
    """One sheet whose first cell says Visible; `before` and `sheet` stand around the rows."""
    first = '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>Visible</x:t></x:is></x:c></x:row>'
    return {
        "[Content_Types].xml": content_types(XLSX + ".main+xml"),
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": part(
            "x:workbook", f'<x:sheets><x:sheet name="One" sheetId="9" r:id="s1"/>{sheets}</x:sheets>{book}'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            ("s1", "worksheet", "worksheets/sheet1.xml"),
            ("s2", "worksheet", "worksheets/sheet2.xml"),
            ("t1", "sharedStrings", "sharedStrings.xml"),
            ("y1", "styles", "styles.xml"),
            *rels,
        ),
        "xl/worksheets/sheet1.xml": part(
            "x:worksheet", f"{before}<x:sheetData>{first}{rows}</x:sheetData>{sheet}"
        ),
        "xl/sharedStrings.xml": part("x:sst", f"<x:si><x:t>Shared</x:t></x:si>{strings}"),
        **({"xl/styles.xml": part("x:styleSheet", styles)} if styles else {}),
        **(parts or {}),
    }


def shape(text: str, *, name: str = "x", more: str = "", at: str = "0", placeholder: str = "") -> str:
    """A box with text on a slide."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="3" name="{name}" {more}/><p:cNvSpPr/>'
        f"<p:nvPr>{placeholder}</p:nvPr></p:nvSpPr>"
        f'<p:spPr><a:xfrm><a:off x="{at}" y="0"/><a:ext cx="999" cy="999"/></a:xfrm></p:spPr>'
        f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def slide(
    inside: str, *, kind: str = "p:sld", attributes: str = "", after: str = "", name: str = ""
) -> bytes:
    """A slide, layout or master with shapes."""
    tree = f"<p:spTree><p:nvGrpSpPr/><p:grpSpPr/>{inside}</p:spTree>"
    return part(kind, f'<p:cSld name="{name}">{tree}</p:cSld>{after}', attributes)


def pptx(
    shapes: str = "",
    *,
    show: str = "",
    second: bytes | None = None,
    parts: Files | None = None,
    after: str = "",
    name: str = "",
    layout: str = "",
    rels: tuple[tuple[str, str, str], ...] = (),
) -> Files:
    """One slide that says Visible, one layout, one master; `second` is another slide."""
    more = '<p:sldId id="300" r:id="d2"/>' if second else ""
    layouts = '<p:sldLayoutIdLst><p:sldLayoutId id="2147483660" r:id="l1"/></p:sldLayoutIdLst>'
    return {
        "[Content_Types].xml": content_types(PPTX + ".main+xml"),
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": part(
            "p:presentation",
            '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="m1"/></p:sldMasterIdLst>'
            f'<p:sldIdLst><p:sldId id="299" r:id="d1"/>{more}</p:sldIdLst>'
            f'<p:sldSz cx="9000000" cy="6000000"/>{show}',
        ),
        "ppt/_rels/presentation.xml.rels": relations(
            ("m1", "slideMaster", "slideMasters/slideMaster1.xml"),
            ("d1", "slide", "slides/slide1.xml"),
            ("d2", "slide", "slides/slide2.xml"),
        ),
        "ppt/slides/slide1.xml": slide(shape("Visible") + shapes, after=after, name=name),
        "ppt/slides/_rels/slide1.xml.rels": relations(
            ("l1", "slideLayout", "../slideLayouts/slideLayout1.xml"), *rels
        ),
        "ppt/slides/_rels/slide2.xml.rels": relations(
            ("l1", "slideLayout", "../slideLayouts/slideLayout1.xml")
        ),
        "ppt/slideLayouts/slideLayout1.xml": slide(layout, kind="p:sldLayout"),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relations(
            ("m1", "slideMaster", "../slideMasters/slideMaster1.xml")
        ),
        "ppt/slideMasters/slideMaster1.xml": slide("", kind="p:sldMaster", after=layouts),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(
            ("l1", "slideLayout", "../slideLayouts/slideLayout1.xml"), ("t1", "theme", "../theme/theme1.xml")
        ),
        "ppt/theme/theme1.xml": part("a:theme", "<a:themeElements/>", 'name="Office"'),
        **({"ppt/slides/slide2.xml": second} if second else {}),
        **(parts or {}),
    }


def odf(
    kind: str = "text",
    inside: str = "<text:p>Visible</text:p>",
    *,
    styles: str = "",
    parts: Files | None = None,
    more: str = "",
    masters: str = "",
) -> Files:
    """An OpenDocument file; `styles` are automatic ones, `more` stands before the body."""
    body = f"<office:body><office:{kind}>{inside}</office:{kind}></office:body>"
    automatic = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    return {
        "mimetype": (OPEN + kind).encode(),
        "content.xml": xml(
            f"<office:document-content {_OPEN_NS}>{more}{automatic}{body}</office:document-content>"
        ),
        "styles.xml": xml(f"<office:document-styles {_OPEN_NS}>{masters}</office:document-styles>"),
        "META-INF/manifest.xml": xml(f"<manifest:manifest {_OPEN_NS}/>"),
        **(parts or {}),
    }


def open_part(name: str, inside: str) -> bytes:
    """A part of an OpenDocument file."""
    return xml(f"<{name} {_OPEN_NS}>{inside}</{name}>")
