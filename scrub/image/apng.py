"""Assembles an APNG from frames one at a time, so that a long animation never is in memory whole.

Each frame is compressed as a PNG of the changed rectangle only; its IDAT becomes `fdAT`. Layout (PNG 3rd
edition, 11.3.5 and 12): signature, IHDR, acTL, fcTL, IDAT, then fcTL and fdAT per frame, IEND.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops

from scrub.pixels import fresh, png

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DEFAULT_DELAY_MS = 100
"""Where none is told, or one so short that players take this instead."""

_DELAYS_MS = (
    *(20, 30, 40, 50, 60, 70, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1200, 1500),
    *(2000, 2500, 3000, 4000, 5000, 6000, 8000, 10_000, 15_000, 20_000, 30_000, 60_000),
)


class ApngWriter:
    """Frames are RGBA, all of the size given. `loop`: play for ever, otherwise once."""

    def __init__(self, size: tuple[int, int], frames: int, *, loop: bool) -> None:
        self._size = size
        self._sequence = 0
        self._previous: Image.Image | None = None
        self._delays: list[float] = []
        self._controls: list[tuple[int, bytes]] = []
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
        self._controls.append((len(self._parts), control))
        self._delays.append(delay_ms)
        self._parts.append(b"")
        for body in _idat(png(fresh(frame.crop(box)))):
            self._parts.append(
                _chunk(b"IDAT", body) if first else _chunk(b"fdAT", struct.pack(">I", self._next()) + body)
            )

    def finish(self) -> bytes:
        for (at, control), delay in zip(self._controls, _even(self._delays), strict=True):
            # in 1/1000 s; dispose: none, blend: source
            self._parts[at] = _chunk(b"fcTL", control + struct.pack(">HHBB", delay, 1000, 0, 0))
        return b"".join([*self._parts, _chunk(b"IEND", b"")])

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence - 1


def _even(delays: Sequence[float]) -> list[int]:
    """Milliseconds: one delay for all if they are nearly the same (a recorder's jitter), else each in coarse
    steps. A thousand exact delays hold two kilobytes that nobody sees.
    """
    seen = [delay if 20 <= delay < 1e9 else _DEFAULT_DELAY_MS for delay in delays]  # also NaN
    mean = sum(seen) / len(seen)
    if mean <= _DELAYS_MS[-1] and all(abs(delay - mean) <= max(20, mean / 8) for delay in seen):
        return [max(20, round(mean / 10) * 10)] * len(seen)
    return [min(_DELAYS_MS, key=lambda step: abs(step - delay)) for delay in seen]


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
