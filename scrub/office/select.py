"""Copies what the allow-list names out of a parsed part, and gives every number that names something anew.

Unknown elements go with all they hold; unknown attributes and values go alone. What must not go silently
(text in an unknown frame, for example) is put into place before, by the modules of each format."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scrub.office.grammar import Element, Grammar, Value
from scrub.office.trees import Tree
from scrub.office.words import visible
from scrub.office.xml import Node
from scrub.tables.kinds import KINDS
from scrub.tables.names import FONTS, OPEN_STYLE_NAMES, STYLE_NAMES

_MAX_NAMED = 50_000
_FIRST_MASTER = 2147483647
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}
_FIXED = {"constant": "x", "empty": "", "guid": "{00000000-0000-0000-0000-000000000000}"}
_IN_ORDER = {"shape": 0, "sheet": 0, "slide": 255}
"""Counted on within a part; PowerPoint wants slides from 256 on."""

_COUNTED = {
    **dict.fromkeys(("num", "abstractnum", "footnote", "endnote", "axis", "master", "format"), "{}"),
    **dict.fromkeys(("style", "styleid", "stylename"), "s{}"),
}
"""Counted within the document; the same old name gets the same number."""

_LISTED = {
    "font": {name.lower(): name for name in FONTS},
    "stylename": {name.lower(): name for name in STYLE_NAMES},
    "style": {name.lower(): name for name in OPEN_STYLE_NAMES},
}
_OF_A_MASTER = re.compile(r"(.+?)(-(?:sub)?title|-outline[1-9]|-notes|-background(?:objects)?)")
"""LibreOffice knows the styles of a presentation's master by these names behind the master's own."""

_WORDS = frozenset({"text", "label", "char"})

Finish = Callable[[Node], Node | None]
StandIn = Callable[[Tree], Tree | None]


@dataclass(slots=True)
class Numbers:
    """New names for old ones, counted from 1 by kind, in the order in which they are met in a document."""

    given: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, kind: str, old: str) -> int:
        """The same old name gets the same number. Raises nothing; the count ends with the document."""
        known = self.given.setdefault(kind, {})
        return known.setdefault(old, len(known) + 1)


@dataclass(slots=True)
class Part:
    """What copying one part needs to know.

    `relation(element, old)` gives the name of what an element refers to, or None where that can't come along;
    `finish[name]` sees each copied element of a name last, and may drop it (None) or mend it;
    `stand_in(element)` gives what is copied in place of an element that can't be, or None for nothing.
    """

    grammar: Grammar
    names: Mapping[str, str]
    numbers: Numbers
    relation: Callable[[Tree, str], str | None] = lambda element, old: None
    finish: Mapping[str, Finish] = field(default_factory=dict)
    stand_in: StandIn = lambda element: None
    met: dict[str, int] = field(default_factory=dict)
    short: dict[object, str] = field(default_factory=dict)

    def prefixed(self, tag: object) -> str:
        """As the function of this name, which is asked once for each."""
        known = self.short.get(tag)
        if known is None:
            known = self.short[tag] = prefixed(tag, self.names)
        return known


def prefixed(tag: object, names: Mapping[str, str]) -> str:
    """`{address}name` as `prefix:name`; "?:name" for an address that no vocabulary of ours has; "" for no
    tag.
    """
    if not isinstance(tag, str):
        return ""
    address, _, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    if not address:
        return name
    prefix = names.get(address)
    return f"{prefix}:{name}" if prefix else f"?:{name}"


def select(element: Tree, part: Part) -> Node | None:
    """The copy of an element, or None when it isn't on the list or lacks what it needs."""
    name = part.prefixed(element.tag)
    allowed = part.grammar.get(name)
    if allowed is None:
        return None
    node = Node(name)
    for key, untrusted in sorted(element.attrib.items()):  # their order decides who is counted first
        short = part.prefixed(key)
        value = allowed.attributes.get(short)
        kept = None if value is None else _value(value, str(untrusted), element, part)
        if kept is not None:
            node.attributes[short] = kept
    if any(needed not in node.attributes for needed in allowed.needed_attributes):
        return None
    _add_children(node, element, allowed, part)
    if any(node.find(needed) is None for needed in allowed.needed_children):
        return None
    if allowed.not_empty and not node.children:
        return None
    finish = part.finish.get(name)
    return finish(node) if finish else node


def _add_children(node: Node, element: Tree, allowed: Element, part: Part) -> None:
    if allowed.text and element.text:
        _add_text(node, element.text, allowed.text, element, part)
    for child in element:
        before = part.met.get("shape", 0)
        copied = select(child, part)
        if copied is None or copied.name not in allowed.children:
            copied = _stand_in(child, part, before)
        if copied is not None and copied.name in allowed.children:
            node.children.append(copied)
        if allowed.text and allowed.children and child.tail:
            _add_text(node, child.tail, allowed.text, element, part)


def _stand_in(lost: Tree, part: Part, shapes: int) -> Node | None:
    """`shapes`: how many were counted before the lost one, so that no number tells of it."""
    other = part.stand_in(lost)
    if other is None:
        return None
    part.met["shape"] = shapes
    return select(other, part)


def _add_text(node: Node, untrusted: str, value: Value, element: Tree, part: Part) -> None:
    text = _value(value, untrusted, element, part)
    if text:
        node.children.append(text)
        if node.name in ("w:t", "x:t") and text != text.strip():
            node.attributes["xml:space"] = "preserve"


def _value(value: Value, untrusted: str, element: Tree, part: Part) -> str | None:
    if untrusted in value.words:
        return untrusted
    for kind in value.kinds:
        kept = _of_kind(kind, untrusted, element, part)
        if kept is not None:
            return kept
    return None


def _of_kind(kind: str, untrusted: str, element: Tree, part: Part) -> str | None:
    """The value as it may be written, or None. Each new name is one of `scrub.tables.kinds`."""
    if kind in _FIXED:
        return _FIXED[kind]
    if kind in ("rel", "picture"):
        return part.relation(element, untrusted)
    if kind in _IN_ORDER:
        part.met[kind] = part.met.get(kind, _IN_ORDER[kind]) + 1
        return str(part.met[kind])
    if kind == "style" and (found := _OF_A_MASTER.fullmatch(untrusted)):
        master = _of_kind(kind, found[1], element, part)
        return None if master is None else master + found[2]
    if kind in _LISTED:
        name = _LISTED[kind].get(untrusted.strip().strip("'\"").lower())
        if name is not None or kind == "font":
            return name
    if kind in _COUNTED and (kind, untrusted) != ("num", "0"):  # 0 is no list
        return _counted(kind, untrusted, part.numbers)
    text = visible(untrusted) if kind in _WORDS else untrusted.strip()
    return text if _PATTERNS[kind].fullmatch(text) else None


def _counted(kind: str, untrusted: str, numbers: Numbers) -> str | None:
    if kind == "master":  # unlike all others
        return str(_FIRST_MASTER + numbers.of(kind, str(len(numbers.given.get(kind, ())))))
    number = numbers.of(kind, untrusted)
    if number > _MAX_NAMED:
        return None
    return str(number - 1) if kind == "format" else _COUNTED[kind].format(number)
