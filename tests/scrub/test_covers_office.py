"""A copy of an office document never shows more than the original: what lies under a cover stays under one of
the same place and size, or is gone; what isn't shown of a cell is gone.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest

from scrub.office.sheet_expressions import Unknown, Value, holds
from scrub.office.sheet_formats import hidden_as
from scrub.report import Clean
from tests.scrub.covered_office import CASES, SECRET, Case, black_png, secrets_of
from tests.scrub.office_files import docx, part, picture, relations, xlsx, zipped

_CM = 360_000
_SLACK = 20_000
"""In EMU: half a millimetre."""

_LEAN = 17
Box = tuple[float, float]


def parts_of(content: bytes) -> dict[str, bytes]:
    """What is in a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def is_in(content: bytes, words: tuple[str, ...]) -> bool:
    """Whether any of them can be found in any part."""
    return any(word.encode() in part for part in parts_of(content).values() for word in words)


def covers(content: bytes, media_type: str) -> list[tuple[Box, bool]]:
    """Width and height (EMU) of every opaque shape, and whether it lies behind the words."""
    parts = parts_of(content)
    if media_type.startswith("application/vnd.oasis"):
        return list(_open_covers(parts))
    found: list[tuple[Box, bool]] = []
    for name, content_of in parts.items():
        if re.fullmatch(r"word/document.xml|ppt/slides/slide\d.xml|xl/drawings/drawing\d.xml", name):
            found += _office_covers(ElementTree.fromstring(content_of))
    return found


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _find(element: ElementTree.Element, *path: str) -> ElementTree.Element | None:
    for name in path:
        found = next((child for child in element if _name(child) == name), None)
        if found is None:
            return None
        element = found
    return element


def _office_covers(root: ElementTree.Element) -> Iterator[tuple[Box, bool]]:
    words_met = False
    for element in root.iter():
        words_met = words_met or (_name(element) == "t" and (element.text or "") in (SECRET, "under"))
        if _name(element) in ("anchor", "inline", "oneCellAnchor", "absoluteAnchor", "twoCellAnchor"):
            extent = _find(element, "extent")
            extent = _find(element, "ext") if extent is None else extent
            size = (0.0, 0.0) if extent is None else (float(extent.get("cx", 0)), float(extent.get("cy", 0)))
            if any(_is_opaque(shape) for shape in element.iter()):
                yield size, element.get("behindDoc") == "1"
        elif _name(element) in ("sp", "pic", "graphicFrame") and _is_opaque(element):
            size_of = next((e for e in element.iter() if _name(e) == "ext" and e.get("cx")), None)
            if size_of is not None:
                yield (float(size_of.get("cx", 0)), float(size_of.get("cy", 0))), not words_met


def _is_opaque(shape: ElementTree.Element) -> bool:
    if _name(shape) == "pic":
        return any(_name(inner) == "blip" for inner in shape.iter())
    if _name(shape) == "graphicFrame":
        looks = next((inner for inner in shape.iter() if _name(inner) == "tcPr"), None)
    else:
        looks = _find(shape, "spPr") if _name(shape) in ("sp", "wsp") else None
    if looks is None:
        return False
    line = _find(looks, "ln")
    if line is not None and int(line.get("w", "0")) >= 300_000 and _find(line, "solidFill") is not None:
        return True
    fill = next((child for child in looks if _name(child).endswith("Fill")), None)
    if fill is None or _name(fill) == "noFill":
        return False
    if _name(fill) == "blipFill":
        return any(_name(inner) == "blip" for inner in fill)
    return not any(_name(inner).startswith("alpha") for inner in fill.iter())


_SAME = {"": "white", "FFFFFFFF": "white", "0": "white", "9": "white", "FF000000": "black"}


