"""Source's parcels: a drop that the page sealed on the source's own device, cut into parts for a chat.

Source: issue 11, item 5; drawn in docs/protocol.md, "Source parcels". Each part is an age file under the
envelope, small enough for a bot to fetch, and tells who carries it a random id, its number and a size class.
Who has no key can check that much (`check_shape`) and collect parts; who has one opens them (`open_part`) and
joins them (`Joining`), in any order, into a drop like any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from crypto import canonical, tar
from crypto.age import Identity
from crypto.age.header import Stanza, parse_header
from crypto.envelope import PIECE, Layout, Sealing, open_sealed, read_document, read_end, read_zeros
from crypto.errors import FormatError
from crypto.outside import check_slots, class_of
from crypto.slots import Slots

MAX_FILE = 19_000_000
"""A part is at most this long: a bot of Telegram fetches 20 MB and no more."""
LARGEST_CLASS = 16 * 1024 * 1024
SLICE_SIZE = LARGEST_CLASS - 4096
"""The most bytes of a parcel in one part; with what is around it the part fills its class of 16 MiB."""
MAX_PARTS = 1000
PART_LIMIT = 512
PART_JSON, SLICE = "part.json", "slice"
LABEL = "silbo-part"
PART_START = f"age-encryption.org/v1\n-> {LABEL} ".encode()
"""With these bytes every part begins, and no other file that is of use."""

_ID = re.compile("[0-9a-f]{32}")
_NUMBER = re.compile("(?!0000)[0-9]{4}")
_KEYS = {"type", "version", "id", "number", "parts", "size", "sha256"}

Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Label:
    """All that a part tells who has no key: the parcel's random id (32 hex digits) and the part's number.

    It stands first in the age header, as a stanza that opens nothing, under the header's MAC.
    """

    id: str
    number: int

    def wrap(self, file_key: bytes) -> Stanza:
        """The stanza `-> silbo-part ID NUMBER`, with an empty body."""
        return Stanza(LABEL, (self.id, f"{self.number:04}"), b"")


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Part `number` of `parts`, from 1, of the parcel `id`: a drop of `size` bytes with this SHA-256."""

    id: str
    number: int
    parts: int
    size: int
    sha256: bytes

    @property
    def slice_size(self) -> int:
        """How many bytes of the drop are in it: every part but the last is full."""
        return min(SLICE_SIZE, self.size - (self.number - 1) * SLICE_SIZE)


def seal_part(slots: Slots, part: SourcePart, content: bytes) -> bytes:
    """The file of a part with this slice of the drop. Raises FormatError for a value that is not accepted."""
    document = _part_bytes(part)
    if len(content) != part.slice_size:
        raise FormatError("The slice has not the length that its part must have.")
    sealing = Sealing(slots, Label(part.id, part.number))
    opening = tar.member_header(PART_JSON, len(document)) + document + tar.member_padding(len(document))
    start = sealing.update(opening + tar.member_header(SLICE, len(content)))
    middle = sealing.update(content) + sealing.update(tar.member_padding(len(content)))
    return start + middle + b"".join(sealing.finish())


