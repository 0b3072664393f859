"""Somebody comes through the door: after `/x` or the desk's word the chat is empty, and the bot is silent."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.channels.events import Command, Event, Press, Text
from bot.conversation.state import State
from bot.dialogue.wording import Names, Wording
from bot.runtime import Drawer, RuntimeFolder
from bot.server.words import wording_of
from bot.settings import SettingsError
from tests.bot.conftest import House, RecordingChat
from tests.bot.dialogue.test_answers import replied, sent, unlocked
from tests.bot.dialogue.test_dialogue import SEND, tell_all

X = Command("x")


@pytest.fixture
def with_word(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return the same house; its desk has chosen the word "paraguas"."""

    def wording(desks: Sequence[object], mini: str) -> Wording:
        return Wording("", several={"": Names("Union", panic="paraguas")})

    monkeypatch.setattr("tests.bot.conftest.wording_of", wording)
    house.restart()
    return house


async def in_silence(house: House, event: Event = X) -> None:
    """Nothing is said, played or shown at `event`, and all that the chat held is asked to go."""
    chat = house.chat
    before = len(chat.said), len(chat.played), len(chat.covered)
    await house.tell(event)
    assert (len(chat.said), len(chat.played), len(chat.covered)) == before
    ours = {1000 + at for at in range(1, len(chat.said) + 1) if 1000 + at not in chat.edited}
    assert ours | {house.updates} <= set(chat.forgotten)


def knows_nothing(house: House) -> bool:
    session = house.session()
    held = (session.outbox, session.messages, session.slots, session.shown, session.said, session.replies)
    return session.state == State() and not any(held) and session.root == session.codename == ""


@pytest.mark.parametrize("event", [X, Text("Paraguas!")], ids=["x", "word"])
async def test_after_it_nothing_is_said_and_the_draft_is_gone_to_the_last_byte(
    with_word: House, photo: bytes, event: Event
) -> None:
    house = with_word
    await tell_all(house, Command("start"), Press("on:disguise"), Text("what they did"))
    draft = house.session().state.draft
    assert draft is not None
    (item,) = await house.store.items(draft)
    sealed = b"".join([piece async for piece in house.store.read(item.id)])
    assert sealed[500:600] in house.everything_written()
    await in_silence(house, event)
    assert knows_nothing(house)
    assert await house.store.items(draft) == ()
    written = house.everything_written()
    assert sealed[500:600] not in written
    assert draft.encode() not in written
    await house.tell(Command("start"))
    assert len(house.chat.said) == 4, "the greeting, and nothing else"


async def test_an_open_codename_its_replies_and_one_that_is_shown_are_gone(house: House) -> None:
    codename = await sent(house)
    await replied(house)
    await unlocked(house, codename)
    assert house.session().root
    await in_silence(house)
    assert knows_nothing(house)
    assert 3001 in house.chat.forgotten, (
        "the message with the codename does not wait for its quarter of an hour"
    )
    assert house.runtime.tags("deletions") == []


async def test_a_trial_and_the_question_for_a_codename_end_in_silence(with_word: House) -> None:
    for before in ((Command("trial"), Text("only a trial")), (Command("answers"),), (Command("trial"),)):
        await tell_all(with_word, *before)
        await in_silence(with_word, Text("paraguas"))
        assert knows_nothing(with_word)


async def test_what_can_not_be_deleted_is_not_told_not_even_at_the_next_message(house: House) -> None:
    house.chat.undeletable = 2
    await tell_all(house, Text("hola"))
    await in_silence(house)
    await house.tell(Command("start"))
    await house.tell(Command("start"))
    assert all("could not be deleted" not in said for said, _ in house.chat.said)
    assert house.runtime.tags("deletions") == []


async def test_what_was_left_before_is_not_told_after_it(house: House) -> None:
    house.chat.undeletable = 1
    await tell_all(house, Text("hola"), *SEND)
    said = len(house.chat.said)
    assert "could not be deleted" in house.chat.last
    await in_silence(house)
    await house.tell(Command("start"))
    assert len(house.chat.said) == said + 1


