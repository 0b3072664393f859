"""Export to a folder: `.batch-000001.partial` is filled, made durable, and renamed to `batch-000001`.

Beside the batches lie the revocations that this server has taken, so that other reviewers learn of them.
"""

import asyncio
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
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
from bot.export.on_stick import Output, make_folder, midnight, replace_file, write_revocation
from bot.files import open_plain, sync_folder
from bot.store.batches import PlannedBatch
from bot.store.store import Store
from crypto.batch import Batch, BatchDrop
from crypto.minisign import SigningKey
from crypto.revocation import Revocation


class FolderTarget:
    """A folder, locked against a second export while this is entered. Raises `ExportError`."""

    def __init__(self, directory: Path, revocations: Sequence[Revocation] = ()) -> None:
        self._directory = directory
        self._revocations = revocations
        self._lock = ExitStack()

    async def __aenter__(self) -> "FolderTarget":
        with _sentences():
            self._lock.enter_context(_alone(self._directory))
        try:
            with _sentences():
                for revocation in self._revocations:
                    write_revocation(self._directory / "revocations", revocation)
        except BaseException:
            self._lock.close()
            raise
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

    def put(self, files: Mapping[str, bytes], day: date) -> None:
        """Put files beside the batches, in the place of older ones. Raises `ExportError`."""
        with _sentences():
            for name, content in files.items():
                if (self._directory / name).is_dir():
                    raise ExportError(f"On the place to export to, '{name}' is a folder; take it away first.")
                replace_file(self._directory / name, content, day)
            sync_folder(self._directory)

    async def _fill(self, store: Store, signing_key: SigningKey, plan: PlannedBatch, target: Path) -> Batch:
        partial = self._directory / f".{target.name}.partial"
        try:
            if partial.exists():
                shutil.rmtree(partial)
            make_folder(partial)
            batch = batch_of(plan, await _write_drops(store, plan, partial))
            for name, content in signed_files(batch, signing_key).items():
                with Output(partial / name, plan.day) as output:
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
        with Output(folder / f"{drop_id}.tar", plan.day) as output:
            async for piece in drop_bytes(store, drop_id):
                await asyncio.to_thread(output.write, piece)
            await asyncio.to_thread(output.finish)
        drops.append(BatchDrop(drop_id, output.hash.digest(), output.size))
    return tuple(drops)


def _publish(partial: Path, target: Path, day: date) -> None:
    os.utime(partial, ns=midnight(day))
    sync_folder(partial)
    os.rename(partial, target)
    sync_folder(target.parent)


def _compare(folder: Path, batch: Batch, signing_key: SigningKey) -> None:
    """Check that `folder` holds this batch, left by an export that was stopped before its last step."""
    wanted = {f"{drop.id}.tar": (drop.size, drop.sha256) for drop in batch.drops}
    for name, content in signed_files(batch, signing_key).items():
        wanted[name] = len(content), hashlib.sha256(content).digest()
    for name, (size, digest) in wanted.items():
        same = not folder.is_symlink()  # what a link leads to does not travel with the stick
        try:
            with open_plain(folder / name, follow=False) as file:
                same &= os.fstat(file.fileno()).st_size == size
                same = same and hashlib.file_digest(file, "sha256").digest() == digest
        except OSError:
            same = False
        if not same:
            raise ExportError(
                f"The folder already holds a {folder.name} with other content, which was left as it is; "
                "export to another folder."
            )
    sync_folder(folder.parent)


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
                raise ExportError(
                    "Another export is writing to this folder, or a program has locked it (fuser tells)."
                ) from None
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
