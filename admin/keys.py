"""The reviewer's keys: making them, publishing the signed list, extending it, destroying what is past.

DESIGN "Keys" and issue 3 item 4: an Ed25519 root signs a list of weekly hybrid recipients, each valid two
weeks. A period's secret is destroyed 14 days after the period ended; its drops then cannot be read by anyone.

`root.age` holds, under the passphrase, comment lines and one line `silbo-root-seed: ` with the 32-byte
seed of the Ed25519 key (RFC 8032) in hex.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from admin.errors import AdminError
from admin.home import Home, sync_folder, temporary_name, write_atomic
from admin.keyring import KeyRing, PeriodFile, period_files, period_path, seal_all
from crypto.age import HybridIdentity, X25519Identity, X25519Recipient, parse_recipient
from crypto.errors import CryptoError
from crypto.keylist import (
    MAX_PERIODS,
    STEP,
    KeyList,
    NewPeriod,
    Period,
    keylist_bytes,
    make_periods,
    monday_of,
    parse_keylist,
)
from crypto.minisign import SigningKey

WEEKS_AHEAD = 26
LIST_NAME = "keys.json"
SIGNATURE_NAME = "keys.json.minisig"
_ROOT_NAME = "root.age"
_LIST_FOLDER = re.compile(r"list-(\d{6,})")
_SEED_LINE = re.compile(r"^silbo-root-seed: ([0-9a-f]{64})$", re.MULTILINE)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Published:
    """The signed list as it rests in the home."""

    keys: KeyList
    folder: Path

    @property
    def files(self) -> tuple[Path, Path]:
        return self.folder / LIST_NAME, self.folder / SIGNATURE_NAME


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
    require_no_keys(home)
    root = SigningKey.generate()
    folder = temporary_name(home.path)
    folder.mkdir(mode=0o700)
    try:
        fresh = _new_periods(monday_of(start), weeks, x25519=x25519)
        secrets = [(folder / _ROOT_NAME, _root_text(root)), *_sealable(folder, fresh)]
        periods = tuple(period for period, _ in fresh)
        keys = KeyList(root=root.public(), serial=1, issued=today, label=label, periods=periods)
        _write_list(folder, keys, root)
        seal_all(secrets, passphrase, work_factor=work_factor, write=write_atomic, progress=progress)
        sync_folder(folder)
        folder.replace(home.keys)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sync_folder(home.path)
    return load(home)


def require_no_keys(home: Home) -> None:
    """Raises `AdminError` when the home already holds keys."""
    if any(home.keys.iterdir()):
        raise AdminError("This home already holds keys; 'silbo-admin rotate' extends them.")


def load(home: Home) -> Published:
    """The newest signed list, its signature checked. Raises `AdminError` when there is none or it was
    changed.
    """
    folders = sorted(path for path in home.keys.iterdir() if _LIST_FOLDER.fullmatch(path.name))
    if not folders:
        raise AdminError("This home holds no keys yet; 'silbo-admin keygen' makes them.")
    listing, signature = folders[-1] / LIST_NAME, folders[-1] / SIGNATURE_NAME
    try:
        keys = parse_keylist(listing.read_bytes(), signature.read_text("utf-8"), None)
    except FileNotFoundError:
        raise AdminError("The key list in the home is incomplete.") from None
    except (CryptoError, UnicodeDecodeError) as error:
        raise AdminError(f"The key list in the home cannot be used. {error}") from None
    return Published(keys, folders[-1])


def publish(published: Published, folder: Path) -> tuple[Path, ...]:
    """Copies the list and its signature into `folder`, which is made if need be. Returns where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = tuple(folder / source.name for source in published.files)
    for source, target in zip(published.files, written, strict=True):
        write_atomic(target, source.read_bytes())
    return written


