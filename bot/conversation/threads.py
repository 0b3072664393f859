"""The dialogue about answers: a codename opens what waits, which is shown, answered, destroyed, taken back.

A part of the table in `bot.conversation.table`; pure like it. The bot never speaks of answers first: whoever
did not ask for them sees nothing that tells of them, but the codename itself, once, after a drop.
"""

from dataclasses import replace

from bot.conversation import trial
from bot.conversation.answering import Step, draft_buttons
from bot.conversation.effects import (
    AskDropsBack,
    DestroyReply,
    DestroyThread,
    Effect,
    Erase,
    Forget,
    ForgetReply,
    HideCodename,
    Lock,
    LookUpDrops,
    Say,
    ShowReply,
    Unlock,
    WithdrawDrops,
)
from bot.conversation.inputs import AnswerTo, Destroy, Input, Noted, Typed
from bot.conversation.outcomes import AskedBack, Ended, NotACodename, Unlocked, Withdrawable
from bot.conversation.state import Phase, State
from bot.conversation.telling import DRAFT_STAYS
from bot.conversation.trial import DRAFT_FIRST

CLOSE = ("close_answers",)
THREAD_BUTTONS = (("withdraw",), CLOSE, ("end",))


def answers(state: State, _: Input) -> Step:
    if state.draft:
        return state, [Say("answers_draft_first", DRAFT_FIRST)]
    state = replace(state, phase=Phase.CODENAME, thread=False, in_reply_to=None, trial=False)
    return state, [Lock(), Say("ask_codename", (CLOSE,))]


def typed(state: State, typed: Typed) -> Step:
    """A codename goes from the chat and is looked up, whatever else is going on: a draft stays as it is. But
    what answers somebody must not end in a trial.
    """
    if state.trial and state.draft:
        return state, [Erase(), Say("answers_draft_first", DRAFT_FIRST)]
    state = replace(state, trial=state.trial and typed.practice)
    if typed.unasked or state.draft:
        return state, [Erase(), Unlock()]
    state = replace(state, phase=Phase.CODENAME, thread=False, in_reply_to=None)
    return state, [Erase(), Lock(), Unlock()]


def caption_left_out(state: State, _: Input) -> Step:
    """The file stays, the message with the codename goes. Nothing is opened: nobody asked for that."""
    return state, [Erase(), Say("codename_caption")]


def unlocked(state: State, found: Unlocked) -> Step:
    """Words of a story can look like a codename: unknown here, they open nothing, and that is told."""
    if not found.known:
        return state, [Say("codename_seen"), Say("codename_unknown", draft_buttons(state))]
    phase = state.phase if state.draft else Phase.IDLE
    state = replace(state, phase=phase, thread=True, in_reply_to=None)
    buttons, notes = draft_buttons(state) or THREAD_BUTTONS, (DRAFT_STAYS,) if state.draft else ()
    if not found.replies:
        return state, [Say("answers_none", buttons, notes=notes)]
    shown: list[Effect] = [ShowReply(reply) for reply in found.replies]
    return state, [Say("answers_found"), *shown, Say("answers_next", buttons, notes=notes)]


def not_a_codename(state: State, wrong: NotACodename) -> Step:
    buttons = draft_buttons(state) or (CLOSE,)
    say = Say(f"codename_{wrong.why}", buttons, count=wrong.count, words=wrong.words)
    asked = state.phase is Phase.CODENAME
    return state, [say] if asked else [Say("codename_seen"), say]


def answer_to(state: State, answer: AnswerTo) -> Step:
    """It goes to the desk that wrote: no other must learn that there is a reply."""
    if not state.thread:
        return closed(state, answer)
    desks = (answer.desk,) if answer.desk else ()
    if state.draft and state.desks != desks:
        return state, [Say("answers_draft_first", DRAFT_FIRST)]
    return replace(state, in_reply_to=answer.number, desks=desks), [Say("answer_now", (CLOSE,))]


def destroy(state: State, read: Destroy) -> Step:
    """What was read goes from the chat, too, and at once: nobody must wait for "Done"."""
    if read.reply == trial.PRACTICE:
        return trial.read(state)
    if not state.thread:
        return closed(state, read)
    return state, [DestroyReply(read.reply), ForgetReply(read.reply)]


def destroyed(state: State, _: Input) -> Step:
    return state, [Say("reply_destroyed", THREAD_BUTTONS)]


def withdraw(state: State, asked: Input) -> Step:
    if not state.thread:
        return closed(state, asked)
    if state.draft:
        return state, [Say("answers_draft_first", DRAFT_FIRST)]
    return state, [LookUpDrops()]


def withdrawable(state: State, found: Withdrawable) -> Step:
    if not found.here and not found.passed_on:
        return state, [Say("withdraw_nothing", THREAD_BUTTONS)]
    ask = [("withdraw_now",)] if found.here else []
    ask += [("ask_back",)] if found.passed_on else []
    which = "both" if len(ask) == 2 else "here" if found.here else "passed_on"
    return state, [Say(f"withdraw_{which}", (*ask, CLOSE))]


def withdraw_now(state: State, asked: Input) -> Step:
    return (state, [WithdrawDrops()]) if state.thread else closed(state, asked)


def withdrawn(state: State, _: Input) -> Step:
    return state, [Say("withdrawn", THREAD_BUTTONS)]


def ask_back(state: State, asked: Input) -> Step:
    return (state, [AskDropsBack()]) if state.thread else closed(state, asked)


def asked_back(state: State, asked: AskedBack) -> Step:
    return state, [Say("asked_back", THREAD_BUTTONS, desks=asked.desks)]


def end(state: State, asked: Input) -> Step:
    if not state.thread:
        return closed(state, asked)
    if state.draft:
        return state, [Say("answers_draft_first", DRAFT_FIRST)]
    return state, [Say("ask_end", (("end_now",), CLOSE))]


def end_now(state: State, asked: Input) -> Step:
    if state.thread and state.draft:
        return end(state, asked)
    return (state, [DestroyThread()]) if state.thread else closed(state, asked)


def ended(state: State, gone: Ended) -> Step:
    """Nothing here remembers the codename any more."""
    say = Say("ended_passed_on") if gone.passed_on else Say("ended")
    return State(language=state.language, options=state.options), [Lock(), say, Forget()]


def close(state: State, _: Input) -> Step:
    if state.draft:
        return state, [Say("answers_draft_first", DRAFT_FIRST)]
    return State(language=state.language, options=state.options), [Lock(), Say("answers_closed"), Forget()]


def closed(state: State, _: Input) -> Step:
    """A button of a codename that is open no more."""
    return state, [Say("codename_first", (("answers",),))]


def noted(state: State, paper: Noted) -> Step:
    return state, [HideCodename(paper.tag), Say("codename_noted")]
