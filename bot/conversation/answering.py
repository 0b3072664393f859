"""The dialogue about items: what is said of each, and how the source answers what is asked of some.

A part of the table in `bot.conversation.table`; pure like it. A file is kept as soon as its clean copy is
durable. Four kinds come with a question or a way back: what can't be cleaned (send it as it is?), a disguised
voice (is it good enough, now that it was heard?), a text that can be read in several ways (which one is
right?), and a voice as it is (leave it out after all?).
"""

from dataclasses import replace

from bot.conversation.effects import Effect, Keep, Play, Remove, Say, Show
from bot.conversation.inputs import ChooseReading, Input, KeepDisguised, LeaveOut, SendAsIs
from bot.conversation.options import ORIGINAL
from bot.conversation.outcomes import (
    Refused,
    StoredDisguised,
    StoredFile,
    StoredReadings,
    StoredText,
    StoredWaiting,
)
from bot.conversation.state import Album, Phase, State
from bot.conversation.telling import ENCLOSED, ENCLOSED_VOICE, NOTHING, UNDISGUISED, WORDS, merged, shortened

REFUSED_PER_DRAFT = 100

NOT_OF_A_FILE = ("empty", "text_too_long", "closed", "desk_closed", "desk_gone", "ask_gone", "download")
"""Refusals that say nothing of a file, so that the reviewers are not told of them."""

NO_DESK = ("closed", "desk_closed", "desk_gone")
"""Refusals after which another desk can be chosen, where there are several."""

Step = tuple[State, list[Effect]]
Rows = tuple[tuple[str, ...], ...]

DRAFT_BUTTONS: Rows = (("review",), ("options",))


def draft_buttons(state: State) -> tuple[tuple[str, ...], ...]:
    return DRAFT_BUTTONS if state.draft else ()


def stored_text(state: State, stored: StoredText) -> Step:
    notes = () if WORDS in state.told else (WORDS,)
    state = replace(state, texts=state.texts + 1, size=state.size + stored.size, told=state.told + notes)
    return state, [Say("kept", DRAFT_BUTTONS, notes=notes, texts=1)]


def stored_file(state: State, stored: StoredFile) -> Step:
    removed, notes = _findings(state, stored)
    state = replace(_with_file(state, stored), files=state.files + 1)
    if "voice_remains" in stored.notes:
        # It has an acknowledgement of its own, even in an album: the button below it concerns it alone.
        state = replace(state, voices=(*state.voices, stored.item))
        buttons = ((f"leave_out:{stored.item}",), *DRAFT_BUTTONS)
        return state, [Say("kept", buttons, removed, notes, files=1)]
    if stored.group is None:
        return state, [Say("kept", DRAFT_BUTTONS, removed, notes, files=1)]
    earlier = state.album if state.album and state.album.group == stored.group else None
    album = Album(
        stored.group,
        1 + (earlier.files if earlier else 0),
        merged(earlier.removed if earlier else (), removed),
        merged(earlier.notes if earlier else (), notes),
    )
    say = Say("kept", DRAFT_BUTTONS, album.removed, album.notes, files=album.files, slot=album.group)
    return replace(state, album=album), [say]


def stored_disguised(state: State, stored: StoredDisguised) -> Step:
    removed, notes = _findings(state, stored)
    state = _with_file(state, stored)
    state = replace(state, disguised=(*state.disguised, stored.item))
    keep, leave_out = (f"keep:{stored.item}",), (f"leave_out:{stored.item}",)
    heard = Say("ask_disguised", (keep, leave_out), removed, notes)
    # Whoever could not hear it is not pushed to keep it.
    unheard = replace(heard, key="ask_unheard", buttons=(leave_out, keep))
    return state, [Play(stored.item, stored.digest, heard, unheard)]


def stored_readings(state: State, stored: StoredReadings) -> Step:
    removed, notes = _findings(state, stored)
    told = merged(state.told, stored.notes)
    originals = state.originals + (stored.items if stored.original else ())
    state = replace(state, size=state.size + stored.size, originals=originals, told=told)
    state = replace(state, readings=(*state.readings, stored.items))
    seen = Say("ask_readings", _readings_buttons(stored.items), removed, notes)
    unseen = Say("ask_readings_unseen", ((f"leave_out:{stored.items[0]}",),))
    return state, [Show(stored.items, stored.digests, seen, unseen)]


def _readings_buttons(items: tuple[str, ...]) -> Rows:
    numbered = tuple(f"read_{number}:{item}" for number, item in enumerate(items, 1))
    return numbered, (f"leave_out:{items[0]}",)


