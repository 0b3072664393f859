"""Key lists: which public key of a reviewer is to be used in which weeks, signed by the reviewer's root key.

Source: the design, "Keys"; drawn in docs/protocol.md, "Key lists". A period starts on a Monday and its key
is valid for two weeks, so that two keys are valid on any day and the newest is used. What is signed are the
bytes of `keys.json`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

from crypto import canonical
from crypto.errors import CryptoError, FormatError, SignatureError
from crypto.minisign import PublicKey
from crypto.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crypto.age import HybridIdentity, X25519Identity

VALID = timedelta(days=14)
STEP = timedelta(days=7)
MAX_PERIODS = 104
MAX_SIZE = 512 * 1024
CLOCK_TOLERANCE = timedelta(days=1)  # two machines may be in two time zones

_KEYS = {"type", "version", "root", "serial", "issued", "label", "periods"}
_PERIOD_KEYS = {"start", "until", "recipient"}
LABEL = re.compile(r"[^\W_](?:[\w .'-]{0,62}[\w.'-])?")
_RECIPIENT = re.compile(r"age1[a-z0-9]{1,2048}")


class Period(Record):
    """A recipient (text, `age1...`) and the days on which it may be used: `start` included, `until` not."""

    start: date
    until: date
    recipient: str


class KeyList(Record):
    """The keys of one reviewer. `serial` grows with every list that the same root issues."""

    root: PublicKey
    serial: int
    issued: date
    label: str
    periods: tuple[Period, ...]


class NewPeriod(Record):
    """A period and the identity that opens it, which must be sealed before it touches a disk."""

    period: Period
    identity: HybridIdentity | X25519Identity

    def __repr__(self) -> str:
        return "NewPeriod()"


def monday_of(day: date) -> date:
    """The Monday of the week that `day` is in."""
    return day - timedelta(days=day.weekday())


def make_periods(
    first_monday: date, weeks: int, generate: Callable[[], HybridIdentity | X25519Identity]
) -> list[NewPeriod]:
    """`weeks` new identities, one for each week from `first_monday` on, with their periods.

    `generate` is HybridIdentity.generate unless the reviewers use X25519. Raises FormatError if the first
    day is not a Monday or `weeks` is not 1 to 104.
    """
    if first_monday.weekday() != 0:
        raise FormatError("The first period must start on a Monday.")
    if not 1 <= weeks <= MAX_PERIODS:
        raise FormatError(f"A key list must hold 1 to {MAX_PERIODS} periods.")
    made = []
    for week in range(weeks):
        identity = generate()
        start = first_monday + week * STEP
        made.append(NewPeriod(Period(start, start + VALID, str(identity.recipient())), identity))
    return made


def keylist_bytes(keys: KeyList) -> bytes:
    """The bytes of `keys.json`, to be signed by the root. Raises FormatError for a bad value."""
    _check_days(keys.periods)
    _check_recipients(keys.periods)
    data = canonical.encode(
        {
            "type": "silbo key list",
            "version": 1,
            "root": str(keys.root),
            "serial": keys.serial,
            "issued": keys.issued.isoformat(),
            "label": keys.label,
            "periods": [
                {"start": p.start.isoformat(), "until": p.until.isoformat(), "recipient": p.recipient}
                for p in keys.periods
            ],
        }
    )
    if _parse(data) != keys:
        raise FormatError("The key list holds a value that would not be accepted.")
    return data


def parse_keylist(
    untrusted: bytes, untrusted_signature: str, root: PublicKey | None, *, today: date | None = None
) -> KeyList:
    """A checked key list. The signature is checked before anything else in the list is believed.

    `root` is the key pinned; None takes the one named in the list, which proves only that the list is of
    one piece: for showing its fingerprint before pinning. With `today`, a list issued later is refused.
    Raises SignatureError (unsigned, changed, another root) or FormatError.
    """
    if root is None:
        keys = _parse(untrusted)
        keys.root.verify(untrusted, untrusted_signature)
    else:
        root.verify(untrusted, untrusted_signature)
        keys = _parse(untrusted)
        if keys.root != root:
            raise SignatureError("The key list names another root key than the one that signed it.")
    _check_recipients(keys.periods)
    if today is not None and keys.issued > today + CLOCK_TOLERANCE:
        raise FormatError("The key list is dated in the future: is this machine's clock set back?")
    return keys


def outline(untrusted: bytes) -> KeyList:
    """The list without a look at its signature and its recipients: for its dates, where it rests in a folder
    that only its owner writes to. Needs no cryptography. Raises FormatError.
    """
    return _parse(untrusted)


def check_succeeds(old: KeyList, new: KeyList) -> None:
    """Whether `new` may replace `old`; the same list again is fine.

    Raises SignatureError if it is from another root and FormatError if it is older or contradicts `old`.
    """
    if new.root != old.root:
        raise SignatureError("The new key list is from another root key.")
    if new.serial < old.serial:
        raise FormatError("The new key list is older than the one already here.")
    if new.serial == old.serial and new != old:
        raise FormatError("Two different key lists carry the same serial number.")
    if new.issued < old.issued:
        raise FormatError(
            "The new key list has a higher serial number but an earlier day than the one already here."
        )


def period_for(keys: KeyList, day: date) -> Period | None:
    """The newest period valid on `day`; None if there is none: then nothing may be encrypted."""
    valid = [period for period in keys.periods if period.start <= day < period.until]
    return valid[-1] if valid else None


def half_spent(keys: KeyList, day: date) -> bool:
    """Whether half of the time from issue to the last period's end has passed: ask for a new list."""
    return day - keys.issued >= (keys.periods[-1].until - keys.issued) / 2


def _parse(untrusted: bytes) -> KeyList:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo key list", _KEYS)
    periods = []
    for value in fields.array("periods", maximum=MAX_PERIODS):
        period = canonical.Fields(value, "key list's period", _PERIOD_KEYS)
        recipient = period.text("recipient", _RECIPIENT, "an age recipient")
        periods.append(Period(period.day("start"), period.day("until"), recipient))
    keys = KeyList(
        root=fields.signing_key("root"),
        serial=fields.integer("serial", minimum=1),
        issued=fields.day("issued"),
        label=fields.text("label", LABEL, "a name of at most 64 letters, digits, spaces and . ' -"),
        periods=tuple(periods),
    )
    _check_days(keys.periods)
    return keys


def _check_days(periods: tuple[Period, ...]) -> None:
    if not 1 <= len(periods) <= MAX_PERIODS:
        raise FormatError(f"A key list must hold 1 to {MAX_PERIODS} periods.")
    for period in periods:
        if period.start.weekday() != 0:
            raise FormatError("A period in the key list does not start on a Monday.")
        if period.until - period.start != VALID:
            raise FormatError("A period in the key list is not two weeks long.")
    if any(later.start <= earlier.start for earlier, later in pairwise(periods)):
        raise FormatError("The periods in the key list are not in order, or two start in the same week.")
    if len({period.recipient for period in periods}) != len(periods):
        raise FormatError("Two periods in the key list use the same key.")


def _check_recipients(periods: tuple[Period, ...]) -> None:
    from crypto.age import parse_recipient  # noqa: PLC0415 -- `outline` needs no cryptography

    try:
        kinds = {type(parse_recipient(period.recipient)) for period in periods}
    except CryptoError:
        raise FormatError("A period in the key list holds a malformed recipient.") from None
    if len(kinds) != 1:
        raise FormatError("A key list must not mix post-quantum and classic keys.")
