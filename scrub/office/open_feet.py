"""What stands at the foot and head of every slide of an OpenDocument presentation: its words are kept apart
from the shape that shows them, and each slide says which it uses.

Source: OASIS OpenDocument 1.3, part 3, 7.9 (presentation fields), 10.11 (declarations), 20.288 and what
follows (`presentation:display-footer`).
"""

import copy

from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of, remove

_KINDS = {"footer": "display-footer", "header": "display-header", "date-time": "display-date-time"}
_SHOWN_BY = {**_KINDS, "page-number": "display-page-number"}
_CLASS, _NAME, _STYLE = tag("presentation:class"), tag("style:name"), tag("draw:style-name")
_MASTER = tag("draw:master-page-name")
_MOST_MASTERS = 300

_Variant = tuple[tuple[str, str | None], ...]
"""By kind of place: what stands there, or None where it isn't shown."""


def resolve(roots: list[Tree]) -> None:
    """The shapes of master pages that a slide shows become plain ones with the slide's own words. Where the
    slides of a master differ, each variant gets a master of its own. `roots`: content and styles.
    """
    content = roots[0]
    words = {
        (name, declared.get(tag("presentation:name"), "")): _said(declared)
        for name in _KINDS
        for declared in content.iter(tag(f"presentation:{name}-decl"))
    }
    looks = _shown_by_style(roots)
    masters = {
        master.get(_NAME, ""): master for root in roots for master in root.iter(tag("style:master-page"))
    }
    whole = {name: copy.deepcopy(master) for name, master in masters.items()}
    given: dict[tuple[str, _Variant], str] = {}
    for page in content.iter(tag("draw:page")):
        name = page.get(_MASTER, "")
        if name not in masters:
            continue
        variant = tuple((kind, _of_page(page, kind, words, looks)) for kind in _SHOWN_BY)
        if (name, variant) not in given and len(given) < _MOST_MASTERS:
            master, new = masters[name], name
            if any(known == name for known, _ in given):
                master, new = copy.deepcopy(whole[name]), f"{name} {len(given) + 1}"
                master.set(_NAME, new)
                masters[name].addnext(master)
            given[name, variant] = new
            _fill(master, dict(variant))
        page.set(_MASTER, given.get((name, variant), name))


def _said(declared: Tree) -> str:
    fixed = declared.get(tag("presentation:source"), "fixed") == "fixed"
    return "".join(declared.itertext()).strip() if fixed else ""


def _shown_by_style(roots: list[Tree]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for root in roots:
        for looks in root.iter(tag("style:drawing-page-properties")):
            said = {name: looks.get(tag(f"presentation:{name}"), "") for name in _SHOWN_BY.values()}
            found[looks.getparent().get(_NAME, "")] = said
    return found


def _of_page(
    page: Tree, kind: str, words: dict[tuple[str, str], str], looks: dict[str, dict[str, str]]
) -> str | None:
    if looks.get(page.get(_STYLE, ""), {}).get(_SHOWN_BY[kind]) != "true":
        return None
    return words.get((kind, page.get(tag(f"presentation:use-{kind}-name"), "")), "")


def _fill(master: Tree, variant: dict[str, str | None]) -> None:
    for shape in [child for child in master if child.get(_CLASS) in _SHOWN_BY]:
        kind = shape.get(_CLASS)
        said = variant[kind]
        if said is None or not (said or kind == "page-number"):
            continue  # a place that nobody sees goes with the others
        del shape.attrib[_CLASS]
        for key in ("presentation:placeholder", "presentation:user-transformed"):
            shape.attrib.pop(tag(key), None)
        for field in all_of(shape, (tag(f"presentation:{kind}"),)):
            field.tail = said + (field.tail or "")
            remove(field)
