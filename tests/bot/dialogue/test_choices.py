"""What a source turns on, on a whole desk: disguised voices that are heard first, PDF styles, originals."""

from dataclasses import replace
from hashlib import sha256

import pytest

from bot.channels.events import Command, Press, Text, Update
from bot.dialogue.session import Session
from bot.intake import Intake, Preview
from bot.server.duties import warn_of_another_kind
from crypto.age import HybridIdentity, X25519Identity, decrypt
from crypto.errors import CryptoError
from scrub.report import Choices
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload
from tests.bot.intake.test_recordings import recording
from tests.scrub.fates import choices_asked
from tests.scrub.pdf_files import document

ON = Press("on:disguise")


async def disguised(house: House, update_id: str = "voice") -> tuple[str, str]:
    """Turn the disguise on and send a voice message; return the two buttons of the question."""
    await tell_all(house, Command("options"), Press("ask:disguise"), ON)
    said = await house.tell(upload(recording(), kind="voice"), update_id=update_id)
    keep, leave_out = said.actions
    return keep, leave_out


async def test_a_disguised_voice_is_heard_and_kept(house: House) -> None:
    keep, _ = await disguised(house)
    assert "how it will sound" in house.chat.last
    assert "is disguised" in house.chat.last
    ((heard, media_type),) = house.chat.played
    assert media_type == "audio/ogg"
    await tell_all(house, Press(keep), *SEND)
    ((_, ((item, content),)),) = await house.drops()
    assert content == heard, "what was heard is what goes"
    assert (item.cleaning, item.notes) == ("clean", ("disguised",))
    assert 2001 in house.chat.forgotten, "the preview is deleted like every other message"


async def test_a_disguised_voice_that_nobody_confirmed_never_leaves(house: House) -> None:
    await disguised(house)
    await tell_all(house, Text("hola"), *SEND)
    assert "one more answer" in house.chat.last
    assert await house.drops() == []
    # Even a session that lost the question does not make the store pass on what waits.
    file = next((house.folder / "runtime" / "sessions").iterdir())
    session = Session.load(file.read_bytes())
    session.state = replace(session.state, disguised=())
    file.write_bytes(session.dump())
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola"]


