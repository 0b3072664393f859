"""Compares a rebuilt file with the allow-list of `docs/scrub.md`, byte by byte, without any image library.

Independent of the engine: it knows from the standards what our encoders must have written, and runs in a
second child that never saw the input. Anything else, however harmless, raises `Unverified`.

Sources: PNG 3rd edition (with APNG); RFC 1950.
"""

import struct
import zlib

from scrub.report import EXTENSIONS
from scrub.verify import office as verify_office
from scrub.verify.archive import verify_archive
from scrub.verify.jpeg import verify_jpeg
from scrub.verify.mail import verify_mail
from scrub.verify.mp4 import is_mp4
from scrub.verify.ogg import is_ogg_opus
from scrub.verify.pdf import verify_pdf
from scrub.verify.text import verify_csv, verify_plain, verify_subrip, verify_webvtt

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 6: 4}
_INFLATE_STEP = 1 << 20
_MAX_PIXELS = 100_000_000
_MAX_FRAMES = 1000
_MAX_DEPTH = 3
_MEDIA_TYPES = {extension: media_type for media_type, extension in EXTENSIONS.items()}
_WORDS = {
    "text/plain": verify_plain,
    "text/csv": verify_csv,
    "application/x-subrip": verify_subrip,
    "text/vtt": verify_webvtt,
}
_MAX_ANIMATION_PIXELS = 120_000_000
_DELAYS_MS = frozenset(
    {10 * step for step in (2, 3, 4, 5, 6, 7, 8, 10, 12, 15)}
    | {100 * step for step in (2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15)}
    | {1000 * step for step in (2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60)}
)


class Unverified(Exception):
    """The output isn't what our encoders write. Says nothing else."""


def verify(untrusted_output: bytes, media_type: str, depth: int = 0) -> None:
    """Raises Unverified (or ValueError, IndexError, struct.error for ragged ends) unless every byte is
    accounted for by the allow-list of `media_type`. `depth` counts the files around this one.
    """
    _require(depth <= _MAX_DEPTH)

    def inner(content: bytes, inner_type: str) -> None:
        verify(content, inner_type, depth + 1)

    match media_type:
        case "image/jpeg":
            verify_jpeg(untrusted_output)
        case "image/png":
            _verify_png(untrusted_output)
        case "application/pdf":
            verify_pdf(untrusted_output)
        case "audio/ogg":
            _require(is_ogg_opus(untrusted_output))
        case "video/mp4":
            _require(is_mp4(untrusted_output))
        case "text/plain" | "text/csv" | "application/x-subrip" | "text/vtt":
            _WORDS[media_type](untrusted_output)
        case "message/rfc822":
            verify_mail(untrusted_output, _MEDIA_TYPES, inner)
        case _ if media_type in verify_office.MEDIA_TYPES:
            verify_office.verify_office(untrusted_output, media_type, inner)
        case "application/zip":
            verify_archive(untrusted_output, _MEDIA_TYPES, inner)
        case _:
            raise Unverified


def _require(condition: bool) -> None:
    if not condition:
        raise Unverified


def _verify_png(data: bytes) -> None:
    """IHDR, IDAT..., IEND; or IHDR, acTL, fcTL, IDAT..., (fcTL, fdAT...)..., IEND. Every CRC, every
    inflated byte.
    """
    _require(data[:8] == _SIGNATURE)
    chunks = _Chunks(data)
    header = chunks.take(b"IHDR")
    width, height, depth, color, compression, png_filter, interlace = struct.unpack(">IIBBBBB", header)
    _require((depth, compression, png_filter, interlace) == (8, 0, 0, 0) and color in _CHANNELS)
    _require(width > 0 and height > 0 and width * height <= _MAX_PIXELS)
    channels = _CHANNELS[color]
    if chunks.kind == b"acTL":
        _require(color == 6)
        _verify_frames(chunks, width, height)
    else:
        stream = _Stream(width, height, channels)
        while chunks.kind == b"IDAT":
            stream.feed(chunks.take(b"IDAT"))
        stream.finish()
    _require(chunks.take(b"IEND") == b"" and chunks.at_end)


def _verify_frames(chunks: "_Chunks", width: int, height: int) -> None:
    """Frames inside the canvas, sequence numbers without a gap, one delay for all or delays in coarse steps,
    dispose none, blend source.
    """
    frames, plays = struct.unpack(">II", chunks.take(b"acTL"))
    _require(
        0 < frames <= _MAX_FRAMES and frames * width * height <= _MAX_ANIMATION_PIXELS and plays in (0, 1)
    )
    sequence, delays = 0, set[int]()
    for index in range(frames):
        fields = struct.unpack(">IIIIIHHBB", chunks.take(b"fcTL"))
        number, frame_width, frame_height, left, top, delay, unit, dispose, blend = fields
        _require(number == sequence and unit == 1000 and dispose == 0 and blend == 0)
        delays.add(delay)
        _require(frame_width > 0 and frame_height > 0)
        _require(left + frame_width <= width and top + frame_height <= height)
        _require(index > 0 or (frame_width, frame_height) == (width, height))
        sequence += 1
        stream = _Stream(frame_width, frame_height, 4)
        if index == 0:
            while chunks.kind == b"IDAT":
                stream.feed(chunks.take(b"IDAT"))
        while index > 0 and chunks.kind == b"fdAT":
            body = chunks.take(b"fdAT")
            _require(struct.unpack_from(">I", body)[0] == sequence)
            sequence += 1
            stream.feed(body[4:])
        stream.finish()
    even = len(delays) == 1 and all(delay % 10 == 0 and 20 <= delay <= 60_000 for delay in delays)
    _require(even or delays <= _DELAYS_MS)


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
        _require(self.kind == kind)
        (length,) = struct.unpack_from(">I", self._data, self._at)
        end = self._at + 8 + length
        body = self._data[self._at + 8 : end]
        _require(len(body) == length)
        (crc,) = struct.unpack_from(">I", self._data, end)
        _require(zlib.crc32(body, zlib.crc32(kind)) == crc)
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
        _require(len(body) > 0 and not self._inflate.eof)
        if not self._fed:
            _require(
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
            _require(not (body and not rows))

    def _check(self, rows: bytes) -> None:
        _require(len(rows) <= self._left)
        first = -self._at % self._row
        _require(max(rows[first :: self._row], default=0) <= 4)
        self._left -= len(rows)
        self._at += len(rows)

    def finish(self) -> None:
        while not self._inflate.eof:  # a last step may have stopped at its length limit
            rows = self._inflate.decompress(b"", _INFLATE_STEP)
            _require(bool(rows) or self._inflate.eof)
            self._check(rows)
        _require(self._left == 0 and self._inflate.unused_data == b"")
