"""Kinds of metadata in TIFF structures: EXIF blocks of any container, and TIFF files themselves.

Sources: TIFF 6.0, BigTIFF, EXIF 2.32 (CIPA DC-008), TIFF/EP, DNG 1.6, GeoTIFF 1.1.
"""

import re
from dataclasses import dataclass, field

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import numbers
from scrub.report import Refusal

_MAX_DIRECTORIES = 1000
_MAX_ENTRIES = 4096
_MAX_PIECES = 1 << 20
"""Bytes of all lists that say where a picture's parts are."""

_TYPE_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}

_NEW_SUBFILE_TYPE, _COMPRESSION, _PHOTOMETRIC, _SUB_IFDS = 254, 259, 262, 330
_EXIF_IFD, _GPS_IFD, _INTEROP_IFD = 34665, 34853, 40965
_DNG_VERSION = 50706
_PIECES = ((273, 279), (324, 325), (513, 514), (288, 289))
"""Where the parts of a picture are and how long: strips, tiles, an old JPEG, what is free."""

_RAW_PHOTOMETRIC = frozenset({32803, 34892})  # colour filter array, linear raw

_TAGS = numbers("exif")
_HEAD = re.compile(rb"\x00{0,64}?(II\*\x00|MM\x00\*).{4}\x00{0,64}", re.S)
_USER_COMMENT = 37510
_NO_COMMENT = b"\0 ASCI"  # an empty comment is `ASCII\0\0\0` and blanks


def read_exif(block: bytes, inventory: Inventory) -> None:
    """An EXIF block, with or without its `Exif\\0\\0`. A second directory is the thumbnail."""
    if block[:4] == b"Exif":
        block = block[6:]
    _Reader(block, inventory, is_file=False).read()


def read_file(data: bytes, inventory: Inventory) -> None:
    """A TIFF file. Raises Refusal("unsupported") for a camera's raw file, whose TIFF part is only its
    preview.
    """
    if data[8:11] == b"CR\x02":
        raise Refusal("unsupported")
    _Reader(data, inventory, is_file=True).read()


@dataclass(slots=True)
class _Reader:
    data: bytes
    inventory: Inventory
    is_file: bool
    seen: set[int] = field(default_factory=set)
    known: list[tuple[int, int]] = field(default_factory=list)
    most_pieces: int = _MAX_PIECES
    order: str = "little"
    big: bool = False

    def read(self) -> None:
        head = self.data[:4]
        if head[:2] not in (b"II", b"MM"):
            self.inventory.add("other_metadata")
            return
        self.order = "little" if head[:2] == b"II" else "big"
        self.big = b"+" in head
        offset = self._int(8, 8) if self.big else self._int(4, 4)
        self.known.append((0, 16 if self.big else 8))
        page = 0
        while offset:
            offset = self._directory(offset, "page" if page == 0 or self.is_file else "thumbnail")
            page += 1
        self._find_strays()

    def _find_strays(self) -> None:
        """Bytes that nothing refers to."""
        at = 0
        for start, stop in sorted(self.known):
            if self.data[at : max(at, start)].strip(b"\0") and not self._is_head(at, start):
                self.inventory.add("other_metadata")
                return
            at = max(at, stop)
        if self.data[at:].strip(b"\0"):
            self.inventory.add("trailer" if self.is_file else "other_metadata")

    def _is_head(self, at: int, end: int) -> bool:
        """Whether another file's head lies there, of which only the directory is used (as Pillow writes
        pages).
        """
        found = _HEAD.fullmatch(self.data, at, end)
        return found is not None and found.start(1) + self._int(found.end(1), 4) in self.seen

    def _int(self, at: int, size: int) -> int:
        return int.from_bytes(self.data[at : at + size], "little" if self.order == "little" else "big")

    def _directory(self, at: int, role: str) -> int:
        """Returns where the next directory of the chain is, 0 for none."""
        if at in self.seen or at >= len(self.data):
            return 0
        self.seen.add(at)
        if len(self.seen) > _MAX_DIRECTORIES:
            raise Refusal("bomb")
        count_size, entry_size, offset_size = (8, 20, 8) if self.big else (2, 12, 4)
        count = min(self._int(at, count_size), _MAX_ENTRIES)
        start = at + count_size
        self.known.append((at, start + count * entry_size + offset_size))
        pieces: dict[int, list[int]] = {}
        if role == "thumbnail":
            self.inventory.add("thumbnail")
        for index in range(count):
            entry = start + index * entry_size
            if entry + entry_size > len(self.data):
                return 0
            self._entry(entry, role, pieces)
        for offsets, lengths in _PIECES:
            for place, length in zip(pieces.get(offsets, ()), pieces.get(lengths, ()), strict=False):
                self.known.append((place, place + length))
        return self._int(start + count * entry_size, offset_size)

    def _entry(self, at: int, role: str, pieces: dict[int, list[int]]) -> None:
        """Tag (2), type (2), count (4; BigTIFF 8), value or its offset (4; BigTIFF 8)."""
        tag, kind = self._int(at, 2), self._int(at + 2, 2)
        width = 8 if self.big else 4
        size = _TYPE_SIZES.get(kind, 1) * self._int(at + 4, width)
        place = at + 4 + width
        if size > width:
            place = self._int(place, width)
            self.known.append((place, place + size + size % 2))
        value = self.data[place : place + size]
        if any(tag in pair for pair in _PIECES) and len(value) <= self.most_pieces:
            self.most_pieces -= len(value)
            step = _TYPE_SIZES.get(kind, 4)
            pieces[tag] = [self._int(each, step) for each in range(place, place + len(value), step)]
        if role == "gps":
            if tag != 0:
                self.inventory.add("place")
            return
        if tag in (_EXIF_IFD, _GPS_IFD, _INTEROP_IFD):
            self._directory(self._int(place, _TYPE_SIZES.get(kind, 4)), "gps" if tag == _GPS_IFD else "exif")
        elif tag == _SUB_IFDS and role == "page":
            step = _TYPE_SIZES.get(kind, 4)
            for index in range(min(len(value) // step, 64)):
                self._directory(self._int(place + index * step, step), "sub")
        elif (
            self.is_file
            and role in ("page", "sub")
            and tag in (_NEW_SUBFILE_TYPE, _PHOTOMETRIC, _DNG_VERSION)
        ):
            self._judge_picture(tag, self._int(place, _TYPE_SIZES.get(kind, 4)), role)
        else:
            blank = _NO_COMMENT if tag == _USER_COMMENT else b"\0 "
            self.inventory.tell(_TAGS.of(tag), value, blank=blank)

    def _judge_picture(self, tag: int, value: int, role: str) -> None:
        if tag == _DNG_VERSION or (tag == _PHOTOMETRIC and value in _RAW_PHOTOMETRIC):
            raise Refusal("unsupported")
        if tag == _NEW_SUBFILE_TYPE:
            if value & 1:
                self.inventory.add("thumbnail")
            elif role == "sub":
                self.inventory.add("hidden_image")