def _colors_of_cell(parts: dict[str, bytes]) -> tuple[str, str]:
    """Of the words and the ground of A2, or of the first cell of an OpenDocument sheet."""
    if "content.xml" in parts:
        content = parts["content.xml"].decode()
        named = re.search(r'table:table-cell [^>]*table:style-name="(\w+)"', content)
        dark = named and re.search(
            rf'style:name="{named[1]}"><style:table-cell-properties fo:background-color="#000000"', content
        )
        return "black", "black" if dark else "white"
    look = re.search(rb'<x:c r="A2" s="([0-9]+)"', parts["xl/worksheets/sheet1.xml"])
    styles = ElementTree.fromstring(parts["xl/styles.xml"])
    lists = {_name(one): list(one) for one in styles}
    entry = lists["cellXfs"][int(look[1]) if look else 0]
    color = _find(lists["fonts"][int(entry.get("fontId", 0))], "color")
    fills = lists.get("fills", [])[int(entry.get("fillId", 0)) :]
    ground = _find(fills[0], "patternFill", "fgColor") if fills else None
    words = "black" if color is None else _SAME["".join(color.attrib.values())]
    return words, "white" if ground is None else _SAME["".join(ground.attrib.values())]


def _key(element: ElementTree.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _open_covers(parts: dict[str, bytes]) -> Iterator[tuple[Box, bool]]:
    roots = [ElementTree.fromstring(parts[name]) for name in ("content.xml", "styles.xml") if name in parts]
    looks, images = {}, set()
    for element in (element for root in roots for element in root.iter()):
        if _name(element) == "style" and (found := _find(element, "graphic-properties")) is not None:
            looks[_key(element, "name")] = found
        elif _name(element) == "fill-image":
            images.add(_key(element, "name"))
    words_met = False
    for element in roots[0].iter():
        words_met = words_met or SECRET in (element.text or "")
        size = _length(_key(element, "width")), _length(_key(element, "height"))
        look = looks.get(_key(element, "style-name"))
        if not all(size) or look is None:
            continue
        fill = _key(look, "fill")
        filled = fill == "solid" or (fill == "bitmap" and _key(look, "fill-image-name") in images)
        if _name(element) == "frame":
            filled = _find(element, "image") is not None or (
                filled and _key(look, "background-color").startswith("#")
            )
        elif _name(element) == "custom-shape":
            geometry = _find(element, "enhanced-geometry")
            filled = filled and geometry is not None and bool(_key(geometry, "enhanced-path"))
        if filled:
            yield size, _key(look, "run-through") == "background"


def _length(text: str) -> float:
    return float(text.removesuffix("cm")) * _CM if text.endswith("cm") else 0.0


def fault(case: Case, clean: Clean) -> str | None:
    """What a copy shows that its original doesn't; None for nothing."""
    if case.baked:
        font, ground = _colors_of_cell(parts_of(clean.content))
        return None if font == ground else "the cell shows its value"
    if case.gone:
        return "the value is still there" if is_in(clean.content, secrets_of()) else None
    found = covers(clean.content, clean.media_type)
    if case.behind:
        return "a shape came to the front" if any(not behind for _, behind in found) else None
    if not is_in(clean.content, secrets_of()[:1]):
        return None
    wide, high = case.cover or (-_SLACK, -_SLACK)
    for (width, height), behind in found:
        if not behind and width >= wide - _SLACK and height >= high - _SLACK:
            return None
    return "nothing lies over the words"


_ALWAYS = ("xlsx: condition on A:A", "xlsx: condition after a thousand others")


def _marks(case: Case, number: int) -> tuple[pytest.MarkDecorator, ...]:
    return () if number % _LEAN == 0 or case.name in _ALWAYS else (pytest.mark.long,)


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=_marks(case, number), id=case.name) for number, case in enumerate(CASES)],
)
def test_a_copy_never_shows_what_the_original_covers(case: Case, clean: Callable[[bytes], Clean]) -> None:
    result = clean(case.data())
    assert fault(case, result) is None
    assert case.told <= set(result.removed)


