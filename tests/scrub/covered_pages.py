"""Pages on which something covers words: any annotation of ISO 32000-2 (12.5.6), or drawn in the page itself.

Each page has one row of capitals under its cover and one beside it, every letter once, so that a letter found
in a copy tells where it comes from. The same book can be made without those rows: where two pictures of the
two books are equal, that reader of PDFs hides what lies beneath.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from PIL import ImageFont

from tests.scrub.pdf_files import stream, written

WIDTH, HEIGHT = 216, 144
COVERED, BESIDE = "ABCDEFGHIJKL", "MNOPQRSTUVWX"
SEEN = "sun and moon"
_SIZE, _LEFT, _GAP = 15, 14, 4
_LINES = {COVERED: 62, BESIDE: 22}
BOX = (8, 52, 208, 84)
"""In points: what a cover covers. It ends above `BESIDE` and below `SEEN`."""

_RECT = b"/Rect[%d %d %d %d]" % BOX
_INNER = b"0 0 200 32"


@dataclass(frozen=True, slots=True)
class Cover:
    """`annotations`, `objects`, `resources`, `page` and `after` may name an object of `objects`, or one of
    the book, as `@name@`. `closed`: no word under it may be found, whatever other readers show of it.
    """

    name: str
    annotations: tuple[bytes, ...] = ()
    after: bytes = b""
    before: bytes = b""
    resources: bytes = b""
    page: bytes = b""
    objects: dict[str, bytes] = field(default_factory=dict)
    words: str = "plain"
    book: str = "form"
    media: tuple[int, int, int, int] = (0, 0, WIDTH, HEIGHT)
    rotate: int = 0
    closed: bool = False


def _font_file() -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(1000)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@cache
def letter_boxes() -> dict[str, tuple[float, float, float, float]]:
    """Where each capital stands, in points: left, bottom, right, top."""
    font = _font_file()
    boxes: dict[str, tuple[float, float, float, float]] = {}
    for letters, up in _LINES.items():
        at = float(_LEFT)
        for letter in letters:
            across = font.getlength(letter) * _SIZE / 1000
            boxes[letter] = (at, up, at + across, up + 0.7 * _SIZE)
            at += across + _GAP
    return boxes


def _font_objects() -> list[bytes]:
    font = _font_file()
    assert isinstance(font.path, io.BytesIO)
    data = font.path.getvalue()
    widths = b" ".join(b"%d" % round(font.getlength(chr(code))) for code in range(32, 127))
    return [
        b"<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Aileron/FirstChar 32/LastChar 126/Widths[%s]"
        b"/Encoding/WinAnsiEncoding/FontDescriptor 6 0 R>>" % widths,
        b"<</Type/FontDescriptor/FontName/AAAAAA+Aileron/Flags 32/FontBBox[-150 -230 980 800]/ItalicAngle 0"
        b"/Ascent 800/Descent -230/CapHeight 700/StemV 80/FontFile2 7 0 R>>",
        stream(data, b"/Length1 %d" % len(data), deflate=True),
    ]


def _line(letters: str, way: str) -> bytes:
    """One of the rows, as different programs write it."""
    up, word = _LINES[letters], letters.encode()
    plain = b"BT %%s/F %d Tf %d Tc %d %d Td (%s) Tj ET\n" % (_SIZE, _GAP, _LEFT, up, word)
    if way == "each":
        return b"".join(
            b"BT /F %d Tf 1 0 0 1 %.3f %d Tm (%s) Tj ET\n"
            % (_SIZE, letter_boxes()[letter][0], up, letter.encode())
            for letter in letters
        )
    if way == "bold":
        return plain % b"" + plain.replace(b"%d %d Td" % (_LEFT, up), b"%d.3 %d Td" % (_LEFT, up)) % b""
    if way == "twice":
        return plain % b"" * 2
    if way == "on black":
        return b"0 g 4 %d 208 20 re f 1 g %s0 g\n" % (up - 5, plain % b"")
    return plain % {"outlined": b"2 Tr .3 w ", "red": b"1 0 0 rg ", "gray": b".4 g "}.get(way, b"")


WAYS = ("plain", "each", "bold", "twice", "on black", "outlined", "red", "gray", "in a form")


def _content(cover: Cover, secret: bool) -> tuple[bytes, bytes]:
    """The page's content, and that of the form /W."""
    words = b"".join(_line(row, cover.words) for row in _LINES) if secret else b""
    if cover.words == "on black" and not secret:
        words = b"".join(b"0 g 4 %d 208 20 re f\n" % (up - 5) for up in _LINES.values())
    form, drawn = (words, b"/W Do\n") if cover.words == "in a form" else (b"", words)
    seen = b"BT /F 14 Tf 14 112 Td (%s) Tj ET\n" % SEEN.encode()
    return cover.before + b"q\n" + seen + drawn + b"Q\n" + cover.after, form


