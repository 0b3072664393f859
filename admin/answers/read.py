"""On which day the source of a reply said "read", for every reply of which a mark was earned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from admin.errors import AdminError
from admin.files import write_atomic
from admin.home import Home
from admin.words import tr
from crypto import canonical
from crypto.errors import CryptoError
from crypto.read_marks import MAX_SIZE

_NAME = "read.json"
_MOST = 100_000
_KEYS = {"type", "version", "read"}


def load(home: Home) -> dict[bytes, date]:
    """The day by the SHA-256 of the reply's age file. Raises `AdminError` for a damaged record."""
    found = {}
    try:
        data = (home.replies / _NAME).read_bytes()
        fields = canonical.Fields.of_document(data, MAX_SIZE, "silbo replies read", _KEYS)
        for value in fields.array("read", maximum=_MOST):
            entry = canonical.Fields(value, "reply read", {"reply", "day"})
            found[entry.hex("reply", 32)] = entry.day("day")
    except FileNotFoundError:
        return {}
    except CryptoError:
        raise AdminError(tr("The record {name} in the home is damaged.", name=_NAME)) from None
    return found


def remember(home: Home, read: Mapping[bytes, date]) -> None:
    """Keeps all of these; the home is held. Raises `OSError`."""
    home.replies.mkdir(mode=0o700, exist_ok=True)
    entries = [{"reply": reply.hex(), "day": day.isoformat()} for reply, day in sorted(read.items())]
    data = canonical.encode({"type": "silbo replies read", "version": 1, "read": entries[:_MOST]})
    write_atomic(home.replies / _NAME, data)
