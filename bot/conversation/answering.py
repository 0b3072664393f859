"""The dialogue about items: what is said of each, and how the source answers what is asked of some.

A part of the table in `bot.conversation.table`; pure like it. A file is kept as soon as its clean copy is
durable. Four kinds come with a question or a way back: what can't be cleaned (send it as it is?), a disguised
voice (is it good enough, now that it was heard?), a text that can be read in several ways (which one is
right?), and a voice as it is (leave it out after all?).
"""

from dataclasses import replace

from bot.conversation.effects import Effect, Keep, Play, Remove, Say, Show, Take
from bot.conversation.inputs import (
    ChooseReading,
    Disguise,
    Input,
    KeepDisguised,
    LeaveOut,
    Rework,
    SendAsIs,
)
from bot.conversation.listing import added, settled, thing_of, unasked, without
from bot.conversation.options import ORIGINAL
from bot.conversation.outcomes import (
    Refused,
    StoredDisguised,
    StoredFile,
    StoredReadings,
    StoredText,
    StoredWaiting,
)
from bot.conversation.sights import MOST, joined
from bot.conversation.state import Album, Phase, State
from bot.conversation.telling import (
    CHANGE_LOST,
    COVERED,
    DELETING,
    ENCLOSED,
    ENCLOSED_VOICE,
    NO_NAME_READ,
    NOTHING,
    REPLACED,
    UNCHANGED_STAYS,
    UNDISGUISED,
    WORDS,
    merged,
    shortened,
)
from bot.conversation.things import AS_IS, ASKED, CLEAN, DISGUISED, TEXT, VOICE, Thing

REFUSED_PER_DRAFT = 100

NOT_OF_A_FILE = (
    "empty",
    "text_too_long",
    "closed",
    "desk_closed",
    "desk_gone",
    "ask_gone",
    "download",
    "full",
    "desk_full",
    "no_disguise",
    "no_retype",
    "no_cover",
)
"""Refusals that say nothing of a file, so that the reviewers are not told of them."""

NO_DESK = ("closed", "desk_closed", "desk_gone", "desk_full")
"""Refusals after which another desk can be chosen, where there are several."""

Step = tuple[State, list[Effect]]
Rows = tuple[tuple[str, ...], ...]

DRAFT_BUTTONS: Rows = (("review",), ("options",))


def draft_buttons(state: State) -> Rows:
    return DRAFT_BUTTONS if state.draft else ()


def kept_buttons(state: State) -> Rows:
    """Below what was kept, the last thing can be taken out again."""
    if not state.things:
        return DRAFT_BUTTONS
    return ("review",), ("options", f"undo:{state.things[-1].items[0]}")


def kept(state: State, key: str = "kept") -> Say:
    """What is said of something that stays in the draft, with how much there is by now."""
    return Say(key, kept_buttons(state), total=(state.texts, state.files, state.uncleaned))


def stored_text(state: State, stored: StoredText) -> Step:
    notes = tuple(note for note in (*stored.points, WORDS, DELETING) if note not in state.told)
    state = replace(state, told=state.told + notes)
    state = added(state, (stored.item,), TEXT, came=stored.came, size=stored.size)
    if stored.came.instead:
        thing = thing_of(state, stored.item)
        return state, [replace(kept(state, "replaced"), notes=notes, count=thing.number if thing else 0)]
    return state, [replace(kept(state), notes=notes, texts=1)]


def stored_file(state: State, stored: StoredFile) -> Step:
    removed, notes = _findings(state, stored)
    if DELETING not in state.told:
        notes = (*notes, DELETING)
        state = replace(state, told=(*state.told, DELETING))
    voice = "voice_remains" in stored.notes
    state = _with_file(state, stored, VOICE if voice else CLEAN)
    say = replace(kept(state), removed=removed, notes=notes, files=1, sights=stored.sights[:MOST])
    if voice:
        # It has an acknowledgement of its own, even in an album: the button below it concerns it alone.
        state = replace(state, voices=(*state.voices, stored.item))
        about = (f"disguise:{stored.item}",), (f"leave_out:{stored.item}",)
        return state, [replace(say, buttons=(*about, *DRAFT_BUTTONS), answering=stored.came.message)]
    if stored.rework or (stored.reworks and stored.group is None):
        # The buttons concern this file alone, and bring it along.
        buttons: Rows = tuple((f"{how}:{stored.item}",) for how in stored.reworks)
        buttons = (*buttons, ("review",), ("options", f"undo:{stored.item}"))
        say = replace(say, buttons=buttons, answering=stored.came.message)
        return state, [_with_picture(stored, say)]
    if stored.group is None:
        return state, [_with_picture(stored, say)]
    earlier = state.album if state.album and state.album.group == stored.group else None
    album = Album(
        stored.group,
        1 + (earlier.files if earlier else 0),
        merged(earlier.removed if earlier else (), removed),
        merged(earlier.notes if earlier else (), notes),
        joined(earlier.sights if earlier else (), stored.sights),
    )
    told = replace(say, removed=album.removed, notes=album.notes, sights=album.sights)
    say = replace(told, files=album.files, slot=album.group)
    # One picture for an album: ten would bury what they are to show.
    shown = not (earlier and earlier.sights)
    return replace(state, album=album), [_with_picture(stored, say) if shown else say]


def _with_picture(stored: StoredFile, say: Say) -> Effect:
    """The place of what may tell whose copy it is comes before the words about it."""
    return Play(stored.item, stored.digest, say, say) if stored.digest else say


