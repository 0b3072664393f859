"""What is kept of an update: every kind of message has its answer, only the allowed fields come through."""

import dataclasses
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.channels.events import FILE_BYTES, Command, Edited, Event, Press, Text, Unusable, Upload
from bot.channels.telegram.inbound import Arrived, Leave, Reader
from bot.channels.telegram.policy import FILES, MESSAGE, REFUSED, SERVICE
from tests.telegram_spec import Spec

CHAT = {"id": 42, "type": "private", "first_name": "Canary", "username": "canary"}
USER = {"id": 42, "is_bot": False, "first_name": "Canary", "language_code": "es-CO"}


async def _bytes(file: str) -> AsyncGenerator[bytes, None]:
    yield file.encode()


def read(update: dict[str, Any]) -> Arrived | Leave | None:
    return Reader("Silbo_Bot", _bytes).read({"update_id": 9, **update})


def message(**content: Any) -> Arrived | Leave | None:
    return read({"message": {"message_id": 7, "date": 1, "chat": CHAT, "from": USER, **content}})


def event(**content: Any) -> Event:
    arrived = message(**content)
    assert isinstance(arrived, Arrived)
    return arrived.update.event


def parts(**content: Any) -> list[Event]:
    arrived = message(**content)
    assert isinstance(arrived, Arrived)
    updates = (arrived.update, *arrived.rest)
    assert len({part.update_id for part in updates}) == len(updates), "each is stored once"
    return [part.event for part in updates]


def file(**more: Any) -> dict[str, Any]:
    return {"file_id": "F", "file_unique_id": "canary", **more}


def test_every_content_field_of_a_message_is_decided() -> None:
    spec = Spec.find()
    fields = {field["name"] for field in spec.types["Message"]["fields"]}
    assert fields <= set(MESSAGE)
    for name in set(REFUSED):
        assert event(**{name: {}}) == Unusable(REFUSED[name])
    for name in SERVICE:
        assert message(**{name: {}}) is None
    for name in FILES:
        assert isinstance(event(**{name: file()}), Upload)


def test_every_kind_of_update_is_decided() -> None:
    spec = Spec.find()
    ours = {
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "channel_post",
        "edited_channel_post",
    }
    for name in {field["name"] for field in spec.types["Update"]["fields"]} - ours - {"update_id"}:
        assert read({name: {"chat": CHAT, "text": "hello"}}) is None


def test_a_text_and_its_envelope() -> None:
    arrived = message(text="Nos filman en casa")
    assert isinstance(arrived, Arrived)
    update = arrived.update
    assert (arrived.chat, arrived.press) == (42, None)
    assert update.event == Text("Nos filman en casa")
    assert (update.chat, update.update_id, update.message_id, update.language) == ("42", "9.7", 7, "es-CO")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", Command("start")),
        ("/START", Command("start")),
        ("/start payload", Command("start", "payload")),
        ("/start\nmore", Text("/start\nmore")),
        ("/start nos filman en casa", Text("/start nos filman en casa")),
        ("/start año", Text("/start año")),
        ("/start " + "x" * 65, Text("/start " + "x" * 65)),
        ("/send@silbo_bot", Command("send")),
        ("/send@SILBO_BOT", Command("send")),
        ("/denuncia mi jefe nos filma", Text("/denuncia mi jefe nos filma")),
        ("/send@other_bot", Text("/send@other_bot")),
        ("/etc/passwd was open", Text("/etc/passwd was open")),
        ("/", Text("/")),
        ("/ start", Text("/ start")),
        (" /start", Text(" /start")),
        ("/año", Text("/año")),
        ("/" + "x" * 33, Text("/" + "x" * 33)),
        ("half a pair \ud83d", Text("half a pair ?")),
    ],
)
def test_commands(text: str, expected: Event) -> None:
    assert event(text=text) == expected


async def test_the_largest_size_of_a_photo_is_taken() -> None:
    sizes = [file(width=100 * i, height=100, file_size=1000 * i) | {"file_id": f"{i}"} for i in (3, 1, 2)]
    photo = event(photo=sizes, caption="mi contrato", media_group_id="G")
    assert isinstance(photo, Upload)
    assert (photo.kind, photo.size, photo.caption, photo.group) == ("photo", 3000, "mi contrato", "G")
    assert [chunk async for chunk in photo.read()] == [b"3"]
    assert [chunk async for chunk in photo.read()] == [b"3"], "each call opens a new download"


