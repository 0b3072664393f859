"""Batches: what the server hands over at one time, in a signed chain that shows if something was taken out.

Source: issues 3 and 11; drawn in docs/protocol.md, "Batches". Every `batch.json` names the hash of the one
before it and is signed with the server's Ed25519 key. A batch may name a successor key: it is then the
hand-over, and every later batch must be signed by that key. What a batch of version 2 lists stands beside it
(`crypto.drop_list`); the offline side remembers a `crypto.head.Head`, and follows.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from itertools import pairwise

from crypto import canonical
from crypto.errors import ChainError, FormatError
from crypto.minisign import PublicKey
from crypto.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

BATCH_FILE, SIGNATURE_FILE, SERVER_FILE = "batch.json", "batch.json.minisig", "server.pub"
"""What lies beside the drops in a batch's folder."""

MISSING = "gap"
REPEATED = "replay"
REORDERED = "reorder"
FORKED = "fork"
JUMPED = "jump"
TRUNCATED = "truncation"
ALTERED = "alteration"
RETIRED = "retired_key"

MAX_SEQUENCE = 10**15 - 1
MAX_DROPS = 100_000
MAX_SIZE = 16 * 1024 * 1024

_KEYS_1 = {"type", "version", "sequence", "previous", "day", "drops", "successor"}
_KEYS = _KEYS_1 - {"drops"} | {"count", "root"}
_DROP_KEYS = {"id", "sha256", "size"}
_HEX_ID = re.compile("[0-9a-f]{32}")


class BatchDrop(Record):
    """One drop file `<id>.tar`: a random id (32 hex digits), the file's SHA-256 (32 bytes) and its size."""

    id: str
    sha256: bytes
    size: int


class Commitment(Record):
    """What version 2 signs instead of a list: how many drops it has, and the root (32 bytes) over them."""

    count: int
    root: bytes


class Batch(Record):
    """One link of the chain. `previous` is the digest of the batch before it, None only for number 1.

    `drops` are ordered by id, so that their order tells nothing, and may be none: a sign of life, or a
    hand-over. `successor` is the key that signs every later batch; None as long as the key stays. Without a
    `commitment` it is of version 1; with one, `drops` are empty until the list was taken.
    """

    sequence: int
    previous: bytes | None
    day: date
    drops: tuple[BatchDrop, ...]
    successor: PublicKey | None = None
    commitment: Commitment | None = None

    @property
    def count(self) -> int:
        """How many drops were signed, whether or not they are known."""
        return len(self.drops) if self.commitment is None else self.commitment.count

    @property
    def is_listed(self) -> bool:
        """Whether it is known which drops were signed."""
        return len(self.drops) == self.count

    def digest(self) -> bytes:
        """SHA-256 of `batch.json`, 32 bytes."""
        return hashlib.sha256(_encoded(self)).digest()


def batch_bytes(batch: Batch) -> bytes:
    """The bytes of `batch.json`, to be signed by the server. Raises FormatError for a bad value."""
    data = _encoded(batch)
    if parse_batch(data) != (batch if batch.commitment is None else batch.replaced(drops=())):
        raise FormatError("The batch holds a value that would not be accepted.")
    return data


def _encoded(batch: Batch) -> bytes:
    fields: dict[str, object] = {
        "type": "silbo batch",
        "sequence": batch.sequence,
        "previous": None if batch.previous is None else batch.previous.hex(),
        "day": batch.day.isoformat(),
        "successor": None if batch.successor is None else str(batch.successor),
    }
    if batch.commitment is None:
        listed = [{"id": d.id, "sha256": d.sha256.hex(), "size": d.size} for d in batch.drops]
        fields |= {"version": 1, "drops": listed}
    else:
        fields |= {"version": 2, "count": batch.commitment.count, "root": batch.commitment.root.hex()}
    return canonical.encode(fields)


def parse_batch(untrusted: bytes) -> Batch:
    """A batch out of `batch.json`, well-formed but not verified: see `crypto.head`. Raises FormatError."""
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo batch", _KEYS_1, _KEYS)
    drops: list[BatchDrop] = []
    commitment = None
    if fields.has("root"):
        commitment = Commitment(fields.integer("count", maximum=MAX_DROPS), fields.hex("root", 32))
    else:
        for value in fields.array("drops", maximum=MAX_DROPS):
            drop = canonical.Fields(value, "batch's drop", _DROP_KEYS)
            identifier = drop.text("id", _HEX_ID, "32 hexadecimal digits")
            drops.append(BatchDrop(identifier, drop.hex("sha256", 32), drop.integer("size", minimum=1)))
    if any(later.id <= earlier.id for earlier, later in pairwise(drops)):
        raise FormatError("The drops in the batch are not ordered by id, or one is listed twice.")
    sequence = fields.integer("sequence", minimum=1, maximum=MAX_SEQUENCE)
    previous = fields.optional("previous", lambda key: fields.hex(key, 32))
    if (previous is None) != (sequence == 1):
        raise FormatError("Every batch but the first must name the one before it.")
    return Batch(
        sequence=sequence,
        previous=previous,
        day=fields.day("day"),
        drops=tuple(drops),
        successor=fields.optional("successor", fields.signing_key),
        commitment=commitment,
    )


def check_drop(listed: BatchDrop, src: BinaryIO | None) -> None:
    """Compares the file of a listed drop with its size and hash; `src` is None where there is no such file.

    Reads at most one byte more than listed. Raises ChainError, truncation or alteration.
    """
    if src is None:
        raise ChainError(TRUNCATED, "The batch is cut short: a drop that it lists is absent.")
    digest = hashlib.sha256()
    left = listed.size
    while left and (piece := src.read(min(left, 1 << 20))):
        digest.update(piece)
        left -= len(piece)
    if left:
        raise ChainError(TRUNCATED, "The batch is cut short: a drop in it is shorter than listed.")
    if src.read(1) or digest.digest() != listed.sha256:
        raise ChainError(ALTERED, "A drop in the batch was changed after it was signed.")
