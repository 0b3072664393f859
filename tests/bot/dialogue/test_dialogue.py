"""The dialogue on real parts, update by update, with the crashes and repetitions that happen to it."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import NoReturn

import pytest

from bot.channels.events import (
    FILE_BYTES,
    Command,
    DownloadError,
    Edited,
    Event,
    Press,
    Text,
    TooBig,
    Unusable,
    Update,
    Upload,
)
from bot.conversation.effects import (
    Forget,
    ForgetReply,
    HideCodename,
    Play,
    Say,
    Show,
    ShowCodename,
    ShowReply,
)
from bot.conversation.options import Options
from bot.conversation.state import Album, Phase, State
from bot.conversation.table import ITEMS_PER_DRAFT
from bot.dialogue.session import LISTS, Session
from bot.dialogue.understanding import DROPS_PER_DAY
from bot.intake import TEXT_BYTES
from bot.keys import NoValidKey
from bot.store.errors import StorageError
from codes.languages import LANGUAGES
from tests.bot.conftest import House
from tests.scrub.pdf_files import document

SEND = (Press("review"), Press("send"))


def upload(
    content: bytes,
    *,
    kind: str = "document",
    size: int | None = -1,
    group: str | None = None,
    caption: str = "",
) -> Upload:
    async def read() -> AsyncGenerator[bytes, None]:
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    return Upload(kind, len(content) if size == -1 else size, caption or None, group, read)


async def tell_all(house: House, *events: Event) -> None:
    for event in events:
        await house.tell(event)


async def edit(house: House, message: int, content: Text | Upload | None, *, more: bool = False) -> None:
    """An earlier message of the chat is changed."""
    update = replace(house.update(Edited(content)), message_id=message, more=more)
    await house.dialogue.handle(update, house.chat)
    await house.dialogue.settled()


async def test_words_and_a_photo_arrive_as_a_drop(house: House, photo: bytes) -> None:
    await tell_all(house, Command("start"), Text("primero"), upload(photo), Text("segundo"), *SEND)
    ((manifest, items),) = await house.drops()
    assert (manifest.desk, manifest.channel, manifest.language) == ("union", "telegram", "en")
    assert [listed.audience for listed in manifest.items] == ["reviewers"] * 3
    assert manifest.day == house.clock.day()
    assert [item.kind for item, _ in items] == ["text", "file", "text"]
    assert [content for item, content in items if item.kind == "text"] == [b"primero", b"segundo"]
    image, content = items[1]
    assert (image.cleaning, image.media_type) == ("clean", "image/jpeg")
    assert {"device", "author", "date"} <= set(image.removed)
    assert image.notes == ("picture_remains",)
    assert b"CANARY" not in content
    assert "Received" in house.chat.last


async def test_each_item_is_acknowledged_with_what_was_removed_by_kind(house: House, photo: bytes) -> None:
    said = await house.tell(upload(photo))
    assert "model of the phone" in said.last
    assert "CANARY" not in said.last


async def test_a_document_becomes_clean_pictures_of_its_pages(house: House) -> None:
    data = document(trailer=b"/Info 6 0 R", extra=[b"<</Author(CANARY)>>"])
    await house.tell(upload(data))
    assert "a name of a person" in house.chat.last
    assert "gray pictures of its pages" in house.chat.last
    await tell_all(house, *SEND)
    ((_, ((item, content),)),) = await house.drops()
    assert (item.cleaning, item.media_type, item.removed) == ("clean", "application/pdf", ("author",))
    assert content.startswith(b"%PDF-1.4\n")
    assert b"CANARY" not in content


async def test_a_locked_document_goes_only_after_its_lock_was_explained(house: House) -> None:
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"41" * 32, b"42" * 32)
    data = document(trailer=b"/Encrypt 6 0 R/ID[(a)(b)]", extra=[lock])
    await house.tell(upload(data))
    assert "password" in house.chat.last
    as_is, leave_out = house.chat.actions
    await tell_all(house, Text("hola"), Press(leave_out), upload(data))
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    ((_, items),) = await house.drops()
    assert [(item.cleaning, content) for item, content in items] == [("text", b"hola"), ("uncleaned", data)]
    assert as_is.startswith("as_is:")


async def test_a_caption_is_an_item_of_its_own(house: House, photo: bytes) -> None:
    await tell_all(house, upload(photo, caption="mi caso"), *SEND)
    ((_, items),) = await house.drops()
    assert [item.kind for item, _ in items] == ["text", "file"]
    assert items[0][1] == b"mi caso"


async def test_an_album_is_acknowledged_in_one_message(house: House, photo: bytes) -> None:
    for _ in range(3):
        await house.tell(upload(photo, group="g"))
    assert [text for text, _ in house.chat.said if "3 clean files" in text]
    assert house.chat.edited == [1001, 1001]


async def test_a_burst_is_acknowledged_in_one_message(house: House, photo: bytes) -> None:
    """A hundred forwarded messages must not make everybody wait for a hundred answers."""
    for event in (Text("uno"), upload(photo), Text("dos")):
        await house.tell(event, more=True)
    assert house.chat.said == []
    house.restart()
    await house.tell(Text("tres"))
    ((said, _),) = house.chat.said
    assert "3 messages and 1 clean file" in said
    assert "model of the phone" in said


async def test_thirty_files_that_come_one_by_one_are_one_acknowledgement_below_the_last(
    house: House, photo: bytes
) -> None:
    await house.tell(Text("uno"))
    first = house.session().messages[-1]
    for number in range(30):
        await house.tell(upload(photo if number == 3 else b"nota %d" % number))
        if number == 10:
            house.restart()
    assert "30 clean files" in house.chat.last
    assert "model of the phone" in house.chat.last, "what was told of one of them is told of all"
    shown = {message for message in house.session().messages if message > 1000}
    assert shown == {first, first + 30}, "that of the words, and one for all files"
    assert len(house.chat.forgotten) == 29
    await tell_all(house, Text("dos"), upload(b"nota"))
    assert len(house.chat.forgotten) == 29, "something else was said in between"
    assert house.chat.last.startswith("Locked away: 1 clean file")


async def test_an_acknowledgement_that_stays_goes_in_the_end(house: House) -> None:
    house.chat.undeletable = 1
    for number in range(2):
        await house.tell(upload(b"nota %d" % number))
    assert len([message for message in house.session().messages if message > 1000]) == 2


async def test_what_needs_an_answer_does_not_wait_in_a_burst(house: House) -> None:
    await house.tell(Text("uno"), more=True)
    await house.tell(upload(b"\x7fELF"), more=True)
    kept, asked = (actions for _, actions in house.chat.said)
    assert [action.partition(":")[0] for action in kept] == ["review", "options", "undo"]
    assert asked[0].startswith("as_is:")


async def test_a_file_that_cannot_be_cleaned_waits_for_consent(house: House) -> None:
    await house.tell(upload(b"\x7fELF CANARY"))
    as_is, leave_out = house.chat.actions
    await house.tell(Press("review"))
    assert "one more answer" in house.chat.last
    await tell_all(house, Press(as_is), *SEND)
    ((_, items),) = await house.drops()
    assert [(item.cleaning, content) for item, content in items] == [("uncleaned", b"\x7fELF CANARY")]
    assert leave_out.startswith("leave_out:")


async def test_a_file_without_consent_is_deleted(house: House) -> None:
    await tell_all(house, Text("hola"), upload(b"\x7fELF CANARY"))
    await tell_all(house, Press(house.chat.actions[1]), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"hola"]


async def test_a_streamed_file_is_the_same_at_every_size(house: House) -> None:
    contents = [b"\0" * size for size in (1, 999, 65536, 1_500_000)]
    for content in contents:
        await house.tell(upload(content))
        await house.tell(Press(house.chat.actions[0]))
    await house.tell(upload(b"\0no size was declared", size=None))
    await tell_all(house, Press(house.chat.actions[0]), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [*contents, b"\0no size was declared"]


async def test_discard_deletes_everything(house: House, photo: bytes) -> None:
    await tell_all(house, Text("hola"), upload(photo), Press("discard_now"))
    assert "kept nothing" in house.chat.last
    assert await house.drops() == []
    await house.tell(Press("send"))
    assert "Nothing is waiting" in house.chat.last


async def test_the_messages_of_the_conversation_are_deleted_and_the_last_stays(house: House) -> None:
    await tell_all(house, Text("hola"), *SEND)
    assert house.chat.forgotten == [1, 1001, 2, 1002, 3]
    house.chat.undeletable = 2
    await tell_all(house, Text("hola"), *SEND)
    assert "could not be deleted" in house.chat.last


async def test_a_repeated_update_is_stored_once_and_its_answers_are_not_repeated(house: House) -> None:
    for _ in range(3):
        await house.tell(Text("hola"), update_id="same")
    assert len(house.chat.said) == 1
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 1


async def test_an_answer_that_was_lost_in_a_crash_is_given_when_the_update_comes_again(house: House) -> None:
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await house.tell(Text("hola"), update_id="lost")
    house.restart()
    await house.tell(Text("hola"), update_id="lost")
    ((said, _),) = house.chat.said
    assert said.startswith("Locked away: 1 message. Not sent yet.\n")
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 1


async def test_a_crash_between_commit_and_session_stores_nothing_twice(house: House) -> None:
    """The update's effects are in the database, and the session knows nothing of it."""
    await house.tell(Text("antes"))
    before = {file.name: file.read_bytes() for file in (house.folder / "runtime" / "sessions").iterdir()}
    for update, event in (("text", Text("hola")), ("send", Press("send"))):
        if update == "send":
            await house.tell(Press("review"))
            before = {
                file.name: file.read_bytes() for file in (house.folder / "runtime" / "sessions").iterdir()
            }
        await house.tell(event, update_id=update)
        for name, content in before.items():
            (house.folder / "runtime" / "sessions" / name).write_bytes(content)
        house.restart()
        await house.tell(event, update_id=update)
    assert "Received" in house.chat.last
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"antes", b"hola"]


