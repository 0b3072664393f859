"""A source's parcel: a drop in parts (docs/protocol.md)."""

import io
import re
from hashlib import sha256
from typing import Any

from opener.envelope import HASH, check_end, read_json, require
from opener.errors import FormatError
from opener.header import read_header
from opener.tar import read_member

SLICE = (1 << 24) - 4096
COUNT = "[1-9][0-9]*"
PART = {
    "version": "1",
    "type": '"silbo source part"',
    "id": '"[0-9a-f]{32}"',
    "number": COUNT,
    "parts": COUNT,
    "size": COUNT,
    "sha256": HASH,
}


def read_label(untrusted: bytes) -> list[str]:
    """Return the id of the parcel and the number of the part, four digits, out of the header."""
    stanza = read_header(io.BytesIO(untrusted))[0][0]
    label = re.fullmatch("silbo-part ([0-9a-f]{32}) ([0-9]{4})", " ".join([stanza.type, *stanza.args]))
    require(label and not stanza.body and 1 <= int(label[2]) <= 1000)
    return [label[1], label[2]] if label else []


def parse_part(label: list[str], plain: bytes) -> tuple[dict[str, Any], bytes]:
    """Return what part.json says, and the slice."""
    _, metadata, at = read_member(plain, 0, "part[.]json")
    fields = read_json(metadata, 512, PART)
    _, piece, at = read_member(plain, at, "slice")
    check_end(plain, at)
    number, size = fields["number"], fields["size"]
    require([fields["id"], f"{number:04}"] == label and number <= fields["parts"] <= 1000)
    require(fields["parts"] == -(-size // SLICE) and len(piece) == min(SLICE, size - (number - 1) * SLICE))
    return fields, piece


class Joining:
    """The slices of one parcel, in any order; a part that is refused changes nothing of the others."""

    def __init__(self) -> None:
        self._slices: dict[int, bytes] = {}
        self._whole: tuple[int, int, str] | None = None

    def take(self, fields: dict[str, Any], piece: bytes) -> None:
        whole = fields["parts"], fields["size"], fields["sha256"]
        require(self._whole in (None, whole) and self._slices.get(fields["number"], piece) == piece)
        self._whole = whole
        self._slices[fields["number"]] = piece

    def finish(self) -> bytes:
        """Return the drop, if no part is missing."""
        parts = self._whole[0] if self._whole else 1
        for number in range(1, parts + 1):
            if number not in self._slices:
                raise FormatError(f"Part {number} of {parts} is missing.")
        joined = b"".join(self._slices[number] for number in range(1, parts + 1))
        require(self._whole == (parts, len(joined), sha256(joined).hexdigest()))
        return joined
