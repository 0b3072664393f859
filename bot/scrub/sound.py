"""Sound of any decodable codec in, Opus packets of 20 ms out, a frame at a time. Runs in a confined child.

Mono stays mono, everything else becomes stereo; 48 kHz and fixed settings, so that nothing of the input but
its sound decides what is written.
"""

from typing import TYPE_CHECKING

import av

from bot.scrub.ogg import PACKET_SAMPLES, PRE_SKIP, opus_head
from bot.scrub.report import Refusal

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.packet import Packet
    from av.stream import Stream

RATE = 48_000
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


class OpusEncoder:
    """`add` frames, then `finish` once; then `packets`, `channels` and `samples` (at 48 kHz) are whole."""

    def __init__(self, channels: int) -> None:
        self.channels = min(channels, 2)
        self.packets: list[bytes] = []
        self.samples = 0
        self._layout = "mono" if self.channels == 1 else "stereo"
        self._encoder = av.CodecContext.create("libopus", "w")
        self._encoder.sample_rate = RATE
        self._encoder.layout = self._layout
        self._encoder.format = "flt"
        self._encoder.bit_rate = _BITS_A_CHANNEL * self.channels
        self._encoder.thread_count = 1
        self._encoder.options = _OPTIONS
        self._encoder.open()
        if self._encoder.extradata != opus_head(self.channels):
            raise RuntimeError("another libopus than the one these settings are for")
        self._resampler: av.AudioResampler | None = None
        self._format: tuple[str, str, int] | None = None

    def add(self, frame: "AudioFrame") -> None:
        """Raises Refusal("too_large") past `MAX_SECONDS`, ("broken") for a frame that can't be sound."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if not 1000 <= frame.sample_rate <= 768_000 or not 1 <= frame.layout.nb_channels <= _MAX_CHANNELS:
            raise Refusal("broken")
        if self._resampler is None or shape != self._format:
            self._drain()
            self._resampler = av.AudioResampler("flt", self._layout, RATE)
            self._format = shape
        frame.pts = None  # gaps are the caller's matter
        for piece in self._resampler.resample(frame):
            self._encode(piece)

    def add_silence(self, samples: int) -> None:
        """`samples` at 48 kHz."""
        self._drain()
        while samples > 0:
            frame = av.AudioFrame(format="flt", layout=self._layout, samples=min(samples, RATE))
            frame.sample_rate = RATE
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            self._encode(frame)
            samples -= frame.samples

    def finish(self) -> None:
        """Raises Refusal("broken") when there was no sound at all."""
        self._drain()
        if self.samples == 0:
            raise Refusal("broken")
        self._take(self._encoder.encode(None))
        wanted = -(-(PRE_SKIP + self.samples) // PACKET_SAMPLES)
        if len(self.packets) < wanted:
            raise RuntimeError("the encoder kept sound to itself")
        del self.packets[wanted:]

    def _drain(self) -> None:
        if self._resampler is not None:
            for piece in self._resampler.resample(None):
                if piece is not None:  # a resampler with nothing to do returns what it was given
                    self._encode(piece)
        self._resampler, self._format = None, None

    def _encode(self, frame: "AudioFrame") -> None:
        frame.pts = self.samples
        self.samples += frame.samples
        if self.samples > MAX_SECONDS * RATE:
            raise Refusal("too_large")
        self._take(self._encoder.encode(frame))

    def _take(self, packets: "list[Packet[Stream]]") -> None:
        self.packets += [bytes(packet) for packet in packets]
