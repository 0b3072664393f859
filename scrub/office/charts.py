"""Charts show the values that they keep: the way to the cells they came from, and the workbook behind, go.

Source: ISO/IEC 29500-1, 21.2 (`numRef`, `strRef` and their caches; `numLit`, `strLit`).
"""

from scrub.office import charts_labels
from scrub.office.charts_unshown import drop_unshown
from scrub.office.findings import Findings
from scrub.office.number_codes import rewritten
from scrub.office.ooxml_names import tag
from scrub.office.sheet_formats import shown_section
from scrub.office.trees import Tree, all_of, etree, remove
from scrub.office.xml import Node

_CACHES = {"c:numRef": ("c:numCache", "c:numLit"), "c:strRef": ("c:strCache", "c:strLit")}


def make_literal(root: Tree, findings: Findings) -> None:
    """Every reference becomes the values that were last seen; one without values goes, which is told; so
    does what the chart doesn't draw.
    """
    charts_labels.settle(root, findings)
    for reference in all_of(root, (tag("c:multiLvlStrRef"),)):
        levels = all_of(reference, (tag("c:lvl"),))
        if not levels:
            findings.add("members_left_out")
        literal = etree.Element(tag("c:strLit"))
        count = reference.find(f"{tag('c:multiLvlStrCache')}/{tag('c:ptCount')}")
        for child in ([] if count is None else [count]) + charts_labels.one_level(levels):
            literal.append(child)
        _replace(reference, literal)
    for name, (cache_name, literal_name) in _CACHES.items():
        for reference in all_of(root, (tag(name),)):
            cache = reference.find(tag(cache_name))
            parent = reference.getparent()
            if cache is None or parent is None:
                remove(reference)
                findings.add("members_left_out")
            elif parent.tag == tag("c:tx"):
                _replace(reference, _title(cache, series=_is_series(parent)))
            else:
                cache.tag = tag(literal_name)
                _replace(reference, cache)
    drop_unshown(root, findings)
    _rewrite_formats(root)


def _rewrite_formats(root: Tree) -> None:
    """Words of number formats stay where a value of the chart, or the zero of an axis, is shown by them."""
    values = {"0", *((value.text or "") for value in root.iter(tag("c:v")))}
    shown: dict[str, str | None] = {}

    def written(code: str) -> str | None:
        if code not in shown:
            sections = [shown_section(code, value, words=False) for value in values]
            shown[code] = rewritten(code, {at for at in sections if at is not None})[0]
        return shown[code]

    for element in root.iter():
        code = element.get("formatCode")
        if code is not None:
            element.set("formatCode", written(code) or "General")
        elif element.tag == tag("c:formatCode"):
            element.text = written(element.text or "") or "General"


def _is_series(text: Tree) -> bool:
    above = text.getparent()
    return above is not None and above.tag == tag("c:ser")


def _title(cache: Tree, *, series: bool) -> Tree:
    words = " ".join(value.text or "" for value in cache.iter(tag("c:v")))
    if series:
        value = etree.Element(tag("c:v"))
        value.text = words
        return value
    rich = etree.Element(tag("c:rich"))
    etree.SubElement(rich, tag("a:bodyPr"))
    run = etree.SubElement(etree.SubElement(rich, tag("a:p")), tag("a:r"))
    etree.SubElement(run, tag("a:t")).text = words
    return rich


def _replace(old: Tree, new: Tree) -> None:
    parent = old.getparent()
    if parent is not None:
        parent.replace(old, new)


def body_or_reference(node: Node) -> Node | None:
    """`c:chart` is a chart's body in its own part, a reference to that part elsewhere; None for neither."""
    return node if "r:id" in node.attributes or node.find("c:plotArea") is not None else None
