"""Words and lines of a plain text or a table. A bar says nothing of how long it was what it stands for, and
what the writer drew like one is named, so that nobody takes it for ours.
"""

import re
import unicodedata

from scrub.redact.finding import pieces
from scrub.redact.wishes import Place, Redacted, Wishes

TEXTS = ("text/plain", "text/csv")
BAR = "████"
_LIKE_A_BAR = re.compile("[\u2580-\u259f]+|[\u25a0\u25ac\u25ae\u25fc\u25fe\u2b1b]{2,}")
"""Blocks and shades; black squares and rectangles where two meet: one alone begins a line of a list."""


def bars_named(untrusted_text: str) -> str:
    """The text with what looks like a bar named: `[FULL BLOCK x4]`."""
    return _LIKE_A_BAR.sub(lambda bar: f"[{unicodedata.name(bar[0][0])} x{len(bar[0])}]", untrusted_text)


def redact_text(untrusted: bytes, media_type: str, wishes: Wishes) -> Redacted:
    lines = bars_named(untrusted.decode("utf-8")).split("\n")
    places = {Place(number, area.page) for number, area in enumerate(wishes.areas) if area.page <= len(lines)}
    spans: dict[int, set[int]] = {}
    for piece in pieces(lines, wishes.words):
        places.add(Place(len(wishes.areas) + piece.word, piece.line + 1))
        spans.setdefault(piece.line, set()).update(range(piece.start, piece.end))
    for number, letters in spans.items():
        lines[number] = _barred(lines[number], letters)
    for area in wishes.areas:
        if area.page <= len(lines):
            lines[area.page - 1] = BAR
    found = tuple(sorted(places, key=lambda place: (place.page, place.wish)))
    return Redacted("\n".join(lines).encode("utf-8"), media_type, found)


def _barred(line: str, letters: set[int]) -> str:
    out: list[str] = []
    for at, letter in enumerate(line):
        if at not in letters:
            out.append(letter)
        elif at - 1 not in letters:
            out.append(BAR)
    return "".join(out)