def seal_parts(slots: Slots, parcel_id: str, drop: bytes) -> Iterator[bytes]:
    """The files of all parts of a drop, in order. `parcel_id` are 32 random hex digits."""
    digest = hashlib.sha256(drop).digest()
    parts = -(-len(drop) // SLICE_SIZE)
    for number in range(1, parts + 1):
        part = SourcePart(parcel_id, number, parts, len(drop), digest)
        start = (number - 1) * SLICE_SIZE
        yield seal_part(slots, part, drop[start : start + SLICE_SIZE])


def read_label(untrusted: BinaryIO) -> Label:
    """The label of a part, from the beginning of its file. Raises HeaderError or FormatError."""
    return _label_of(parse_header(untrusted).stanzas[0])


def check_shape(untrusted: BinaryIO) -> Label:
    """The label of a file that has the shape and the size class of a part: all that a server can check.

    For whom it is, the file does not tell. `untrusted` is seekable. Raises HeaderError or FormatError.
    """
    size = untrusted.seek(0, 2)
    if size > MAX_FILE:
        raise FormatError("A part of a parcel must not be longer than 19 MB.")
    untrusted.seek(0)
    label, *slots = parse_header(untrusted).stanzas
    read = _label_of(label)
    check_slots(slots)
    if class_of(size - untrusted.tell()) > LARGEST_CLASS:
        raise FormatError("A part of a parcel must not be of a larger size class.")
    return read


def _label_of(stanza: Stanza) -> Label:
    if stanza.type != LABEL or len(stanza.args) != 2 or stanza.body:
        raise FormatError("This is not a part of a source's parcel.")
    identifier, number = stanza.args
    if _ID.fullmatch(identifier) is None or _NUMBER.fullmatch(number) is None or int(number) > MAX_PARTS:
        raise FormatError("The label of the part is malformed.")
    return Label(identifier, int(number))


def open_part(
    src: BinaryIO, identities: Sequence[Identity], begin: Callable[[SourcePart], Write]
) -> SourcePart:
    """Opens a part; its slice goes piece by piece to what `begin` returns when it is told what part this is.

    The slice may be believed when this has returned, not before. `src` is seekable and stands at its
    beginning. Raises an age error of the family if the file does not open, FormatError if it is no part, and
    whatever the callables raise.
    """
    label = read_label(src)
    src.seek(0)
    return open_sealed(src, identities, read_part(label, begin))


def read_part(label: Label, begin: Callable[[SourcePart], Write]) -> Layout[SourcePart]:
    """The layout of a part's plaintext, which must say what its label says."""
    document = yield from read_document(PART_JSON, PART_LIMIT)
    part = _parse(document)
    if label != Label(part.id, part.number):
        raise FormatError("The part is not the one that its label says.")
    name, size = tar.parse_header((yield tar.BLOCK))
    if (name, size) != (SLICE, part.slice_size):
        raise FormatError("A part must hold a slice of the length that is due.")
    write, left = begin(part), size
    while left:
        piece = yield min(left, PIECE)
        write(piece)
        left -= len(piece)
    yield from read_zeros(-size % tar.BLOCK, "padding of a member")
    yield from read_end(len(document), size)
    return part


def _part_bytes(part: SourcePart) -> bytes:
    data = canonical.encode(
        {
            "type": "silbo source part",
            "version": 1,
            "id": part.id,
            "number": part.number,
            "parts": part.parts,
            "size": part.size,
            "sha256": part.sha256.hex(),
        }
    )
    if _parse(data) != part:
        raise FormatError("The part holds a value that would not be accepted.")
    return data


def _parse(untrusted: bytes) -> SourcePart:
    fields = canonical.Fields.of_document(untrusted, PART_LIMIT, "silbo source part", _KEYS)
    parts = fields.integer("parts", minimum=1, maximum=MAX_PARTS)
    part = SourcePart(
        id=fields.text("id", _ID, "32 hexadecimal digits"),
        number=fields.integer("number", minimum=1, maximum=parts),
        parts=parts,
        size=fields.integer("size", minimum=1, maximum=MAX_PARTS * SLICE_SIZE),
        sha256=fields.hex("sha256", 32),
    )
    if -(-part.size // SLICE_SIZE) != parts:
        raise FormatError("The part says another number of parts than its parcel needs.")
    return part


class Joining:
    """Puts one parcel together in a seekable file, from parts in any order: `take` each, then `finish`.

    A part that does not open, or is of another parcel, changes nothing of the others. The file holds
    ciphertext, and is a drop once `finish` has returned.
    """

    def __init__(self, dst: BinaryIO) -> None:
        self._dst = dst
        self._first: SourcePart | None = None
        self._slices: dict[int, bytes] = {}

    def take(self, untrusted_part: BinaryIO, identities: Sequence[Identity]) -> SourcePart:
        """Opens one part and keeps its slice. The same one again is taken as well.

        Raises an age error of the family, or FormatError: no part, one of another parcel, or a second one of
        a number with another slice.
        """
        digest = hashlib.sha256()
        part = open_part(untrusted_part, identities, lambda part: self._begin(part, digest.update))
        if self._slices.setdefault(part.number, digest.digest()) != digest.digest():
            raise FormatError(f"There are two different parts with number {part.number}.")
        self._first = self._first or part
        return part

    def _begin(self, part: SourcePart, also: Write) -> Write:
        first = self._first or part
        if (first.id, first.size, first.sha256) != (part.id, part.size, part.sha256):
            raise FormatError("This part belongs to another parcel.")
        if part.number in self._slices:
            return also  # only compared: what is there stays
        self._dst.seek((part.number - 1) * SLICE_SIZE)

        def write(piece: bytes) -> None:
            also(piece)
            self._dst.write(piece)

        return write

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the parts that were not taken so far; none before the first."""
        last = self._first.parts if self._first else 0
        return tuple(number for number in range(1, last + 1) if number not in self._slices)

    def finish(self) -> SourcePart:
        """What was joined, if it is whole. Raises FormatError, naming the first missing part."""
        if self._first is None:
            raise FormatError("The parcel has no part.")
        if self.missing:
            raise FormatError(
                f"Of {self._first.parts} parts of the parcel {len(self.missing)} are missing, "
                f"the first is number {self.missing[0]}."
            )
        digest, left = hashlib.sha256(), self._first.size
        self._dst.seek(0)
        while left and (piece := self._dst.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
        if left or digest.digest() != self._first.sha256:
            raise FormatError("The parts do not make the drop that they name.")
        return self._first
