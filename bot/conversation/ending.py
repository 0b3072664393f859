"""How a draft ends: sent, deleted after a question, or a day old; what stays of the chat then.

A part of the table in `bot.conversation.table`; pure like it.
"""

from dataclasses import replace

from bot.conversation import help, leaving, trial
from bot.conversation.answering import Step
from bot.conversation.effects import Drop, Effect, Forget, Lock, Say, ShowCodename, ShowNews
from bot.conversation.inputs import Input
from bot.conversation.outcomes import Sent
from bot.conversation.reviewing import counts
from bot.conversation.state import State
from bot.conversation.telling import OFF_AGAIN


def sent(state: State, sent: Sent) -> Step:
    if state.trial:
        return trial.sent(state, counts("trial_receipt", state, ()))
    # Whoever sent under a codename has it already.
    codename: list[Effect] = [] if state.thread else [ShowCodename()]
    return State(language=state.language), [
        replace(counts("receipt", state, (("clean",),)), desks=sent.desks),
        Lock(),
        Forget(),
        ShowNews(),
        *codename,
    ]


def discard(state: State, asked: Input) -> Step:
    """Asks first, where there is something to lose."""
    if not state.draft:
        return discard_now(state, asked)
    return state, [counts("discard_sure", state, help.SURE_BUTTONS)]


def clean(state: State, _: Input) -> Step:
    """Asks first, like that; of a trial nothing is lost."""
    return discard(state, _) if state.draft and not state.trial else leaving.clean(state, _)


def discard_now(state: State, asked: Input) -> Step:
    """Without a draft nothing is deleted: whoever has sent something must not read that it is gone."""
    if state.draft:
        return state, [Drop(state.draft)]
    return discarded(state, asked) if state.trial else (state, [Say("discard_nothing")])


def discarded(state: State, _: Input) -> Step:
    say = Say("trial_over") if state.trial else Say("discarded")
    proved = state.proved if state.trial else ()
    return State(language=state.language, proved=proved), [Lock(), say, Forget()]


def expired(state: State, _: Input) -> Step:
    # What comes next was sent in the belief that a disguise is on. But nobody must remember after a day that
    # originals go along.
    options = state.options.protective
    notes = () if options == state.options else (OFF_AGAIN,)
    say = Say("trial_over") if state.trial else Say("expired")
    after = State(language=state.language, options=options, desks=state.desks)
    return after, [Lock(), replace(say, notes=notes, on=options.on)]
