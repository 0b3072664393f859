"""Reads one part of a rebuilt office document with expat and holds it against the allow-list's tables.

The part is written once more while it is read, and must be the same bytes: so there is no comment,
instruction, document type, odd spelling or space that the tables can't see. Independent of the cleaner, which
uses lxml and a reader of its own for the tables.

Sources: XML 1.0; `scrub/tables/office`, which is data.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from scrub.tables.kinds import KINDS
from scrub.tables.names import FONTS, OPEN_STYLE_NAMES, STYLE_NAMES
from scrub.verify.errors import Unverified, require
from scrub.verify.office_tables import Allowed, Value

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in KINDS.items()}
_MAX_DEPTH = 260
_MAX_COUNTED = 50_000
_NAMED = {
    "font": FONTS,
    "style": OPEN_STYLE_NAMES,
    "stylename": STYLE_NAMES,
}
_OF_A_MASTER = re.compile(r"(.+?)-(?:(?:sub)?title|outline[1-9]|notes|background(?:objects)?)")
"""The styles of a presentation's master, which may be called like a style that word processors know."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset(
    {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, *range(0xFE00, 0xFE10)}
    | {0xFFA0, 0xFFFC, 0x16FE4, 0x1D159, *range(0xE0000, 0xE1000)}
)
_SYMBOLS = range(0xF020, 0xF100)
_CELL_TEXT = {
    "n": re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,3})?"),
    "b": re.compile("[01]"),
    "e": re.compile(r"#[A-Z/0]{2,8}[!?]?"),
}

Relation = Callable[[str, str], bool]
Tables = Mapping[str, Allowed]


@dataclass(slots=True)
class _Open:
    name: str
    allowed: Allowed
    seen: set[str]
    at: int
    empty: bool = True


def check_part(
    untrusted_part: bytes, tables: Tables, root: str, namespaces: Mapping[str, str], relation: Relation
) -> None:
    """Raises Unverified unless all is on the list. `relation(element, value)` knows what the part may refer
    to.
    """
    _Checker(tables, root, namespaces, relation).run(untrusted_part)


class _Checker:
    def __init__(self, tables: Tables, root: str, namespaces: Mapping[str, str], relation: Relation) -> None:
        self._tables, self._root, self._relation = tables, root, relation
        self._declared = [
            (f"xmlns:{prefix}" if prefix else "xmlns", address) for prefix, address in namespaces.items()
        ]
        self._stack: list[_Open] = []
        self._out = [_HEAD]
        self._shapes = 0
        self._cell = "n"

    def run(self, untrusted_part: bytes) -> None:
        parser = expat.ParserCreate("UTF-8")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._never
        try:
            parser.Parse(untrusted_part, True)
        except expat.ExpatError:
            raise Unverified from None
        require("".join(self._out).encode() == untrusted_part)

    def _never(self, *_: object) -> None:
        raise Unverified

    def _start(self, name: str, flat: list[str]) -> None:
        attributes = list(zip(flat[::2], flat[1::2], strict=True))
        if self._stack:
            above = self._stack[-1]
            require(name in above.allowed.children and len(self._stack) < _MAX_DEPTH)
            above.seen.add(name)
            above.empty = False
            own = attributes
        else:
            require(name == self._root and attributes[: len(self._declared)] == self._declared)
            own = attributes[len(self._declared) :]
        allowed = self._tables.get(name)
        if allowed is None:
            raise Unverified
        names = [key for key, _ in own]
        require(names == sorted(set(names)) and allowed.needed_attributes <= set(names))
        if name == "x:c":
            self._cell = dict(own).get("t", "n")
        for key, value in own:
            require(key in allowed.attributes and self._is_allowed(allowed.attributes[key], value, name))
        written = "".join(f' {key}="{_written(value)}"' for key, value in attributes)
        self._out.append(f"<{name}{written}>")
        self._stack.append(_Open(name, allowed, set(), len(self._out) - 1))

    def _end(self, name: str) -> None:
        element = self._stack.pop()
        require(element.allowed.needed_children <= element.seen)
        require(not (element.allowed.not_empty and element.empty))
        if element.at == len(self._out) - 1:
            self._out[-1] = self._out[-1][:-1] + "/>"
        else:
            self._out.append(f"</{name}>")

    def _text(self, text: str) -> None:
        require(bool(self._stack))
        element = self._stack[-1]
        element.empty = False
        if element.allowed.text is None:
            raise Unverified
        require(self._is_allowed(element.allowed.text, text, element.name))
        if element.name == "x:v":
            pattern = _CELL_TEXT.get(self._cell)
            require(pattern is not None and pattern.fullmatch(text) is not None)
        if element.name == "c:v" and [above.name for above in self._stack[-3:-1]] == ["c:numLit", "c:pt"]:
            require(_CELL_TEXT["n"].fullmatch(text) is not None)
        self._out.append(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))

    def _is_allowed(self, value: Value, text: str, element: str) -> bool:
        words, kinds = value
        return text in words or any(self._is_kind(kind, text, element) for kind in kinds)

    def _is_kind(self, kind: str, text: str, element: str) -> bool:
        if text in _NAMED.get(kind, ()):
            return True
        if kind == "style" and (found := _OF_A_MASTER.fullmatch(text)) and found[1] in OPEN_STYLE_NAMES:
            return True
        if kind == "stylename":
            kind = "style"
        if kind not in _PATTERNS or _PATTERNS[kind].fullmatch(text) is None:
            return False
        match kind:
            case "rel" | "picture":
                return self._relation(element, text)
            case "shape":
                in_order = int(text) > self._shapes
                self._shapes = int(text)
                return in_order
            case "text" | "label" | "char" | "numberformat":
                return _is_visible(text)
            case "num" | "abstractnum" | "footnote" | "endnote" | "axis" | "sheet" | "slide" | "format":
                return int(text) <= _MAX_COUNTED and str(int(text)) == text
        return True


def _is_visible(text: str) -> bool:
    if text.isascii():
        return True  # control characters aren't in the patterns
    for letter in set(text):
        code, category = ord(letter), unicodedata.category(letter)
        if letter in "\t\n\u00a0" or code in _SYMBOLS or letter in "\u200c\u200d":
            continue
        if category in _UNSEEN or code in _BLANK or (category == "Zs" and letter != " "):
            return False
    return ("\u200c" not in text and "\u200d" not in text) or any(_joins(ord(letter)) for letter in text)


def _joins(code: int) -> bool:
    """Arabic and Indic letters."""
    return 0x600 <= code <= 0x8FF or 0x900 <= code <= 0x109F or 0x1780 <= code <= 0x17FF


def _written(value: str) -> str:
    for letter, written in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&quot;"),
        ("\n", "&#10;"),
        ("\t", "&#9;"),
    ):
        value = value.replace(letter, written)
    return value
