"""The dialogue about a desk's word: whoever has seen its poster knows it, and it costs a person nothing.

A part of the table in `bot.conversation.table`; pure like it. It is asked before the first material, and
remembered only until the draft is sent or gone (docs/adr/0190).
"""

from dataclasses import replace

from bot.conversation.answering import Step, draft_buttons
from bot.conversation.effects import Say
from bot.conversation.inputs import Brought, GaveWord, NeedWord
from bot.conversation.state import State


def need(state: State, needed: NeedWord) -> Step:
    """Nothing of what came is kept, and that is said."""
    if needed.wait:
        return state, [Say("word_wait", count=needed.wait)]
    say = Say("word_wrong") if needed.tried else Say("word_first")
    return state, [replace(say, desks=needed.desks)]


def gave(state: State, given: GaveWord) -> Step:
    state = replace(state, proved=tuple(dict.fromkeys((*state.proved, *given.desks))))
    if given.missing:
        return state, [Say("word_more", desks=given.missing)]
    return state, [Say("word_right")]


def brought(state: State, _: Brought) -> Step:
    """It can tell who was given the link, so it is kept nowhere; and it can be words of somebody's."""
    return state, [Say("link_word", draft_buttons(state))]