async def test_a_disguised_voice_that_is_left_out_is_gone(house: House) -> None:
    _, leave_out = await disguised(house)
    await tell_all(house, Text("hola"), Press(leave_out), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola"]


async def test_each_message_has_a_disguise_of_its_own(house: House) -> None:
    await disguised(house, "one")
    await disguised(house, "two")
    (one, _), (two, _) = house.chat.played
    assert one != two


async def test_a_repeated_update_plays_and_stores_the_same_bytes(house: House) -> None:
    """A crash before the question went out: the preview is made again, and is what was sealed."""
    await tell_all(house, Command("options"), ON)
    house.chat.fail = 1
    voice = upload(recording(), kind="voice")
    with pytest.raises(ConnectionError):
        await house.tell(voice, update_id="voice")
    house.restart()
    await house.tell(voice, update_id="voice")
    await house.tell(voice, update_id="voice")
    ((heard, _),) = house.chat.played
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    ((_, ((_, content),)),) = await house.drops()
    assert content == heard


async def test_a_crash_between_commit_and_session_seals_the_same_disguise(house: House) -> None:
    await tell_all(house, Command("options"), ON)
    session = next((house.folder / "runtime" / "sessions").iterdir())
    before = session.read_bytes()
    await house.tell(upload(recording(), kind="voice"), update_id="voice")
    session.write_bytes(before)
    house.restart()
    await house.tell(upload(recording(), kind="voice"), update_id="voice")
    (first, _), (second, _) = house.chat.played
    assert first == second
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [first]


async def test_whoever_can_not_hear_it_is_told_and_not_pushed(house: House) -> None:
    house.chat.deaf = True
    await tell_all(house, Command("options"), ON)
    said = await house.tell(upload(recording(), kind="voice"))
    assert "can't play it" in said.last
    leave_out, keep = said.actions
    assert leave_out.startswith("leave_out:")
    await tell_all(house, Press(keep), *SEND)
    assert "Received: 1 clean file" in house.chat.last


async def test_a_preview_that_can_never_be_sent_loses_neither_the_item_nor_the_question(house: House) -> None:
    await tell_all(house, Command("options"), ON)
    house.chat.fail = 3
    voice = upload(recording(), kind="voice")
    for _ in range(3):
        with pytest.raises(ConnectionError):
            await house.tell(voice, update_id="voice")
    await house.dialogue.apologise(Update("42", "voice", voice, None, None), house.chat)
    assert not any("went wrong" in text for text, _ in house.chat.said)
    await house.tell(Text("hola"))
    (question,) = [actions for text, actions in house.chat.said if "can't play it" in text]
    await tell_all(house, Press(question[1]), *SEND)
    ((_, items),) = await house.drops()
    assert sorted(item.kind for item, _ in items) == ["file", "text"]


async def test_a_download_that_fails_on_the_second_try_still_asks(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The item is sealed and the session says so, but the preview can't be made again."""
    await tell_all(house, Command("options"), ON)
    house.chat.fail = 1
    voice = upload(recording(), kind="voice")
    with pytest.raises(ConnectionError):
        await house.tell(voice, update_id="voice")
    house.restart()
    broken = upload(b"", kind="voice")

    async def none(self: Intake, *_: object) -> tuple[Preview, ...]:
        return ()

    monkeypatch.setattr(Intake, "previews", none)
    await house.tell(broken, update_id="voice")
    assert "can't play it" in house.chat.last
    assert house.chat.played == []


async def test_a_voice_that_is_not_disguised_can_be_left_out_and_sent_again(house: House) -> None:
    await tell_all(house, Text("hola"), upload(recording(), kind="voice"))
    leave_out = house.chat.actions[1]
    await tell_all(house, Press(leave_out), ON, upload(recording(), kind="voice"))
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    ((_, items),) = await house.drops()
    assert [item.notes for item, _ in items] == [(), ("disguised",)]


async def test_two_voices_in_a_burst_keep_a_button_each(house: House) -> None:
    for _ in range(2):
        await house.tell(upload(recording(), kind="voice"), more=True)
    await house.tell(Text("hola"))
    buttons = [action for _, actions in house.chat.said for action in actions]
    for start in ("disguise:", "leave_out:"):
        assert len({button for button in buttons if button.startswith(start)}) == 2


async def test_the_options_reach_the_scrubber_until_the_draft_is_sent(
    house: House, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = choices_asked(monkeypatch)
    await tell_all(house, Press("on:lower"), Press("on:searchable"), upload(photo))
    house.restart()
    await tell_all(house, Press("on:color"), upload(document(b"")), Press("off:lower"), upload(photo), *SEND)
    await house.tell(upload(photo))
    assert asked == [
        Choices(lower_resolution=True, pdf="searchable"),
        Choices(lower_resolution=True, pdf="color"),
        Choices(pdf="color"),
        Choices(),
    ]


async def test_the_review_tells_what_is_on(house: House) -> None:
    await tell_all(house, Press("on:disguise"), Press("on:color"), Text("hola"), Press("review"))
    assert "Turned on: disguised voice and PDFs in color." in house.chat.last


async def test_a_desk_without_a_custodian_takes_no_original(house: House, photo: bytes) -> None:
    await tell_all(house, Command("options"))
    assert not any("original" in action for action in house.chat.actions)
    await tell_all(house, Press("ask:original"), Press("on:original"), upload(photo), *SEND)
    ((manifest, _),) = await house.drops()
    assert [item.audience for item in manifest.items] == ["reviewers"]


async def test_an_original_is_sealed_for_the_custodian_alone(
    house_with_custodian: House, photo: bytes
) -> None:
    house = house_with_custodian
    await tell_all(house, upload(photo), Command("options"), Press("ask:original"))
    assert "The original holds everything" in house.chat.last
    assert "the notary" in house.chat.last
    await tell_all(house, Press("on:original"), upload(photo), Text("hola"), Press("review"))
    assert "1 untouched original, for the notary only" in house.chat.last
    await house.tell(Press("send"))
    ((manifest, items),) = await house.drops()
    assert [item.audience for item in manifest.items] == ["reviewers", "reviewers", "custodian", "reviewers"]
    (_, _, original, _) = items
    assert (original[0].cleaning, original[0].media_type, original[1]) == ("original", "image/jpeg", photo)
    assert original[0].sha256 == sha256(photo).digest()
    (drop_id,) = (await house.store.plan_batch(house.clock.day()) or pytest.fail("no drop")).drop_ids
    stored = await house.store.items(drop_id)
    assert {len(item.id) for item in stored} == {32}
    ciphertexts = [b"".join([piece async for piece in house.store.read(item.id)]) for item in stored]
    with pytest.raises(CryptoError):
        decrypt(ciphertexts[2], house.identities)
    stanzas = {text.split(b"\n---")[0].count(b"-> ") for text in ciphertexts}
    assert stanzas == {8}, "it has as many stanzas as the others"


async def test_an_original_leaves_with_the_voice_beside_it(house_with_custodian: House) -> None:
    house = house_with_custodian
    await house.tell(Press("on:original"))
    voice = upload(recording(), kind="voice")
    await tell_all(house, Text("hola"), voice)
    await tell_all(house, Press(house.chat.actions[1]), ON, voice)
    await tell_all(house, Press(house.chat.actions[1]), voice)
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    ((_, items),) = await house.drops()
    assert [item.cleaning for item, _ in items] == ["text", "clean", "original"]
    assert "1 untouched original" in house.chat.last


async def test_a_repeated_update_encloses_one_original(house_with_custodian: House, photo: bytes) -> None:
    house = house_with_custodian
    await house.tell(Press("on:original"))
    session = next((house.folder / "runtime" / "sessions").iterdir())
    before = session.read_bytes()
    for _ in range(2):
        await house.tell(upload(photo), update_id="same")
        session.write_bytes(before)
        house.restart()
    await house.tell(upload(photo), update_id="same")
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [item.cleaning for item, _ in items] == ["clean", "original"]


def test_an_operator_is_told_of_a_custodian_whose_items_stand_out(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    (receiver,) = house.receivers()
    for identity, warned in ((HybridIdentity.generate(), True), (X25519Identity.generate(), False)):
        caplog.clear()
        desk = replace(receiver.desk, custodian=identity.recipient())
        warn_of_another_kind(replace(receiver, desk=desk), house.clock.day())
        assert ("another kind" in caplog.text) == warned


async def test_what_was_refused_is_told_to_the_reviewers(house: House) -> None:
    await tell_all(house, upload(b"\xff\xd8\xff\xe0broken"), Text("hola"), upload(b""), *SEND)
    ((manifest, _),) = await house.drops()
    assert manifest.refused == ("truncated", "empty_file")


def test_a_preview_tells_nothing_in_its_repr() -> None:
    assert "CANARY" not in repr(Preview(b"CANARY", "audio/ogg"))


async def test_one_tap_disguises_a_voice_where_it_is(house: House) -> None:
    """The file is asked for again by the message that its acknowledgement answers."""
    voice = upload(recording(), kind="voice", caption="mi caso")
    await tell_all(house, Text("hola"), voice)
    _, _, plain = await kept_items(house)
    press = Press(next(action for action in house.chat.actions if action.startswith("disguise:")), voice)
    assert "press “Disguise this voice”" in house.chat.last
    await house.tell(press, update_id="tap")
    ((heard, _),) = house.chat.played
    assert "how it will sound" in house.chat.last
    assert plain not in house.everything_written(), "the voice as it was is gone, to the last byte"
    house.restart()
    await house.tell(press, update_id="tap")
    await tell_all(house, press)
    assert "answered that already" in house.chat.last
    session = house.session()
    assert not session.state.options.disguise, "it was about this voice"
    await tell_all(house, Press(f"keep:{session.state.disguised[0]}"), Press("review"))
    assert "3. voice message" in house.chat.last
    assert "voice disguised" in house.chat.last
    await house.tell(Press("send"))
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola", b"mi caso", heard]


async def kept_items(house: House) -> list[bytes]:
    """A piece of the ciphertext of each item of the draft."""
    draft = house.session().state.draft or ""
    items = await house.store.items(draft)
    return [b"".join([piece async for piece in house.store.read(item.id)])[500:600] for item in items]


async def test_attack_a_voice_that_cannot_be_disguised_stays_what_it_was(house: House, photo: bytes) -> None:
    """Neither a file that is none any more, nor another one, takes its place unasked."""
    await tell_all(house, Text("hola"), upload(recording(), kind="voice"))
    action = next(action for action in house.chat.actions if action.startswith("disguise:"))
    for content in (b"\x7fELF", photo):
        await house.tell(Press(action, upload(content, kind="voice")))
        assert "could not disguise" in house.chat.last
        assert house.chat.played == []
    await house.tell(Press(action))
    assert "send the voice once more" in house.chat.last
    assert house.session().state.options.disguise
    await tell_all(house, Press("disguise:nobody"), *SEND)
    ((_, (_, (voice, _))),) = await house.drops()
    assert "voice_remains" in voice.notes
