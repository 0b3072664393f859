"""Receipts: a reviewer signs which drops rest whole on the offline machine, so that the server may delete
them.

Source: issue 5, item 4; drawn in docs/protocol.md, "Receipts". Signed with the reviewer's root key, whose
public half the server has pinned. A batch is named by number and hash, so a receipt is for one server alone;
saying the same again changes nothing, so a repeated one does no harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from crypto import canonical
from crypto.batch import MAX_DROPS, MAX_SEQUENCE
from crypto.errors import FormatError
from crypto.minisign import PublicKey

MAX_SIZE = 16 * 1024 * 1024

_KEYS = {"type", "version", "root", "batches"}
_BATCH_KEYS = {"sequence", "digest", "drops"}
_DROP_KEYS = {"id", "sha256"}
_HEX_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ReceivedDrop:
    """A drop that is there: its id (32 hex digits) and the SHA-256 (32 bytes) of its file."""

    id: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class ReceivedBatch:
    """The drops of one batch that are there, ascending by id; `digest` is the SHA-256 of its `batch.json`."""

    sequence: int
    digest: bytes
    drops: tuple[ReceivedDrop, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reviewer, known by the public `root` key, has; batches ascending by number, then digest."""

    root: PublicKey
    batches: tuple[ReceivedBatch, ...]


def receipt_bytes(receipt: Receipt) -> bytes:
    """The bytes of a receipt, to be signed by the root. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo receipt",
            "version": 1,
            "root": str(receipt.root),
            "batches": [
                {
                    "sequence": batch.sequence,
                    "digest": batch.digest.hex(),
                    "drops": [{"id": drop.id, "sha256": drop.sha256.hex()} for drop in batch.drops],
                }
                for batch in receipt.batches
            ],
        }
    )
    if _parse(data) != receipt:
        raise FormatError("The receipt holds a value that would not be accepted.")
    return data


def claimed_root(untrusted: bytes) -> PublicKey:
    """The root that a receipt says it is of, for finding the pinned one. Raises FormatError."""
    return _parse(untrusted).root


def parse_receipt(untrusted: bytes, untrusted_signature: str, root: PublicKey) -> Receipt:
    """A receipt that `root` has signed. Raises SignatureError, or FormatError if it is malformed."""
    root.verify(untrusted, untrusted_signature)
    receipt = _parse(untrusted)
    if receipt.root != root:
        raise FormatError("The receipt names another root key than the one that signed it.")
    return receipt


def _parse(untrusted: bytes) -> Receipt:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo receipt", _KEYS)
    batches = []
    for value in fields.array("batches", maximum=MAX_DROPS):
        batch = canonical.Fields(value, "receipt's batch", _BATCH_KEYS)
        drops = []
        for entry in batch.array("drops", maximum=MAX_DROPS):
            drop = canonical.Fields(entry, "receipt's drop", _DROP_KEYS)
            drops.append(
                ReceivedDrop(drop.text("id", _HEX_ID, "32 hexadecimal digits"), drop.hex("sha256", 32))
            )
        if any(later.id <= earlier.id for earlier, later in pairwise(drops)):
            raise FormatError("The drops in the receipt are not ordered by id, or one is listed twice.")
        sequence = batch.integer("sequence", minimum=1, maximum=MAX_SEQUENCE)
        batches.append(ReceivedBatch(sequence, batch.hex("digest", 32), tuple(drops)))
    places = [(batch.sequence, batch.digest) for batch in batches]
    if any(later <= earlier for earlier, later in pairwise(places)):
        raise FormatError("The batches in the receipt are not in order, or one is listed twice.")
    return Receipt(fields.signing_key("root"), tuple(batches))
