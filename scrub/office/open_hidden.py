"""What an OpenDocument file keeps and doesn't show: hidden text, rows, columns, sheets, slides; cropped
pictures.

White, tiny or covered text isn't judged: it stays. Source: OASIS OpenDocument 1.3, part 3.
"""

import re
from collections.abc import Callable, Iterable

from scrub.office import open_unseen
from scrub.office.findings import Findings
from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of, is_count, is_on, remove

_NAME, _PARENT = tag("style:name"), tag("style:parent-style-name")
_TEXT_STYLE, _TABLE_STYLE, _DRAW_STYLE = (
    tag("text:style-name"),
    tag("table:style-name"),
    tag("draw:style-name"),
)
_VISIBILITY, _DISPLAY = tag("table:visibility"), tag("text:display")
_REPEATED = tag("table:number-columns-repeated")
_ROW_GROUPS = (tag("table:table-row-group"), tag("table:table-column-group"))
_CELLS = frozenset({tag("table:table-cell"), tag("table:covered-table-cell")})
_CLIP = re.compile(
    r"rect\(\s*" + r"[,\s]+".join([r"(-?[0-9.]{1,12}(?:cm|mm|in|pt|px)?|auto)"] * 4) + r"\s*\)"
)
_LENGTH = re.compile(r"(-?[0-9]{0,7}\.?[0-9]{0,9})(cm|mm|in|pt|px)?")
_CM = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "px": 2.54 / 96, None: 1.0}
_SIZES = (
    ("style:table-row-properties", "style:row-height", "style:use-optimal-row-height"),
    ("style:table-column-properties", "style:column-width", "style:use-optimal-column-width"),
)
_LEAST = 0.05
"""In cm: of a row's height and a column's width that can be seen."""

_WHOLE = 100_000
_DEPTH = 20
_MAX_COLUMNS = 20_000

_PATTERNS = (tag("style:handout-master"), tag("style:presentation-page-layout"))
"""How notes are printed, and where a program would put new shapes: neither is on a slide."""

NaturalSize = Callable[[str], tuple[float, float] | None]


def drop(roots: list[Tree], findings: Findings) -> None:
    """`roots`: the content and, if there is one, the styles, which may hide what is in the content."""
    open_unseen.drop(roots, findings)
    hiding = _hiding_styles(roots, "style:text-properties", _DISPLAY, "none")
    sheets = _hiding_styles(roots, "style:table-properties", tag("table:display"), "false")
    pages = _hiding_styles(roots, "style:drawing-page-properties", tag("presentation:visibility"), "hidden")
    flat = _flat_styles(roots)
    for root in roots:
        _drop_text(root, hiding, findings)
        for table in all_of(root, (tag("table:table"),)):
            if table.get(_TABLE_STYLE) in sheets or table.get(tag("table:display")) == "false":
                _drop(table, findings)
            else:
                _drop_cells(table, flat, findings)
        for page in all_of(root, (tag("draw:page"),)):
            if page.get(_DRAW_STYLE) in pages:
                _drop(page, findings)
        for notes in all_of(root, (tag("presentation:notes"),)):
            if any((text or "").strip() for text in notes.itertext()):
                findings.add("hidden_part")
            remove(notes)
        _drop_places(root)
        for pattern in all_of(root, _PATTERNS):
            remove(pattern)


def _drop(element: Tree, findings: Findings) -> None:
    findings.add("hidden_part")
    remove(element)


def _hiding_styles(roots: Iterable[Tree], properties: str, key: str, value: str) -> frozenset[str]:
    """The names of styles that say so, by themselves or by what they are based on."""
    said: dict[str, str | None] = {}
    parents: dict[str, str] = {}
    for root in roots:
        for style in root.iter(tag("style:style")):
            name = style.get(_NAME, "")
            found = style.find(tag(properties))
            said[name] = said.get(name) or (found.get(key) if found is not None else None)
            parents[name] = style.get(_PARENT, "")
    return frozenset(name for name in said if _inherited(name, said, parents) == value)


def _inherited(name: str, said: dict[str, str | None], parents: dict[str, str]) -> str | None:
    for _ in range(_DEPTH):
        if said.get(name) is not None or name not in parents:
            return said.get(name)
        name = parents[name]
    return None


