"""Marks by which a copy may name its reader, in words: where, of what kind, and what stands there."""

from __future__ import annotations

from collections.abc import Iterator

from admin.display import visible
from admin.words import mark, tr
from codes.marks import MARKS
from scrub.marks.found import Found, Mark
from scrub.marks.words_alone import same_words

_HEIGHTS = {"top": mark("at the top"), "middle": mark("in the middle"), "foot": mark("at the foot")}


def line_of(one: Mark) -> str:
    """What is quoted is outside words, made visible."""
    where = []
    if one.part:
        where.append(tr("file {number} inside", number=one.part))
    if one.page:
        where.append(tr("page {number}", number=one.page))
    if one.line:
        where.append(tr("line {number}", number=one.line))
    if one.height in _HEIGHTS:
        where.append(tr(_HEIGHTS[one.height]))
    words = f": {visible(one.words)}" if one.words else ""
    return f"{', '.join(where) or tr('all of it')}: {tr(MARKS[one.kind])}{words}"


def differing(first: Found, second: Found) -> list[str]:
    """What only one of two copies carries, which is the strongest sign."""
    only = [*_without("A", first, second), *_without("B", second, first)]
    return [tr("A mark that the other does not have, which may name a reader:"), *only] if only else []


def _without(name: str, one: Found, other: Found) -> Iterator[str]:
    for mine in one.marks:
        if not any(_alike(mine, each) for each in other.marks):
            yield f"! {name}: {line_of(mine)}"


def _alike(one: Mark, other: Mark) -> bool:
    if one.kind != other.kind:
        return False
    return same_words(one.words, other.words) if one.words or other.words else one.page == other.page
