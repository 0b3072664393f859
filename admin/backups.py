"""A copy of the whole home in one file, for a stick that lies elsewhere; and a home made of it again.

The file is an age file under the passphrase of the home: stock `age -d` gives a tar archive. Left out are the
keys of periods that are over, with their part of the index (docs/adr/0203): what `rotate` destroys here must
not lie on in a drawer. A copy opens what its keys open until it is destroyed itself.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tarfile
import threading
from datetime import date
from pathlib import Path, PurePosixPath

from admin.errors import AdminError
from admin.files import create_file, new_file, sync_folder, temporary_folder
from admin.home import MARKER, Home
from admin.keys.keyring import HARDEST_WORK_FACTOR, KeyRing
from admin.keys.periods import period_files, period_of
from admin.keys.root import ROOT_NAME
from admin.keys.rotation import RESTORED
from admin.words import tr
from crypto.age import Encryptor, ScryptIdentity, ScryptRecipient, decrypt_stream
from crypto.errors import CryptoError, NoMatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

_LOCKS = {"lock", "state.lock", "workspace.lock"}
_DEEPEST = 8
_MOST = 2_000_000
_CHUNK = 1 << 20


class _Sealing:
    """What `tarfile` writes to."""

    def __init__(self, target: BinaryIO, passphrase: bytes, work_factor: int) -> None:
        self._target = target
        self._encryptor = Encryptor([ScryptRecipient(passphrase, log_n=work_factor)])

    def write(self, data: bytes) -> int:
        self._target.write(self._encryptor.update(data))
        return len(data)

    def finish(self) -> None:
        self._target.write(self._encryptor.finish())


def write(home: Home, ring: KeyRing, target: Path, *, today: date, work_factor: int) -> int:
    """Writes the file, whole or not at all. Returns how many files of the home are in it.

    Raises `AdminError` when there is one by that name already, or the passphrase is wrong.
    """
    if os.path.lexists(target):
        raise AdminError(tr("There is a file by that name already; nothing was written."))
    ring.unlock(home.keys / ROOT_NAME)
    count = 0
    with new_file(target) as file:
        sealing = _Sealing(file, ring.passphrase, work_factor)
        with tarfile.open(fileobj=sealing, mode="w|", format=tarfile.GNU_FORMAT) as archive:  # type: ignore[call-overload]
            for path in _kept(home, today):
                member = tarfile.TarInfo(str(path.relative_to(home.path)))
                member.mode, member.mtime = 0o600, 0
                with path.open("rb") as content:
                    member.size = os.fstat(content.fileno()).st_size
                    archive.addfile(member, content)
                count += 1
        sealing.finish()
    return count


def size(home: Home, today: date) -> int:
    """At least so many bytes a copy takes."""
    return sum(tarfile.BLOCKSIZE + path.lstat().st_size for path in _kept(home, today))


def _kept(home: Home, today: date) -> Iterator[Path]:
    over = {period.start.isoformat() for period in period_files(home.keys) if period.until <= today}
    for folder, folders, names in os.walk(home.path):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name.removeprefix("period-") not in over
        )
        for name in sorted(names):
            path = Path(folder, name)
            start = name.removeprefix("period-").removesuffix(".age")
            if (
                name not in _LOCKS
                and not name.startswith(".")
                and start not in over
                and stat.S_ISREG(path.lstat().st_mode)  # a pipe would never end
            ):
                yield path


def ends(home: Home, today: date) -> date | None:
    """The day on which the last of the keys that a copy takes in is over; None if every period is over."""
    return max((period.until for period in period_files(home.keys) if today < period.until), default=None)


def read(source: Path, home: Path, ask: Callable[[str], bytes], *, today: date) -> int:
    """Makes the home of a copy: `home` must not be there, or be empty, and is made only when all of the copy
    was good. Keys that `rotate` would destroy by now are left out. Returns how many files there are.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise AdminError(
            tr("There is something in that home already; nothing was restored. Choose another with --home.")
        )
    with open(source, "rb", opener=_at_once) as untrusted:
        if not stat.S_ISREG(os.fstat(untrusted.fileno()).st_mode):
            raise AdminError(tr("That is no file; nothing was restored."))
        passphrase = ask(tr("Passphrase: "))
        home.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(home.parent) as folder:
            count = _unpack(untrusted, passphrase, folder, today)
            if not (folder / MARKER).is_file():
                raise AdminError(tr("That is no copy of a home; nothing was restored."))
            Home(folder).note(RESTORED, [today.isoformat()])
            if home.exists():
                home.rmdir()
            folder.replace(home)
    sync_folder(home.parent)
    return count


def _at_once(path: str, flags: int) -> int:
    """Opens without waiting for somebody at the other end of a pipe."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def _unpack(untrusted: BinaryIO, passphrase: bytes, folder: Path, today: date) -> int:
    """Decrypts in one thread and unpacks in this one: the clear archive is on no disk."""
    read_end, write_end = os.pipe()
    failure: list[Exception] = []

    def decrypt() -> None:
        try:
            with os.fdopen(write_end, "wb") as pipe:
                identity = ScryptIdentity(passphrase, max_log_n=HARDEST_WORK_FACTOR)
                decrypt_stream(untrusted, pipe, [identity], armor=False)
        except (CryptoError, OSError) as error:
            failure.append(error)

    worker = threading.Thread(target=decrypt)
    worker.start()
    count: int | None = None
    try:
        with os.fdopen(read_end, "rb") as pipe, contextlib.suppress(tarfile.TarError):
            count = _extract(pipe, folder, today)
            while pipe.read(_CHUNK):
                pass
    finally:
        worker.join()
    if failure:
        raise _told(failure[0])
    if count is None:
        raise AdminError(tr("That is no copy of a home; nothing was restored."))
    return count


def _told(error: Exception) -> Exception:
    if isinstance(error, NoMatch):
        return AdminError(tr("The passphrase does not open it; nothing was restored."))
    if isinstance(error, BrokenPipeError) or not isinstance(error, CryptoError):
        return AdminError(tr("That is no copy of a home; nothing was restored."))
    return AdminError(tr("The copy is damaged, cut short, or none of a home; nothing was restored."))


def _extract(pipe: BinaryIO, folder: Path, today: date) -> int:
    """A key that `rotate` would have destroyed by now gets on no disk, not for a moment."""
    count = 0
    with tarfile.open(fileobj=pipe, mode="r|") as archive:
        for member in archive:
            path = PurePosixPath(member.name)
            plain = member.isreg() and not path.is_absolute() and 0 < len(path.parts) <= _DEEPEST
            if not plain or any(part.startswith(".") for part in path.parts) or count == _MOST:
                raise tarfile.ReadError
            period = period_of(Path(path)) if path.parent.name == "keys" else None
            if period is not None and period.destroy_on <= today:
                continue
            place = folder
            for part in path.parts[:-1]:
                place /= part
                place.mkdir(mode=0o700, exist_ok=True)
            content = archive.extractfile(member)
            with create_file(place / path.name) as file:
                while content is not None and (data := content.read(_CHUNK)):
                    file.write(data)
                file.flush()
                os.fsync(file.fileno())
            count += 1
    return count
