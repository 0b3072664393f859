"""The reviewer's keys: making them, extending the list, destroying what is past.

DESIGN "Keys" and issue 3 item 4: an Ed25519 root signs a list of weekly hybrid recipients, each valid two
weeks. A period's secret is destroyed 14 days after the period ended; its drops then cannot be read by anyone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from admin.errors import AdminError
from admin.files import sync_folder, temporary_folder, write_atomic
from admin.home import Home
from admin.keys.keylists import Published, load, replace_list, write_list
from admin.keys.keyring import KeyRing, seal_all
from admin.keys.periods import PeriodFile, period_files, period_path
from admin.keys.root import REVOCATION_FILE, ROOT_NAME, root_text, unlock_root
from admin.program import command
from admin.words import tr
from crypto.age import HybridIdentity, X25519Identity, X25519Recipient, parse_recipient
from crypto.keylist import (
    MAX_PERIODS,
    STEP,
    KeyList,
    NewPeriod,
    Period,
    make_periods,
    monday_of,
)
from crypto.minisign import SigningKey
from crypto.revocation import make_revocation

WEEKS_AHEAD = 26
RESTORED = "restored"
"""What a home is noted to be that was made of a copy: newer lists may be with the server, of serials that it
has forgotten. The next list is put above them.
"""
_FARTHEST_START = timedelta(days=731)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rotation:
    """What `rotate` did: the new list, the periods it added and the periods whose secret it destroyed."""

    published: Published
    added: int
    destroyed: tuple[PeriodFile, ...]


def generate(
    home: Home,
    passphrase: bytes,
    *,
    label: str,
    start: date,
    today: date,
    weeks: int,
    x25519: bool,
    work_factor: int,
    progress: Progress,
) -> Published:
    """Makes a root and `weeks` periods from the Monday on or before `start`. Everything appears at once
    or not at all.

    Raises `AdminError` when the home already holds keys.
    """
    _check_weeks(weeks)
    if abs(start - today) > _FARTHEST_START:
        raise AdminError(tr("That start date is more than two years away."))
    require_no_keys(home)
    root = SigningKey.generate()
    with temporary_folder(home.path) as folder:
        fresh = new_periods(monday_of(start), weeks, x25519=x25519)
        secrets = [(folder / ROOT_NAME, root_text(root)), *sealable(folder, fresh)]
        periods = tuple(period for period, _ in fresh)
        keys = KeyList(root=root.public(), serial=1, issued=today, label=label, periods=periods)
        write_list(folder, keys, root)
        write_atomic(folder / REVOCATION_FILE, make_revocation(root, today).text.encode())
        seal_all(secrets, passphrase, work_factor=work_factor, write=write_atomic, progress=progress)
        sync_folder(folder)
        folder.replace(home.keys)
    sync_folder(home.path)
    return load(home)


def require_no_keys(home: Home) -> None:
    """Raises `AdminError` when the home already holds keys."""
    if any(home.keys.iterdir()):
        raise AdminError(
            tr("This home already holds keys; '{command}' extends them.", command=command("rotate"))
        )


def later_serial(serial: int, day: date, today: date) -> int:
    """Above that of any list that was made since a list with this one was known, on `day`, by a machine that
    is lost: who rotates twice a day does not do it for long.
    """
    return serial + 2 * (1 + max(0, (today - day).days))


def rotate(
    home: Home,
    ring: KeyRing,
    *,
    today: date,
    newest_day: date,
    weeks: int,
    may_destroy: Callable[[Sequence[PeriodFile]], Sequence[PeriodFile]],
    work_factor: int,
    progress: Progress,
) -> Rotation:
    """Extends the list to `weeks` ahead of today, signs it with the next serial, destroys what is past.

    A secret that is there is listed again and never overwritten. `may_destroy` is given the periods
    whose secret is due, before anything is written, and returns those to destroy, or raises `AdminError`.
    With nothing to add and nothing to destroy the list stays as it is.
    Refuses with `AdminError` when the clock was set back: a date decides here what is destroyed for good.
    """
    _check_weeks(weeks)
    old = load(home).keys
    if today < newest_day:
        raise AdminError(
            tr(
                "The clock says {today} (UTC), but this home was used on {newest_day}: set the clock "
                "right first, nothing was changed.",
                today=today,
                newest_day=newest_day,
            )
        )
    root = unlock_root(home, ring)
    if root.public() != old.root:
        raise AdminError(tr("The key list in the home was signed by another root; nothing was changed."))
    past = tuple(period for period in period_files(home.keys) if period.destroy_on <= today)
    if past:
        past = tuple(may_destroy(past))
    kept = [period for period in old.periods if period.until > today]
    covered = {period.start for period in kept}
    x25519 = isinstance(parse_recipient(old.periods[-1].recipient), X25519Recipient)
    there = {period.start: period for period in period_files(home.keys)}
    mondays = [monday for week in range(weeks) if (monday := monday_of(today) + week * STEP) not in covered]
    found = [_unlisted(ring, there[monday]) for monday in mondays if monday in there]
    fresh = [
        made for monday in mondays if monday not in there for made in new_periods(monday, 1, x25519=x25519)
    ]
    restored = home.noted(RESTORED)
    if not mondays and not past and not restored:
        return Rotation(load(home), 0, past)
    serial = later_serial(old.serial, old.issued, today) if restored else old.serial + 1
    periods = sorted([*kept, *found, *(period for period, _ in fresh)], key=lambda period: period.start)
    if len(periods) > MAX_PERIODS:
        raise AdminError(
            tr("A key list holds at most {max_periods} periods; give fewer --weeks.", max_periods=MAX_PERIODS)
        )
    new = KeyList(root=old.root, serial=serial, issued=today, label=old.label, periods=tuple(periods))
    seal_all(
        sealable(home.keys, fresh),
        ring.passphrase,
        work_factor=work_factor,
        write=write_atomic,
        progress=progress,
    )
    replace_list(home, new, root)
    home.note(RESTORED, restored, no_more=True)
    _destroy(home, past)
    return Rotation(load(home), len(mondays), past)


def _unlisted(ring: KeyRing, secret: PeriodFile) -> Period:
    """The period of a secret that the list does not name. A list made by a wrong clock left it out, and a
    server with an older list still encrypts to it; or a rotation was interrupted.
    """
    for identity in ring.unlock_identities(secret.path):
        if isinstance(identity, HybridIdentity | X25519Identity):
            return Period(secret.start, secret.until, str(identity.recipient()))
    raise AdminError(
        tr("{damaged} Move it out of the home first; nothing was changed.", damaged=" ".join(ring.damaged))
    )


def _destroy(home: Home, past: Sequence[PeriodFile]) -> None:
    """Overwrites and removes the secrets of these periods."""
    for period in past:
        with period.path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            for filler in (os.urandom(size), bytes(size)):
                file.seek(0)
                file.write(filler)
                file.flush()
                os.fsync(file.fileno())
        period.path.unlink()
    sync_folder(home.keys)


def identity_file(new: NewPeriod) -> bytes:
    """What rests in a period's file: an age identity file, for `age -d -i`."""
    return (
        f"# Silbo period key, valid from {new.period.start} to {new.period.until - timedelta(days=1)}\n"
        f"# public key: {new.period.recipient}\n"
        f"{new.identity.to_string()}\n"
    ).encode("ascii")


def new_periods(monday: date, weeks: int, *, x25519: bool) -> list[tuple[Period, bytes]]:
    """Fresh period keys, one a week: the public entry, and the identity file to be sealed."""
    generate = X25519Identity.generate if x25519 else HybridIdentity.generate
    try:
        return [(new.period, identity_file(new)) for new in make_periods(monday, weeks, generate)]
    except OverflowError:
        raise AdminError(tr("That start date is out of range.")) from None


def sealable(folder: Path, fresh: Sequence[tuple[Period, bytes]]) -> list[tuple[Path, bytes]]:
    return [(period_path(folder, period.start), text) for period, text in fresh]


def _check_weeks(weeks: int) -> None:
    if not 1 <= weeks <= MAX_PERIODS:
        raise AdminError(tr("--weeks must be between 1 and {max_periods}.", max_periods=MAX_PERIODS))
