"""What a Word document places where no page shows it: pictures and shapes, frames, tables, words.

Source: ISO/IEC 29500-1, 20.4.2.10 (`positionH`), 17.3.1.11 (`framePr`), 17.3.1.12 (`ind`),
17.4.57 (`tblpPr`).
"""

import math

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, is_count, is_on, remove

_TWIP, _HALF_POINT = 635, 6350
_LETTER = (12240, 15840)
_MAX_DIGITS = 12
_OF_TABLES = ("w:tblpX", "w:tblpY", "w:horzAnchor", "w:vertAnchor")
_OF_FRAMES = ("w:x", "w:y", "w:hAnchor", "w:vAnchor")
_SPECK = 1000
"""In EMU: a twelfth of a point. Nobody sees what is smaller both ways."""

Page = tuple[int, int, int, int]


def page_of(document: Tree) -> Page:
    """The widest and highest page of all sections, and the least margins left and above, in EMU."""
    sections = all_of(document, (tag("w:sectPr"),))
    sizes = [section.find(tag("w:pgSz")) for section in sections] or [None]
    margins = [section.find(tag("w:pgMar")) for section in sections]
    width, height = (
        max(_number({} if size is None else size.attrib, tag(name), usual) for size in sizes)
        for name, usual in zip(("w:w", "w:h"), _LETTER, strict=True)
    )
    left, top = (
        min((_number(margin.attrib, tag(name), 0) for margin in margins if margin is not None), default=0)
        for name in ("w:left", "w:top")
    )
    return width * _TWIP, height * _TWIP, left * _TWIP, top * _TWIP


def _number(attributes: dict[str, str], name: str, usual: int) -> int:
    value = str(attributes.get(name, ""))
    return int(value) if is_count(value) else usual


def drop(root: Tree, page: Page, findings: Findings) -> None:
    """Takes away what lies wholly beside the page, wherever on it the text stands that holds it; and pictures
    without a size.
    """
    for anchor in all_of(root, (tag("wp:anchor"), tag("wp:inline"))):
        extent = anchor.find(tag("wp:extent"))
        if extent is None:
            continue
        size = [_number(extent.attrib, key, 0) for key in ("cx", "cy")]
        if any(place.get("rot", "0") != "0" for place in anchor.iter(tag("a:xfrm"))):
            size = [int(math.hypot(*size))] * 2
        is_speck = max(size) < _SPECK and next(anchor.iter(tag("a:blip")), None) is not None
        if is_speck or (anchor.tag == tag("wp:anchor") and _is_off(anchor, size, page)):
            findings.add("hidden_image" if is_speck else "hidden_part")
            remove(anchor)
        else:
            _drop_members(anchor, size, page, findings)
    for settings in all_of(root, (tag("w:framePr"), tag("w:tblpPr"))):
        _drop_off_frame(settings, page, findings)
    _drop_moved_words(root, page, findings)


def _drop_moved_words(root: Tree, page: Page, findings: Findings) -> None:
    """A paragraph that is indented by a whole page, letters that are raised or lowered by one."""
    for indent in all_of(root, (tag("w:ind"),)):
        paragraph = next(indent.iterancestors(tag("w:p"), tag("w:style"), tag("w:lvl")), None)
        most = max(_number(indent.attrib, tag(name), 0) for name in ("w:left", "w:start"))
        if paragraph is not None and paragraph.tag == tag("w:p") and most * _TWIP >= page[0]:
            for run in all_of(paragraph, (tag("w:r"),)):
                _drop_run(run, findings)
    for moved in all_of(root, (tag("w:position"),)):
        looks = moved.getparent()
        run = None if looks is None else looks.getparent()
        value = _exactly(moved.get(tag("w:val"), ""))
        if run is not None and run.tag == tag("w:r") and value and abs(value[0]) * _HALF_POINT >= page[1]:
            _drop_run(run, findings)


def _drop_run(run: Tree, findings: Findings) -> None:
    if any(one.tag != tag("w:rPr") for one in run):
        findings.add("hidden_text")
    remove(run)


def _is_off(anchor: Tree, size: list[int], page: Page) -> bool:
    for axis in range(2):
        reach = _reach(anchor, axis, page)
        if reach is not None and (reach[1] + size[axis] <= 0 or reach[0] >= page[axis]):
            return True
    return False


