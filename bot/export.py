"""Export: complete drops leave the server as signed batches, in folders that a reviewer carries away.

Source: the design, "Formats", and docs/protocol.md, "Batches". What goes into a batch is fixed in the
database before its first byte is written, and its bytes follow from that alone; so an export that was
interrupted is simply repeated, and writes the same again:

    planned in the database -> .batch-000001.partial/ -> renamed to batch-000001/ -> marked as written

A batch that hands over to a new server key is planned and written like any other; once it is marked, the new
key takes the place of the one that signed it. Each round begins with that step, so it is never left out.
"""

import asyncio
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.signing import ServerKeys
from bot.store import PlannedBatch, Store, StoreError
from crypto.batch import Batch, BatchDrop, batch_bytes
from crypto.drop import DROP_END, MANIFEST_AGE, member_header, member_padding
from crypto.manifest import item_name
from crypto.minisign import PublicKey, SigningKey


class ExportError(Exception):
    """The batch could not be written; one sentence for the operator. Nothing was marked as exported."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The batches written, by the names of their folders, and how many drops and bytes of drops they hold.

    `successor` is the key that one of them handed over to, and that signs from now on; None if it stayed.
    """

    batches: tuple[str, ...]
    drops: int
    size: int
    successor: PublicKey | None


async def export(store: Store, keys: ServerKeys, directory: Path, today: date) -> ExportReport | None:
    """Write every complete drop that was not exported yet to `directory`; None if there is nothing to write.

    A batch left unfinished by an earlier call comes first, with the bytes and the day it had then. The next
    one hands over to the key that waits in `keys`, with or without drops. Raises `ExportError` for a target
    that cannot take it, `StoreError` for what the database refuses, `SettingsError` for a key that is not
    the one to sign with; then call again.
    """
    batches: list[Batch] = []
    with _sentences(), _alone(directory):
        while plan := await _plan(store, keys, today):
            batch = await _write(store, keys.current, directory, plan)
            await store.batch_written(batch.sequence, batch.digest())
            batches.append(batch)
    if not batches:
        return None
    drops = [drop for batch in batches for drop in batch.drops]
    named = [batch.successor for batch in batches if batch.successor is not None]
    return ExportReport(
        tuple(_folder_name(batch.sequence) for batch in batches),
        len(drops),
        sum(drop.size for drop in drops),
        named[-1] if named else None,
    )


async def _plan(store: Store, keys: ServerKeys, today: date) -> PlannedBatch | None:
    """The next batch, after `keys.current` has become the key that signs it."""
    handed_over = await store.handed_over()
    keys.settle(None if handed_over is None else PublicKey.parse(handed_over))
    waiting = None if keys.waiting is None else str(keys.waiting.public())
    plan = await store.plan_batch(today, waiting)
    if plan is not None and plan.successor not in (None, waiting):
        raise ExportError(  # once it is handed over, only the key that is gone could sign
            "The batch that was begun hands over to a key that is no longer in signing.key.next; put it back."
        )
    return plan


def _folder_name(sequence: int) -> str:
    return f"batch-{sequence:06}"


async def _write(store: Store, signing_key: SigningKey, directory: Path, plan: PlannedBatch) -> Batch:
    """Bring the planned batch to its folder, or check the one that is there already."""
    target = directory / _folder_name(plan.sequence)
    if target.is_symlink() or target.exists():
        batch = _batch(plan, await _drops(store, plan, None))
        await asyncio.to_thread(_compare, target, batch, signing_key)
        return batch
    partial = directory / f".{target.name}.partial"
    try:
        if partial.exists():
            shutil.rmtree(partial)
        partial.mkdir(mode=0o700)
        batch = _batch(plan, await _drops(store, plan, partial))
        for name, content in _signed(batch, signing_key).items():
            with _Output(partial / name, plan.day) as output:
                output.write(content)
                output.finish()
        await asyncio.to_thread(_publish, partial, target, plan.day)
    except Exception:
        shutil.rmtree(partial, ignore_errors=True)  # a full stick gets its room back
        raise
    return batch


def _batch(plan: PlannedBatch, drops: tuple[BatchDrop, ...]) -> Batch:
    successor = None if plan.successor is None else PublicKey.parse(plan.successor)
    return Batch(plan.sequence, plan.previous, plan.day, drops, successor)


