"""What goes into a dossier: drops, or single items of them, and what is covered in each; as a person types
it.

ID          all clean items of a drop          ID:2,5    these items of it

ID:2 word Ana Ruiz = a colleague               one line a redaction, in a file; behind `=` the reason
ID:2 area 3:10,20.5,60,25 = a signature        page 3, from the left and from the top in per cent
ID:1 line 4-6 = where the source lives         lines of a testimony or of a plain text
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from admin.errors import AdminError
from admin.words import tr
from scrub.redact.wishes import MAX_WISHES, WHOLE, Area, Wishes

MAX_REASON = 200
_ITEMS = re.compile(r"([0-9a-fA-F]{4,32})(?::([0-9]{1,4}(?:,[0-9]{1,4})*))?")
_REDACTION = re.compile(r"([0-9a-fA-F]{4,32}):([0-9]{1,4}) (word|area|line) (.+) = (.+)")
_AREA = re.compile(r"([1-9][0-9]{0,3}):" + ",".join([r"([0-9]{1,3}(?:\.[0-9]{1,2})?)"] * 4))
_LINES = re.compile(r"([1-9][0-9]{0,5})(?:-([1-9][0-9]{0,5}))?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A drop by the beginning of its id, and numbers of its items; none for all."""

    prefix: str
    items: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be covered in an item, and why: areas (a range of lines has one each) or a word."""

    areas: tuple[Area, ...]
    word: str | None
    reason: str

    @property
    def kind(self) -> str:
        return "words" if self.word is not None else "area"


def asked(words: Iterable[str]) -> list[Asked]:
    """Raises `AdminError` for what is no drop and no item of one."""
    found = []
    for word in words:
        match = _ITEMS.fullmatch(word)
        if match is None:
            raise AdminError(tr("Name drops as 'list' does, and items of one as ID:2 or ID:2,5."))
        items = tuple(int(number) for number in match[2].split(",")) if match[2] else ()
        if len(set(items)) < len(items):
            raise AdminError(tr("An item is named twice; name each exhibit once."))
        found.append(Asked(match[1].lower(), items))
    return found


def redactions(untrusted_lines: str) -> dict[tuple[str, int], list[Wish]]:
    """By the beginning of a drop's id and the number of an item. Raises `AdminError`, naming the line."""
    found: dict[tuple[str, int], list[Wish]] = {}
    for number, line in enumerate(untrusted_lines.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _REDACTION.fullmatch(line.strip())
        made = None if match is None else wish(match[3], match[4].strip(), match[5].strip())
        if match is None or made is None:
            raise AdminError(
                tr(
                    "Line {number} of the redactions is not like 'ID:2 word Ana Ruiz = a colleague', "
                    "'ID:2 area 3:10,20,60,25 = a signature' or 'ID:1 line 4-6 = a place'.",
                    number=number,
                )
            )
        found.setdefault((match[1].lower(), int(match[2])), []).append(made)
    return found


def wish(kind: str, what: str, reason: str) -> Wish | None:
    """None for what can't be meant."""
    if not reason or len(reason) > MAX_REASON or not reason.isprintable():
        return None
    if kind == "word":
        try:
            return Wish((), Wishes(words=(what,)).words[0], reason)
        except ValueError:
            return None
    areas = area(what) if kind == "area" else lines(what)
    return Wish(areas, None, reason) if areas else None


def area(text: str) -> tuple[Area, ...]:
    """`PAGE:LEFT,TOP,RIGHT,BOTTOM` in per cent; nothing for what is none."""
    match = _AREA.fullmatch(text.replace(" ", ""))
    if match is None:
        return ()
    left, top, right, bottom = (round(float(side) * WHOLE / 100) for side in match.groups()[1:])
    try:
        return (Area(int(match[1]), left, top, right, bottom),)
    except ValueError:
        return ()


def lines(text: str) -> tuple[Area, ...]:
    match = _LINES.fullmatch(text)
    if match is None:
        return ()
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last < first + MAX_WISHES:
        return ()
    return tuple(Area(line) for line in range(first, last + 1))


def wishes_of(wanted: Sequence[Wish]) -> tuple[Wishes, list[int]]:
    """All of an item's as one, and which of `wanted` each of its numbers is. Raises `AdminError`."""
    areas = [(at, area) for at, each in enumerate(wanted) for area in each.areas]
    words = [(at, each.word) for at, each in enumerate(wanted) if each.word is not None]
    try:
        wishes = Wishes(tuple(area for _, area in areas), tuple(word for _, word in words))
    except ValueError:
        raise AdminError(
            tr("There are more than {most} redactions for one exhibit.", most=MAX_WISHES)
        ) from None
    return wishes, [at for at, _ in (*areas, *words)]


def for_item(
    found: Mapping[tuple[str, int], Sequence[Wish]], drop: str, number: int
) -> tuple[list[Wish], list[tuple[str, int]]]:
    """The redactions of one item, and the keys under which they stood."""
    keys = [key for key in found if key[1] == number and drop.startswith(key[0])]
    return [each for key in keys for each in found[key]], keys
