"""The sound of a video: Opus, as long as the pictures need it, disguised where that was asked for."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av

from scrub.media.mixdown import channel_instead
from scrub.media.mp4 import SoundTrack
from scrub.media.sound import MAX_SECONDS, RATE
from scrub.media.sound_file import MAX_TRIED, Encoder, encoder_for
from scrub.media.video_clock import RunningClock
from scrub.media.video_pictures import open_video, packets
from scrub.report import Refusal

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream

_GAP = 0.1  # seconds of sound that may be missing before silence takes their place


def sound_track(
    data: bytes, format_name: str, indexes: Sequence[int], start: Fraction, disguise: bytes | None
) -> tuple[SoundTrack | None, float]:
    """The track, and its beginning in seconds after `start`: 0 or, when it leads, less.

    `indexes`: the sound tracks, in the order in which players prefer them; the first that is heard is taken.
    """
    silent: tuple[Encoder, float] | None = None
    for index in indexes[:MAX_TRIED]:
        found = _encoded(data, format_name, index, start, disguise)
        if found is not None and found[0].heard:
            return _track(*found)
        silent = silent or found
    return (None, 0.0) if silent is None else _track(*silent)


def _track(encoder: Encoder, begin: float) -> tuple[SoundTrack, float]:
    encoder.finish()
    return SoundTrack(encoder.packets, encoder.channels, encoder.samples), begin


def _encoded(
    data: bytes, format_name: str, index: int, start: Fraction, disguise: bytes | None
) -> tuple[Encoder, float] | None:
    alone = None if disguise is not None else channel_instead(data, format_name, index)
    encoder: Encoder | None = None
    begin = 0.0
    with open_video(data, format_name) as container:
        stream = cast("AudioStream", container.streams[index])
        stream.codec_context.thread_count = 1
        clock = RunningClock(format_name)
        for packet in packets(container, stream, set()):
            try:
                frames: list[AudioFrame] = packet.decode()
            except (av.InvalidDataError, EOFError):
                continue
            for frame in frames:
                at = None if frame.pts is None else float(frame.pts * (frame.time_base or 0) - start)
                if encoder is None:
                    encoder = encoder_for(frame.layout.nb_channels, alone, disguise, keep_time=True)
                    begin = min(0.0, at or 0.0)
                expected = begin + encoder.samples / RATE
                at = None if at is None else clock.place(at, expected)
                if at is not None and at > MAX_SECONDS:
                    raise Refusal("too_large")
                if at is not None and at - expected > _GAP:
                    encoder.add_silence(round((at - expected) * RATE))
                encoder.add(frame)
    return None if encoder is None else (encoder, begin)
