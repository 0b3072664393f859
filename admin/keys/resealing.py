"""A new passphrase: every secret of the home is sealed anew, all of them or none.

The new files are made in a folder of their own, `HOME/resealed`, which has that name only when it is whole.
From then on there is no way back: what was interrupted is finished by the next command (`finish`). What was
sealed under the old passphrase is overwritten, as far as the disk allows.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from admin.errors import AdminError
from admin.files import remove, sync_folder, temporary_folder, write_atomic
from admin.home import Home
from admin.keys.keyring import KeyRing, seal_all
from admin.keys.periods import period_files
from admin.keys.root import HANDED_NAME, ROOT_NAME
from admin.words import tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def secrets_of(home: Home) -> list[Path]:
    """The files under the passphrase: the root's, the periods', that of cases handed over,
    the workspace's; some need not be there."""
    periods = (period.path for period in period_files(home.keys))
    files = [home.keys / ROOT_NAME, *periods, home.keys / HANDED_NAME, home.storage]
    return [path for path in files if path.exists()]


def reseal(
    home: Home,
    ring: KeyRing,
    choose: Callable[[], bytes],
    *,
    work_factor: int,
    unlocking: Callable[[int, int], None],
    progress: Callable[[int, int], None],
) -> int:
    """Opens every secret, lets `choose` give the new passphrase, seals them under it. Returns how many.

    Raises `AdminError`, with nothing changed, if one does not open: it would be lost with the old passphrase.
    """
    files = secrets_of(home)
    if not files:
        raise AdminError(tr("This home holds no keys yet."))
    contents = []
    for number, path in enumerate(files, start=1):
        contents.append((path, ring.unlock(path)))
        unlocking(number, len(files))
    passphrase = choose()
    if passphrase == ring.passphrase:
        raise AdminError(tr("That is the passphrase that it has; nothing was changed."))
    with temporary_folder(home.path) as folder:
        sealed = [(folder / path.name, content) for path, content in contents]
        seal_all(sealed, passphrase, work_factor=work_factor, write=write_atomic, progress=progress)
        sync_folder(folder)
        folder.replace(home.resealed)
    sync_folder(home.path)
    finish(home)
    return len(files)


def finish(home: Home) -> None:
    """Puts the new files in the place of the old ones; also what an interrupted change has left to do. A
    secret that is there no more stays away.
    """
    for new in sorted(home.resealed.iterdir()):
        old = home.storage if new.name == home.storage.name else home.keys / new.name
        with contextlib.suppress(FileNotFoundError), old.open("r+b") as before:
            new.replace(old)
            size = before.seek(0, os.SEEK_END)
            for filler in (os.urandom(size), bytes(size)):
                before.seek(0)
                before.write(filler)
                before.flush()
                os.fsync(before.fileno())
    sync_folder(home.keys)
    remove(home.resealed)
    sync_folder(home.path)
