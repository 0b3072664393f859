"""One video track and at most one sound track in, MP4 out. Runs in a confined child.

Pictures are decoded and encoded anew: what nobody sees isn't passed on. H.264 that is too long for that
passes picture by picture without its side information (`scrub.media.h264`), and the person is told.
"""

import time
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from scrub.media.beside import Beside
from scrub.media.h264 import CannotFilter, avcc, parse_extradata
from scrub.media.mp4 import VIDEO_SCALE, VideoSample, VideoTrack, write_mp4
from scrub.media.video_clock import Timed, on_a_clock
from scrub.media.video_encoded import NoTimeLeft, Plan, encoded
from scrub.media.video_pictures import MAX_SIDE, Pictures, append, in_order, look, open_video
from scrub.media.video_sound import sound_track

if TYPE_CHECKING:
    from av.video.stream import VideoStream

_TOO_LARGE = 5_000_000_000  # pixels in all, from which on H.264 is kept: three minutes of 720p
_ENOUGH_SECONDS = 25.0  # of processor: on a slow machine H.264 is kept after that


def rebuild_video(
    data: bytes,
    format_name: str,
    video_index: int,
    sound_indexes: Sequence[int],
    removed: set[str],
    *,
    notes: set[str],
    disguise: bytes | None = None,
) -> bytes:
    """Raises Refusal, and av.FFmpegError for what can't be read. Adds to `removed` what only shows inside,
    and "video_kept" to `notes` for pictures that stay as they were coded. `disguise`: the seed of a voice for
    the sound, or None. `sound_indexes`: its tracks, in the order in which players prefer them.
    """
    turn, aspect = look(data, format_name, video_index)
    pictures = _pictures(data, format_name, video_index, removed, notes)
    width, height = pictures.size
    start = min(picture.shown for picture in pictures.timed)
    sound, sound_start = sound_track(data, format_name, sound_indexes, Fraction(start, VIDEO_SCALE), disguise)
    if sound is None and sound_indexes:
        notes.discard("voice_remains")
        notes.add("tracks_dropped")
    track = VideoTrack(
        samples=_samples(pictures.timed),
        avcc=avcc(pictures.sets),
        size=pictures.size,
        display=(min(MAX_SIDE, max(1, round(width * aspect))), height),
        matrix=turn,
        delay=max(0, 20 * round(-sound_start * 50)),
    )
    return write_mp4(track, sound)


def _pictures(data: bytes, format_name: str, index: int, removed: set[str], notes: set[str]) -> Pictures:
    """Encoded anew if they can be within a child's time; else kept if they can be."""
    beside = Beside(removed, notes)
    try:
        kept = _filtered(data, format_name, index, removed)
    except CannotFilter:
        return encoded(data, format_name, index, beside=beside)
    removed |= kept.removed
    notes |= {"subtitles_left_out"} if kept.captions else set()
    width, height = kept.size
    pixels = len(kept.timed) * width * height
    if pixels <= _TOO_LARGE:
        try:
            until = time.process_time() + _ENOUGH_SECONDS
            return encoded(data, format_name, index, Plan(pixels, 2 * _bits_a_second(kept.timed), until))
        except NoTimeLeft:
            pass
    notes.add("video_kept")
    return kept


def _filtered(data: bytes, format_name: str, index: int, removed: set[str]) -> Pictures:
    """The coded pictures as they are, slices only. Raises CannotFilter when that would change what is seen,
    or keep what isn't.
    """
    with open_video(data, format_name) as container:
        stream = cast("VideoStream", container.streams[index])
        context = stream.codec_context
        if context.codec.canonical_name != "h264" or not context.extradata:
            raise CannotFilter
        sets = parse_extradata(context.extradata)
        avcc(sets)
        pictures = Pictures(sets, (context.width, context.height))
        for packet in container.demux(stream):
            if packet.size == 0:
                continue
            if packet.is_discard:
                removed.add("hidden_image")
            if packet.is_discard or packet.is_corrupt:
                raise CannotFilter
            append(pictures, packet)
    return in_order(pictures)


def _samples(pictures: list[Timed]) -> list[VideoSample]:
    timed, step = on_a_clock(pictures)
    durations = [after.decoded - before.decoded for before, after in pairwise(timed)]
    return [
        VideoSample(picture.content, duration, picture.shown - picture.decoded, picture.sync)
        for picture, duration in zip(timed, [*durations, step], strict=True)
    ]


def _bits_a_second(timed: list[Timed]) -> int:
    bits = 8 * sum(len(picture.content) for picture in timed)
    return bits * VIDEO_SCALE // max(VIDEO_SCALE, timed[-1].decoded - timed[0].decoded)
