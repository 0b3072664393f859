"""The secrets that rest under the passphrase: sealing them, and unlocking a period only when a file needs it.

Each secret is an age file with one scrypt stanza, so `age -d period-2026-11-16.age` gives the identity
file that `age -d -i` takes. Unlocking costs about a second a file (scrypt, log N 18); an unlocked period
stays in this process's memory and nowhere else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from admin.errors import AdminError
from admin.keys.passphrase import Ask
from admin.keys.periods import PeriodFile, in_order_for
from admin.words import tr
from crypto.age import Identity, ScryptIdentity, ScryptRecipient, Stanza, decrypt, encrypt, parse_identities
from crypto.age.header import stanzas_digest
from crypto.errors import CryptoError, FormatError, HeaderError, NoMatch

HARDEST_WORK_FACTOR = 20
"""More than this was not written by silbo-admin, and could stall or starve this machine."""

_LARGEST_FILE = 64 * 1024
_ATTEMPTS = 3


class KeyRing:
    """Unlocks secrets with one passphrase, which is asked for once, when the first secret is needed.

    On a terminal a wrong passphrase may be typed again (`attempts`). After one secret has opened, another
    that does not is named in `damaged` and passed over: it must not hide what the other periods can read.
    """

    __slots__ = (
        "_ask",
        "_attempts",
        "_confirmed",
        "_notify",
        "_passphrase",
        "_periods",
        "_recorded",
        "damaged",
        "handed",
        "handed_drops",
    )

    def __init__(
        self, ask: Ask, *, may_retry: bool, notify: Callable[[str], None] = lambda _line: None
    ) -> None:
        self._ask = ask
        self._attempts = _ATTEMPTS if may_retry else 1
        self._notify = notify
        self._passphrase: bytes | None = None
        self._confirmed = False
        self._periods: dict[Path, PeriodIdentity] = {}
        self._recorded: dict[bytes, bytes] | None = None
        self.damaged: list[str] = []
        self.handed: dict[bytes, bytes] = {}
        """File keys (16 bytes) of cases that were handed over, by `stanzas_digest`, and of which drops:"""
        self.handed_drops: set[str] = set()

    def __repr__(self) -> str:
        return "KeyRing()"

    @contextlib.contextmanager
    def recording(self) -> Iterator[dict[bytes, bytes]]:
        """Gives, as long as the block lasts, the file key of each header that is opened: for a hand-over."""
        found: dict[bytes, bytes] = {}
        self._recorded = found
        try:
            yield found
        finally:
            self._recorded = None

    def record(self, stanzas: Sequence[Stanza], file_key: bytes) -> None:
        if self._recorded is not None:
            self._recorded[stanzas_digest(stanzas)] = file_key

    @property
    def passphrase(self) -> bytes:
        """The passphrase that has opened a secret. Raises `AdminError` when none has."""
        if self._passphrase is None or not self._confirmed:
            raise AdminError(tr("No secret has been unlocked."))
        return self._passphrase

    def identities(self, day: date, periods: Iterable[PeriodFile]) -> list[PeriodIdentity]:
        """One identity a period, likeliest first; none is unlocked before a file asks for it."""
        ordered = in_order_for(day, periods)
        for period in ordered:
            if period.path not in self._periods:
                self._periods[period.path] = PeriodIdentity(self, period)
        return [self._periods[period.path] for period in ordered]

    def nearest(self, day: date, periods: Iterable[PeriodFile]) -> list[PeriodFile]:
        """The period likeliest in use on a day, alone; none if there is none."""
        return in_order_for(day, periods)[:1]

    def unlock_ahead(
        self,
        day: date,
        periods: Iterable[PeriodFile],
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        """Unlocks these now, two at a time (scrypt is 256 MiB each); the first asks. Raises `AdminError`, and
        what `progress` raises.
        """
        closed = [identity for identity in self.identities(day, periods) if not identity.unlocked]
        if closed:
            closed[0].unlock()
            if len(closed) > 1:
                progress(1, len(closed))
            with ThreadPoolExecutor(max_workers=2) as pool:
                for done, _ in enumerate(pool.map(PeriodIdentity.unlock, closed[1:]), start=2):
                    progress(done, len(closed))

    def forget_opened(self) -> None:
        """From now on a period counts as used only when it opens something again: for the next drop."""
        for identity in self._periods.values():
            identity.forget()

    def forget_destroyed(self) -> None:
        """Lets go of unlocked periods whose secret is not in the home any more."""
        self._periods = {path: identity for path, identity in self._periods.items() if path.exists()}

    def unlock(self, path: Path) -> bytes:
        """The content of one sealed secret.

        Raises `AdminError` when it does not open, or is not a file of ours.
        """
        sealed = _read(path)
        while True:
            if self._passphrase is None:
                self._passphrase = self._ask(tr("Passphrase: "))
                self._notify(tr("Unlocking..."))
            try:
                identity = ScryptIdentity(self._passphrase, max_log_n=HARDEST_WORK_FACTOR)
                content = decrypt(sealed, [identity], armor=False)
            except NoMatch:
                if not self._confirmed:
                    self._passphrase = None
                    self._attempts -= 1
                    if self._attempts > 0:
                        self._notify(tr("That passphrase does not open it; try again."))
                        continue
                raise AdminError(tr("The passphrase does not open {name}.", name=path.name)) from None
            except (FormatError, HeaderError) as error:
                raise AdminError(
                    tr("{name} was not made by silbo-admin: {error}.", name=path.name, error=error)
                ) from None
            except CryptoError:
                raise AdminError(tr("{name} is damaged or cut short.", name=path.name)) from None
            self._confirmed = True
            return content

    def unlock_identities(self, path: Path) -> Sequence[Identity]:
        """The identities in one period's file; empty, and named in `damaged`, when only this file is bad."""
        try:
            return parse_identities(self.unlock(path).decode("ascii"))
        except (AdminError, CryptoError, UnicodeDecodeError) as error:
            if not self._confirmed:
                raise
            if isinstance(error, AdminError):
                self.damaged.append(str(error))
            else:
                self.damaged.append(tr("{name} does not hold an age identity.", name=path.name))
            return []