_BOOKS = {
    "form": b"/AcroForm<</Fields[@fields@]/DR<</Font<</F 5 0 R>>>>/DA(/F 12 Tf)>>",
    "needing": b"/AcroForm<</Fields[@fields@]/NeedAppearances true/DR<</Font<</F 5 0 R>>>>/DA(/F 12 Tf)>>",
    "formless": b"",
    "base off": b"",
}


def book(covers: Sequence[Cover], *, secret: bool) -> bytes:
    """One file, a page a cover. All of one `Cover.book`."""
    objects: list[bytes] = [b"", b"", b"<</Type/OCG/Name(on)>>", b"<</Type/OCG/Name(off)>>", *_font_objects()]
    kids, fields = [], []
    for cover in covers:
        content, form = _content(cover, secret)
        names = {"on": 3, "off": 4, "font": 5}
        parts = {
            "content": stream(content),
            "form": stream(
                form, b"/Type/XObject/Subtype/Form/BBox[0 0 216 144]/Resources<</Font<</F 5 0 R>>>>"
            ),
            **cover.objects,
            **{f"annotation{number}": body for number, body in enumerate(cover.annotations)},
            "this": b"<</Type/Page/Parent 2 0 R/MediaBox[%d %d %d %d]/Rotate %d/Contents @content@ 0 R%s"
            b"/Annots[%s]/Resources<</Font<</F 5 0 R>>/Properties<</On 3 0 R/Off 4 0 R>>%s>>>>"
            % (*cover.media, cover.rotate, cover.page, _annots(cover), _resources(cover)),
        }
        for number, name in enumerate(parts, len(objects) + 1):
            names[name] = number
            if name.startswith("annotation") and b"/Widget" in parts[name]:
                fields.append(b"%d 0 R" % number)
        objects += [_named(body, names) for body in parts.values()]
        kids.append(b"%d 0 R" % names["this"])
    which = covers[0].book
    state = b"/BaseState/OFF/ON[3 0 R]" if which == "base off" else b"/OFF[4 0 R]"
    form_entry = _BOOKS[which].replace(b"@fields@", b" ".join(fields))
    layers = b"/OCProperties<</OCGs[3 0 R 4 0 R]/D<<%s/Order[3 0 R 4 0 R]>>>>" % state
    objects[0] = b"<</Type/Catalog/Pages 2 0 R%s%s>>" % (layers, form_entry)
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return written(objects)


def _annots(cover: Cover) -> bytes:
    return b" ".join(b"@annotation%d@ 0 R" % number for number in range(len(cover.annotations)))


def _resources(cover: Cover) -> bytes:
    return (
        cover.resources if b"/XObject" in cover.resources else cover.resources + b"/XObject<</W @form@ 0 R>>"
    )


def _named(body: bytes, names: dict[str, int]) -> bytes:
    return re.sub(rb"@(\w+)@", lambda found: b"%d" % names[found[1].decode()], body)


# Annotations

