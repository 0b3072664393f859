"""Attacks on the dialogue: a failing runtime folder, foreign sessions, answers that can't be given."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.events import Command, Edited, Press, Text, Update
from bot.conversation.effects import Say
from bot.conversation.outcomes import StoredFile
from bot.conversation.state import Phase, State
from bot.conversation.table import step
from bot.dialogue.session import REMEMBERED, Session
from bot.dialogue.understanding import DROPS_PER_DAY
from bot.intake.sealing import Sealer
from bot.keys import NoValidKey
from bot.server.duties import duties
from bot.store.errors import StorageError
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload


def session_file(house: House) -> Path:
    (file,) = (house.folder / "runtime" / "sessions").iterdir()
    return file


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\x00", b"[]", b"{}", b'{"state": {"album": null, "phase": "later"}}', b"null", b"9" * 9],
)
async def test_a_session_that_cannot_be_read_costs_its_draft_and_not_the_chat(
    house: House, content: bytes
) -> None:
    await tell_all(house, Press("language:es"), Text("antes"))
    session_file(house).write_bytes(content)
    await house.tell(Text("después"))
    said = [text for text, _ in house.chat.said]
    assert "is gone" in said[-2], "what is lost must be told"
    assert "Locked" in said[-1]
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == ["después".encode()]


async def test_a_session_of_a_newer_silbo_is_like_one_that_cannot_be_read(house: House) -> None:
    await house.tell(Text("antes"))
    file = session_file(house)
    file.write_bytes(file.read_bytes().replace(b'"slots"', b'"later": 1, "slots"'))
    await house.dialogue.apologise(Update("42", "x", Edited(), None, None), house.chat)
    await house.tell(Text("después"))
    assert "Locked" in house.chat.last


async def test_an_answer_that_can_never_be_given_does_not_silence_the_chat(house: House) -> None:
    house.chat.fail = 3
    for _ in range(3):
        with pytest.raises(ConnectionError):
            await house.tell(Text("hola"), update_id="same")
    await house.dialogue.apologise(Update("42", "same", Text("hola"), None, None), house.chat)
    assert not house.chat.said, "what is here already is not asked for again"
    house.chat.fail = 3
    for _ in range(3):
        with pytest.raises(ConnectionError):
            await house.tell(Command("review"), update_id="next")
    await house.dialogue.apologise(Update("42", "next", Command("review"), None, None), house.chat)
    assert [text.split(".")[0] for text, _ in house.chat.said] == [
        "I could not show you one of my answers here",
        "Ready to send to Union: 1 message",
    ]


async def test_what_could_not_be_answered_is_answered_with_the_next_message(house: House) -> None:
    house.chat.fail = 9
    for _ in range(9):
        with pytest.raises(ConnectionError):
            await house.tell(Text("hola"), update_id="same")
    await house.dialogue.apologise(Update("42", "same", Text("hola"), None, None), house.chat)
    await house.tell(Command("review"))
    assert [text.split(".")[0] for text, _ in house.chat.said] == [
        "Locked away: 1 message",
        "Ready to send to Union: 1 message",
    ]


async def test_a_runtime_folder_that_cannot_be_written_confirms_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("bot.runtime.RuntimeFolder.save", full)
        with pytest.raises(StorageError):
            await house.tell(Text("hola"), update_id="same")
        assert house.chat.said == []
    await house.tell(Text("hola"), update_id="same")
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 1


async def test_a_runtime_folder_wiped_while_running_confirms_nothing(house: House) -> None:
    await house.tell(Text("antes"))
    shutil.rmtree(house.folder / "runtime")
    with pytest.raises(StorageError):
        await house.tell(Text("hola"), update_id="same")
    assert len(house.chat.said) == 1


async def test_key_lists_that_end_are_warned_of_every_day_and_not_only_at_start(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    days = [date(2027, 3, 1), date(2027, 3, 1), date(2027, 3, 2)]

    async def sleep(_: float) -> None:
        days.pop(0)
        if not days:
            raise KeyError

    monkeypatch.setattr("bot.server.duties.today", lambda: days[0])
    monkeypatch.setattr("bot.server.duties.asyncio.sleep", sleep)
    with pytest.raises(KeyError):
        await duties(house.store, house.runtime, house.receivers(), 90)
    assert caplog.text.count("no key that is valid today") == 2


async def test_the_hourly_duties_outlive_a_runtime_folder_that_is_gone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []

    async def sleep(_: float) -> None:
        rounds.append(1)
        if len(rounds) == 2:
            raise KeyError

    monkeypatch.setattr("bot.server.duties.asyncio.sleep", sleep)
    await house.tell(Text("viejo"))
    shutil.rmtree(house.folder / "runtime")
    swept: list[int] = []

    async def sweep(*_: object, **__: object) -> None:
        swept.append(1)

    monkeypatch.setattr(house.store, "sweep", sweep)
    with pytest.raises(KeyError):
        await duties(house.store, house.runtime, house.receivers(), 90)
    assert len(swept) == 2


@pytest.mark.parametrize("hours", [0, 25])
async def test_a_drop_that_was_sent_is_never_called_discarded(house: House, hours: int) -> None:
    """It was committed, the process killed before the session was saved, and the update never came again."""
    await tell_all(house, Text("hola"), Press("review"))
    kept = session_file(house).read_bytes()
    await house.tell(Press("send"))
    session_file(house).write_bytes(kept)
    house.clock.pass_(hours=hours)
    said = len(house.chat.said)
    await house.tell(Press("discard_now"))
    told = " ".join(text for text, _ in house.chat.said[said:])
    assert "Received" in told
    assert "not sent in 24 hours" not in told
    assert "Nothing was sent" not in told or hours  # with no draft left, there was nothing to discard
    assert len(await house.drops()) == 1
    await house.tell(Text("otra"))
    assert "Locked" in house.chat.last


async def test_a_picture_is_not_kept_where_its_caption_was_not(
    house: House, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key list is unreadable for an instant: nothing may end up in a draft that the chat let go of."""
    item = Sealer.item
    failures = [1]

    async def flicker(*given: Any) -> int:
        if failures:
            failures.pop()
            raise NoValidKey("unreadable")
        return await item(*given)

    monkeypatch.setattr(Sealer, "item", flicker)
    await house.tell(upload(photo, caption="mi caso"))
    assert len(house.chat.said) == 1
    assert "Nothing of this was kept" in house.chat.last
    await house.tell(Press("review"))
    assert "nothing to send" in house.chat.last