def stored_disguised(state: State, stored: StoredDisguised) -> Step:
    removed, notes = _findings(state, stored)
    state = _with_file(state, stored, ASKED)
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
    state = replace(state, originals=originals, told=told)
    state = _added(state, stored, ASKED)
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
    if isinstance(stored, StoredFile) and stored.rework in {"cover", "cover_words"}:
        notes += (COVERED,)
    if isinstance(stored, StoredFile) and stored.rework == "words" and not stored.sights:
        notes += (NO_NAME_READ,)
    notes += (REPLACED,) if stored.came.instead else ()
    return stored.removed or (NOTHING,), shortened(notes, state.told)


def _with_file(state: State, stored: StoredFile | StoredDisguised, manner: str) -> State:
    originals = (*state.originals, stored.item) if stored.original else state.originals
    told = merged(state.told, stored.notes)
    state = replace(state, originals=originals, told=told)
    return _added(state, stored, manner)


def _added(state: State, stored: StoredFile | StoredDisguised | StoredReadings, manner: str) -> State:
    items = stored.items if isinstance(stored, StoredReadings) else (stored.item,)
    return added(state, items, manner, came=stored.came, size=stored.size, removed=stored.removed)


def stored_waiting(state: State, stored: StoredWaiting) -> Step:
    state = added(state, (stored.item,), ASKED, came=stored.came, size=stored.size)
    state = replace(state, waiting=(*state.waiting, stored.item))
    buttons = ((f"as_is:{stored.item}",), (f"leave_out:{stored.item}",))
    # Whoever asked for a disguise must not take for granted that this file got one.
    undisguised = (UNDISGUISED,) if state.options.disguise else ()
    notes = (*undisguised, REPLACED) if stored.came.instead else undisguised
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
    state = idle_if_empty(state)
    notes = (CHANGE_LOST if refused.lost else UNCHANGED_STAYS,) if refused.change else ()
    desks = state.desks
    if refused.reason == "desk_gone" and not state.draft:
        state = replace(state, desks=())  # the next message does not fail on it, too
    if refused.reason == "closed" and state.items:
        return state, [Say("closed_meanwhile", draft_buttons(state), notes=notes)]
    buttons = draft_buttons(state)
    if refused.reason in NO_DESK and desks:
        buttons = (("desks",),) if not buttons else (*DRAFT_BUTTONS, ("discard",))
    return state, [Say(f"refused_{refused.reason}", buttons, notes=notes, desks=refused.desks)]


def idle_if_empty(state: State) -> State:
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
        proved=state.proved,
    )


def send_as_is(state: State, answer: SendAsIs) -> Step:
    if answer.item not in state.waiting:
        return answered(state, answer)
    state = replace(settled(state, answer.item, AS_IS), phase=Phase.COLLECT)
    return state, [Keep(answer.item), kept(state, "kept_as_is")]


def keep_disguised(state: State, answer: KeepDisguised) -> Step:
    if answer.item not in state.disguised:
        return answered(state, answer)
    originals = state.originals
    state = replace(settled(state, answer.item, DISGUISED), phase=Phase.COLLECT, originals=originals)
    return state, [Keep(answer.item), replace(kept(state), files=1)]


def choose_reading(state: State, answer: ChooseReading) -> Step:
    copies = next((items for items in state.readings if answer.item in items), None)
    if copies is None:
        return answered(state, answer)
    others = [item for item in copies if item != answer.item]
    originals = tuple(item for item in state.originals if item not in others)
    for item in others:
        state = unasked(state, item)
    state = replace(settled(state, answer.item, CLEAN), phase=Phase.COLLECT, originals=originals)
    say = replace(kept(state), files=1)
    return state, [*(Remove(item) for item in others), Keep(answer.item), say]


def leave_out(state: State, answer: LeaveOut) -> Step:
    if answer.item not in state.unanswered + state.voices:
        return answered(state, answer)
    thing = thing_of(state, answer.item)
    return answered(state, answer) if thing is None else take_out(state, thing)


def disguise(state: State, asked: Disguise) -> Step:
    """In the place of the voice as it is comes the disguised one, once it was heard."""
    thing = thing_of(state, asked.item)
    if thing is None or asked.item not in state.voices:
        return answered(state, asked)
    if asked.file:
        return state, [Take(for_file=thing.items, disguise=True, message=thing.came.message)]
    state = replace(state, options=state.options.turned("disguise", on=True))
    return state, [Say("disguise_again", ((f"leave_out:{asked.item}",), *DRAFT_BUTTONS))]


def rework(state: State, asked: Rework) -> Step:
    """In the place of a clean file comes another copy of it."""
    thing = thing_of(state, asked.item)
    if thing is None or thing.manner != CLEAN:
        return answered(state, asked)
    if asked.file:
        return state, [Take(for_file=thing.items, message=thing.came.message, rework=asked.how)]
    return state, [Say("rework_again", ((f"undo:{asked.item}",), *DRAFT_BUTTONS))]


def take_out(state: State, *things: Thing) -> Step:
    """They go from the draft for good; what went is named."""
    items = [item for thing in things for item in thing.items]
    state = idle_if_empty(replace(without(state, items), phase=Phase.COLLECT))
    say = replace(kept(state, "left_out"), out=things)
    # Where nothing is left: perhaps a voice is to be sent again, disguised.
    removed: list[Effect] = [Remove(item) for item in items]
    return state, [*removed, say if state.draft else replace(say, buttons=(("options",),))]


def custodian_changed(state: State, _: Input) -> Step:
    options = state.options.turned(ORIGINAL, on=False)
    return replace(state, originals=(), options=options), [Say("custodian_changed", draft_buttons(state))]


def answered(state: State, _: Input) -> Step:
    return state, [Say("answered_already", draft_buttons(state))]
