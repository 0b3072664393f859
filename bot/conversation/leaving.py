"""Leaving no trace: the chat is cleaned and a sentence says so, or in panic it is emptied without a word.

A part of the table in `bot.conversation.table`; pure like it. It asks before a draft is lost that somebody
would have read (`table`); in panic nothing is asked.
"""

from bot.conversation.answering import Step
from bot.conversation.effects import Drop, Forget, HideCodename, Lock, Say, Vanish
from bot.conversation.inputs import Input
from bot.conversation.outcomes import Cleaned, Vanished
from bot.conversation.state import State


def clean(state: State, input_: Input) -> Step:
    if state.draft:
        return state, [Drop(state.draft, Cleaned())]
    return cleaned(state, input_)


def cleaned(state: State, _: Input) -> Step:
    return State(language=state.language), [Lock(), HideCodename(), Say("cleaned"), Forget()]


def panic(state: State, input_: Input) -> Step:
    return (state, [Drop(state.draft, Vanished())]) if state.draft else vanished(state, input_)


def vanished(state: State, _: Input) -> Step:
    return State(language=state.language), [Lock(), Vanish()]
