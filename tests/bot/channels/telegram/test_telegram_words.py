"""What a person wrote is what its reader sees: addresses behind links and quoted words are part of it."""

from typing import Any

import pytest

from bot.channels.events import Command, Text, Unusable, Upload
from bot.channels.telegram.inbound import TEXT_PART
from bot.channels.telegram.words import DEEPEST
from tests.bot.channels.telegram.test_telegram_inbound import event, file, parts

_PERSON = {"id": 1, "is_bot": False, "first_name": "CANARY", "username": "CANARY"}
_PHOTO = [{"file_id": "F", "file_unique_id": "canary", "width": 9, "height": 9, "file_size": 9}]


def _link(offset: int, length: int, url: str) -> dict[str, Any]:
    return {"type": "text_link", "offset": offset, "length": length, "url": url}


def test_the_address_behind_a_link_is_part_of_the_words() -> None:
    folder = _link(21, 12, "https://files.example.org/s/abc123")
    assert event(text="Las pruebas estan en esta carpeta", entities=[folder]) == Text(
        "Las pruebas estan en esta carpeta (https://files.example.org/s/abc123)"
    )


def test_the_address_behind_a_link_in_a_caption_is_part_of_it() -> None:
    folder = _link(8, 12, "https://files.example.org/s/abc123")
    upload = event(caption="foto de esta carpeta", caption_entities=[folder], photo=_PHOTO)
    assert isinstance(upload, Upload)
    assert upload.caption == "foto de esta carpeta (https://files.example.org/s/abc123)"


def test_words_that_a_reply_quotes_stand_before_it() -> None:
    answered = {"message_id": 3, "date": 1, "text": "CANARY: firmad o a la calle. Sin descansos."}
    quote = {
        "text": "El encargado: firmad\no a la calle",
        "position": 0,
        "entities": [_link(3, 9, "http://x.y/z")],
    }
    assert event(text="no es verdad", quote=quote, reply_to_message=answered) == Text(
        "> El encargado (http://x.y/z): firmad\n> o a la calle\n\nno es verdad", answering=3
    )
    voice = event(voice=file(), quote={"text": "cita de otro canal", "position": 0})
    assert isinstance(voice, Upload)
    assert voice.caption == "> cita de otro canal"


def test_nobody_is_named_by_what_stands_beside_the_words() -> None:
    words = event(
        text="mira esto, Ana y Luis",
        external_reply={"origin": {"type": "channel", "chat": {"title": "CANARY"}}},
        forward_origin={"type": "user", "sender_user": _PERSON, "date": 1},
        quote={
            "text": "cita de otro canal",
            "position": 0,
            "entities": [{"type": "text_mention", "user": _PERSON}],
        },
        entities=[
            {"type": "text_mention", "offset": 11, "length": 3, "user": _PERSON},
            _link(17, 4, "tg://user?id=4711"),
        ],
    )
    assert words == Text("> cita de otro canal\n\nmira esto, Ana y Luis")


@pytest.mark.parametrize(
    ("text", "entities", "read"),
    [
        ("😀😀 aquí", [_link(5, 4, "https://a.example/1")], "😀😀 aquí (https://a.example/1)"),
        ("a b", [_link(2, 1, "http://b.ex"), _link(0, 1, "http://a.ex")], "a (http://a.ex) b (http://b.ex)"),
        ("https://a.example/", [_link(0, 18, "http://A.example")], "https://a.example/"),
        ("fin", [_link(2, 99, "https://a.exam\nple")], "fin (https://a.example)"),
        ("fin", [_link(99, 1, "https://a.example")], "fin (https://a.example)"),
        ("fin", [{"type": "text_link", "url": 5}, 7, None, _link(-1, 1, "https://x.y"), {"url": "x"}], "fin"),
        ("fin", "no list", "fin"),
        ("fin", [_link(0, 3, "\ud83d")], "fin (?)"),
    ],
)  # fmt: skip
def test_links_stand_behind_their_words(text: str, entities: object, read: str) -> None:
    assert event(text=text, entities=entities) == Text(read)


def test_a_command_stays_one_whatever_it_quotes() -> None:
    assert event(text="/send", quote={"text": "hola", "position": 0}) == Command("send")
    assert event(text="/send me", quote={"text": "hola"}) == Text("> hola\n\n/send me")


@pytest.mark.parametrize("quote", [{"text": 5}, {}, "hola", None, []])
def test_a_broken_quote_costs_no_words(quote: object) -> None:
    assert event(text="no es verdad", quote=quote) == Text("no es verdad")


def _rich(*blocks: object) -> dict[str, Any]:
    return {"blocks": list(blocks)}


