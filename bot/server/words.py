"""What the desks of a server say, and what Telegram shows of a bot."""

from collections.abc import Sequence

from bot.channels.telegram.profile import Profile
from bot.desks import Desk
from bot.dialogue.wording import Names, Wording
from bot.settings import BotSettings, SettingsError
from codes.languages import LANGUAGES


def wording_of(desks: Sequence[Desk], mini: str = "") -> Wording:
    """The words of this server, with the names of its desks; `mini` is where the messenger can open the page.
    Raises SettingsError.
    """
    names = {
        desk.short: Names(
            desk.name,
            desk.custodian_name,
            desk.notice,
            desk.panic,
            desk.questions,
            desk.languages,
            desk.poster_words,
            desk.page,
        )
        for desk in desks
    }
    wording = Wording("", several=names if len(desks) > 1 else {"": names[desks[0].short]}, mini=mini)
    if any(desk.panic and not wording.panics(desk.panic) for desk in desks):
        raise SettingsError("desk.panic: should be a word that asks for nothing else; this one does already")
    if any(wording.asked(word) for desk in desks for word in desk.poster_words):
        raise SettingsError("desk.poster_words: should be words that ask for nothing else; one does already")
    return wording


def profiles_of(wording: Wording, bot: BotSettings | None) -> dict[str, Profile]:
    """What Telegram shows of the bot, by language; "" is for those whose language we don't speak."""
    names = {} if bot is None else bot.names
    spoken = {"": LANGUAGES[0], **{language: language for language in LANGUAGES}}
    return {
        code: Profile(tuple(wording.commands(language)), *wording.introduction(language), names.get(code))
        for code, language in spoken.items()
    }
