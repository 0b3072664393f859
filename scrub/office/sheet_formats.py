"""What a number format shows of a value: nothing of it (`;;;`, `0;;`, `"x"`), or something.

Source: ISO/IEC 29500-1, 18.8.31 (`numFmts`): up to four sections, for what is above, below and at zero, and
for words; or sections with conditions of their own.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree, is_count, is_on

_TOKEN = re.compile(
    r"\"[^\"]*\"|\\.|[_*].|\[(?:h+|m+|s+|hh+)\]|\[[^\]]*\]|AM/PM|A/P|General|Standard|;|.",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"\[\s*(<=|>=|<>|<|>|=)\s*(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*\]")
_OF_A_NUMBER = frozenset("0#?ymdhsebg")
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][-+]?[0-9]{1,3})?")
_MOST_SECTIONS = 4
_OF_DAYS = frozenset("ymdhsgeab") | {"am/pm", "a/p", "[h]", "[hh]", "[m]", "[mm]", "[s]", "[ss]"}
_BUILT_IN_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59), *range(71, 82)})

_BUILT_IN_WHOLE_DAYS = frozenset(range(14, 18))
_OF_MORE_THAN_DAYS = frozenset(
    {*"hs0#?@", "general", "standard", "am/pm", "a/p", "[h]", "[hh]", "[m]", "[mm]", "[s]", "[ss]"}
)


class _Section:
    """`literal` is what it shows besides the value."""

    __slots__ = ("condition", "literal", "of_number", "of_words")

    def __init__(self) -> None:
        self.condition: tuple[str, float] | None = None
        self.literal = ""
        self.of_number = self.of_words = False

    def add(self, piece: str) -> None:
        found = _CONDITION.fullmatch(piece)
        if found:
            self.condition = found[1], float(found[2])
        elif piece.lower() in ("general", "standard"):
            self.of_number = self.of_words = True
        elif piece == "@":
            self.of_words = True
        elif piece.startswith('"'):
            self.literal += piece[1:-1]
        elif piece.startswith("\\"):
            self.literal += piece[1:]
        elif piece.startswith("["):
            if piece.startswith("[$"):
                self.literal += piece[2:-1].partition("-")[0]
            elif piece[1:2].lower() in ("h", "m", "s") and len(set(piece[1:-1].lower())) == 1:
                self.of_number = True
        elif piece.lower() in _OF_A_NUMBER or piece.lower() in ("am/pm", "a/p"):
            self.of_number = True
        elif len(piece) == 1:
            self.literal += piece


_UNSEEN = " "
"""Stays where a value was: the words of the cell before it end there, as they did."""


def hidden_as(code: str, value: str, *, words: bool) -> str | None:
    """What is shown in place of a value of which a format shows nothing, "" for nothing at all; None where it
    shows the value. `words`: whether the value is text.
    """
    sections = _sections(code)
    if words:  # fewer sections than four leave words as they are
        section = sections[3] if len(sections) >= _MOST_SECTIONS else None
    else:
        section = _for_number(sections, value)
    return None if section is None or section.of_number or section.of_words else section.literal


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section, ...]:
    sections = [_Section()]
    for piece in _TOKEN.findall(code):
        if piece == ";":
            sections.append(_Section())
        else:
            sections[-1].add(piece)
    return tuple(sections)


def shown_section(code: str, value: str, *, words: bool) -> int | None:
    """Which section of a format, from 0, a value is shown by; None where its words aren't."""
    sections = _sections(code)
    if words:
        last = min(len(sections), _MOST_SECTIONS) - 1
        by_last = sections[last].of_words and not sections[last].of_number
        return last if last == _MOST_SECTIONS - 1 or by_last else None
    section = _for_number(sections, value)
    return next((at for at, one in enumerate(sections) if one is section), None)


def _for_number(sections: tuple[_Section, ...], value: str) -> _Section | None:
    """The section by which a number is shown; None for what is no number."""
    if not _NUMBER.fullmatch(value):
        return None
    number = float(value)
    numeric = list(sections[: _MOST_SECTIONS - 1])
    if len(numeric) > 1 and numeric[-1].of_words and not numeric[-1].of_number:
        numeric.pop()  # the one for words
    if any(section.condition for section in numeric):
        for section in numeric:
            if section.condition is None or _holds(number, *section.condition):
                return section
        return _Section()
    if len(numeric) > 2 and number <= 0:
        return numeric[1 if number < 0 else 2]
    return _of_two(numeric, number)


