"""What is to be covered, and where it was: plain values, and their bytes on the pipe to a child.

wishes    an area: "A page left top right bottom", a word: "W" and its words; one a line, UTF-8
places    a place: "P wish page"; a page without words: "U page"; one a line, ASCII
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

WHOLE = 10_000
"""Areas are in ten-thousandths of a page's width and height, from its upper left corner."""

MAX_WISHES = 1000
MAX_WORD = 200
_MAX_PLACES = 100_000
_AREA = re.compile(r"A ([1-9][0-9]{0,5})((?: (?:0|[1-9][0-9]{0,4})){4})")
_PLACE = re.compile(r"P (0|[1-9][0-9]{0,3}) ([1-9][0-9]{0,8})")
_UNREAD = re.compile(r"U ([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of one page (from 1; a picture is page 1), in `WHOLE` parts: left < right, top < bottom.

    Of a plain text the page is a line, and all of it is meant.
    """

    page: int
    left: int = 0
    top: int = 0
    right: int = WHOLE
    bottom: int = WHOLE

    def __post_init__(self) -> None:
        across, down = 0 <= self.left < self.right <= WHOLE, 0 <= self.top < self.bottom <= WHOLE
        if self.page < 1 or not (across and down):
            raise ValueError("not an area of a page")

    def dots(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of a picture with these sides, outwards to whole dots."""
        return (
            self.left * width // WHOLE,
            self.top * height // WHOLE,
            -(-self.right * width // WHOLE),
            -(-self.bottom * height // WHOLE),
        )


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to cover. They are numbered from 0, the areas first. Words never show in a repr."""

    areas: tuple[Area, ...] = ()
    words: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if len(self.areas) + len(self.words) > MAX_WISHES:
            raise ValueError("too many wishes")
        for word in self.words:
            if not word.split() or len(word) > MAX_WORD or not word.isprintable():
                raise ValueError("not a word")

    def on(self, page: int) -> list[tuple[int, Area]]:
        """The areas of one page with their numbers."""
        return [(number, area) for number, area in enumerate(self.areas) if area.page == page]


@dataclass(frozen=True, slots=True)
class Place:
    """That a wish, by its number, was met on a page, or in a line of a plain text."""

    wish: int
    page: int


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted copy; see the package."""

    content: bytes = field(repr=False)
    media_type: str
    places: tuple[Place, ...]
    unread: tuple[int, ...] = ()


def pack_wishes(wishes: Wishes) -> bytes:
    areas = (f"A {a.page} {a.left} {a.top} {a.right} {a.bottom}\n" for a in wishes.areas)
    return "".join((*areas, *(f"W {word}\n" for word in wishes.words))).encode("utf-8")


def unpack_wishes(packed: bytes) -> Wishes:
    """From our own parent, so what is wrong raises whatever it raises."""
    areas, words = [], []
    for line in packed.decode("utf-8").split("\n")[:-1]:
        if (found := _AREA.fullmatch(line)) is not None:
            areas.append(Area(int(found[1]), *map(int, found[2].split())))
        else:
            words.append(line.removeprefix("W "))
    return Wishes(tuple(areas), tuple(words))


def pack_places(places: Iterable[Place], unread: Iterable[int]) -> bytes:
    told = [f"P {place.wish} {place.page}\n" for place in places]
    return "".join((*told, *(f"U {page}\n" for page in unread))).encode("ascii")


def unpack_places(untrusted: bytes, wishes: Wishes) -> tuple[tuple[Place, ...], tuple[int, ...]]:
    """What a child says of its work. Raises ValueError for anything else."""
    lines = untrusted.decode("ascii").split("\n")
    if lines.pop() or len(lines) > _MAX_PLACES:
        raise ValueError("not a list of places")
    places, unread = [], []
    for line in lines:
        if (found := _PLACE.fullmatch(line)) is not None:
            if int(found[1]) >= len(wishes.areas) + len(wishes.words):
                raise ValueError("the place of no wish")
            places.append(Place(int(found[1]), int(found[2])))
        elif (page := _UNREAD.fullmatch(line)) is not None:
            unread.append(int(page[1]))
        else:
            raise ValueError("not a place")
    return tuple(places), tuple(unread)
