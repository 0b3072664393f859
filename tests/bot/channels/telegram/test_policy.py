"""Every kind of update and every field has a policy in docs/telegram.md, which says what comes out."""

import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from bot.channels.events import Command, Text, Unusable, Upload
from bot.channels.telegram.inbound import Arrived, Reader
from bot.channels.telegram.policy import KINDS, MESSAGE, SERVICE, UPDATES, Policy
from tests.bot.channels.telegram.test_telegram_inbound import CHAT, USER, _bytes
from tests.telegram_spec import Spec
from tests.telegram_values import Values

PAGE = Path(__file__).resolve().parents[4] / "docs" / "telegram.md"
SEEN = (Policy.USE, Policy.SEAL)
BESIDE = {"entities", "quote", "external_reply", "link_preview_options", "reply_markup"}
"""Fields that come with words."""
BELOW = {"caption", "caption_entities", "media_group_id"}
"""Fields that come with a file."""


@cache
def told() -> dict[str, dict[str, Policy]]:
    """The policies of the page: type -> field -> policy."""
    found: dict[str, dict[str, Policy]] = {}
    for section in PAGE.read_text().split("\n### ")[1:]:
        name, _, body = section.partition("\n")
        rows = re.findall(r"^- \*\*([a-z ]+)\*\*: (.*(?:\n  .*)*)", body, re.M)
        fields = [
            (field, Policy(policy)) for policy, names in rows for field in re.findall("`(\\w+)`", names)
        ]
        assert len(dict(fields)) == len(fields), f"a field of {name} is decided twice"
        found[name] = dict(fields)
    return found


def concrete(types: list[str]) -> Iterator[str]:
    """The types with fields that a field can hold."""
    for type_ in types:
        name = re.sub("^(Array of )+", "", type_)
        described = Spec.find().types.get(name)
        if described is not None:
            kinds = [kind for kind in described.get("subtypes", ()) if not kind.startswith("Array of ")]
            yield from concrete(kinds) if kinds else [name]


def test_every_kind_and_every_field_has_a_policy() -> None:
    spec, reached, left = Spec.find(), {"Update"}, ["Update"]
    while left:
        name = left.pop()
        fields = {field["name"]: field["types"] for field in spec.types[name]["fields"]}
        assert set(told().get(name, {})) == set(fields), name
        for field, types in fields.items():
            if told()[name][field] in SEEN or (name, field) == ("Update", "edited_message"):
                new = set(concrete(types)) - reached
                reached |= new
                left += sorted(new)
    assert set(told()) == reached, "what nobody looks at stands there"


def test_the_page_says_what_the_code_works_by() -> None:
    assert told()["Update"] == UPDATES
    assert told()["Message"] == MESSAGE
    assert set(Spec.find().types) > set(told())


class Canaries:
    """A message with one field in full. `wanted` are the words that have to come out, `secret` all others."""

    def __init__(self, field: str) -> None:
        self.wanted: set[str] = set()
        self.secret: set[str] = set()
        self.message = {"message_id": 7, "date": 1, "chat": CHAT, "from": USER, **self._content(field)}

    def _content(self, field: str) -> dict[str, Any]:
        fields = [field]
        fields += ["text"] if field in BESIDE else ["photo"] if field in BELOW else []
        values = Values(self._leaf)
        return {name: values.field("Message", name, "message", ("Message",)) for name in fields}

    def _leaf(self, path: str, where: str) -> Any:
        fixed = {"Chat.type": "private", "Chat.id": 42, "User.language_code": "es"}
        if where in fixed:
            return fixed[where]
        canary = f"¤{path}¤"
        (self.wanted if sealed(re.sub(r"\[\d+\]", "", path), where) else self.secret).add(canary)
        return canary


@cache
def sealed(path: str, where: str) -> bool:
    """Whether the page says so of the field, and of no field above it that it is not looked at."""
    types = {"Message"}
    for name in path.split(".")[1:]:
        policies = [told()[each][name] for each in types if name in told().get(each, {})]
        if not any(policy in SEEN for policy in policies):
            return False
        fields = [field for each in types for field in Spec.find().types[each]["fields"]]
        types = {kind for field in fields if field["name"] == name for kind in concrete(field["types"])}
    type_, _, name = where.partition(".")
    return told().get(type_, {}).get(name) == Policy.SEAL


def output(message: dict[str, Any]) -> tuple[str, str, list[object]]:
    """The words that are sealed, whatever else leaves the reader, and the events."""
    arrived = Reader("Silbo_Bot", _bytes).read({"update_id": 9, "message": message})
    if arrived is None:
        return "", "", []
    assert isinstance(arrived, Arrived)
    parts = (arrived.update, *arrived.rest)
    words, rest = [], []
    for part in parts:
        rest += [part.chat, part.update_id, part.language]
        match part.event:
            case Text(body):
                words.append(body)
            case Upload() as upload:
                words.append(upload.caption or "")
                assert isinstance(upload.read, partial)
                rest += [upload.kind, upload.group, *upload.read.args]
            case Unusable(kind):
                assert kind in KINDS
            case event:
                assert isinstance(event, Command)
    return "\n".join(words), "\n".join(map(str, rest)), [part.event for part in parts]


@pytest.mark.parametrize("field", sorted(set(MESSAGE) - {"reply_to_message", "business_connection_id"}))
def test_of_each_field_comes_out_what_the_page_says(field: str) -> None:
    if field in ("message_id", "chat", "from", "guest_query_id", "date"):
        return
    canaries = Canaries(field)
    words, beside, found = output(canaries.message)
    assert {canary for canary in canaries.wanted if canary not in words} == set()
    assert {canary for canary in canaries.secret if canary in words} == set()
    used = {canary for canary in canaries.secret if canary in beside}
    assert all(re.search("file_id|media_group_id", canary) for canary in used)
    policy = MESSAGE[field]
    kinds = [type(event) for event in found]
    match policy:
        case Policy.IGNORE:
            assert not found, "nobody wrote it, so nobody is answered"
        case Policy.REFUSE:
            assert kinds == [Unusable]
        case Policy.SEAL:
            assert set(kinds) & {Text, Upload}
        case _:
            assert len(found) == 1


WRONG: list[Any] = ["x", 5, None, [], {}, [None], [[]], {"text": 5, "blocks": 7, "file_id": 1}, -1, 1e400]


@pytest.mark.parametrize("field", sorted(set(MESSAGE) - {"message_id", "chat"}))
def test_a_field_of_a_wrong_type_costs_one_sentence_and_nothing_else(field: str) -> None:
    for bad in WRONG:
        message = {"message_id": 7, "date": 1, "chat": CHAT, "from": USER, "caption": "mi caso", field: bad}
        if field in ("business_connection_id", "guest_query_id"):
            assert output(message)[2] == []
            continue
        words, _, found = output(message)
        assert field == "caption" or "mi caso" in words
        assert len([event for event in found if isinstance(event, Unusable)]) <= 2
        assert field not in SERVICE or len(found) == 1


def test_every_kind_of_update_that_is_not_for_us_is_silence() -> None:
    values = Values(
        lambda path, where: 42 if where == "Chat.id" else "private" if where == "Chat.type" else path
    )
    reader = Reader("Silbo_Bot", _bytes)
    for kind in [kind for kind, policy in UPDATES.items() if policy is Policy.IGNORE]:
        assert reader.read({"update_id": 9, kind: values.field("Update", kind, "update")}) is None
