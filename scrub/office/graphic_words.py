"""Words of diagrams and of charts of new kinds, as paragraphs of DrawingML (`a:p`) and of Word (`w:p`).

Source: ISO/IEC 29500-1, 21.1.2, 21.4 and 17.3; [MS-ODRAWXML] 2.24.
"""

import copy
from collections.abc import Iterator

from scrub.office.covering import local
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree, is_count, is_on
from scrub.office.word_unseen import THEME_COLORS

_ALIGNED = {"ctr": "center", "r": "right", "just": "both"}
_VAL = tag("w:val")
_HUNDREDTHS_OF_HALF_A_POINT = 50
_UNSHOWN = frozenset({"doc", "pres", "parTrans", "sibTrans"})


def paragraphs_of_word(body: Tree, color: Tree | None) -> Iterator[Tree]:
    """One for each `a:p` of a shape's text; `color`: of letters that have none of their own."""
    for old in body.iter(tag("a:p")):
        new = etree.Element(tag("w:p"))
        settings = old.find(tag("a:pPr"))
        looks = etree.SubElement(new, tag("w:pPr"))
        etree.SubElement(looks, tag("w:spacing")).set(tag("w:after"), "0")
        aligned = None if settings is None else _ALIGNED.get(settings.get("algn", ""))
        if aligned is not None:
            etree.SubElement(looks, tag("w:jc")).set(_VAL, aligned)
        bullet = None if settings is None else settings.find(tag("a:buChar"))
        if bullet is not None and bullet.get("char"):
            _add_run(new, None, f"{bullet.get('char')} ", color)
        for child in old:
            if child.tag in (tag("a:r"), tag("a:fld")):
                text = child.find(tag("a:t"))
                _add_run(new, child.find(tag("a:rPr")), "" if text is None else text.text or "", color)
            elif child.tag == tag("a:br"):
                etree.SubElement(etree.SubElement(new, tag("w:r")), tag("w:br"))
        yield new


def _add_run(paragraph: Tree, settings: Tree | None, text: str, usual: Tree | None) -> None:
    run = etree.SubElement(paragraph, tag("w:r"))
    looks = etree.SubElement(run, tag("w:rPr"))
    if settings is not None:
        for key, name in (("b", "w:b"), ("i", "w:i")):
            if is_on(settings.get(key, "0")):
                etree.SubElement(looks, tag(name))
    fill = None if settings is None else settings.find(tag("a:solidFill"))
    _add_color(looks, usual if fill is None or not len(fill) else fill[0])
    if settings is not None:
        size = settings.get("sz")
        if size is not None and is_count(size):
            etree.SubElement(looks, tag("w:sz")).set(_VAL, str(int(size) // _HUNDREDTHS_OF_HALF_A_POINT))
    etree.SubElement(run, tag("w:t")).text = text


def _add_color(looks: Tree, color: Tree | None) -> None:
    if color is None:
        return
    new = etree.SubElement(looks, tag("w:color"))
    if local(color) == "srgbClr":
        new.set(_VAL, color.get("val", ""))
    else:
        named = color.get("val", "")
        new.set(_VAL, {"lt1": "FFFFFF", "bg1": "FFFFFF", "dk1": "000000", "tx1": "000000"}.get(named, "auto"))
        if local(color) == "schemeClr":
            new.set(tag("w:themeColor"), THEME_COLORS.get(named, named))


def words_of_model(model: Tree) -> Iterator[Tree]:
    """The paragraphs of the points that hang together with the diagram, each before those below it."""
    points = {one.get("modelId", ""): one for one in model.iter() if local(one) == "pt"}
    below: dict[str, list[tuple[int, str]]] = {}
    for link in (one for one in model.iter() if local(one) == "cxn"):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd")
            place = int(order) if order is not None and is_count(order) else 0
            below.setdefault(link.get("srcId", ""), []).append((place, link.get("destId", "")))
    coming = [name for name, point in points.items() if point.get("type") == "doc"]
    met: set[str] = set()
    while coming:
        name = coming.pop()
        point = points.get(name)
        if name in met or point is None:
            continue
        met.add(name)
        coming += [other for _, other in sorted(below.get(name, ()), reverse=True)]
        text = next((one for one in point if local(one) == "t"), None)
        if text is not None and point.get("type", "node") not in _UNSHOWN:
            yield from (copy.deepcopy(one) for one in text if one.tag == tag("a:p"))


def lines_of_chart(chart: Tree) -> Iterator[str]:
    for title in (one for one in chart.iter() if local(one) == "title"):
        yield "".join(text.text or "" for text in title.iter(tag("a:t")))
    for series in (one for one in chart.iter() if local(one) == "series"):
        named = next((one for one in series if local(one) == "tx"), None)
        if named is not None:
            yield " ".join(one.text or "" for one in named.iter() if local(one) == "v")
    for data in (one for one in chart.iter() if local(one) == "data"):
        rows: dict[str, list[str]] = {}
        for level in (one for one in data.iter() if local(one) == "lvl"):
            for point in level:
                rows.setdefault(point.get("idx", ""), []).append(point.text or "")
        yield from (" ".join(cells) for cells in rows.values())


def paragraph(text: str) -> Tree:
    paragraph = etree.Element(tag("a:p"))
    etree.SubElement(etree.SubElement(paragraph, tag("a:r")), tag("a:t")).text = text
    return paragraph
