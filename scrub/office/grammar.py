"""The cleaner's reader of the allow-list (`scrub/tables/office`, where README.md tells how to read it)."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """`words` are taken as they are; `kinds` are tried in turn."""

    words: frozenset[str]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """What one element may have. `text` is None where it holds no characters at all."""

    attributes: Mapping[str, Value]
    needed_attributes: tuple[str, ...]
    children: frozenset[str]
    needed_children: tuple[str, ...]
    not_empty: bool
    text: Value | None


Grammar = Mapping[str, Element]


def _table(name: str) -> str:
    """Also out of the second file of `silbo-admin`, which is an archive."""
    return (pkgutil.get_data("scrub.tables", f"office/{name}.txt") or b"").decode("utf-8")


def read(names: tuple[str, ...]) -> Grammar:
    """The tables of these names together, by prefixed name. Our own data, so a fault raises what it may."""
    entries = [entry for name in names for entry in _entries(_table(name))]
    sets = {head: words for head, *words in entries if head[0] in "%$"}
    grammar: dict[str, Element] = {}
    for head, *words in entries:
        if head[0] not in "%$":
            heads = [head]
            while heads[-1].endswith(","):
                heads.append(words.pop(0))
            element = _element([token for word in words for token in sets.get(word, [word])], sets)
            grammar |= {name.removesuffix(","): element for name in heads}
    return grammar


def _entries(table: str) -> list[list[str]]:
    lines = table.replace("\n    ", " ").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def _element(tokens: list[str], sets: Mapping[str, list[str]]) -> Element:
    attributes: dict[str, Value] = {}
    children: list[str] = []
    needed_attributes: list[str] = []
    needed_children: list[str] = []
    text = None
    for word in tokens:
        if word.startswith("@"):
            name, _, value = word[1:].partition("=")
            if name.endswith("!"):
                name = name[:-1]
                needed_attributes.append(name)
            attributes[name] = _value(value, sets)
        elif word.startswith("#"):
            text = _value(word[1:], sets)
        elif word != "+":
            children.append(word.removesuffix("!"))
            if word.endswith("!"):
                needed_children.append(children[-1])
    return Element(
        attributes,
        tuple(needed_attributes),
        frozenset(children),
        tuple(needed_children),
        "+" in tokens,
        text,
    )


def _value(text: str, sets: Mapping[str, list[str]]) -> Value:
    alternatives = [word for part in text.split("|") for word in sets.get(part, [part])]
    kinds = tuple(word[1:-1] for word in alternatives if word.startswith("<"))
    return Value(frozenset(word for word in alternatives if not word.startswith("<")), kinds)


def allowed_names(grammar: Grammar) -> frozenset[bytes]:
    """As they stand in a part: `<w:p` an element, `w:val=` an attribute. Sheets have no prefix."""
    elements = {f"<{name}" for name in grammar} | {
        f"<{name[2:]}" for name in grammar if name.startswith("x:")
    }
    attributes = {f"{key}=" for element in grammar.values() for key in element.attributes}
    return frozenset(name.encode() for name in elements | attributes)
