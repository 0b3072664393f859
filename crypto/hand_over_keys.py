"""The file keys of what is handed over, sealed to those who come next: each opens one age file, no other.

Source: issue 16, item 5; drawn in docs/protocol.md, "Hand-over keys". The drop's ciphertext stays as the
server signed it. Nobody signs this file: a key that is not the right one fails at the header's MAC.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

from crypto import canonical, tar
from crypto.age import Identity, Recipient
from crypto.age.header import FILE_KEY_SIZE
from crypto.batch import MAX_DROPS
from crypto.envelope import Layout, Sealing, open_sealed, read_document, read_end
from crypto.errors import FormatError
from crypto.record import Record
from crypto.slots import Slots

KEYS_JSON = "hand-over-keys.json"
MAX_SIZE = 32 * 1024 * 1024
MAX_KEYS = 200_000

_KEYS = {"type", "version", "sha256", "events", "drops"}
_DROP_KEYS = {"id", "keys"}
_KEY_KEYS = {"header", "key"}
_HEX_ID = re.compile("[0-9a-f]{32}")


class FileKey(Record):
    """The key (16 bytes) of an age file, and by what it is known: `stanzas_digest` (32 bytes). Blank repr."""

    header: bytes
    key: bytes

    def __repr__(self) -> str:
        return "FileKey()"


class DropKeys(Record):
    """What opens a drop (32 hex digits) and the parcels in it: 1 or more keys, ascending by header."""

    id: str
    keys: tuple[FileKey, ...]

    def __repr__(self) -> str:
        return "DropKeys()"


class HandOverKeys(Record):
    """The keys of the drops of one hand-over, ascending by id; `sha256` (32 bytes) is that document's,
    `events` (32 bytes) that of the `events.json` of who leaves, which goes with it.
    """

    sha256: bytes
    events: bytes
    drops: tuple[DropKeys, ...]

    def __repr__(self) -> str:
        return "HandOverKeys()"


def seal_keys(keys: HandOverKeys, recipients: Sequence[Recipient]) -> bytes:
    """The age file, for recipients of one type. Raises FormatError for a bad value, RecipientError."""
    data = keys_bytes(keys)
    sealing = Sealing(Slots(recipients))
    head = sealing.update(tar.member_header(KEYS_JSON, len(data)) + data + tar.member_padding(len(data)))
    return b"".join([head, *sealing.finish()])


def open_keys(untrusted: bytes, identities: Sequence[Identity]) -> HandOverKeys:
    """What `seal_keys` has sealed. Raises an age error of the family, or FormatError."""
    return open_sealed(BytesIO(untrusted), identities, _layout())


def keys_bytes(keys: HandOverKeys) -> bytes:
    """The bytes of `hand-over-keys.json`. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo hand-over keys",
            "version": 1,
            "sha256": keys.sha256.hex(),
            "events": keys.events.hex(),
            "drops": [
                {
                    "id": drop.id,
                    "keys": [{"header": each.header.hex(), "key": each.key.hex()} for each in drop.keys],
                }
                for drop in keys.drops
            ],
        }
    )
    if parse_keys(data) != keys:
        raise FormatError("The keys of the hand-over hold a value that would not be accepted.")
    return data


def parse_keys(untrusted: bytes) -> HandOverKeys:
    """The keys in these bytes. Raises FormatError, without quoting any."""
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo hand-over keys", _KEYS)
    drops, left = [], MAX_KEYS
    for value in fields.array("drops", maximum=MAX_DROPS):
        drop = canonical.Fields(value, "hand-over keys' drop", _DROP_KEYS)
        keys = tuple(_file_key(each) for each in drop.array("keys", maximum=left))
        if not keys or any(later.header <= earlier.header for earlier, later in pairwise(keys)):
            raise FormatError("The keys of a drop are none, not in order, or one is there twice.")
        left -= len(keys)
        drops.append(DropKeys(drop.text("id", _HEX_ID, "32 hexadecimal digits"), keys))
    if any(later.id <= earlier.id for earlier, later in pairwise(drops)):
        raise FormatError("The drops of the keys are not ordered by id, or one is listed twice.")
    return HandOverKeys(fields.hex("sha256", 32), fields.hex("events", 32), tuple(drops))


def _file_key(untrusted: object) -> FileKey:
    fields = canonical.Fields(untrusted, "file key", _KEY_KEYS)
    return FileKey(fields.hex("header", 32), fields.hex("key", FILE_KEY_SIZE))


def _layout() -> Layout[HandOverKeys]:
    data = yield from read_document(KEYS_JSON, MAX_SIZE)
    yield from read_end(len(data))
    return parse_keys(data)
