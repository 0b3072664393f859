"""The name that Telegram shows is compared in the channel, and what leaves is yes or no."""

from typing import Any

import pytest

from bot.channels.events import Text, Upload
from bot.channels.telegram.inbound import Arrived, Reader
from bot.channels.telegram.names import holds_name
from tests.bot.channels.telegram.test_telegram_inbound import CHAT, _bytes


def sender(first: object = "", last: object = "", user: object = "") -> dict[str, Any]:
    return {"id": 42, "is_bot": False, "first_name": first, "last_name": last, "username": user}


@pytest.mark.parametrize(
    ("who", "text"),
    [
        (sender("Ana"), "soy ANA, del turno de noche"),
        (sender("José"), "Jose firmó"),
        (sender("Maria del Carmen", "Peña"), "la señora Pena"),
        (sender("x", "", "worker_77"), "write to @worker_77"),
        (sender("प्रिया"), "मेरा नाम प्रिया है"),
        (sender("Blerta 🌸"), "unë jam Blerta"),
    ],
)
def test_a_name_in_the_words_is_seen(who: dict[str, Any], text: str) -> None:
    assert holds_name(who, text)


@pytest.mark.parametrize(
    ("who", "text"),
    [
        (sender("Ana"), "una ventana, banana"),
        (sender("Maria del Carmen"), "del jefe"),
        (sender("A", "B"), "a b c"),
        (sender("2026"), "in 2026"),
        (sender(None, 7, ["Ana"]), "Ana 7"),
        (sender(""), ""),
        ("Ana", "Ana"),
        (None, "Ana"),
    ],
)
def test_other_words_are_none(who: object, text: str) -> None:
    assert not holds_name(who, text)


def test_what_leaves_the_channel_is_yes_or_no() -> None:
    read = Reader("Silbo_Bot", _bytes).read
    message = {"message_id": 7, "date": 1, "chat": CHAT, "from": sender("CANARYFIRST", "Rojas")}
    for words, named in (("I am Rojas", True), ("I am nobody", False)):
        photo = {"photo": [{"file_id": "f", "width": 1, "height": 1}], "caption": words}
        for content in ({"text": words}, photo):
            arrived = read({"update_id": 9, "message": {**message, **content}})
            assert isinstance(arrived, Arrived)
            event = arrived.update.event
            assert isinstance(event, Text | Upload)
            assert event.named is named
            assert "CANARYFIRST" not in str([getattr(event, name) for name in type(event).__slots__])
