"""The case file: which drops were imported, and what each id means: what was listed first, nothing later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from admin.case import register
from admin.case.register import Meaning
from admin.display import visible
from admin.errors import AdminError
from admin.home import Home
from admin.words import tr
from crypto.batch import Batch, BatchDrop, check_drop, parse_batch
from crypto.drop import read_drop
from crypto.drop_list import with_drops
from crypto.errors import ChainError, CryptoError, NewerVersion
from crypto.head import Head, parse_head
from crypto.record import Record

_SHORTEST_PREFIX, _SHORT = 4, 12


class StoredDrop(Record):
    """A drop that a verified batch lists, whether or not its file is in the home. `again` are other batches
    that list the very same file, as those of a server do that was restored from a backup.
    """

    folder: Path
    listed: BatchDrop
    batch: Batch
    again: tuple[Batch, ...] = ()

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


class CaseFile(Record):
    """Every drop of every imported batch, in the order of the batches; the batches by their records' names.

    `undecided` are ids of which nobody knows what came first; `told` is a sentence for each that was decided
    just now. Both are of homes that were made before there was a register.
    """

    drops: tuple[StoredDrop, ...]
    records: Mapping[str, Batch]
    undecided: frozenset[str]
    told: tuple[str, ...]


_Listings = Mapping[str, Mapping[bytes, Sequence[str]]]
"""Id -> SHA-256 -> names of the records that list it so."""


def record_name(batch: Batch) -> str:
    """The file name under which a verified `batch.json` is kept: number and hash, since a fork has two of
    a number.
    """
    return f"batch-{batch.sequence:06d}-{batch.digest().hex()[:32]}.json"


def list_name(record: str) -> str:
    """The file name of the list of a record of version 2, which is kept beside it."""
    return f"{record}.drops"


def load(home: Home) -> CaseFile:
    """The case file. Ids that are not in the register yet are written down there first.

    Raises `AdminError` if a record or the register was damaged.
    """
    known = register.read(home)  # before the records: an import at work writes them the other way round
    records = _records(home)
    listed: dict[str, list[tuple[str, BatchDrop]]] = {}
    for name, batch in records.items():
        for drop in batch.drops:
            if (before := listed.get(drop.id)) is None:
                listed[drop.id] = [(name, drop)]
            else:
                before.append((name, drop))
    told: list[str] = []
    if fresh := listed.keys() - known.keys():
        listings = {of: _by_hash(listed[of]) for of in fresh}
        after = register.add(home, _settled(home, listings, records, told))
        known |= {of: after[of] for of in fresh & after.keys()}
    rows, folder = [], home.drops
    for meaning in sorted(known.values(), key=lambda meaning: (meaning.record, meaning.id)):
        same = dict([each for each in listed.get(meaning.id, ()) if each[1].sha256 == meaning.sha256])
        first = same.pop(meaning.record, None)
        if first is None:
            raise AdminError(tr("The record {record} in the home is missing.", record=meaning.record))
        rows.append((folder, first, records[meaning.record], tuple([records[name] for name in same])))
    drops = tuple(StoredDrop.of_rows(rows))
    return CaseFile(drops, records, frozenset(listed.keys() - known.keys()), tuple(told))


def _by_hash(listed: Iterable[tuple[str, BatchDrop]]) -> dict[bytes, list[str]]:
    found: dict[bytes, list[str]] = defaultdict(list)
    for name, drop in listed:
        found[drop.sha256].append(name)
    return found


def stamp(home: Home) -> tuple[int, ...]:
    """Changes when the case file does: when the register was written, and a record came or went."""
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in (home.register, home.batches))


def load_head(home: Home) -> Head | None:
    """What is remembered of the server, None before its key was pinned. Raises `AdminError`."""
    try:
        return parse_head(home.head.read_bytes())
    except FileNotFoundError:
        return None
    except NewerVersion:
        raise _newer(home.head.name) from None
    except CryptoError:
        raise AdminError(tr("The file {name} in the home is damaged.", name=home.head.name)) from None


def _records(home: Home) -> dict[str, Batch]:
    records = {}
    for path in sorted(home.batches.glob("batch-*.json")):
        try:
            batch = _with_list(parse_batch(path.read_bytes()), path.with_name(list_name(path.name)))
        except NewerVersion:
            raise _newer(path.name) from None
        except CryptoError:
            batch = None
        if batch is None or record_name(batch) != path.name:
            raise AdminError(tr("The record {name} in the home is damaged.", name=visible(path.name)))
        records[path.name] = batch
    return records


def _newer(name: str) -> AdminError:
    return AdminError(
        tr(
            "The file {name} in the home was written by a newer Silbo: open this home with that one.",
            name=visible(name),
        )
    )


def _with_list(batch: Batch, beside: Path) -> Batch:
    """Without its drops as long as no stick has brought their list."""
    try:
        return with_drops(batch, None if batch.commitment is None else beside.read_bytes())
    except FileNotFoundError:
        return batch


def _settled(
    home: Home, fresh: _Listings, records: Mapping[str, Batch], told: list[str]
) -> Iterable[Meaning]:
    """What ids mean that no import has written down: 0.1.0 made this home, or power failed right before.
    Where lists differ, the file that is here decides, and then the chain that was followed.
    """
    head = load_head(home)
    seen = {link.digest for link in head.links if link.seen} if head is not None else set()
    followed = {name for name, batch in records.items() if batch.digest() in seen}
    for drop, by_hash in sorted(fresh.items(), key=lambda entry: min(map(min, entry[1].values()))):
        likeliest = {
            sha256: min(names, key=lambda name: (name not in followed, name))
            for sha256, names in by_hash.items()
        }
        found = list(likeliest.items())
        if len(found) > 1:
            here = [entry for entry in found if _is_file_of(home, records[entry[1]], drop)]
            chained = [entry for entry in found if entry[1] in followed]
            found = here or chained
            told.append(_how_settled(drop, records[found[0][1]] if len(found) == 1 else None, bool(here)))
        if len(found) == 1:
            yield Meaning(drop, *found[0])


def _how_settled(drop: str, batch: Batch | None, here: bool) -> str:
    unknown = tr(
        "Drop {drop} is in two lists with different content, and which came first was not written down",
        drop=drop[:8],
    )
    if batch is None:
        return tr(
            "{unknown}: neither is taken. Tell the operator, by voice, and keep every stick.", unknown=unknown
        )
    why = tr("its file is here") if here else tr("it is in the chain of batches")
    return tr(
        "{unknown}: the one of batch {sequence} counts from now on, because {why}.",
        unknown=unknown,
        sequence=batch.sequence,
        why=why,
    )


def _is_file_of(home: Home, batch: Batch, drop: str) -> bool:
    """Whether the file in the home is the one that this batch lists."""
    (listed,) = (listed for listed in batch.drops if listed.id == drop)
    try:
        with (home.drops / f"{drop}.tar").open("rb") as file:
            check_drop(listed, file)
    except (OSError, ChainError):
        return False
    return True


def short_ids(drops: Iterable[StoredDrop]) -> dict[str, str]:
    """By id, as much of it as names this drop alone; the server's key is enough to make one like another."""
    ids = sorted(drop.id for drop in drops)
    found = {}
    for before, own, after in zip(["", *ids], ids, [*ids[1:], ""], strict=False):
        length = _SHORT
        while own[:length] in (before[:length], after[:length]) and length < len(own):
            length += 1
        found[own] = own[:length]
    return found


def find(drops: Iterable[StoredDrop], prefix: str) -> StoredDrop:
    """The one drop whose id begins with `prefix`. Raises `AdminError` if there is none, or more than one."""
    wanted = prefix.lower()
    if len(wanted) < _SHORTEST_PREFIX:
        raise AdminError(
            tr(
                "Give at least the first {shortest_prefix} characters of the drop's id.",
                shortest_prefix=_SHORTEST_PREFIX,
            )
        )
    found = [drop for drop in drops if drop.id.startswith(wanted)]
    if not found:
        raise AdminError(tr("There is no drop with that id in this home."))
    if len(found) > 1:
        raise AdminError(tr("More than one drop begins like that; give more of its id, as 'list' has it."))
    return found[0]


def count_items(drop: StoredDrop) -> int | None:
    """How many items the file holds besides the manifest; None if it is missing or not a drop."""
    try:
        with drop.path.open("rb", buffering=0) as file:  # a few headers: a buffer would read 8 KiB for each
            return len(read_drop(file)) - 1
    except (OSError, CryptoError):
        return None