def _of_two(numeric: list[_Section], number: float) -> _Section:
    return numeric[1] if len(numeric) == 2 and number < 0 else numeric[0]


def _holds(number: float, operator: str, limit: float) -> bool:
    return {
        "<": number < limit,
        ">": number > limit,
        "=": number == limit,
        "<=": number <= limit,
        ">=": number >= limit,
        "<>": number != limit,
    }[operator]


def hide(cell: Tree, literal: str) -> None:
    """Takes the value of a cell away, so that it shows `literal` or nothing, and isn't empty all the same."""
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    words = etree.SubElement(cell, tag("x:is"))
    etree.SubElement(words, tag("x:t")).text = literal if literal.strip() else _UNSEEN


class Formats:
    """The number format of each cell, by its position in the workbook's list of looks.

    `shown`: by a format's number, which of its sections a value is shown by.
    """

    def __init__(self, styles: Tree | None) -> None:
        self._codes: Mapping[str, str] = {}
        self._looks: list[str] = []
        self.shown: dict[str, set[int]] = {}
        if styles is None:
            return
        self._codes = {
            element.get("numFmtId", ""): element.get("formatCode", "")
            for element in styles.iterfind(f"{tag('x:numFmts')}/{tag('x:numFmt')}")
        }
        self.shown = {number: set[int]() for number in self._codes}
        named = _formats_of(styles, "x:cellStyleXfs")
        for look in styles.iterfind(f"{tag('x:cellXfs')}/{tag('x:xf')}"):
            own, style = look.get("numFmtId", "0"), look.get("xfId", "")
            by_style = named[int(style)] if is_count(style) and int(style) < len(named) else "0"
            follows = own == "0" and not is_on(look.get("applyNumberFormat", "0"))
            self._looks.append(by_style if follows and by_style in self._codes else own)

    def code(self, look: str | None) -> str | None:
        """The code of a cell's format where the workbook defines it itself."""
        return self._codes.get(self._number(look))

    def look_at(self, sheet: Tree) -> None:
        """Which sections the values of a sheet are shown by, once all that is hidden is gone."""
        seen: set[tuple[str, str, str]] = set()
        for cell in sheet.iter(tag("x:c")):
            number, kind = self._number(cell.get("s")), cell.get("t", "")
            code = self._codes.get(number)
            if code is None or kind not in ("n", "inlineStr"):
                continue
            text = (cell[0].text or "") if kind == "n" else ""
            if (number, kind, text) not in seen:
                seen.add((number, kind, text))
                section = shown_section(code, text, words=kind == "inlineStr")
                self.shown[number] |= set() if section is None else {section}

    def is_of_days(self, look: str | None) -> bool:
        """Whether a cell's format shows a number as a day or an hour."""
        number = self._number(look)
        code = self._codes.get(number)
        if code is None:
            return is_count(number) and int(number) in _BUILT_IN_DAYS
        return any(piece.lower() in _OF_DAYS for piece in _TOKEN.findall(code))

    def is_of_whole_days(self, look: str | None) -> bool:
        """Whether it shows the day of a moment, and never its hour."""
        number = self._number(look)
        code = self._codes.get(number)
        if code is None:
            return is_count(number) and int(number) in _BUILT_IN_WHOLE_DAYS
        pieces = {piece.lower() for piece in _TOKEN.findall(code)}
        return bool(pieces & {"y", "d"}) and not pieces & _OF_MORE_THAN_DAYS

    def _number(self, look: str | None) -> str:
        number = int(look) if look is not None and is_count(look) else 0
        return self._looks[number] if number < len(self._looks) else "0"


def _formats_of(styles: Tree, name: str) -> list[str]:
    found = styles.find(tag(name))
    return [] if found is None else [look.get("numFmtId", "0") for look in found.iterchildren(tag("x:xf"))]
