"""What a comparison found, and its bytes on the pipe from the child.

length of the rest of the head (4) || head in JSON || the pictures, one behind the other
"""

import json
import struct
from dataclasses import dataclass, field

_LENGTH = struct.Struct(">I")
MAX_CHANGES = 2000
MAX_PAGES = 300


@dataclass(frozen=True, slots=True)
class Change:
    """Words that stand in one copy alone, or in place of each other; either may be nothing."""

    first: str
    second: str

    @property
    def has_number(self) -> bool:
        return any(letter.isdigit() for letter in self.first + self.second)


@dataclass(frozen=True, slots=True)
class PageDifference:
    """One page (from 1). `shared` words are in both. `moved` lines have the same words in another place;
    `areas` differ in their dots, which are `share` of the page's in thousandths; besides, so many thousandths
    of the page differ faintly (`faint`). `missing` is A or B where that one has no such page. `other_size`:
    the two pages are not of one size. `picture`: both, side by side, as a PNG with frames around the areas;
    nothing where the dots are the same.
    """

    number: int
    changes: tuple[Change, ...]
    shared: int
    moved: int = 0
    areas: int = 0
    share: int = 0
    missing: str = ""
    other_size: bool = False
    picture: bytes = field(default=b"", repr=False)
    faint: int = 0

    @property
    def same(self) -> bool:
        return not (self.changes or self.moved or self.areas or self.missing or self.other_size or self.faint)


def pack_pages(pages: list[PageDifference]) -> tuple[bytes, ...]:
    told = [
        [
            page.number, page.shared, page.moved, page.areas, page.share, page.missing, page.other_size,
            len(page.picture), page.faint,
            [[change.first, change.second] for change in page.changes[:MAX_CHANGES]],
        ]
        for page in pages
    ]  # fmt: skip
    head = json.dumps(told).encode("ascii")
    return _LENGTH.pack(len(head)), head, *(page.picture for page in pages)


def unpack_pages(untrusted: bytes) -> list[PageDifference]:
    """Raises ValueError for what is no result."""
    try:
        (length,) = _LENGTH.unpack_from(untrusted)
        told = json.loads(untrusted[_LENGTH.size : _LENGTH.size + length])
        at, pages = _LENGTH.size + length, []
        for each in told[:MAX_PAGES]:
            number, shared, moved, areas, share, missing, other_size, size, faint, changes = each
            numbers = (number, shared, moved, areas, share, size, faint)
            if any(type(value) is not int or value < 0 for value in numbers) or missing not in ("", "A", "B"):
                raise ValueError("not a comparison")
            pages.append(
                PageDifference(
                    number, tuple(_change(*each) for each in changes[:MAX_CHANGES]), shared, moved, areas,
                    share, missing, other_size is True, untrusted[at : at + size], faint,
                )
            )  # fmt: skip
            at += size
    except (TypeError, KeyError, RecursionError, struct.error):
        raise ValueError("not a comparison") from None
    if at != len(untrusted):
        raise ValueError("not a comparison")
    return pages


def _change(first: object, second: object) -> Change:
    if not isinstance(first, str) or not isinstance(second, str):
        raise ValueError("not a comparison")
    return Change(first, second)
