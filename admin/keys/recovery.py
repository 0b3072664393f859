"""A recovery key that lies elsewhere, on word cards: what is sealed to it brings a reviewer's keys back.

HOME/keys/recovery.txt names its recipient, signed by the root: who can write into a home must not choose who
can open it. Saves and what they hold: docs/protocol.md, "Saves"; the cards: `crypto.shares`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from admin.errors import AdminError
from admin.files import require_writable, sync_folder, temporary_folder, write_atomic
from admin.home import Home, open_home
from admin.keys import keylists, rotation
from admin.keys.keyring import KeyRing, seal_all
from admin.keys.periods import period_files, period_path
from admin.keys.root import REVOCATION_FILE, ROOT_NAME, root_text, unlock_root
from admin.program import command
from admin.words import tr
from crypto.age import HybridIdentity, HybridRecipient, X25519Identity, parse_identity
from crypto.custody import SignedBatch
from crypto.errors import CryptoError
from crypto.hand_over_keys import DropKeys, HandOverKeys, open_keys, seal_keys
from crypto.head import Head, Link, ServerKey, head_bytes, parse_head
from crypto.keylist import STEP, KeyList, NewPeriod, Period, monday_of
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey, SigningKey
from crypto.revocation import make_revocation
from crypto.save import Save, SavedPeriod, seal_save
from crypto.shares import Card, split
from crypto.slots import Slots

RECOVERY_FILE = "recovery.txt"
_LONGEST_LINE = 4096
_Ours = (HybridIdentity, X25519Identity)


def cut(home: Home, ring: KeyRing, need: int, of: int, today: date) -> tuple[tuple[Card, ...], bytes]:
    """A new recovery key, on cards, and what `keep` writes once somebody has them: until then whatever is
    saved is sealed to the cards before. Raises `AdminError`, FormatError for numbers that are not possible.
    """
    identity = HybridIdentity.generate()
    cards = split(identity.seed, need, of)
    root = unlock_root(home, ring)
    line = f"{identity.recipient()} {today.isoformat()}\n"
    signature = root.sign(line.encode("ascii"), f"silbo recovery recipient, {today}")
    return cards, (line + signature).encode("ascii")


def keep(home: Home, signed: bytes) -> None:
    """From now on a save is sealed to the cards that `cut` made with this."""
    write_atomic(home.keys / RECOVERY_FILE, signed)


def has_recovery(home: Home) -> bool:
    """Whether there is a recovery key, of which cards were made."""
    return (home.keys / RECOVERY_FILE).exists()


def sealed_save(home: Home, ring: KeyRing, today: date) -> tuple[bytes, Save, str]:
    """What a new machine needs, as an age file to the recovery key: no key of a period that is over. The
    third is the day of the cards.

    Raises `AdminError` if there is no recovery key, every period is over, or a secret does not open.
    """
    if not has_recovery(home):
        raise AdminError(
            tr("There are no cards yet: '{command}' makes them first.", command=command("recovery split"))
        )
    periods = [period for period in period_files(home.keys) if today < period.until]
    if not periods:
        raise AdminError(all_over(today))
    root = unlock_root(home, ring)
    recipient, day = _recipient(home, root)
    ring.unlock_ahead(today, periods)
    saved = []
    for period in periods:
        identities = [each for each in ring.unlock_identities(period.path) if isinstance(each, _Ours)]
        if len(identities) != 1:
            raise AdminError(" ".join(ring.damaged) or tr("{name} is damaged.", name=period.path.name))
        saved.append(SavedPeriod(period.start, period.until, identities[0].to_string()))
    keys = keylists.load(home).keys
    head = parse_head(home.head.read_bytes()) if home.head.exists() else None
    seen = [] if head is None else [link for link in head.links if link.seen]
    save = Save(
        made=today,
        root_seed=root.seed,
        label=keys.label,
        serial=keys.serial,
        periods=tuple(saved),
        server=None if head is None else head.keys[-1].key,
        batch=SignedBatch(seen[-1].sequence, seen[-1].digest) if seen else None,
    )
    return seal_save(Slots([recipient]), save), save, day


def sealed_beside(home: Home, ring: KeyRing, save: bytes, drops: tuple[DropKeys, ...]) -> bytes:
    """What opens cases that were handed over, to the same recovery key, bound to the bytes of this `save`."""
    recipient, _ = _recipient(home, unlock_root(home, ring))
    return seal_keys(HandOverKeys(hashlib.sha256(save).digest(), bytes(32), drops), [recipient])


def open_beside(untrusted: bytes, secret: bytes, save: bytes) -> HandOverKeys | None:
    """What `sealed_beside` has sealed with this `save`; None if it went with another. Raises an error of the
    family if it does not open.
    """
    keys = open_keys(untrusted, [HybridIdentity(secret)])
    return keys if keys.sha256 == hashlib.sha256(save).digest() else None


def all_over(today: date) -> str:
    """That nothing is left to be copied, or the clock is wrong."""
    return tr(
        "By the clock, today is {today} (UTC), and every period key is over. If that is true, '{command}' "
        "comes first; if not, set the clock right.",
        today=today,
        command=command("rotate"),
    )


def require_room(path: Path) -> None:
    """For before cards are typed: raises `AdminError` if a home is there already, or could not be made."""
    require_writable(path)
    if (path / "keys").is_dir():
        rotation.require_no_keys(Home(path))


def restore(
    path: Path,
    save: Save,
    passphrase: bytes,
    *,
    today: date,
    work_factor: int,
    progress: Callable[[int, int], None],
    beside: Callable[[Home, Path], None] = lambda _home, _keys: None,
) -> keylists.Published:
    """Makes a home of a save where there is none: all of it or nothing. Returns the new key list, which goes
    on to `rotation.WEEKS_AHEAD`, with fresh periods where the save has none. `beside` brings what else there
    is, before the folder that it is given becomes that of the keys.

    Raises `AdminError` if a home is there already.
    """
    home = open_home(path, create=True)
    with home.lock():
        rotation.require_no_keys(home)
        root = SigningKey(save.root_seed)
        saved = [_new_period(each) for each in save.periods]
        covered = {each.period.start for each in saved}
        mondays = [monday_of(today) + week * STEP for week in range(rotation.WEEKS_AHEAD)]
        classic = bool(saved) and isinstance(saved[-1].identity, X25519Identity)
        fresh = [
            made
            for monday in mondays
            if monday not in covered
            for made in rotation.new_periods(monday, 1, x25519=classic)
        ]
        listed = [each.period for each in saved if today < each.period.until]
        keys = KeyList(
            root=root.public(),
            serial=rotation.later_serial(save.serial, save.made, today),
            issued=today,
            label=save.label,
            periods=tuple(
                sorted([*listed, *(period for period, _ in fresh)], key=lambda period: period.start)
            ),
        )
        with temporary_folder(home.path) as folder:
            secrets = [
                (folder / ROOT_NAME, root_text(root)),
                *((period_path(folder, new.period.start), rotation.identity_file(new)) for new in saved),
                *rotation.sealable(folder, fresh),
            ]
            keylists.write_list(folder, keys, root)
            write_atomic(folder / REVOCATION_FILE, make_revocation(root, today).text.encode())
            seal_all(secrets, passphrase, work_factor=work_factor, write=write_atomic, progress=progress)
            if save.server is not None:
                write_atomic(home.head, head_bytes(_head(save.server, save.batch)))
            beside(home, folder)
            sync_folder(folder)
            folder.replace(home.keys)
        sync_folder(home.path)
    home.newest_day(today)
    return keylists.load(home)


def _head(server: PublicKey, batch: SignedBatch | None) -> Head:
    links = () if batch is None else (Link(batch.sequence, batch.digest, seen=True),)
    return Head((ServerKey(1, server),), links)


def _recipient(home: Home, root: SigningKey) -> tuple[HybridRecipient, str]:
    """The recipient, and the day on which the cards were made: an older file is signed, too."""
    with (home.keys / RECOVERY_FILE).open("rb") as file:
        data = file.read(_LONGEST_LINE + SIGNATURE_TEXT_LIMIT)
    line, _, signature = data.partition(b"\n")
    try:
        root.public().verify(line + b"\n", signature.decode("ascii", "replace"))
        recipient, _, day = line.decode("ascii").partition(" ")
        return HybridRecipient.parse(recipient), day
    except CryptoError:
        raise AdminError(
            tr(
                "{name} was changed since the cards were made: nothing was saved. Make new cards with "
                "'{command}', and find out who writes into this home.",
                command=command("recovery split"),
                name=RECOVERY_FILE,
            )
        ) from None


def _new_period(saved: SavedPeriod) -> NewPeriod:
    identity = parse_identity(saved.identity)
    if not isinstance(identity, _Ours):
        raise AdminError(tr("The save holds a key of a kind that is not for drops."))
    return NewPeriod(Period(saved.start, saved.until, str(identity.recipient())), identity)
