"""Saves: what a reviewer needs to go on after the laptop is lost, sealed to a recovery key kept elsewhere.

Source: issue 11, item 6; drawn in docs/protocol.md, "Saves". The envelope is that of an item. A save opens
what its periods open for as long as it exists, so it holds no period that was over when it was made, and
gives back none whose secret would have been destroyed by the day of reading (promise 6).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from crypto import canonical, tar
from crypto.age import Identity, parse_identity
from crypto.custody import SignedBatch, batch_fields, read_batch
from crypto.envelope import Layout, Sealing, open_sealed, read_document, read_end
from crypto.errors import FormatError, KeyFormatError
from crypto.keylist import LABEL, MAX_PERIODS, VALID
from crypto.minisign import SEED_SIZE, PublicKey
from crypto.record import Record
from crypto.slots import Slots

SAVE_JSON = "save.json"
MAX_SIZE = 64 * 1024
GRACE = timedelta(days=14)
"""So long after a period's end its secret is kept (docs/protocol.md, "Period files")."""

_KEYS = {"type", "version", "made", "root_seed", "label", "serial", "periods", "server", "batch"}
_PERIOD_KEYS = {"start", "until", "identity"}
_IDENTITY = re.compile("AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{1,128}")


class SavedPeriod(Record):
    """A period, `start` included and `until` not, and the text of its identity. Its repr is blank."""

    start: date
    until: date
    identity: str

    def __repr__(self) -> str:
        return "SavedPeriod()"


class Save(Record):
    """A reviewer's keys on the day `made`: the root's seed (32 bytes), label and serial of the newest key
    list, periods ascending by start; of the chain, the server's key and the last batch seen, or None. Its
    repr is blank.
    """

    made: date
    root_seed: bytes
    label: str
    serial: int
    periods: tuple[SavedPeriod, ...]
    server: PublicKey | None = None
    batch: SignedBatch | None = None

    def __repr__(self) -> str:
        return "Save()"


def seal_save(slots: Slots, save: Save) -> bytes:
    """The age file of a save, to the recovery key behind `slots`.

    Raises FormatError for a bad value, and for a period that was over on the day `made`.
    """
    data = _save_bytes(save)
    sealing = Sealing(slots)
    head = sealing.update(tar.member_header(SAVE_JSON, len(data)) + data + tar.member_padding(len(data)))
    return b"".join([head, *sealing.finish()])


def open_save(untrusted: bytes, identities: Sequence[Identity], today: date) -> Save:
    """A save with those of its periods that are not over for more than 14 days on `today`.

    Raises an age error of the family if the file does not open, FormatError if it is no save.
    """
    save = open_sealed(io.BytesIO(untrusted), identities, read_save())
    return save.replaced(periods=tuple(each for each in save.periods if today - each.until < GRACE))


def read_save() -> Layout[Save]:
    """The layout of a save's plaintext, with all its periods: `open_save` leaves out what is over."""
    data = yield from read_document(SAVE_JSON, MAX_SIZE)
    yield from read_end(len(data))
    return _parse(data)


def _save_bytes(save: Save) -> bytes:
    data = canonical.encode(
        {
            "type": "silbo save",
            "version": 1,
            "made": save.made.isoformat(),
            "root_seed": save.root_seed.hex(),
            "label": save.label,
            "serial": save.serial,
            "periods": [
                {"start": each.start.isoformat(), "until": each.until.isoformat(), "identity": each.identity}
                for each in save.periods
            ],
            "server": None if save.server is None else str(save.server),
            "batch": None if save.batch is None else batch_fields(save.batch),
        }
    )
    if _parse(data) != save:
        raise FormatError("The save holds a value that would not be accepted.")
    return data


def _parse(untrusted: bytes) -> Save:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo save", _KEYS)
    made = fields.day("made")
    periods = [_period(value) for value in fields.array("periods", maximum=MAX_PERIODS)]
    if any(later.start <= earlier.start for earlier, later in pairwise(periods)):
        raise FormatError("The periods in the save are not in order, or one is there twice.")
    if any(made >= each.until for each in periods):
        raise FormatError("The save holds the key of a period that was over when it was made.")
    return Save(
        made=made,
        root_seed=fields.hex("root_seed", SEED_SIZE),
        label=fields.text("label", LABEL, "a name of letters and digits"),
        serial=fields.integer("serial", minimum=1),
        periods=tuple(periods),
        server=fields.optional("server", fields.signing_key),
        batch=fields.optional("batch", lambda key: read_batch(fields.value(key))),
    )


def _period(untrusted: object) -> SavedPeriod:
    fields = canonical.Fields(untrusted, "save's period", _PERIOD_KEYS)
    start, until = fields.day("start"), fields.day("until")
    identity = fields.text("identity", _IDENTITY, "an identity of age")
    try:
        parse_identity(identity)
    except KeyFormatError:
        raise FormatError("A period in the save has no identity of age.") from None
    if start.weekday() != 0 or until - start != VALID:
        raise FormatError("A period in the save does not begin on a Monday or is not two weeks long.")
    return SavedPeriod(start, until, identity)
