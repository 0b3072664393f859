"""A text whose letters are doubtful, on a whole desk: its source sees a line of each reading, and picks."""

from dataclasses import replace

import pytest

from bot.channels.events import Press, Text
from bot.dialogue.readings import MOST, lines_of
from bot.dialogue.session import Session
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload

POLISH = "Dzień dobry".encode("cp1250")


async def asked(house: House, data: bytes = POLISH, update_id: str = "text") -> list[str]:
    """Send the text; return the buttons of the question: one for each way to read it, and the last."""
    said = await house.tell(upload(data), update_id=update_id)
    return said.actions


async def test_a_doubtful_text_is_shown_and_the_right_one_goes(house: House) -> None:
    *reads, _ = await asked(house)
    assert "1) Dzień dobry" in house.chat.last
    assert "2) Dzieñ dobry" in house.chat.last
    assert len(reads) == 3
    await tell_all(house, Press(reads[0]), *SEND)
    ((_, ((item, content),)),) = await house.drops()
    assert content == "Dzień dobry\n".encode()
    assert item.cleaning == "clean"


async def test_the_second_line_is_as_good_as_the_first(house: House) -> None:
    _, second, *_ = await asked(house)
    await tell_all(house, Press(second), Press(second), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == ["Dzieñ dobry\n".encode()]


async def test_no_way_to_read_a_text_leaves_before_its_source_has_picked_one(house: House) -> None:
    await asked(house)
    await tell_all(house, Text("hola"), *SEND)
    assert "one more answer" in house.chat.last
    assert await house.drops() == []
    file = next((house.folder / "runtime" / "sessions").iterdir())
    session = Session.load(file.read_bytes())
    session.state = replace(session.state, readings=())
    file.write_bytes(session.dump())
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola"]


async def test_a_doubtful_text_that_is_left_out_is_gone_with_all_its_copies(house: House) -> None:
    *_, leave_out = await asked(house)
    await tell_all(house, Text("hola"), Press(leave_out), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola"]


async def test_nothing_of_the_text_is_in_the_session(house: House) -> None:
    await asked(house)
    file = next((house.folder / "runtime" / "sessions").iterdir())
    assert b"dobry" not in file.read_bytes()


async def test_a_crash_before_the_question_shows_what_was_sealed(house: House) -> None:
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await asked(house)
    house.restart()
    first, *_ = await asked(house)
    assert "1) Dzień dobry" in house.chat.last
    await tell_all(house, Press(first), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == ["Dzień dobry\n".encode()]


async def test_what_can_not_be_made_again_is_not_guessed(house: House) -> None:
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await asked(house)
    house.restart()
    (leave_out,) = await asked(house, "señal".encode("cp1252"))
    assert "can't show you" in house.chat.last
    await tell_all(house, Press(leave_out), Text("hola"), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola"]


def test_a_line_is_where_all_readings_differ() -> None:
    texts = ("uno\n" + "a " * 90 + "ń\nź b", "uno\n" + "a " * 90 + "ñ\nŸ b", "uno\n" + "a " * 90 + "ñ\nŹ b")
    assert lines_of(texts) == ["ź b", "Ÿ b", "Ź b"]
    assert lines_of(texts[:2])[0].endswith("a ń")
    assert all(len(line) <= MOST for line in lines_of(texts[:2]))
    assert lines_of(["igual\n", "igual\n"]) == ["igual", "igual"]
    assert lines_of(["sola\n"]) == ["sola"]