def test_a_rich_message_is_its_words() -> None:
    link = {"type": "url", "text": "carpeta", "url": "https://files.example.org/s/abc123"}
    ana = {"type": "text_mention", "text": ", Ana", "user": _PERSON}

    def said(*words: object) -> dict[str, object]:
        return {"type": "paragraph", "text": [*words]}

    blocks = (
        {"type": "heading", "text": {"type": "bold", "text": "Turnos"}, "size": 1},
        said("Está en la ", link, ana),
        {"type": "list", "items": [
            {"label": "1.", "blocks": [said("guantes")]},
            {"label": "2.", "has_checkbox": True, "is_checked": True, "blocks": [said("agua")]},
        ]},
        {"type": "blockquote", "blocks": [said("o a la calle")], "credit": "el jefe"},
        {"type": "table", "caption": "horas", "cells": [
            [{"text": "lunes"}, {"text": "8"}],
            [{"text": "martes"}, {}],
        ]},
        {"type": "details", "summary": "más", "blocks": [{"type": "math", "expression": "2+2"}]},
        {"type": "anchor", "name": "CANARY"},
    )  # fmt: skip
    assert event(rich_message=_rich(*blocks)) == Text(
        "Turnos\nEstá en la carpeta (https://files.example.org/s/abc123), Ana\n1. guantes\n2. [x] agua\n"
        "> o a la calle\nel jefe\nlunes\t8\nmartes\t\nhoras\nmás\n2+2"
    )


def test_a_file_in_a_rich_message_is_taken_with_its_words() -> None:
    block = {"type": "photo", "photo": _PHOTO, "caption": {"text": "el techo"}}
    upload = event(rich_message=_rich({"type": "paragraph", "text": "mira"}, block))
    assert isinstance(upload, Upload)
    assert (upload.kind, upload.caption) == ("photo", "mira\nel techo")


@pytest.mark.parametrize(
    ("blocks", "kind"),
    [
        ([{"type": "hologram", "hologram": {}}], "unknown"),
        ([{"type": "map", "location": {"latitude": 1, "longitude": 1}}], "location"),
        ([{"type": "divider"}], "unknown"),
        ([5, "x", None], "unknown"),
    ],
)
def test_what_can_not_be_taken_of_a_rich_message_is_said(blocks: list[object], kind: str) -> None:
    assert event(rich_message=_rich(*blocks)) == Unusable(kind)


def test_a_rich_message_in_itself_ends() -> None:
    deep: object = "x"
    boxes: list[object] = [{"type": "paragraph", "text": "x"}]
    for _ in range(DEEPEST + 2):
        deep, boxes = {"type": "bold", "text": deep}, [{"type": "details", "summary": "", "blocks": boxes}]
    assert event(rich_message=_rich({"type": "paragraph", "text": deep})) == Unusable("unknown")
    assert event(rich_message=_rich(*boxes)) == Unusable("unknown")
    said = {"type": "paragraph", "text": "el turno de noche"}
    assert parts(rich_message=_rich(said, *boxes)) == [Text("el turno de noche"), Unusable("unknown")]


def test_every_file_of_a_rich_message_is_taken_and_its_map_is_told() -> None:
    blocks = (
        {"type": "paragraph", "text": "nos filman"},
        {"type": "collage", "blocks": [{"type": "photo", "photo": _PHOTO}] * 2},
        {"type": "voice_note", "voice_note": file(), "caption": {"text": "el jefe habla"}},
        {"type": "document", "document": file(file_name="CANARY")},
        {"type": "video", "video": 5},
        {"type": "map", "location": {"latitude": 1, "longitude": 1}, "caption": {"text": "la bodega"}},
        {"type": "buttons", "buttons": [
            {"text": "el contrato", "url": "https://c.example/"},
            {"text": ["copia"], "copy_text": {"text": "clave 7"}},
        ]},
    )  # fmt: skip
    found = parts(rich_message=_rich(*blocks))
    files = [part for part in found if isinstance(part, Upload)]
    assert [part.kind for part in files] == ["photo", "photo", "voice", "document"]
    assert len({part.group for part in files}) == 1
    assert files[0].group is not None
    assert [part.caption for part in files] == [
        "nos filman\nel jefe habla\nla bodega\n[el contrato] (https://c.example/)\n[copia] (clave 7)",
        None,
        None,
        None,
    ]
    assert found[4:] == [Unusable("damaged"), Unusable("location")]


def test_an_address_behind_rich_words_is_told_whatever_kind_it_has() -> None:
    mail = {"type": "email_address", "text": "escríbeme", "email_address": "a@example.org"}
    shown = {"type": "email_address", "text": "a@example.org", "email_address": "a@example.org"}
    button = {"type": "button", "button": {"text": "ver", "url": "https://a.example/1"}}
    phone = {"type": "phone_number", "text": "llama", "phone_number": "+57 1"}
    dialled = {"type": "phone_number", "text": "(+57) 1", "phone_number": "+57 1"}
    words = [mail, " ", shown, " ", button, " ", phone, " ", dialled]
    assert parts(rich_message=_rich({"type": "paragraph", "text": words})) == [
        Text("escríbeme (a@example.org) a@example.org [ver] (https://a.example/1) llama (+57 1) (+57) 1")
    ]


