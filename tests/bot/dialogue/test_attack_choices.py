"""Attacks on what a source chose: options that change under a file in flight, previews that are not what
goes, originals that nobody asked for, and a custodian who is another one by now.

A webhook keeps no order after a crash: Telegram hands the next update out while it waits to repeat the first.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.events import Command, Press, Text, Update, Upload
from bot.conversation.state import State
from bot.dialogue.session import REDELIVERED, Session
from crypto.age import X25519Identity
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload
from tests.bot.intake.test_recordings import recording


def session_file(house: House) -> Path:
    (file,) = (house.folder / "runtime" / "sessions").iterdir()
    return file


async def killed(house: House, event: Upload, update_id: str) -> None:
    """The update is handled up to the commit of its item, and the process killed before the session knows."""
    save, saves = house.runtime.save, 0

    def die(tag: str, data: bytes) -> None:
        nonlocal saves
        saves += 1
        if saves == 2:
            raise KeyboardInterrupt
        save(tag, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.runtime.RuntimeFolder.save", lambda _, tag, data: die(tag, data))
        with pytest.raises(KeyboardInterrupt):
            await house.tell(event, update_id=update_id)
    house.restart()


def voice() -> Upload:
    return upload(recording(), kind="voice")


async def test_a_voice_sealed_as_it_was_is_never_passed_off_as_disguised(house: House) -> None:
    """Stored, killed, the disguise turned on, repeated: what was heard disguised must not go undisguised."""
    await house.tell(Text("hola"))
    await killed(house, voice(), "voice")
    await tell_all(house, Press("on:disguise"))
    await house.tell(voice(), update_id="voice")
    assert house.chat.played == []
    assert "People can recognize this voice" in house.chat.last
    await house.tell(Press("review"))
    assert "NOT disguised" in house.chat.last


async def test_a_disguise_asked_for_is_kept_when_it_is_turned_off_before_the_repetition(house: House) -> None:
    """Sealed as waiting; if it were counted as kept, the source would be told of a file that does not go."""
    await tell_all(house, Text("hola"), Press("on:disguise"))
    await killed(house, voice(), "voice")
    await tell_all(house, Press("off:disguise"))
    said = await house.tell(voice(), update_id="voice")
    assert "how it will sound" in said.last
    await tell_all(house, Press(said.actions[0]), *SEND)
    assert "1 clean file" in house.chat.last
    ((_, (_, (item, _))),) = await house.drops()
    assert item.notes == ("disguised",)


async def undisguised_again(house: House) -> Upload:
    await house.tell(Press("off:disguise"))
    return voice()


async def another_file(house: House) -> Upload:
    return upload(recording()[:16_000], kind="voice")


@pytest.mark.parametrize("swap", [undisguised_again, another_file])
async def test_what_is_heard_is_what_was_sealed_or_nothing_is_heard(
    house: House, swap: Callable[[House], Awaitable[Upload]]
) -> None:
    """The preview is made again after a crash: from another file, or with other options."""
    await tell_all(house, Text("hola"), Press("on:disguise"))
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await house.tell(voice(), update_id="voice")
    house.restart()
    owed = Session.load(session_file(house).read_bytes()).outbox
    again = await swap(house)
    session = Session.load(session_file(house).read_bytes())
    session.outbox = owed  # as if the press had been answered by another process
    house.runtime.save(session_file(house).name, session.dump())
    await house.tell(again, update_id="voice")
    assert house.chat.played == []
    assert "can't play it" in house.chat.last


async def test_an_original_goes_only_if_the_source_was_told_of_it(
    house_with_custodian: House, photo: bytes
) -> None:
    """Sealed, killed before it was told, turned off, repeated."""
    house = house_with_custodian
    await tell_all(house, Text("hola"), Press("on:original"))
    await killed(house, upload(photo), "photo")
    await house.tell(Press("off:original"))
    await house.tell(upload(photo), update_id="photo")
    assert "untouched original" not in house.chat.last
    await tell_all(house, *SEND)
    assert "original" not in house.chat.last
    ((manifest, _),) = await house.drops()
    assert [item.audience for item in manifest.items] == ["reviewers", "reviewers"]


async def test_an_original_whose_copy_was_stored_and_itself_not_is_stored_by_the_repetition(
    house_with_custodian: House, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_with_custodian
    await tell_all(house, Text("hola"), Press("on:original"))
    with monkeypatch.context() as patch:
        stage, stages = house.store.stage, []

        def die() -> object:
            stages.append(1)
            if len(stages) == 2:
                raise KeyboardInterrupt
            return stage()

        patch.setattr(house.store, "stage", die)
        with pytest.raises(KeyboardInterrupt):
            await house.tell(upload(photo), update_id="photo")
    house.restart()
    await house.tell(upload(photo), update_id="photo")
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [item.cleaning for item, _ in items] == ["text", "clean", "original"]


@pytest.mark.parametrize("successor", [X25519Identity.generate(), None])
async def test_no_original_goes_to_a_custodian_whom_the_source_did_not_choose(
    house_with_custodian: House, photo: bytes, successor: X25519Identity | None
) -> None:
    house = house_with_custodian
    await tell_all(house, Press("on:original"), upload(photo))
    house.custodian = successor
    house.restart()
    await tell_all(house, upload(photo))
    said = [text for text, _ in house.chat.said]
    assert "has changed" in said[-2]
    assert "untouched original" not in said[-1]
    await tell_all(house, *SEND)
    assert "original" not in house.chat.last
    ((manifest, _),) = await house.drops()
    assert [item.audience for item in manifest.items] == ["reviewers", "reviewers"]


async def test_a_voice_that_is_left_out_takes_its_original_along_when_the_desk_has_no_custodian_any_more(
    house_with_custodian: House,
) -> None:
    house = house_with_custodian
    await tell_all(house, Text("hola"), Press("on:original"), voice())
    leave_out = house.chat.actions[1]
    house.custodian = None
    house.restart()
    await tell_all(house, Press(leave_out), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola"]


async def test_options_do_not_cross_to_another_chat(house_with_custodian: House, photo: bytes) -> None:
    house = house_with_custodian
    await tell_all(house, Press("on:original"), Press("on:disguise"), upload(photo))
    await house.tell(voice(), chat="43")
    assert house.chat.played == []
    assert "untouched original" not in house.chat.last
    await house.tell(Press("review"), chat="43")
    assert "Turned on" not in house.chat.last


async def test_after_a_day_originals_are_not_enclosed_any_more_and_a_disguise_stays(
    house_with_custodian: House,
) -> None:
    house = house_with_custodian
    await tell_all(house, Press("on:original"), Press("on:color"), Press("on:disguise"), Text("antes"))
    house.clock.pass_(hours=24.5)
    await house.tell(voice())
    expired = house.chat.said[-2][0]
    assert "turned off again" in expired
    assert "Turned on: disguised voice." in expired
    assert len(house.chat.played) == 1
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    ((_, ((item, _),)),) = await house.drops()
    assert item.notes == ("disguised",)


@pytest.mark.parametrize("kind", ["document", "voice"])
async def test_a_file_that_can_not_be_cleaned_does_not_pass_for_disguised(house: House, kind: str) -> None:
    await house.tell(upload(b"\x01\x02" + bytes(5000), kind=kind))
    assert "NOT disguised" not in house.chat.last, "nobody asked for it"
    await tell_all(house, Press("on:disguise"), upload(b"\x01\x02" + bytes(5000), kind=kind))
    assert "that voice is NOT disguised" in house.chat.last


async def test_the_review_does_not_hide_a_voice_from_before_the_disguise(house: House) -> None:
    await tell_all(house, voice(), Press("on:disguise"), Press("review"))
    assert "Turned on: disguised voice" in house.chat.last
    assert "at least one voice in it is NOT disguised" in house.chat.last


async def test_send_pressed_in_panic_again_and_again_sends_once_and_does_not_frighten(house: House) -> None:
    await tell_all(house, Text("hola"), Press("review"), *[Press("send")] * 5)
    assert sum("Received" in text and "Only Union" in text for text, _ in house.chat.said) == 1
    assert "Nothing is waiting here now" in house.chat.last
    assert len(await house.drops()) == 1


async def test_fifty_voices_at_once_wait_one_by_one_and_all_can_be_discarded(house: House) -> None:
    short = upload(recording()[:4044], kind="voice")
    await house.tell(Press("on:disguise"))
    for number in range(50):
        await house.tell(short, update_id=f"v{number}", more=number < 49)
    assert len(house.chat.played) == 50
    await tell_all(house, *SEND)
    assert "one more answer" in house.chat.last
    assert await house.drops() == []
    await tell_all(house, Press("discard_now"), *SEND)
    assert await house.drops() == []
    previews = {2000 + number for number in range(1, 51)}
    assert previews <= set(house.chat.forgotten), "no preview stays in the chat"


async def test_the_apology_is_deleted_at_the_end_as_well(house: House) -> None:
    await house.dialogue.apologise(Update("42", "x", Text("hola"), None, None), house.chat)
    apology = 1000 + len(house.chat.said)
    await tell_all(house, Text("hola"), *SEND)
    assert apology in house.chat.forgotten


async def test_a_voice_that_went_is_never_called_deleted(house: House) -> None:
    """Sent, killed before the session knew; then an old button is pressed."""
    await tell_all(house, Text("hola"), voice())
    leave_out = house.chat.actions[1]
    await house.tell(Press("review"))
    before = session_file(house).read_bytes()
    await house.tell(Press("send"))
    session_file(house).write_bytes(before)
    said = len(house.chat.said)
    await house.tell(Press(leave_out))
    told = " ".join(text for text, _ in house.chat.said[said:])
    assert "Received" in told
    assert "Deleted" not in told


async def test_buttons_made_up_or_of_another_chat_change_nothing(house: House) -> None:
    await tell_all(house, Press("on:disguise"), voice())
    keep, leave_out = house.chat.actions
    before = session_file(house).read_bytes()
    made_up = (
        "on:original",
        "on:",
        "on:gray",
        "ask:pdf",
        "off:original",
        "language:../../etc",
        "keep:",
        "as_is:",
    )
    for action in (
        keep,
        leave_out,
        keep.replace("keep", "as_is"),
        *made_up,
        "x" * 9999,
        "\x00",
        "on:disguise\n",
    ):
        await house.tell(Press(action), chat="99")
    own = Session.load(house.runtime.load(house.runtime.tag("chat", "telegram", "99")) or b"")
    assert own.state == State()
    assert before in [file.read_bytes() for file in (house.folder / "runtime" / "sessions").iterdir()]


def test_updates_that_broke_off_do_not_fill_a_session() -> None:
    session = Session(State())
    session.begun = {f"{number:032x}": replace(State().options, lower=True) for number in range(500)}
    session.forget_old(0)
    assert len(session.begun) == REDELIVERED
    assert Session.load(session.dump()).begun == session.begun


@pytest.mark.parametrize("hours", [0, 30])
async def test_whoever_goes_on_after_a_power_off_or_a_day_is_told_what_is_gone(
    house: House, hours: int
) -> None:
    """The draft and the disguise are gone with the runtime folder; the next voice must not go on as if."""
    await tell_all(house, Command("start"), Press("on:disguise"), Text("hola"))
    assert "nothing from before" not in " ".join(text for text, _ in house.chat.said)
    house.clock.pass_(hours=hours)
    session_file(house).unlink()
    house.restart()
    await house.tell(voice())
    assert "all options are off" in house.chat.last
    assert "People can recognize this voice" in house.chat.last
    await house.tell(Text("y"))
    assert "all options are off" not in house.chat.last, "once is enough"
    session_file(house).unlink()
    await house.tell(Press("send"))
    assert "what you had not sent is gone" in house.chat.last


async def test_a_preview_of_which_nobody_knows_the_number_is_told_of_at_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after Telegram took the voice and before its id was written down: it stays in the chat."""
    await house.tell(Press("on:disguise"))
    with monkeypatch.context() as patch:
        saved = house.runtime.save
        kill = False

        async def play(content: bytes, media_type: str) -> int:
            nonlocal kill
            kill = True
            return 777

        def save(tag: str, data: bytes) -> None:
            if kill:
                raise KeyboardInterrupt
            saved(tag, data)

        patch.setattr("bot.runtime.RuntimeFolder.save", lambda _, tag, data: save(tag, data))
        patch.setattr(house.chat.__class__, "play", lambda _, content, media_type: play(content, media_type))
        with pytest.raises(KeyboardInterrupt):
            await house.tell(voice(), update_id="voice")
    house.restart()
    await house.tell(voice(), update_id="voice")
    assert len(house.chat.played) == 1
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    assert 777 not in house.chat.forgotten
    assert "Please delete this chat yourself" in house.chat.last


async def test_a_preview_that_failed_and_came_again_is_not_called_undeletable(house: House) -> None:
    await house.tell(Press("on:disguise"))
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await house.tell(voice(), update_id="voice")
    await house.tell(voice(), update_id="voice")
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    assert "Received" in house.chat.last


async def test_a_disguise_beside_an_original_does_not_hide_that_the_real_voice_goes(
    house_with_custodian: House,
) -> None:
    house = house_with_custodian
    await tell_all(house, Press("ask:original"))
    assert "your real voice" in house.chat.last
    await tell_all(house, Press("on:original"), Press("on:disguise"), Text("hola"), voice())
    assert "WITH THE REAL VOICE" in house.chat.last
    _, leave_out = house.chat.actions
    await tell_all(house, Press(leave_out), Press("off:original"), voice())
    assert "original" not in house.chat.last
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    ((manifest, items),) = await house.drops()
    assert [item.audience for item in manifest.items] == ["reviewers"] * 2
    assert [item.notes for item, _ in items] == [(), ("disguised",)]
