"""Marks by which a copy may name its reader, in words: where, of what kind, and what stands there."""

from __future__ import annotations

from collections.abc import Iterator

from admin.display import visible
from admin.words import mark as said
from admin.words import tr
from codes.marks import MARKS
from scrub.marks.found import Found, Mark
from scrub.marks.words_alone import same_words

_HEIGHTS = {"top": said("at the top"), "middle": said("in the middle"), "foot": said("at the foot")}


def line_of(mark: Mark) -> str:
    """What is quoted is outside words, made visible."""
    where = []
    if mark.part:
        where.append(tr("file {number} inside", number=mark.part))
    if mark.page:
        where.append(tr("page {number}", number=mark.page))
    if mark.line:
        where.append(tr("line {number}", number=mark.line))
    if mark.height in _HEIGHTS:
        where.append(tr(_HEIGHTS[mark.height]))
    words = f": {visible(mark.words)}" if mark.words else ""
    return f"{', '.join(where) or tr('all of it')}: {tr(MARKS[mark.kind])}{words}"


def differing(first: Found, second: Found) -> list[str]:
    """What only one of two copies carries, which is the strongest sign."""
    only = [*_without("A", first, second), *_without("B", second, first)]
    return [tr("A mark that the other does not have, which may name a reader:"), *only] if only else []


def _without(name: str, one: Found, other: Found) -> Iterator[str]:
    for mark in one.marks:
        if not any(_alike(mark, each) for each in other.marks):
            yield f"! {name}: {line_of(mark)}"


def _alike(one: Mark, other: Mark) -> bool:
    if one.kind != other.kind:
        return False
    return same_words(one.words, other.words) if one.words or other.words else one.page == other.page
