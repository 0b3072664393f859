"""Looking a draft over: a numbered list, and what is taken out of it is gone to the last byte."""

import pytest

from bot.channels.events import Event, Press, Text
from bot.conversation.reviewing import PAGE
from bot.store.errors import StorageError
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload


async def contents(house: House) -> list[bytes]:
    """What the reviewers get of the one drop."""
    ((_, items),) = await house.drops()
    return [content for _, content in items]


def numbered(house: House) -> list[str]:
    """The lines of the list that was shown last."""
    return [line for line in house.chat.last.split("\n") if line[:1].isdecimal()]


def button(house: House, start: str) -> Press:
    """The button that begins so, of those that were shown last."""
    return Press(next(action for action in house.chat.actions if action.startswith(start)))


async def test_the_list_tells_of_each_thing_and_of_no_word(house: House, photo: bytes) -> None:
    await tell_all(house, Text("they CANARY filmed us"), upload(photo, kind="photo"), Text("x " * 47))
    await house.tell(upload(b"\x7fELF" + bytes(3000)))
    await tell_all(house, button(house, "as_is:"), Press("review"))
    removed = "Removed: the model of the phone or camera, the date and time, a name of a person"
    first, second, *rest = numbered(house)
    assert first == "1. message, 4 words"
    assert second.startswith("2. photo, ")
    assert removed.split(", ", maxsplit=1)[0] in second
    assert rest == ["3. message, 50 words", "4. file, 2 kB, not cleaned"]
    assert b"CANARY" not in house.everything_written()


@pytest.mark.parametrize("way", ["number", "words", "button"])
async def test_what_is_taken_out_is_named_and_the_others_keep_their_numbers(house: House, way: str) -> None:
    await tell_all(house, Text("uno"), Text("dos y"), Text("tres"), Press("review"))
    ways: dict[str, Event] = {
        "number": Text("2"),
        "words": Text("delete 2."),
        "button": button(house, "take_out:2:"),
    }
    said = len(house.chat.said)
    await house.tell(ways[way])
    assert house.chat.last.startswith("Deleted: 2 (message, 2 words). It will not be sent.\n\nReady to send")
    assert numbered(house) == ["1. message, 1 word", "3. message, 1 word"]
    assert len(house.chat.said) == said + 1
    assert house.chat.edited == ([house.updates] if way == "button" else []), "in the list's own place"
    await house.tell(Press("send"))
    assert await contents(house) == [b"uno", b"tres"]


async def test_attack_a_number_is_testimony_where_no_list_was_shown(house: House) -> None:
    await tell_all(house, Text("uno"), Text("1"), *SEND)
    assert await contents(house) == [b"uno", b"1"]
    await tell_all(house, Text("delete 1"), *SEND)
    assert [b"delete 1"] in [[content for _, content in items] for _, items in await house.sent()]


async def test_attack_a_number_that_no_list_has_is_testimony_too(house: House) -> None:
    await tell_all(house, Text("uno"), Press("review"), Text("39000"), Text("delete 9"), *SEND)
    assert "not in the list" in house.chat.said[-3][0]
    assert await contents(house) == [b"uno", b"39000"]


async def test_attack_what_was_taken_out_leaves_no_trace(house: House) -> None:
    """Neither in the database nor in its log, and its number leads nowhere."""
    await tell_all(house, Text("uno"), Text("dos"))
    draft = house.session().state.draft
    assert draft is not None
    _, second = await house.store.items(draft)
    sealed = b"".join([piece async for piece in house.store.read(second.id)])
    assert sealed[500:600] in house.everything_written()
    await tell_all(house, Press("review"), Text("2"))
    assert sealed[500:600] not in house.everything_written()
    assert second.id.encode() not in house.everything_written()
    await house.tell(Text("1"))
    assert await house.store.drop_state(draft) is None, "of an empty draft there is nothing"
    assert "Deleted: 1" in house.chat.last
    await house.tell(Press("send"))
    assert "Nothing is waiting" in house.chat.last


async def test_attack_the_same_thing_is_taken_out_twice(house: House) -> None:
    """By two taps on one button, by an old list, by its number: nothing else goes in its place."""
    await tell_all(house, Text("uno"), Text("dos"), Text("tres"), Press("review"))
    again = button(house, "take_out:2:")
    await tell_all(house, again, again)
    assert "not in the list any more" in house.chat.last
    await house.tell(Text("2"))
    assert "not in the list any more" in house.chat.last
    undo = Press(again.action.replace("take_out:2:", "undo:"))
    await tell_all(house, undo, Text("cuatro"), *SEND)
    assert await contents(house) == [b"uno", b"tres", b"cuatro"]