class PeriodIdentity:
    """An age identity that is unlocked by the first file it is tried on."""

    __slots__ = ("_identities", "_known", "_ring", "opened", "period")

    def __init__(self, ring: KeyRing, period: PeriodFile) -> None:
        self._ring = ring
        self._identities: Sequence[Identity] | None = None
        self._known: dict[bytes, bytes] = {}  # file keys of a drop: it is read twice, and each try costs
        self.period = period
        self.opened = False
        """Whether a file was opened with it."""

    def __repr__(self) -> str:
        return "PeriodIdentity()"

    @property
    def unlocked(self) -> bool:
        """Whether trying it costs no scrypt."""
        return self._identities is not None

    def forget(self) -> None:
        """What it has opened, and by which file keys."""
        self.opened = False
        self._known.clear()

    def unlock(self) -> Sequence[Identity]:
        """The age identities of the period; none if its file is bad. Raises `AdminError`."""
        if self._identities is None:
            self._identities = self._ring.unlock_identities(self.period.path)
        return self._identities

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or None: not for this period. Raises `AdminError`."""
        identities, digest = self.unlock(), stanzas_digest(stanzas)
        file_key = self._known.get(digest)
        if file_key is None:
            tried = (identity.unwrap(stanzas) for identity in identities)
            file_key = next((found for found in tried if found is not None), None)
        if file_key is None:
            return None
        self.opened = True
        self._known[digest] = file_key
        self._ring.record(stanzas, file_key)
        return file_key


class HandedIdentity:
    """What opens the cases that another reviewer has handed over: it is of no period."""

    __slots__ = ("_ring",)
    unlocked = True

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def __repr__(self) -> str:
        return "HandedIdentity()"

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or None: it was not handed over. The header's MAC tells whether it is right."""
        file_key = self._ring.handed.get(stanzas_digest(stanzas))
        if file_key is not None:
            self._ring.record(stanzas, file_key)
        return file_key


def seal_all(
    secrets: Sequence[tuple[Path, bytes]],
    passphrase: bytes,
    *,
    work_factor: int,
    write: Callable[[Path, bytes], None],
    progress: Callable[[int, int], None],
) -> None:
    """Writes each secret as an age file under the passphrase, two at a time (scrypt is 256 MiB each)."""

    def seal(entry: tuple[Path, bytes]) -> None:
        path, content = entry
        write(path, encrypt(content, [ScryptRecipient(passphrase, log_n=work_factor)]))

    progress(0, len(secrets))
    with ThreadPoolExecutor(max_workers=2) as pool:
        for done, _ in enumerate(pool.map(seal, secrets), start=1):
            progress(done, len(secrets))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise AdminError(tr("{name} is missing from the home.", name=path.name)) from None
    if len(data) > _LARGEST_FILE:
        raise AdminError(tr("{name} is too large to be a secret of ours.", name=path.name))
    return data