def test_of_a_live_photo_both_halves_are_taken() -> None:
    live = {"photo": _PHOTO, **file(width=1, height=1, duration=2)}
    for content in (
        {"photo": _PHOTO, "live_photo": live},
        {"live_photo": live},
        {"external_reply": {"live_photo": live}},
    ):
        found = parts(**content, caption="el techo")
        assert [part.kind for part in found if isinstance(part, Upload)] == ["photo", "video"]
        assert [part.caption for part in found if isinstance(part, Upload)] == ["el techo", None]


def test_pictures_that_a_reply_shows_are_taken_with_the_words() -> None:
    reply = {"origin": {"type": "user", "sender_user": _PERSON}, "photo": _PHOTO, "message_id": 4}
    found = parts(text="mira", external_reply=reply, quote={"text": "firmad", "position": 0})
    (upload,) = found
    assert isinstance(upload, Upload)
    assert (upload.kind, upload.caption) == ("photo", "> firmad\n\nmira")


def test_of_an_answered_message_that_does_not_come_along_the_person_hears() -> None:
    origin = {"origin": {"type": "hidden_user", "sender_user_name": "CANARY"}}
    assert parts(text="mira esto", external_reply=origin) == [Text("mira esto"), Unusable("reply")]
    page = {**origin, "link_preview_options": {"url": "https://a.example/1"}}
    assert parts(text="mira esto", external_reply=page) == [Text("> (https://a.example/1)\n\nmira esto")]
    sticker = {**origin, "sticker": file()}
    assert parts(text="mira esto", external_reply=sticker) == [Text("mira esto"), Unusable("sticker")]


def test_a_list_is_words_and_who_ticked_it_off_is_nobody() -> None:
    tasks = [
        {"id": 1, "text": "guantes", "completed_by_user": _PERSON, "completion_date": 5},
        {"id": 2, "text": "la carpeta", "text_entities": [_link(3, 7, "https://a.example/1")]},
    ]
    listed = {"title": "Faltan", "tasks": tasks, "others_can_add_tasks": True}
    assert parts(checklist=listed) == [Text("Faltan\n[x] guantes\n[ ] la carpeta (https://a.example/1)")]


def test_where_buttons_and_previews_of_a_forwarded_message_lead_is_told() -> None:
    keyboard = {"inline_keyboard": [[
        {"text": "Contrato", "url": "https://files.example.org/c"},
        {"text": "Ana", "url": "tg://user?id=4711"},
        {"text": "Pulsa", "callback_data": "CANARY"},
    ]]}  # fmt: skip
    page = {"url": "https://aviso.example.org/7"}
    assert parts(text="Aviso", reply_markup=keyboard, link_preview_options=page) == [
        Text("Aviso\n(https://aviso.example.org/7)\n[Contrato] (https://files.example.org/c)\n[Ana]\n[Pulsa]")
    ]
    said = "ved https://aviso.example.org/7 hoy"
    assert parts(text=said, link_preview_options=page) == [Text(said)]
    assert parts(text="x", link_preview_options={**page, "is_disabled": True}) == [Text("x")]


def test_a_codename_that_is_quoted_goes_to_nobody() -> None:
    ours = {
        "message_id": 3,
        "from": {"id": 9, "is_bot": True},
        "text": "palabras\n\nCANARY",
        "entities": [{"type": "spoiler", "offset": 10, "length": 6}],
    }
    quote = {"text": "CANARY", "position": 10}
    assert parts(text="es este", reply_to_message=ours, quote=quote) == [Text("es este", answering=3)]
    question = {**ours, "entities": [{"type": "bold", "offset": 0, "length": 1}]}
    assert parts(text="el 3", reply_to_message=question, quote={"text": "¿Qué día?"}) == [
        Text("> ¿Qué día?\n\nel 3", answering=3)
    ]


def test_words_that_nobody_can_type_in_one_message_come_in_parts() -> None:
    line = "a" * 99 + "\n"
    links = [_link(at, 1, "https://a.example/" + "b" * 2000) for at in range(0, 4000, 100)]
    found = parts(text=line * 40, entities=links)
    texts = [part.body for part in found if isinstance(part, Text)]
    assert len(texts) == len(found) > 1
    assert max(map(len, texts)) <= TEXT_PART
    assert "".join(texts).replace(f" ({links[0]['url']})", "") == line * 40
    with_file = parts(
        rich_message=_rich({"type": "paragraph", "text": line * 400}, {"type": "photo", "photo": _PHOTO})
    )
    assert [type(part) for part in with_file] == [Text, Text, Text, Upload]
