"""The dialogue about desks: where there are several, who gets what comes next is chosen before it comes.

A part of the table in `bot.conversation.table`; pure like it. Each item is sealed at once to the desks that
are chosen, and is kept in no other form: so the choice comes before the first item, and another one needs a
new draft.
"""

from dataclasses import replace

from bot.conversation.answering import Step, draft_buttons
from bot.conversation.effects import Say
from bot.conversation.inputs import ChooseDesk, NeedDesk, ShowDesks
from bot.conversation.state import State

SLOT = "desks"
"""A question is asked in one message, which changes at each press."""


def show(state: State, shown: ShowDesks) -> Step:
    if state.draft:
        return state, [Say("desks_fixed", draft_buttons(state))]
    state = _among(state, shown.offered)
    if state.desks:
        return state, [_question("desks_chosen", state, shown.offered)]
    return state, [_question("desks_ask", state, shown.offered)]


def need(state: State, needed: NeedDesk) -> Step:
    """Something came before anybody was chosen: nothing of it is kept, and that is said."""
    state = _among(state, needed.offered)
    return state, [_question("desks_first", state, needed.offered)]


def choose(state: State, choice: ChooseDesk) -> Step:
    if state.draft:
        return state, [Say("desks_fixed", draft_buttons(state))]
    if choice.desk not in choice.offered:
        state = _among(state, choice.offered)
        return state, [_question("desks_gone", state, choice.offered)]
    others = tuple(desk for desk in state.desks if desk != choice.desk)
    desks = (*others, choice.desk) if choice.on else others
    return show(replace(state, desks=desks, in_reply_to=None), ShowDesks(choice.offered))


def _among(state: State, offered: tuple[str, ...]) -> State:
    """The same without desks that were closed, or taken away, since they were chosen."""
    return replace(state, desks=tuple(desk for desk in state.desks if desk in offered))


def _question(key: str, state: State, offered: tuple[str, ...]) -> Say:
    rows = tuple((f"desk_{'off' if desk in state.desks else 'on'}:{desk}",) for desk in offered)
    return Say(key, rows, slot=SLOT, proved=state.proved)
