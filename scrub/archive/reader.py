"""Reads a ZIP that two programs can't read in two ways; anything else is refused before a byte is inflated.

The central directory and the local headers must agree, and together they account for every byte of the file.

Source: PKWARE APPNOTE 6.3.10, 4.3 and 4.4. Threat: what is told in APPNOTE-ambiguity studies (overlapping
entries, bytes between them, two directories, lying sizes).
"""

import bz2
import lzma
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from scrub.report import Refusal

MAX_MEMBERS = 600
MAX_INFLATED = 96 << 20
MAX_RATIO = 400
"""Bytes out for a byte in, over the whole archive; a blank page as a bitmap makes 300."""

_FREE = 4 << 20  # below this a ratio says nothing
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END_64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR = struct.Struct("<4sIQI")
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_HIDDEN_DIRECTORY = 1 << 13
_ENCRYPTED = 1 | 1 << 6 | _HIDDEN_DIRECTORY
_DESCRIPTOR = 1 << 3
_AES = 99
_NO_DATES = ((0, 0), (0, 1 << 5 | 1))  # the first of January 1980: who has no date writes that
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Member:
    """One entry. `name` is as it came and never leaves this process. `is_regular`: no link, no device.
    `closed`: why it can't be read, or nothing.
    """

    name: bytes = field(repr=False)
    crc: int
    packed: int
    size: int
    method: int
    is_regular: bool
    local: int
    flags: int
    extra: bytes = field(repr=False)
    comment: bytes = field(repr=False)
    is_dated: bool
    closed: str = ""

    @property
    def is_folder(self) -> bool:
        return self.name.endswith((b"/", b"\\")) and self.size == 0


@dataclass(frozen=True, slots=True)
class Archive:
    """`members` in the directory's order; `starts` where the bytes of each begin."""

    data: bytes = field(repr=False)
    members: tuple[Member, ...]
    starts: tuple[int, ...]
    comment: bool

    def content(self, index: int) -> bytes:
        """Exactly the declared bytes. Raises Refusal: "broken", or why the entry is closed."""
        member = self.members[index]
        if member.closed:
            raise Refusal(member.closed)
        packed = self.data[self.starts[index] : self.starts[index] + member.packed]
        try:
            content = _UNPACK[member.method](packed, member.size)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
            raise Refusal("broken") from None
        if len(content) != member.size or zlib.crc32(content) != member.crc:
            raise Refusal("broken")
        return content


def _stored(packed: bytes, _size: int) -> bytes:
    return packed


def _inflated(packed: bytes, size: int) -> bytes:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    content = inflate.decompress(packed, size + 1)
    if not inflate.eof or inflate.unused_data or inflate.unconsumed_tail:
        raise ValueError
    return content


def _bunzipped(packed: bytes, size: int) -> bytes:
    unpack = bz2.BZ2Decompressor()
    content = unpack.decompress(packed, size + 1)
    if not unpack.eof or unpack.unused_data:
        raise ValueError
    return content


def _unlzmaed(packed: bytes, size: int) -> bytes:
    """APPNOTE 5.8.8: version, length of the properties (5), these, and LZMA's bytes."""
    if len(packed) < 9 or packed[2:4] != b"\5\0" or packed[4] >= 9 * 5 * 5:
        raise ValueError
    rest, lc = divmod(packed[4], 9)
    pb, lp = divmod(rest, 5)
    dictionary = max(4096, min(int.from_bytes(packed[5:9], "little"), size))
    chain = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": dictionary}]
    unpack = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
    content = unpack.decompress(packed[9:], size + 1)
    if unpack.unused_data:
        raise ValueError
    return content


_UNPACK = {0: _stored, 8: _inflated, 12: _bunzipped, 14: _unlzmaed}
"""By the method's number."""


def read_archive(untrusted: bytes) -> Archive:
    """Raises Refusal: "encrypted" (also the names), "archive_kind" (one of several disks), "empty_file",
    "mislabeled" (bytes or entries that contradict each other), "bomb", "too_large", "truncated", "broken".
    """
    directory, end, count, comment = _find_directory(untrusted)
    if count > MAX_MEMBERS:
        raise Refusal("too_large")
    members = tuple(_members(untrusted, directory, end, count))
    inflated = sum(member.size for member in members)
    if inflated > max(_FREE, MAX_RATIO * len(untrusted)):
        raise Refusal("bomb")
    if inflated > MAX_INFLATED:
        raise Refusal("too_large")
    return Archive(untrusted, members, _starts(untrusted, members, directory), comment)


def _find_directory(data: bytes) -> tuple[int, int, int, bool]:
    """Where the directory starts and ends, how many entries it has, and whether there is a comment."""
    at = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - _FULL_16))
    if at < 0 or len(data) - at < _END.size:
        raise Refusal("truncated")
    _, disk, first, here, count, size, start, comment = _END.unpack_from(data, at)
    if at + _END.size + comment != len(data):
        raise Refusal("mislabeled")
    end = at
    if at >= _LOCATOR.size + _END_64.size and data.startswith(b"PK\6\7", at - _LOCATOR.size):
        end, *wide = _read_end_64(data, at - _LOCATOR.size)
        narrow = ((here, _FULL_16), (count, _FULL_16), (size, _FULL_32), (start, _FULL_32))
        if any(value not in (full, true) for (value, full), true in zip(narrow, wide, strict=True)):
            raise Refusal("mislabeled")
        here, count, size, start = wide
    if (disk, first) not in ((0, 0), (_FULL_16, _FULL_16)) or here != count:
        raise Refusal("archive_kind")  # a part of one on several disks
    if start + size != end:
        raise Refusal("mislabeled")
    return start, end, count, comment > 0


