"""What an OpenDocument file holds and never shows: styles, pages and list levels that nothing uses, headers
that are switched off, cells under a merged one.

Source: OASIS OpenDocument 1.3, part 3, 16.
"""

from collections.abc import Iterator

from scrub.office.findings import Findings
from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of, remove
from scrub.tables.names import OPEN_STYLE_NAMES

_NAMES = tuple(map(tag, ("style:name", "draw:name")))
_MASTER, _LIST_STYLE, _LIST = tag("style:master-page"), tag("text:list-style"), tag("text:list")
_STYLE, _LEVEL, _OUTLINE = tag("text:style-name"), tag("text:level"), tag("text:outline-level")
_NOTE_CLASS = tag("text:note-class")
_AFFIXES = tuple(map(tag, ("style:num-prefix", "style:num-suffix")))
_REFERRING = ("-name", "}style-override", "}stroke-dash", "}marker-start", "}marker-end")
_KEPT = frozenset(map(tag, ("style:default-style", "text:outline-style", "text:notes-configuration")))
_SHOWING = tuple(map(tag, ("text:p", "text:h", "draw:image", "draw:custom-shape", "draw:rect")))
_HEADERS = ("header", "header-left", "header-first", "footer", "footer-left", "footer-first")
ANY = "*"


def drop(roots: list[Tree], findings: Findings) -> None:
    """`roots`: the content and, if there is one, the styles."""
    for root in roots:
        for header in all_of(root, [tag(f"style:{name}") for name in _HEADERS]):
            if header.get(tag("style:display")) == "false":
                _drop(header, findings)
        for cell in all_of(root, (tag("table:covered-table-cell"),)):
            for child in list(cell):
                _drop(child, findings)
            for key in [key for key in cell.attrib if "office" in key]:
                del cell.attrib[key]
        for citation in all_of(root, (tag("text:note-citation"),)):
            label = citation.attrib.pop(tag("text:label"), None)
            if label is not None:  # it is what is shown
                citation.text = label
        for layout in all_of(root, (tag("style:page-layout-properties"),)):
            _drop_affixes(layout, findings)
    _drop_unused_styles(roots, findings)
    _empty_unused_levels(roots, findings)
    _drop_names_of_tables(roots, findings)
    kinds = {note.get(_NOTE_CLASS, "") for root in roots for note in root.iter(tag("text:note"))}
    for root in roots:
        for notes in all_of(root, (tag("text:notes-configuration"),)):
            if notes.get(_NOTE_CLASS, "") not in kinds:
                remove(notes)


def _drop_names_of_tables(roots: list[Tree], findings: Findings) -> None:
    """Only of a sheet the name is shown."""
    for root in roots:
        for table in root.iter(tag("table:table")):
            above = table.getparent()
            is_sheet = above is not None and above.tag == tag("office:spreadsheet")
            if not is_sheet and table.attrib.pop(tag("table:name"), None):
                findings.add("other_metadata")


def _drop_unused_styles(roots: list[Tree], findings: Findings) -> None:
    """What the body doesn't use, directly or through what it uses. The first page has the first master."""
    named = [style for root in roots for style in _styles(root)]
    by_name: dict[str, list[Tree]] = {}
    for style in named:
        by_name.setdefault(_name(style), []).append(style)
    masters = [_name(style) for style in named if style.tag == _MASTER]
    coming = [*OPEN_STYLE_NAMES, *masters[:1]]
    for root in roots:
        for kept in root.iter(tag("office:body"), *_KEPT):
            coming += _references(kept)
    used: set[str] = set()
    while coming:
        name = coming.pop()
        if name not in used:
            used.add(name)
            coming += [other for style in by_name.get(name, ()) for other in _references(style)]
    for style in named:
        if _name(style) not in used:
            _drop(style, findings)


def _styles(root: Tree) -> Iterator[Tree]:
    for name in ("office:styles", "office:automatic-styles", "office:master-styles"):
        for container in root.findall(tag(name)):
            yield from (style for style in container if _name(style) and style.tag not in _KEPT)


def _name(style: Tree) -> str:
    return next((style.get(key) for key in _NAMES if style.get(key)), "")


def _references(element: Tree) -> list[str]:
    return [
        value
        for inner in element.iter()
        for key, value in inner.attrib.items()
        if key.endswith(_REFERRING) and not (inner is element and key in _NAMES)
    ]


def _empty_unused_levels(roots: list[Tree], findings: Findings) -> None:
    """A level on which nothing stands keeps its kind of number, and no words around it."""
    levels = _used_levels(roots)
    through_styles = {
        style.get(tag("style:list-style-name"), "")
        for root in roots
        for style in root.iter(tag("style:style"))
    }
    headings = {heading.get(_OUTLINE, "1") for root in roots for heading in root.iter(tag("text:h"))}
    for root in roots:
        for styles in all_of(root, (_LIST_STYLE, tag("text:outline-style"))):
            name = styles.get(tag("style:name"))
            if styles.tag != _LIST_STYLE:
                used = headings
            elif name is None or name in through_styles:
                used = levels.get(ANY, set())
            else:
                used = levels.get(name, set())
            for level in styles:
                if level.get(_LEVEL, "1") not in used:
                    _drop_affixes(level, findings)


def _used_levels(roots: list[Tree]) -> dict[str, set[str]]:
    """By a list style's name; for all of them under ANY."""
    levels: dict[str, set[str]] = {ANY: set()}
    for root in roots:
        for one in root.iter(_LIST):
            around = [one, *one.iterancestors(_LIST)]
            level = str(len(around))
            name = next((each.get(_STYLE) for each in around if each.get(_STYLE)), "")
            levels.setdefault(name, set()).add(level)
            levels[ANY].add(level)
        for one in root.iter(tag("text:numbered-paragraph")):
            levels.setdefault(one.get(_STYLE, ""), set()).add(one.get(_LEVEL, "1"))
            levels[ANY].add(one.get(_LEVEL, "1"))
        for one in root.iter(tag("text:list-item")):
            override = one.get(tag("text:style-override"))
            if override:
                depth = sum(1 for _ in one.iterancestors(_LIST))
                levels.setdefault(override, set()).add(str(depth))
    return levels


def _drop_affixes(element: Tree, findings: Findings) -> None:
    for key in _AFFIXES:
        if sum(map(str.isalpha, element.attrib.pop(key, ""))) > 1:
            findings.add("hidden_text")


def _drop(element: Tree, findings: Findings) -> None:
    if any((text or "").strip() for shown in element.iter(*_SHOWING) for text in shown.itertext()):
        findings.add("hidden_part")
    remove(element)
