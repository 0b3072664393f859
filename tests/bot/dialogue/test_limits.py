"""Limits: who sent too much waits, is told once how long, and who sent little is always heard."""

import pytest

from bot.channels.events import Command, Edited, Event, Press, Text, Update
from bot.dialogue.limits import ALL_PER_HOUR, CHAT_PER_HOUR, CROWDED_SECONDS, HOUR, NEWCOMER, SHARE, Limits
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import tell_all, upload
from tests.bot.intake.test_recordings import recording


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


async def test_attack_a_slow_file_behind_a_button_is_not_said_to_be_gone(house: House) -> None:
    """The voice as it is stays in the draft: "I did not keep it" would be false, and it would go."""
    voice = upload(recording()[:8044], kind="voice")
    await house.tell(voice)
    (disguise,) = [action for action in house.chat.actions if action.startswith("disguise:")]
    update = house.update(Press(disguise, voice))
    for _ in range(2):
        await house.dialogue.put_off(update, house.chat)
        house.restart()
    assert "I can't reach that voice any more. The disguise is on now" in house.chat.last
    assert f"leave_out:{disguise.partition(':')[2]}" in house.chat.actions
    assert len(house.chat.said) == 2
    assert house.session().state.options.disguise


async def test_a_change_that_is_put_off_leaves_what_was_there(house: House, photo: bytes) -> None:
    await tell_all(house, upload(photo), Text("hola"))
    changed = Update("42", "changed", Edited(upload(photo)), 1, "en")
    await house.dialogue.put_off(changed, house.chat)
    assert "What was there before your change is still here." in house.chat.last
    assert [thing.number for thing in house.session().state.things] == [1, 2]


async def test_a_change_that_was_stored_and_is_put_off_is_said_to_be_lost(house: House, photo: bytes) -> None:
    await tell_all(house, upload(photo), Text("hola"))
    sessions = house.folder / "runtime" / "sessions"
    before = {file.name: file.read_bytes() for file in sessions.iterdir()}
    changed = Update("42", "changed", Edited(upload(photo)), 1, "en")
    await house.dialogue.handle(changed, house.chat)  # broken off between the commit and the session
    for name, content in before.items():
        (sessions / name).write_bytes(content)
    await house.dialogue.put_off(changed, house.chat)
    assert "What was there before your change is gone, too." in house.chat.last
    assert [thing.number for thing in house.session().state.things] == [2]


@pytest.mark.parametrize("panic", [Command("x"), Text("mandarina")])
async def test_attack_in_panic_nothing_is_said_of_a_file_that_is_broken_off(
    house: House, photo: bytes, panic: Event
) -> None:
    house.told = {"panic": "mandarina"}
    house.restart()
    await house.tell(Text("hola"))
    said = len(house.chat.said)
    update = house.update(upload(photo, caption="quien soy"))
    await house.dialogue.put_off(update, house.chat, quiet=True)
    house.restart()
    last = house.update(panic)
    assert house.dialogue.panics(last)
    assert house.dialogue.admit(last, 300, crowded=True), "behind thirty albums, too"
    await house.dialogue.handle(last, house.chat)
    await house.dialogue.settled()
    assert len(house.chat.said) == said
    assert {1, 2, 3} <= set(house.chat.forgotten)
    assert await house.store.used() == {}