_QUAD = b"/QuadPoints[8 84 208 84 8 52 208 52]"
_KINDS: dict[str, bytes] = {
    "Text": b"",
    "Link": b"/Border[0 0 2]",
    "FreeText": b"/DA(/F 12 Tf 0 g)/Contents(note)/C[0 0 0]",
    "Line": b"/L[8 68 208 68]/BS<</W 32>>/C[0 0 0]",
    "Square": b"/IC[0 0 0]/C[0 0 0]",
    "Circle": b"/IC[0 0 0]/C[0 0 0]",
    "Polygon": b"/Vertices[8 52 208 52 208 84 8 84]/IC[0 0 0]/C[0 0 0]",
    "PolyLine": b"/Vertices[8 68 100 68 208 68]/BS<</W 32>>/C[0 0 0]",
    "Highlight": _QUAD + b"/C[0 0 0]",
    "Underline": _QUAD + b"/C[0 0 0]",
    "Squiggly": _QUAD + b"/C[0 0 0]",
    "StrikeOut": _QUAD + b"/C[0 0 0]/BS<</W 30>>",
    "Stamp": b"/Name/Draft/C[0 0 0]",
    "Caret": b"/C[0 0 0]",
    "Ink": b"/InkList[[8 68 208 68]]/BS<</W 32>>/C[0 0 0]",
    "Popup": b"/Open true/C[0 0 0]",
    "FileAttachment": b"/C[0 0 0]",
    "Sound": b"/C[0 0 0]",
    "Movie": b"/C[0 0 0]",
    "Screen": b"/MK<</BG[0 0 0]>>",
    "PrinterMark": b"",
    "TrapNet": b"",
    "Watermark": b"",
    "3D": b"",
    "Redact": _QUAD + b"/IC[0 0 0]",
    "Projection": b"",
    "RichMedia": b"",
    "Nobody": b"/C[0 0 0]",
    "Widget Tx": b"/FT/Tx/T(t%d)/V(text)/DA(/F 12 Tf 0 g)/MK<</BG[0 0 0]>>",
    "Widget Btn": b"/FT/Btn/T(b%d)/MK<</BG[0 0 0]>>",
    "Widget push": b"/FT/Btn/Ff 65536/T(p%d)/MK<</BG[0 0 0]/CA(push)>>",
    "Widget Ch": b"/FT/Ch/T(c%d)/V(one)/Opt[(one)(two)]/DA(/F 12 Tf 0 g)/MK<</BG[0 0 0]>>",
    "Widget Sig": b"/FT/Sig/T(s%d)",
}


def _form(drawing: bytes, more: bytes = b"/BBox[0 0 200 32]") -> bytes:
    return stream(drawing, b"/Type/XObject/Subtype/Form%s" % more)


_BLACK, _WHITE = _form(b"0 g 0 0 200 32 re f"), _form(b"1 g 0 0 200 32 re f")
_GROUP = b"/BBox[0 0 200 32]/Group<</S/Transparency%s>>/Resources<</ExtGState<</G<<%s>>>>>>"


def _blended(state: bytes, colour: bytes = b"0 g", group: bytes = b"") -> bytes:
    return _form(b"/G gs %s 0 0 200 32 re f" % colour, _GROUP % (group, state))


APPEARANCES: dict[str, tuple[bytes, dict[str, bytes]]] = {
    "none": (b"", {}),
    "black": (b"/AP<</N @a@ 0 R>>", {"a": _BLACK}),
    "white": (b"/AP<</N @a@ 0 R>>", {"a": _WHITE}),
    "dangling": (b"/AP<</N 9999 0 R>>", {}),
    "no stream": (b"/AP<</N @a@ 0 R>>", {"a": b"(nothing)"}),
    "rubbish": (b"/AP<</N @a@ 0 R>>", {"a": _form(b"]] >> ( q q Q f0 \xff\xfe BT")}),
    "bad flate": (
        b"/AP<</N @a@ 0 R>>",
        {"a": stream(b"rubbish", b"/Subtype/Form/BBox[0 0 200 32]/Filter/FlateDecode")},
    ),
    "no box": (b"/AP<</N @a@ 0 R>>", {"a": _form(b"0 g 0 0 200 32 re f", b"")}),
    "empty box": (b"/AP<</N @a@ 0 R>>", {"a": _form(b"0 g 0 0 200 32 re f", b"/BBox[0 0 0 0]")}),
    "no type": (b"/AP<</N @a@ 0 R>>", {"a": stream(b"0 g 0 0 200 32 re f", b"/BBox[0 0 200 32]")}),
    "states": (b"/AS/On/AP<</N<</On @a@ 0 R/Off @b@ 0 R>>>>", {"a": _BLACK, "b": _form(b"")}),
    "states, off": (b"/AS/Off/AP<</N<</On @a@ 0 R/Off @b@ 0 R>>>>", {"a": _BLACK, "b": _form(b"")}),
    "states without AS": (b"/AP<</N<</On @a@ 0 R/Off @b@ 0 R>>>>", {"a": _BLACK, "b": _form(b"")}),
    "states, only Off": (b"/AP<</N<</Off @a@ 0 R>>>>", {"a": _BLACK}),
    "states, V without AS": (b"/V/On/AP<</N<</On @a@ 0 R/Off @b@ 0 R>>>>", {"a": _BLACK, "b": _form(b"")}),
    "states, wrong AS": (b"/AS/Nix/AP<</N<</On @a@ 0 R/Off @b@ 0 R>>>>", {"a": _BLACK, "b": _form(b"")}),
    "only rollover": (b"/AP<</R @a@ 0 R/D @a@ 0 R>>", {"a": _BLACK}),
    "turned": (
        b"/AP<</N @a@ 0 R>>",
        {"a": _form(b"0 g 0 0 32 200 re f", b"/BBox[0 0 32 200]/Matrix[0 1 -1 0 0 0]")},
    ),
    "small, scaled up": (
        b"/AP<</N @a@ 0 R>>",
        {"a": _form(b"0 g 0 0 1 1 re f", b"/BBox[0 0 1 1]/Matrix[9 0 0 9 5 5]")},
    ),
    "group": (b"/AP<</N @a@ 0 R>>", {"a": _blended(b"", group=b"/I true/K true")}),
    "half opaque": (b"/AP<</N @a@ 0 R>>", {"a": _blended(b"/ca .5")}),
    "almost opaque": (b"/AP<</N @a@ 0 R>>", {"a": _blended(b"/ca .97")}),
    "CA": (b"/CA .6/AP<</N @a@ 0 R>>", {"a": _BLACK}),
}  # fmt: skip

