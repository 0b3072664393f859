"""Office documents in which something lies over a secret, or in which a cell doesn't show it: every kind of
cover that people use or programs leave behind, in the six formats.

Everything is invented. `CASES` are built on demand; each is a function of the secret, so that twins can be
drawn.
"""

import io
import itertools
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from PIL import Image

from tests.scrub.office_files import Files, docx, odf, part, pptx, relations, xlsx, zipped

SECRET, OTHER = "Zuleima", "amieluZ"
"""The same letters, and so about as wide."""

Build = Callable[[str], Files]

_A = "http://schemas.openxmlformats.org/drawingml/2006"
_WIDE, _HIGH = 3_600_000, 360_000
"""Of a cover, in EMU: 10 cm by 1 cm."""

_BAD = {
    "wmf": b"\xd7\xcd\xc6\x9a\0\0" + bytes(60),
    "emf": b"\1\0\0\0\x6c\0\0\0" + bytes(80) + b" EMF" + bytes(40),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    "png": b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(9),
    "tif": b"II*\0\x08\0\0\0\0\0\0\0\0\0",
}
"""Pictures that can't be cleaned, by their extension."""


def black_png() -> bytes:
    """A black square."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "black").save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class Case:
    """`cover`: width and height in EMU of the opaque shape that must be in the copy if the secret still is;
    None for any. `gone`: the secret itself has to go. `behind`: what must not come to the front.
    `baked`: its cell has a look of its own.
    """

    name: str
    build: Build
    cover: tuple[int, int] | None = (_WIDE, _HIGH)
    gone: bool = False
    behind: bool = False
    baked: bool = False
    told: frozenset[str] = field(default_factory=frozenset)

    def data(self, secret: str = SECRET) -> bytes:
        """The document, with all that a word processor asks for."""
        files = self.build(secret)
        if "[Content_Types].xml" in files:
            files = {**files, "[Content_Types].xml": _content_types(files)}
        else:
            files = {**files, "META-INF/manifest.xml": _manifest(files)}
        return zipped(files)


_TYPES = {
    "word/document.xml": "wordprocessingml.document.main",
    "xl/workbook.xml": "spreadsheetml.sheet.main",
    "xl/worksheets/sheet": "spreadsheetml.worksheet",
    "xl/sharedStrings": "spreadsheetml.sharedStrings",
    "xl/styles": "spreadsheetml.styles",
    "xl/drawings/drawing": "drawing",
    "ppt/presentation.xml": "presentationml.presentation.main",
    "ppt/slides/slide": "presentationml.slide",
    "ppt/slideLayouts/slideLayout": "presentationml.slideLayout",
    "ppt/slideMasters/slideMaster": "presentationml.slideMaster",
    "ppt/theme/theme": "theme",
}


def _content_types(files: Files) -> bytes:
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
        **{name: f"image/{name}" for name in ("png", "tif")},
        **{name: f"image/x-{name}" for name in ("wmf", "emf")},
        "svg": "image/svg+xml",
    }
    lines = [f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in defaults.items()]
    office = "application/vnd.openxmlformats-officedocument."
    for name in files:
        for head, middle in _TYPES.items():
            if name.startswith(head) and name.endswith(".xml"):
                lines.append(f'<Override PartName="/{name}" ContentType="{office}{middle}+xml"/>')
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{types}">{"".join(lines)}</Types>'.encode()


def _manifest(files: Files) -> bytes:
    entries = [("/", files["mimetype"].decode())]
    entries += [
        (name, "text/xml" if name.endswith(".xml") else "") for name in files if "mimetype" not in name
    ]
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in entries
        if "META-INF" not in name
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    root = f'manifest:manifest xmlns:manifest="{space}" manifest:version="1.3"'
    return f"<{root}>{lines}</manifest:manifest>".encode()


def secrets_of(secret: str = SECRET) -> tuple[str, str]:
    """How it stands in a document: in letters, and as a number."""
    return secret, str(400_000 + zlib.crc32(secret.encode()) % 500_000)


def _secret(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


# Word

_POINTS = f"width:{_WIDE / 12700}pt;height:{_HIGH / 12700}pt"
_FLOATING = {
    "margins": f"position:absolute;margin-left:0;margin-top:-4pt;{_POINTS};z-index:251659264",
    "corner": f"position:absolute;left:0;top:-4pt;{_POINTS};z-index:3",
    "areas": "position:absolute;margin-left:0;margin-top:-4pt;"
    f"{_POINTS};mso-position-horizontal-relative:margin;mso-position-vertical-relative:text;z-index:9",
    "aligned": "position:absolute;margin-left:-5pt;margin-top:-4pt;"
    f"{_POINTS};mso-position-horizontal:left;mso-position-horizontal-relative:margin;z-index:9",
    "centimeters": "position:absolute;margin-left:0;margin-top:-.1cm;width:10cm;height:1cm;z-index:1",
}
_PAINTS = {
    "black": 'fillcolor="black" stroked="f"',
    "white": 'fillcolor="white" stroked="f"',
    "plain": "",
    "hex": 'fillcolor="#1f4e79" strokecolor="#1f4e79" strokeweight="2pt"',
    "themed": 'fillcolor="#4f81bd [3204]" stroked="f"',
    "windowtext": 'fillcolor="windowText [64]" stroked="f"',
}


def _old(style: str, paint: str, name: str, inside: str = "", more: str = "") -> str:
    return f'<v:{name} id="s1" style="{style}" {paint} {more}>{inside}</v:{name}>'


def _pict(shape: str, element: str = "w:pict") -> Callable[[str], str]:
    return lambda secret: f"<w:p><w:r><{element}>{shape}</{element}></w:r>{_secret(secret)}</w:p>"


def _word(body: Callable[[str], str], parts: Files | None = None, **rels: str) -> Build:
    entries = tuple((key, kind, target) for key, (kind, target) in _pairs(rels))
    return lambda secret: docx(body(secret), parts=parts, rels=entries)


def _pairs(rels: dict[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for key, value in rels.items():
        kind, _, target = value.partition(":")
        yield key, (kind, target)


def _old_word() -> Iterator[Case]:
    for (place, style), (look, paint) in itertools.product(_FLOATING.items(), _PAINTS.items()):
        for name in ("rect", "roundrect", "shape"):
            more = 'type="#_x0000_t1" coordsize="21600,21600"' if name == "shape" else ""
            yield Case(
                f"docx: old {name}, {place}, {look}", _word(_pict(_old(style, paint, name, more=more)))
            )
    style, black = _FLOATING["margins"], _PAINTS["black"]
    big = style.replace(_POINTS, f"width:{_WIDE * 2 / 12700}pt;height:{_HIGH * 3 / 12700}pt").replace(
        "margin-left:0;margin-top:-4pt", "margin-left:-60pt;margin-top:-32pt"
    )
    yield Case("docx: old oval", _word(_pict(_old(big, black, "oval"))), cover=(_WIDE * 2, _HIGH * 3))
    rectangle = "m0,0l1000,0,1000,1000,0,1000xe"
    for name, path in {
        "path": rectangle,
        "unknown path": "m0,0qx@1,2l5,5xe",
        "turning path": "m,l1000,r,1000l,1000xe",
    }.items():
        shape = _old(style, black, "shape", more=f'coordsize="1000,1000" path="{path}"')
        yield Case(f"docx: old {name}", _word(_pict(shape)))
    wide, high = _WIDE / 12700, _HIGH / 12700
    points = f"0,-4pt {wide}pt,-4pt {wide}pt,{high - 4}pt 0,{high - 4}pt 0,-4pt"
    yield Case(
        "docx: old polyline",
        _word(_pict(f'<v:polyline style="position:absolute;z-index:5" points="{points}" {black}/>')),
    )
    thick = f'strokeweight="{high}pt" strokecolor="black"'
    line = f'<v:line style="position:absolute;z-index:5" from="0,10pt" to="{wide}pt,10pt" {thick}/>'
    yield Case("docx: old thick line", _word(_pict(line)), cover=(_WIDE, 0))
    for name, fill in {
        "gradient": '<v:fill type="gradient" color2="#222"/>',
        "pattern": '<v:fill type="pattern" r:id="i1" color2="black"/>',
        "picture": '<v:fill type="frame" r:id="i1"/>',
        "tiles": '<v:fill type="tile" r:id="i1"/>',
    }.items():
        shape = _old(style, black, "rect", fill)
        yield Case(
            f"docx: old {name} fill",
            _word(_pict(shape), {"word/media/a.wmf": _BAD["wmf"]}, i1="image:media/a.wmf"),
        )
    box = "<v:textbox><w:txbxContent><w:p><w:r><w:t>Nothing</w:t></w:r></w:p></w:txbxContent></v:textbox>"
    for look in ("black", "white", "plain"):
        yield Case(
            f"docx: old box, {look}",
            _word(_pict(_old(style, _PAINTS[look], "shape", box, 'type="#_x0000_t202"'))),
        )
        yield Case(
            f"docx: old box as a rectangle, {look}", _word(_pict(_old(style, _PAINTS[look], "rect", box)))
        )
    inner = f'<v:rect style="position:absolute;left:0;top:0;width:1000;height:100" {black}/>'
    for name, inside in {
        "group": inner,
        "group in a group": '<v:group style="position:absolute;left:0;top:0;width:1000;height:100"'
        f' coordsize="1000,100">{inner}</v:group>',
    }.items():
        group = _old(style, "", "group", inside, 'coordsize="1000,100"')
        yield Case(f"docx: old {name}", _word(_pict(group)))
    types = '<v:shapetype id="_x0000_t900" filled="t" fillcolor="black" coordsize="21600,21600"/>'
    typed = types + _old(style, "", "shape", more='type="#_x0000_t900"')
    yield Case("docx: old shape that its type fills", _word(_pict(typed)))
    yield Case("docx: old turned", _word(_pict(_old(style + ";rotation:180", black, "rect"))))
    yield Case(
        "docx: old behind",
        _word(_pict(_old(style.replace("z-index:", "z-index:-"), black, "rect"))),
        behind=True,
    )
    for extension, content in {
        "png": black_png(),
        **{f"bad.{key}": value for key, value in _BAD.items()},
    }.items():
        name = f"media/a.{extension}"
        image = _old(style, "", "shape", '<v:imagedata r:id="i1"/>', 'type="#_x0000_t75"')
        for element in ("w:pict", "w:object"):
            yield Case(
                f"docx: old picture, {extension}, {element}",
                _word(_pict(image, element), {f"word/{name}": content}, i1=f"image:{name}"),
            )
    yield Case(
        "docx: old picture that isn't there",
        _word(_pict(_old(style, "", "shape", '<v:imagedata r:id="i7"/>'))),
    )


def _anchored(graphic: str, uri: str, *, behind: str = "0", needed: bool = True, extent: str = "") -> str:
    attributes = f'behindDoc="{behind}" locked="0" layoutInCell="1" allowOverlap="1" relativeHeight="251"'
    size = extent or f'<wp:extent cx="{_WIDE}" cy="{_HIGH}"/>'
    return (
        f'<w:drawing><wp:anchor simplePos="0" {attributes if needed else ""}><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>-50000</wp:posOffset></wp:positionV>'
        f'{size}<wp:wrapNone/><wp:docPr id="9" name="R"/><a:graphic>'
        f'<a:graphicData uri="{uri}">{graphic}</a:graphicData></a:graphic></wp:anchor></w:drawing>'
    )


_WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordprocessing"
_WPS = f'xmlns:wps="{_WORD_2010}Shape" xmlns:wpg="{_WORD_2010}Group" xmlns:wpc="{_WORD_2010}Canvas"'
_BLACK = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
_FRAME = f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{_WIDE}" cy="{_HIGH}"/></a:xfrm>'
_RECT = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'


def _wsp(fill: str = _BLACK, geometry: str = _RECT) -> str:
    return (
        f"<wps:wsp {_WPS}><wps:cNvSpPr/><wps:spPr>{_FRAME}{geometry}{fill}</wps:spPr><wps:bodyPr/></wps:wsp>"
    )


def _pic(prefix: str, embed: str = "i1") -> str:
    return (
        f'<{prefix}:pic><{prefix}:nvPicPr><{prefix}:cNvPr id="5" name="x"/><{prefix}:cNvPicPr/>'
        + ("<p:nvPr/>" if prefix == "p" else "")
        + f'</{prefix}:nvPicPr><{prefix}:blipFill><a:blip r:embed="{embed}"/>'
        "<a:stretch><a:fillRect/></a:stretch>"
        f"</{prefix}:blipFill><{prefix}:spPr>{_FRAME}{_RECT}</{prefix}:spPr></{prefix}:pic>"
    )


def _new_word() -> Iterator[Case]:
    def case(
        name: str, drawing: str, parts: Files | None = None, *, behind: bool = False, **rels: str
    ) -> Case:
        body = lambda secret: f"<w:p><w:r>{drawing}</w:r>{_secret(secret)}</w:p>"  # noqa: E731
        return Case(f"docx: {name}", _word(body, parts, **rels), behind=behind)

    shape, picture = f"{_WORD_2010}Shape", f"{_A}/picture"
    yield case("shape", _anchored(_wsp(), shape))
    yield case("shape behind", _anchored(_wsp(), shape, behind="1"), behind=True)
    yield case("shape whose anchor says little", _anchored(_wsp(), shape, needed=False))
    choice = (
        '<mc:AlternateContent><mc:Choice xmlns:{0}="{1}" Requires="{0}">{2}</mc:Choice>{3}'
        "</mc:AlternateContent>"
    )
    old = (
        "<mc:Fallback><w:pict>"
        + _old(_FLOATING["margins"], _PAINTS["black"], "rect")
        + "</w:pict></mc:Fallback>"
    )
    yield case("shape in two versions", choice.format("wps", shape, _anchored(_wsp(), shape), old))
    ink = f"{_WORD_2010}Ink"
    part_of = f'<wpi:contentPart xmlns:wpi="{ink}" r:id="i1"/>'
    yield case("ink in two versions", choice.format("wpi", ink, _anchored(part_of, ink), old))
    yield case("ink in one version", choice.format("wpi", ink, _anchored(part_of, ink), ""))
    yield case("unknown version", choice.format("zz", "urn:zz", _anchored("<zz:any/>", "urn:zz"), ""))
    for name, uri in {
        "diagram": f"{_A}/diagram",
        "locked canvas": f"{_A}/lockedCanvas",
        "extended chart": "http://schemas.microsoft.com/office/drawing/2014/chartex",
        "model": "http://schemas.microsoft.com/office/drawing/2017/model3d",
        "unknown": "urn:nobody:knows",
    }.items():
        yield case(name, _anchored("<zz:any/>", uri))
    yield case("chart that isn't there", _anchored('<c:chart r:id="i7"/>', f"{_A}/chart"))
    for where, inside in {"shape": _wsp(), "picture": _pic("pic")}.items():
        canvas = f"<wpc:wpc {_WPS}><wpc:bg/><wpc:whole/>{inside}</wpc:wpc>"
        yield case(f"canvas with a {where}", _anchored(canvas, f"{_WORD_2010}Canvas"))
    ground = f"<wpc:wpc {_WPS}><wpc:bg>{_BLACK}</wpc:bg><wpc:whole/></wpc:wpc>"
    yield case("canvas with a ground", _anchored(ground, f"{_WORD_2010}Canvas"))
    whole = _FRAME.replace(
        "</a:xfrm>", f'<a:chOff x="0" y="0"/><a:chExt cx="{_WIDE}" cy="{_HIGH}"/></a:xfrm>'
    )
    framed = f'<wpg:xfrm><a:off x="0" y="0"/><a:ext cx="{_WIDE}" cy="{_HIGH}"/></wpg:xfrm>'
    for where, inside in {
        "shape": _wsp(),
        "picture": _pic("pic"),
        "frame": f'<wpg:graphicFrame>{framed}<a:graphic><a:graphicData uri="urn:x"/></a:graphic>'
        "</wpg:graphicFrame>",
        "ink": f'<w14:contentPart r:id="i1">{framed.replace("wpg:", "w14:")}</w14:contentPart>',
    }.items():
        group = f"<wpg:wgp {_WPS}><wpg:cNvGrpSpPr/><wpg:grpSpPr>{whole}</wpg:grpSpPr>{inside}</wpg:wgp>"
        yield case(f"group with a {where}", _anchored(group, f"{_WORD_2010}Group"))
    for extension, content in {
        "png": black_png(),
        **{f"bad.{key}": value for key, value in _BAD.items()},
    }.items():
        name = f"media/a.{extension}"
        files, rel = {f"word/{name}": content}, f"image:{name}"
        yield case(f"picture, {extension}", _anchored(_pic("pic"), picture), files, i1=rel)
        yield case(
            f"shape filled with a picture, {extension}",
            _anchored(_wsp('<a:blipFill><a:blip r:embed="i1"/><a:stretch/></a:blipFill>'), shape),
            files,
            i1=rel,
        )
    yield case("picture that isn't there", _anchored(_pic("pic", "i7"), picture))
    yield case(
        "picture behind, bad.wmf",
        _anchored(_pic("pic"), picture, behind="1"),
        {"word/media/a.wmf": _BAD["wmf"]},
        behind=True,
        i1="image:media/a.wmf",
    )


_W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def _unseen_word() -> Iterator[Case]:
    """What nobody sees of a document, though nothing lies over it."""
    clear = '<w14:srgbClr w14:val="000000"><w14:alpha w14:val="100000"/></w14:srgbClr>'
    for name, filling in {
        "no colour": "<w14:noFill/>",
        "a colour that is seen through": f"<w14:solidFill>{clear}</w14:solidFill>",
    }.items():
        looks = f"<w14:textFill {_W14}>{filling}</w14:textFill>"
        styled = (
            f'<w:style w:type="character" w:styleId="s"><w:name w:val="x"/><w:rPr>{looks}</w:rPr></w:style>'
        )
        for where, (inside, styles) in {
            "run": (looks, ""),
            "style": ('<w:rStyle w:val="s"/>', styled),
        }.items():

            def build(secret: str, *, inside: str = inside, styles: str = styles) -> Files:
                body = f"<w:p><w:r><w:rPr>{inside}</w:rPr><w:t>{secret}</w:t></w:r></w:p>"
                parts = {"word/styles.xml": part("w:styles", styles)}
                return docx(body, parts=parts, rels=(("y1", "styles", "styles.xml"),))

            yield Case(
                f"docx: letters of {name}, by the {where}", build, cover=None, gone=True,
                told=frozenset({"hidden_text"}),
            )  # fmt: skip
    box = _wsp().replace(
        "<wps:bodyPr/>",
        "<wps:txbx><w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent></wps:txbx><wps:bodyPr/>",
    )
    for name, (old, new) in {
        "above the page": ('"paragraph"><wp:posOffset>-50000', '"page"><wp:posOffset>-9525000'),
        "beside the page": ('"column"><wp:posOffset>0', '"page"><wp:posOffset>9525000'),
        "left of the margin": ('"column"><wp:posOffset>0', '"margin"><wp:posOffset>-9525000'),
    }.items():

        def off(secret: str, *, old: str = old, new: str = new) -> Files:
            drawing = _anchored(box.format(secret), f"{_WORD_2010}Shape").replace(old, new)
            return docx(f"<w:p><w:r>{drawing}</w:r></w:p>")

        yield Case(f"docx: a box {name}", off, cover=None, gone=True, told=frozenset({"hidden_part"}))


# PowerPoint and Excel

_UNKNOWN_FRAMES = {
    "diagram": f'<a:graphicData uri="{_A}/diagram"><zz:any/></a:graphicData>',
    "missing chart": f'<a:graphicData uri="{_A}/chart"><c:chart r:id="i7"/></a:graphicData>',
    "unknown": '<a:graphicData uri="urn:nobody:knows"><zz:any/></a:graphicData>',
    "old object": '<a:graphicData uri="http://schemas.openxmlformats.org/presentationml/2006/ole">'
    '<p:oleObj spid="_x0000_s1026" r:id="i1"/></a:graphicData>',
}


def _frame(prefix: str, data: str) -> str:
    frame = _FRAME.replace("a:xfrm", f"{prefix}:xfrm")
    more = "<p:nvPr/>" if prefix == "p" else ""
    return (
        f'<{prefix}:graphicFrame><{prefix}:nvGraphicFramePr><{prefix}:cNvPr id="4" name="x"/>'
        f"<{prefix}:cNvGraphicFramePr/>{more}</{prefix}:nvGraphicFramePr>{frame}"
        f"<a:graphic>{data}</a:graphic></{prefix}:graphicFrame>"
    )


def _sp(prefix: str, fill: str = _BLACK) -> str:
    more = "<p:nvPr/>" if prefix == "p" else ""
    return (
        f'<{prefix}:sp><{prefix}:nvSpPr><{prefix}:cNvPr id="4" name="x"/><{prefix}:cNvSpPr/>{more}'
        f"</{prefix}:nvSpPr><{prefix}:spPr>{_FRAME}{_RECT}{fill}</{prefix}:spPr></{prefix}:sp>"
    )


def _shapes(prefix: str) -> Iterator[tuple[str, str, Files, str]]:
    """Name, shape, files under `media/`, and the relation of `i1`."""
    yield "shape", _sp(prefix), {}, ""
    for name, data in _UNKNOWN_FRAMES.items():
        if prefix == "p" or "object" not in name:
            yield name, _frame(prefix, data), {}, ""
    whole = _FRAME.replace(
        "</a:xfrm>", f'<a:chOff x="0" y="0"/><a:chExt cx="{_WIDE}" cy="{_HIGH}"/></a:xfrm>'
    )
    ink = (
        f'<{prefix}:contentPart r:id="i1">{_FRAME.replace("a:xfrm", f"{prefix}:xfrm")}</{prefix}:contentPart>'
    )
    held = {"shape": _sp(prefix), "frame": _frame(prefix, _UNKNOWN_FRAMES["unknown"]), "ink": ink}
    for name, inside in {**held, "picture": _pic(prefix, "i7")}.items():
        more = "<p:nvPr/>" if prefix == "p" else ""
        group = (
            f'<{prefix}:grpSp><{prefix}:nvGrpSpPr><{prefix}:cNvPr id="3" name="x"/>'
            f"<{prefix}:cNvGrpSpPr/>{more}</{prefix}:nvGrpSpPr><{prefix}:grpSpPr>{whole}</{prefix}:grpSpPr>{inside}</{prefix}:grpSp>"
        )
        yield f"group with a {name}", group, {}, ""
    choice = (
        f'<mc:AlternateContent><mc:Choice xmlns:q="urn:q" Requires="q">{ink}</mc:Choice>{{}}'
        "</mc:AlternateContent>"
    )
    yield "ink in one version", choice.format(""), {}, ""
    yield "ink in two versions", choice.format(f"<mc:Fallback>{_pic(prefix, 'i7')}</mc:Fallback>"), {}, ""
    for extension, content in {
        "png": black_png(),
        **{f"bad.{key}": value for key, value in _BAD.items()},
    }.items():
        name = f"media/a.{extension}"
        yield f"picture, {extension}", _pic(prefix), {name: content}, name
        fill = '<a:blipFill><a:blip r:embed="i1"/><a:stretch/></a:blipFill>'
        yield f"shape filled with a picture, {extension}", _sp(prefix, fill), {name: content}, name


def _slides() -> Iterator[Case]:
    under = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr>{_FRAME}{_RECT}</p:spPr><p:txBody><a:bodyPr lIns="90000" tIns="0" bIns="0"/>'
        '<a:p><a:r><a:rPr sz="1200"/><a:t>{}</a:t></a:r></a:p></p:txBody></p:sp>'
    )

    def case(name: str, shape: str, files: Files, relation: str, *, behind: bool = False) -> Case:
        rels = (("i1", "image", "../" + relation),) if relation else ()
        parts = {f"ppt/{key}": value for key, value in files.items()}

        def build(secret: str) -> Files:
            words = under.format(secret)
            return pptx(shape + words if behind else words + shape, parts=parts, rels=rels)

        return Case(f"pptx: {name}", build, behind=behind)

    for name, shape, files, relation in _shapes("p"):
        yield case(name, shape, files, relation)
    yield case("picture behind", _pic("p", "i7"), {}, "", behind=True)
    row = f'<a:tr h="{_HIGH}"><a:tc><a:txBody><a:bodyPr/><a:p/></a:txBody><a:tcPr/></a:tc></a:tr>'
    table = (
        f'<a:graphicData uri="{_A}/table"><a:tbl><a:tblPr><a:tableStyleId>{{{{}}}}</a:tableStyleId></a:tblPr>'
        f'<a:tblGrid><a:gridCol w="{_WIDE}"/></a:tblGrid>{row}</a:tbl></a:graphicData>'
    )
    style = "{21E4AEA4-8DFA-4A89-87EB-49C32662AFE0}"
    yield case("table of another style", _frame("p", table.replace("{{}}", style)), {}, "")
    yield case(
        "video",
        _pic("p").replace("<p:nvPr/>", '<p:nvPr><a:videoFile r:link="i9"/></p:nvPr>'),
        {},
        "media/a.wmf",
    )
    ole = _UNKNOWN_FRAMES["old object"].replace('r:id="i1"/>', f'r:id="i2"><p:embed/>{_pic("p")}</p:oleObj>')
    yield case("object with a picture", _frame("p", ole), {"media/a.wmf": _BAD["wmf"]}, "media/a.wmf")


_CORNER = "<xdr:col>{}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
_FROM, _TO = f"<xdr:from>{_CORNER.format(0, 1)}</xdr:from>", f"<xdr:to>{_CORNER.format(6, 3)}</xdr:to>"
_EXTENT = f'<xdr:ext cx="{_WIDE}" cy="{_HIGH}"/>'
_ANCHORS = {
    "twoCellAnchor": _FROM + _TO,
    "oneCellAnchor": _FROM + _EXTENT,
    "absoluteAnchor": '<xdr:pos x="0" y="100000"/>' + _EXTENT,
}


def _slipping() -> Iterator[Case]:
    """Shapes over a row below hidden ones."""
    places = {
        "oneCellAnchor": f"<xdr:from>{_CORNER.format(0, 1)}</xdr:from>"
        + _EXTENT.replace(str(_HIGH), "700000"),
        "absoluteAnchor": f'<xdr:pos x="0" y="100000"/>{_EXTENT.replace(str(_HIGH), "700000")}',
    }
    for anchor, place in places.items():
        drawing = part("xdr:wsDr", f"<xdr:{anchor}>{place}{_sp('xdr')}<xdr:clientData/></xdr:{anchor}>")
        parts = {
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": drawing,
        }

        def build(secret: str, *, parts: Files = parts) -> Files:
            hidden = "".join(f'<x:row r="{row}" hidden="1" ht="40"/>' for row in range(2, 9))
            cell = f'<x:c r="A9" t="inlineStr"><x:is><x:t>{secret}</x:t></x:is></x:c>'
            rows = f'{hidden}<x:row r="9">{cell}</x:row>'
            return xlsx(rows, sheet='<x:drawing r:id="d1"/>', parts=parts)

        yield Case(f"xlsx: shape over hidden rows, {anchor}", build, cover=None)


def _words_of_cell(secret: str, look: str = "") -> str:
    return f'<x:row r="2"><x:c r="A2" t="inlineStr"{look}><x:is><x:t>{secret}</x:t></x:is></x:c></x:row>'


def _sheets() -> Iterator[Case]:
    for (name, shape, files, relation), (anchor, place) in itertools.product(
        _shapes("xdr"), _ANCHORS.items()
    ):
        drawing = part("xdr:wsDr", f"<xdr:{anchor}>{place}{shape}<xdr:clientData/></xdr:{anchor}>")
        parts = {
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": drawing,
            "xl/drawings/_rels/drawing1.xml.rels": relations(
                *((("i1", "image", "../" + relation),) if relation else ())
            ),
            **{f"xl/{key}": value for key, value in files.items()},
        }

        def build(secret: str, parts: Files = parts) -> Files:
            return xlsx(_words_of_cell(secret), sheet='<x:drawing r:id="d1"/>', parts=parts)

        yield Case(
            f"xlsx: {name}, {anchor}", build, cover=None if anchor == "twoCellAnchor" else (_WIDE, _HIGH)
        )


_HIDING = {  # by what they hide: numbers above, below and at zero, words
    "positive": (
        ";;;",
        '"";0;0',
        ";-0;0;@",
        "[<100]0;;",
        '"x"',
        '"x";0',
        "**;**;**",
        "_(* _);0",
        '[Red]"";0',
    ),
    "negative": (";;;", "0;;", "0;", '0;"-";0', "#,##0;[Red];0", "General;;", '0.00;""'),
    "zero": (";;;", "0;-0;", "0;-0;;@", '0;-0;"-"', "#,##0;-#,##0;"),
    "words": (";;;", "0;0;0;", '0;0;0;"x"', "General;General;General;", "0;-0;;"),
}


def _hidden_cells() -> Iterator[Case]:
    for kind, codes in _HIDING.items():
        for code in codes:
            written = (
                code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
            )
            styles = (
                f'<x:numFmts><x:numFmt numFmtId="170" formatCode="{written}"/></x:numFmts>'
                '<x:cellXfs><x:xf/><x:xf numFmtId="170" applyNumberFormat="1"/></x:cellXfs>'
            )

            def build(secret: str, kind: str = kind, styles: str = styles) -> Files:
                if kind == "words":
                    return xlsx(_words_of_cell(secret, ' s="1"'), styles=styles)
                number = (
                    "0" if kind == "zero" else ("-" if kind == "negative" else "") + secrets_of(secret)[1]
                )
                shown = f'<x:row r="2"><x:c r="A2" s="1"><x:v>{number}</x:v></x:c></x:row>'
                return xlsx(shown, styles=styles)

            yield Case(
                f"xlsx: {kind}, format {code}",
                build,
                cover=None,
                gone=kind != "zero",
                told=frozenset({"hidden_part"}),
            )


_CONDITIONS = {
    "always": ("expression", "<x:formula>TRUE</x:formula>"),
    "words": ("expression", '<x:formula>A2&lt;&gt;""</x:formula>'),
    "unknown": ("expression", "<x:formula>VLOOKUP(A2,B:C,2)</x:formula>"),
    "not blank": ("notContainsBlanks", ""),
    "unequal": ('cellIs" operator="notEqual', "<x:formula>7</x:formula>"),
    "double": ("uniqueValues", ""),
}
_CHANGES = (
    "<x:fill><x:patternFill><x:bgColor rgb='FF000000'/></x:patternFill></x:fill>",
    "<x:font><x:color rgb='FFFFFFFF'/></x:font>",
    "<x:font><x:color theme='0'/></x:font>"
    "<x:fill><x:patternFill><x:bgColor indexed='9'/></x:patternFill></x:fill>",
    '<x:numFmt numFmtId="180" formatCode=";;;"/>',
)


def _conditional_cells() -> Iterator[Case]:
    styles = (
        "<x:fonts><x:font/><x:font><x:color rgb='FF000000'/></x:font></x:fonts>"
        "<x:cellXfs><x:xf/><x:xf fontId='1' applyFont='1'/></x:cellXfs>"
        f"<x:dxfs>{''.join(f'<x:dxf>{change}</x:dxf>' for change in _CHANGES)}</x:dxfs>"
    )
    for (name, (kind, formula)), number in itertools.product(_CONDITIONS.items(), range(len(_CHANGES))):
        for where in ("A2", "A1:C9 E4", "A1:A1048576"):
            rule = f'<x:cfRule type="{kind}" dxfId="{number}" priority="1">{formula}</x:cfRule>'
            held = f'<x:conditionalFormatting sqref="{where}">{rule}</x:conditionalFormatting>'
            if name == "words" and where != "A2":
                held = held.replace("A2&", "A1&")

            def build(secret: str, *, held: str = held) -> Files:
                return xlsx(_words_of_cell(secret, ' s="1"'), sheet=held, styles=styles)

            yield Case(
                f"xlsx: condition {name}, {number}, {where}",
                build,
                cover=None,
                gone=number == 3,
                baked=number < 3,
            )
    hides = '<x:cfRule type="expression" dxfId="3" priority="1"><x:formula>TRUE</x:formula></x:cfRule>'
    looks = hides.replace('"3"', '"0"').replace("TRUE", "FALSE")
    for name, where, before in (
        *(
            (f"on {where}", where, 0)
            for where in ("A:A", "$A:$C", "2:2", "a2:a9", "Sheet!A2", "C9:A1", "A,2")
        ),
        ("after a thousand others", "A2", 1000),
    ):

        def ranged(secret: str, *, where: str = where, before: int = before) -> Files:
            held = f'<x:conditionalFormatting sqref="C1">{looks}</x:conditionalFormatting>' * before
            held += f'<x:conditionalFormatting sqref="{where}">{hides}</x:conditionalFormatting>'
            return xlsx(_words_of_cell(secret, ' s="1"'), sheet=held, styles=styles)

        yield Case(f"xlsx: condition {name}", ranged, cover=None, gone=True)
    for held in ('<x:dataBar showValue="0"/>', '<x:iconSet showValue="0"/>'):
        rule = f'<x:cfRule priority="1">{held}</x:cfRule>'
        rule = f'<x:conditionalFormatting sqref="A2">{rule}</x:conditionalFormatting>'

        def bare(secret: str, *, rule: str = rule) -> Files:
            number = f'<x:row r="2"><x:c r="A2"><x:v>{secrets_of(secret)[1]}</x:v></x:c></x:row>'
            return xlsx(number, sheet=rule)

        yield Case(f"xlsx: {held[3:10]} without its value", bare, cover=None, gone=True)


def _old_objects() -> Iterator[Case]:
    """Drawings of old Excel over cells."""
    spaces = (
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"'
        ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    )
    shape = (
        '<v:shape id="s" type="#_x0000_t201" style="position:absolute;width:9pt;height:9pt" {}>{}'
        '<x:ClientData ObjectType="{}"><x:Anchor>0, 0, 1, 0, 6, 0, 3, 0</x:Anchor>{}</x:ClientData></v:shape>'
    )
    for name, (looks, inside, kind, more) in {
        "comment that is shown": ('fillcolor="#ffffe1"', "", "Note", "<x:Visible/>"),
        "comment with a line break": ("", "<v:textbox><div>a<br>b</div></v:textbox>", "Note", "<x:Visible/>"),
        "button": ('fillcolor="buttonFace [67]"', "", "Button", ""),
        "list": ("", "", "List", ""),
        "embedded file": ("", '<v:imagedata o:relid="r1"/>', "Pict", ""),
    }.items():
        drawing = f"<xml {spaces}>{shape.format(looks, inside, kind, more)}</xml>".encode()
        for beside in (False, True):
            parts = {
                "xl/worksheets/_rels/sheet1.xml.rels": relations(
                    ("v1", "vmlDrawing", "../drawings/vml1.vml"),
                    ("d1", "drawing", "../drawings/drawing1.xml"),
                ),
                "xl/drawings/vml1.vml": drawing,
                **({"xl/drawings/drawing1.xml": part("xdr:wsDr", "")} if beside else {}),
            }
            refers = '<x:drawing r:id="d1"/>' * beside + '<x:legacyDrawing r:id="v1"/>'

            def build(secret: str, *, parts: Files = parts, refers: str = refers) -> Files:
                return xlsx(_words_of_cell(secret), sheet=refers, parts=parts)

            yield Case(f"xlsx: old {name}{', beside others' * beside}", build, cover=None)


# OpenDocument

_BODIES = {
    "text": "<text:p>{}{}</text:p>",
    "spreadsheet": "<table:table><table:shapes>{}</table:shapes><table:table-row>"
    '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    "</table:table-row></table:table>",
    "presentation": '<draw:page draw:master-page-name="M">{1}{0}</draw:page>',
}
_UNDER = (
    '<draw:frame svg:x="0cm" svg:y="0cm" svg:width="10cm" svg:height="1cm" draw:style-name="u">'
    "<draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
)
_PLACE = 'svg:x="0cm" svg:y="0cm" svg:width="10cm" svg:height="1cm" draw:z-index="1"'
_LOOK = (
    'draw:fill="solid" draw:fill-color="#000000" draw:stroke="none" style:wrap="run-through"'
    ' style:vertical-pos="from-top" style:vertical-rel="paragraph" style:horizontal-pos="from-left"'
    ' style:horizontal-rel="paragraph" style:run-through="foreground"'
)


def _open_style(name: str, looks: str) -> str:
    looks = f"<style:graphic-properties {looks}/>"
    return f'<style:style style:name="{name}" style:family="graphic">{looks}</style:style>'


def _open_shapes() -> Iterator[tuple[str, str, Files, str, str]]:
    """Name, shape, files, looks, and what stands in the styles."""
    place = f'{_PLACE} draw:style-name="g"'
    yield "rect", f"<draw:rect {place}/>", {}, _LOOK, ""
    geometry = (
        '<draw:enhanced-geometry svg:viewBox="0 0 21600 21600" draw:type="{}" draw:enhanced-path="{}"/>'
    )
    path = "M 0 0 L 21600 0 21600 21600 0 21600 0 0 Z N"
    for name, (kind, steps) in {
        "custom shape": ("rectangle", path),
        "imported shape": ("ooxml-rect", path),
    }.items():
        yield (
            name,
            f"<draw:custom-shape {place}>{geometry.format(kind, steps)}</draw:custom-shape>",
            {},
            _LOOK,
            "",
        )
    yield (
        "polygon",
        f'<draw:polygon {place} svg:viewBox="0 0 10000 1000" draw:points="0,0 10000,0 10000,1000 0,1000"/>',
        {},
        _LOOK,
        "",
    )
    yield (
        "path",
        f'<draw:path {place} svg:viewBox="0 0 10000 1000" svg:d="M0 0h10000v1000h-10000z"/>',
        {},
        _LOOK,
        "",
    )
    box = f"<draw:frame {place}><draw:text-box><text:p>Nothing</text:p></draw:text-box></draw:frame>"
    yield "box", box, {}, _LOOK + ' fo:background-color="#000000" style:background-transparency="0%"', ""
    yield (
        "scene",
        f"<dr3d:scene xmlns:dr3d='urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0' {place}/>",
        {},
        _LOOK,
        "",
    )
    yield "control", f'<draw:control {place} draw:control="c1"/>', {}, _LOOK, ""
    yield "unknown shape", f"<draw:nobody-knows {place}/>", {}, _LOOK, ""
    for name in ("object", "object-ole", "plugin", "applet", "floating-frame"):
        held = f'<draw:{name} xlink:href="./Object 1" xlink:type="simple"/>'
        bad = '<draw:image xlink:href="./ObjectReplacements/Object 1" xlink:type="simple"/>'
        yield name, f"<draw:frame {place}>{held}</draw:frame>", {}, _LOOK, ""
        files = {"ObjectReplacements/Object 1": _BAD["emf"]}
        yield f"{name} and its picture", f"<draw:frame {place}>{held}{bad}</draw:frame>", files, _LOOK, ""
    for extension, content in {
        "png": black_png(),
        **{f"bad.{key}": value for key, value in _BAD.items()},
    }.items():
        href = f'xlink:href="Pictures/a.{extension}" xlink:type="simple" xlink:show="embed"'
        files = {f"Pictures/a.{extension}": content}
        yield (
            f"picture, {extension}",
            f"<draw:frame {place}><draw:image {href}/></draw:frame>",
            files,
            _LOOK,
            "",
        )
        fill = f'<draw:fill-image draw:name="F" {href}/>'
        looks = _LOOK.replace('"solid"', '"bitmap"') + ' draw:fill-image-name="F" style:repeat="stretch"'
        yield f"rect filled with a picture, {extension}", f"<draw:rect {place}/>", files, looks, fill
    yield (
        "picture that isn't there",
        f'<draw:frame {place}><draw:image xlink:href="a.png"/></draw:frame>',
        {},
        _LOOK,
        "",
    )


_MASTERS = (
    "<office:styles>{}</office:styles><office:automatic-styles><style:page-layout style:name='L'>"
    "<style:page-layout-properties fo:page-width='28cm' fo:page-height='21cm'/></style:page-layout>"
    "</office:automatic-styles><office:master-styles>"
    "<style:master-page style:name='M' style:page-layout-name='L'/></office:master-styles>"
)


def _open_documents() -> Iterator[Case]:
    names = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
    for (name, shape, files, looks, styles), (kind, body) in itertools.product(
        _open_shapes(), _BODIES.items()
    ):
        anchored = shape
        if kind == "text":
            anchored = shape.replace('svg:x="0cm"', 'text:anchor-type="paragraph" svg:x="-0.2cm"', 1)

        def build(
            secret: str, *, kind: str = kind, body: str = body, shape: str = anchored, looks: str = looks,
            files: Files = files, styles: str = styles,
        ) -> Files:  # fmt: skip
            words = _UNDER.format(secret) if kind == "presentation" else secret
            return odf(
                kind,
                body.format(shape, words),
                styles=_open_style("g", looks) + _open_style("u", 'draw:stroke="none" draw:fill="none"'),
                parts=files,
                masters=_MASTERS.format(styles),
            )

        yield Case(f"{names[kind]}: {name}", build)
        if kind == "text" and "picture" in name:

            def behind(secret: str, build: Build = build) -> Files:
                found = build(secret)
                return {**found, "content.xml": found["content.xml"].replace(b"foreground", b"background")}

            yield Case(f"odt: behind, {name}", behind, behind=True)


def _open_cells() -> Iterator[Case]:
    nothing = '<number:{0}-style style:name="{1}"><number:text>{2}</number:text>{3}</number:{0}-style>'
    digits = '<number:number number:min-integer-digits="1"/>'
    shows = f'<number:number-style style:name="P0">{digits}</number:number-style>'
    maps = '<style:map style:condition="value(){}0" style:apply-style-name="P0"/>'
    cell = '<style:style style:name="c" style:family="table-cell" style:data-style-name="N"/>'
    number = (
        '<table:table-cell {2} office:value-type="float" office:value="{0}"><text:p>{1}</text:p>'
        "</table:table-cell>"
    )
    words = '<table:table-cell {2} office:value-type="string"><text:p>{1}</text:p></table:table-cell>'
    sheet = "<table:table>{}<table:table-row>{}</table:table-row></table:table>"
    for where, (styled, columns) in {
        "cell": ('table:style-name="c"', ""),
        "column": ("", '<table:table-column table:default-cell-style-name="c"/>'),
    }.items():
        for name, (style, value, sign) in {
            "number": (nothing.format("number", "N", "", ""), number, ""),
            "number with a word": (nothing.format("number", "N", "x", ""), number, ""),
            "text": (nothing.format("text", "N", "", ""), words, ""),
            "number by words": (nothing.format("text", "N", "", ""), number, ""),
            "negative": (shows + nothing.format("number", "N", "", maps.format("&gt;=")), number, "-"),
            "positive": (shows + nothing.format("number", "N", "", maps.format("&lt;")), number, ""),
            "date": (nothing.format("date", "N", "", ""), number, ""),
        }.items():

            def build(
                secret: str, *, style: str = style, value: str = value, sign: str = sign,
                styled: str = styled, columns: str = columns,
            ) -> Files:  # fmt: skip
                shown_number = sign + secrets_of(secret)[1]
                shown = value.format(shown_number, secret if value == words else shown_number, styled)
                return odf("spreadsheet", sheet.format(columns, shown), styles=style + cell)

            yield Case(
                f"ods: {name} hidden by the format of a {where}", build, cover=None, gone=True,
                told=frozenset({"hidden_part"}),
            )  # fmt: skip


_EXTENDED = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def _open_conditions() -> Iterator[Case]:
    dark = '<style:table-cell-properties fo:background-color="#000000"/>'
    named = f'<style:style style:name="X" style:family="table-cell">{dark}</style:style>'
    named += (
        '<number:text-style style:name="N"><number:text/></number:text-style>'
        '<style:style style:name="Y" style:family="table-cell" style:data-style-name="N"/>'
    )
    sheet = '<table:table table:name="S"><table:table-row><table:table-cell {} office:value-type="string">'
    sheet += "<text:p>{}</text:p></table:table-cell></table:table-row>{}</table:table>"
    for style, condition in itertools.product(
        "XY", ("is-true-formula(TRUE())", "cell-content()!=7", "unheard-of(1)")
    ):
        case = f'<style:map style:condition="{condition}" style:apply-style-name="{style}"/>'

        def by_style(secret: str, *, case: str = case) -> Files:
            cell = f'<style:style style:name="c" style:family="table-cell">{case}</style:style>'
            body = sheet.format('table:style-name="c"', secret, "")
            return odf("spreadsheet", body, styles=cell, masters=f"<office:styles>{named}</office:styles>")

        yield Case(
            f"ods: style map {condition}, {style}",
            by_style,
            cover=None,
            gone=style == "Y",
            baked=style == "X",
        )
    for style, value in itertools.product(
        "XY", ("formula-is(TRUE())", "formula-is([.A1]&lt;&gt;0)", "!=7", "unique")
    ):
        for target in ("S.A1:S.A1", "S.A1:S.C9"):
            case = (
                f'<calcext:conditional-formats xmlns:calcext="{_EXTENDED}">'
                f'<calcext:conditional-format calcext:target-range-address="{target}">'
                f'<calcext:condition calcext:apply-style-name="{style}" calcext:value="{value}"'
                ' calcext:base-cell-address="S.A1"/></calcext:conditional-format>'
                "</calcext:conditional-formats>"
            )

            def extended(secret: str, *, case: str = case) -> Files:
                body = sheet.format("", secret, case)
                return odf("spreadsheet", body, masters=f"<office:styles>{named}</office:styles>")

            yield Case(
                f"ods: condition {value}, {style}, {target}", extended, cover=None, gone=style == "Y",
                baked=style == "X",
            )  # fmt: skip


def _open_unseen() -> Iterator[Case]:
    extension = 'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    clear = f'<style:text-properties {extension} fo:color="#000000" loext:opacity="1%"/>'
    style = f'<style:style style:name="t" style:family="text">{clear}</style:style>'
    yield Case(
        "odt: letters that are seen through",
        lambda secret: odf(
            "text", f'<text:p><text:span text:style-name="t">{secret}</text:span></text:p>', styles=style
        ),
        cover=None,
        gone=True,
        told=frozenset({"hidden_text"}),
    )
    layers = '<draw:layer-set><draw:layer draw:name="off" draw:display="none"/></draw:layer-set>'
    masters = f"<office:master-styles>{layers}<style:master-page style:name='M'/></office:master-styles>"
    for name in ("frame", "custom-shape", "ellipse", "polygon"):
        held = (
            "<draw:text-box><text:p>{}</text:p></draw:text-box>" if name == "frame" else "<text:p>{}</text:p>"
        )
        for where, looks in {"layer": 'draw:layer="off"', "switch": 'draw:display="none"'}.items():

            def off(secret: str, *, name: str = name, held: str = held, looks: str = looks) -> Files:
                shape = f"<draw:{name} {_PLACE} {looks}>{held.format(secret)}</draw:{name}>"
                page = f'<draw:page draw:master-page-name="M">{shape}</draw:page>'
                return odf("presentation", page, masters=masters)

            yield Case(
                f"odp: {name} that a {where} hides",
                off,
                cover=None,
                gone=True,
                told=frozenset({"hidden_part"}),
            )
    note = (
        '<table:table><table:table-row><table:table-cell><office:annotation office:display="true"'
        ' svg:x="0cm" svg:y="0cm" svg:width="10cm" svg:height="1cm"><text:p>x</text:p></office:annotation>'
        "<text:p>{}</text:p></table:table-cell></table:table-row></table:table>"
    )
    yield Case("ods: comment that is shown", lambda secret: odf("spreadsheet", note.format(secret)))


CASES: tuple[Case, ...] = (
    *_old_word(),
    *_new_word(),
    *_unseen_word(),
    *_slides(),
    *_sheets(),
    *_slipping(),
    *_hidden_cells(),
    *_conditional_cells(),
    *_old_objects(),
    *_open_documents(),
    *_open_cells(),
    *_open_conditions(),
    *_open_unseen(),
)
