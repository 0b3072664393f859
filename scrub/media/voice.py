"""The disguise of a voice: a channel vocoder with a random voice for each message. Runs in a confined child.

Sixteen numbers are measured a hundred times a second, evened out, and spoken by a synthetic voice. What is
kept: the words, the rhythm, the pauses, and other sounds as loud as speech. It is called a disguise because
the way of speaking stays and recognition gets unreliable, not impossible (`docs/scrub.md`, with numbers).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import av
import numpy as np

from scrub.media.sound import LEAST_HEARD, FrameResampler, OpusWriter, check_length
from scrub.media.sound import RATE as OPUS_RATE
from scrub.media.voice_bands import RATE, BandMeter, Levels, Samples
from scrub.media.voice_loudness import louder
from scrub.media.voice_synthesis import Synthesizer, Voice, voice_of
from scrub.media.voice_warp import balance, even

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame

_BLOCK = 500  # measurements at once: 5 s
_BITS = 32_000
_TIMES = OPUS_RATE // RATE


class DisguisedEncoder:
    """Stands where an `OpusEncoder` stands: `add` frames, then `finish` once. One channel, 50 to 8000 Hz,
    measured at the loudest of those that came in.

    Until `finish` nothing is held but the measurements, 1.6 kB a second.
    """

    channels = 1

    def __init__(self, seed: bytes, *, keep_time: bool = False) -> None:
        self._voice = voice_of(seed, keep_time=keep_time)
        self._resampler = FrameResampler(None, RATE)
        self._meter = BandMeter()
        self._writer: OpusWriter | None = None
        self.heard = False

    @property
    def packets(self) -> list[bytes]:
        return [] if self._writer is None else self._writer.packets

    @property
    def samples(self) -> int:
        """At 48 kHz: what was taken in, and after `finish` what came out."""
        return _TIMES * self._meter.samples if self._writer is None else self._writer.samples

    def add(self, frame: "AudioFrame") -> None:
        """Raises Refusal, as `OpusEncoder.add` does."""
        self._measure(self._resampler.add(frame))

    def add_silence(self, samples: int) -> None:
        """`samples` at 48 kHz."""
        self._measure(self._resampler.drain())
        left = samples // _TIMES
        while left > 0:
            self._meter.add(np.zeros(min(left, RATE), dtype=np.float32))
            left -= RATE
            check_length(self.samples)

    def finish(self) -> None:
        """Raises Refusal("broken") when there was no sound at all."""
        self._measure(self._resampler.drain())
        self._writer = OpusWriter(1, rate=RATE, bits=_BITS)
        for piece in disguised(self._meter.finish(), self._voice):
            frame = av.AudioFrame.from_ndarray(piece[None, :], format="flt", layout="mono")
            frame.sample_rate = RATE
            self._writer.add(frame)
        self._writer.finish()

    def _measure(self, frames: "list[AudioFrame]") -> None:
        for frame in frames:
            channels = frame.layout.nb_channels
            floats = np.frombuffer(
                memoryview(frame.planes[0]), dtype=np.float32, count=frame.samples * channels
            )
            self.heard = self.heard or bool(np.abs(floats).max(initial=0) > LEAST_HEARD)
            self._meter.add(floats.reshape(-1, channels).T)
        check_length(self.samples)


def disguised(levels: Levels, voice: Voice) -> Iterator[Samples]:
    """`voice` speaks what was measured, (n, 16), no quieter: mono, 16 kHz, in pieces of about 5 s."""
    own = balance(levels)
    synthesizer = Synthesizer(voice, louder(levels, own, voice))
    for start in range(0, len(levels), _BLOCK):
        yield synthesizer.speak(even(levels[start : start + _BLOCK], own))