async def test_a_restart_resumes_the_draft(house: House) -> None:
    await house.tell(Text("antes"))
    house.restart()
    await tell_all(house, Text("despues"), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"antes", b"despues"]


async def test_a_power_off_ends_every_link_between_a_chat_and_a_draft(house: House) -> None:
    await house.tell(Text("antes"), chat="777000111")
    for file in (house.folder / "runtime").rglob("*"):
        assert "777000111" not in file.name
        assert file.is_dir() or b"777000111" not in file.read_bytes()
        if file.is_file():
            file.unlink()
    house.restart()
    await house.tell(Press("send"), chat="777000111")
    assert "Nothing is waiting" in house.chat.last


async def test_a_draft_ends_after_a_day_and_what_comes_then_is_kept(house: House) -> None:
    await house.tell(Text("viejo"))
    house.clock.pass_(hours=25)
    await house.tell(Text("nuevo"))
    assert "not sent in 24 hours" in house.chat.said[-2][0]
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"nuevo"]


async def test_words_for_a_draft_that_was_swept_open_another(house: House) -> None:
    await tell_all(house, Text("viejo"), *SEND)
    session = next((house.folder / "runtime" / "sessions").iterdir())
    await house.tell(Text("otra vez"))
    await house.tell(Press("review"))
    kept = session.read_bytes()
    await house.tell(Press("send"))
    session.write_bytes(kept)  # the session of a draft that is complete in the database
    await house.tell(Text("nuevo"))
    await tell_all(house, *SEND)
    contents = sorted(content for _, items in await house.drops() for _, content in items)
    assert contents == [b"nuevo", b"otra vez", b"viejo"]


