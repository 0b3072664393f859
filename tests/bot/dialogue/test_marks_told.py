"""What may tell whose copy a file is, is told before it goes: where, of what kind, and with a picture."""

from dataclasses import replace

import pytest

from bot.conversation.effects import Play, Say
from bot.conversation.outcomes import StoredFile
from bot.conversation.sights import MOST, Sight
from bot.conversation.state import Phase, State
from bot.conversation.table import step
from bot.dialogue.session import Session
from scrub.marks.found import Found
from scrub.scrubber import Scrubber
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload
from tests.scrub.pdf_files import document

MARKED = document(b"BT /F 9 Tf 20 12 Td (Prepared for Maria Lopez) Tj ET")


async def test_the_source_is_told_where_to_look_before_it_sends_and_is_shown_the_place(house: House) -> None:
    await house.tell(upload(MARKED))
    assert "page 1, at the foot: words that say who it is for" in house.chat.last
    assert "other marks that nobody can find" in house.chat.last
    ((picture, media_type),) = house.chat.played
    assert (picture[:4], media_type) == (b"\x89PNG", "image/png")
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 1, "the picture is for the source alone"
    kept = b"".join(path.read_bytes() for path in house.folder.rglob("*") if path.is_file())
    assert b"Maria" not in kept, "no word of it is remembered"


async def test_what_could_not_be_looked_through_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crashed(*_: object) -> Found:
        return Found(complete=False)

    monkeypatch.setattr(Scrubber, "_judged", crashed)
    await house.tell(upload(document()))
    assert "could not be looked through" in house.chat.last


async def test_a_file_without_marks_is_told_of_as_before(house: House) -> None:
    await house.tell(upload(document(b"BT /F 9 Tf 20 12 Td (The annex) Tj ET")))
    assert "whose copy" not in house.chat.last
    assert house.chat.played == []


def test_an_album_is_one_message_with_one_picture() -> None:
    state = State(Phase.COLLECT, draft="d")
    first = StoredFile("a", 1, (), (), "g", sights=(Sight("code", page=1, height="foot"),), digest="0" * 64)
    state, (shown,) = step(state, first)
    assert isinstance(shown, Play)
    many = tuple(Sight("mail", line=number) for number in range(1, 9))
    state, (said,) = step(state, replace(first, item="b", sights=many))
    assert isinstance(said, Say)
    assert said.slot == "g"
    assert said.sights[0].kind == "code"
    assert len(said.sights) == MOST
    assert Session.load(Session(state=state, outbox=[said]).dump()).outbox == [said]
    assert Session.load(Session(state=state).dump()).state == state
