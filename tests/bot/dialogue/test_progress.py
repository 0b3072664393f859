"""What takes longer than two seconds is told in one message, in whose place the answer comes."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.channels.events import Command, Press, Text, Upload
from bot.dialogue.progress import Progress
from bot.tally import Tally
from tests.bot.conftest import House, RecordingChat
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload
from tests.telegram_api import until


@pytest.fixture
def telling(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return the same house, where every wait is told at once."""
    init = Progress.__init__

    def at_once(self: Progress, wording: object, tally: Tally, after: float) -> None:
        init(self, wording, tally, 0.0)  # type: ignore[arg-type]

    monkeypatch.setattr(Progress, "__init__", at_once)
    house.restart()
    return house


def slow(chat: RecordingChat, content: bytes, said: int, group: str | None = None) -> Upload:
    """A file that comes when the bot has said so much."""

    async def read() -> AsyncGenerator[bytes, None]:
        await until(lambda: len(chat.said) >= said)
        yield content

    return Upload("document", len(content), None, group, read)


async def test_of_five_files_each_is_told_in_the_same_message_and_the_receipt_takes_its_place(
    telling: House,
) -> None:
    house = telling
    for number in range(1, 6):
        update = house.update(slow(house.chat, b"nota %d" % number, number))
        await house.dialogue.handle(replace(update, more=number < 5, behind=5 - number), house.chat)
    *told, last = [text for text, _ in house.chat.said]
    assert told == [f"Cleaning: {number} of 5 …" for number in range(1, 6)]
    assert last.startswith("Locked away: 5 clean files")
    assert house.chat.edited == [1001] * 5, "no second message, so nothing rings"
    assert house.session().progress == 0


async def test_the_message_goes_where_something_else_is_changed_or_played(
    telling: House, photo: bytes
) -> None:
    house = telling
    await house.tell(upload(photo, group="g"))
    first = house.chat.said[-1]
    await house.tell(slow(house.chat, photo, len(house.chat.said) + 1, group="g"))
    assert first[0].startswith("Locked away: 1 clean file")
    assert house.chat.last.startswith("Locked away: 2 clean files")
    assert len(house.chat.forgotten) == 1, "the album has its own message, so that of the progress goes"


async def test_attack_the_receipt_is_the_message_that_stays(telling: House) -> None:
    """It takes the place of a message that is older than others of the chat."""
    house = telling
    await tell_all(house, Text("uno"), Press("review"))
    update = replace(house.update(slow(house.chat, b"nota", len(house.chat.said) + 1)), more=True)
    await house.dialogue.handle(update, house.chat)
    await house.tell(Text("dos"), more=True)
    progress = house.session().progress
    assert progress
    for event in SEND:
        await house.tell(event, more=True)
    assert house.chat.last.startswith("Received")
    kept = house.chat.edited[-1] if house.chat.edited else 0
    assert kept not in house.chat.forgotten


async def test_killed_in_the_middle_the_next_answer_takes_its_place(
    telling: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = telling
    update = house.update(slow(house.chat, b"nota", 99))
    task = asyncio.create_task(house.dialogue.handle(update, house.chat))
    await until(lambda: bool(house.chat.said))
    assert house.session().progress == 1001
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    house.restart()
    file = update.event
    assert isinstance(file, Upload)
    await house.dialogue.handle(replace(update, event=upload(b"nota")), house.chat)
    assert house.chat.last.startswith("Locked away: 1 clean file")
    assert house.chat.edited[-1] == 1001
    await tell_all(house, *SEND)
    assert 1001 in house.chat.forgotten
    assert "could not be deleted" not in "".join(text for text, _ in house.chat.said)


async def test_attack_a_chat_that_takes_nothing_costs_no_file(telling: House) -> None:
    house = telling
    house.chat.fail = 1

    async def read() -> AsyncGenerator[bytes, None]:
        await until(lambda: not house.chat.fail)
        yield b"nota"

    await house.tell(Upload("document", 4, None, None, read))
    assert house.chat.last.startswith("Locked away: 1 clean file")
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 1


async def test_in_panic_no_progress_is_told(telling: House) -> None:
    house = telling
    await tell_all(house, Text("uno"))
    before = len(house.chat.said)
    await house.tell(Command("x"))
    assert len(house.chat.said) == before


async def test_what_is_quick_is_not_told(house: House) -> None:
    await tell_all(house, Text("uno"), upload(b"nota"), Press("review"))
    assert not any("…" in text for text, _ in house.chat.said)
