"""Signed documents."""

import os
import re
from hashlib import sha256
from typing import Any

from opener.announcement import read_announcement
from opener.batches import (
    check_custody,
    check_drops,
    parse_batch,
    parse_custody,
    parse_drops,
    parse_hand_over,
    parse_taken,
)
from opener.errors import FormatError
from opener.replies import parse_outbox, parse_read_marks
from opener.signed import check_signature, parse_key
from opener.telling import say, say_text

SIGNED = {
    "silbo announcement": read_announcement,
    "silbo outbox": parse_outbox,
    "silbo read marks": parse_read_marks,
    "silbo custody": parse_custody,
    "silbo hand-over": parse_hand_over,
    "silbo hand-over taken": parse_taken,
}


def beside(path: str, name: str) -> bytes:
    """Read a file in the folder of another."""
    with open(os.path.join(os.path.dirname(path), name), "rb") as file:
        return file.read((16 << 20) + 1)


def server_of(path: str) -> bytes:
    """Return the key that server.pub claims; only a person who compares it makes it more than a claim."""
    line = beside(path, "server.pub").decode("ascii", "replace").strip().rpartition("\n")[2]
    say(f"The batch is signed, as server.pub claims, by {line}")
    return parse_key(line)


def open_batch(path: str, untrusted: bytes, signature: bytes) -> dict[str, Any]:
    """Check a batch.json with the server.pub beside it, and one of version 2 with its drops.json."""
    check_signature(untrusted, signature, server_of(path))
    fields = parse_batch(untrusted)
    if "root" in fields:
        fields["drops"] = parse_drops(beside(path, "drops.json"))["drops"]
        check_drops(fields, fields["drops"])
    return fields


def open_document(path: str, untrusted: bytes) -> None:
    """Name and check a document whose signature lies beside it; of lists, print what is no secret.

    A custody statement is held against the batch.json beside it, if there is one.
    """
    with open(f"{path}.minisig", "rb") as file:
        signature = file.read(1 << 14)
    kind = re.search(rb'"type":"(silbo [a-z -]{1,20})"', untrusted)
    name = kind[1].decode() if kind else ""
    parse = SIGNED.get(name)
    if parse:
        fields = parse(untrusted, signature)
        say(f"A {name}, signed by the key that it names")
    elif name == "silbo batch":
        fields = open_batch(path, untrusted, signature)
        say(f"A {name}")
    else:
        raise FormatError("This is no signed document that this reader knows.")
    if name == "silbo custody" and os.path.exists(os.path.join(os.path.dirname(path), "batch.json")):
        batch, signed = beside(path, "batch.json"), beside(path, "batch.json.minisig")
        index, count = check_custody(fields, batch, signed, server_of(path))
        say(f"Proven: the drop is number {index + 1} of {count} in the batch.json beside it")
    elif name == "silbo custody":
        say("Not proven: no batch.json lies beside it")
    if name == "silbo read marks":
        say("Not checked: whether the marks were earned; `silbo-admin import` does")
    del fields["type"]
    fields.get("content", {}).pop("sha256", None)  # a device could be searched by it
    say(f"  SHA-256: {sha256(untrusted).hexdigest()}")
    for key, value in fields.items():
        if isinstance(value, dict):
            for name, told in value.items():
                say(f"  {key}, {name}:")
                say_text(str(told))
            continue
        say(f"  {key}: {len(value) if isinstance(value, list) else value}")
        for entry in value if isinstance(value, list) else ():
            say("    " + ", ".join(f"{name} {told}" for name, told in entry.items() if name != "token"))
