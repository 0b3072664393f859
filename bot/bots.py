"""The bots of a server: whose desks each serves, and where what it knows of chats lies (docs/adr/0383).

The first bot is that of `[telegram]`; others are those of `[bots.NAME]`. The chats of the bot that was the
first one here lie in the runtime folder, as ever; those of any other in `bots/NUMBER` there, under a key of
their own: a person has the same number in the chats of all of them, and the chat with one bot must not be
taken for the chat with another. The number is the bot's, and not its section's, so that a bot which moves to
another section finds its chats (docs/adr/0416).
"""

from dataclasses import dataclass
from pathlib import Path

from bot.desks import Desk, desks_of
from bot.runtime import owner_of
from bot.settings import BotSettings, Settings, SettingsError, read_token

FIRST = "telegram"
FOLDER = "bots"


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot. `section` is its place in silbo.toml, `runtime` the runtime folder of all, `desks` those that
    it serves, the first one first; `alone` says whether it is the only one, whom nothing has to name.
    """

    section: str
    settings: BotSettings
    desks: tuple[Desk, ...]
    runtime: Path
    alone: bool

    @property
    def head(self) -> str:
        """What stands before a line about it."""
        return "" if self.alone else f"{self.section}: "

    def token(self) -> str:
        """Raises SettingsError."""
        return read_token(self.settings, self.section)

    def number(self) -> str:
        """By which Telegram knows the bot; it stays when the token is renewed. Raises SettingsError."""
        return self.token().partition(":")[0]

    def folder(self) -> Path:
        """Where its chats lie, whatever its section is called now. Raises SettingsError."""
        number = self.number()
        here = number if self.section == FIRST else None
        return self.runtime if owner_of(self.runtime, here) == number else self.runtime / FOLDER / number


def bots_of(settings: Settings) -> tuple[Bot, ...]:
    """All bots of the settings, the first one first; none for a server that has a page only."""
    if settings.telegram is None:
        return ()
    desks = desks_of(settings)
    others = {desk for bot in settings.bots.values() for desk in bot.desks}
    left = tuple(desk for desk in desks if desk.short not in others)
    alone = not settings.bots
    found = [Bot(FIRST, settings.telegram, left, settings.runtime, alone)]
    for name, bot in settings.bots.items():
        mine = tuple(desk for desk in desks if desk.short in bot.desks)
        found.append(Bot(f"bots.{name}", bot, mine, settings.runtime, alone))
    return tuple(found)


def left_by_bots(settings: Settings) -> tuple[Path, ...]:
    """The folders of bots that the settings name no more: nobody asks for what is in them. None is known
    where a token can't be read.
    """
    try:
        used = {bot.folder() for bot in bots_of(settings)}
    except SettingsError:
        return ()
    found = [settings.runtime, *sorted((settings.runtime / FOLDER).glob("*"))]
    return tuple(each for each in found if each not in used and (each / "key").is_file())


def bot_of(settings: Settings, desk: Desk) -> Bot | None:
    """The bot that serves a desk; None where there is no bot."""
    return next((bot for bot in bots_of(settings) if desk in bot.desks), None)
