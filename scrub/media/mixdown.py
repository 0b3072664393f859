"""Whether channels that would become two cancel each other out, and which one to take instead.

More than two channels are mixed into two. Where one is another turned upside down (a plug the wrong way
round, a recorder's fault), the mix is near silence though each channel is loud. So the mix is measured first.
"""

from typing import TYPE_CHECKING, cast

import av
import numpy as np

from scrub.media.sound import RATE, FrameResampler
from scrub.media.video_pictures import open_video, packets

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream

_BLOCK = RATE // 2  # samples that are judged together
_QUIET = 1e-6  # of full scale, squared: less is no sound
_LOST = 1 / 8  # of a channel's energy: what a plain mix leaves of a single one is a quarter and more
_ENOUGH = 0.05  # of all energy


def channel_instead(data: bytes, format_name: str, index: int) -> int | None:
    """The loudest channel where a mix of them would cancel out; None to mix, or where nothing is mixed."""
    with open_video(data, format_name) as container:
        stream = cast("AudioStream", container.streams[index])
        if stream.codec_context.layout.nb_channels <= 2:
            return None
        stream.codec_context.thread_count = 1
        whole, mixed = FrameResampler(None, RATE), FrameResampler("stereo", RATE)
        meter = _Meter(stream.codec_context.layout.nb_channels)
        for packet in packets(container, stream, set()):
            try:
                for frame in packet.decode():
                    meter.add(whole.add(frame), mixed.add(frame))
            except (av.InvalidDataError, EOFError):
                continue
    return meter.verdict()


class _Meter:
    """Energies of the channels and of their mix, half a second at a time."""

    def __init__(self, channels: int) -> None:
        self._energies, self._mix, self._samples = np.zeros(channels), np.zeros(2), 0
        self._lost, self._all = np.zeros(channels), 0.0

    def add(self, whole: "list[AudioFrame]", mixed: "list[AudioFrame]") -> None:
        for frame in whole:
            if frame.layout.nb_channels == len(self._energies):
                self._energies += _energies(frame)
                self._samples += frame.samples
        for frame in mixed:
            self._mix += _energies(frame)
        if self._samples >= _BLOCK:
            self._judge()

    def verdict(self) -> int | None:
        self._judge()
        return int(self._lost.argmax()) if self._lost.sum() > _ENOUGH * self._all else None

    def _judge(self) -> None:
        loudest = int(self._energies.argmax())
        loud = float(self._energies[loudest])
        if loud > _QUIET * self._samples:
            self._all += loud
            if float(self._mix.max()) < _LOST * loud:
                self._lost[loudest] += loud
        self._energies[:], self._mix[:], self._samples = 0, 0, 0


def _energies(frame: "AudioFrame") -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    channels = frame.layout.nb_channels
    floats = np.frombuffer(memoryview(frame.planes[0]), dtype=np.float32, count=frame.samples * channels)
    sound = np.clip(np.nan_to_num(floats), -2, 2).reshape(-1, channels).astype(np.float64)
    energies: np.ndarray[tuple[int], np.dtype[np.float64]] = np.square(sound).sum(axis=0)
    return energies
