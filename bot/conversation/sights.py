"""What a source is told to look at in a file before it goes: kinds and places, never content."""

from dataclasses import dataclass

UNSEARCHED = "unsearched"
"""The kind of what could not be looked through. It is ours: a search says that it is not complete."""

HEIGHTS = ("top", "middle", "foot", "all")
MOST = 6
"""In one message; more are not read."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`kind`: one of `codes.marks.MARKS`, or `UNSEARCHED`. `part`: which file inside the file,
    `page`, `line`: from 1, or 0. `height`: one of `HEIGHTS`.
    """

    kind: str
    part: int = 0
    page: int = 0
    line: int = 0
    height: str = "all"


def joined(sights: tuple[Sight, ...], more: tuple[Sight, ...]) -> tuple[Sight, ...]:
    return tuple(dict.fromkeys((*sights, *more)))[:MOST]