def test_a_photo_that_is_too_large_comes_in_its_next_size() -> None:
    large = [file(width=i, height=1, file_size=size) for i, size in ((9, FILE_BYTES + 1), (8, 50), (1, 5))]
    photo = event(photo=large)
    assert isinstance(photo, Upload)
    assert photo.size == 50
    small = event(photo=large[:1])
    assert isinstance(small, Upload)
    assert small.size == FILE_BYTES + 1, "the intake refuses it, and keeps its caption"


def test_a_photo_without_a_declared_size() -> None:
    photo = event(photo=[file(width=1, height=1)])
    assert isinstance(photo, Upload)
    assert photo.size is None


@pytest.mark.parametrize("kind", FILES)
def test_a_file_declared_over_the_limit_keeps_its_caption_and_its_declared_size(kind: str) -> None:
    upload = event(**{kind: file(file_size=FILE_BYTES + 1)}, caption="mi caso")
    assert isinstance(upload, Upload)
    assert (upload.size, upload.caption) == (FILE_BYTES + 1, "mi caso")


def test_an_animation_is_not_taken_for_the_document_that_comes_with_it() -> None:
    upload = event(animation=file(), document=file())
    assert isinstance(upload, Upload)
    assert upload.kind == "animation"


def test_a_venue_is_refused_as_a_place() -> None:
    assert event(venue={}, location={}) == Unusable("location")


def test_a_kind_from_the_future_is_unknown() -> None:
    assert event(hologram={}) == Unusable("unknown")
    assert event() == Unusable("empty"), "as a photo comes that may be seen only once"


def test_a_forward_loses_its_origin_and_a_reply_the_message_it_answers() -> None:
    """The origin of a forward names the person whom the source got it from."""
    canary = {"type": "user", "sender_user": {"id": 1, "first_name": "CANARY"}, "date": 1}
    arrived = message(
        text="hola",
        forward_origin=canary,
        external_reply={"origin": canary},
        reply_to_message={"message_id": 1, "text": "CANARY"},
        via_bot={"id": 1, "first_name": "CANARY"},
        entities=[{"type": "text_mention", "user": {"id": 1, "first_name": "CANARY"}}],
    )
    assert isinstance(arrived, Arrived)
    assert arrived.update.event == Text("hola", answering=1), "its number tells which of one's own it is"
    kept = repr(dataclasses.astuple(arrived))
    assert "hola" in kept
    assert "canary" not in kept.lower()


def test_names_of_files_and_people_do_not_come_through() -> None:
    arrived = message(
        document=file(file_name="CANARY.pdf", mime_type="canary/canary"), author_signature="CANARY"
    )
    assert isinstance(arrived, Arrived)
    assert isinstance(arrived.update.event, Upload)
    kept = [getattr(arrived.update.event, f.name) for f in dataclasses.fields(arrived.update.event)]
    assert "canary" not in repr(kept[:-1]).lower()


def test_no_repr_shows_anything() -> None:
    arrived = message(text="canary")
    assert isinstance(arrived, Arrived)
    assert {repr(thing) for thing in (arrived, arrived.update, arrived.update.event)} == {
        object.__repr__(thing) for thing in (arrived, arrived.update, arrived.update.event)
    }


def test_edits() -> None:
    def edited(**content: Any) -> Arrived | Leave | None:
        return read({"edited_message": {"message_id": 7, "date": 1, "edit_date": 2, "chat": CHAT, **content}})

    arrived = edited(text="other")
    assert isinstance(arrived, Arrived)
    assert arrived.update.event == Edited(Text("other"))
    arrived = edited(photo=[{"file_id": "f", "width": 1, "height": 1}], caption="new")
    assert isinstance(arrived, Arrived)
    assert isinstance(arrived.update.event, Edited)
    assert isinstance(arrived.update.event.content, Upload)
    assert arrived.update.event.content.caption == "new"
    arrived = edited(contact={"phone_number": "1", "first_name": "n"})
    assert isinstance(arrived, Arrived)
    assert arrived.update.event == Edited()
    assert edited(location={"latitude": 1, "longitude": 1}) is None, "a live location moves every few seconds"


def query(**content: Any) -> dict[str, Any]:
    return {"callback_query": {"id": "Q1", "from": USER, "chat_instance": "x", **content}}


def test_a_pressed_button() -> None:
    arrived = read(query(data="send", message={"message_id": 5, "date": 0, "chat": CHAT}))
    assert isinstance(arrived, Arrived)
    assert (arrived.press, arrived.update.event, arrived.update.message_id) == ("Q1", Press("send"), 5)
    assert (arrived.update.update_id, arrived.update.language) == ("9.Q1", "es-CO")


