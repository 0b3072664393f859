"""What this machine knows that a backup does not: its key, its settings, and whom its operator shut out.

Source: issue 9, item 5. A restore replaces the state folder. Who was removed or revoked there stays out,
whatever list the backup holds of them, and a newer key list of a reviewer stays newer.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.backup import DATABASE, KEYS, BackupError
from bot.backup.shown import line
from bot.desks import FOLDER
from bot.keys import Reviewer, Reviewers, ReviewersError, ShutOut
from bot.keys.signing import load_signing_key
from bot.settings import Settings, SettingsError, load_settings
from bot.store.copies import looking
from bot.store.errors import StoreError
from crypto.errors import CryptoError
from crypto.minisign import PublicKey


@dataclass(frozen=True, slots=True)
class Present:
    """The state folder that a restore replaces, and its settings; None where the settings can't be read."""

    state: Path
    settings: Settings | None = None

    @classmethod
    def look(cls, state: Path, config: Path | None) -> "Present":
        settings = None
        if config is not None:
            with suppress(SettingsError):  # a broken silbo.toml may be why there is a restore
                settings = load_settings(config)
        return cls(state, settings)

    def desk(self, short: str) -> "Present":
        """The same of one desk more: what it has here, if anything."""
        return Present(self.state / FOLDER / short)

    def key(self) -> PublicKey | None:
        """The public key that this server signs with; None if it has none that can be read."""
        try:
            return load_signing_key(self.state / KEYS[0]).public()
        except (SettingsError, CryptoError, OSError):
            return None

    def reviewers(self) -> tuple[Reviewer, ...]:
        """Raises BackupError: without them nobody can tell who was removed."""
        with _sentence():
            return Reviewers(self.state / "reviewers").pinned()

    def keep_out(self, restored: Path) -> Iterator[str]:
        """Keep out of the folder of restored reviewers whom this server shut out, and say so of each.

        Raises BackupError.
        """
        here = self.state / "reviewers"
        with _sentence():
            before = {reviewer.tag: reviewer for reviewer in Reviewers(restored).pinned()}
            gone = ShutOut(restored).follow(ShutOut(here))
            revoked = ShutOut(here).revoked_tags()
        for tag in gone:
            how = "revoked" if tag in revoked else "removed"
            words = " ".join(before[tag].words)
            yield line(f"reviewer {before[tag].keys.label}", f"{words} ({how} here, so STAYS OUT)")
        for reviewer in self.reviewers():
            old = before.get(reviewer.tag)
            if old is not None and reviewer.tag not in gone and old.keys.serial < reviewer.keys.serial:
                newer = f"{reviewer.tag}.{reviewer.keys.serial}"
                shutil.copytree(here / newer, restored / newer)
                shutil.rmtree(restored / f"{reviewer.tag}.{old.keys.serial}")

    def lost(self, restored: Path) -> Iterator[str]:
        """A line if drops of this server would be gone: they were not exported, and are not in `restored`. No
        number: while the bot runs it changes, and with it the words of the lines.
        """
        here = self.state / DATABASE
        if not here.exists():
            return
        try:
            with looking(restored) as look:
                kept = look.drops()
            with looking(here) as look:
                gone = not look.unexported() <= kept
        except StoreError:
            yield line(
                "unexported drops", "the database here can't be READ: if it has any, they are LOST then"
            )
            return
        if gone:
            yield line(
                "unexported drops", "some are here and NOT in the backup, and LOST then; export them first"
            )


@contextmanager
def _sentence() -> Iterator[None]:
    try:
        yield
    except ReviewersError:
        raise BackupError(
            "This server's reviewers can't be read, so nobody can tell whom you removed; "
            "nothing was restored."
        ) from None
