"""The dialogue with a source: a pure table from (phase, input) to the next state and what to do.

Nothing here waits, reads a clock, or touches the content of a message: an event of a channel becomes an
`Input`, and `step` answers with a new `State` and a list of effects. `bot.desk` carries the effects out;
those that can end in more than one way come back as another input. The same table serves Telegram, the
terminal and the tests.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.vocabulary import (
    Album,
    Arrived,
    Discard,
    Discarded,
    Drop,
    Effect,
    Expired,
    Forget,
    Input,
    Keep,
    LeaveOut,
    More,
    Phase,
    Refused,
    Remove,
    Review,
    Say,
    Send,
    SendAsIs,
    Sent,
    Speak,
    Start,
    State,
    StoredFile,
    StoredText,
    StoredWaiting,
    Submit,
    Take,
    Unusable,
)

ITEMS_PER_DRAFT = 100
BYTES_PER_DRAFT = 500 * 2**20

Step = tuple[State, list[Effect]]

START_BUTTONS = (("language:en", "language:es"),)
DRAFT_BUTTONS = (("review",),)
REVIEW_BUTTONS = (("send",), ("more", "discard"))


def _greet(state: State, _: Input) -> Step:
    return state, [Say("notice", START_BUTTONS)]


def _remind(state: State, _: Input) -> Step:
    return replace(state, phase=Phase.COLLECT), [Say("notice", START_BUTTONS), _counts("draft_open", state)]


def _counts(key: str, state: State, buttons: tuple[tuple[str, ...], ...] = DRAFT_BUTTONS) -> Say:
    return Say(key, buttons, texts=state.texts, files=state.files, uncleaned=state.uncleaned)


def _open(state: State, arrived: Arrived) -> Step:
    return replace(state, phase=Phase.COLLECT, draft=arrived.draft), [Take()]


def _take(state: State, _: Arrived) -> Step:
    state = replace(state, phase=Phase.COLLECT)
    if state.items >= ITEMS_PER_DRAFT or state.size >= BYTES_PER_DRAFT:
        return state, [Say("draft_full", DRAFT_BUTTONS)]
    return state, [Take()]


def _stored_text(state: State, stored: StoredText) -> Step:
    state = replace(state, texts=state.texts + 1, size=state.size + stored.size)
    return state, [Say("kept", DRAFT_BUTTONS, texts=1)]


def _stored_file(state: State, stored: StoredFile) -> Step:
    state = replace(state, files=state.files + 1, size=state.size + stored.size)
    if stored.group is None:
        return state, [Say("kept", DRAFT_BUTTONS, stored.removed, stored.notes, files=1)]
    earlier = state.album if state.album and state.album.group == stored.group else None
    album = Album(
        stored.group,
        1 + (earlier.files if earlier else 0),
        _merged(earlier.removed if earlier else (), stored.removed),
        _merged(earlier.notes if earlier else (), stored.notes),
    )
    say = Say("kept", DRAFT_BUTTONS, album.removed, album.notes, files=album.files, slot=album.group)
    return replace(state, album=album), [say]


def _merged(codes: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes + more))


def _stored_waiting(state: State, stored: StoredWaiting) -> Step:
    state = replace(state, waiting=(*state.waiting, stored.item), size=state.size + stored.size)
    buttons = ((f"as_is:{stored.item}",), (f"leave_out:{stored.item}",))
    key = "ask_voice" if stored.kind in ("voice", "video", "video_note", "audio") else "ask_file"
    return state, [Say(key, buttons)]


def _refused(state: State, refused: Refused) -> Step:
    state = _idle_if_empty(state)
    buttons = DRAFT_BUTTONS if state.draft else ()
    return state, [Say(f"refused_{refused.reason}", buttons)]


def _unusable(state: State, unusable: Unusable) -> Step:
    return state, [Say(f"unusable_{unusable.kind}", DRAFT_BUTTONS if state.draft else ())]


def _idle_if_empty(state: State) -> State:
    """A draft into which nothing came is no draft."""
    return state if state.items else State(language=state.language)


def _send_as_is(state: State, answer: SendAsIs) -> Step:
    if answer.item not in state.waiting:
        return state, [Say("answered_already", DRAFT_BUTTONS if state.draft else ())]
    waiting = tuple(item for item in state.waiting if item != answer.item)
    state = replace(state, phase=Phase.COLLECT, waiting=waiting, uncleaned=state.uncleaned + 1)
    return state, [Keep(answer.item), Say("kept_as_is", DRAFT_BUTTONS)]


def _leave_out(state: State, answer: LeaveOut) -> Step:
    if answer.item not in state.waiting:
        return state, [Say("answered_already", DRAFT_BUTTONS if state.draft else ())]
    waiting = tuple(item for item in state.waiting if item != answer.item)
    state = _idle_if_empty(replace(state, phase=Phase.COLLECT, waiting=waiting))
    return state, [Remove(answer.item), Say("left_out", DRAFT_BUTTONS if state.draft else ())]


def _review(state: State, _: Input) -> Step:
    if state.waiting:
        return replace(state, phase=Phase.COLLECT), [Say("answer_first", DRAFT_BUTTONS)]
    return replace(state, phase=Phase.REVIEW), [_counts("review", state, REVIEW_BUTTONS)]


def _more(state: State, _: Input) -> Step:
    return replace(state, phase=Phase.COLLECT), [Say("go_on", DRAFT_BUTTONS)]


def _send(state: State, _: Input) -> Step:
    if state.draft is None or state.waiting:
        return _review(state, _)
    return state, [Submit(state.draft)]


def _sent(state: State, _: Input) -> Step:
    return State(language=state.language), [_counts("receipt", state, ()), Forget()]


def _discard(state: State, _: Input) -> Step:
    return (state, [Drop(state.draft)]) if state.draft else _discarded(state, _)


def _discarded(state: State, _: Input) -> Step:
    return State(language=state.language), [Say("discarded"), Forget()]


def _expired(state: State, _: Input) -> Step:
    return State(language=state.language), [Say("expired")]


def _nothing_yet(state: State, _: Input) -> Step:
    return state, [Say("nothing_yet")]


def _answered(state: State, _: Input) -> Step:
    return state, [Say("answered_already")]


def _speak(state: State, chosen: Speak) -> Step:
    state = replace(state, language=chosen.language)
    return state, [Say("notice", START_BUTTONS)]


def _speak_in_draft(state: State, chosen: Speak) -> Step:
    return _remind(replace(state, language=chosen.language), chosen)


# fmt: off
TABLE: dict[type[Input], tuple[Callable[..., Step], Callable[..., Step], Callable[..., Step]]] = {
    # input         IDLE            COLLECT          REVIEW
    Start:         (_greet,         _remind,         _remind),
    Speak:         (_speak,         _speak_in_draft, _speak_in_draft),
    Arrived:       (_open,          _take,           _take),
    StoredText:    (_stored_text,   _stored_text,    _stored_text),
    StoredFile:    (_stored_file,   _stored_file,    _stored_file),
    StoredWaiting: (_stored_waiting, _stored_waiting, _stored_waiting),
    Refused:       (_refused,       _refused,        _refused),
    Unusable:      (_unusable,      _unusable,       _unusable),
    SendAsIs:      (_send_as_is,    _send_as_is,     _send_as_is),
    LeaveOut:      (_leave_out,     _leave_out,      _leave_out),
    Review:        (_nothing_yet,   _review,         _review),
    More:          (_nothing_yet,   _more,           _more),
    Send:          (_answered,      _review,         _send),
    Sent:          (_sent,          _sent,           _sent),
    Discard:       (_discard,       _discard,        _discard),
    Discarded:     (_discarded,     _discarded,      _discarded),
    Expired:       (_expired,       _expired,        _expired),
}
# fmt: on
_COLUMN = {Phase.IDLE: 0, Phase.COLLECT: 1, Phase.REVIEW: 2}


def step(state: State, input_: Input) -> Step:
    """Return the state after `input_`, and the effects to carry out in order."""
    return TABLE[type(input_)][_COLUMN[state.phase]](state, input_)
