"""Limits: who sent too much waits, is told once how long, and who sent little is always heard."""

from bot.channels.events import Press, Text
from bot.dialogue.limits import ALL_PER_HOUR, CHAT_PER_HOUR, CROWDED_SECONDS, HOUR, NEWCOMER, SHARE, Limits
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import upload


def test_a_chat_has_its_share_while_others_may_be_out_of_sight() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0])
    assert all(limits.admits("a", waiting, crowded=False) for waiting in range(100))
    assert limits.admits("b", SHARE - 1, crowded=True)
    assert not limits.admits("b", SHARE, crowded=True)
    assert not limits.admits("b", 0, crowded=False), "the rest of the flood as well"
    assert limits.admits("c", 0, crowded=True)
    assert limits.minutes("b") == CROWDED_SECONDS // 60
    assert limits.minutes("b") is None, "it is told once"
    now[0] += CROWDED_SECONDS
    assert limits.admits("b", 0, crowded=False)


def test_a_chat_and_all_together_have_their_hour() -> None:
    now = [0.0]
    limits = Limits(lambda: now[0])
    assert all(limits.admits("a", 0, crowded=False) for _ in range(CHAT_PER_HOUR))
    assert not limits.admits("a", 0, crowded=False)
    assert limits.minutes("a") == 60
    for chat in range(ALL_PER_HOUR // CHAT_PER_HOUR - 1):
        assert all(limits.admits(f"of many {chat}", 0, crowded=False) for _ in range(NEWCOMER + 1))
        for _ in range(CHAT_PER_HOUR):
            limits.admits(f"of many {chat}", 0, crowded=False)
    assert not limits.admits("of many 1", 0, crowded=False)
    assert all(limits.admits("who sent little", 0, crowded=False) for _ in range(NEWCOMER))
    assert not limits.admits("who sent little", 0, crowded=False)
    now[0] += HOUR
    assert limits.admits("a", 0, crowded=False)


async def test_who_is_turned_away_is_told_and_what_was_said_goes_in_the_end(house: House) -> None:
    await house.tell(Text("hola"))
    for number in range(3):
        update = house.update(Text(f"too many {number}"))
        assert house.dialogue.admit(update, 0, crowded=False) or number
        assert not house.dialogue.admit(update, SHARE, crowded=True)
        await house.dialogue.turn_away(update, house.chat)
    assert [("lot at once" in said, "in 2 min" in said) for said, _ in house.chat.said[1:]] == [(True, True)]
    await house.tell(Press("discard_now"))
    assert {2, 3, 4, 1002} <= set(house.chat.forgotten)


async def test_a_file_that_is_put_off_is_not_kept_and_that_is_said_once(house: House, photo: bytes) -> None:
    await house.tell(Text("hola"))
    sessions = house.folder / "runtime" / "sessions"
    before = {file.name: file.read_bytes() for file in sessions.iterdir()}
    update = house.update(upload(photo, caption="la firma"))
    await house.dialogue.handle(update, house.chat)  # broken off between the commit and the session
    for name, content in before.items():
        (sessions / name).write_bytes(content)
    said = len(house.chat.said)
    for _ in range(2):  # killed before Telegram knew
        await house.dialogue.put_off(update, house.chat)
        house.restart()
    await house.dialogue.handle(update, house.chat)
    assert [text.split(".")[0] for text, _ in house.chat.said[said:]] == [
        "Your file comes very slowly, and others are waiting"
    ]
    await house.tell(Press("send"))
    await house.tell(Press("send"))
    ((_, items),) = await house.sent()
    assert [content for _, content in items] == [b"hola"]


async def test_what_is_stored_already_is_not_put_off(house: House, photo: bytes) -> None:
    update = house.update(upload(photo))
    await house.dialogue.handle(update, house.chat)
    said = house.chat.last
    await house.dialogue.put_off(update, house.chat)
    assert house.chat.last == said
    assert house.session().state.files == 1