async def test_attack_a_button_of_an_old_list_means_what_it_meant(house: House) -> None:
    await tell_all(house, Text("uno"), Text("dos"), Text("tres"), Press("review"))
    old = {action: Press(action) for action in house.chat.actions if action.startswith("take_out:")}
    first, _, third = old.values()
    await tell_all(house, first, Text("cuatro"), third)
    assert numbered(house) == ["2. message, 1 word", "4. message, 1 word"]
    await tell_all(house, *SEND)
    assert await contents(house) == [b"dos", b"cuatro"]


async def test_undo_takes_out_what_came_last_by_a_button_or_in_words(house: House) -> None:
    await tell_all(house, Text("uno"), Text("dos"), Text("tres"))
    await house.tell(button(house, "undo:"))
    assert house.chat.last == "Deleted: 3 (message, 1 word). It will not be sent.\nSo far: 2 messages."
    await house.tell(Text("Deshacer"))
    assert "Deleted: 2 (" in house.chat.last
    await tell_all(house, Text("undo"), Text("undo"))
    assert "not in the list" in house.chat.last
    assert await house.drops() == []


async def test_killed_between_the_deletion_and_the_session_it_is_out_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell_all(house, Text("uno"), Text("dos"), Press("review"))
    press = button(house, "take_out:1:")
    sessions = house.folder / "runtime" / "sessions"
    before = {file.name: file.read_bytes() for file in sessions.iterdir()}
    await house.tell(press, update_id="out")
    for name, content in before.items():
        (sessions / name).write_bytes(content)
    house.restart()

    async def broken(*_: object) -> bool:
        raise StorageError("The database refused.")

    with monkeypatch.context() as patch:
        patch.setattr("bot.store.store.Store.remove", broken)
        with pytest.raises(StorageError):
            await house.tell(press, update_id="out")
    await house.tell(press, update_id="out")
    assert "Deleted: 1 (" in house.chat.last
    await house.tell(Press("send"))
    assert await contents(house) == [b"dos"]


async def test_each_acknowledgement_says_how_much_there_is_by_now(house: House, photo: bytes) -> None:
    await tell_all(house, Text("uno"), upload(photo), Text("dos"))
    totals = [line for text, _ in house.chat.said for line in text.split("\n") if line.startswith("So far")]
    assert totals == ["So far: 1 message and 1 clean file.", "So far: 2 messages and 1 clean file."]


async def test_a_long_list_has_pages_and_each_message_fits(house: House) -> None:
    for number in range(PAGE + 3):
        await house.tell(Text(f"line {number}"), more=True)
    await house.tell(Press("review"))
    assert len(numbered(house)) == PAGE
    await house.tell(button(house, "list:"))
    assert [line.split(".")[0] for line in numbered(house)] == ["21", "22", "23"]
    await house.tell(button(house, "take_out:22:"))
    assert [line.split(".")[0] for line in numbered(house)] == ["21", "23"]
    await house.tell(button(house, "list:"))
    assert len(numbered(house)) == PAGE
    await house.tell(Press("list:99999"))
    assert len(numbered(house)) == PAGE


async def test_a_file_that_waits_for_an_answer_is_taken_out_like_any_other(house: House) -> None:
    await tell_all(house, Text("uno"), upload(b"\x7fELF"))
    leave_out = button(house, "leave_out:")
    await house.tell(Text("undo"))
    assert "Deleted: 2 (file" in house.chat.last
    await tell_all(house, leave_out, *SEND)
    assert await contents(house) == [b"uno"]


async def test_an_answer_to_ones_own_message_takes_out_all_that_came_in_it(
    house: House, photo: bytes
) -> None:
    """Whoever doesn't know which number it is points at it: the list tells no words."""
    await tell_all(house, Text("uno"), upload(photo, kind="photo", caption="pie"), Text("tres"))
    await house.tell(Text("Borrar!", answering=2))
    assert house.chat.last.startswith("Deleted: 2 (message, 1 word), 3 (photo, ")
    await tell_all(house, Text("delete", answering=2), Press("more"))
    assert "Delete it all?" in house.chat.said[-2][0], (
        "that one is out already, and before all goes it is asked"
    )
    await tell_all(house, Text("no es cierto", answering=1), *SEND)
    assert await contents(house) == [b"uno", b"tres", b"no es cierto"]