BLENDS = (
    *("Normal", "Multiply", "Screen", "Overlay", "Darken", "Lighten", "ColorDodge", "ColorBurn"),
    *("HardLight", "SoftLight", "Difference", "Exclusion", "Hue", "Saturation", "Color", "Luminosity"),
)
_FLAGS = {
    "print": 4, "hidden": 2, "no view": 32, "invisible": 1, "no zoom, no rotate": 28, "toggle": 260,
    "locked": 196, "hidden, print": 6, "no view, print": 36,
}  # fmt: skip


def _annotation(kind: str, more: bytes = b"/F 4") -> bytes:
    return b"<</Type/Annot/Subtype/%s%s%s%s>>" % (
        kind.split(maxsplit=1)[0].encode(),
        _RECT,
        _KINDS[kind],
        more,
    )


def _annotated(name: str, kind: str, look: str, more: bytes = b"/F 4") -> Cover:
    appearance, objects = APPEARANCES[look]
    return Cover(name, (_annotation(kind, more + appearance),), objects=objects)


def annotations() -> list[Cover]:
    """Every kind with every appearance; then flags, layers, boxes, blends, ways of writing, order."""
    made = (_looks, _flagged, _fields, _layered, _placed, _blends, _on_words)
    several = (each for make in made for each in make())
    numbered = [
        replace(cover, annotations=tuple(each.replace(b"%d", b"%d" % number) for each in cover.annotations))
        for number, cover in enumerate(several)
    ]
    return [*numbered, *_ordered()]


def _looks() -> Iterator[Cover]:
    for kind in _KINDS:
        for look in APPEARANCES:
            yield _annotated(f"{kind}, {look}", kind, look)


def _flagged() -> Iterator[Cover]:
    kinds = (
        "Square",
        "Highlight",
        "FreeText",
        "Ink",
        "Polygon",
        "Popup",
        "Stamp",
        "Widget Tx",
        "Text",
        "Link",
    )
    for kind in kinds:
        for flag, value in _FLAGS.items():
            for look in ("black", "none"):
                yield _annotated(f"{kind}, {look}, {flag}", kind, look, b"/F %d" % value)
        yield _annotated(f"{kind}, no flags", kind, "black", b"")


def _fields() -> Iterator[Cover]:
    for kind in (each for each in _KINDS if each.startswith("Widget")):
        for which in ("formless", "needing"):
            for look in ("none", "black", "states without AS", "states", "dangling"):
                yield replace(_annotated(f"{kind}, {look}, {which}", kind, look), book=which)


def _layered() -> Iterator[Cover]:
    for layer, entry in LAYERS.items():
        for kind in ("Square", "Highlight", "Widget Tx", "Polygon"):
            for look in ("black", "none"):
                for which in ("form", "base off"):
                    name = f"{kind}, {look}, layer {layer}, {which}"
                    yield replace(_annotated(name, kind, look, b"/F 4/OC " + entry), book=which)


