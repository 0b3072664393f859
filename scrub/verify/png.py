"""Compares a PNG with the allow-list of `docs/scrub.md`: every chunk, every checksum, every inflated byte.

Sources: PNG 3rd edition (with APNG); RFC 1950.
"""

import struct
import zlib

from scrub.verify.errors import Unverified, require

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 6: 4}
_INFLATE_STEP = 1 << 20
_MAX_PIXELS = 100_000_000
_MAX_FRAMES = 1000
_MAX_ANIMATION_PIXELS = 120_000_000
_DELAYS_MS = frozenset(
    {10 * step for step in (2, 3, 4, 5, 6, 7, 8, 10, 12, 15)}
    | {100 * step for step in (2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15)}
    | {1000 * step for step in (2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60)}
)


def verify_png(data: bytes) -> None:
    """IHDR, IDAT..., IEND; or IHDR, acTL, fcTL, IDAT..., (fcTL, fdAT...)..., IEND. Every CRC, every
    inflated byte.
    """
    require(data[:8] == _SIGNATURE)
    chunks = _Chunks(data)
    header = chunks.take(b"IHDR")
    width, height, depth, color, compression, png_filter, interlace = struct.unpack(">IIBBBBB", header)
    require((depth, compression, png_filter, interlace) == (8, 0, 0, 0) and color in _CHANNELS)
    require(width > 0 and height > 0 and width * height <= _MAX_PIXELS)
    channels = _CHANNELS[color]
    if chunks.kind == b"acTL":
        require(color == 6)
        _verify_frames(chunks, width, height)
    else:
        stream = _Stream(width, height, channels)
        while chunks.kind == b"IDAT":
            stream.feed(chunks.take(b"IDAT"))
        stream.finish()
    require(chunks.take(b"IEND") == b"" and chunks.at_end)


def _verify_frames(chunks: "_Chunks", width: int, height: int) -> None:
    """Frames inside the canvas, sequence numbers without a gap, one delay for all or delays in coarse steps,
    dispose none, blend source.
    """
    frames, plays = struct.unpack(">II", chunks.take(b"acTL"))
    require(
        0 < frames <= _MAX_FRAMES and frames * width * height <= _MAX_ANIMATION_PIXELS and plays in (0, 1)
    )
    sequence, delays = 0, set[int]()
    for index in range(frames):
        fields = struct.unpack(">IIIIIHHBB", chunks.take(b"fcTL"))
        number, frame_width, frame_height, left, top, delay, unit, dispose, blend = fields
        require(number == sequence and unit == 1000 and dispose == 0 and blend == 0)
        delays.add(delay)
        require(frame_width > 0 and frame_height > 0)
        require(left + frame_width <= width and top + frame_height <= height)
        require(index > 0 or (frame_width, frame_height) == (width, height))
        sequence += 1
        stream = _Stream(frame_width, frame_height, 4)
        if index == 0:
            while chunks.kind == b"IDAT":
                stream.feed(chunks.take(b"IDAT"))
        while index > 0 and chunks.kind == b"fdAT":
            body = chunks.take(b"fdAT")
            require(struct.unpack_from(">I", body)[0] == sequence)
            sequence += 1
            stream.feed(body[4:])
        stream.finish()
    even = len(delays) == 1 and all(delay % 10 == 0 and 20 <= delay <= 60_000 for delay in delays)
    require(even or delays <= _DELAYS_MS)


class _Chunks:
    """Length (4), type (4), body, CRC-32 of type and body (4)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = len(_SIGNATURE)

    @property
    def kind(self) -> bytes:
        return self._data[self._at + 4 : self._at + 8]

    @property
    def at_end(self) -> bool:
        return self._at == len(self._data)

    def take(self, kind: bytes) -> bytes:
        require(self.kind == kind)
        (length,) = struct.unpack_from(">I", self._data, self._at)
        end = self._at + 8 + length
        body = self._data[self._at + 8 : end]
        require(len(body) == length)
        (crc,) = struct.unpack_from(">I", self._data, end)
        require(zlib.crc32(body, zlib.crc32(kind)) == crc)
        self._at = end + 4
        return body


class _Stream:
    """One zlib stream of exactly height x (1 + width x channels) bytes, each row led by a filter type 0 to
    4.
    """

    def __init__(self, width: int, height: int, channels: int) -> None:
        self._row = 1 + width * channels
        self._left = height * self._row
        self._at = 0
        self._inflate = zlib.decompressobj()
        self._fed = False

    def feed(self, body: bytes) -> None:
        require(len(body) > 0 and not self._inflate.eof)
        if not self._fed:
            require(
                body[0] == 0x78
            )  # deflate, 32 KiB window; no preset dictionary is left to inflate to refuse
            self._fed = True
        while body:
            try:
                rows = self._inflate.decompress(body, _INFLATE_STEP)
            except zlib.error:
                raise Unverified from None
            self._check(rows)
            body = self._inflate.unconsumed_tail
            require(not (body and not rows))

    def _check(self, rows: bytes) -> None:
        require(len(rows) <= self._left)
        first = -self._at % self._row
        require(max(rows[first :: self._row], default=0) <= 4)
        self._left -= len(rows)
        self._at += len(rows)

    def finish(self) -> None:
        while not self._inflate.eof:  # a last step may have stopped at its length limit
            rows = self._inflate.decompress(b"", _INFLATE_STEP)
            require(bool(rows) or self._inflate.eof)
            self._check(rows)
        require(self._left == 0 and self._inflate.unused_data == b"")
