"""The page opened inside Telegram: by the one kind of button that hands it nobody's name, if asked for."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.channels.events import TAKEN_AWAY, Command, Press
from bot.conversation.effects import Say
from bot.conversation.inputs import Clean, DiscardNow, Explain, Help, News, Panic
from bot.conversation.outcomes import Vanished
from bot.conversation.state import Phase, State
from bot.conversation.table import step
from bot.dialogue.wording import Wording
from codes.languages import LANGUAGES
from tests.bot.channels.telegram.test_telegram import Handler, running
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import tell_all
from tests.telegram_api import TelegramApi, until
from tests.telegram_people import buttons
from tests.telegram_updates import Json

PAGE = "https://drop.example.org/"
PERSON = 770_077
UP = State(mini=True)


@asynccontextmanager
async def chatting(house: House, mini: str) -> AsyncIterator[TelegramApi]:
    """A person's chat with the bot of one desk, the page of which is at `mini`."""
    house.told["mini"] = mini
    house.restart()
    async with TelegramApi() as api, running(api, Handler(), handle=house.dialogue.handle):
        yield api


async def said(api: TelegramApi, do: Callable[[], object], count: int = 1) -> list[Json]:
    """What the bot says then: so many messages."""
    before = len(api.sent[PERSON])
    do()
    await until(lambda: len(api.sent[PERSON]) >= before + count and api.pending() == 0)
    return api.sent[PERSON][before:]


def markups(api: TelegramApi) -> list[Json]:
    """What was asked to stand below each message that was sent."""
    return [params.get("reply_markup", {}) for method, params in api.calls if method == "sendMessage"]


async def test_the_page_opens_by_a_keyboard_button_that_says_nothing_of_the_person(house: House) -> None:
    async with chatting(house, PAGE) as api:
        await said(api, lambda: api.text(PERSON, "/start"))
        (safer,) = await said(api, lambda: api.press(PERSON, "safer"))
        assert "mini" in buttons(safer)
        (offered,) = await said(api, lambda: api.press(PERSON, "mini"))
        assert "El servidor ve entonces la dirección de internet de tu teléfono" in offered["text"]
        keyboard = dict(markups(api)[-1])
        assert keyboard.pop("keyboard") == [[{"text": "Abrir la página", "web_app": {"url": PAGE}}]]
        assert keyboard == {"one_time_keyboard": True, "resize_keyboard": True}
        await said(api, lambda: api.text(PERSON, "/help"), 2)
        assert markups(api)[-2] == {"remove_keyboard": True}
        await said(api, lambda: api.text(PERSON, "/start"))
        assert list(markups(api)[-1]) == ["inline_keyboard"]
        sent = [params for _, params in api.calls]
        assert not any("web_app" in str(each.get("reply_markup", {}).get("inline_keyboard")) for each in sent)
        assert not [method for method, _ in api.calls if method == "setChatMenuButton"]
        addresses = {part for each in sent for part in str(each).split("'") if "drop.example" in part}
        assert addresses == {PAGE}, "the same for everybody"
        assert not api.violations


async def test_without_an_address_nothing_of_it_is_offered(house: House) -> None:
    await tell_all(house, Command("start"), Press("safer"))
    safer = house.chat.last
    assert "mini" not in house.chat.actions
    await house.tell(Press("mini"))
    assert house.chat.last == safer, "a button of before leads nowhere"


async def test_what_a_page_would_hand_to_the_bot_is_refused_and_kept_nowhere(house: House) -> None:
    """Ours hands over nothing (`sendData`); another page that somebody opened by a button might."""
    async with chatting(house, PAGE) as api:
        await said(api, lambda: api.text(PERSON, "/start"))
        data = {"data": "CANARY my words", "button_text": "Open the page"}
        (refused,) = await said(api, lambda: api.message(PERSON, web_app_data=data))
        assert refused["text"] == Wording("Union").text("es", Say("unusable_unknown"))
    assert b"CANARY" not in house.everything_written()
    assert house.session(str(PERSON)).state.draft is None


def keys(state: State, *inputs: object) -> list[str]:
    said = []
    for each in inputs:
        state, effects = step(state, each)  # type: ignore[arg-type]
        said += [effect.key for effect in effects if isinstance(effect, Say)]
    return said


def test_the_button_goes_with_whatever_is_said_next() -> None:
    assert keys(State(), Explain("mini", mini=True), Help(), Help()) == ["mini", "mini_gone", "help", "help"]
    assert keys(UP, News(), Clean())[0] == "mini_gone", "the first to speak takes it away"
    draft = State(Phase.COLLECT, "en", "d", texts=1, mini=True)
    assert keys(draft, DiscardNow()) == [], "nothing is said before it is deleted"
    assert step(draft, DiscardNow())[0].mini
    assert keys(UP, Explain("mini", mini=True)) == ["mini_gone", "mini"]


def test_who_leaves_in_silence_is_told_nothing_of_it() -> None:
    """The messages go, and Telegram takes a keyboard away with the message that brought it."""
    assert keys(UP, Panic()) == []
    assert keys(UP, Vanished()) == []
    assert not step(UP, Vanished())[0].mini


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_who_would_know_are_named_before_it_opens(language: str) -> None:
    wording = Wording("Union", mini=PAGE)
    text = wording.text(language, Say("mini"))
    assert "Telegram" in text
    assert any(word in text for word in ("server", "servidor", "serveur", "serveri", "सर्वर"))
    button = wording.button(language, "mini_open")
    assert (button.page, button.action) == (PAGE, "")
    assert Wording("Union").button(language, "mini_open") == TAKEN_AWAY, "the address was taken out meanwhile"
