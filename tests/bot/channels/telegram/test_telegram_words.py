"""What a person wrote is what its reader sees: addresses behind links and quoted words are part of it."""

from typing import Any

import pytest

from bot.channels.events import Command, Text, Unusable, Upload
from bot.channels.telegram.words import DEEPEST
from tests.bot.channels.telegram.test_telegram_inbound import event, file

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
        "> El encargado (http://x.y/z): firmad\n> o a la calle\n\nno es verdad"
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
        ([{"type": "photo", "photo": _PHOTO}, {"type": "photo", "photo": _PHOTO}], "unknown"),
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