def _read_end_64(data: bytes, locator: int) -> tuple[int, int, int, int, int]:
    _, disk, at, disks = _LOCATOR.unpack_from(data, locator)
    if at + _END_64.size != locator or disk or disks > 1:  # cloud drives count from 0
        raise Refusal("mislabeled")
    signature, length, _, _, _, _, here, count, size, start = _END_64.unpack_from(data, at)
    if signature != b"PK\6\6" or length != _END_64.size - 12:
        raise Refusal("mislabeled")
    return at, here, count, size, start


def _members(data: bytes, at: int, end: int, count: int) -> Iterator[Member]:
    for _ in range(count):
        if at + _CENTRAL.size > end:
            raise Refusal("mislabeled")
        fields = _CENTRAL.unpack_from(data, at)
        signature, made_by, _, flags, method, hour, day, crc, packed, size, *lengths = fields[:13]
        disk, _, attributes, local = fields[13:]
        if signature != b"PK\1\2" or disk not in (0, _FULL_16):
            raise Refusal("mislabeled")
        at += _CENTRAL.size
        name, extra, comment = (data[at + sum(lengths[:n]) : at + sum(lengths[: n + 1])] for n in range(3))
        at += sum(lengths)
        if flags & _HIDDEN_DIRECTORY:
            raise Refusal("encrypted")
        closed = "encrypted" if flags & _ENCRYPTED or method == _AES else ""
        closed = closed or ("" if method in _UNPACK else "archive_kind")
        size, packed, local = _wide(extra, size, packed, local)
        if method == 0 and size != packed and not closed:
            raise Refusal("mislabeled")
        mode = attributes >> 16 if made_by >> 8 == _UNIX else 0
        regular = not stat.S_IFMT(mode) or stat.S_ISREG(mode) or stat.S_ISDIR(mode)
        dated = (hour, day) not in _NO_DATES
        yield Member(name, crc, packed, size, method, regular, local, flags, extra, comment, dated, closed)
    if at != end:
        raise Refusal("mislabeled")


def extra_kinds(extra: bytes) -> dict[int, bytes]:
    """The extra fields by number: 2 bytes number, 2 bytes length, content. Raises Refusal("broken")."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(extra):
        if at + 4 > len(extra):
            if extra[at:].strip(b"\0"):
                raise Refusal("broken")
            break  # some programs align with a few zeros
        kind, length = struct.unpack_from("<HH", extra, at)
        if at + 4 + length > len(extra):
            raise Refusal("broken")
        found[kind] = extra[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def _wide(extra: bytes, size: int, packed: int, local: int) -> tuple[int, int, int]:
    """ZIP64: 8 bytes each for those of the three that are full, in this order."""
    values = extra_kinds(extra).get(1, b"")
    wide = []
    for value in (size, packed, local):
        if value == _FULL_32 and len(values) >= 8:
            wide.append(int.from_bytes(values[:8], "little"))
            values = values[8:]
        else:
            wide.append(value)
    return wide[0], wide[1], wide[2]


def _starts(data: bytes, members: tuple[Member, ...], directory: int) -> tuple[int, ...]:
    """Checks that header, content and descriptor of each entry touch the next one's header."""
    starts: dict[int, int] = {}
    at = 0
    if data.startswith((b"PK\7\x08PK\3\4", b"PK00PK\3\4")):  # it was meant for several disks and fit on one
        at = 4
    for member in sorted(members, key=lambda each: each.local):
        if member.local != at or at + _LOCAL.size > directory:
            raise Refusal("mislabeled")
        signature, _, flags, method, _, _, crc, packed, size, name, extra = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size + name + extra
        if (
            signature != b"PK\3\4"
            or (flags ^ member.flags) & (_ENCRYPTED | _DESCRIPTOR)
            or method != member.method
            or data[at + _LOCAL.size : at + _LOCAL.size + name] != member.name
        ):
            raise Refusal("mislabeled")
        extras = data[start - extra : start]
        size, packed, _ = _wide(extras, size, packed, 0)
        told = (crc, packed, size)
        real = (member.crc, member.packed, member.size)
        at = start + member.packed
        if flags & _DESCRIPTOR:
            if any(value not in (0, _FULL_32, actual) for value, actual in zip(told, real, strict=True)):
                raise Refusal("mislabeled")
            at += _descriptor(data, at, real)
        elif told != real:
            raise Refusal("mislabeled")
        starts[member.local] = start
    if at != directory:
        raise Refusal("mislabeled")
    return tuple(starts[member.local] for member in members)


def _descriptor(data: bytes, at: int, real: tuple[int, int, int]) -> int:
    """The length of the data descriptor there: CRC and sizes of 4 or 8 bytes, with or without a signature."""
    for signature in (b"PK\7\x08", b""):
        for layout in ("<III", "<IQQ"):
            expected = signature + struct.pack(layout, *real)
            if data.startswith(expected, at):
                return len(expected)
    raise Refusal("mislabeled")
