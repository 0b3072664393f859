"""Item, manifest and drop (docs/protocol.md).

JSON has one spelling here: a pattern of a value's spelling is its type.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from typing import Any

from opener.bech32 import bech32_decode
from opener.errors import FormatError, NewerVersion
from opener.tar import read_member

DAY = '"[0-9]{4}-[0-9]{2}-[0-9]{2}"'
BOTH = {"version": "1", "day": DAY}
CODE = '"[a-z_]{1,40}"'
CODES = rf"\[({CODE}(,{CODE}){{0,63}})?\]"
HASH = '"[0-9a-f]{64}"'
ID = '"[0-9a-f]{32}"'
LANGUAGE_CODE = '"[a-z]{2,3}([-_][A-Za-z]{2,4})?"'
ITEM = {
    **BOTH,
    "type": '"silbo item"',
    "kind": '"(text|file)"',
    "media_type": '"[a-z]{1,32}/[a-z0-9][a-z0-9.+_-]{0,95}"',
    "cleaning": '"(text|clean|uncleaned|original)"',
    "removed": CODES,
    "notes": CODES,
    "sha256": HASH,
}
ITEMS = (
    {**ITEM, "arrived_sha256": HASH},
    {**ITEM, "version": "2", "cleaning": '"(text|clean|uncleaned|original|sealed)"'},
)
MANIFEST = {
    **BOTH,
    "type": '"silbo manifest"',
    "desk": '"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?"',
    "language": LANGUAGE_CODE,
    "channel": '"[a-z_]{1,16}"',
    "items": r'\[(\{"for":"(reviewers|custodian)","name":"[^"]*","sha256":"[0-9a-f]{64}",'
    r'"size":[1-9][0-9]*\},?)*\]',
    "refused": CODES.replace("63", "99"),
    "answers": r"\{.*\}",
    "mailbox": f"{ID}|null",
    "reply_recipient": '"age1[a-z0-9]{1,2048}"|null',
}
NUMBER = "[1-9][0-9]{0,5}"
THREAD = {
    "desk_id": f"{ID}|null",
    "in_reply_to": f"{NUMBER}|null",
    "withdraws": rf"\[({ID}(,{ID}){{0,99}})?\]",
}
MANIFESTS = (
    MANIFEST,
    {**MANIFEST, **THREAD, "version": "2"},
    {**MANIFEST, **THREAD, "version": "3", "stamp": HASH},
)


STAMP = "stamp.sha256"


def require(right: object) -> None:
    if not right:
        raise FormatError("What was sealed is not what Silbo seals.")


def spell(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: object, depth: int = 8) -> bool:
    """Whether it holds nothing but what Silbo's JSON may hold, whatever its version."""
    if isinstance(value, dict):
        return depth > 0 and all(key.isascii() and canonical(held, depth - 1) for key, held in value.items())
    if isinstance(value, list):
        return depth > 0 and all(canonical(held, depth - 1) for held in value)
    plain = value is None or isinstance(value, str) or (type(value) is int and 0 <= value < 1 << 53)
    return depth > 0 and plain


def read_json(metadata: bytes, limit: int, *versions: dict[str, str]) -> dict[str, Any]:
    """Read an object with exactly the fields of version 1, 2, ..., in its one spelling."""
    require(len(metadata) <= limit)
    try:
        fields: dict[str, Any] = json.loads(metadata)
        require(spell(fields) == metadata.decode())
        rules, version = versions[0], fields["version"]
        if spell(fields["type"]) == rules["type"] and type(version) is int and 1 < version < 1 << 53:
            if version > len(versions):
                require(canonical(fields))
                raise NewerVersion("It was written by a newer Silbo.")
            rules = versions[version - 1]
        require(fields.keys() == rules.keys())
        for key, rule in rules.items():
            if rule == DAY:
                date.fromisoformat(fields[key])
    except (ValueError, TypeError, LookupError, RecursionError):
        raise FormatError("A description is no JSON.") from None
    require(all(re.fullmatch(rule, spell(fields[key])) for key, rule in rules.items()))
    return fields


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
    fields = read_json(metadata, 8192, *ITEMS)
    check_end(plain, at)
    for codes in fields["removed"], fields["notes"]:
        require(codes == sorted(set(codes)))
    require(sha256(content).hexdigest() == fields["sha256"])
    cleaning = fields["cleaning"]
    require((fields["kind"] == "text") == (cleaning == "text"))
    if cleaning == "text":
        require((name, fields["media_type"]) == ("content.txt", "text/plain"))
        require(content.decode(errors="replace").encode() == content)
    if cleaning == "original":
        require(not fields["removed"] and fields["sha256"] == fields.get("arrived_sha256", fields["sha256"]))
    if cleaning == "sealed":
        sealed = "content.age", "application/octet-stream"
        require(not fields["removed"] and (name, fields["media_type"]) == sealed)
    return name[8:], content, metadata, fields


def parse_manifest(plain: bytes) -> tuple[bytes, dict[str, Any]]:
    """Return manifest.json and what it says."""
    _, metadata, at = read_member(plain, 0, "manifest[.]json")
    check_end(plain, at)
    fields = read_json(metadata, 2 << 20, *MANIFESTS)
    for number, entry in enumerate(fields["items"], 1):
        require(entry["name"] == f"{number:04}.age" and entry["size"] < 8**11)
    require(len(fields["answers"]) <= 32)
    for question, answer in fields["answers"].items():
        require(re.fullmatch("[a-z_]{1,32}", question) and isinstance(answer, str) and len(answer) <= 4096)
    require((fields["mailbox"] is None) == (fields["reply_recipient"] is None))
    if fields["version"] > 1:
        ids = fields["withdraws"]
        require(ids == sorted(set(ids)))
        require(fields["desk_id"] or not fields["mailbox"])
        require(fields["mailbox"] or not (fields["in_reply_to"] or ids))
    if fields["reply_recipient"]:
        prefix, key = bech32_decode(fields["reply_recipient"]) or ("", b"")
        require({"age": 32, "age1pq": 1216}.get(prefix) == len(key))
    return metadata, fields


def read_drop(untrusted: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of manifest.age, 0001.age, ..., stamp.sha256; FormatError later than that: it
    was cut off.
    """
    at = number = 0
    name = ""
    while number == 0 or untrusted[at : at + 512].strip(b"\0"):
        require(name != STAMP)
        expected = f"{number:04}[.]age|{re.escape(STAMP)}" if number else "manifest[.]age"
        name, sealed, at = read_member(untrusted, at, expected)
        require(name != STAMP or len(sealed) == 32)
        yield name, sealed
        number += name != STAMP
    require(number <= 10000 and untrusted[at:] == bytes(1024))
