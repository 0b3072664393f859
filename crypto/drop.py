"""The drop: all ciphertext of one submission in an uncompressed tar, `manifest.age`, `0001.age`, ..., and the
server's stamp, by which a reader knows whether the server made it.

Source: the design, "Formats"; drawn in docs/protocol.md, "Drop". Written in pieces from a database,
synchronously by `write_drop` or by whoever puts `member_header`, the bytes, `member_padding` and `DROP_END`
one after the other. Read strictly: only these names in this order, only the one tar layout, nothing behind
the end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from crypto.errors import FormatError
from crypto.record import Record
from crypto.tar import BLOCK, END, is_zero, member_header, member_padding, parse_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = [
    "DROP_END",
    "MANIFEST_AGE",
    "MAX_ITEMS",
    "STAMP_FILE",
    "Member",
    "drop_chunks",
    "item_name",
    "member_header",
    "member_padding",
    "read_drop",
    "read_stamp",
    "stamp_of",
    "write_drop",
]

MANIFEST_AGE = "manifest.age"
MAX_ITEMS = 9999
DROP_END = END
STAMP_FILE = "stamp.sha256"
STAMP_SIZE = 32
"""Bytes of a stamp, and of the secret that it is the hash of."""


class Member(Record):
    """A file in a drop: its bytes are `size` bytes from `offset` on."""

    name: str
    offset: int
    size: int


def item_name(number: int) -> str:
    """The file name of the item `number`, from 1 to 9999: `0001.age`."""
    if not 1 <= number <= MAX_ITEMS:
        raise FormatError(f"A drop holds 1 to {MAX_ITEMS} items.")
    return f"{number:04}.age"


def member_name(index: int) -> str:
    """The name that the member at `index` must have: the manifest at 0, then the items."""
    return MANIFEST_AGE if index == 0 else item_name(index)


def stamp_of(secret: bytes) -> bytes:
    """The stamp (32 bytes) of a drop whose manifest has this secret (32 bytes): only who chose the stamp has
    one to write into a manifest.
    """
    return hashlib.sha256(b"silbo/v1 stamp\0" + secret).digest()


def drop_chunks(members: Iterable[tuple[str, int, Iterable[bytes]]]) -> Iterator[bytes]:
    """The bytes of a drop from (name, size, pieces) of each member, the manifest first, a stamp last.

    Raises FormatError if a name is not the one due, or the pieces do not add up to the size.
    """
    stamped = False
    for index, (name, size, pieces) in enumerate(members):
        if stamped or (name != member_name(index) and not (stamped := index > 0 and name == STAMP_FILE)):
            raise FormatError("The members of a drop must be manifest.age, 0001.age, 0002.age and so on.")
        yield member_header(name, size)
        left = size
        for piece in pieces:
            left -= len(piece)
            yield piece
        if left:
            raise FormatError("A member of the drop has not the size announced.")
        yield member_padding(size)
    yield DROP_END


def write_drop(dst: BinaryIO, members: Iterable[tuple[str, int, Iterable[bytes]]]) -> None:
    """Writes a drop; arguments and errors are those of `drop_chunks`."""
    for chunk in drop_chunks(members):
        dst.write(chunk)


def read_drop(src: BinaryIO) -> list[Member]:
    """The age files of a drop in a seekable file that is read from its beginning; the manifest is the first.

    Nothing in a drop is authenticated by itself: each member is an age file, and the manifest inside the
    first one says which others belong. Raises FormatError.
    """
    end = src.seek(0, 2)
    members: list[Member] = []
    offset = 0
    while True:
        src.seek(offset)
        header = src.read(BLOCK)
        if is_zero(header):
            break
        name, size = parse_header(header)
        if name == STAMP_FILE and members:
            if size != STAMP_SIZE:
                raise FormatError("The stamp of the drop has not its size.")
            if src.read(BLOCK)[STAMP_SIZE:] != member_padding(STAMP_SIZE):
                raise FormatError("The padding of a member of the drop must be zero bytes.")
            offset += 2 * BLOCK
            src.seek(offset)
            break
        if len(members) > MAX_ITEMS or name != member_name(len(members)):
            raise FormatError("The members of a drop must be manifest.age, 0001.age, 0002.age and so on.")
        members.append(Member(name, offset + BLOCK, size))
        offset += BLOCK + size
        if offset > end:
            raise FormatError("The drop is cut short.")
        src.seek(offset)
        padding = src.read(-size % BLOCK)
        if padding != member_padding(size):
            raise FormatError("The padding of a member of the drop must be zero bytes.")
        offset += len(padding)
    if not members:
        raise FormatError("The drop has no manifest.")
    if end != offset + len(DROP_END) or not is_zero(src.read()):
        raise FormatError("The drop does not end as it must.")
    return members


def read_stamp(src: BinaryIO, members: Sequence[Member]) -> bytes | None:
    """The stamp (32 bytes) of a drop with these members, as `read_drop` found them; None for one of a server
    that wrote none, as those of 0.1.
    """
    last = members[-1]
    src.seek(last.offset + last.size + -last.size % BLOCK)
    return None if is_zero(src.read(BLOCK)) else src.read(STAMP_SIZE)
