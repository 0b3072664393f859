"""Reads the allow-list tables of `scrub.office.allowed`. One element a paragraph, its tokens in any
order:

    w:sym @w:char=<hex4> @w:font!=<font>     an element's name, and its attributes; `!`: not without it
    w:t #<text> @xml:space=preserve          `#`: it may hold text of that kind
    w:p w:pPr w:r                            the elements that it may hold, in any order and number
    pic:pic pic:nvPicPr pic:blipFill!        `!`: dropped with all it holds when this child is missing
    w:drawing + wp:inline wp:anchor          `+`: dropped when it holds nothing
    %leader none dot hyphen                  a set of words that attributes share

A value is words and kinds of values (`<int>`, see `scrub.office.values`), separated by `|`.
"""

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


def read(tables: tuple[str, ...]) -> Grammar:
    """All tables together, by prefixed name. Our own data, so what is wrong raises whatever it raises."""
    paragraphs = [
        line.split() for table in tables for line in table.replace("\n    ", " ").splitlines() if line
    ]
    sets = {head[1:]: words for head, *words in paragraphs if head.startswith("%")}
    return {head: _element(tokens, sets) for head, *tokens in paragraphs if not head.startswith("%")}


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
    alternatives = [
        word for part in text.split("|") for word in (sets[part[1:]] if part.startswith("%") else [part])
    ]
    kinds = tuple(word[1:-1] for word in alternatives if word.startswith("<"))
    return Value(frozenset(word for word in alternatives if not word.startswith("<")), kinds)
