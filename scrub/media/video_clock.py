"""Puts pictures onto a regular clock, so that the jitter of a device's own clock isn't passed on.

A recorder's times are a fingerprint (its clock's drift, its dropped pictures to the 90,000th of a second),
and a place for a watermark. What is left is which tick of an ordinary rate each picture is shown at.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from scrub.media.mp4 import VIDEO_SCALE

STEPS = tuple(VIDEO_SCALE // rate for rate in (60, 50, 30, 25, 24, 20, 15, 12, 10))
"""Between two pictures, in 1/90000 s. Slower ones stand on ticks of the last."""

_DRIFT = VIDEO_SCALE * 120 // 1000  # pictures may lead the sound, or lag behind it, that much at the end


_CAN_JUMP = frozenset({"mpeg", "mpegts", "mpegvideo", "wtv"})
_BACK, _AHEAD = 0.3, 10.0  # seconds by which a time must be wrong to be another clock's


class RunningClock:
    """Goes on where a recorder's clock began anew: in the middle of a DVD, or of joined transport streams.

    Seconds. In other containers the times are those of a table, and are believed.
    """

    def __init__(self, format_name: str) -> None:
        self._jumps, self._offset = format_name in _CAN_JUMP, 0.0

    def place(self, at: float, expected: float) -> float:
        """`at`, or `expected` where another clock must have taken over; and all further times after it."""
        if self._jumps and not -_BACK <= at + self._offset - expected <= _AHEAD:
            self._offset = expected - at
        return at + self._offset


@dataclass(frozen=True, slots=True)
class Timed:
    """One coded picture: times in 1/90000 s."""

    content: bytes
    decoded: int
    shown: int
    sync: bool


def on_a_clock(pictures: Sequence[Timed]) -> tuple[list[Timed], int]:
    """The same pictures in the same order, the first shown when it was; and the length of a tick.

    `pictures` are in the order of decoding, and each is shown not before it is decoded.
    """
    times = sorted({picture.shown for picture in pictures})
    step, ticks = _every_tick(times) or _nearest_ticks(times)
    shown = {time: times[0] + step * tick for time, tick in zip(times, ticks, strict=True)}
    new = [shown[picture.shown] for picture in pictures]
    early = max(decoded - shown for decoded, shown in zip(sorted(new), new, strict=True))
    return [
        replace(picture, decoded=decoded - early, shown=shown)
        for picture, decoded, shown in zip(pictures, sorted(new), new, strict=True)
    ], step


def _step(between: float) -> int:
    return min(STEPS, key=lambda step: abs(step - between))


def _every_tick(times: Sequence[int]) -> tuple[int, list[int]] | None:
    """The rate that the pictures have on average, if they are nearly regular; else None."""
    count = len(times) - 1
    step = _step((times[-1] - times[0]) / count if count else STEPS[0])
    if any(abs(times[0] + step * number - time) > _DRIFT for number, time in enumerate(times)):
        return None
    return step, list(range(len(times)))


def _nearest_ticks(times: Sequence[int]) -> tuple[int, list[int]]:
    """The rate that most of the pictures have, and the nearest tick that is free for each."""
    step = _step(median(after - before for before, after in pairwise(times)))
    ticks = [0]
    for time in times[1:]:
        ticks.append(max((time - times[0] + step // 2) // step, ticks[-1] + 1))
    return step, ticks
