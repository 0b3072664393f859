"""Which words differ: line by line first, then word by word within what differs."""

import difflib

from scrub.compare.result import MAX_CHANGES, Change

_MOST_LINES = 20_000
_MOST_WORDS = 4000
"""Of a stretch of lines that differ: a longer one is told as it is."""


def differences(first: str, second: str) -> tuple[tuple[Change, ...], int]:
    """The changes, in their order, and how many words both have."""
    lines = [[" ".join(line.split()) for line in text.split("\n")][:_MOST_LINES] for text in (first, second)]
    one, other = ([line for line in each if line] for each in lines)
    changes: list[Change] = []
    shared = 0
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            shared += sum(line.count(" ") + 1 for line in one[a:b])
            continue
        within, both = _within(" ".join(one[a:b]).split(), " ".join(other[c:d]).split())
        changes += within
        shared += both
    return tuple(changes[:MAX_CHANGES]), shared


def _within(one: list[str], other: list[str]) -> tuple[list[Change], int]:
    if len(one) + len(other) > _MOST_WORDS:
        return [Change(" ".join(one), " ".join(other))], 0
    changes, shared = [], 0
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            shared += b - a
        else:
            changes.append(Change(" ".join(one[a:b]), " ".join(other[c:d])))
    return changes, shared
