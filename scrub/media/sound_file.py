"""A recording without pictures: its track as Ogg Opus, disguised where that was asked for.

The track that a player plays is taken; one in which nothing is heard only where no other has more.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import av

from scrub.media.mixdown import channel_instead
from scrub.media.ogg import write_ogg
from scrub.media.sound import RATE, OpusEncoder
from scrub.media.video_pictures import open_video, packets
from scrub.media.voice import DisguisedEncoder
from scrub.report import Refusal

if TYPE_CHECKING:
    from av.audio.stream import AudioStream

Encoder = OpusEncoder | DisguisedEncoder

MAX_TRIED = 8
"""Tracks that are listened to, to find one in which something is heard."""

_TOLERATED_ERRORS = 8  # tags at the end of an MP3 come as packets that aren't sound
_TOLERATED_SHARE = 0.02
_ENOUGH, _FRAME_SECONDS = 0.99, 0.2  # of what was declared: programs count a little differently


def sound_file(
    data: bytes,
    format_name: str,
    indexes: Sequence[int],
    disguise: bytes | None,
    *,
    declared: float,
    notes: set[str],
) -> bytes:
    """`indexes`: the sound tracks, in the order in which players prefer them. `declared`: how many seconds
    there should be, or 0; `notes` gets "cut_short" where there are less. Raises Refusal.
    """
    silent: Encoder | None = None
    for index in indexes[:MAX_TRIED]:
        encoder = _encoded(data, format_name, index, disguise, notes)
        if encoder is not None and encoder.heard:
            silent = encoder
            break
        silent = silent or encoder
    if silent is None:
        raise Refusal("broken")
    if silent.samples / RATE < declared * _ENOUGH - _FRAME_SECONDS:
        notes.add("cut_short")
    return _ogg(silent)


def encoder_for(channels: int, alone: int | None, disguise: bytes | None, *, keep_time: bool) -> Encoder:
    """`alone`: the one channel to take; `disguise`: the seed of a voice; or None."""
    if disguise is not None:
        return DisguisedEncoder(disguise, keep_time=keep_time)
    return OpusEncoder(channels, alone)


def _ogg(encoder: Encoder) -> bytes:
    encoder.finish()
    return write_ogg(encoder.packets, encoder.channels, encoder.samples)


def _encoded(
    data: bytes, format_name: str, index: int, disguise: bytes | None, notes: set[str]
) -> Encoder | None:
    """All but finished; None for a track that is damaged, or empty."""
    alone = None if disguise is not None else channel_instead(data, format_name, index)
    encoder: Encoder | None = None
    count = errors = 0
    with open_video(data, format_name) as container:
        stream = cast("AudioStream", container.streams[index])
        stream.codec_context.thread_count = 1
        for packet in packets(container, stream, notes):
            count += 1
            try:
                frames = packet.decode()
            except (av.InvalidDataError, EOFError):
                errors += 1
                continue
            for frame in frames:
                if encoder is None:
                    encoder = encoder_for(frame.layout.nb_channels, alone, disguise, keep_time=False)
                encoder.add(frame)
    return None if errors > _TOLERATED_ERRORS + count * _TOLERATED_SHARE else encoder
