"""Purge: what is over leaves the database, its log, its free pages, and the backups that are too old.

Source: issue 5, item 6. Over is a draft that nobody went on with, an exported drop past the desk's retention
time, and one that every reviewer has confirmed. For beside a running bot: what that is staging is left alone;
uploads that broke off are swept by the bot itself, at its start and every hour. What a disk keeps below the
file system is out of reach: docs/threat-model.md.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.announcements import expire
from bot.backup import prune
from bot.desks import desks_of, retention
from bot.keys import Reviewers
from bot.keys.signing import server_keys
from bot.leftovers import left_copies
from bot.retention.receipts import everybody
from bot.settings import Settings, SettingsError
from bot.store.errors import StorageError
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Purged:
    """How many drafts, exported drops, backups and announcements were deleted; `left` are copies of the whole
    database that an upgrade or a restore left, which hold what was deleted, too.
    """

    drafts: int
    drops: int
    backups: int
    announcements: int = 0
    left: tuple[Path, ...] = ()

    def __str__(self) -> str:
        counts = (
            (self.drafts, "draft"),
            (self.drops, "exported drop"),
            (self.backups, "backup"),
            (self.announcements, "announcement"),
        )
        gone = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
        said = f"Deleted {' and '.join(gone)}." if gone else "Nothing was due."
        for path in self.left:
            said += (
                f"\n! NOT deleted: {path}, a copy of the database with all that was deleted since; if Silbo "
            )
            said += "is as it should be, remove it."
        return said


async def purge(store: Store, settings: Settings, today: date) -> Purged:
    """Delete what is over. Raises `StorageError` if it could not be made sure that it left the files."""
    desks = desks_of(settings)
    reviewers = {desk.key: everybody(Reviewers(desk.reviewers), today) for desk in desks}
    swept = await store.purge(today, retention=retention(desks), reviewers=reviewers)
    try:
        backups = _backups(settings, today)
    except OSError:
        raise StorageError("Old backups cannot be deleted: look at the folder of [backup].") from None
    try:
        announcements = expire(settings.announcements, today)
    except OSError:
        raise StorageError(
            "Old announcements cannot be deleted: look at `announcements` in the state folder."
        ) from None
    return Purged(swept.drafts, swept.drops, backups, announcements, left_copies(settings.state))


def _backups(settings: Settings, today: date) -> int:
    """Delete old backups, and what a backup that was killed has left."""
    with suppress(SettingsError), server_keys(settings.signing_key):  # else one is being made
        _remove(settings.state, ".backup-*")
        if settings.backup is not None:
            _remove(settings.backup.directory, ".silbo-*.tar.age.partial-*")
    if settings.backup is None or not settings.backup.directory.exists():
        return 0
    return prune(settings.backup, today)


def _remove(folder: Path, pattern: str) -> None:
    for left in folder.glob(pattern):
        left.unlink(missing_ok=True)
