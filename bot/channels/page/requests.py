"""What the page may ask, read strictly: an id, a number and a document are exactly as drawn, or malformed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.intake.door import MOST_ITEMS, NONCE, QUESTION
from bot.store.uploads import File
from crypto.padding import padded_size

ID = re.compile("[0-9a-f]{32}")
HASH = re.compile("[0-9a-f]{64}")
NUMBER = re.compile("0|[1-9][0-9]{0,5}")
MOST_BYTES = 1 << 40


class Malformed(Exception):
    """Not as drawn in docs/protocol.md."""


@dataclass(frozen=True, slots=True)
class Opening:
    """For which desk, of how many bytes, and the proof of work."""

    desk: str
    size: int
    nonce: str


@dataclass(frozen=True, slots=True, repr=False)
class Commit:
    """The items of a drop in their order, its manifest, and who may withdraw it (32 bytes)."""

    items: tuple[File, ...]
    manifest: File
    tag: bytes | None


@dataclass(frozen=True, slots=True, repr=False)
class Withdrawing:
    """An upload and its tag (32 bytes)."""

    upload: str
    tag: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """A mailbox (16 bytes), and where in which reply (32 bytes) to go on."""

    mailbox: bytes
    reply: bytes | None
    start: int


@dataclass(frozen=True, slots=True, repr=False)
class Marking:
    """That a reply (32 bytes) was read: its mailbox and the token inside (16 bytes each)."""

    desk: str
    mailbox: bytes
    reply: bytes
    token: bytes


def opening(untrusted: bytes) -> Opening:
    """Each of these raises Malformed."""
    document = _document(untrusted, "desk", "size", "nonce")
    nonce = document["nonce"]
    if not isinstance(nonce, str) or not NONCE.fullmatch(nonce):
        raise Malformed
    return Opening(_match(ID, document["desk"]), _number(document["size"], 1), nonce)


def commit(untrusted: bytes) -> Commit:
    document = _document(untrusted, "items", "manifest", "tag")
    items = document["items"]
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise Malformed
    files = tuple(_file(each) for each in (*items, document["manifest"]))
    if len({file.name for file in files}) < len(files):
        raise Malformed
    tag = None if document["tag"] is None else bytes.fromhex(_match(HASH, document["tag"]))
    return Commit(files[:-1], files[-1], tag)


def question(untrusted: bytes) -> list[str]:
    """The uploads that are asked about."""
    uploads = _document(untrusted, "uploads")["uploads"]
    if not isinstance(uploads, list) or len(uploads) != QUESTION:
        raise Malformed
    return [_match(ID, each) for each in uploads]


def withdrawing(untrusted: bytes) -> Withdrawing:
    document = _document(untrusted, "upload", "tag")
    return Withdrawing(_match(ID, document["upload"]), bytes.fromhex(_match(HASH, document["tag"])))


def reading(untrusted: bytes) -> Reading:
    document = _document(untrusted, "mailbox", "reply", "from")
    reply = None if document["reply"] is None else bytes.fromhex(_match(HASH, document["reply"]))
    start = _number(document["from"], 0)
    if reply is None and start:
        raise Malformed
    return Reading(bytes.fromhex(_match(ID, document["mailbox"])), reply, start)


def marking(untrusted: bytes) -> Marking:
    document = _document(untrusted, "desk", "mailbox", "reply", "token")
    desk, mailbox, token = (_match(ID, document[name]) for name in ("desk", "mailbox", "token"))
    reply = bytes.fromhex(_match(HASH, document["reply"]))
    return Marking(desk, bytes.fromhex(mailbox), reply, bytes.fromhex(token))


def enclosed(untrusted: bytearray) -> bytes:
    """A file in the bytes of a size class."""
    end = 4 + int.from_bytes(untrusted[:4], "big")
    if len(untrusted) < 4 or len(untrusted) != padded_size(end):
        raise Malformed
    return bytes(untrusted[4:end])


def upload_id(untrusted: str) -> str:
    """Of a path."""
    return _match(ID, untrusted)


def part_number(untrusted: str) -> int:
    """Of a path."""
    return int(_match(NUMBER, untrusted))


def _file(untrusted: object) -> File:
    document = _exactly(untrusted, "id", "size", "sha256")
    sha256 = bytes.fromhex(_match(HASH, document["sha256"]))
    return File(_match(ID, document["id"]), _number(document["size"], 1), sha256)


def _document(untrusted: bytes, *keys: str) -> Mapping[str, Any]:
    try:
        return _exactly(json.loads(untrusted), *keys)
    except (ValueError, RecursionError):
        raise Malformed from None


def _exactly(untrusted: object, *keys: str) -> Mapping[str, Any]:
    if not isinstance(untrusted, dict) or untrusted.keys() != set(keys):
        raise Malformed
    return untrusted


def _match(pattern: re.Pattern[str], untrusted: object) -> str:
    if not isinstance(untrusted, str) or not pattern.fullmatch(untrusted):
        raise Malformed
    return untrusted


def _number(untrusted: object, least: int) -> int:
    if type(untrusted) is not int or not least <= untrusted <= MOST_BYTES:
        raise Malformed
    return untrusted
