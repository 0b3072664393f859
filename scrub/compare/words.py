"""Which words differ: line by line first, then word by word within what differs."""

import difflib
from collections.abc import Iterator

from scrub.compare.result import MAX_CHANGES, Change

_MOST_LINES = 20_000
_MOST_WORDS = 4000
"""Of a stretch of lines that differ: a longer one is told as it is."""


def differences(first: str, second: str) -> tuple[tuple[Change, ...], int]:
    """The changes, in their order, and how many words both have."""
    split = [text.split("\n") for text in (first, second)]
    lines = [[" ".join(line.split()) for line in each[:_MOST_LINES]] for each in split]
    one, other = ([line for line in each if line] for each in lines)
    changes: list[Change] = []
    shared = 0
    for kind, a, b, c, d in _opcodes(one, other):
        if kind == "equal":
            shared += sum(line.count(" ") + 1 for line in one[a:b])
            continue
        within, both = _within(" ".join(one[a:b]).split(), " ".join(other[c:d]).split())
        changes += within
        shared += both
    change, both = _behind(*(" ".join(each[_MOST_LINES:]).split() for each in split))
    return tuple([*changes, *change][:MAX_CHANGES]), shared + both


def respaced(first: str, second: str) -> int:
    """Lines of the same words that are not the same: white space can name a reader, too. Where the texts
    differ only in where lines end, one.
    """
    lines = [[line for line in text.split("\n")[:_MOST_LINES] if line.strip()] for text in (first, second)]
    one, other = ([" ".join(line.split()) for line in each] for each in lines)
    found = sum(
        lines[0][a + at] != lines[1][c + at]
        for kind, a, b, c, _ in _opcodes(one, other)
        if kind == "equal"
        for at in range(b - a)
    )
    return found or int(first != second and first.split() == second.split())


def _opcodes(one: list[str], other: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """As `difflib` has them. How both begin is left out of its search, whose time grows with equal lines."""
    ends = enumerate(zip(one, other, strict=False))
    same = next((at for at, both in ends if both[0] != both[1]), min(len(one), len(other)))
    yield "equal", 0, same, 0, same
    for kind, a, b, c, d in difflib.SequenceMatcher(
        None, one[same:], other[same:], autojunk=False
    ).get_opcodes():
        yield kind, a + same, b + same, c + same, d + same


def _behind(one: list[str], other: list[str]) -> tuple[list[Change], int]:
    """What lies behind the lines that are compared one by one, from the first word that differs on."""
    same = next(_opcodes(one, other))[2]
    rest = Change(" ".join(one[same:]), " ".join(other[same:]))
    return [rest] if rest.first or rest.second else [], same


def _within(one: list[str], other: list[str]) -> tuple[list[Change], int]:
    if len(one) + len(other) > _MOST_WORDS:
        return [Change(" ".join(one), " ".join(other))], 0
    changes, shared = [], 0
    for kind, a, b, c, d in _opcodes(one, other):
        if kind == "equal":
            shared += b - a
        else:
            changes.append(Change(" ".join(one[a:b]), " ".join(other[c:d])))
    return changes, shared
