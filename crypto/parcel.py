"""Parcels: a batch in one stream, cut into parts that a messenger carries, each sealed to the reviewers.

Source: issue 5, item 4; drawn in docs/protocol.md, "Parcels". The parcel is a tar of the files of the batch.
A part is sealed like an item and padded like one, so whoever carries it learns a size class and nothing else.
What a part says is believed only for finding its neighbours: the batch inside is checked as from a stick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from crypto import canonical, tar
from crypto.age import Identity
from crypto.batch import BATCH_FILE, MAX_SEQUENCE, SERVER_FILE, SIGNATURE_FILE
from crypto.drop_list import LIST_FILE
from crypto.envelope import PIECE, Layout, LayoutReader, open_sealed, read_document, read_end, read_zeros
from crypto.errors import FormatError
from crypto.padding import padded_size

BATCH_FILES = (BATCH_FILE, SIGNATURE_FILE, SERVER_FILE)
SLICE_SIZE = 32 * 1024 * 1024 - 4096
"""The most bytes of a parcel in one part; with what is around it the part fills its class of 32 MiB."""
MAX_PARTS = 1_000_000

_PART_NAME, _SLICE_NAME = "part.json", "slice"
_KEYS = {"type", "version", "sequence", "digest", "number", "parts"}
_MAX_DOCUMENT = 1024
_DROP_FILE = re.compile(r"[0-9a-f]{32}\.tar")

Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number` of `parts`, from 1, of the batch `sequence` whose `batch.json` has this SHA-256."""

    sequence: int
    digest: bytes
    number: int
    parts: int

    @property
    def file_name(self) -> str:
        """For people: a reader does not look at it."""
        return f"batch-{self.sequence:06}.part-{self.number:03}-of-{self.parts:03}.age"


def count_parts(parcel_size: int) -> int:
    """How many parts a parcel of so many bytes (1 or more) has."""
    return -(-parcel_size // SLICE_SIZE)


def slice_of(parcel_size: int, number: int) -> tuple[int, int]:
    """Where the slice of part `number` begins in the parcel, and how long it is."""
    start = (number - 1) * SLICE_SIZE
    return start, min(SLICE_SIZE, parcel_size - start)


def part_opening(part: Part, slice_size: int) -> bytes:
    """The plaintext of a part up to its slice. Raises FormatError for a bad value."""
    document = part_bytes(part)
    return (
        tar.member_header(_PART_NAME, len(document))
        + document
        + tar.member_padding(len(document))
        + tar.member_header(_SLICE_NAME, slice_size)
    )


def part_plaintext_size(part: Part, slice_size: int) -> int:
    """The size class of a part, in bytes."""
    used = len(part_opening(part, slice_size)) + slice_size + len(tar.member_padding(slice_size))
    return padded_size(used + len(tar.END))


def part_bytes(part: Part) -> bytes:
    """The bytes of `part.json`. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo part",
            "version": 1,
            "sequence": part.sequence,
            "digest": part.digest.hex(),
            "number": part.number,
            "parts": part.parts,
        }
    )
    if _parse(data) != part:
        raise FormatError("The part holds a value that would not be accepted.")
    return data


def _parse(untrusted: bytes) -> Part:
    fields = canonical.Fields.of_document(untrusted, _MAX_DOCUMENT, "silbo part", _KEYS)
    parts = fields.integer("parts", minimum=1, maximum=MAX_PARTS)
    return Part(
        sequence=fields.integer("sequence", minimum=1, maximum=MAX_SEQUENCE),
        digest=fields.hex("digest", 32),
        number=fields.integer("number", minimum=1, maximum=parts),
        parts=parts,
    )


def open_part(src: BinaryIO, identities: Sequence[Identity], write: Write) -> Part:
    """Opens a part, giving its slice piece by piece to `write`.

    The slice may be believed when this has returned, not before. Raises an age error of the family if the
    file does not open, FormatError if it is no part, and whatever `write` raises.
    """
    return open_sealed(src, identities, _part(write))


def _part(write: Write) -> Layout[Part]:
    document = yield from read_document(_PART_NAME, _MAX_DOCUMENT)
    part = _parse(document)
    name, size = tar.parse_header((yield tar.BLOCK))
    if name != _SLICE_NAME or not 1 <= size <= SLICE_SIZE:
        raise FormatError("A part must hold a slice of an allowed size.")
    if part.number < part.parts and size != SLICE_SIZE:
        raise FormatError("Every part but the last must be full.")
    yield from _member(size, write)
    yield from read_end(len(document), size)
    return part


def unpacker(create: Callable[[str], Write]) -> LayoutReader[None]:
    """A reader of a parcel: `write` the slices to it in their order, then `finish`; both raise FormatError.

    For each file of the batch it calls `create` with its name (one of `BATCH_FILES`, then `drops.json` if the
    batch is of version 2, then `<drop id>.tar`, ascending) and writes the content to what that returns.
    """
    return LayoutReader(_parcel(create))


def _parcel(create: Callable[[str], Write]) -> Layout[None]:
    last = ""
    for place in range(1 << 62):
        header = yield tar.BLOCK
        if tar.is_zero(header):
            if place < len(BATCH_FILES):
                raise FormatError("The parcel holds no batch.")
            return (yield from read_zeros(len(tar.END) - tar.BLOCK, "end of the parcel"))
        name, size = tar.parse_header(header)
        if place < len(BATCH_FILES):
            expected = name == BATCH_FILES[place]
        elif place == len(BATCH_FILES) and name == LIST_FILE:
            expected = True
        else:
            expected, last = _DROP_FILE.fullmatch(name) is not None and name > last, name
        if not expected:
            raise FormatError("The parcel holds another file than the next one of a batch.")
        yield from _member(size, create(name))
    raise FormatError("The parcel has no end.")


def _member(size: int, write: Write) -> Layout[None]:
    """Takes the content of a tar member, with its padding."""
    left = size
    while left:
        piece = yield min(left, PIECE)
        write(piece)
        left -= len(piece)
    yield from read_zeros(-size % tar.BLOCK, "padding of a member")
