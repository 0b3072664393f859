"""Whoever asks in plain words is answered, and nobody has to read much before they may write."""

import pytest

from bot.channels.events import Command, Press, Text
from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from codes.languages import LANGUAGES
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all

WORDS_BEFORE_WRITING = 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_be_read_before_the_first_message_is_short(language: str) -> None:
    notice = Wording("Union").text(language, Say("notice"))
    assert len([word for word in notice.split() if any(map(str.isalnum, word))]) <= WORDS_BEFORE_WRITING


@pytest.mark.parametrize("language", LANGUAGES)
async def test_from_the_start_to_the_receipt_it_is_at_most_three_taps(house: House, language: str) -> None:
    """Besides the material: each tap is on the first button below what was said."""
    await tell_all(house, Press(f"language:{language}"), Text("..."))
    taps = 0
    while not await house.drops():
        await house.tell(Press(house.chat.actions[0]))
        taps += 1
        assert taps <= 3
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"..."]


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("help", "help"),
        ("Ayuda!", "help"),
        ("¿Quién lee esto?", "readers"),
        ("FSHI GJITHÇKA", "discard"),
        ("  sino   ang babasa ", "readers"),
        ("मदद।", "help"),
        ("Annuler.", "discard"),
        ("send it", "send"),
    ],
)
def test_plain_words_in_any_language_ask_for_something(words: str, which: str) -> None:
    assert Wording("Union").asked(words) == which


@pytest.mark.parametrize("words", ["help us: they film my room", "They read this, so who reads it?", "", "1"])
def test_words_that_say_more_are_testimony(words: str) -> None:
    assert Wording("Union").asked(words) is None


async def test_plain_words_are_no_testimony_and_lose_none(house: House) -> None:
    await tell_all(house, Command("start"), Text("hola"), Text("ayuda"))
    assert "/send" in house.chat.last
    await tell_all(house, Text("borrar todo"))
    assert "discard_now" in house.chat.actions
    await tell_all(house, Text("enviar"))
    assert "1" in house.chat.last
    assert "send" in house.chat.actions
    await tell_all(house, Press("send"))
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola"]


async def test_an_unknown_command_gets_help_and_not_the_whole_notice(house: House) -> None:
    await tell_all(house, Command("settings"))
    assert "/send" in house.chat.last


async def test_who_reads_is_answered_with_the_ten_words_of_each(house: House) -> None:
    await tell_all(house, Command("start"), Press("readers"))
    assert len(house.chat.last.rpartition(": ")[2].split()) == 10


@pytest.mark.parametrize("words", ["remove", "Quita.", "hiq", "alisin", "हटाओ", "enlève"])
async def test_to_take_out_alone_is_asked_about_and_no_testimony(house: House, words: str) -> None:
    await tell_all(house, Text("lo que vi"), Text(words))
    assert house.chat.last == "Delete it all? 1 message would be gone for good."
    await tell_all(house, Press("more"), *SEND)
    ((_, items),) = await house.sent()
    assert [content for _, content in items] == [b"lo que vi"]