def _signed(batch: Batch, signing_key: SigningKey) -> dict[str, bytes]:
    """Return the files beside the drops. `server.pub` is a claim, for a first import to show and compare."""
    data = batch_bytes(batch)
    signature = signing_key.sign(data, f"batch {batch.sequence}")  # Ed25519: the same bytes every time
    public = f"untrusted comment: the key of a Silbo server\n{signing_key.public()}\n"
    return {"batch.json": data, "batch.json.minisig": signature.encode(), "server.pub": public.encode()}


async def _drops(store: Store, plan: PlannedBatch, folder: Path | None) -> tuple[BatchDrop, ...]:
    """Write the drops of the batch into `folder`, or only hash what would be written if it is None."""
    drops = []
    for drop_id in plan.drop_ids:
        with _Output(folder and folder / f"{drop_id}.tar", plan.day) as output:
            async for piece in _drop(store, drop_id):
                await asyncio.to_thread(output.write, piece)
            await asyncio.to_thread(output.finish)
        drops.append(BatchDrop(drop_id, output.hash.digest(), output.size))
    return tuple(drops)


async def _drop(store: Store, drop_id: str) -> AsyncIterator[bytes]:
    """The bytes of one drop, at most 1 MiB at a time; `Store.read` checks each item against its hash."""
    items = await store.items(drop_id)
    manifest = [item for item in items if item.state == "manifest"]
    kept = [item for item in items if item.state == "kept"]
    if len(manifest) != 1 or len(items) != len(kept) + 1:
        raise StoreError("A complete drop in the database does not have exactly one manifest.")
    names = [MANIFEST_AGE, *(item_name(number) for number in range(1, len(kept) + 1))]
    for name, item in zip(names, manifest + kept, strict=True):
        yield member_header(name, item.size)
        async for piece in store.read(item.id):
            yield piece
        yield member_padding(item.size)
    yield DROP_END


class _Output:
    """A new file that is hashed while it is written; with no path it is only hashed."""

    def __init__(self, path: Path | None, day: date) -> None:
        self.hash = hashlib.sha256()
        self.size = 0
        self._day = day
        self._file = None if path is None else open(path, "xb", buffering=0, opener=_private)  # noqa: SIM115

    def __enter__(self) -> "_Output":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, data: bytes) -> None:
        self.hash.update(data)
        self.size += len(data)
        left = memoryview(data)
        while self._file is not None and left:
            left = left[self._file.write(left) :]

    def finish(self) -> None:
        """Make the file durable, with midnight of the batch's day as its only time."""
        if self._file is not None:
            os.utime(self._file.fileno(), ns=_midnight(self._day))
            os.fsync(self._file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _midnight(day: date) -> tuple[int, int]:
    stamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 10**9
    return stamp, stamp


def _publish(partial: Path, target: Path, day: date) -> None:
    os.utime(partial, ns=_midnight(day))
    _sync(partial)
    os.rename(partial, target)
    _sync(target.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _compare(folder: Path, batch: Batch, signing_key: SigningKey) -> None:
    """Check that `folder` holds this batch, left by an export that was stopped before its last step."""
    wanted = {f"{drop.id}.tar": drop.sha256 for drop in batch.drops}
    for name, content in _signed(batch, signing_key).items():
        wanted[name] = hashlib.sha256(content).digest()
    for name, digest in wanted.items():
        try:
            with open(folder / name, "rb") as file:
                same = hashlib.file_digest(file, "sha256").digest() == digest
        except OSError:
            same = False
        if not same:
            raise ExportError(
                f"The folder already holds a {folder.name} with other content, which was left as it is; "
                "export to another folder."
            )
    _sync(folder.parent)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keep a second export out of the same folder while this one writes."""
    try:
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise ExportError("There is no folder to export to at that place.") from None
    except NotADirectoryError:
        raise ExportError("The place to export to is not a folder.") from None
    try:
        with suppress(OSError):  # some network file systems lock no folders
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ExportError("Another export is writing to this folder.") from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(_sentence(error.errno)) from None


def _sentence(code: int | None) -> str:
    match code:
        case errno.ENOSPC | errno.EDQUOT:
            return "The place to export to is full: make room there and export again, nothing is lost."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "The folder to export to cannot be written by this user."
        case errno.EFBIG:
            return "A drop is larger than a file may be on the place to export to."
        case _:
            return "The folder to export to cannot be read or written; is the stick still there?"
