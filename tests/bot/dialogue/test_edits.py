"""A message that is changed in the chat: what it is now takes the place of what it was, at any instant."""

from typing import NoReturn

import pytest

from bot.channels.events import Command, Edited, Press, Text
from bot.keys import NoValidKey
from bot.store.errors import StorageError
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, edit, tell_all, upload
from tests.bot.dialogue.test_reviewing import contents, numbered


async def sealed(house: House) -> list[bytes]:
    """A piece of the ciphertext of each item of the open draft."""
    draft = house.session().state.draft
    assert draft is not None
    items = await house.store.items(draft)
    return [b"".join([piece async for piece in house.store.read(item.id)])[500:600] for item in items]


async def test_attack_the_words_before_an_edit_are_gone_to_the_last_byte(house: House) -> None:
    await tell_all(house, Text("my name is Ana"), Text("more"))
    before, _ = await sealed(house)
    assert before in house.everything_written()
    await edit(house, 1, Text("I say no name"))
    assert "Your new words are number 1 now, and the old ones are deleted" in house.chat.last
    assert before not in house.everything_written()
    await house.tell(Press("review"))
    assert numbered(house) == ["1. message, 4 words", "2. message, 1 word"]
    await house.tell(Press("send"))
    assert await contents(house) == [b"I say no name", b"more"]


async def test_an_edit_after_sending_says_that_it_cannot_be_taken_back(house: House) -> None:
    await tell_all(house, Text("uno"), *SEND)
    await edit(house, 1, Text("dos"))
    assert "What was sent, I can't change" in house.chat.last
    assert "/answers" in house.chat.last
    assert await contents(house) == [b"uno"]
    await tell_all(house, Text("tres"))
    await edit(house, 1, Text("dos"))
    await tell_all(house, *SEND)
    assert [[content for _, content in items] for _, items in await house.sent()].count([b"tres"]) == 1


async def test_a_caption_and_its_file_are_changed_together(house: House, photo: bytes) -> None:
    await tell_all(house, upload(photo, caption="uno"), Text("end"))
    await edit(house, 1, upload(photo, caption="dos"))
    assert "takes the place" in house.chat.last
    await house.tell(Press("review"))
    assert [line[:2] for line in numbered(house)] == ["1.", "2.", "3."]
    await house.tell(Press("send"))
    first, _, last = await contents(house)
    assert (first, last) == (b"dos", b"end")


@pytest.mark.parametrize("words", ["caption taken away", "file taken away"])
async def test_what_a_message_does_not_hold_any_more_goes(house: House, photo: bytes, words: str) -> None:
    await tell_all(house, upload(photo, caption="uno"), Text("end"))
    await edit(house, 1, upload(photo) if words == "caption taken away" else Text("dos"))
    await tell_all(house, *SEND)
    found = await contents(house)
    assert len(found) == 2
    assert b"uno" not in found


async def test_a_change_that_is_not_taken_costs_nothing(house: House, photo: bytes) -> None:
    await tell_all(house, Text("uno"), upload(photo))
    await edit(house, 1, Text(" \n"))
    assert "What was there before your change is still here" in house.chat.last
    await edit(house, 2, upload(photo[:300]))
    assert "What was there before your change is still here" in house.chat.last
    await edit(house, 1, None)
    assert "can't take the change over" in house.chat.last
    await tell_all(house, *SEND)
    assert len(await contents(house)) == 2


async def test_killed_between_the_commit_and_the_session_an_edit_is_there_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell_all(house, Text("uno"), Text("otra"))
    sessions = house.folder / "runtime" / "sessions"
    before = {file.name: file.read_bytes() for file in sessions.iterdir()}
    update = house.update(Edited(Text("dos")))
    object.__setattr__(update, "message_id", 1)

    async def broken(*_: object) -> None:
        raise StorageError("The database refused.")

    with monkeypatch.context() as patch:
        patch.setattr("bot.store.writer.Writer.run", broken)
        with pytest.raises(StorageError):
            await house.dialogue.handle(update, house.chat)
    for _ in range(2):
        await house.dialogue.handle(update, house.chat)
        for name, content in before.items():
            (sessions / name).write_bytes(content)
        house.restart()
    await house.dialogue.handle(update, house.chat)
    await tell_all(house, *SEND)
    assert await contents(house) == [b"dos", b"otra"]


async def test_attack_a_codename_or_the_end_typed_into_an_old_message(house: House) -> None:
    """What is no testimony in a new message is none in a changed one, and a list is looked over again."""
    await tell_all(house, Text("uno"), Press("review"))
    await edit(house, 1, Text("abacus abdomen ability abrupt absorb acid acorn"))
    await edit(house, 1, Text("dos"))
    said = len(house.chat.said)
    await house.tell(Press("send"))
    assert "Ready to send" in house.chat.said[said][0], "changed since the list was shown"
    await house.tell(Press("send"))
    assert await contents(house) == [b"dos"]


async def test_own_names_and_numbers_are_pointed_at_once_and_go_all_the_same(house: House) -> None:
    await tell_all(house, Text("Ana wrote this", named=True))
    assert "your name seems to be in it" in house.chat.last
    await tell_all(house, Text("Ana again", named=True), Text("cedula 1.023.456.789"))
    assert "your name" not in house.chat.last
    assert "identity card" in house.chat.last
    await tell_all(house, Text("mi cedula 1023456789"), *SEND)
    assert "identity card" not in house.chat.said[-2][0]
    assert len(await contents(house)) == 4


async def test_who_says_who_they_are_reads_it_at_once(house: House) -> None:
    await tell_all(house, Text("My name is Ana Perez"))
    assert "your name seems to be in it" in house.chat.last
    await tell_all(house, Text("my passport is AB1234567"))
    assert "a badge or the like" in house.chat.last
    await tell_all(house, Text("call me at +57 310 123 4567"))
    assert "your phone number or address" in house.chat.last
    await tell_all(house, Text("I am Ana, and my badge number is 10234, my number 0917 123 4567"), *SEND)
    assert not any("Look once more" in text for text, _ in house.chat.said[-3:])


async def test_a_message_deleted_in_the_chat_is_told_of_once_a_draft(house: House, photo: bytes) -> None:
    await tell_all(house, upload(photo), Text("uno"), *SEND, Command("start"), Text("dos"))
    told = [text for text, _ in house.chat.said if "delete a message in this chat, I still have it" in text]
    assert len(told) == 2


async def test_an_edit_that_was_stored_killed_and_then_refused_leaves_the_list_true(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it took the place of is gone; the list counted it still, and the chat said that it was here."""
    await tell_all(house, Text("uno"), Text("otra"))
    sessions = house.folder / "runtime" / "sessions"
    before = {file.name: file.read_bytes() for file in sessions.iterdir()}
    update = house.update(Edited(Text("dos")))
    object.__setattr__(update, "message_id", 1)
    await house.dialogue.handle(update, house.chat)
    for name, content in before.items():
        (sessions / name).write_bytes(content)
    house.restart()
    with monkeypatch.context() as patch:
        patch.setattr("bot.keys.Reviewers.slots", no_key)
        await house.dialogue.handle(update, house.chat)
    assert "What was there before your change is gone, too." in house.chat.last
    state = house.session().state
    assert [thing.number for thing in state.things] == [2]
    assert (state.texts, state.items) == (1, 1)
    await tell_all(house, *SEND)
    assert await contents(house) == [b"otra"]


def no_key(*_: object) -> NoReturn:
    raise NoValidKey
