"""The trial: whoever hesitates sends something that reaches nobody, and sees all that would happen.

A part of the table in `bot.conversation.table`; pure like it. While it lasts every message is marked, and
what is sent is deleted. It ends with the sending, with whatever asks for a real codename, and with the draft:
no word that somebody means to send must end in one. The practice codename is the same for everybody and works
at any time; nothing of a trial has to be remembered for it.
"""

from dataclasses import replace

from bot.conversation.answering import Step
from bot.conversation.effects import Effect, Forget, Lock, Play, Say, Show, ShowCodename
from bot.conversation.inputs import Input
from bot.conversation.state import Phase, State

PRACTICE = "practice"
"""What a button calls the practice answer."""
DRAFT_FIRST = (("review",), ("discard",))


def begin(state: State, _: Input) -> Step:
    if state.draft:
        return state, [Say("answers_draft_first", DRAFT_FIRST)]
    state = State(language=state.language, options=state.options, proved=state.proved, trial=True)
    return state, [Lock(), Say("trial", (("end_trial",),))]


def sent(state: State, receipt: Say) -> Step:
    """Nothing was. A codename for practice comes as a real one would."""
    return State(language=state.language, proved=state.proved), [
        receipt,
        Lock(),
        Forget(),
        ShowCodename(practice=True),
    ]


def practised(state: State, _: Input) -> Step:
    """The practice codename was typed: what a reviewer would have written."""
    if state.phase is Phase.CODENAME:
        state = replace(state, phase=Phase.IDLE)
    return state, [Say("trial_answer", ((f"read:{PRACTICE}",),), trial=True)]


def read(state: State) -> Step:
    if state.trial and state.draft:
        return state, [Say("answers_draft_first", DRAFT_FIRST)]
    gone: list[Effect] = [] if state.draft else [Forget()]
    return replace(state, trial=False), [Say("trial_destroyed", trial=True), *gone]


def left(effects: list[Effect]) -> list[Effect]:
    """What is said where a trial ends by the way: what comes next is meant, and that is told before."""
    return [Say("trial_over", trial=True), *effects]


def marked(effect: Effect) -> Effect:
    """The same, said as part of a trial."""
    match effect:
        case Say():
            return replace(effect, trial=True)
        case Play():
            return replace(
                effect, heard=replace(effect.heard, trial=True), unheard=replace(effect.unheard, trial=True)
            )
        case Show():
            return replace(
                effect, seen=replace(effect.seen, trial=True), unseen=replace(effect.unseen, trial=True)
            )
        case _:
            return effect
