"""The dialogue with a source: a pure table from (phase, input) to the next state and what to do.

Nothing here waits, reads a clock, or touches the content of a message: an event of a channel becomes an
`Input`, and `step` answers with a new `State` and a list of effects. `bot.dialogue` carries them out; those
that can end in more than one way come back as another input. The same table serves Telegram, the terminal and
the tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.conversation import (
    choosing,
    desks,
    ending,
    help,
    leaving,
    proof,
    questions,
    reviewing,
    threads,
    trial,
)
from bot.conversation.answering import (
    DRAFT_BUTTONS,
    Step,
    choose_reading,
    custodian_changed,
    disguise,
    draft_buttons,
    keep_disguised,
    leave_out,
    refused,
    rework,
    send_as_is,
    stored_disguised,
    stored_file,
    stored_readings,
    stored_text,
    stored_waiting,
)
from bot.conversation.effects import Effect, Say, ShowNews, Take, Vanish
from bot.conversation.inputs import (
    Answers,
    AnswerTo,
    Arrived,
    AskBack,
    Asking,
    AskOption,
    Brought,
    Changed,
    ChooseDesk,
    ChooseReading,
    Clean,
    CloseAnswers,
    Destroy,
    Discard,
    DiscardNow,
    Disguise,
    EndThread,
    EndThreadNow,
    Explain,
    GaveWord,
    Help,
    Input,
    KeepDisguised,
    LeaveOut,
    ListFrom,
    More,
    NeedDesk,
    NeedWord,
    News,
    Noted,
    Panic,
    PassQuestions,
    PickAnswer,
    ReturnTo,
    Review,
    Rework,
    Send,
    SendAsIs,
    ShowDesks,
    ShowOptions,
    Speak,
    Start,
    TakeBackAnswer,
    TakeOut,
    TakeOutMessage,
    TakeOutNumber,
    Trial,
    Turn,
    Typed,
    Undo,
    Unusable,
    Withdraw,
    WithdrawNow,
    Words,
)
from bot.conversation.outcomes import (
    AskedBack,
    CaptionLeftOut,
    Cleaned,
    CustodianChanged,
    Destroyed,
    Discarded,
    Ended,
    Expired,
    NotACodename,
    Practised,
    Refused,
    Sent,
    StoredAnswer,
    StoredDisguised,
    StoredFile,
    StoredPart,
    StoredReadings,
    StoredText,
    StoredWaiting,
    Unlocked,
    Vanished,
    Withdrawable,
    Withdrawn,
)
from bot.conversation.parts import stored_part
from bot.conversation.reviewing import counts
from bot.conversation.state import Phase, State
from codes.languages import LANGUAGES

In = TypeVar("In", bound=Input)
Row = tuple[type[object], Mapping[Phase, Callable[..., Step]]]

ITEMS_PER_DRAFT = 100
BYTES_PER_DRAFT = 500 * 2**20
LANGUAGES_A_ROW = 3
"""Names of languages that stand side by side on a phone of 360 dots (docs/translating.md)."""
_SPEAK = tuple(f"language:{language}" for language in LANGUAGES)
START_BUTTONS = (
    *(_SPEAK[at : at + LANGUAGES_A_ROW] for at in range(0, len(_SPEAK), LANGUAGES_A_ROW)),
    ("options", "trial"),
    ("how", "safer"),
)
ASKING = ("notice", "help")
"""What asks for words."""
TRIAL_ENDS = (Sent, Discard, DiscardNow, Discarded, Expired, Destroy, Panic, Vanished)
"""Inputs of which the answer says that a trial is over, or which have none."""


def _greet(state: State, _: Input) -> Step:
    return state, [_notice(state)]


def _notice(state: State) -> Say:
    return Say("notice", START_BUTTONS, proved=state.proved)


def closed(effect: Effect) -> Effect:
    """What is said in place of the notice, or of help, while there is no key to lock anything with."""
    asks = isinstance(effect, Say) and effect.key in ASKING
    return Say("closed", START_BUTTONS[:-2]) if asks else effect


def _remind(state: State, _: Input) -> Step:
    return replace(state, phase=Phase.COLLECT), [_notice(state), counts("draft_open", state)]


def _open(state: State, arrived: Arrived) -> Step:
    return replace(state, phase=Phase.COLLECT, draft=arrived.draft), [Take()]


def _take(state: State, _: Arrived) -> Step:
    state = replace(state, phase=Phase.COLLECT)
    if state.items >= ITEMS_PER_DRAFT or state.size >= BYTES_PER_DRAFT:
        return state, [Say("draft_full", DRAFT_BUTTONS)]
    return state, [Take()]


def _unusable(state: State, unusable: Unusable) -> Step:
    return state, [Say(f"unusable_{unusable.kind}", draft_buttons(state), count=unusable.count)]


def _ask(state: State, asking: Asking) -> Step:
    """The questions, and after them what would be sent."""
    if not state.draft:
        return _nothing_yet(state, asking)
    if state.unanswered or not questions.pending(state, asking.offered):
        return reviewing.review(state, asking)
    return questions.ask(state, asking)


def _news(state: State, _: Input) -> Step:
    return state, [ShowNews(asked=True)]


def _nothing_waits(state: State, _: Input) -> Step:
    return state, [Say("nothing_waits")]


def _nothing_yet(state: State, _: Input) -> Step:
    return state, [Say("nothing_yet")]


def _speak(state: State, chosen: Speak) -> Step:
    return _greet(replace(state, language=chosen.language), chosen)


def _speak_in_draft(state: State, chosen: Speak) -> Step:
    return _remind(replace(state, language=chosen.language), chosen)


def _everywhere(kind: type[In], handler: Callable[[State, In], Step]) -> Row:
    """The row of an input that means the same in every phase."""
    return kind, dict.fromkeys(Phase, handler)


def _otherwise(kind: type[In], handler: Callable[[State, In], Step]) -> Row:
    """The same, of somebody who turned to something else: the next words are no codename any more."""
    return _by_draft(kind, handler, handler)


def _by_draft(
    kind: type[In], without: Callable[[State, In], Step], within: Callable[[State, In], Step]
) -> Row:
    """The row of an input that asks only whether there is a draft."""
    return _by_phase(kind, without, within, within)


def _by_phase(
    kind: type[In],
    idle: Callable[[State, In], Step],
    collect: Callable[[State, In], Step],
    review: Callable[[State, In], Step],
) -> Row:
    """There is no draft while a codename is asked for; what is no codename ends the question."""
    ended = {Phase.IDLE: idle, Phase.CODENAME: _asked_otherwise(idle)}
    return kind, {**ended, Phase.COLLECT: collect, Phase.REVIEW: review, Phase.QUESTION: collect}


def _asked_otherwise(handler: Callable[[State, In], Step]) -> Callable[[State, In], Step]:
    return lambda state, input_: handler(replace(state, phase=Phase.IDLE), input_)


TABLE: dict[type[object], Mapping[Phase, Callable[..., Step]]] = dict(
    (
        _by_draft(Start, _greet, _remind),
        _by_draft(Speak, _speak, _speak_in_draft),
        _by_draft(Arrived, _open, _take),
        _otherwise(NeedWord, proof.need),
        _otherwise(GaveWord, proof.gave),
        _otherwise(Brought, proof.brought),
        _everywhere(Asking, _ask),
        _everywhere(Words, questions.words),
        _everywhere(PickAnswer, questions.pick),
        _everywhere(StoredAnswer, questions.stored),
        _everywhere(PassQuestions, questions.pass_over),
        _everywhere(ReturnTo, questions.return_to),
        _everywhere(TakeBackAnswer, questions.take_back),
        _by_draft(Review, _nothing_yet, reviewing.review),
        _by_draft(ListFrom, _nothing_yet, reviewing.list_from),
        _otherwise(Changed, reviewing.change),
        _everywhere(TakeOut, reviewing.out),
        _everywhere(TakeOutNumber, reviewing.out_by_number),
        _everywhere(TakeOutMessage, reviewing.out_by_message),
        _everywhere(Undo, reviewing.undo),
        _by_draft(More, _nothing_yet, reviewing.more),
        _by_phase(Send, _nothing_waits, reviewing.review, reviewing.send),
        _everywhere(Sent, ending.sent),
        _everywhere(Discard, ending.discard),
        _everywhere(DiscardNow, ending.discard_now),
        _everywhere(Discarded, ending.discarded),
        _everywhere(Clean, ending.clean),
        _everywhere(Cleaned, leaving.cleaned),
        _everywhere(Panic, leaving.panic),
        _everywhere(Vanished, leaving.vanished),
        _everywhere(Help, help.show),
        _otherwise(Explain, help.explain),
        _everywhere(Expired, ending.expired),
        _everywhere(StoredText, stored_text),
        _everywhere(StoredFile, stored_file),
        _everywhere(StoredDisguised, stored_disguised),
        _everywhere(StoredReadings, stored_readings),
        _everywhere(StoredWaiting, stored_waiting),
        _everywhere(StoredPart, stored_part),
        _everywhere(Refused, refused),
        _everywhere(Unusable, _unusable),
        _everywhere(SendAsIs, send_as_is),
        _everywhere(KeepDisguised, keep_disguised),
        _everywhere(ChooseReading, choose_reading),
        _everywhere(Disguise, disguise),
        _everywhere(Rework, rework),
        _everywhere(LeaveOut, leave_out),
        _otherwise(ShowDesks, desks.show),
        _otherwise(NeedDesk, desks.need),
        _otherwise(ChooseDesk, desks.choose),
        _otherwise(ShowOptions, choosing.show_options),
        _otherwise(AskOption, choosing.ask_option),
        _otherwise(Turn, choosing.turn),
        _everywhere(CustodianChanged, custodian_changed),
        _otherwise(News, _news),
        _everywhere(Trial, trial.begin),
        _everywhere(Practised, trial.practised),
        _everywhere(CaptionLeftOut, threads.caption_left_out),
        _everywhere(Answers, threads.answers),
        _everywhere(Typed, threads.typed),
        _everywhere(Unlocked, threads.unlocked),
        _everywhere(NotACodename, threads.not_a_codename),
        _everywhere(AnswerTo, threads.answer_to),
        _everywhere(Destroy, threads.destroy),
        _everywhere(Destroyed, threads.destroyed),
        _everywhere(Withdraw, threads.withdraw),
        _everywhere(Withdrawable, threads.withdrawable),
        _everywhere(WithdrawNow, threads.withdraw_now),
        _everywhere(Withdrawn, threads.withdrawn),
        _everywhere(AskBack, threads.ask_back),
        _everywhere(AskedBack, threads.asked_back),
        _everywhere(EndThread, threads.end),
        _everywhere(EndThreadNow, threads.end_now),
        _everywhere(Ended, threads.ended),
        _everywhere(CloseAnswers, threads.close),
        _everywhere(Noted, threads.noted),
    )
)


def step(state: State, input_: Input) -> Step:
    """Return the state after `input_`, and the effects to carry out in order."""
    after, effects = TABLE[type(input_)][state.phase](replace(state, mini=False), input_)
    if state.trial and not after.trial and not isinstance(input_, TRIAL_ENDS):
        effects = trial.left(effects)
    elif state.trial or after.trial:
        effects = [trial.marked(effect) for effect in effects]
    if state.mini and any(isinstance(effect, Say) for effect in effects):
        effects = help.taken_away(effects)
    elif state.mini and not any(isinstance(effect, Vanish) for effect in effects):
        after = replace(after, mini=True)  # nothing is said yet
    return after, effects
