"""The case file: which drops were imported, and what can be said of each without the passphrase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from admin.display import visible
from admin.errors import AdminError
from admin.home import Home
from admin.keys.keyring import PeriodFile
from crypto.batch import Batch, BatchDrop, parse_batch
from crypto.drop import read_drop
from crypto.errors import CryptoError

_SHORTEST_PREFIX = 4


@dataclass(frozen=True, slots=True)
class StoredDrop:
    """A drop that a verified batch lists, whether or not its file is in the home."""

    folder: Path
    listed: BatchDrop
    batch: Batch

    @property
    def id(self) -> str:
        return self.listed.id

    @property
    def sha256(self) -> bytes:
        return self.listed.sha256

    @property
    def sequence(self) -> int:
        return self.batch.sequence

    @property
    def day(self) -> date:
        """The day of the export: the source wrote on this day or before it."""
        return self.batch.day

    @property
    def path(self) -> Path:
        return self.folder / f"{self.id}.tar"


def record_name(batch: Batch) -> str:
    """The file name under which a verified `batch.json` is kept: number and hash, since a fork has two of
    a number.
    """
    return f"batch-{batch.sequence:06d}-{batch.digest().hex()[:32]}.json"


def load_drops(home: Home) -> list[StoredDrop]:
    """Every drop of every imported batch, in the order of the batches; one that is listed again counts once.

    Raises `AdminError` if a record in the home was damaged.
    """
    drops: dict[str, StoredDrop] = {}
    for path in sorted(home.batches.glob("batch-*.json")):
        try:
            batch = parse_batch(path.read_bytes())
        except CryptoError:
            batch = None
        if batch is None or record_name(batch) != path.name:
            raise AdminError(f"The record {visible(path.name)} in the home is damaged.")
        for listed in batch.drops:
            drops.setdefault(listed.id, StoredDrop(home.drops, listed, batch))
    return list(drops.values())


def find(drops: Iterable[StoredDrop], prefix: str) -> StoredDrop:
    """The one drop whose id begins with `prefix`. Raises `AdminError` if there is none, or more than one."""
    wanted = prefix.lower()
    if len(wanted) < _SHORTEST_PREFIX:
        raise AdminError(f"Give at least the first {_SHORTEST_PREFIX} characters of the drop's id.")
    found = [drop for drop in drops if drop.id.startswith(wanted)]
    if not found:
        raise AdminError("There is no drop with that id in this home.")
    if len(found) > 1:
        raise AdminError("More than one drop begins like that; give more of its id.")
    return found[0]


def state(drop: StoredDrop, opened: dict[str, str], periods: Sequence[PeriodFile]) -> str:
    """What can be known without the passphrase.

    "key destroyed" is certain: the period that opened the drop is gone, or every period that had begun
    when it was exported.
    """
    was_opened = opened.get(drop.id)
    if not drop.path.exists():
        return "file missing"
    if was_opened is not None:
        alive = any(period.start.isoformat() == was_opened for period in periods)
    else:
        alive = any(period.start <= drop.day for period in periods)
    if not alive:
        return "key destroyed"
    return "opened" if was_opened is not None else "readable"


def count_items(drop: StoredDrop) -> int | None:
    """How many items the file holds besides the manifest; None if it is missing or not a drop."""
    try:
        with drop.path.open("rb") as file:
            return len(read_drop(file)) - 1
    except (OSError, CryptoError):
        return None
