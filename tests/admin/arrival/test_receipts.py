"""What a receipt costs, and how it lists drops of chains that fork."""

from datetime import date
from pathlib import Path

import pytest

from admin.arrival.receipts import _batches
from admin.case.casefile import StoredDrop
from crypto.batch import Batch, BatchDrop
from crypto.drop_list import make_batch


def _batch(sequence: int, drops: int) -> Batch:
    listed = tuple(BatchDrop(f"{number:032x}", bytes(32), 1) for number in range(drops))
    return make_batch(
        sequence=sequence,
        previous=None if sequence == 1 else bytes(32),
        day=date(2026, 11, 18),
        drops=listed,
        successor=None,
    )


def test_a_batch_is_hashed_once_however_many_drops_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = 0
    whole, digest = BatchDrop.__hash__, Batch.digest

    def counted(drop: BatchDrop) -> int:
        nonlocal hashed
        hashed += 1
        return whole(drop)

    def counted_digest(batch: Batch) -> bytes:
        nonlocal hashed
        hashed += 1
        return digest(batch)

    batches = [_batch(number, 40) for number in (1, 2)]
    monkeypatch.setattr(BatchDrop, "__hash__", counted)
    monkeypatch.setattr(Batch, "digest", counted_digest)
    first, second = batches
    received = _batches([StoredDrop(Path(), drop, second, (first,)) for drop in reversed(second.drops)])
    assert hashed == 2
    assert [(batch.sequence, [drop.id for drop in batch.drops]) for batch in received] == [
        (batch.sequence, [drop.id for drop in batch.drops]) for batch in batches
    ]
