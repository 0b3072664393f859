"""What a search finds: kinds, places and a few words, of fixed and small sizes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from codes.kinds import CLEAN
from codes.marks import MARKS

PICTURES = ("image/jpeg", "image/png")
TEXTS = ("text/plain", "text/csv", "application/x-subrip", "text/vtt")
OFFICE = tuple(kind for kind in CLEAN if "officedocument" in kind or "opendocument" in kind)
SEARCHED = (*PICTURES, *TEXTS, *OFFICE, "application/pdf", "message/rfc822", "application/zip")
"""The media types of copies in which something can be found."""

MAX_FOUND = 24
"""Of one file; the first of each kind come before the second of any."""

MAX_WORDS = 48
"""Letters of what was found in words."""

WHOLE = 10_000
"""A page's width and height: boxes are in ten-thousandths of them, as in `scrub.redact`."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """`kind`: one of `codes.marks.MARKS`. `part`: which file inside the file, from 1; 0 is the file itself.
    `page`: of a document, from 1; `line`: of a text, from 1; 0 where there is none. `box`: left, top, right,
    bottom in parts of the page or picture; empty where it is everywhere or nowhere. `words`: what stands
    there, in letters that can be printed.
    """

    kind: str
    part: int = 0
    page: int = 0
    line: int = 0
    box: Box | None = None
    words: str = field(default="", repr=False)

    @property
    def height(self) -> str:
        """Where on a page or picture it is: top, middle, foot; all, where it has no place."""
        if self.box is None or self.kind == "tile":
            return "all"
        middle = (self.box[1] + self.box[3]) / 2
        return "top" if middle < WHOLE / 3 else "middle" if middle < WHOLE * 2 / 3 else "foot"

    def __post_init__(self) -> None:
        if self.kind not in MARKS:
            raise ValueError("not a kind of mark")


def printable(untrusted: str) -> str:
    """`MAX_WORDS` letters at most on one line; what can't be seen, or turns the line around, is a dot."""
    seen = "".join(letter if letter.isprintable() else "." for letter in " ".join(untrusted.split()))
    return seen if len(seen) <= MAX_WORDS else seen[: MAX_WORDS - 1] + "\u2026"


def each_place(line: str, words: str) -> Iterator[int]:
    """Where in a line words stand: a name may be tiled along it."""
    at = line.find(words) if words else -1
    while at >= 0:
        yield at
        at = line.find(words, at + len(words))


def most_telling(marks: Sequence[Mark], most: int = MAX_FOUND) -> list[Mark]:
    """The first of each kind, then the others, `most` at most; none twice."""
    firsts: dict[tuple[str, int], Mark] = {}
    for mark in marks:
        firsts.setdefault((mark.kind, mark.part), mark)
    return list(dict.fromkeys((*firsts.values(), *marks)))[:most]


@dataclass(frozen=True, slots=True)
class Found:
    """`complete`: whether all of it was looked at. `picture`: a PNG of the place of the first mark that has
    one; empty where none has. `shown`: which mark that is. `unread`: whether it has a picture that looks as
    if there were words in it.
    """

    marks: tuple[Mark, ...] = ()
    complete: bool = True
    picture: bytes = field(default=b"", repr=False)
    shown: Mark | None = None
    unread: bool = False
