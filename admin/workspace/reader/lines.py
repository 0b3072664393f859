"""Lines for a screen: text that was made visible (`admin.display`), with our own marks for how it is painted.

A source's letters come here spelled out, so the only escape in a line is one of ours (`display.Paint`): it is
taken for a style, and whatever else commands a terminal is shown as a question mark. Nothing here knows any
markup: brackets are brackets.
"""

from __future__ import annotations

import re
import unicodedata

Span = tuple[str, str]
"""A style's name ("" for none), and the text that has it."""

STYLES = {"1": "bold", "2": "dim", "32": "good", "1;31": "alarm", "7": "escape"}
"""The codes that `display.Paint` writes."""

_PAINTED = re.compile("\x1b\\[(1|2|32|1;31|7)m(.*?)\x1b\\[0m")
_COMMANDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SHORTEST = 8


def spans(line: str) -> list[Span]:
    """A line taken apart by our own paints."""
    found: list[Span] = []
    at = 0
    for match in _PAINTED.finditer(line):
        found.append(("", line[at : match.start()]))
        found.append((STYLES[match[1]], match[2]))
        at = match.end()
    found.append(("", line[at:]))
    return [(style, _COMMANDS.sub("?", text)) for style, text in found if text]


def printed(line: str) -> str:
    """For a terminal itself: the line with our own paints, and no other command in it."""
    codes = {name: code for code, name in STYLES.items()}
    return "".join(f"\x1b[{codes[style]}m{text}\x1b[0m" if style else text for style, text in spans(line))


def folded(lines: list[str], columns: int) -> list[str]:
    """The same lines, none wider: what is ours and too long goes on in the next one, two columns in."""
    columns = max(columns, _SHORTEST)
    return [piece for line in lines for piece in ([line] if width(line) <= columns else _fold(line, columns))]


def _fold(line: str, columns: int) -> list[str]:
    rows: list[list[str]] = [[]]
    used = 0
    for style, text in spans(line):
        code = next((code for code, name in STYLES.items() if name == style), None)
        for word in re.findall(r"\s+|\S+", text):
            rest = word
            while rest:
                room = columns - used
                if width(rest) > room and used > 2 and width(rest) <= columns - 2:
                    rows.append(["  "])
                    used, rest = 2, rest.lstrip()
                    continue
                piece = cut(rest, room)
                if not piece:
                    rows.append(["  "])
                    used = 2
                    continue
                rows[-1].append(piece if code is None else f"\x1b[{code}m{piece}\x1b[0m")
                used += width(piece)
                rest = rest[len(piece) :]
    return ["".join(row).rstrip(" ") for row in rows]


def width(line: str) -> int:
    """Columns that a line takes at most: a mark counts for one, because some terminals give it one."""
    plain = _PAINTED.sub(r"\2", line)
    if plain.isascii():
        return len(plain)
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in plain)


def cut(text: str, columns: int) -> str:
    """The beginning of an unpainted text that takes so many columns at most."""
    if len(text) <= columns and text.isascii():
        return text
    used = 0
    for number, char in enumerate(text):
        used += 1 + (unicodedata.east_asian_width(char) in "WF")
        if used > columns:
            return text[:number]
    return text


def shortened(text: str, columns: int) -> str:
    """As `cut`, with three dots where something is left out."""
    return text if width(text) <= columns else cut(text, max(columns - 3, 0)) + "..."[: max(columns, 0)]


def padded(text: str, columns: int) -> str:
    """A column of a table: cut or filled up with blanks."""
    text = shortened(text, columns)
    return text + " " * (columns - width(text))
