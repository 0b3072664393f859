"""Looking a draft over before it goes: its things in a numbered list, and each can be taken out.

A part of the table in `bot.conversation.table`; pure like it. Nothing is taken out twice: a button carries
the id of its thing, and a number stays with one (`bot.conversation.listing`).
"""

from dataclasses import replace

from bot.conversation.answering import (
    DRAFT_BUTTONS,
    Rows,
    Step,
    ask_again,
    draft_buttons,
    take_out,
)
from bot.conversation.effects import HERE, Say, Submit, Take
from bot.conversation.inputs import Changed, Input, ListFrom, TakeOut, TakeOutMessage, TakeOutNumber
from bot.conversation.listing import thing_of
from bot.conversation.parts import with_gaps
from bot.conversation.state import Phase, State
from bot.conversation.telling import VOICES
from bot.conversation.things import TEXT, Thing

REVIEW_BUTTONS: Rows = (("send",), ("more", "discard"))
PAGE = 20
"""Things that are listed at a time."""
NUMBERS_A_ROW = 4


def counts(key: str, state: State, buttons: Rows = DRAFT_BUTTONS) -> Say:
    return Say(
        key,
        buttons,
        texts=state.texts,
        files=state.files,
        uncleaned=state.uncleaned,
        originals=len(state.originals),
        parts=len(state.parts),
        answers=len({key for key, _ in state.answers}),
    )


def review(state: State, _: Input) -> Step:
    return _listed(state)


def list_from(state: State, asked: ListFrom) -> Step:
    state, effects = _listed(state, asked.number)
    return state, [replace(each, at=HERE) if isinstance(each, Say) else each for each in effects]


def _listed(state: State, first: int = 1) -> Step:
    if state.unanswered:
        return replace(state, phase=Phase.COLLECT), [ask_again(state)]
    rest = tuple(thing for thing in state.things if thing.number >= first) or state.things
    page = rest[:PAGE]
    asked = (("questions",),) if state.seen else ()
    say = replace(
        counts("review", state, (*REVIEW_BUTTONS, *asked, *_numbers(page), *_further(state, rest))),
        notes=(VOICES,) if state.voices else (),
        on=state.options.on,
        refused=len(state.refused),
        things=page,
        count=len(state.things),
    )
    return replace(state, phase=Phase.REVIEW), [with_gaps(say, state)]


def _numbers(page: tuple[Thing, ...]) -> Rows:
    each = [f"take_out:{thing.number}:{thing.items[0]}" for thing in page]
    return tuple(tuple(each[at : at + NUMBERS_A_ROW]) for at in range(0, len(each), NUMBERS_A_ROW))


def _further(state: State, rest: tuple[Thing, ...]) -> Rows:
    """The way to the rest of a long list, and from its end to the beginning."""
    if len(state.things) <= PAGE:
        return ()
    after = rest[PAGE] if len(rest) > PAGE else state.things[0]
    return ((f"list:{after.number}",),)


def out(state: State, asked: TakeOut) -> Step:
    thing = thing_of(state, asked.item)
    if thing is None:
        return _not_there(state)
    return _out_of_list(state, thing, at=HERE) if asked.listed else take_out(state, thing)


def out_by_number(state: State, asked: TakeOutNumber) -> Step:
    thing = next((thing for thing in state.things if thing.number == asked.number), None)
    return _not_there(state) if thing is None else _out_of_list(state, thing)


def out_by_message(state: State, asked: TakeOutMessage) -> Step:
    things = tuple(thing for thing in state.things if asked.message and thing.came.message == asked.message)
    return take_out(state, *things) if things else _not_there(state)


def undo(state: State, _: Input) -> Step:
    return take_out(state, state.things[-1]) if state.things else _not_there(state)


def _not_there(state: State) -> Step:
    return state, [Say("not_in_list", draft_buttons(state))]


def _out_of_list(state: State, thing: Thing, at: int = 0) -> Step:
    """The list is shown again, with what went above it; from a button, in its own place."""
    after, effects = take_out(state, thing)
    if after.draft is None or after.unanswered:
        return after, effects
    start = state.things.index(thing) // PAGE * PAGE
    rest = after.things[min(start, len(after.things) - 1)].number if after.things else 1  # answers alone
    after, (say,) = _listed(after, rest)
    if isinstance(say, Say):
        say = replace(say, out=(thing,), at=at)
    return after, [*effects[:-1], say]


def change(state: State, changed: Changed) -> Step:
    """New words take the place of the old ones; what a message does not hold any more goes with them."""
    mine = [thing for thing in state.things if changed.message and thing.came.message == changed.message]
    if not mine:
        say = Say("edit_unknown") if state.answers else Say("edit_too_late")
        return state, [replace(say, buttons=draft_buttons(state))]
    if not (changed.words or changed.file):
        return state, [Say("unusable_edited", draft_buttons(state))]
    words = tuple(item for thing in mine if thing.manner == TEXT for item in thing.items)
    files = tuple(item for thing in mine if thing.manner != TEXT for item in thing.items)
    take = Take(
        words + (() if changed.file else files) if changed.words else (),
        files + (() if changed.words else words) if changed.file else (),
    )
    phase = Phase.COLLECT if state.phase is Phase.REVIEW else state.phase
    return replace(state, phase=phase), [take]


def more(state: State, _: Input) -> Step:
    return replace(state, phase=Phase.COLLECT), [Say("go_on", DRAFT_BUTTONS)]


def send(state: State, input_: Input) -> Step:
    if state.draft is None or state.unanswered:
        return review(state, input_)
    return state, [Submit(state.draft, state.refused, state.originals, state.trial)]
