"""Fuzzes what reads Telegram's updates: nothing raises, nobody is left without an answer, nobody is named.

    python -m tests.fuzz.updates [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.updates --blind [--seconds N]    random edits of the seeds, with nothing but Python

An input is one raw update. The seeds hold each field of a message in full, with its own word in each string.
"""

from __future__ import annotations

import copy
import json
import random
import re
from functools import cache
from typing import Any

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 20

with instrumented("bot.channels.telegram"):
    from bot.channels.events import Edited, Text, Unusable
    from bot.channels.telegram.inbound import TEXT_PART, Arrived, Reader
    from bot.channels.telegram.policy import KINDS, MESSAGE, SERVICE
    from tests.bot.channels.telegram.test_policy import Canaries, output
    from tests.bot.channels.telegram.test_telegram_inbound import CHAT, USER, _bytes

_OURS = {"message_id", "chat", "from", "date", "guest_query_id", "business_connection_id"}
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 1e308, "", "/start", "/start a b", "\ud83d", "tg://user?id=1",
    "x" * 5000, [], {}, [[]], [{}], {"text": {"text": ["a"]}}, {"url": 5}, {"type": "text_link", "url": "//"},
)  # fmt: skip


@cache
def secrets() -> frozenset[str]:
    """The words that must never come out."""
    found = [Canaries(field) for field in sorted(set(MESSAGE) - _OURS)]
    return frozenset().union(*(each.secret for each in found)) - frozenset().union(
        *(each.wanted for each in found)
    )


@cache
def seeds() -> list[bytes]:
    messages = [Canaries(field).message for field in sorted(set(MESSAGE) - _OURS)]
    return [json.dumps(message).encode() for message in messages]


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    """Some values of a message are others, or gone; what is said somewhere stays where it was said."""
    message = json.loads(chance.choice(inputs))
    for _ in range(chance.randint(1, 6)):
        holder: Any = message
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = chance.choice(keys)
            if isinstance(holder[key], dict | list) and chance.random() < 0.8:
                holder = holder[key]
            elif chance.random() < 0.2:
                del holder[key]
                break
            else:
                holder[key] = copy.deepcopy(chance.choice(_VALUES))
                break
    return json.dumps(message).encode()


def one_input(data: bytes) -> None:
    """Raises whatever is no answer, and AssertionError where an answer says what it must not."""
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(message, dict):
        whole = {**message, "message_id": 7, "date": 1, "chat": CHAT, "from": USER}
        for name in ("guest_query_id", "business_connection_id"):
            whole.pop(name, None)
        check(whole)


def check(message: dict[str, Any]) -> None:
    words, beside, found = output(message)
    assert found or message.keys() & SERVICE, "somebody is left without an answer"
    assert not secrets() & set(re.findall("¤[^¤]*¤", words)), "somebody is named"
    assert words.encode() is not None
    assert beside is not None
    for event in found:
        assert not isinstance(event, Text) or len(event.body) <= TEXT_PART
        assert not isinstance(event, Unusable) or event.kind in KINDS
    edited = Reader("Silbo_Bot", _bytes).read({"update_id": 9, "edited_message": message})
    assert edited is None or (isinstance(edited, Arrived) and isinstance(edited.update.event, Edited))


if __name__ == "__main__":
    rule = "none raised, each was answered, nobody was named"
    Fuzzer("updates", LONGEST, seeds, edit, one_input, rule).main()
