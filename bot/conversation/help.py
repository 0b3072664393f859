"""What can be read before anything is sent, a page a tap; and plain words that ask for something.

A part of the table in `bot.conversation.table`; pure like it.
"""

from dataclasses import replace

from bot.conversation.answering import Step, draft_buttons
from bot.conversation.effects import Effect, Say, ShowReaders
from bot.conversation.inputs import Discard, Explain, Help, Input, Panic, Review, Undo
from bot.conversation.state import Phase, State

PAGES = frozenset({"how", "safer", "readers"})
"""How it works; what is safer than this chat; who can read what is sent."""

MINI, MINI_OPEN, MINI_GONE = "mini", "mini_open", "mini_gone"
"""Asks for the button that opens the page inside the messenger; that button, and that it goes."""

PAGE_BUTTONS = (("how",), ("safer", "readers"))

WORDS = ("help", "discard", "send", "readers", "undo")
"""What a person may ask for in plain words of any language: the catalogues list them (`said_...`)."""

PANIC = "panic"
"""What the word that a desk has chosen asks for."""

SURE_BUTTONS = (("discard_now",), ("more",))


def show(state: State, _: Input) -> Step:
    state = replace(state, phase=Phase.IDLE) if state.phase is Phase.CODENAME else state
    return state, [Say("help", (*(draft_buttons(state) or PAGE_BUTTONS), ("clean",)))]


def explain(state: State, asked: Explain) -> Step:
    others = tuple((page,) for row in PAGE_BUTTONS for page in row if page != asked.about)
    buttons = draft_buttons(state) or others
    if asked.about == "readers":
        return state, [Say("readers", buttons), ShowReaders()]
    if asked.about == "how":
        return state, [Say("how", buttons)]
    if asked.about == MINI and asked.mini:
        return replace(state, mini=True), [Say("mini", ((MINI_OPEN,),))]
    return state, [Say("safer", ((MINI,), *buttons) if asked.mini else buttons)]


def taken_away(effects: list[Effect]) -> list[Effect]:
    """What is said next, after the button that opens the page is gone."""
    return [Say("mini_gone", ((MINI_GONE,),)), *effects]


def asked_in_words(which: str) -> Input:
    """What one of `WORDS` asks for."""
    commands: dict[str, Input] = {
        "help": Help(),
        "discard": Discard(),
        "send": Review(),
        "undo": Undo(),
        PANIC: Panic(),
    }
    return commands.get(which) or Explain(which)
