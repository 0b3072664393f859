"""The list of a draft's things: one more, one less, another in the place of one.

A number is given once and stays with its thing as long as the draft lasts, so that an older list means the
same as a newer one.
"""

from collections.abc import Collection
from dataclasses import replace

from bot.conversation.state import State
from bot.conversation.things import COUNTED, Came, Thing


def added(
    state: State,
    items: tuple[str, ...],
    manner: str,
    *,
    came: Came,
    size: int,
    removed: tuple[str, ...] = (),
    part: tuple[str, int] | None = None,
) -> State:
    """The same with a thing more, counted as what it is; in the place of those that it came instead of."""
    before = [thing.number for thing in state.things if set(thing.items) & set(came.instead)]
    state = without(state, came.instead)
    number = min(before, default=state.numbered + 1)
    thing = Thing(number, items, replace(came, instead=()), size, manner, removed, part)
    things = tuple(sorted((*state.things, thing), key=lambda each: each.number))
    numbered = max(number, state.numbered)
    state = replace(state, things=things, numbered=numbered, size=state.size + size)
    return _counted(state, manner, 1)


def thing_of(state: State, untrusted_item: str) -> Thing | None:
    return next((thing for thing in state.things if untrusted_item in thing.items), None)


def settled(state: State, item: str, manner: str) -> State:
    """The source said what becomes of a thing: of its items `item` stays, and it counts now."""
    state = unasked(state, item)
    things = tuple(
        replace(thing, items=(item,), manner=manner) if item in thing.items else thing
        for thing in state.things
    )
    return _counted(replace(state, things=things), manner, 1)


def unasked(state: State, item: str) -> State:
    """The same, with nothing that is still to be said about `item`."""
    lists = (state.waiting, state.disguised, state.voices, state.originals)
    waiting, disguised, voices, originals = (tuple(other for other in ids if other != item) for ids in lists)
    readings = tuple(items for items in state.readings if item not in items)
    state = replace(state, waiting=waiting, disguised=disguised, voices=voices, originals=originals)
    return replace(state, readings=readings)


def without(state: State, items: Collection[str]) -> State:
    """The same without the things that these items are of; the numbers of the others stay."""
    for thing in [thing for thing in state.things if set(items) & set(thing.items)]:
        things = tuple(other for other in state.things if other != thing)
        state = _counted(replace(state, things=things, size=state.size - thing.size), thing.manner, -1)
        for item in thing.items:
            state = unasked(state, item)
        if thing.part is not None and thing.part in state.parts:
            at = state.parts.index(thing.part)
            state = replace(state, parts=state.parts[:at] + state.parts[at + 1 :])
    return state


def _counted(state: State, manner: str, more: int) -> State:
    name = COUNTED.get(manner)
    texts, files, uncleaned = (
        getattr(state, each) + (more if each == name else 0) for each in ("texts", "files", "uncleaned")
    )
    return replace(state, texts=texts, files=files, uncleaned=uncleaned)