async def test_a_draft_that_was_too_old_is_not_told_of(house: House) -> None:
    await tell_all(house, Text("hola"))
    house.clock.pass_(hours=25)
    await in_silence(house)
    assert knows_nothing(house)


@pytest.mark.parametrize("write", range(1, 6))
async def test_killed_in_between_the_next_start_goes_on_in_silence(
    house: House, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    await tell_all(house, Text("hola"))
    save, writes = RuntimeFolder.save, 0

    def die(self: RuntimeFolder, tag: str, data: bytes, drawer: Drawer = "sessions") -> None:
        nonlocal writes
        writes += 1
        if writes == write:
            raise KeyboardInterrupt
        save(self, tag, data, drawer)

    with monkeypatch.context() as patch:
        patch.setattr(RuntimeFolder, "save", die)
        with suppress(KeyboardInterrupt):
            await house.tell(X, update_id="x", settle=False)
    house.restart()
    house.updates = 1  # it is the same message
    async with house.dialogue.deleting(lambda _: house.chat):
        await house.tell(X, update_id="x")
    assert len(house.chat.said) == 1
    assert knows_nothing(house)
    assert {1, 2, 1001} <= set(house.chat.forgotten)
    assert house.runtime.tags("deletions") == []


async def test_a_fault_is_not_told_of_either(house: House) -> None:
    chat = RecordingChat()
    for say in (house.dialogue.apologise, house.dialogue.delay, house.dialogue.turn_away):
        await say(house.update(X), chat)
    assert chat.said == []


async def test_the_word_in_a_longer_text_is_testimony(with_word: House) -> None:
    await tell_all(with_word, Text("paraguas rojo"), Text("They said: paraguas"), *SEND)
    ((_, items),) = await with_word.drops()
    assert [content for _, content in items] == [b"paraguas rojo", b"They said: paraguas"]


async def test_without_a_word_of_the_desk_no_word_is_one(house: House) -> None:
    await tell_all(house, Text("paraguas"))
    assert house.session().state.texts == 1


def test_a_word_that_asks_for_something_else_is_no_word_to_choose(house: House) -> None:
    desk = house.receivers()[0].desk
    assert wording_of([replace(desk, panic="regen")]).asked("REGEN.") == "panic"
    with pytest.raises(SettingsError, match="nothing else"):
        wording_of([replace(desk, panic="ayuda")])


async def test_no_more_codenames_can_be_tried_after_it(house: House) -> None:
    await unlocked(house, await sent(house))
    guesses = house.session().guesses
    await house.tell(X)
    assert house.session().guesses == guesses != []


async def test_a_clean_chat_says_what_stays_and_keeps_one_line(house: House) -> None:
    await tell_all(house, Text("hola"), *SEND)
    assert any("clean" in actions for _, actions in house.chat.said)
    await house.tell(Press("clean"))
    assert "two days" in house.chat.last
    last = 1000 + len(house.chat.said)
    assert set(house.chat.forgotten) == {*range(1, 5), *range(1001, last), 3001}
    assert len(await house.drops()) == 1


async def test_a_draft_is_lost_by_cleaning_only_after_a_question(house: House) -> None:
    await tell_all(house, Text("hola"), Command("help"))
    assert "clean" in house.chat.actions
    await house.tell(Command("clean"))
    assert "discard_now" in house.chat.actions
    assert house.session().state.draft
    await house.tell(Press("discard_now"))
    assert house.session().state == State()
    assert house.chat.last.startswith("All gone")


async def test_cleaning_ends_a_trial_and_an_open_codename(house: House) -> None:
    codename = await sent(house)
    await replied(house)
    await unlocked(house, codename)
    await house.tell(Command("clean"))
    assert house.session().root == ""
    await tell_all(house, Command("trial"), Text("a try"), Command("clean"))
    assert house.session().state == State()
    assert "two days" in house.chat.last
