"""News of the desk: shown to who asks and to who has sent, in the person's language, and to nobody else."""

from datetime import timedelta
from pathlib import Path

from bot.announcements import Announcements
from bot.channels.events import Command, Press, Text
from bot.keys import Reviewers
from tests.bot.conftest import DESK_ID, House
from tests.bot.dialogue.test_dialogue import SEND, tell_all
from tests.bot.test_announcements import announced


def put(house: House, text: str, language: str = "en", serial: int = 1) -> None:
    announced(house.folder / "stick", house.root, text, language=language, serial=serial)
    (place,) = Path(house.folder / "stick").glob(f"announcement-{serial}-*")
    Announcements(house.folder / "announcements", Reviewers(house.folder / "reviewers"), DESK_ID).take(
        place, house.clock.day()
    )


async def test_no_news_is_one_sentence(house: House) -> None:
    await tell_all(house, Command("start"), Command("news"))
    assert house.chat.said[1:] == [("There is no news from Union now.", [])]


async def test_who_sent_sees_the_news_and_then_the_codename(house: House) -> None:
    put(house, "We published.")
    await tell_all(house, Text("primero"), *SEND)
    assert [text for text, _ in house.chat.said[-2:]] == ["What Union says to everybody:", "We published."]
    assert len(house.chat.covered) == 1
    assert house.session().messages[-2:] == [1000 + len(house.chat.said) - 1, 1000 + len(house.chat.said)]


async def test_who_sent_and_did_not_ask_is_not_told_that_there_is_none(house: House) -> None:
    await tell_all(house, Text("primero"), *SEND)
    assert "Received" in house.chat.last


async def test_news_are_in_the_language_of_the_person_or_in_one_that_there_is(house: House) -> None:
    put(house, "Publicamos.\u202e\u0007", "es")
    await tell_all(house, Press("language:es"), Command("news"))
    assert house.chat.last == "Publicamos."
    await tell_all(house, Press("language:en"), Command("news"))
    assert house.chat.last == "Publicamos."


async def test_news_change_nothing_of_a_draft_and_go_with_it(house: House) -> None:
    put(house, "word " * 600)
    await house.tell(Text("primero"))
    before = house.session().state
    await house.tell(Command("news"))
    assert house.session().state == before
    said = len(house.chat.said)
    await house.tell(Press("discard_now"))
    assert {1000 + said - 1, 1000 + said} <= set(house.chat.forgotten)


async def test_news_that_ended_are_not_shown(house: House) -> None:
    put(house, "We published.")
    house.clock.now += timedelta(days=30)
    await tell_all(house, Command("start"), Command("news"))
    assert "no news" in house.chat.last