async def test_no_valid_key_takes_nothing_and_says_so(house: House) -> None:
    house.clock.pass_(days=30)
    await house.tell(Text("hola"))
    assert "come back" in house.chat.last
    await house.tell(Press("send"))
    assert "Nothing is waiting" in house.chat.last


async def test_keys_that_end_while_a_draft_is_open_lose_nothing(house: House) -> None:
    house.clock.now = house.clock.now.replace(day=6, month=12, hour=23)
    await house.tell(Text("hola"))
    assert "Locked" in house.chat.last
    house.clock.pass_(hours=2)
    await tell_all(house, *SEND)
    assert "come back" in house.chat.last
    house.clock.pass_(hours=-2)
    await tell_all(house, *SEND)
    assert "Received" in house.chat.last


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0broken jpeg"])
async def test_a_bad_file_costs_nothing_else_of_the_draft(house: House, content: bytes) -> None:
    await tell_all(house, Text("hola"), upload(content), *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 1


@pytest.mark.parametrize("error", [DownloadError, TooBig])
async def test_a_download_that_fails_is_told(
    house: House, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read() -> AsyncGenerator[bytes, None]:
        yield b"x" * 5000
        raise error

    monkeypatch.setattr("bot.intake.RETRY_SECONDS", 0)
    await house.tell(Upload("document", 10_000, None, None, read))
    assert ("20 MB" if error is TooBig else "send it again") in house.chat.last
    assert await house.drops() == []


async def test_a_file_that_is_longer_or_shorter_than_declared_is_not_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.RETRY_SECONDS", 0)
    for size in (10, 5000):
        await house.tell(upload(b"\0" * 3000, size=size))
        assert "send it again" in house.chat.last


async def test_a_file_over_the_cap_is_refused_whatever_was_declared(house: House) -> None:
    for size in (FILE_BYTES + 1, None):
        await house.tell(upload(b"x" * (FILE_BYTES + 1 if size is None else 1), size=size))
        assert "20 MB" in house.chat.last


async def test_text_that_is_empty_or_endless_is_refused(house: House) -> None:
    for text in (" \n\t", "x" * (TEXT_BYTES + 1)):
        await house.tell(Text(text))
        assert "Locked" not in house.chat.last


async def test_a_storage_error_acknowledges_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> bool:
        raise StorageError("The database refused.")

    with monkeypatch.context() as patch:
        patch.setattr("bot.intake.sealing.commit_items", broken)
        with pytest.raises(StorageError):
            await house.tell(Text("hola"), update_id="again")
    assert house.chat.said == []
    await house.tell(Text("hola"), update_id="again")
    assert "Locked" in house.chat.last


async def test_a_flood_of_drops_ends_for_the_day(house: House) -> None:
    for _ in range(DROPS_PER_DAY):
        await tell_all(house, Text("x"), *SEND)
    await house.tell(Text("x"))
    assert "tomorrow" in house.chat.last
    house.clock.pass_(hours=25)
    await house.tell(Text("x"))
    assert "Locked" in house.chat.last


async def test_a_draft_takes_a_hundred_items_and_no_more(house: House) -> None:
    for _ in range(ITEMS_PER_DRAFT + 1):
        await house.tell(Text("x"))
    assert "as much as fits" in house.chat.last


@pytest.mark.parametrize(
    "event", [Edited(), Unusable("contact"), Command("nonsense"), Press("\x00?"), Press("as_is:")]
)
async def test_everything_else_is_answered_and_loses_nothing(house: House, event: Event) -> None:
    await tell_all(house, Text("hola"), event)
    assert len(house.chat.said) >= 2
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 1


async def test_the_language_chosen_is_kept_and_told_to_the_reviewers(house: House) -> None:
    await tell_all(house, Press("language:es"), Text("hola"), *SEND)
    assert "Recibido" in house.chat.last
    ((manifest, _),) = await house.drops()
    assert manifest.language == "es"


async def test_of_a_message_in_parts_only_the_part_is_asked_for_again(house: House) -> None:
    part = Update("42", "x.1", Text("hola"), 5, "en", part=True)
    await house.dialogue.apologise(part, house.chat)
    assert "send that part again" in house.chat.last
    await house.dialogue.apologise(replace(part, part=False), house.chat)
    assert "send that message again" in house.chat.last


async def test_an_apology_is_in_the_persons_language(house: House) -> None:
    await house.tell(Press("language:es"))
    await house.dialogue.apologise(Update("42", "x", Edited(), None, None), house.chat)
    assert "Algo falló" in house.chat.last


def test_a_session_comes_back_as_it_was() -> None:
    album = Album("g", 2, ("place", "date"), ("frames_dropped",))
    options = Options(disguise=True, pdf="color")
    state = State(
        Phase.REVIEW, "es", "d", 1, 2, 3, 4, options=options, album=album, thread=True, in_reply_to=2
    )
    for name in LISTS:
        object.__setattr__(state, name, (name, "i"))
    object.__setattr__(state, "readings", (("i", "j"), ("k",)))
    session = Session(state, 5, {"t": 6})
    say = Say("kept", (("review",), ("send",)), ("place",), ("n",), originals=1, on=("lower",), slot="g")
    session.outbox = [say, Play("i", "ab", say, say), Forget()]
    session.outbox += [Show(("i", "j"), ("a", "b"), say, say), ShowReply("r"), ShowCodename()]
    session.outbox += [HideCodename("t"), ForgetReply("r")]
    session.said, session.unlocked = {"r": [1, 2]}, 7
    session.codename, session.shown, session.root = "seven words", {"t": (3, 4)}, "ab"
    session.replies, session.guesses, session.erase = {"r": ("hash", "token")}, [5], [6]
    session.messages, session.slots, session.drops = [7], {"g": 8}, [9]
    session.latest = say, 3
    again = Session.load(session.dump())
    assert again.dump() == session.dump()
    assert again.latest == session.latest
    assert (again.replies, again.shown) == (session.replies, session.shown)
    assert (again.state, again.outbox) == (session.state, session.outbox)


def test_a_session_tells_nothing_in_its_repr() -> None:
    assert "CANARY" not in repr(Session(State(draft="CANARY")))


async def test_without_a_key_nobody_is_asked_to_write(house: House) -> None:
    """Said before anything is typed: what is typed, Telegram has."""
    await tell_all(house, Text("hola"))
    house.clock.pass_(days=400)
    for event in (Command("start"), Command("help"), Press("language:es")):
        said = await house.tell(event, chat="7")
        assert len(said.said[-1][1]) == len(LANGUAGES), "neither review nor options"
    assert "no escribas aquí todavía" in house.chat.last
    await house.tell(Text("hola"), chat="7")
    assert "ninguna llave buena" in house.chat.last
    assert not await house.drops()


async def test_keys_that_end_in_the_middle_of_a_draft_cost_nothing_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.tell(Text("hola"))
    monkeypatch.setattr("bot.keys.Reviewers.slots", _no_key)
    for event in (Text("más"), *SEND):
        await house.tell(event)
    assert [text.split(":")[0] for text, _ in house.chat.said[-3:]] == [
        "I can't take or send anything right now",
        "Ready to send to Union",
        "I can't take or send anything right now",
    ]
    await house.tell(Command("start"))
    assert "not sent yet" in house.chat.last


def _no_key(*_: object) -> NoReturn:
    raise NoValidKey


async def test_five_edits_in_a_second_are_one_sentence(house: House) -> None:
    await tell_all(house, Text("hola"), Text("otra"))
    for number in range(5):
        await edit(house, 1, Text(f"cambio {number}"), more=number < 4)
    (said,) = [text for text, _ in house.chat.said if "changed a message" in text]
    assert "Your new words are number 1 now" in said
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"cambio 4", b"otra"]


async def test_thirty_albums_at_once_are_one_sentence_and_all_of_them_go(house: House) -> None:
    for number in range(40):
        note = upload(b"nota %d" % number, group=f"CANARY{number % 30}")
        await house.tell(note, more=number < 39)
    assert [text.split(".")[0] for text, _ in house.chat.said] == ["Locked away: 40 clean files"]
    assert b"CANARY" not in house.everything_written(), "Telegram's id of an album leads to a person"
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert {content for _, content in items} == {b"nota %d\n" % number for number in range(40)}


async def test_a_clock_that_is_set_back_in_the_middle_of_a_draft_loses_nothing(house: House) -> None:
    await house.tell(Text("antes"))
    house.clock.pass_(hours=-30)
    await house.tell(Text("después"))
    assert "Locked" in house.chat.last
    house.clock.pass_(hours=30)
    await tell_all(house, Text("luego"), *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"antes", "después".encode(), b"luego"]


async def test_whoever_waits_is_told_unless_it_is_stored_already(house: House) -> None:
    waiting = Update("42", "w", Text("hola"), 5, "en")
    await house.dialogue.delay(waiting, house.chat)
    assert "don't need to send it again" in house.chat.last
    await house.tell(Text("hola"), update_id="w")
    said = len(house.chat.said)
    await house.dialogue.delay(waiting, house.chat)
    assert len(house.chat.said) == said
