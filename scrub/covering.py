"""Covers what in a clean copy may name its reader: the words and codes that a search finds in it. Runs in a
confined child.

Black boxes over the dots of pages and pictures, bars in texts, by the rules of `scrub.redact`: what is
beneath is gone. What has no place of its own (a pattern, spaces, sizes) can't be covered, and is told as
left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scrub.coverable import COVERED, may_cover
from scrub.marks import words
from scrub.marks.across import pieces_across
from scrub.marks.found import WHOLE, Found, Mark, most_telling
from scrub.marks.search import everything
from scrub.redact import Area, Wishes, redact
from scrub.redact.texts import TEXTS
from scrub.redact.wishes import MAX_WISHES, MAX_WORD

_BESIDE = 30
"""Ten-thousandths of a page around a place: letters reach over their boxes, and dots are whole."""


@dataclass(frozen=True, slots=True)
class Covered:
    """`covered` places are gone; `left`: what can't be covered."""

    content: bytes = field(repr=False)
    covered: int
    left: Found


def cover(
    media_type: str, untrusted: bytes, original: bytes = b"", more: Sequence[Mark] = ()
) -> Covered | None:
    """`untrusted`: a clean copy; `original`: the PDF of which it was made, or nothing; `more`: what else was
    found, and is to be covered. None where there is nothing that can be covered. Raises Refusal.
    """
    marks, complete = everything(media_type, untrusted, original)
    wanted = [mark for mark in marks if may_cover(media_type, mark)]
    if media_type in TEXTS:
        wishes = _in_text(untrusted.decode("utf-8", "replace"))
    else:
        every = dict.fromkeys(_around(mark) for mark in (*more, *wanted))
        wishes = Wishes(tuple(every)[:MAX_WISHES])
        complete = complete and len(every) <= MAX_WISHES
    if not wishes.areas and not wishes.words:
        return None
    done = redact(untrusted, media_type, wishes)
    rest = [mark for mark in everything(media_type, done.content)[0] if may_cover(media_type, mark)]
    left = tuple(most_telling([*(mark for mark in marks if mark not in wanted), *rest]))
    return Covered(done.content, len(done.places), Found(left, complete))


def _around(mark: Mark) -> Area:
    left, top, right, bottom = mark.box or (0, 0, WHOLE, WHOLE)
    return Area(
        max(1, mark.page),
        max(0, left - _BESIDE),
        max(0, top - _BESIDE),
        min(WHOLE, right + _BESIDE),
        min(WHOLE, bottom + _BESIDE),
    )


def _in_text(text: str) -> Wishes:
    """Words where they can be named, else the line that they stand in."""
    every = (*words.marks_in(text), *pieces_across(text))
    found = [(line, mark) for line, kind, mark in every if kind in COVERED]
    named = dict.fromkeys(mark for _, mark in found if _can_be_named(mark))
    lines = dict.fromkeys(line for line, mark in found if not _can_be_named(mark))
    areas = tuple(Area(line) for line in lines)[: MAX_WISHES // 2]
    return Wishes(areas, tuple(named)[: MAX_WISHES // 2])


def _can_be_named(mark: str) -> bool:
    return bool(mark.split()) and len(mark) <= MAX_WORD and mark.isprintable() and mark[-1] != "*"
