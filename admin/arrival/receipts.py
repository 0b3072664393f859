"""Receipts: this reviewer signs which drops rest whole in this home, so that the server may delete them.

Source: docs/protocol.md, "Receipts". A drop is named only after its file was read again to its end and had
the hash that the server signed: what is confirmed here is gone there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from admin.case.casefile import StoredDrop
from admin.case.members import open_file
from admin.errors import AdminError
from admin.files import make_public_folder, sync_folder, write_public
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.keys.root import unlock_root
from admin.words import tr
from crypto.batch import Batch, check_drop
from crypto.errors import ChainError
from crypto.receipt import Receipt, ReceivedBatch, ReceivedDrop, receipt_bytes


@dataclass(frozen=True, slots=True)
class Written:
    """The receipt's file (its signature is beside it), how many drops it confirms, and what it left out."""

    path: Path
    drops: int
    findings: tuple[str, ...]


def write(home: Home, ring: KeyRing, folder: Path, drops: Sequence[StoredDrop]) -> Written:
    """Writes `receipt-XXXXXXXX.json` and its `.minisig` into `folder`, which is made if need be, for those of
    `drops` that are whole.

    Raises `AdminError` when no drop is there to confirm, or the root cannot be unlocked.
    """
    sync_folder(home.drops)  # an import that was killed may not have: a receipt outlives a power cut
    found = {drop.id: (drop, _why_not(home, drop)) for drop in drops}
    whole = [drop for drop, problem in found.values() if problem is None]
    if not whole:
        raise AdminError(tr("None of the drops to confirm is whole here; import them again first."))
    root = unlock_root(home, ring)
    data = receipt_bytes(Receipt(root.public(), _batches(whole)))
    home.refuse(folder)
    make_public_folder(folder)
    path = folder / f"receipt-{root.public().key_id.hex()[:8]}.json"
    signature = root.sign(data, f"silbo receipt, {len(whole)} drops")
    write_public(path.with_name(f"{path.name}.minisig"), signature.encode())
    write_public(path, data)
    return Written(path, len(whole), tuple(problem for _, problem in found.values() if problem))


def _batches(drops: list[StoredDrop]) -> tuple[ReceivedBatch, ...]:
    """By batch: under each that lists this very file. Where the chain forks, the server knows one of them."""
    found: dict[int, tuple[Batch, list[ReceivedDrop]]] = {}  # a batch's own hash reads all its drops
    for drop in sorted(drops, key=lambda drop: drop.id):
        for batch in (drop.batch, *drop.again):
            found.setdefault(id(batch), (batch, []))[1].append(ReceivedDrop(drop.id, drop.sha256))
    received = [
        ReceivedBatch(batch.sequence, batch.digest(), tuple(listed)) for batch, listed in found.values()
    ]
    return tuple(sorted(received, key=lambda batch: (batch.sequence, batch.digest)))


def _why_not(home: Home, drop: StoredDrop) -> str | None:
    """A sentence for a drop that is not whole in this home; None if it is."""
    try:
        with open_file(drop) as file:
            check_drop(drop.listed, file)
    except (AdminError, ChainError, OSError) as error:
        if isinstance(error, ChainError):
            home.note("damaged", [drop.id])
        return tr(
            "Drop {id} of batch {sequence} is not whole here: not confirmed, import it again.",
            id=drop.id[:8],
            sequence=drop.sequence,
        )
    return None
