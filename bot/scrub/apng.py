"""Assembles an APNG from frames one at a time, so that a long animation never is in memory whole.

Each frame is compressed as a PNG of the changed rectangle only; its IDAT becomes `fdAT`. Layout (PNG 3rd
edition, 11.3.5 and 12): signature, IHDR, acTL, fcTL, IDAT, then fcTL and fdAT per frame, IEND.
"""

import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageChops

from bot.scrub import encode

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DEFAULT_DELAY_MS = 100


class ApngWriter:
    """Frames are RGBA, all of the size given. `loop`: play for ever, otherwise once."""

    def __init__(self, size: tuple[int, int], frames: int, *, loop: bool) -> None:
        self._size = size
        self._sequence = 0
        self._previous: Image.Image | None = None
        width, height = size
        self._parts = [
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
            _chunk(b"acTL", struct.pack(">II", frames, 0 if loop else 1)),
        ]

    @property
    def size(self) -> int:
        return sum(map(len, self._parts))

    def add(self, frame: Image.Image, delay_ms: float) -> None:
        """The picture to be shown, whole; what is written is the rectangle that differs from the one
        before.
        """
        box = (0, 0, *self._size)
        if self._previous is not None:
            changed = ImageChops.difference(frame, self._previous).getbbox(alpha_only=False)
            box = changed or (0, 0, 1, 1)
        first = self._previous is None
        self._previous = frame
        left, top, right, bottom = box
        control = struct.pack(">IIIII", self._next(), right - left, bottom - top, left, top)
        self._parts.append(
            _chunk(b"fcTL", control + _delay(delay_ms) + b"\0\0")
        )  # dispose: none, blend: source
        for body in _idat(encode.png(encode.fresh(frame.crop(box)))):
            self._parts.append(
                _chunk(b"IDAT", body) if first else _chunk(b"fdAT", struct.pack(">I", self._next()) + body)
            )

    def finish(self) -> bytes:
        return b"".join([*self._parts, _chunk(b"IEND", b"")])

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence - 1


def _delay(milliseconds: float) -> bytes:
    """Numerator and denominator, 16 bits each; a delay above 65 s is held in hundredths."""
    if not 0 <= milliseconds < 1e9:  # also NaN
        milliseconds = _DEFAULT_DELAY_MS
    if milliseconds <= 0xFFFF:
        return struct.pack(">HH", round(milliseconds), 1000)
    return struct.pack(">HH", min(0xFFFF, round(milliseconds / 10)), 100)


def _idat(png: bytes) -> Iterator[bytes]:
    """The bodies of the IDAT chunks of a PNG of ours."""
    at = len(_SIGNATURE)
    while at < len(png):
        length = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
