"""Reply, outbox and read marks (docs/protocol.md)."""

from datetime import date
from typing import Any

from opener.envelope import BOTH, DAY, HASH, ID, LANGUAGE_CODE, NUMBER, check_end, require
from opener.signed import KEY, read_signed
from opener.tar import read_member

REPLY = {
    **BOTH,
    "type": '"silbo reply"',
    "root": KEY,
    "mailbox": ID,
    "number": NUMBER,
    "language": LANGUAGE_CODE,
    "text": r'"(?s:.*)"',
    "questions": r'\[(\{"name":"[a-z_]{1,32}","text":"([^"\\]|\\.)*+"\},?)*\]',
    "token": ID,
}
OUTBOX = {
    "version": "1",
    "type": '"silbo outbox"',
    "root": KEY,
    "made": DAY,
    "replies": rf'\[(\{{"mailbox":{HASH},"sha256":{HASH},"size":[0-9]{{5,7}},"token":{HASH}\}},?)*\]',
}
READ_MARKS = {
    "version": "1",
    "type": '"silbo read marks"',
    "server": KEY,
    "marks": rf'\[(\{{"day":{DAY},"reply":{HASH},"token":{ID}\}},?)*\]',
}


def parse_reply(plain: bytes) -> tuple[bytes, dict[str, Any]]:
    """Return reply.json, which is signed by the key in it, and what it says."""
    _, document, at = read_member(plain, 0, "reply[.]json")
    _, signature, at = read_member(plain, at, "reply[.]json[.]minisig")
    require(0 < len(signature) <= 2048)
    check_end(plain, at)
    fields = read_signed(document, signature, "root", 1 << 20, REPLY)
    questions = fields["questions"]
    require(len(fields["text"]) <= 65536 and len(questions) <= 32)
    require(all(len(question["text"]) <= 4096 for question in questions))
    require(len({question["name"] for question in questions}) == len(questions))
    return document, fields


def ascend(hashes: list[str], most: int) -> bool:
    return len(hashes) <= most and hashes == sorted(set(hashes))


def parse_outbox(document: bytes, signature: bytes) -> dict[str, Any]:
    """Return what an outbox says; its files have sizes that a reply of eight hybrid stanzas can have."""
    fields = read_signed(document, signature, "root", 4 << 20, OUTBOX)
    classes = [3 << shift for shift in range(13, 20)] + [1 << shift for shift in range(14, 21)]
    sizes = {12542 + size + 16 * -(-size // 65536) for size in classes}
    require(all(reply["size"] in sizes for reply in fields["replies"]))
    require(ascend([reply["sha256"] for reply in fields["replies"]], 10_000))
    return fields


def parse_read_marks(document: bytes, signature: bytes) -> dict[str, Any]:
    """Return what read marks say. Whether one was earned shows beside the outbox."""
    fields = read_signed(document, signature, "server", 16 << 20, READ_MARKS)
    try:
        for mark in fields["marks"]:
            date.fromisoformat(mark["day"])
    except ValueError:
        require(False)
    require(ascend([mark["reply"] for mark in fields["marks"]], 100_000))
    return fields