def rotate(
    home: Home,
    ring: KeyRing,
    *,
    today: date,
    newest_day: date,
    weeks: int,
    work_factor: int,
    progress: Progress,
) -> Rotation:
    """Extends the list to `weeks` ahead of today, signs it with the next serial, destroys what is past.

    Refuses with `AdminError` when the clock was set back: a date decides here what is destroyed for good.
    """
    _check_weeks(weeks)
    old = load(home).keys
    if today < max(newest_day, old.issued):
        raise AdminError(
            f"The clock says {today}, but this home was used on {max(newest_day, old.issued)}: "
            "set the clock right first, nothing was changed."
        )
    root = _read_root(ring, home.keys / _ROOT_NAME)
    if root.public() != old.root:
        raise AdminError("The key list in the home was signed by another root; nothing was changed.")
    kept = [period for period in old.periods if period.until > today]
    covered = {period.start for period in kept}
    x25519 = isinstance(parse_recipient(old.periods[-1].recipient), X25519Recipient)
    fresh = [
        made
        for week in range(weeks)
        if (monday := monday_of(today) + week * STEP) not in covered
        for made in _new_periods(monday, 1, x25519=x25519)
    ]
    periods = sorted([*kept, *(period for period, _ in fresh)], key=lambda period: period.start)
    new = KeyList(root=old.root, serial=old.serial + 1, issued=today, label=old.label, periods=tuple(periods))
    seal_all(
        _sealable(home.keys, fresh),
        ring.passphrase,
        work_factor=work_factor,
        write=write_atomic,
        progress=progress,
    )
    _publish_generation(home, new, root)
    return Rotation(load(home), len(fresh), destroy_past(home, today))


def destroy_past(home: Home, today: date) -> tuple[PeriodFile, ...]:
    """Overwrites and removes the secrets of periods that ended 14 days ago or earlier. Returns them."""
    past = tuple(period for period in period_files(home.keys) if period.destroy_on <= today)
    for period in past:
        with period.path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            for filler in (os.urandom(size), bytes(size)):
                file.seek(0)
                file.write(filler)
                file.flush()
                os.fsync(file.fileno())
        period.path.unlink()
    if past:
        sync_folder(home.keys)
    return past


def _read_root(ring: KeyRing, path: Path) -> SigningKey:
    match = _SEED_LINE.search(ring.unlock(path).decode("ascii", "replace"))
    if match is None:
        raise AdminError(f"{path.name} does not hold a root's seed.")
    return SigningKey(bytes.fromhex(match[1]))


def _root_text(root: SigningKey) -> bytes:
    return (
        "# The root of a Silbo reviewer. It signs the list of period keys; keep it offline.\n"
        f"# public key: {root.public()}\n"
        "# The next line is the 32-byte seed of its Ed25519 key (RFC 8032), in hex.\n"
        f"silbo-root-seed: {root.seed.hex()}\n"
    ).encode("ascii")


def _identity_file(new: NewPeriod[HybridIdentity] | NewPeriod[X25519Identity]) -> bytes:
    """What rests in a period's file: an age identity file, for `age -d -i`."""
    return (
        f"# Silbo period key, valid from {new.period.start} to {new.period.until - timedelta(days=1)}\n"
        f"# public key: {new.period.recipient}\n"
        f"{new.identity.to_string()}\n"
    ).encode("ascii")


def _new_periods(monday: date, weeks: int, *, x25519: bool) -> list[tuple[Period, bytes]]:
    """Fresh period keys, one a week: the public entry, and the identity file to be sealed."""
    try:
        if x25519:
            return [
                (n.period, _identity_file(n)) for n in make_periods(monday, weeks, X25519Identity.generate)
            ]
        return [(n.period, _identity_file(n)) for n in make_periods(monday, weeks, HybridIdentity.generate)]
    except OverflowError:
        raise AdminError("That start date is out of range.") from None


def _sealable(folder: Path, fresh: Sequence[tuple[Period, bytes]]) -> list[tuple[Path, bytes]]:
    return [(period_path(folder, period.start), text) for period, text in fresh]


def _check_weeks(weeks: int) -> None:
    if not 1 <= weeks <= MAX_PERIODS:
        raise AdminError(f"--weeks must be between 1 and {MAX_PERIODS}.")


def _write_list(folder: Path, keys: KeyList, root: SigningKey) -> None:
    """Writes `list-SERIAL/` with the list and its signature into `folder`, which nobody reads yet."""
    generation = folder / f"list-{keys.serial:06d}"
    generation.mkdir(mode=0o700)
    data = keylist_bytes(keys)
    comment = f"silbo key list, serial {keys.serial}, issued {keys.issued}"
    write_atomic(generation / LIST_NAME, data)
    write_atomic(generation / SIGNATURE_NAME, root.sign(data, comment).encode())


def _publish_generation(home: Home, keys: KeyList, root: SigningKey) -> None:
    """Puts a new list in place by one rename, so that list and signature are never of two serials; then
    tidies.
    """
    staging = temporary_name(home.keys)
    staging.mkdir(mode=0o700)
    try:
        _write_list(staging, keys, root)
        new = home.keys / f"list-{keys.serial:06d}"
        (staging / new.name).replace(new)
        sync_folder(home.keys)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    for path in home.keys.iterdir():
        if _LIST_FOLDER.fullmatch(path.name) and path != new:
            shutil.rmtree(path, ignore_errors=True)
