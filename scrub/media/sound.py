"""Sound of any decodable codec in, Opus packets of 20 ms out, a frame at a time. Runs in a confined child.

Mono stays mono, everything else becomes stereo; 48 kHz and fixed settings, so that nothing of the input but
its sound decides what is written.
"""

from typing import TYPE_CHECKING

import av
import numpy as np

from scrub.media.ogg import PACKET_SAMPLES, PRE_SKIP, opus_head
from scrub.report import Refusal

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.packet import Packet
    from av.stream import Stream
    from numpy.typing import NDArray

RATE = 48_000
LEAST_HEARD = 1e-4
"""Of full scale: what is quieter than this throughout is silence, 80 decibels down."""

MAX_SECONDS = 2 * 60 * 60
_BITS_A_CHANNEL = 48_000
_MAX_CHANNELS = 16
_OPTIONS = {
    "application": "audio",
    "vbr": "on",
    "frame_duration": "20",
    "compression_level": "5",  # of 10: three times faster than 10, no audible difference at this rate
    "apply_phase_inv": "1",
}


class FrameResampler:
    """Frames of any shape in; 32-bit floats of one rate out, the channels interleaved."""

    def __init__(self, layout: str | None, rate: int) -> None:
        """`layout`: None for that of the frames."""
        self._layout, self._rate = layout, rate
        self._resampler: av.AudioResampler | None = None
        self._format: tuple[str, str, int] | None = None

    def add(self, frame: "AudioFrame") -> "list[AudioFrame]":
        """Raises Refusal("broken") for a frame that can't be sound."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if not 1000 <= frame.sample_rate <= 768_000 or not 1 <= frame.layout.nb_channels <= _MAX_CHANNELS:
            raise Refusal("broken")
        before: list[AudioFrame] = []
        if self._resampler is None or shape != self._format:
            before = self.drain()
            self._resampler = av.AudioResampler("flt", self._layout or frame.layout, self._rate)
            self._format = shape
        frame.pts = None  # gaps are the caller's matter
        return before + self._resampler.resample(frame)

    def drain(self) -> "list[AudioFrame]":
        """What is left of the frames so far."""
        pieces = [] if self._resampler is None else self._resampler.resample(None)
        self._resampler, self._format = None, None
        return [piece for piece in pieces if piece is not None]  # one with nothing to do returns what it got


class OpusWriter:
    """`add` resampled frames, then `finish` once; then `packets` and `samples` (at 48 kHz) are whole."""

    def __init__(self, channels: int, *, rate: int = RATE, bits: int | None = None) -> None:
        """`rate`: one of Opus's own, 48,000 or 16,000. `bits`: a second, for all channels."""
        self.packets: list[bytes] = []
        self.samples = 0
        self._times = RATE // rate
        self._encoder = av.CodecContext.create("libopus", "w")
        self._encoder.sample_rate = rate
        self._encoder.layout = layout_of(channels)
        self._encoder.format = "flt"
        self._encoder.bit_rate = bits or _BITS_A_CHANNEL * channels
        self._encoder.thread_count = 1
        self._encoder.options = _OPTIONS
        self._encoder.open()
        if self._encoder.extradata != opus_head(channels, rate):
            raise RuntimeError("another libopus than the one these settings are for")

    def add(self, frame: "AudioFrame") -> None:
        """Any length; the callers count what comes in."""
        frame.pts = self.samples // self._times
        self.samples += frame.samples * self._times
        self._take(self._encoder.encode(frame))

    def finish(self) -> None:
        """Raises Refusal("broken") when there was no sound at all. What was added is made up to whole
        packets by silence: to the sample, the length of a recording tells one copy from another.
        """
        if self.samples == 0:
            raise Refusal("broken")
        self._take(self._encoder.encode(None))
        wanted = -(-(PRE_SKIP + self.samples) // PACKET_SAMPLES)
        if len(self.packets) < wanted:
            raise RuntimeError("the encoder kept sound to itself")
        del self.packets[wanted:]
        self.samples = wanted * PACKET_SAMPLES - PRE_SKIP

    def _take(self, packets: "list[Packet[Stream]]") -> None:
        self.packets += [bytes(packet) for packet in packets]


class OpusEncoder:
    """`add` frames, then `finish` once; then `packets`, `channels` and `samples` (at 48 kHz) are whole.

    `heard`: there was more than silence.
    """

    def __init__(self, channels: int, alone: int | None = None) -> None:
        """`alone`: the number of the one channel to take, or None to mix them."""
        self.channels = min(channels, 2) if alone is None else 1
        self.heard = False
        self._alone = alone
        self._layout = layout_of(self.channels)
        self._resampler = FrameResampler(self._layout if alone is None else None, RATE)
        self._writer = OpusWriter(self.channels)

    @property
    def packets(self) -> list[bytes]:
        return self._writer.packets

    @property
    def samples(self) -> int:
        return self._writer.samples

    def add(self, frame: "AudioFrame") -> None:
        """Raises Refusal("too_large") past `MAX_SECONDS`, ("broken") for a frame that can't be sound."""
        self._write(self._resampler.add(frame))

    def add_silence(self, samples: int) -> None:
        """`samples` at 48 kHz."""
        self._write(self._resampler.drain())
        while samples > 0:
            frame = av.AudioFrame(format="flt", layout=self._layout, samples=min(samples, RATE))
            frame.sample_rate = RATE
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            self._write([frame])
            samples -= frame.samples

    def finish(self) -> None:
        """Raises Refusal("broken") when there was no sound at all."""
        self._write(self._resampler.drain())
        self._writer.finish()

    def _write(self, frames: "list[AudioFrame]") -> None:
        for frame in frames:
            self._writer.add(frame if self._alone is None else _channel(frame, self._alone))
            self.heard = self.heard or bool(np.abs(_floats(frame)).max(initial=0) > LEAST_HEARD)
            check_length(self.samples)


def _floats(frame: "AudioFrame") -> "NDArray[np.float32]":
    """Those of all channels, as they lie."""
    return np.frombuffer(
        memoryview(frame.planes[0]), dtype=np.float32, count=frame.samples * frame.layout.nb_channels
    )


def _channel(frame: "AudioFrame", number: int) -> "AudioFrame":
    """One channel of interleaved floats; the last one where there are fewer."""
    channels = frame.layout.nb_channels
    one = np.ascontiguousarray(_floats(frame)[min(number, channels - 1) :: channels])
    mono = av.AudioFrame.from_ndarray(one[None, :], format="flt", layout="mono")
    mono.sample_rate = frame.sample_rate
    return mono


def layout_of(channels: int) -> str:
    """Mono stays mono."""
    return "mono" if channels == 1 else "stereo"


def check_length(samples: int) -> None:
    """Raises Refusal("too_large") for more than `MAX_SECONDS` at 48 kHz."""
    if samples > MAX_SECONDS * RATE:
        raise Refusal("too_large")