def test_there_are_some_hundreds_of_covers_in_all_six_formats() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 400
    assert {case.name[:4] for case in CASES} == {"docx", "pptx", "xlsx", "odt:", "ods:", "odp:"}


def test_shapes_of_old_word_keep_place_size_colour_words_and_order(clean: Callable[[bytes], Clean]) -> None:
    box = "<v:textbox><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></v:textbox>"
    style = (
        "position:absolute;margin-left:1in;margin-top:-.5in;width:72pt;height:36pt;rotation:90;z-index:{};"
        "mso-position-horizontal-relative:page"
    )
    looks = 'fillcolor="#36c" strokecolor="red" strokeweight="2pt"'
    shapes = (
        f'<v:oval style="{style.format(7)}" {looks}>{box}<v:fill opacity=".5"/></v:oval>'
        f'<v:rect style="{style.format(-5)}" filled="f"/>'
    )
    result = clean(zipped(docx(f"<w:p><w:r><w:pict>{shapes}</w:pict></w:r></w:p>")))
    document = parts_of(result.content)["word/document.xml"].decode()
    first, second = document.split("<wp:anchor ")[1:]
    for expected in (
        'behindDoc="0"', 'relativeHeight="7"', '<wp:positionH relativeFrom="page"><wp:posOffset>914400<',
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>-457200<',
        '<wp:extent cx="914400" cy="457200"/>', 'rot="5400000"', "<w:t>boxed</w:t>",
        'prst="ellipse"', '<a:srgbClr val="3366CC"><a:alpha val="50000"/>',
        '<a:ln w="25400"><a:solidFill><a:srgbClr val="FF0000"/>',
    ):  # fmt: skip
        assert expected in first
    assert 'behindDoc="1"' in second
    assert "<a:noFill/>" in second
    assert result.removed == ()
    assert "members_left_out" not in result.notes
    assert clean(result.content).content == result.content


def test_a_hidden_shape_of_old_word_does_not_appear(clean: Callable[[bytes], Clean]) -> None:
    shape = '<v:rect style="position:absolute;width:9pt;height:9pt;visibility:hidden" fillcolor="black"/>'
    result = clean(zipped(docx(f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>")))
    assert b"wps:wsp" not in parts_of(result.content)["word/document.xml"]
    assert "hidden_part" in result.removed


def test_a_picture_that_nobody_sees_goes_and_its_room_stays(clean: Callable[[bytes], Clean]) -> None:
    faded = picture('r:embed="i1"').replace(
        '<a:blip r:embed="i1"/>', '<a:blip r:embed="i1"><a:alphaModFix amt="0"/></a:blip>'
    )
    files = docx(faded, parts={"word/media/a.png": black_png()}, rels=(("i1", "image", "media/a.png"),))
    result = clean(zipped(files))
    parts = parts_of(result.content)
    assert "hidden_image" in result.removed
    assert not any("media" in name for name in parts)
    assert b'<wp:extent cx="900000" cy="600000"/>' in parts["word/document.xml"]
    assert b"<a:noFill/>" in parts["word/document.xml"]


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        (";;;", "5", ""), ("0;;", "5", None), ("0;;", "-5", ""), ("0;;", "0", ""), ('"x"', "5", "x"),
        ("[<5]0;;", "9", ""), ("[<5]0;;", "3", None), ("[h]", "4", None), ("yyyy", "4", None),
        (";;@", "0", ""), ("_-* #,##0_-", "4", None), ("@", "4", None), ("General;;", "-1", ""),
        ('0;-0;;"words"', "0", ""),
    ],
)  # fmt: skip
def test_which_numbers_a_format_shows(code: str, value: str, shown: str | None) -> None:
    assert hidden_as(code, value, words=False) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [(";;;", ""), (";;;@", None), ("0;0;0;", ""), ('0;0;0;"x"', "x"), (";;", None), ('"x"', None)],
)
def test_which_words_a_format_shows(code: str, shown: str | None) -> None:
    assert hidden_as(code, "words", words=True) == shown


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("TRUE", True), ("A2=5", True), ("$A$1>A2", False), ('B2="Ana"', True), ("AND(A2>1,NOT(B2=7))", True),
        ("ISBLANK(C2)", True), ("LEN(B2)=3", True), ("A2<>A1", True), ("-A2<0", True), ("ISERROR(D2)", True),
    ],
)  # fmt: skip
def test_what_a_condition_says(formula: str, expected: bool) -> None:
    cells: dict[tuple[int, int], Value] = {(1, 1): 4.0, (2, 1): 5.0, (2, 2): "ANA", (2, 4): "#N/A"}
    assert holds(formula, (2, 1), (2, 1), lambda row, column: cells.get((row, column))) == expected


