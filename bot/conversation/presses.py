"""What a command or a button asks of the dialogue. Both are outside input: to an unknown command help is
given, an unknown button greets.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

from bot.conversation.help import MINI, PAGES
from bot.conversation.inputs import (
    Answers,
    AnswerTo,
    AskBack,
    AskOption,
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
    Help,
    Input,
    KeepDisguised,
    LeaveOut,
    ListFrom,
    More,
    News,
    Noted,
    Panic,
    Review,
    Rework,
    Send,
    SendAsIs,
    ShowDesks,
    ShowOptions,
    Speak,
    Start,
    TakeOut,
    Trial,
    Turn,
    Undo,
    Withdraw,
    WithdrawNow,
)
from codes.languages import LANGUAGES

COMMANDS: dict[str, Callable[[], Input]] = {
    "start": Start,
    "help": Help,
    "send": Review,
    "review": Review,
    "discard": Discard,
    "clean": Clean,
    "x": Panic,
    "answers": Answers,
    "news": News,
    "trial": Trial,
    "undo": Undo,
}
PRESSES: dict[str, Callable[[], Input]] = {
    "review": Review,
    "send": Send,
    "more": More,
    "discard": Discard,
    "discard_now": DiscardNow,
    "clean": Clean,
    "answers": Answers,
    "withdraw": Withdraw,
    "withdraw_now": WithdrawNow,
    "ask_back": AskBack,
    "end": EndThread,
    "end_now": EndThreadNow,
    "close_answers": CloseAnswers,
    "trial": Trial,
    "end_trial": DiscardNow,
}
ABOUT_ITEMS: dict[str, Callable[[str], Input]] = {
    "as_is": SendAsIs,
    "keep": KeepDisguised,
    "read_1": ChooseReading,
    "read_2": ChooseReading,
    "read_3": ChooseReading,
    "disguise": Disguise,
    "retype": partial(Rework, how="retype"),
    "cover": partial(Rework, how="cover"),
    "words": partial(Rework, how="words"),
    "cover_words": partial(Rework, how="cover_words"),
    "plain": partial(Rework, how="plain"),
    "leave_out": LeaveOut,
    "undo": TakeOut,
    "read": Destroy,
    "noted": Noted,
}
NUMBER = re.compile("([1-9][0-9]{0,15})(?:/([a-z0-9-]{1,32}))?")


def commanded(untrusted_name: str, offered: Sequence[str]) -> Input:
    """The input of a slash command; `offered` are the options that this desk has."""
    if untrusted_name == "options":
        return ShowOptions(tuple(offered))
    return COMMANDS.get(untrusted_name, Help)()


def pressed(untrusted_action: str, offered: Sequence[str], desks: Sequence[str] = ()) -> Input:
    """The input of a button; `desks` are those that can be chosen, none where there is one only."""
    name, _, argument = untrusted_action.partition(":")
    if name in ABOUT_ITEMS:
        return ABOUT_ITEMS[name](argument)
    if name == "take_out":
        return TakeOut(argument.partition(":")[2], listed=True)
    if name == "list" and (which := NUMBER.fullmatch(argument)):
        return ListFrom(int(which[1]))
    if name == "answer" and (which := NUMBER.fullmatch(argument)):
        return AnswerTo(int(which[1]), which[2] or "")
    if name in ("desk_on", "desk_off") and desks:
        return ChooseDesk(argument, name == "desk_on", tuple(desks))
    if untrusted_action == "desks" and desks:
        return ShowDesks(tuple(desks))
    if untrusted_action in (*PAGES, MINI):
        return Explain(untrusted_action)
    if name == "language" and argument in LANGUAGES:
        return Speak(argument)
    if name == "ask" and argument in offered:
        return AskOption(argument)
    if name in ("on", "off") and argument in offered:
        return Turn(argument, on=name == "on")
    if untrusted_action == "options":
        return ShowOptions(tuple(offered))
    return PRESSES.get(untrusted_action, Start)()
