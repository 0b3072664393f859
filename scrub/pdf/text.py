"""The words that a page shows, as PDFium reads them, for a searchable copy. Runs in a confined child.

A letter is taken only if its own dots are seen in the page's gray picture (`scrub.pdf.seen`): what is
white on white, too small, outside of the page, drawn invisibly or behind anything isn't. The way in which a
document wrote its words doesn't survive: one normal form (`scrub.words.clean`), lines in reading order,
places in whole points.
"""

import re
import unicodedata

from scrub.pdf.letters import Picture, read_letters
from scrub.pdf.lines import Line, joined, taken
from scrub.pdf.writer import TextLine
from scrub.report import Refusal
from scrub.words.clean import tidy

MAX_LINES = 1000
"""Of one page."""

_LARGEST = 200  # points


def read_lines(
    page: object, picture: Picture, unit: int, notes: set[str], *, layered: bool = False
) -> list[TextLine]:
    """Sorted from top to bottom; `unit` is a dot's side in hundredths of a point. What is left out goes to
    `notes`. `layered`: words in layers are left out.
    """
    lines = joined(read_letters(page, picture, notes, layered=layered), Line.takes, taken)
    found = {line for line in (written(line, picture.height, unit) for line in lines) if line is not None}
    return sorted(found)[:MAX_LINES]


def written(line: Line, height: int, unit: int) -> TextLine | None:
    """On a page `height` dots high; None where nothing is left of the words once they are tidied."""
    try:
        words = " ".join(tidy(line.words).text.split())
    except Refusal:
        return None
    words = _in_drawing_order(" ".join(re.sub("[^\0-\uffff]", "", words).split()))
    if not words:
        return None
    points = unit / 100
    size = min(max(2, round(line.height * points)), _LARGEST)
    stretch = min(max(1, round(200 * (line.right - line.left) * points / (size * len(words)))), 999)
    left = max(0, round(line.left * points))
    down = min(max(0, round(line.bottom * points)), height * unit // 100)
    return TextLine(down, left, size, stretch, words)


_FROM_RIGHT = ("R", "AL")


def _in_drawing_order(words: str) -> str:
    """Readers take a page's letters from left to right and turn Hebrew and Arabic around by themselves."""
    runs: list[list[str]] = []
    for word in re.findall(r"\S+|\s+", words):
        turned = any(unicodedata.bidirectional(letter) in _FROM_RIGHT for letter in word)
        if runs and (turned or word.isspace()) and runs[-1][0] == "turned":
            runs[-1].append(word)
        else:
            runs.append(["turned" if turned else "straight", word])
    pieces = []
    for kind, *run in runs:
        piece = "".join(run)
        body = piece.rstrip(" ")
        pieces.append((body[::-1] if kind == "turned" else body) + piece[len(body) :])
    return unicodedata.normalize("NFKC", "".join(pieces))
