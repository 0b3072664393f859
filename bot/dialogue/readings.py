"""A line of each way to read a text, by which the person who has it sees at once which one is right."""

from collections.abc import Sequence

MOST = 80
"""Letters of a line."""

_BEFORE = 30


def lines_of(texts: Sequence[str]) -> list[str]:
    """For each text a piece of the same line: the first where all differ, or else where any two do.

    They come from clean copies, so that nothing in them is invisible; `texts` are two or more, or one.
    """
    best: list[str] = []
    for row in zip(*(text.splitlines() for text in texts), strict=False):
        if len(set(row)) > 1 or len(texts) == 1:
            pieces = _pieces(row)
            best = best or pieces
            if len(set(pieces)) == len(texts):
                return pieces
    return best or [text.strip()[:MOST] for text in texts]


def _pieces(row: Sequence[str]) -> list[str]:
    """What stands around the first place at which two of the lines differ."""
    shortest = min(map(len, row))
    at = next((at for at in range(shortest) if len({line[at] for line in row}) > 1), 0)
    start = max(0, at - _BEFORE)
    return [line[start : start + MOST].strip() for line in row]
