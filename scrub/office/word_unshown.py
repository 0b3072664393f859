"""What a Word document holds and no page shows: headers that are switched off, words of list levels that
nobody uses, hidden parts of formulas, cells under a merged one.

Sources: ISO/IEC 29500-1, 17.9.11 (`lvlText`), 17.10.5 (`headerReference`), 17.4.84 (`vMerge`), 22.1.2.
"""

from collections.abc import Iterable, Mapping

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, is_on, remove

_VAL, _TYPE, _MATH_VAL = tag("w:val"), tag("w:type"), tag("m:val")
_ILVL, _NUM_ID = tag("w:ilvl"), tag("w:numId")
_REFERENCES = (tag("w:headerReference"), tag("w:footerReference"))
_HIDDEN_IN = {
    "m:rad": ("m:radPr", "m:degHide", "m:deg"),
    "m:nary": ("m:naryPr", "m:subHide", "m:sub"),
    "m:phant": ("m:phantPr", "m:show", "m:e"),
}
_OVER = ("m:naryPr", "m:supHide", "m:sup")
_KEPT_OF_A_LEVEL = (tag("w:start"), tag("w:numFmt"), tag("w:lvlText"), tag("w:lvlJc"))

ANY_LIST = "*"
"""Stands for all lists where a style names only a level."""


def drop_unused_headers(document: Tree, findings: Findings, *, even: bool) -> None:
    """`even`: whether the settings switch headers of even pages on. A section without a header of its own has
    that of the section before it.
    """
    wanted = dict.fromkeys(_REFERENCES, False)
    for section in reversed(all_of(document, (tag("w:sectPr"),))):
        title = section.find(tag("w:titlePg"))
        if title is not None and is_on(title.get(_VAL)):
            wanted = dict.fromkeys(_REFERENCES, True)
        met = set()
        for reference in [child for child in section if child.tag in _REFERENCES]:
            kind = reference.get(_TYPE, "")
            off = (kind == "even" and not even) or (kind == "first" and not wanted[reference.tag])
            if off or (reference.tag, kind) in met:
                remove(reference)
                findings.add("hidden_part")
            met.add((reference.tag, kind))
        for name, kind in met:
            if kind == "first":
                wanted[name] = False


def drop_hidden_formulas(root: Tree, findings: Findings) -> None:
    """Degrees, limits and phantoms that a formula is told not to show."""
    for name, where in _HIDDEN_IN.items():
        for element in all_of(root, (tag(name),)):
            _drop_hidden_part(element, where, findings)
            if name == "m:nary":
                _drop_hidden_part(element, _OVER, findings)


def _drop_hidden_part(element: Tree, where: tuple[str, str, str], findings: Findings) -> None:
    settings, switch, part = where
    found = element.find(f"{tag(settings)}/{tag(switch)}")
    if found is None or is_on(found.get(_MATH_VAL)) == (switch == "m:show"):
        return
    for hidden in element.findall(tag(part)):
        if len(hidden):
            findings.add("hidden_text")
        for child in list(hidden):
            hidden.remove(child)


def empty_covered_cells(root: Tree, findings: Findings) -> None:
    """A cell that goes on with the one above it or before it shows nothing of its own."""
    for table in all_of(root, (tag("w:tbl"),)):
        begun = False
        for row in table.iterchildren(tag("w:tr")):
            before = begun
            beside = False
            for cell in row.iterchildren(tag("w:tc")):
                down, across = (_merge(cell, name) for name in ("w:vMerge", "w:hMerge"))
                if (down == "continue" and before) or (across == "continue" and beside):
                    _empty(cell, findings)
                begun = begun or down == "restart"
                beside = beside or across == "restart"


def _merge(cell: Tree, name: str) -> str | None:
    found = cell.find(f"{tag('w:tcPr')}/{tag(name)}")
    return None if found is None else found.get(_VAL, "continue")


def _empty(cell: Tree, findings: Findings) -> None:
    for child in list(cell):
        if child.tag != tag("w:tcPr"):
            if next(child.iter(tag("w:t"), tag("w:drawing"), tag("w:pict"), tag("m:t")), None) is not None:
                findings.add("hidden_part")
            cell.remove(child)


def note_levels(root: Tree, levels: dict[str, set[str]]) -> None:
    """Adds which levels of which lists the paragraphs (or styles) of `root` stand on, by a list's id."""
    for properties in root.iter(tag("w:numPr")):
        level, number = properties.find(_ILVL), properties.find(_NUM_ID)
        name = ANY_LIST if number is None else number.get(_VAL, "")
        levels.setdefault(name, set()).add("0" if level is None else level.get(_VAL, "0"))


def empty_unused_levels(
    numbering: Tree, levels: Mapping[str, set[str]], styles: Iterable[str], findings: Findings
) -> None:
    """A level that no paragraph stands on keeps its kind of number, and no words and looks."""
    used_styles = set(styles)
    used: dict[str, set[str]] = {}
    for num in numbering.findall(tag("w:num")):
        own = levels.get(num.get(_NUM_ID, ""), set()) | levels.get(ANY_LIST, set())
        abstract = num.find(tag("w:abstractNumId"))
        if abstract is not None:
            used.setdefault(abstract.get(_VAL, ""), set()).update(own)
        _empty_levels(num, own, used_styles, findings)
    for abstract in numbering.findall(tag("w:abstractNum")):
        own = used.get(abstract.get(tag("w:abstractNumId"), ""), set())
        _empty_levels(abstract, own, used_styles, findings)


def _empty_levels(owner: Tree, used: set[str], styles: set[str], findings: Findings) -> None:
    for level in all_of(owner, (tag("w:lvl"),)):
        style = level.find(tag("w:pStyle"))
        if level.get(_ILVL, "0") in used or (style is not None and style.get(_VAL) in styles):
            continue
        for child in list(level):
            if child.tag not in _KEPT_OF_A_LEVEL:
                level.remove(child)
            elif child.tag == tag("w:lvlText"):
                if sum(map(str.isalpha, child.get(_VAL, ""))) > 1:  # `o` is a bullet
                    findings.add("hidden_text")
                child.set(_VAL, "")
