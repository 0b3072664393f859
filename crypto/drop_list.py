"""The list of a batch of version 2, `drops.json`: not signed itself, because the signed root binds it.

Source: issue 11, item 2; drawn in docs/protocol.md, "Batches". So one drop can be proven to be in a batch
without naming another, and the signature stays short. The list is read by its one spelling, at once: a batch
of ten thousand drops opens in less time than one of version 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from crypto import canonical
from crypto.batch import ALTERED, MAX_DROPS, MAX_SIZE, TRUNCATED, Batch, BatchDrop, Commitment, batch_bytes
from crypto.errors import ChainError, FormatError, NewerVersion
from crypto.merkle import Tree, leaf_hash, root_of
from crypto.minisign import PublicKey

LIST_FILE = "drops.json"

_KEYS = {"type", "version", "drops"}
_START, _END = b'{"drops":[', b'],"type":"silbo drops","version":1}'
_ENTRY = re.compile(rb'\{"id":"([0-9a-f]{32})","sha256":"([0-9a-f]{64})","size":([1-9][0-9]{0,15})\}')


def leaf_of(drop: BatchDrop) -> bytes:
    """What the tree hashes of a drop: id (16) || SHA-256 (32) || size (8, big endian)."""
    return bytes.fromhex(drop.id) + drop.sha256 + drop.size.to_bytes(8)


def tree_of(drops: Iterable[BatchDrop]) -> Tree:
    """The tree over these drops, to prove one of them."""
    return Tree([leaf_hash(leaf_of(drop)) for drop in drops])


def make_batch(
    sequence: int,
    previous: bytes | None,
    day: date,
    drops: tuple[BatchDrop, ...],
    successor: PublicKey | None = None,
) -> Batch:
    """A batch of version 2 over these drops, ascending by id. Raises FormatError for a bad value."""
    if parse_list(list_bytes(drops)) != drops:
        raise FormatError("The list of drops holds a value that would not be accepted.")
    commitment = Commitment(len(drops), root_of([leaf_hash(leaf_of(drop)) for drop in drops]))
    batch = Batch(sequence, previous, day, drops, successor, commitment)
    batch_bytes(batch)
    return batch


def list_bytes(drops: Iterable[BatchDrop]) -> bytes:
    """The bytes of `drops.json`."""
    entries = (
        b'{"id":"%s","sha256":"%s","size":%d}' % (drop.id.encode(), drop.sha256.hex().encode(), drop.size)
        for drop in drops
    )
    return _START + b",".join(entries) + _END


def parse_list(untrusted: bytes) -> tuple[BatchDrop, ...]:
    """The drops of a list, well-formed but not verified. Raises FormatError."""
    if len(untrusted) > MAX_SIZE:
        raise FormatError("The list of drops is longer than allowed.")
    inner = untrusted.removeprefix(_START).removesuffix(_END)
    found = _ENTRY.findall(inner)
    if len(inner) + len(_START) + len(_END) != len(untrusted) or inner != b",".join(
        b'{"id":"%b","sha256":"%b","size":%b}' % entry for entry in found
    ):
        try:
            canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo drops", _KEYS)
        except NewerVersion:
            raise NewerVersion("The list of drops was written by a newer Silbo.") from None
        raise FormatError("The list of drops is malformed.")
    if len(found) > MAX_DROPS or any(int(size) > canonical.MAX_INTEGER for _, _, size in found):
        raise FormatError("The list of drops holds more than is allowed.")
    if any(later[0] <= earlier[0] for earlier, later in pairwise(found)):
        raise FormatError("The list of drops is not ordered by id, or one is listed twice.")
    rows = [(of.decode(), bytes.fromhex(sha256.decode()), int(size)) for of, sha256, size in found]
    return tuple(BatchDrop.of_rows(rows))


def with_drops(batch: Batch, untrusted_list: bytes | None) -> Batch:
    """The batch with the drops that were signed; one of version 1 as it is.

    `untrusted_list` is None where there is no `drops.json`. Raises ChainError, truncation or alteration, if
    the list is not what the root was made over, and FormatError (NewerVersion) for one of a later version.
    """
    if batch.commitment is None:
        return batch
    if untrusted_list is None:
        raise ChainError(TRUNCATED, "The batch is cut short: the list of its drops is missing.")
    try:
        drops = parse_list(untrusted_list)
    except NewerVersion:
        raise
    except FormatError:
        raise ChainError(ALTERED, "The list of the batch's drops was changed or cut short.") from None
    leaves = [leaf_hash(leaf_of(drop)) for drop in drops]
    if len(drops) != batch.commitment.count or root_of(leaves) != batch.commitment.root:
        raise ChainError(ALTERED, "The list of drops is not the one that was signed with the batch.")
    return batch.replaced(drops=drops)
