"""What a chart holds and doesn't draw: words where numbers stand, points beyond the last, titles of axes that
are switched off, names of series and categories that nothing shows.

Source: ISO/IEC 29500-1, 21.2.
"""

import re

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, is_count, is_on, remove

_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,3})?")
_VALUES = (tag("c:numLit"), tag("c:strLit"))
_AXES = tuple(map(tag, ("c:catAx", "c:dateAx", "c:serAx", "c:valAx")))
_NAMING_AXES = _AXES[:3]
_ROUND = tuple(map(tag, ("c:pieChart", "c:pie3DChart", "c:doughnutChart", "c:ofPieChart")))
_KEPT_WHEN_DELETED = (tag("c:idx"), tag("c:delete"))


def drop_unshown(root: Tree, findings: Findings) -> None:
    """`root` is a chart whose values are literal already."""
    for values in all_of(root, _VALUES):
        _drop_points(values, findings)
    for text in all_of(root, (tag("c:tx"),)):
        for other in list(text)[1:]:
            _drop(other, findings)
    for label in all_of(root, map(tag, ("c:dLbl", "c:dLbls"))):
        if _is_switched(label, "c:delete"):
            for child in [child for child in label if child.tag not in _KEPT_WHEN_DELETED]:
                _drop(child, findings)
    for axis in all_of(root, _AXES):
        if _is_switched(axis, "c:delete"):
            for title in axis.findall(tag("c:title")):
                _drop(title, findings)
    _drop_names(root, findings)


def _drop_points(values: Tree, findings: Findings) -> None:
    """A point has a place of its own below the count, and a number where numbers stand."""
    count = values.find(tag("c:ptCount"))
    limit = _number(count.get("val")) if count is not None else None
    met = set()
    for point in values.findall(tag("c:pt")):
        place, value = _number(point.get("idx")), point.find(tag("c:v"))
        text = ((value.text or "") if value is not None else "").strip()
        is_number = values.tag != tag("c:numLit") or _NUMBER.fullmatch(text)
        if place is None or place in met or (limit is not None and place >= limit) or not is_number:
            _drop(point, findings)
        else:
            for more in point.findall(tag("c:v"))[1:]:
                _drop(more, findings)
        met.add(place)


def _drop_names(root: Tree, findings: Findings) -> None:
    legend, table = (next(root.iter(tag(name)), None) is not None for name in ("c:legend", "c:dTable"))
    series = all_of(root, (tag("c:ser"),))
    untitled = next(root.iter(tag("c:autoTitleDeleted")), None)
    titled = len(series) == 1 and not (untitled is not None and is_on(untitled.get("val")))
    if not (legend or table or titled or _is_shown(root, "c:showSerName")):
        for one in series:
            for name in one.findall(tag("c:tx")):
                _drop(name, findings)
    if not legend:
        for name in all_of(root, (tag("c:name"),)):
            _drop(name, findings)
    if not (table or _is_shown(root, "c:showCatName") or _has_named_axis(root)) and not (
        legend and next(root.iter(*_ROUND), None) is not None
    ):
        for names in all_of(root, (tag("c:cat"),)):
            _drop(names, findings)


def _has_named_axis(root: Tree) -> bool:
    for axis in root.iter(*_NAMING_AXES):
        position = axis.find(tag("c:tickLblPos"))
        if not _is_switched(axis, "c:delete") and (position is None or position.get("val") != "none"):
            return True
    return False


def _is_shown(root: Tree, name: str) -> bool:
    return any(is_on(element.get("val")) for element in root.iter(tag(name)))


def _is_switched(element: Tree, name: str) -> bool:
    switch = element.find(tag(name))
    return switch is not None and is_on(switch.get("val"))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and is_count(text) else None


def _drop(element: Tree, findings: Findings) -> None:
    if any(text.strip() and not _NUMBER.fullmatch(text.strip()) for text in element.itertext()):
        findings.add("hidden_part")
    remove(element)