def test_what_is_said_of_one_picture_stays_when_the_album_goes_on() -> None:
    state = State(Phase.COLLECT, draft="d", told=("chat_deletion",))
    for notes in (("frames_dropped",), ()):
        state, effects = step(state, StoredFile("i", 1, (), notes, "g"))
    (say,) = effects
    assert isinstance(say, Say)
    assert say.notes == ("frames_dropped",)


async def test_a_clock_that_was_wrong_for_a_while_does_not_close_the_door_for_years(house: House) -> None:
    now = house.clock.now
    house.clock.now = now + timedelta(days=5)
    for _ in range(DROPS_PER_DAY):
        await tell_all(house, Text("x"), *SEND)
    house.clock.now = now
    await house.tell(Text("x"))
    assert "Locked" in house.chat.last


async def test_nothing_leads_from_a_chat_to_a_drop_that_was_sent(house: House, photo: bytes) -> None:
    """A thief of the running server has the key, the sessions and the database; update ids can be guessed."""
    await tell_all(house, Text("hola"), upload(photo, caption="pie"), *SEND)
    ids: set[str] = set()
    (drop,) = (await house.store.plan_batch(house.clock.day()) or pytest.fail("no drop")).drop_ids
    ids |= {drop, *(item.id for item in await house.store.items(drop))}
    tags = set(Session.load(session_file(house).read_bytes()).done)
    assert tags
    labels = ("drop", "words", "file", "manifest", "chat", "update")
    for _ in range(2):
        tags |= {house.runtime.tag(label, tag) for label in labels for tag in tags}
    assert not ids & tags
    assert not any(id_.encode() in session_file(house).read_bytes() for id_ in ids)


async def test_a_crash_at_the_first_item_of_a_draft_opens_no_second_one(house: House) -> None:
    await tell_all(house, Command("start"))
    save, saves = house.runtime.save, []

    def killed(tag: str, data: bytes) -> None:
        saves.append(tag)
        if len(saves) == 2:
            raise KeyboardInterrupt
        save(tag, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.runtime.RuntimeFolder.save", lambda _, tag, data: killed(tag, data))
        with pytest.raises(KeyboardInterrupt):
            await house.tell(Text("hola"), update_id="first")
    house.restart()
    await house.tell(Text("hola"), update_id="first")
    await tell_all(house, Text("otra"), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola", b"otra"]


async def test_a_flood_from_one_chat_does_not_grow_its_session_for_ever(house: House) -> None:
    """It is read and written with each update, while everybody else waits."""
    session = Session(State())
    for number in range(REMEMBERED * 2):
        session.done[f"{number:032x}"] = number
        session.messages.append(number)
    session.forget_old(REMEMBERED)
    assert list(session.done)[-1] == f"{REMEMBERED * 2 - 1:032x}"
    assert len(session.done) == len(session.messages) == REMEMBERED
    key = house.runtime.tag("chat", "telegram", "42")
    house.runtime.save(key, session.dump())
    await tell_all(house, Text("hola"), *SEND)
    assert "could not be deleted" in house.chat.last, "what we no longer know of, we can't delete"
    await tell_all(house, Text("hola"), *SEND)
    assert "Received" in house.chat.last


async def test_attack_a_memory_that_lost_a_chat_but_not_its_key_takes_nothing_from_the_next_drop(
    house: House, photo: bytes
) -> None:
    """What comes again was in a draft that nobody can go on with: it was called received, and never sent."""
    for event in (Text("hola"), upload(photo, kind="photo", caption="con esto")):
        await house.tell(event, update_id="same")
        session_file(house).unlink()
        await house.tell(event, update_id="same")
        await tell_all(house, *SEND)
        session_file(house).unlink()
    assert sorted(len(items) for _, items in await house.drops()) == [1, 2]


async def test_attack_a_memory_that_is_rolled_back_takes_no_chat_its_next_drafts(house: House) -> None:
    """Whoever has the Redis puts back what was there: both drafts that it knows of have gone since."""
    await house.tell(Text("uno"))
    before = session_file(house).read_bytes()
    await tell_all(house, *SEND, Text("dos"), *SEND)
    session_file(house).write_bytes(before)
    await tell_all(house, Text("tres"), Text("cuatro"), *SEND)
    contents = [content for _, items in await house.drops() for _, content in items]
    assert sorted(contents) == [b"cuatro", b"dos", b"uno"]
    assert "start again" in house.chat.said[6][0], "of the third it is said that it isn't here"
