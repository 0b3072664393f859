"""What a source turns on for its files: each option with its warning first (`bot.conversation.options`).

A part of the table in `bot.conversation.table`; pure like it.
"""

from dataclasses import replace

from bot.conversation.answering import DRAFT_BUTTONS, Step
from bot.conversation.effects import Say
from bot.conversation.inputs import AskOption, ShowOptions, Turn
from bot.conversation.state import State


def show_options(state: State, shown: ShowOptions) -> Step:
    on = state.options.on
    rows = tuple((f"{'off' if code in on else 'ask'}:{code}",) for code in shown.offered)
    return state, [Say("options" if on else "options_none", rows, on=on)]


def ask_option(state: State, asked: AskOption) -> Step:
    return state, [Say(f"about_{asked.code}", ((f"on:{asked.code}",), ("options",)))]


def turn(state: State, turn: Turn) -> Step:
    state = replace(state, options=state.options.turned(turn.code, on=turn.on))
    buttons = DRAFT_BUTTONS if state.draft else (("options",),)
    return state, [Say("turned_on" if turn.on else "turned_off", buttons, on=state.options.on)]
