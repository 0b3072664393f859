"""`silbo backup`: what a lost server needs again, as one age file to the operator's key.

Source: issue 5, item 1. The plaintext is a tar of our one layout (`crypto.tar`): `backup.json`, `silbo.toml`,
each desk's signing keys and reviewers' lists, the database as it was at one moment, beside a running bot. The
bot token is not in it: a backup that is stolen must not speak as the bot.
"""

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

from bot.desks import FOLDER
from bot.files import create, whole
from bot.keys.keyfolder import KeyFolder
from bot.keys.signing import server_keys
from bot.settings import BackupSettings, Settings
from bot.store.copies import copy_sent
from bot.store.errors import Damaged, StorageError, StoreError
from crypto.age import Encryptor, Recipient, parse_recipient
from crypto.tar import END, MAX_SIZE, member_header, member_padding

VERSION = 1
HEAD, CONFIG, DATABASE = "backup.json", "silbo.toml", "silbo.db"
KEYS = ("signing.key", "signing.key.next")
_PIECE = 1 << 20
_NAME = re.compile(r"silbo-(\d{4}-\d{2}-\d{2})(?:-\d+)?\.tar\.age", re.ASCII)


class BackupError(Exception):
    """A backup could not be made or taken; one sentence for the operator. Nothing was changed."""


def backup_to_folder(settings: Settings, config: Path, today: date) -> Path:
    """Write a backup into the folder of `[backup]`, delete those that are too old there, return its path.

    Raises BackupError, SettingsError (no section, no key), CryptoError.
    """
    target = settings.backup
    if target is None:
        raise BackupError("silbo.toml has no section [backup]; it needs directory and recipient.")
    path = _free_name(target.directory, today)
    with _sentences():
        with whole(path) as file:
            write_backup(settings, config, file, parse_recipient(target.recipient), today)
        prune(target, today)
    return path


def write_backup(settings: Settings, config: Path, target: BinaryIO, to: Recipient, today: date) -> None:
    """Write one backup as an age file to an open file. Raises BackupError, SettingsError.

    The keys' folder is locked meanwhile, so that the database and the key are of one moment: no export hands
    over to another key in between.
    """
    with ExitStack() as locks, _sentences():
        locks.enter_context(server_keys(settings.signing_key))
        others = desk_folders(settings.state)
        for folder in others:
            locks.enter_context(server_keys(folder / KEYS[0]))
        database = locks.enter_context(_copy_of(settings))
        sealed = _Sealed(target, to)
        head = {"silbo": "backup", "version": VERSION, "day": today.isoformat()}
        sealed.member(HEAD, json.dumps(head, sort_keys=True).encode())
        sealed.member(CONFIG, config.read_bytes())
        for folder in (settings.state, *others):
            path = "" if folder == settings.state else f"{FOLDER}/{folder.name}/"
            for name in KEYS:
                with suppress(FileNotFoundError):
                    sealed.member(f"{path}{name}", (folder / name).read_bytes())
            for name, content in KeyFolder(folder / "reviewers").content().items():
                sealed.member(f"{path}reviewers/{name}", content)
        sealed.stream(DATABASE, database)
        sealed.finish()


def desk_folders(state: Path) -> list[Path]:
    """Where the desks but the first one have their keys: those that were made, whatever silbo.toml says."""
    return sorted(path.parent for path in (state / FOLDER).glob(f"*/{KEYS[0]}"))


def prune(target: BackupSettings, today: date) -> int:
    """Delete the backups in the folder that are more than `keep_days` days old; return how many."""
    gone = 0
    for path in target.directory.iterdir():
        match = _NAME.fullmatch(path.name)
        if match and date.fromisoformat(match[1]) < today - timedelta(days=target.keep_days):
            path.unlink()
            gone += 1
    return gone


def last_backup(folder: Path) -> date | None:
    """The day of the newest backup in a folder. Raises OSError, ValueError."""
    names = [_NAME.fullmatch(path.name) for path in folder.iterdir()]
    return max((date.fromisoformat(name[1]) for name in names if name), default=None)


class _Sealed:
    """A tar that is encrypted as it is written."""

    def __init__(self, target: BinaryIO, to: Recipient) -> None:
        self._target = target
        self._encryptor = Encryptor([to])

    def _write(self, data: bytes) -> None:
        self._target.write(self._encryptor.update(data))

    def member(self, name: str, data: bytes) -> None:
        self._write(member_header(name, len(data)) + data + member_padding(len(data)))

    def stream(self, name: str, file: BinaryIO) -> None:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_SIZE:
            raise BackupError("The database is larger than the 8 GiB that a backup can hold.")
        self._write(member_header(name, size))
        left = size
        while left:
            piece = file.read(min(_PIECE, left))
            if not piece:
                raise BackupError("The copy of the database was cut short; try again.")
            self._write(piece)
            left -= len(piece)
        self._write(member_padding(size))

    def finish(self) -> None:
        self._write(END)
        self._target.write(self._encryptor.finish())


@contextmanager
def _copy_of(settings: Settings) -> Iterator[BinaryIO]:
    """A consistent copy of a database that others go on writing to; it has no name while it is read. It is a
    file of the same kind wherever the database is.
    """
    database = settings.state / DATABASE
    if settings.store is None and not database.exists():
        raise BackupError("There is no database yet: the bot has never been started.")
    for left in database.parent.glob(".backup-*"):  # of a run that was killed; there is one at a time
        left.unlink()
    path = database.with_name(f".backup-{secrets.token_hex(8)}")
    try:
        create(path).close()
        if settings.store is None:
            copy_sent(database, path)
        else:
            from bot.store import moving  # noqa: PLC0415 -- the others wait for no library of databases

            moving.copy_sent(settings.database_url, path)
        with path.open("rb") as file:
            path.unlink()
            yield file
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


def _free_name(folder: Path, today: date) -> Path:
    for number in range(1, 1000):
        path = folder / f"silbo-{today}{'' if number == 1 else f'-{number}'}.tar.age"
        if not os.path.lexists(path):
            return path
    raise BackupError("There are 999 backups of today already.")


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except Damaged:
        raise BackupError("The database is damaged; it was not backed up.") from None
    except StorageError:
        raise BackupError("The database cannot be read or copied; is there room beside it?") from None
    except StoreError as error:
        raise BackupError(str(error)) from None
    except OSError as error:
        raise BackupError(f"The backup can't be written: {error.strerror or 'the system refused'}.") from None