def _drop_text(root: Tree, hiding: frozenset[str], findings: Findings) -> None:
    for element in all_of(root, map(tag, ("text:span", "text:p", "text:h", "text:a"))):
        if element.get(_TEXT_STYLE) in hiding:
            findings.add("hidden_text")
            remove(element)
    for element in all_of(root, map(tag, ("text:hidden-text", "text:hidden-paragraph", "text:section"))):
        hidden = is_on(element.get(tag("text:is-hidden"), "false")) or element.get(_DISPLAY) in (
            "none",
            "condition",
        )
        if element.tag == tag("text:hidden-paragraph"):
            paragraph = element.getparent()
            if hidden and paragraph is not None:
                findings.add("hidden_text")
                remove(paragraph)
        elif hidden or element.tag == tag("text:hidden-text"):
            findings.add("hidden_text")
            remove(element)


def _flat_styles(roots: Iterable[Tree]) -> frozenset[str]:
    """The names of styles of rows and columns that are too flat to see."""
    flat = set()
    for root in roots:
        for name, key, free in _SIZES:
            for properties in root.iter(tag(name)):
                size = properties.get(tag(key))
                if size is not None and length(size) < _LEAST and properties.get(tag(free)) != "true":
                    flat.add(properties.getparent().get(_NAME, ""))
    return frozenset(flat)


def _drop_cells(table: Tree, flat: frozenset[str], findings: Findings) -> None:
    hidden = _hidden_columns(table, flat)
    for row in all_of(table, (tag("table:table-row"),)):
        row_hidden = _is_hidden(row, flat)
        at = 0
        for cell in list(row):
            if cell.tag not in _CELLS:
                continue
            count = _count(cell.get(_REPEATED))
            if row_hidden or any(first < at + count and at <= last for first, last in hidden):
                if len(cell):
                    findings.add("hidden_part")
                _empty(cell)
            at += count


def _empty(cell: Tree) -> None:
    for child in list(cell):
        cell.remove(child)
    for key in list(cell.attrib):
        if key not in (_REPEATED, _TABLE_STYLE):
            del cell.attrib[key]


def _is_hidden(element: Tree, flat: frozenset[str]) -> bool:
    return (
        element.get(_VISIBILITY, "visible") != "visible"
        or element.get(_TABLE_STYLE) in flat
        or _is_folded(element)
    )


def _hidden_columns(table: Tree, flat: frozenset[str]) -> list[tuple[int, int]]:
    hidden, at = [], 0
    for column in table.iter(tag("table:table-column")):
        count = _count(column.get(_REPEATED))
        if _is_hidden(column, flat):
            hidden.append((at, at + count - 1))
        at += count
    return hidden


def _is_folded(element: Tree) -> bool:
    return any(group.get(tag("table:display")) == "false" for group in element.iterancestors(*_ROW_GROUPS))


def _count(text: str | None) -> int:
    return min(int(text), _MAX_COLUMNS) if text is not None and is_count(text) else 1


def _drop_places(root: Tree) -> None:
    """The places of a master page that slides fill in."""
    for master in root.iter(tag("style:master-page")):
        for shape in list(master):
            if shape.get(tag("presentation:class")) is not None:
                master.remove(shape)
    for shape in all_of(
        root, map(tag, ("draw:frame", "draw:custom-shape", "draw:rect", "draw:g", "draw:line"))
    ):
        if is_on(shape.get(tag("presentation:placeholder"), "false")):
            remove(shape)


def mark_crops(roots: list[Tree], natural_size: NaturalSize) -> None:
    """Each `draw:image` whose frame's style cuts something off gets its crop as an attribute.

    `natural_size` of a picture in the package is in cm, or None where it isn't known: then the picture goes.
    """
    clips: dict[str, str] = {}
    for root in roots:
        for style in root.iter(tag("style:style")):
            properties = style.find(tag("style:graphic-properties"))
            clip = properties.get(tag("fo:clip")) if properties is not None else None
            if clip:
                clips[style.get(_NAME, "")] = clip
    for root in roots:
        for image in all_of(root, (tag("draw:image"),)):
            image.attrib.pop("crop", None)
            frame = image.getparent()
            found = _CLIP.fullmatch(clips.get(frame.get(_DRAW_STYLE, ""), "")) if frame is not None else None
            cuts = [max(0.0, length(side)) for side in found.groups()] if found else []
            if not any(cuts):
                continue
            size = natural_size(image.get(tag("xlink:href"), ""))
            if size is None:
                remove(image)
                continue
            top, right, bottom, left = cuts
            shares = (left / size[0], top / size[1], right / size[0], bottom / size[1])
            image.set("crop", ",".join(str(min(int(share * _WHOLE), _WHOLE - 1)) for share in shares))


def length(text: str) -> float:
    """In cm; 0 for `auto` and for what isn't a length."""
    found = _LENGTH.fullmatch(text)
    try:
        return float(found[1]) * _CM[found[2]] if found else 0.0
    except ValueError:
        return 0.0
