"""What comes after a receipt is a duty of its own: it holds up nobody, survives a kill, ends within a day."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.channels.events import Command, Text
from bot.dialogue.deletions import FIRST_PAUSE
from tests.bot.conftest import House, RecordingChat
from tests.bot.dialogue.test_dialogue import SEND, tell_all
from tests.telegram_api import until


class Slow(RecordingChat):
    """A chat where nothing can be deleted for now."""

    async def forget(self, message_ids: Sequence[int]) -> int:
        raise ConnectionError


class Stuck(RecordingChat):
    """A chat where a deletion takes for ever."""

    async def forget(self, message_ids: Sequence[int]) -> int:
        await asyncio.Event().wait()
        return 0


@asynccontextmanager
async def in_the_way(house: House, chat: RecordingChat) -> AsyncIterator[None]:
    """The house speaks with `chat`; nothing is waited for after an update."""
    before, house.chat = house.chat, chat
    yield
    house.chat = before


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.dialogue.deletions.FIRST_PAUSE", 0.01)
    assert FIRST_PAUSE > 0.01


async def sent_and_stuck(house: House) -> Stuck:
    """Send something; the deletions after the receipt hang."""
    chat = Stuck()
    async with in_the_way(house, chat):
        for event in (Text("hola"), *SEND[:-1]):
            await house.tell(event)
        async with asyncio.timeout(60):
            await house.tell(SEND[-1], settle=False)
    return chat


async def test_a_deletion_that_hangs_holds_up_neither_the_codename_nor_the_next_line(house: House) -> None:
    """It held the chat for 81 seconds, and ended in "please send that again"."""
    chat = await sent_and_stuck(house)
    assert len(chat.covered) == 1
    house.chat = chat
    await house.tell(Text("y otra cosa"), settle=False)
    assert chat.said[-1] != chat.said[-2]
    assert "deleted" not in chat.last
    assert house.runtime.tags("deletions")


async def test_killed_in_the_middle_the_deletions_go_on_without_a_word_from_the_chat(house: House) -> None:
    await sent_and_stuck(house)
    house.restart()
    asked: list[str] = []

    def chat_of(chat: str) -> RecordingChat:
        asked.append(chat)
        return house.chat

    async with house.dialogue.deleting(chat_of):
        await house.dialogue.settled()
    assert set(asked) == {"42"}
    assert house.chat.forgotten == [1, 1001, 2, 1002, 3]
    # The codename still has its quarter of an hour.
    assert len(house.runtime.tags("deletions")) == 1
    house.clock.pass_(minutes=16)
    house.restart()
    async with house.dialogue.deleting(chat_of):
        await house.dialogue.settled()
    assert 3001 in house.chat.forgotten
    assert house.runtime.tags("deletions") == []
    assert house.chat.said == []


async def test_the_list_names_no_chat_and_no_message_in_clear(house: House) -> None:
    chat = "777000777000"
    stuck = Stuck()
    house.chat = stuck
    for event in (Text("hola"), *SEND):
        await house.tell(event, chat=chat, settle=False)
    (tag,) = house.runtime.tags("deletions")
    sealed = house.runtime.load(tag, "deletions")
    assert sealed is not None
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert chat.encode() not in house.everything_written()


async def test_what_can_not_be_deleted_is_tried_again_and_given_up_after_a_day(
    house: House, eager: None
) -> None:
    slow = Slow()
    house.chat = slow
    await tell_all(house, Text("hola"), *SEND)
    (tag,) = house.runtime.tags("deletions")
    listed = house.runtime.load(tag, "deletions")
    house.clock.pass_(hours=25)
    await until(lambda: house.runtime.load(tag, "deletions") != listed)
    assert all("could not be deleted" not in said for said, _ in slow.said), "nobody is spoken to first"
    house.chat = RecordingChat()
    await house.tell(Command("start"))
    assert any("could not be deleted" in said for said, _ in house.chat.said)
    assert house.runtime.tags("deletions") == []


async def test_a_list_that_can_not_be_read_keeps_nobody_from_writing(house: House) -> None:
    await sent_and_stuck(house)
    (tag,) = house.runtime.tags("deletions")
    house.runtime.save(tag, b"{}", "deletions")
    house.restart()
    async with house.dialogue.deleting(lambda _: house.chat):
        await house.tell(Text("hola"))
    assert len(house.chat.said) == 1