@pytest.mark.parametrize("formula", ["SUM(A1:A9)", "A1+1=2", "Other!A1=1", "A1", "(((", '"open', "", "A2(1)"])
def test_a_condition_that_cannot_be_told_is_not_guessed(formula: str) -> None:
    with pytest.raises(Unknown):
        holds(formula, (1, 1), (1, 1), lambda row, column: "words")


def test_the_words_of_a_cell_still_end_where_a_hidden_one_begins(clean: Callable[[bytes], Clean]) -> None:
    columns = '<x:cols><x:col min="2" max="2" hidden="1" width="9"/></x:cols>'
    rows = (
        '<x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t>long</x:t></x:is></x:c>'
        '<x:c r="B2"><x:v>5</x:v></x:c><x:c r="C2" t="str"><x:f>""</x:f><x:v></x:v></x:c></x:row>'
    )
    sheet = parts_of(clean(zipped(xlsx(rows, before=columns))).content)["xl/worksheets/sheet1.xml"].decode()
    blank = 't="inlineStr"><x:is><x:t xml:space="preserve"> </x:t></x:is></x:c>'
    assert f'<x:c r="B2" {blank}<x:c r="C2" {blank}' in sheet


def test_objects_that_a_workbook_does_not_show_stay_unseen(clean: Callable[[bytes], Clean]) -> None:
    case = next(case for case in CASES if case.name == "xlsx: picture, png, twoCellAnchor")
    files = case.build(SECRET)
    book = files["xl/workbook.xml"].replace(b"<x:sheets>", b'<x:workbookPr showObjects="none"/><x:sheets>')
    result = clean(zipped({**files, "xl/workbook.xml": book}))
    assert not any("media" in name or "drawing" in name for name in parts_of(result.content))
    assert "hidden_part" in result.removed


def test_a_chart_that_somebody_drew_over_leaves_its_shape(clean: Callable[[bytes], Clean]) -> None:
    chart = part("c:chartSpace", "<c:chart><c:plotArea><c:layout/></c:plotArea></c:chart>")
    shape = '<c:userShapes xmlns:k="urn:k"><k:sp><k:spPr><a:solidFill/></k:spPr></k:sp></c:userShapes>'
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="5" cy="6"/><wp:docPr id="1" name="x"/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="c1"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    parts = {
        "word/charts/chart1.xml": chart,
        "word/charts/_rels/chart1.xml.rels": relations(("u1", "chartUserShapes", "../drawings/drawing1.xml")),
    }
    rels = (("c1", "chart", "charts/chart1.xml"),)
    assert "word/charts/chart1.xml" in parts_of(clean(zipped(docx(drawing, parts=parts, rels=rels))).content)
    parts["word/drawings/drawing1.xml"] = part("c:userShapes", shape)
    result = clean(zipped(docx(drawing, parts=parts, rels=rels)))
    assert not any("chart" in name for name in parts_of(result.content))
    assert b'<a:srgbClr val="A6A6A6"/>' in parts_of(result.content)["word/document.xml"]
    assert "members_left_out" in result.notes