def _reach(anchor: Tree, axis: int, page: Page) -> tuple[int, int] | None:
    """The least and the most distance from the page's edge, as far as known; None where it is aligned."""
    simple = anchor.find(tag("wp:simplePos"))
    if simple is not None and is_on(anchor.get("simplePos", "0")):
        return _exactly(simple.get("xy"[axis], ""))
    return _offsets(anchor.find(tag(("wp:positionH", "wp:positionV")[axis])), page[axis + 2], page[axis])


def _drop_members(anchor: Tree, size: list[int], page: Page, findings: Findings) -> None:
    """Members of a group, not of one in it, that lie beside the page wherever the group is."""
    group = next(anchor.iter(tag("wpg:wgp")), None)
    frame = None if group is None else group.find(f"{tag('wpg:grpSpPr')}/{tag('a:xfrm')}")
    if group is None or frame is None or frame.get("rot", "0") != "0":
        return
    corner, inner = frame.find(tag("a:chOff")), frame.find(tag("a:chExt"))
    if corner is None or inner is None:
        return
    for member in list(group):
        place = next(member.iter(tag("a:xfrm")), None)
        box = None if place is None else (place.find(tag("a:off")), place.find(tag("a:ext")))
        if place is None or box is None or box[0] is None or box[1] is None:
            continue
        turned = place.get("rot", "0") != "0"
        lengths = [_exactly(box[1].get(key, "")) for key in ("cx", "cy")]
        for axis, (key, side) in enumerate((("x", "cx"), ("y", "cy"))):
            room = _exactly(inner.get(side, ""))
            numbers = (_exactly(box[0].get(key, "")), _exactly(corner.get(key, "")), *lengths)
            if room is None or room[0] <= 0 or any(number is None for number in numbers):
                continue
            at, first, *sides = (number[0] for number in numbers if number is not None)
            scale = size[axis] / room[0]
            spare = int(math.hypot(*sides)) if turned else 0
            near = (at - first - spare) * scale
            far = (at - first + sides[axis] + spare) * scale
            reach = _reach(anchor, axis, page) or (0, page[axis])
            if far + reach[1] <= 0 or near + reach[0] >= page[axis]:
                remove(member)
                findings.add("hidden_part")
                break


def _exactly(text: str) -> tuple[int, int] | None:
    text = text.strip()
    if not text.lstrip("-").isdecimal() or len(text) > _MAX_DIGITS:
        return None
    return int(text), int(text)


def _offsets(position: Tree | None, margin: int, whole: int) -> tuple[int, int] | None:
    """From the page's edge, the least and the most; None where something is aligned."""
    offset = None if position is None else position.find(tag("wp:posOffset"))
    exact = None if offset is None else _exactly(offset.text or "")
    if position is None or exact is None:
        return None
    match position.get("relativeFrom"):
        case "page" | "leftMargin" | "topMargin":
            return exact
        case "margin":
            return exact[0] + margin, exact[0] + margin
    return exact[0], exact[0] + whole  # the column, the letter, the line ... is somewhere on the page


def _drop_off_frame(settings: Tree, page: Page, findings: Findings) -> None:
    """A paragraph in a frame of its own, or a table beside the text, which was moved off the page."""
    is_table = settings.tag == tag("w:tblpPr")
    above = tag("w:tbl") if is_table else tag("w:p")
    names = _OF_TABLES if is_table else _OF_FRAMES
    holder = next(settings.iterancestors(above), None)
    if holder is None or next(settings.iterancestors(tag("w:style")), None) is not None:
        return
    for axis, whole in enumerate(page[:2]):
        exact = _exactly(settings.get(tag(names[axis]), ""))
        anchor = settings.get(tag(names[axis + 2]), "page" if not axis else "text")
        room = 0 if anchor in ("page", "margin") else whole
        size = whole if is_table or axis else _number(settings.attrib, tag("w:w"), 0) * _TWIP or whole
        if exact is not None and (exact[0] * _TWIP >= whole or exact[0] * _TWIP + size + room <= 0):
            remove(holder)
            findings.add("hidden_part")
            return
