"""What Telegram shows of the bot before anybody writes to it: its menu, texts and name, a language each.

Source: https://core.telegram.org/bots/api, setMyCommands, setMyDescription, setMyShortDescription, setMyName.
Each is asked for first and set only when it differs, so that a restart changes nothing; one that Telegram
refuses leaves the others alone. Nobody waits for any of it.
"""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Bot, BotCommand

from bot.channels.telegram.errors import Rejected, Unreachable

TWO_LETTERS = {"fil": "tl"}
"""Telegram knows languages by two letters (ISO 639-1): Filipino by those of Tagalog."""

_log = logging.getLogger(__name__)

Call = Callable[[Coroutine[Any, Any, Any]], Coroutine[Any, Any, Any]]
"""Awaits a request of the library and raises our errors (`Client.call`)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """In one language: the commands with what they do, the text of an empty chat (512 characters) and that of
    the bot's page (120); the name (64), or None to leave it as the operator gave it.
    """

    commands: tuple[tuple[str, str], ...]
    description: str
    short: str
    name: str | None = None


Profiles = Mapping[str, Profile]
"""By language; "" is for everybody else."""


@dataclass(frozen=True, slots=True)
class _Part:
    what: str
    ask: Callable[[], Coroutine[Any, Any, Any]]
    is_shown: Callable[[Any], bool]
    show: Callable[[], Coroutine[Any, Any, Any]]


async def introduce(
    bot: Bot,
    call: Call,
    profiles: Profiles,
    persist: Callable[[Callable[[], Coroutine[Any, Any, None]]], Awaitable[None]],
    head: str = "",
) -> None:
    """Show all of it; each piece by itself goes through `persist`, which repeats it through an outage. `head`
    is what the log says of which bot.

    Raises Refused for a token that is not valid any more.
    """
    for language, profile in profiles.items():
        for part in _parts(bot, profile, TWO_LETTERS.get(language, language) or None):
            await persist(partial(_show, part, call, head))


async def _show(part: _Part, call: Call, head: str) -> None:
    try:
        if not part.is_shown(await call(part.ask())):
            await call(part.show())
    except (Rejected, Unreachable) as error:
        reason = error.reason if isinstance(error, Rejected) else "unreachable"
        _log.warning("%s%s was not accepted by Telegram (%s)", head, part.what, reason)


def _parts(bot: Bot, profile: Profile, code: str | None) -> Iterator[_Part]:
    menu = [BotCommand(command, description) for command, description in profile.commands]
    yield _Part(
        "the menu of commands",
        partial(bot.get_my_commands, language_code=code),
        lambda shown: list(shown) == menu,
        partial(bot.set_my_commands, menu, language_code=code),
    )
    yield _Part(
        "the description",
        partial(bot.get_my_description, language_code=code),
        lambda shown: shown.description == profile.description,
        partial(bot.set_my_description, profile.description, language_code=code),
    )
    yield _Part(
        "the short description",
        partial(bot.get_my_short_description, language_code=code),
        lambda shown: shown.short_description == profile.short,
        partial(bot.set_my_short_description, profile.short, language_code=code),
    )
    if profile.name is not None:
        yield _Part(
            "the name",
            partial(bot.get_my_name, language_code=code),
            lambda shown: shown.name == profile.name,
            partial(bot.set_my_name, profile.name, language_code=code),
        )