def _placed() -> Iterator[Cover]:
    for place, changes in PLACES.items():
        for kind in ("Square", "Polygon", "Highlight", "Ink", "Widget Tx", "FreeText", "Line"):
            for look in ("black", "none", "turned"):
                cover = _annotated(f"{kind}, {look}, {place}", kind, look)
                yield replace(cover, **changes)  # type: ignore[arg-type]  # fields of a Cover


def _on_words() -> Iterator[Cover]:
    looks = (("Square", "black"), ("Square", "white"), ("Highlight", "none"), ("FreeText", "none"))
    for way in WAYS:
        for kind, look in looks:
            yield replace(_annotated(f"{kind}, {look}, words {way}", kind, look), words=way)


LAYERS = {
    "on": b"@on@ 0 R",
    "off": b"@off@ 0 R",
    "all on": b"<</Type/OCMD/OCGs[@on@ 0 R @off@ 0 R]/P/AllOn>>",
    "any on": b"<</Type/OCMD/OCGs[@on@ 0 R @off@ 0 R]/P/AnyOn>>",
    "any off": b"<</Type/OCMD/OCGs[@on@ 0 R @off@ 0 R]/P/AnyOff>>",
    "not off": b"<</Type/OCMD/VE[/Not @off@ 0 R]>>",
    "none": b"9999 0 R",
}
PLACES: dict[str, dict[str, object]] = {
    "turned page": {"rotate": 90},
    "page upside down": {"rotate": 180},
    "page turned back": {"rotate": 270},
    "crop box": {"page": b"/CropBox[6 10 210 130]"},
    "crop box beyond": {"page": b"/CropBox[-50 -50 500 500]"},
    "crop box, turned": {"page": b"/CropBox[6 10 210 130]", "rotate": 90},
    "media box off": {"media": (-20, -10, 216, 144)},
    "user unit": {"page": b"/UserUnit 1.5"},
    "trim and bleed": {"page": b"/TrimBox[20 20 100 100]/BleedBox[30 30 90 90]"},
}


def _blends() -> Iterator[Cover]:
    """Modes in an appearance, with the words' own colour, black and white."""
    pairs = (("plain", b"0 g"), ("red", b"1 0 0 rg"), ("plain", b"1 g"), ("gray", b".4 g"), ("red", b"0 g"))
    for mode in BLENDS:
        for way, colour in pairs:
            for kind in ("Highlight", "Square"):
                drawn = _annotation(kind, b"/F 4/AP<</N @a@ 0 R>>")
                objects = {"a": _blended(b"/BM/%s" % mode.encode(), colour)}
                yield Cover(
                    f"{kind}, {mode}, {colour.decode()} on {way}", (drawn,), objects=objects, words=way
                )
    own = (("plain", b"0 0 0"), ("red", b"1 0 0"), ("gray", b".4 .4 .4"), ("plain", b"1 1 0"))
    for way, colour in own:
        head = b"<</Type/Annot/Subtype/Highlight/F 4%s%s/C[%s]" % (_RECT, _QUAD, colour)
        name = f"Highlight without an appearance, {colour.decode()} on {way}"
        yield Cover(name, (head + b">>",), words=way)
        yield Cover(name + ", with CA", (head + b"/CA .5>>",), words=way)


def _ordered() -> Iterator[Cover]:
    """More than one annotation on another."""
    black, objects = APPEARANCES["black"]
    square = _annotation("Square", b"/F 4" + black)
    words = _form(
        b"BT /F 12 Tf 10 10 Td (another word) Tj ET", b"/BBox[0 0 200 32]/Resources<</Font<</F 5 0 R>>>>"
    )
    typed = b"<</Type/Annot/Subtype/FreeText/F 4%s/DA(/F 12 Tf)/AP<</N @t@ 0 R>>>>" % _RECT
    both = {**objects, "t": words}
    popup = b"<</Type/Annot/Subtype/Popup/F 28/Open true%s/Parent @annotation0@ 0 R>>" % _RECT
    for name, pile in {
        "square over typed words": (typed, square), "typed words over a square": (square, typed),
        "two squares": (square, square), "a square and its pop-up": (square, popup),
        "a pop-up alone": (popup.replace(b"@annotation0@", b"@this@"),),
        "a square, a highlight over it": (square, _annotation("Highlight")),
        "a polygon under a square": (_annotation("Polygon"), square),
        "a polygon over a square": (square, _annotation("Polygon")),
        "a polygon over typed words": (typed, _annotation("Polygon")),
        "white over black": (square, _annotation("Square", b"/F 4/AP<</N @w@ 0 R>>")),
        "a hidden square and a seen one": (_annotation("Square", b"/F 2" + black), square),
    }.items():  # fmt: skip
        yield Cover(name, pile, objects={**both, "w": _WHITE})


