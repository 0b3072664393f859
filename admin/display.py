"""Text from strangers, made safe for a terminal: nothing hidden, nothing obeyed.

A source's text may carry escape sequences that drive the terminal, bidi overrides that reorder a line, and
zero-width or tag characters that hide a mark. Each such character is written as the escape a programmer knows
(backslash, `x`, `u` or `U`, hex digits) and, on a terminal, in reverse video. The writing is unambiguous: a
backslash of the source that could be mistaken for one of our escapes is itself shown as `\\x5c`.

Rule: Unicode general categories Cc, Cf, Cs, Co, Cn, Zl, Zp and the property Default_Ignorable_Code_Point
(Unicode 15, DerivedCoreProperties.txt). Line feed is kept; a lone carriage return is not.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata

from crypto.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_DEFAULT_IGNORABLE = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2065, 0x2065),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0000, 0xE0FFF),
)
"""What the categories above leave out: fillers, joiners and variation selectors that draw nothing."""

_EMOJI_STYLE = "\ufe0f"
_LOOKS_LIKE_OURS = r"\\(?=x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})"
_MARKS_IN_A_ROW = 4
_FIRST_MARK = "\u0300"
"""The first combining mark: of what comes before, all that draws nothing is not printable."""

_Line = list[tuple[str, int]]
"""What is written for each character, and how many columns it takes."""


class Paint(Record):
    """Colours that are only ours: on for a terminal, nothing otherwise. And which letters it can show."""

    on: bool = False
    encoding: str = "utf-8"

    def _sgr(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on else text

    def bold(self, text: str) -> str:
        return self._sgr("1", text)

    def dim(self, text: str) -> str:
        return self._sgr("2", text)

    def good(self, text: str) -> str:
        return self._sgr("32", text)

    def alarm(self, text: str) -> str:
        return self._sgr("1;31", text)

    def escape(self, text: str) -> str:
        return self._sgr("7", text)


PLAIN = Paint()


def paint_for(stream: TextIO) -> Paint:
    """Colour only on a terminal that is not dumb, and never when NO_COLOR is set (no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
    return Paint(wanted and stream.isatty(), stream.encoding or "utf-8")


def folded(sentence: str, stream: TextIO) -> str:
    """One of our own sentences, in lines of at most 79 columns on a terminal and in one line elsewhere."""
    if not stream.isatty():
        return sentence
    import textwrap  # noqa: PLC0415 -- a pipe needs none

    return textwrap.fill(sentence, 79, break_long_words=False, break_on_hyphens=False)


def terminal_columns() -> int:
    """How wide the terminal is, or 80: as `shutil.get_terminal_size` says, which loads every compressor."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80 if sys.__stdout__ else 80
    except (OSError, ValueError):
        return 80


def visible(untrusted_text: str, paint: Paint = PLAIN) -> str:
    """One line: as `visible_lines`, and line feeds are shown too."""
    plain = untrusted_text.isprintable() and "\\" not in untrusted_text
    if plain and max(untrusted_text, default="") < _FIRST_MARK and paint.encoding.lower() == "utf-8":
        return untrusted_text  # most rows of a long list: letters of Europe, nothing to spell out
    return paint.escape("\\x0a").join(visible_lines(untrusted_text, paint))


def visible_block(untrusted_text: str, paint: Paint = PLAIN) -> str:
    """`visible_lines` with a line feed between two."""
    return "\n".join(visible_lines(untrusted_text, paint))


def visible_lines(untrusted_text: str, paint: Paint = PLAIN, columns: int | None = None) -> list[str]:
    """The lines of the text with every hidden or commanding character spelled out, none wider than `columns`,
    but for one space at its end.

    A CR LF pair is a line end, as Windows writes it; a carriage return alone would overwrite a line and
    is shown. Lines are broken here and not left to the terminal, which would go on at the left margin; a
    combining mark counts for a column, because some terminals give it one; a letter that the terminal's
    encoding lacks is spelled out here, or it would take more columns than were counted.
    """
    text = untrusted_text.replace("\r\n", "\n")
    mimics = {match.start() for match in re.finditer(_LOOKS_LIKE_OURS, text)}
    kinds = set(text)  # a long text has few of them: each is looked up once
    foreign = {char for char in kinds if not _encodes(char, paint.encoding)}
    hidden = {char for char in kinds if _hidden(char)}
    combining = {char for char in kinds if unicodedata.category(char) in {"Mn", "Me"}}
    letters = {char: (char, 1 + (unicodedata.east_asian_width(char) in "WF")) for char in kinds}
    escapes = {char: (paint.escape(_escape(char)), len(_escape(char))) for char in kinds}
    lines: list[_Line] = [[]]
    used = marks = 0
    for index, char in enumerate(text):
        marks = marks + 1 if char in combining else 0
        plain = char not in hidden and marks <= _MARKS_IN_A_ROW and index not in mimics
        if char not in foreign and (
            plain or (char == _EMOJI_STYLE and _draws_a_symbol(text[index - 1 : index]))
        ):
            shown, width = letters[char]
        else:
            shown, width = escapes[char]
        if char == "\n":
            lines.append([])
            used = 0
            continue
        hangs = char == " " and used == columns
        while columns is not None and used and used + width > columns and not hangs:
            lines.append(_take_last_word(lines[-1]))
            used = sum(width for _, width in lines[-1])
        lines[-1].append((shown, width))
        used += width
    return ["".join(shown for shown, _ in line) for line in lines]


def _take_last_word(line: _Line) -> _Line:
    """What stands behind the last space, taken out of `line`; nothing if it is one long word."""
    start = max((index + 1 for index, (shown, _) in enumerate(line) if shown == " "), default=len(line))
    word = line[start:]
    del line[start:]
    return word


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _hidden(char: str) -> bool:
    code = ord(char)
    if code < 0x7F:
        return code < 0x20
    return unicodedata.category(char) in _HIDDEN_CATEGORIES or any(
        a <= code <= b for a, b in _DEFAULT_IGNORABLE
    )


def _draws_a_symbol(previous: str) -> bool:
    """Phones write the red heart as a symbol and one style selector: that pair is not hiding anything."""
    return previous != "" and unicodedata.category(previous) in {"So", "Sm", "Po"}


def _escape(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
