"""Cases that another reviewer has handed over: their file keys, sealed to a key of this home that is of no
period.

    HOME/keys/handed.age      the identity, under the passphrase
    HOME/handed/DROP ID.age   the file keys of one drop (docs/protocol.md, "Hand-over keys")

A file key opens one age file; whether it is the right one, the MAC of that file's header tells. So nothing is
kept here that was not tried on the drop itself (`admin.workspace.succession`), or came back with the cards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from admin.errors import AdminError
from admin.files import write_atomic
from admin.home import Home
from admin.keys.keyring import HandedIdentity, KeyRing, PeriodIdentity
from admin.keys.root import HANDED_NAME
from admin.words import tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from crypto.age import HybridIdentity
    from crypto.hand_over_keys import DropKeys, HandOverKeys

Key = PeriodIdentity | HandedIdentity


def with_handed(home: Home, drop: str, ring: KeyRing, periods: Sequence[PeriodIdentity]) -> Sequence[Key]:
    """The keys to try on a drop, or on a parcel in it: what was handed over first, because trying it costs
    nothing. Raises `AdminError` if what is kept of this drop does not open.
    """
    if drop not in ring.handed_drops and home.is_handed(drop):
        ring.handed |= _read(home, drop, ring)
        ring.handed_drops.add(drop)
    return [HandedIdentity(ring), *periods] if ring.handed else periods


def keep(home: Home, ring: KeyRing, keys: HandOverKeys, work_factor: int) -> None:
    """Seals file keys that were tried, a file a drop; what is there of a drop is replaced."""
    if not keys.drops:
        return
    if not (home.keys / HANDED_NAME).exists():
        _make(home.keys, ring.passphrase, work_factor)
    _seal(home, keys, _identity(home, ring))


def bring(home: Home, folder: Path, passphrase: bytes, keys: HandOverKeys, work_factor: int) -> None:
    """The same for a home that has no keys yet: `folder` is renamed to them afterwards. What a command that
    was killed before left of it goes: nothing opens it.
    """
    for path in home.handed.glob("*.age"):
        path.unlink()
    _seal(home, keys, _make(folder, passphrase, work_factor))


def _seal(home: Home, keys: HandOverKeys, identity: HybridIdentity) -> None:
    from crypto.hand_over_keys import seal_keys  # noqa: PLC0415 -- as below

    home.handed.mkdir(mode=0o700, exist_ok=True)
    for drop in keys.drops:
        sealed = seal_keys(keys.replaced(drops=(drop,)), [identity.recipient()])
        write_atomic(home.handed / f"{drop.id}.age", sealed)


def kept(home: Home, ring: KeyRing) -> tuple[tuple[DropKeys, ...], list[str]]:
    """What opens all cases that were handed over, for a save, and a sentence for each that is damaged."""
    from crypto.hand_over_keys import DropKeys, FileKey  # noqa: PLC0415 -- as above

    found, damaged = [], []
    for drop in sorted(home.handed_drops()):
        try:
            keys = _read(home, drop, ring)
        except AdminError as error:
            damaged.append(str(error))
        else:
            found.append(DropKeys(drop, tuple(FileKey(of, keys[of]) for of in sorted(keys))))
    return tuple(found), damaged


def _read(home: Home, drop: str, ring: KeyRing) -> Mapping[bytes, bytes]:
    from crypto.errors import CryptoError  # noqa: PLC0415 -- as below
    from crypto.hand_over_keys import open_keys  # noqa: PLC0415 -- hardly any drop was handed over

    try:
        found = open_keys((home.handed / f"{drop}.age").read_bytes(), [_identity(home, ring)])
    except CryptoError:
        found = None
    if found is None or [each.id for each in found.drops] != [drop]:
        raise AdminError(
            tr("What opens the case {drop}, which was handed over, is damaged in this home.", drop=drop[:8])
        )
    return {each.header: each.key for each in found.drops[0].keys}


def _identity(home: Home, ring: KeyRing) -> HybridIdentity:
    from crypto.age import HybridIdentity  # noqa: PLC0415 -- as above

    found = ring.unlock_identities(home.keys / HANDED_NAME)
    if len(found) != 1 or not isinstance(found[0], HybridIdentity):
        raise AdminError(tr("{name} does not hold the key of cases that were handed over.", name=HANDED_NAME))
    return found[0]


def _make(folder: Path, passphrase: bytes, work_factor: int) -> HybridIdentity:
    from crypto.age import HybridIdentity, ScryptRecipient, encrypt  # noqa: PLC0415 -- as above

    identity = HybridIdentity.generate()
    text = (
        "# The key of cases that another Silbo reviewer has handed over; keep it offline. It does not end.\n"
        f"{identity.to_string()}\n"
    )
    sealed = encrypt(text.encode("ascii"), [ScryptRecipient(passphrase, log_n=work_factor)])
    write_atomic(folder / HANDED_NAME, sealed)
    return identity