# Drawn in the page itself

_X, _Y, _W, _H = BOX[0], BOX[1], BOX[2] - BOX[0], BOX[3] - BOX[1]
_FILL = b"%d %d %d %d re f\n" % (_X, _Y, _W, _H)
_PLACED = b"q %d 0 0 %d %d %d cm %%s Q\n" % (_W, _H, _X, _Y)
_IMAGE = b"/Type/XObject/Subtype/Image/Width 2/Height 2/BitsPerComponent 8"


def _tile(drawing: bytes, paint: int = 1, more: bytes = b"") -> bytes:
    head = b"/Type/Pattern/PatternType 1/PaintType %d/TilingType 1/BBox[0 0 8 8]/XStep 8/YStep 8%s"
    return stream(drawing, head % (paint, more or b"/Resources<<>>"))


_PATTERN = b"/Pattern cs /P scn " + _FILL
_FONT = b"/Resources<</Font<</F 5 0 R>>>>"
_STATE = b"/ExtGState<</G<<%s>>>>"
_XS = b"/XObject<</W @form@ 0 R/I @i@ 0 R>>"


def drawn() -> Iterator[Cover]:
    """Covers that are part of the page. `closed` where nobody can read what is beneath."""
    for way in WAYS:
        for colour in (b"0 g ", b"1 g ", b".7 g ", b".1 .2 .8 rg "):
            yield Cover(f"a box {colour.decode()}on {way}", after=colour + _FILL, words=way, closed=True)
        for name, cover in _textured().items():
            yield replace(cover, name=f"{name} on {way}", words=way)
    for mode in BLENDS:
        for way, colour in (
            ("plain", b"0 g "),
            ("plain", b"1 g "),
            ("red", b"1 0 0 rg "),
            ("gray", b".4 g "),
        ):
            state = _STATE % (b"/BM/%s" % mode.encode())
            name = f"{mode}, {colour.decode()}on {way}"
            yield Cover(name, after=b"/G gs " + colour + _FILL, resources=state, words=way)
    for place, changes in PLACES.items():
        cover = Cover(f"a box, {place}", after=b"0 g " + _FILL, closed=True)
        yield replace(cover, **changes)  # type: ignore[arg-type]  # fields of a Cover
        cover = replace(_textured()["letters"], name=f"letters, {place}")
        yield replace(cover, **changes)  # type: ignore[arg-type]  # fields of a Cover
    for layer in ("On", "Off"):
        yield Cover(f"a box in a layer, {layer}", after=b"/OC /%s BDC 0 g %sEMC\n" % (layer.encode(), _FILL))
    yield Cover("nothing")
    for way in WAYS:
        yield Cover(f"nothing on {way}", words=way)
        yield Cover(f"a box below {way}", before=b".8 g " + _FILL + b"0 g ", words=way)


