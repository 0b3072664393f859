"""Export to a folder: `.batch-000001.partial` is filled, made durable, and renamed to `batch-000001`."""

import asyncio
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType

from bot.export.batch_bytes import (
    ExportError,
    batch_of,
    drop_bytes,
    folder_name,
    hash_drop,
    signed_files,
)
from bot.store import PlannedBatch, Store
from crypto.batch import Batch, BatchDrop
from crypto.minisign import SigningKey


class FolderTarget:
    """A folder, locked against a second export while this is entered. Raises `ExportError`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = ExitStack()

    async def __aenter__(self) -> "FolderTarget":
        with _sentences():
            self._lock.enter_context(_alone(self._directory))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.close()

    async def write(self, store: Store, signing_key: SigningKey, plan: PlannedBatch) -> Batch:
        """Bring the planned batch to its folder, or check the one that is there already."""
        with _sentences():
            target = self._directory / folder_name(plan.sequence)
            if target.is_symlink() or target.exists():
                batch = batch_of(plan, tuple([await hash_drop(store, drop) for drop in plan.drop_ids]))
                await asyncio.to_thread(_compare, target, batch, signing_key)
                return batch
            return await self._fill(store, signing_key, plan, target)

    async def _fill(self, store: Store, signing_key: SigningKey, plan: PlannedBatch, target: Path) -> Batch:
        partial = self._directory / f".{target.name}.partial"
        try:
            if partial.exists():
                shutil.rmtree(partial)
            partial.mkdir(mode=0o700)
            batch = batch_of(plan, await _write_drops(store, plan, partial))
            for name, content in signed_files(batch, signing_key).items():
                with _Output(partial / name, plan.day) as output:
                    output.write(content)
                    output.finish()
            await asyncio.to_thread(_publish, partial, target, plan.day)
        except Exception:
            shutil.rmtree(partial, ignore_errors=True)  # a full stick gets its room back
            raise
        return batch


async def _write_drops(store: Store, plan: PlannedBatch, folder: Path) -> tuple[BatchDrop, ...]:
    drops = []
    for drop_id in plan.drop_ids:
        with _Output(folder / f"{drop_id}.tar", plan.day) as output:
            async for piece in drop_bytes(store, drop_id):
                await asyncio.to_thread(output.write, piece)
            await asyncio.to_thread(output.finish)
        drops.append(BatchDrop(drop_id, output.hash.digest(), output.size))
    return tuple(drops)


class _Output:
    """A new file that is hashed while it is written."""

    def __init__(self, path: Path, day: date) -> None:
        self.hash = hashlib.sha256()
        self.size = 0
        self._day = day
        self._file = open(path, "xb", buffering=0, opener=_private)  # noqa: SIM115

    def __enter__(self) -> "_Output":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        self.hash.update(data)
        self.size += len(data)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]

    def finish(self) -> None:
        """Make the file durable, with midnight of the batch's day as its only time."""
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
    for name, content in signed_files(batch, signing_key).items():
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
