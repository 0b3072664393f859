"""What a tired source, a flood and a crash did to the list, the questions and the room."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.channels.events import Edited, Event, Press, Text, Update, Upload
from bot.conversation.questions import ANSWERS_PER_DRAFT
from bot.dialogue.allowance import count, hours_to_wait
from bot.intake.quota import Full, Limits
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, edit, tell_all, upload
from tests.bot.dialogue.test_questions import COUNTRY, asking
from tests.bot.dialogue.test_quota import MB, quota

__all__ = ["asking"]


async def sent(house: House) -> list[str]:
    ((_, items),) = await house.sent()
    return [content.decode() for _, content in items]


@pytest.mark.parametrize("way", ["number", "button"])
async def test_attack_the_last_thing_is_taken_out_of_the_list_and_answers_stay(
    asking: House, way: str
) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("Colombia"), Press("pass_all"))
    out = next(action for action in asking.chat.actions if action.startswith("take_out:1:"))
    await asking.tell(Text("1") if way == "number" else Press(out))
    assert asking.chat.last.startswith("Deleted: 1 (message, 1 word). It will not be sent.")
    assert "1 answer" in asking.chat.last
    await asking.tell(Press("send"))
    assert await sent(asking) == ["Which country do you work in?\n\nColombia"]


async def test_attack_the_last_answer_is_taken_back_and_an_empty_draft_is_none(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("Colombia"), Press("pass_all"))
    await tell_all(asking, Text("1"), Press("questions"), Press(f"unanswer:{COUNTRY.key}"))
    draft = asking.session().state.draft
    assert draft is None
    await asking.tell(Press("send"))
    assert "Nothing is waiting" in asking.chat.last
    assert await asking.sent() == []


async def test_attack_an_answer_goes_on_for_ever(asking: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversation.questions.ANSWERS_PER_DRAFT", 3)
    assert ANSWERS_PER_DRAFT <= 100
    await tell_all(asking, Text("uno"), Press("review"), *(Text(f"{n}" * 3600) for n in range(4)))
    assert "I did not keep this last one" in asking.chat.last
    assert len(asking.session().state.answers) == 3
    await tell_all(asking, Press(f"next:{COUNTRY.key}"), Press("pass_all"), Press("send"))
    assert len(await sent(asking)) == 4


async def test_attack_answers_fill_what_nothing_else_may(asking: House) -> None:
    """They count for the chat's day and for the server's room, as words do."""
    asking.chat_bytes = 40_000
    asking.restart()
    await tell_all(asking, Text("uno"), Press("review"), Text("x" * 20_000), Text("y" * 20_000))
    assert "Hours until you can send more" in asking.chat.last
    asking.chat_bytes = 10 * MB
    asking.quota = quota(asking, Limits(total=1))
    asking.restart()
    await asking.tell(Text("z" * 20_000))
    assert "There is no room here now" in asking.chat.last
    assert len(asking.session().state.answers) == 1
    await tell_all(asking, Press("pass_all"), Press("send"))
    assert "Received" in asking.chat.last


async def test_attack_two_open_drafts_race_for_the_last_room(house: House) -> None:
    room = quota(house, Limits(total=10 * MB, reserve=8 * MB))

    async def begun() -> bool:
        await asyncio.sleep(0)
        return True

    ends = await asyncio.gather(*(room.check([""], 4 * MB, begun) for _ in range(20)), return_exceptions=True)
    assert sum(end is None for end in ends) == 2
    assert sum(isinstance(end, Full) for end in ends) == 18


def test_attack_a_clock_set_back_lengthens_no_quota() -> None:
    hour = 3600
    taken = count({}, 1000, 123 * hour)
    assert hours_to_wait(taken, 1, 1000, 100 * hour) == 0
    slip = count({}, 1000, 100 * hour)
    assert hours_to_wait(slip, 1, 1000, 100 * hour - 1) == 25, "an hour's end back is no free day, and true"
    assert hours_to_wait(slip, 1, 1000, 124 * hour) == 0


async def test_attack_a_codename_in_place_of_a_caption_takes_the_old_caption_along(
    house: House, photo: bytes
) -> None:
    """Whoever wrote it over a name means that the name goes."""
    await tell_all(house, Text("uno"), *SEND)
    codename = house.chat.covered[-1]
    await house.tell(upload(photo, caption="my name is Ana"))
    message = house.updates
    await edit(house, message, upload(photo, caption=codename))
    await tell_all(house, *SEND)
    drops = await house.sent()
    assert sorted(len(items) for _, items in drops) == [1, 1]
    assert not any(content == b"my name is Ana" for _, items in drops for _, content in items)


async def give_up(house: House, event: Event, message: int) -> None:
    """An update that fails each time, until its source is told."""
    with pytest.raises(RuntimeError):
        await house.dialogue.handle(Update("42", "broken", event, message, None), house.chat)
    await house.dialogue.apologise(Update("42", "broken", event, message, None), house.chat)
    assert "Please send that message again" in house.chat.last


def breaking(caption: str) -> Upload:
    """A file at which something of ours breaks."""

    async def read() -> AsyncGenerator[bytes, None]:
        if caption:
            raise RuntimeError
        yield b""

    return Upload("photo", 1000, caption, None, read)


@pytest.mark.parametrize("begun", [True, False])
async def test_attack_the_caption_of_a_message_that_was_given_up_is_sent_unseen(
    house: House, begun: bool
) -> None:
    await tell_all(house, *[Text("uno")] * begun)
    await give_up(house, breaking("CAPTION"), 77)
    await tell_all(house, Text("dos"), *SEND)
    assert await sent(house) == ["uno"] * begun + ["dos"]


async def test_attack_an_edit_that_breaks_between_its_halves_is_listed_as_what_is_there(
    house: House, photo: bytes
) -> None:
    await tell_all(house, upload(photo, caption="my name is Ana"), Text("dos"))
    await give_up(house, Edited(breaking("no name")), 1)
    assert [thing.number for thing in house.session().state.things] == [2, 3]
    await tell_all(house, *SEND)
    assert "1 message and 1 clean file" in house.chat.last
    ((_, items),) = await house.sent()
    assert [content for _, content in items][1:] == [b"dos"]