@pytest.mark.parametrize("anchor", ["oneCellAnchor", "absoluteAnchor"])
def test_a_shape_below_hidden_rows_stays_on_its_cells(anchor: str, clean: Callable[[bytes], Clean]) -> None:
    case = next(case for case in CASES if case.name == f"xlsx: shape over hidden rows, {anchor}")
    drawing = parts_of(clean(case.data()).content)["xl/drawings/drawing1.xml"].decode()
    first, last = (int(row) for row in re.findall(r"<xdr:row>(\d+)</xdr:row>", drawing))
    assert first <= 8 < last  # the ninth row, wherever it lies now


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ('0.0,,"M"', '0.0,,"M"'), ('d "de" mmmm', 'd "de" mmmm'), ("0_ ", "0"), ("0;;", "0;;"),
        ('"Name: "@;"gone"0', '"Name: "@;" "0'), ('[h]" hr "mm', '[h]" hr "mm'),
        ('_-* #,##0.00 "EUR"_-', '_-* #,##0.00 "EUR"_-'),
        ('"x"', None), (";;;", None),
        ("0\\ ", "0"), ('0.00;"gone"', '0.00;" "'),
    ],
)  # fmt: skip
def test_a_format_keeps_the_words_that_are_seen_and_shows_no_digit_more(
    code: str, kept: str | None, clean: Callable[[bytes], Clean]
) -> None:
    written = escape(code, {'"': "&quot;"})
    styles = (
        f'<x:numFmts><x:numFmt numFmtId="170" formatCode="{written}"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="170"/></x:cellXfs>'
    )
    rows = '<x:row r="2"><x:c r="A2" s="1"><x:v>45001.375</x:v></x:c></x:row>'
    root = ElementTree.fromstring(parts_of(clean(zipped(xlsx(rows, styles=styles))).content)["xl/styles.xml"])
    codes = {one.get("numFmtId"): one.get("formatCode") for one in root.iter() if _name(one) == "numFmt"}
    formats = next(list(one) for one in root if _name(one) == "cellXfs")
    assert codes.get(formats[1].get("numFmtId")) == kept


@pytest.mark.parametrize("case", CASES[::23], ids=lambda case: case.name)
def test_a_copy_of_a_copy_has_the_same_covers(case: Case, clean: Callable[[bytes], Clean]) -> None:
    first = clean(case.data())
    second = clean(first.content)
    assert second.removed == ()
    if not any(name.endswith(".jpg") for name in parts_of(first.content)):
        assert second.content == first.content


@pytest.mark.parametrize(
    ("path", "points"),
    [
        ("m0,0l100,50,0,100xe", [(0, 0), (100, 50), (0, 100)]),
        ("m,l100,r,50,-100,xnfe", [(0, 0), (100, 0), (100, 50), (0, 50)]),
        ("m1,2c3,4,5,6,7,8v1,1,2,2,3,3e", [(1, 2), (3, 4), (5, 6), (7, 8), (8, 9), (9, 10), (10, 11)]),
        ("m0,0qx5,5xe", None),
        ("m@0,0l5,5xe", None),
        ("l5,5xe", None),
    ],
)
def test_the_path_of_an_old_shape_is_drawn_or_is_its_rectangle(
    path: str, points: list[tuple[int, int]] | None, clean: Callable[[bytes], Clean]
) -> None:
    style = "position:absolute;width:100pt;height:100pt"
    shape = f'<v:shape style="{style}" coordsize="100,100" path="{path}" fillcolor="black"/>'
    document = parts_of(clean(zipped(docx(f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"))).content)
    root = ElementTree.fromstring(document["word/document.xml"])
    found = [(int(one.get("x", "")), int(one.get("y", ""))) for one in root.iter() if _name(one) == "pt"]
    assert (found or None) == points
    assert ("rect" in [one.get("prst") for one in root.iter()]) == (points is None)
