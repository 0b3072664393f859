"""One message of each field through the real dialogue: nobody is answered twice, nothing of it is written."""

import asyncio
from typing import Any

import pytest

from bot.channels.telegram.channel import Account, run
from bot.channels.telegram.policy import CONTENT, FILES, MESSAGE, UPDATES, Policy
from bot.store.errors import StorageError
from tests.bot.channels.telegram.test_policy import BELOW, BESIDE
from tests.bot.conftest import House
from tests.telegram_api import TelegramApi, until
from tests.telegram_spec import Spec
from tests.telegram_values import Values

FIELDS = tuple(sorted((CONTENT | BESIDE | BELOW) - {"caption"}))
FEW = ("external_reply", "gift", "live_photo", "pinned_message", "text")


def content(api: TelegramApi, chat: int, field: str, photo: bytes) -> dict[str, Any]:
    """A message with this field in full, as Telegram may send it; files are small texts and photos."""

    def leaf(path: str, where: str) -> Any:
        fixed = {"Chat.type": "private", "Chat.id": chat, "User.language_code": "en"}
        if where in fixed:
            return fixed[where]
        if where.endswith(".file_id"):
            return api.add_file(photo if "photo" in path else b"nos filman")["file_id"]
        return f"CANARY{path.replace('.', '')}"

    fields = [field]
    fields += ["text"] if field in BESIDE else ["photo"] if field in BELOW else []
    fields += ["caption"] if field in (*FILES, "photo") else []
    values = Values(leaf)
    return {name: values.field("Message", name, "message", ("Message",)) for name in fields}


@pytest.mark.parametrize("fields", [FEW, pytest.param(FIELDS, marks=pytest.mark.long)], ids=["few", "all"])
async def test_one_of_each_is_answered_once_and_leaves_nothing(
    house: House, photo: bytes, fields: tuple[str, ...]
) -> None:
    async with TelegramApi() as api:
        stop = asyncio.Event()
        work = run(
            Account(api.token, api.url),
            house.dialogue.handle,
            house.dialogue.apologise,
            {},
            stop,
            count=house.tally.count,
            again=(StorageError,),
            delay=house.dialogue.delay,
        )
        task = asyncio.create_task(work)
        for chat, field in enumerate(fields, start=100):
            api.message(chat, language="en", **content(api, chat, field, photo))
        fixed = {"Chat.type": "private", "Chat.id": 7}
        values = Values(lambda path, where: fixed.get(where, f"CANARY{path}"))
        for kind in [kind for kind, policy in UPDATES.items() if policy is Policy.IGNORE]:
            api.inject({kind: values.field("Update", kind, "update")}, 7)
        await until(lambda: not api.pending(), 500)
        stop.set()
        await task
        said = {field: [m["text"] for m in api.sent[chat]] for chat, field in enumerate(fields, start=100)}
    assert not api.sent[7]
    assert not house.tally.take(), "nothing of it went wrong"
    for field, texts in said.items():
        assert len(texts) == len(set(texts)), field
        match MESSAGE[field]:
            case Policy.IGNORE:
                assert not texts, field
            case Policy.REFUSE:
                assert len(texts) == 1, field
                assert "Locked away" not in texts[0], field
            case _:
                assert "Locked away" in "".join(texts), field
    assert b"CANARY" not in house.everything_written()


def test_every_field_is_there() -> None:
    names = {field["name"] for field in Spec.find().types["Message"]["fields"]}
    taken = {field for field, policy in MESSAGE.items() if policy in (Policy.SEAL, Policy.REFUSE)}
    assert taken - {"caption"} <= set(FIELDS) <= names