def test_a_button_that_is_none_of_ours() -> None:
    group = {"id": -1, "type": "group", "title": "x"}
    assert read(query(data="send", inline_message_id="x")) is None
    assert read(query(game_short_name="x", message={"message_id": 5, "date": 0, "chat": CHAT})) is None
    assert read(query(data="send", message={"message_id": 5, "date": 0, "chat": group})) is None


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_we_leave_where_several_people_read_along(kind: str) -> None:
    chat = {"id": -5, "type": kind, "title": "x"}
    said = {"message_id": 7, "date": 1, "chat": chat, "text": "hello"}
    for name in ("message", "edited_message", "channel_post", "edited_channel_post"):
        assert read({name: said}) == Leave(-5)
    assert read({"my_chat_member": {"chat": chat, "new_chat_member": {"status": "member"}}}) == Leave(-5)
    assert read({"my_chat_member": {"chat": chat, "new_chat_member": {"status": "left"}}}) is None


def test_blocked_and_unblocked_is_nobodys_business() -> None:
    for status in ("kicked", "member"):
        assert read({"my_chat_member": {"chat": CHAT, "new_chat_member": {"status": status}}}) is None


def test_business_and_guest_messages_are_other_peoples_chats() -> None:
    assert message(text="x", business_connection_id="b") is None
    assert message(text="x", guest_query_id="g") is None


@pytest.mark.parametrize("code", ["x" * 40, "es_CO/../..", 7, None, "", "es\n"])
def test_a_language_is_a_language_or_nothing(code: Any) -> None:
    arrived = read({"message": {"message_id": 1, "chat": CHAT, "from": {"language_code": code}, "text": "x"}})
    assert isinstance(arrived, Arrived)
    assert arrived.update.language is None


@pytest.mark.parametrize("content", [
    {"message_id": "7"},
    {"chat": None},
    {"chat": {"id": "1", "type": "private"}},
    {"chat": {"type": "private"}},
    {"chat": {"id": 1, "type": 5}},
])  # fmt: skip
def test_a_message_of_which_the_chat_is_unknown_is_refused_without_quoting_it(
    content: dict[str, Any],
) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        message(**{"text": "x", **content})


@pytest.mark.parametrize("content", [
    {"text": 5},
    {"text": None},
    {"photo": []},
    {"photo": {}},
    {"photo": [1]},
    {"photo": [{"file_id": "x"}]},
    {"document": "x"},
    {"document": {}},
    {"document": {"file_id": 1}},
    {"live_photo": 5},
    {"rich_message": []},
    {"checklist": {"title": 5}},
    {"checklist": {"title": "x", "tasks": [5]}},
])  # fmt: skip
def test_of_what_came_damaged_the_person_hears(content: dict[str, Any]) -> None:
    assert event(**content) == Unusable("damaged")


def test_what_is_damaged_costs_nothing_of_the_rest() -> None:
    broken = message(document={"file_id": 1}, caption="mi caso", external_reply={"photo": 5, "voice": file()})
    assert isinstance(broken, Arrived)
    first, *rest = [part.event for part in (broken.update, *broken.rest)]
    assert isinstance(first, Upload)
    assert (first.kind, first.caption) == ("voice", "mi caso")
    assert rest == [Unusable("damaged")]
    assert event(text="hola", entities=5, quote=7, reply_markup=[], link_preview_options="x") == Text("hola")
    upload = event(document=file(file_size="9"), media_group_id=5)
    assert isinstance(upload, Upload)
    assert (upload.size, upload.group) == (None, None)
    assert isinstance(event(photo=[file(width=1, height=1, file_size="9")]), Upload)


def test_a_press_brings_the_file_that_its_message_answers() -> None:
    """Telegram sends it along; no id of a file is kept anywhere."""
    voice = {"message_id": 6, "date": 1, "chat": CHAT, "voice": {"file_id": "f", "duration": 1}}
    below = {"message_id": 7, "date": 1, "chat": CHAT, "text": "Locked away"}
    pressed = {"id": "Q1", "from": USER, "chat_instance": "x", "data": "disguise:i"}
    for answered, found in ((voice, True), ({**voice, "voice": 7}, False), ("voice", False), (None, False)):
        message = below if answered is None else {**below, "reply_to_message": answered}
        arrived = read({"callback_query": {**pressed, "message": message}})
        assert isinstance(arrived, Arrived)
        assert isinstance(arrived.update.event, Press)
        assert arrived.update.event.action == "disguise:i"
        assert (arrived.update.event.file is not None) is found