def _textured() -> dict[str, Cover]:
    gray = stream(b"\x20\x30\x40\x50", _IMAGE + b"/ColorSpace/DeviceGray")
    masked = stream(b"\x20\x30\x40\x50", _IMAGE + b"/ColorSpace/DeviceGray/SMask @m@ 0 R")
    letters = b"".join(
        b"BT /F 9 Tf 0 g %d %d Td (yzyzyzyzyzyzyzyzyzyzyzyzyzyzyzyzyzyz) Tj ET\n" % (_X + 2, up)
        for up in range(54, 80, 8)
    )
    each = b"".join(
        b"BT /F 15 Tf 0 g %.2f 62 Td (y) Tj ET\n" % letter_boxes()[letter][0] for letter in COVERED
    )
    hatch = b"0 g .8 w -1 -1 m 9 9 l S -1 7 m 1 9 l S 7 -1 m 9 1 l S"
    pattern = b"/Pattern<</P @p@ 0 R>>"
    lines = b"".join(b"%d 52 m %d 84 l S\n" % (at, at + 10) for at in range(0, 210, 3))
    clipped = b"q 8 52 200 32 re W n "
    shading = (
        b"/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[8 0 208 0]/Function<</FunctionType 2"
    )
    shading += b"/Domain[0 1]/C0[0]/C1[.9]/N 1>>/Extend[true true]>>>>"
    mask = stream(
        b"\xff", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
    )
    soft = b"/SMask<</S/Luminosity/G @g@ 0 R>>"
    white_group = stream(
        b"1 g 0 0 216 144 re f",
        b"/Type/XObject/Subtype/Form/BBox[0 0 216 144]/Group<</S/Transparency/CS/DeviceGray>>",
    )
    return {
        "a picture": Cover("", after=_PLACED % b"/I Do", resources=_XS, objects={"i": gray}, closed=True),
        "a picture with a mask": Cover(
            "", after=_PLACED % b"/I Do", resources=_XS, objects={"i": masked, "m": mask}, closed=True
        ),
        "an inline picture": Cover(
            "", after=_PLACED % b"BI /W 2 /H 1 /BPC 8 /CS /G ID \x30\x90 EI", closed=True
        ),
        "a stencil": Cover("", after=_PLACED % b"0 g BI /W 1 /H 1 /IM true ID \0 EI", closed=True),
        "a shading": Cover("", after=clipped + b"/S sh Q\n", resources=shading, closed=True),
        "a hatched box": Cover(
            "", after=_PATTERN, resources=pattern, closed=True,
            objects={"p": _tile(b"1 g 0 0 8 8 re f " + hatch)},
        ),
        "hatching": Cover("", after=_PATTERN, resources=pattern, objects={"p": _tile(hatch)}),
        "hatching, uncoloured": Cover(
            "",
            after=b"/C cs 0 0 0 /P scn " + _FILL,
            resources=pattern + b"/ColorSpace<</C[/Pattern/DeviceRGB]>>",
            objects={"p": _tile(b"0 0 8 8 re f", 2)},
            closed=True,
        ),
        "a pattern with letters": Cover(
            "", after=_PATTERN, resources=pattern, closed=True,
            objects={"p": _tile(b"1 g 0 0 8 8 re f 0 g BT /F 9 Tf 1 1 Td (z) Tj ET", 1, _FONT)},
        ),
        "lines": Cover("", after=b"1 g " + _FILL + b"0 G " + clipped + lines + b"Q\n", closed=True),
        "letters": Cover("", after=b"1 g " + _FILL + letters, closed=True),
        "the same places": Cover("", after=b"1 g " + _FILL + each, closed=True),
        "letters in a form": Cover(
            "", after=b"/I Do\n", resources=_XS, closed=True,
            objects={"i": stream(b"1 g " + _FILL + each, b"/Subtype/Form/BBox[0 0 216 144]" + _FONT)},
        ),
        "letters alone": Cover("", after=letters),
        "a thick line": Cover("", after=b"0 G 32 w 8 68 m 208 68 l S\n", closed=True),
        "an almost opaque box": Cover(
            "", after=b"/G gs 0 g " + _FILL, resources=_STATE % b"/ca .96", closed=True
        ),
        "an almost opaque white box": Cover(
            "", after=b"/G gs 1 g " + _FILL, resources=_STATE % b"/ca .97", closed=True
        ),
        "a half opaque box": Cover("", after=b"/G gs 0 g " + _FILL, resources=_STATE % b"/ca .4"),
        "a box with a soft mask": Cover(
            "", after=b"/G gs 0 g " + _FILL, resources=_STATE % soft, objects={"g": white_group}, closed=True
        ),
        "a group": Cover(
            "", after=b"/I Do\n", resources=_XS, closed=True,
            objects={
                "i": stream(
                    b"0 g " + _FILL, b"/Subtype/Form/BBox[0 0 216 144]/Group<</S/Transparency/I true/K true>>"
                )
            },
        ),
        "a box with holes": Cover("", after=b"0 g 8 52 200 32 re 60 52 40 32 re f*\n"),
        "half a box": Cover("", after=b"0 g 8 52 100 32 re f\n"),
    }  # fmt: skip


def covers() -> list[Cover]:
    """All of them, none twice."""
    found = [*annotations(), *drawn()]
    assert len({cover.name for cover in found}) == len(found)
    return found