def _findings(
    state: State, stored: StoredFile | StoredDisguised | StoredReadings
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is told of a file: the kinds removed, and the notes, shorter for what was explained before."""
    enclosed = ENCLOSED_VOICE if isinstance(stored, StoredDisguised) else ENCLOSED
    notes = (*stored.notes, enclosed) if stored.original else stored.notes
    return stored.removed or (NOTHING,), shortened(notes, state.told)


def _with_file(state: State, stored: StoredFile | StoredDisguised) -> State:
    originals = (*state.originals, stored.item) if stored.original else state.originals
    told = merged(state.told, stored.notes)
    return replace(state, size=state.size + stored.size, originals=originals, told=told)


def stored_waiting(state: State, stored: StoredWaiting) -> Step:
    state = replace(state, waiting=(*state.waiting, stored.item), size=state.size + stored.size)
    buttons = ((f"as_is:{stored.item}",), (f"leave_out:{stored.item}",))
    # Whoever asked for a disguise must not take for granted that this file got one.
    notes = (UNDISGUISED,) if state.options.disguise else ()
    return state, [Say(question(stored), buttons, notes=notes)]


def question(stored: StoredWaiting) -> str:
    if stored.reason in ("timeout", "too_large"):
        return "ask_too_long"
    if stored.reason == "unsupported" and stored.kind in ("voice", "video", "video_note", "audio"):
        return "ask_voice"
    return f"ask_{stored.reason}"


def ask_again(state: State) -> Say:
    """Ask about the first item without an answer; its own buttons may be far above by now."""
    if state.waiting:
        item = state.waiting[0]
        return Say("answer_first", ((f"as_is:{item}",), (f"leave_out:{item}",)))
    if state.disguised:
        item = state.disguised[0]
        return Say("answer_voice_first", ((f"keep:{item}",), (f"leave_out:{item}",)))
    return Say("answer_readings_first", _readings_buttons(state.readings[0]))


def refused(state: State, refused: Refused) -> Step:
    if refused.reason not in NOT_OF_A_FILE:
        state = replace(state, refused=(*state.refused, refused.reason)[:REFUSED_PER_DRAFT])
    state = _idle_if_empty(state)
    desks = state.desks
    if refused.reason == "desk_gone" and not state.draft:
        state = replace(state, desks=())  # the next message does not fail on it, too
    if refused.reason == "closed" and state.items:
        return state, [Say("closed_meanwhile", draft_buttons(state))]
    buttons = draft_buttons(state)
    if refused.reason in NO_DESK and desks:
        buttons = (("desks",),) if not buttons else (*DRAFT_BUTTONS, ("discard",))
    return state, [Say(f"refused_{refused.reason}", buttons, desks=refused.desks)]


def _idle_if_empty(state: State) -> State:
    """A draft into which nothing came is no draft; what was asked for, and what was refused, stays."""
    if state.items:
        return state
    return State(
        language=state.language,
        options=state.options,
        refused=state.refused,
        thread=state.thread,
        in_reply_to=state.in_reply_to,
        trial=state.trial,
        desks=state.desks,
    )


def send_as_is(state: State, answer: SendAsIs) -> Step:
    if answer.item not in state.waiting:
        return answered(state, answer)
    state = replace(_without(state, answer.item), phase=Phase.COLLECT, uncleaned=state.uncleaned + 1)
    return state, [Keep(answer.item), Say("kept_as_is", DRAFT_BUTTONS)]


def keep_disguised(state: State, answer: KeepDisguised) -> Step:
    if answer.item not in state.disguised:
        return answered(state, answer)
    originals = state.originals
    state = replace(_without(state, answer.item), phase=Phase.COLLECT, files=state.files + 1)
    return replace(state, originals=originals), [Keep(answer.item), Say("kept", DRAFT_BUTTONS, files=1)]


def choose_reading(state: State, answer: ChooseReading) -> Step:
    copies = next((items for items in state.readings if answer.item in items), None)
    if copies is None:
        return answered(state, answer)
    others = [item for item in copies if item != answer.item]
    originals = tuple(item for item in state.originals if item not in others)
    for item in copies:
        state = _without(state, item)
    state = replace(state, phase=Phase.COLLECT, files=state.files + 1, originals=originals)
    kept = Say("kept", DRAFT_BUTTONS, files=1)
    return state, [*(Remove(item) for item in others), Keep(answer.item), kept]


def leave_out(state: State, answer: LeaveOut) -> Step:
    if answer.item not in state.unanswered + state.voices:
        return answered(state, answer)
    copies = next((items for items in state.readings if answer.item in items), (answer.item,))
    files = state.files - (answer.item in state.voices)
    for item in copies:
        state = _without(state, item)
    state = _idle_if_empty(replace(state, phase=Phase.COLLECT, files=files))
    buttons = draft_buttons(state) or (("options",),)  # to send a voice again, disguised
    return state, [*(Remove(item) for item in copies), Say("left_out", buttons)]


def _without(state: State, item: str) -> State:
    """The same, with nothing that is still to be said about `item`."""
    lists = (state.waiting, state.disguised, state.voices, state.originals)
    waiting, disguised, voices, originals = (tuple(other for other in ids if other != item) for ids in lists)
    readings = tuple(items for items in state.readings if item not in items)
    state = replace(state, waiting=waiting, disguised=disguised, voices=voices, originals=originals)
    return replace(state, readings=readings)


def custodian_changed(state: State, _: Input) -> Step:
    options = state.options.turned(ORIGINAL, on=False)
    return replace(state, originals=(), options=options), [Say("custodian_changed", draft_buttons(state))]


def answered(state: State, _: Input) -> Step:
    return state, [Say("answered_already", draft_buttons(state))]
