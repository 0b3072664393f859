"""Item, manifest and drop, as docs/protocol.md lays them out."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from admin.opener.bech32 import bech32_decode
from admin.opener.errors import FormatError
from admin.opener.tar import read_member

# What each field must be: a text by its pattern, a type, or the only value allowed.
BOTH = {"version": 1, "day": "[0-9]{4}-[0-9]{2}-[0-9]{2}"}
HASH = {"sha256": "[0-9a-f]{64}"}
ENTRY = HASH | {"name": "[0-9]{4}[.]age", "size": int}
ITEM = {
    **BOTH,
    **HASH,
    "type": "silbo item",
    "kind": "text|file",
    "media_type": "[a-z]{1,32}/[a-z0-9][a-z0-9.+_-]{0,95}",
    "cleaning": "text|clean|uncleaned",
    "removed": list,
    "arrived_sha256": "[0-9a-f]{64}",
}
MANIFEST = {
    **BOTH,
    "type": "silbo manifest",
    "desk": "[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?",
    "language": "[a-z]{2,3}([-_][A-Za-z]{2,4})?",
    "channel": "[a-z_]{1,16}",
    "items": list,
    "answers": dict,
    "mailbox": "[0-9a-f]{32}",
    "reply_recipient": "age1[a-z0-9]{1,2048}",
}


def require(right: object) -> None:
    if not right:
        raise FormatError("What was sealed is not what Silbo seals.")


def check_fields(found: Any, rules: dict[str, Any]) -> None:
    require(isinstance(found, dict) and found.keys() == rules.keys())
    for key, rule in rules.items():
        value = found[key]
        if isinstance(rule, str):
            require(isinstance(value, str) and re.fullmatch(rule, value))
        else:
            require(type(value) is rule or (type(value) is int and value == rule))


def read_json(metadata: bytes, rules: dict[str, Any], limit: int) -> dict[str, Any]:
    """Read JSON in its one spelling: sorted, no spaces, nothing escaped without need."""
    require(len(metadata) <= limit)
    try:
        found = json.loads(metadata)
        spelling = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if "mailbox" in rules and found["mailbox"] is None:
            rules = rules | dict.fromkeys(("mailbox", "reply_recipient"), type(None))
        check_fields(found, rules)
        date.fromisoformat(found["day"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise FormatError("What was sealed is not described in JSON.") from None
    require(spelling == metadata)
    return dict(found)


def check_end(plain: bytes, at: int) -> None:
    """After the last member come zeros, at least 1024, up to a size class: 16, 24, 32, 48, ... KiB."""
    size, following = 1 << 14, 3 << 13
    while size < at + 1024:
        size, following = following, 2 * size
    require(len(plain) == size and not plain[at:].strip(b"\0"))


def parse_item(plain: bytes) -> tuple[str, bytes, bytes, dict[str, Any]]:
    """Return extension, content, item.json and what it says."""
    name, content, at = read_member(plain, 0, "content[.][a-z0-9]{1,8}")
    _, metadata, at = read_member(plain, at, "item[.]json")
    check_end(plain, at)
    fields = read_json(metadata, ITEM, 8192)
    codes = fields["removed"]
    require(all(isinstance(code, str) and re.fullmatch("[a-z_]{1,40}", code) for code in codes))
    require(len(codes) <= 64 and codes == sorted(set(codes)))
    require(hashlib.sha256(content).hexdigest() == fields["sha256"])
    is_text = fields["kind"] == "text"
    require(is_text == (fields["cleaning"] == "text"))
    if is_text:
        require((name, fields["media_type"]) == ("content.txt", "text/plain"))
        try:
            content.decode()
        except UnicodeDecodeError:
            raise FormatError("A text is not UTF-8.") from None
    return name[8:], content, metadata, fields


def parse_manifest(plain: bytes) -> tuple[bytes, dict[str, Any]]:
    """Return manifest.json and what it says."""
    _, metadata, at = read_member(plain, 0, "manifest[.]json")
    check_end(plain, at)
    fields = read_json(metadata, MANIFEST, 2 << 20)
    require(len(fields["items"]) <= 9999 and len(fields["answers"]) <= 32)
    for number, entry in enumerate(fields["items"], 1):
        check_fields(entry, ENTRY)
        require(entry["name"] == f"{number:04}.age" and 0 < entry["size"] < 1 << 53)
    for key, answer in fields["answers"].items():
        require(re.fullmatch("[a-z_]{1,32}", key) and isinstance(answer, str) and len(answer) <= 4096)
    if fields["reply_recipient"]:
        prefix, key = bech32_decode(fields["reply_recipient"]) or ("", b"")
        require({"age": 32, "age1pq": 1216}.get(prefix) == len(key))
    return metadata, fields


def read_drop(untrusted: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of manifest.age, 0001.age, ...; FormatError later than that: it was cut off."""
    at = number = 0
    while number == 0 or untrusted[at : at + 512].strip(b"\0"):
        expected = f"{number:04}.age" if number else "manifest.age"
        name, sealed, at = read_member(untrusted, at, re.escape(expected))
        yield name, sealed
        number += 1
    require(number <= 10000 and untrusted[at:] == bytes(1024))
