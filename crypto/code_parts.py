"""Files as parts that QR codes carry, for who may bring no stick: cut, shown in any order, and put together.

Drawn in docs/protocol.md, "Code parts". Nothing here is secret or signed: what is carried is signed itself.
The hash in each part tells transfers apart and, at the end, whether what was put together is whole.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Mapping

from crypto.errors import FormatError
from crypto.record import Record
from crypto.tar import BLOCK, END, member_header, member_padding, parse_header

MAGIC = b"SQ1"
DIGEST_SIZE = 16
_HEAD = struct.Struct(f">3s{DIGEST_SIZE}sHH")
HEAD_SIZE = _HEAD.size
MAX_PARTS = 4096
MAX_FILES = 64
MAX_SIZE = 128 * 1024
"""Bytes of all files, their tar headers and padding counted: a key list of half a year, or three replies."""

MAX_TRANSFERS = 16
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9-]{0,63}/)?[a-z0-9][a-z0-9_-]{0,79}(?:\.[a-z0-9]{1,16}){1,3}")


class Transfer(Record):
    """What was seen of one: `digest` (16 bytes), how many parts there are, and the numbers of those missing;
    `disputed` are numbers of parts that came in two ways.
    """

    digest: bytes
    total: int
    missing: tuple[int, ...]
    disputed: tuple[int, ...]


def cut(files: Mapping[str, bytes], size: int) -> list[bytes]:
    """The parts of these files, each at most `size` bytes. Raises FormatError if they are too many or too
    large, or a name is not one that is carried.
    """
    payload = zlib.compress(_bundle(files), 9)
    room = size - HEAD_SIZE
    if room < 1:
        raise FormatError("A code holds no part of so few bytes.")
    total = -(-len(payload) // room)
    if total > MAX_PARTS:
        raise FormatError(f"That would take more than {MAX_PARTS} codes.")
    digest = hashlib.sha256(payload).digest()[:DIGEST_SIZE]
    return [
        _HEAD.pack(MAGIC, digest, total, number) + payload[(number - 1) * room : number * room]
        for number in range(1, total + 1)
    ]


class Joining:
    """Takes parts in any order, again and again, and of several transfers; holds no more than those that
    can be whole.
    """

    def __init__(self) -> None:
        self._pieces: dict[tuple[bytes, int], dict[int, bytes]] = {}
        self._disputed: dict[tuple[bytes, int], set[int]] = {}

    def take(self, untrusted: bytes) -> bool:
        """Whether these bytes are a part; False for what else a code may say, and for the first part of more
        transfers than are kept apart.
        """
        if len(untrusted) <= HEAD_SIZE or not untrusted.startswith(MAGIC):
            return False
        _, digest, total, number = _HEAD.unpack_from(untrusted)
        key = (digest, total)
        if not 1 <= number <= total <= MAX_PARTS:
            return False
        if key not in self._pieces and len(self._pieces) == MAX_TRANSFERS:
            return False
        pieces = self._pieces.setdefault(key, {})
        if pieces.setdefault(number, untrusted[HEAD_SIZE:]) != untrusted[HEAD_SIZE:]:
            self._disputed.setdefault(key, set()).add(number)
        return True

    def transfers(self) -> list[Transfer]:
        """What was seen so far, in the order in which it began."""
        return [
            Transfer(
                key[0],
                key[1],
                tuple(number for number in range(1, key[1] + 1) if number not in pieces),
                tuple(sorted(self._disputed.get(key, ()))),
            )
            for key, pieces in self._pieces.items()
        ]

    def files(self, transfer: Transfer) -> dict[str, bytes]:
        """What a transfer carries, by name. Raises FormatError if it is not whole."""
        pieces = self._pieces[transfer.digest, transfer.total]
        if len(pieces) < transfer.total:
            raise FormatError("Parts are missing.")
        sizes = {len(pieces[number]) for number in range(1, transfer.total)}
        last = len(pieces[transfer.total])
        if len(sizes) > 1 or any(last > size for size in sizes):
            raise FormatError("The parts have not the sizes of one transfer.")
        payload = b"".join(pieces[number] for number in range(1, transfer.total + 1))
        if hashlib.sha256(payload).digest()[:DIGEST_SIZE] != transfer.digest:
            raise FormatError("A part was read wrongly: the whole has not its hash.")
        return _unbundle(payload)


def _bundle(files: Mapping[str, bytes]) -> bytes:
    if not 1 <= len(files) <= MAX_FILES:
        raise FormatError(f"A transfer has 1 to {MAX_FILES} files.")
    pieces = []
    for name, content in sorted(files.items()):
        _require_name(name)
        pieces += [member_header(name, len(content)), content, member_padding(len(content))]
    bundle = b"".join([*pieces, END])
    if len(bundle) > MAX_SIZE:
        raise FormatError(f"The files are larger than {MAX_SIZE // 1024} KiB together.")
    return bundle


def _unbundle(payload: bytes) -> dict[str, bytes]:
    inflater = zlib.decompressobj()
    try:
        bundle = inflater.decompress(payload, MAX_SIZE + 1)
    except zlib.error:
        raise FormatError("A transfer is not compressed as it should be.") from None
    if len(bundle) > MAX_SIZE or not inflater.eof or inflater.unused_data:
        raise FormatError("A transfer is too large, cut short, or has something behind its end.")
    files: dict[str, bytes] = {}
    position, last = 0, ""
    while bundle[position:] != END:
        name, size = parse_header(bundle[position : position + BLOCK])
        _require_name(name)
        position += BLOCK
        content = bundle[position : position + size]
        position += size
        padding = member_padding(size)
        if len(content) != size or bundle[position : position + len(padding)] != padding:
            raise FormatError("A file of a transfer is cut short.")
        position += len(padding)
        if name <= last or len(files) == MAX_FILES:
            raise FormatError("The files of a transfer are not in their order.")
        files[name], last = content, name
    if not files:
        raise FormatError("A transfer holds no file.")
    return files


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise FormatError(
            "A transfer holds a file of another name than key lists, receipts and replies have."
        )
