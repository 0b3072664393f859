"""The sound of a video: Opus, as long as the pictures need it, disguised where that was asked for."""

from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av

from scrub.media.mp4 import SoundTrack
from scrub.media.sound import MAX_SECONDS, RATE, OpusEncoder
from scrub.media.video_pictures import open_video
from scrub.media.voice import DisguisedEncoder
from scrub.report import Refusal

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream

_GAP = 0.1  # seconds of sound that may be missing before silence takes their place


def sound_track(
    data: bytes, format_name: str, index: int | None, start: Fraction, disguise: bytes | None
) -> tuple[SoundTrack | None, float]:
    """The track, and its beginning in seconds after `start`: 0 or, when it leads, less."""
    if index is None:
        return None, 0.0
    encoder: OpusEncoder | DisguisedEncoder | None = None
    begin = 0.0
    with open_video(data, format_name) as container:
        stream = cast("AudioStream", container.streams[index])
        stream.codec_context.thread_count = 1
        for packet in container.demux(stream):
            try:
                frames: list[AudioFrame] = packet.decode()
            except (av.InvalidDataError, EOFError):
                continue
            for frame in frames:
                at = None if frame.pts is None else float(frame.pts * (frame.time_base or 0) - start)
                if encoder is None:
                    encoder = _sound_encoder(frame.layout.nb_channels, disguise)
                    begin = min(0.0, at or 0.0)
                if at is not None and at > MAX_SECONDS:
                    raise Refusal("too_large")
                expected = begin + encoder.samples / RATE
                if at is not None and at - expected > _GAP:
                    encoder.add_silence(round((at - expected) * RATE))
                encoder.add(frame)
    if encoder is None:
        return None, 0.0
    encoder.finish()
    return SoundTrack(encoder.packets, encoder.channels, encoder.samples), begin


def _sound_encoder(channels: int, disguise: bytes | None) -> OpusEncoder | DisguisedEncoder:
    return OpusEncoder(channels) if disguise is None else DisguisedEncoder(disguise, keep_time=True)
