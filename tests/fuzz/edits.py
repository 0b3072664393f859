"""Random edits of documents: of bytes, or of one value of the JSON in them, written canonically."""

from __future__ import annotations

import json
import random
from typing import Any

from crypto import tar
from tests.opener.test_opener_fuzz import mutate

_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        5,
        15,
        999,
        1000,
        1001,
        2**53 - 1,
        2**53,
        2**64,
        1.0,
        1e300,
        "",
        "a",
        "0",
    ),
    *("é", "\x7f", "\u2028", "\ud800", "{people}", "{", "}", "en", "es-MX", "2026-02-30", "0001-01-01"),
    *(
        "9999-12-31",
        "0" * 32,
        "f" * 64,
        "F" * 64,
        "0001.age",
        "reviewers",
        "age1",
        [],
        {},
        [[]],
        [None],
        {"a": 1},
    ),
)


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    """A changed copy: bytes, or one value of the JSON in it, written as canonically as Python can."""
    data = chance.choice(inputs)
    start, end = data.find(b"{"), data.rfind(b"}") + 1
    if chance.random() < 0.6 and 0 <= start < end:
        try:
            document = json.loads(data[start:end])
        except ValueError:
            document = {}
        changed = json.dumps(
            _edit_value(document, chance), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode("utf-8", "surrogatepass")
        if start == 0:
            return changed
        if len(changed) <= 512:  # a member of a tar: its header tells the new length
            name = data[:100].rstrip(b"\0").decode()
            return tar.member_header(name, len(changed)) + changed.ljust(512, b"\0") + data[1024:]
    for _ in range(chance.randrange(1, 4)):
        data = mutate(data, chance, 2048) or b"\0"
    return data


def _edit_value(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        kind = chance.randrange(10)
        if kind == 0:
            return {name: held for name, held in value.items() if name != key}
        if kind == 1:
            return {
                **value,
                chance.choice(("a", "Z", "more", "version", "type", "é")): chance.choice(_VALUES),
            }
        return {**value, key: _edit_value(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        kind = chance.randrange(6)
        if kind == 0:
            return value[:at] + value[at + 1 :]
        if kind == 1:
            return [*value, value[at]]
        if kind == 2:
            return value[::-1]
        return [*value[:at], _edit_value(value[at], chance), *value[at + 1 :]]
    if isinstance(value, str) and value and chance.random() < 0.5:
        at = chance.randrange(len(value))
        return value[:at] + chance.choice(("", "0", "f", "A", "é", " ", "{", value[at] * 2)) + value[at + 1 :]
    if type(value) is int and chance.random() < 0.5:
        return value + chance.choice((-1, 1, 5))
    return chance.choice(_VALUES)
