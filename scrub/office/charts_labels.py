"""Words beside the points of a chart that stand somewhere else in it: in cells, in several levels of names.

Sources: ISO/IEC 29500-1, 21.2.2.95 (`multiLvlStrRef`); [MS-ODRAWXML] 2.24.3 (`datalabelsRange`).
"""

import bisect

from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, etree, is_count

Values = dict[int, str]


def settle(root: Tree, findings: Findings) -> None:
    """A label's fields become the words that they stand for; of others that show cells it is told."""
    for series in all_of(root, (tag("c:ser"),)):
        cells = next((one for one in series.iter() if local(one) == "dlblRangeCache"), None)
        known = {
            "CELLRANGE": _values(cells),
            "CATEGORYNAME": _values(series.find(tag("c:cat"))),
            "XVALUE": _values(series.find(tag("c:xVal"))),
            "VALUE": _values(series.find(tag("c:val"))),
            "YVALUE": _values(series.find(tag("c:yVal"))),
        }
        name = " ".join(value.text or "" for value in _of(series, "c:tx").iter(tag("c:v")))
        shown = False
        for label in all_of(series, (tag("c:dLbl"),)):
            place = label.find(tag("c:idx"))
            number = _number(None if place is None else place.get("val"))
            for field in all_of(label, (tag("a:fld"),)):
                kind = (field.get("type") or "").upper()
                text = field.find(tag("a:t"))
                if text is not None and (kind in known or kind == "SERIESNAME"):
                    shown = shown or kind == "CELLRANGE"
                    text.text = name if kind == "SERIESNAME" else known[kind].get(number, "")
                field.tag = tag("a:r")
                field.attrib.clear()
        if cells is not None and not shown and known["CELLRANGE"]:
            findings.add("members_left_out")


def _of(series: Tree, name: str) -> Tree:
    found = series.find(tag(name))
    return etree.Element("none") if found is None else found


def _number(text: str | None) -> int:
    return int(text) if text is not None and is_count(text) else -1


def _values(holder: Tree | None) -> Values:
    """By the number of the point; of several levels the first one."""
    values: Values = {}
    for point in () if holder is None else holder.iter(tag("c:pt")):
        value = point.find(tag("c:v"))
        if value is not None:
            values.setdefault(_number(point.get("idx")), value.text or "")
    return values


def one_level(levels: list[Tree]) -> list[Tree]:
    """The points of the innermost level, before whose names those of the levels around them stand."""
    inner = levels[0].findall(tag("c:pt")) if levels else []
    for outer in levels[1:]:
        names = sorted(_values(outer).items())
        for point in inner:
            number, value = _number(point.get("idx")), point.find(tag("c:v"))
            around = bisect.bisect_right(names, number, key=lambda name: name[0])
            if value is not None and around:
                value.text = f"{names[around - 1][1]} {value.text or ''}"
    return inner
