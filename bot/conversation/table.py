"""The dialogue with a source: a pure table from (phase, input) to the next state and what to do.

Nothing here waits, reads a clock, or touches the content of a message: an event of a channel becomes an
`Input`, and `step` answers with a new `State` and a list of effects. `desk` carries them out; those that
can end in more than one way come back as another input. The same table serves Telegram, the
terminal and the tests.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.answering import (
    DRAFT_BUTTONS,
    Step,
    ask_again,
    custodian_changed,
    draft_buttons,
    keep_disguised,
    leave_out,
    refused,
    send_as_is,
    stored_disguised,
    stored_file,
    stored_text,
    stored_waiting,
)
from bot.conversation.telling import OFF_AGAIN, VOICES
from bot.conversation.vocabulary import (
    Arrived,
    AskOption,
    CustodianChanged,
    Discard,
    Discarded,
    Drop,
    Expired,
    Forget,
    Input,
    KeepDisguised,
    LeaveOut,
    More,
    Phase,
    Refused,
    Review,
    Say,
    Send,
    SendAsIs,
    Sent,
    ShowOptions,
    Speak,
    Start,
    State,
    StoredDisguised,
    StoredFile,
    StoredText,
    StoredWaiting,
    Submit,
    Take,
    Turn,
    Unusable,
)

ITEMS_PER_DRAFT = 100
BYTES_PER_DRAFT = 500 * 2**20
START_BUTTONS = (("language:en", "language:es"), ("options",))
REVIEW_BUTTONS = (("send",), ("more", "discard"))


def _greet(state: State, _: Input) -> Step:
    return state, [Say("notice", START_BUTTONS)]


def _remind(state: State, _: Input) -> Step:
    return replace(state, phase=Phase.COLLECT), [Say("notice", START_BUTTONS), _counts("draft_open", state)]


def _counts(key: str, state: State, buttons: tuple[tuple[str, ...], ...] = DRAFT_BUTTONS) -> Say:
    return Say(
        key,
        buttons,
        texts=state.texts,
        files=state.files,
        uncleaned=state.uncleaned,
        originals=len(state.originals),
    )


def _open(state: State, arrived: Arrived) -> Step:
    return replace(state, phase=Phase.COLLECT, draft=arrived.draft), [Take()]


def _take(state: State, _: Arrived) -> Step:
    state = replace(state, phase=Phase.COLLECT)
    if state.items >= ITEMS_PER_DRAFT or state.size >= BYTES_PER_DRAFT:
        return state, [Say("draft_full", DRAFT_BUTTONS)]
    return state, [Take()]


def _unusable(state: State, unusable: Unusable) -> Step:
    return state, [Say(f"unusable_{unusable.kind}", draft_buttons(state))]


def _show_options(state: State, shown: ShowOptions) -> Step:
    on = state.options.on
    rows = tuple((f"{'off' if code in on else 'ask'}:{code}",) for code in shown.offered)
    return state, [Say("options" if on else "options_none", rows, on=on)]


def _ask_option(state: State, asked: AskOption) -> Step:
    return state, [Say(f"about_{asked.code}", ((f"on:{asked.code}",), ("options",)))]


def _turn(state: State, turn: Turn) -> Step:
    state = replace(state, options=state.options.turned(turn.code, on=turn.on))
    buttons = DRAFT_BUTTONS if state.draft else (("options",),)
    return state, [Say("turned_on" if turn.on else "turned_off", buttons, on=state.options.on)]


def _review(state: State, _: Input) -> Step:
    if state.unanswered:
        return replace(state, phase=Phase.COLLECT), [ask_again(state)]
    counts = _counts("review", state, REVIEW_BUTTONS)
    notes = (VOICES,) if state.voices else ()
    say = replace(counts, notes=notes, on=state.options.on, refused=len(state.refused))
    return replace(state, phase=Phase.REVIEW), [say]


def _more(state: State, _: Input) -> Step:
    return replace(state, phase=Phase.COLLECT), [Say("go_on", DRAFT_BUTTONS)]


def _send(state: State, _: Input) -> Step:
    if state.draft is None or state.unanswered:
        return _review(state, _)
    return state, [Submit(state.draft, state.refused, state.originals)]


def _sent(state: State, _: Input) -> Step:
    return State(language=state.language), [_counts("receipt", state, ()), Forget()]


def _discard(state: State, _: Input) -> Step:
    return (state, [Drop(state.draft)]) if state.draft else _discarded(state, _)


def _discarded(state: State, _: Input) -> Step:
    return State(language=state.language), [Say("discarded"), Forget()]


def _expired(state: State, _: Input) -> Step:
    # What comes next was sent in the belief that a disguise is on. But nobody must remember after a day that
    # originals go along.
    options = state.options.protective
    notes = () if options == state.options else (OFF_AGAIN,)
    return State(language=state.language, options=options), [Say("expired", notes=notes, on=options.on)]


def _nothing_waits(state: State, _: Input) -> Step:
    return state, [Say("nothing_waits")]


def _nothing_yet(state: State, _: Input) -> Step:
    return state, [Say("nothing_yet")]


def _speak(state: State, chosen: Speak) -> Step:
    state = replace(state, language=chosen.language)
    return state, [Say("notice", START_BUTTONS)]


def _speak_in_draft(state: State, chosen: Speak) -> Step:
    return _remind(replace(state, language=chosen.language), chosen)


# fmt: off
TABLE: dict[type[Input], tuple[Callable[..., Step], Callable[..., Step], Callable[..., Step]]] = {
    # input           IDLE               COLLECT           REVIEW
    Start:           (_greet,           _remind,          _remind),
    Speak:           (_speak,           _speak_in_draft,  _speak_in_draft),
    Arrived:         (_open,            _take,            _take),
    CustodianChanged: (custodian_changed, custodian_changed, custodian_changed),
    StoredText:      (stored_text,      stored_text,      stored_text),
    StoredFile:      (stored_file,      stored_file,      stored_file),
    StoredDisguised: (stored_disguised, stored_disguised, stored_disguised),
    StoredWaiting:   (stored_waiting,   stored_waiting,   stored_waiting),
    Refused:         (refused,          refused,          refused),
    Unusable:        (_unusable,        _unusable,        _unusable),
    SendAsIs:        (send_as_is,       send_as_is,       send_as_is),
    KeepDisguised:   (keep_disguised,   keep_disguised,   keep_disguised),
    LeaveOut:        (leave_out,        leave_out,        leave_out),
    ShowOptions:     (_show_options,    _show_options,    _show_options),
    AskOption:       (_ask_option,      _ask_option,      _ask_option),
    Turn:            (_turn,            _turn,            _turn),
    Review:          (_nothing_yet,     _review,          _review),
    More:            (_nothing_yet,     _more,            _more),
    Send:            (_nothing_waits,   _review,          _send),
    Sent:            (_sent,            _sent,            _sent),
    Discard:         (_discard,         _discard,         _discard),
    Discarded:       (_discarded,       _discarded,       _discarded),
    Expired:         (_expired,         _expired,         _expired),
}
# fmt: on
_COLUMN = {Phase.IDLE: 0, Phase.COLLECT: 1, Phase.REVIEW: 2}


def step(state: State, input_: Input) -> Step:
    """Return the state after `input_`, and the effects to carry out in order."""
    return TABLE[type(input_)][_COLUMN[state.phase]](state, input_)
