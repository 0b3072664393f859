"""A copy of an office document never shows more than the original: what lies under a cover stays under one of
the same place and size, or is gone; what isn't shown of a cell is gone.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import pytest

from bot.scrub import Clean
from tests.bot.scrub.covered_office import CASES, SECRET, Case, secrets_of

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
    for name, part in parts.items():
        if re.fullmatch(r"word/document.xml|ppt/slides/slide\d.xml|xl/drawings/drawing\d.xml", name):
            found += _office_covers(ElementTree.fromstring(part))
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
    """Of the words and the ground of A2."""
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


def _marks(case: Case, number: int) -> tuple[pytest.MarkDecorator, ...]:
    return () if number % _LEAN == 0 else (pytest.mark.long,)


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
