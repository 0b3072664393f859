"""Pictures of a video decoded and encoded anew, as fast as there is time for."""

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter

from scrub.media.beside import Beside
from scrub.media.h264 import CannotFilter, parse_extradata
from scrub.media.mp4 import VIDEO_SCALE
from scrub.media.video_clock import RunningClock
from scrub.media.video_pictures import Pictures, append, check_size, frames, in_order, open_video
from scrub.report import Refusal

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_BITS_A_PIXEL_SECOND = 6  # at most: 5.5 Mbit/s for 1280 x 720
_LARGE = 1_000_000_000  # pixels in all, from which on the encoder hurries
_BUFFER_SECONDS = 2
_AHEAD_SECONDS = _BUFFER_SECONDS  # of bits that there may be too many: as many as under the limit
_EARLY = 1_000_000_000  # pixels, after which a child has no time to begin again for a little too much
_A_LITTLE = 1.5
_SETTINGS = {"preset": "superfast", "crf": "22.3", "bf": "2"}
"""Nothing cheaper: coarser motion takes a fifth less time, and up to twice the bytes where things move. A
third picture that waits for later ones takes up to a tenth more time, and saves no byte at equal likeness.
"""
_HURRIED = {"preset": "ultrafast", "crf": "22"}
_THREADS = 2
"""Without a limit of bits: under one, x264 with several threads writes other bytes each time. So the bits are
counted, and what gets too large, which mostly shows in its first second, is begun again by one thread.
"""


class NoTimeLeft(Exception):
    """To encode the rest as well."""


class _TooManyBits(Exception):
    """For the time that is shown so far."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`pixels` in all, `bits` a second at most, and the seconds of processor that this process may have used
    by the end.
    """

    pixels: int
    bits: int | None = None
    until: float = float("inf")


def encoded(
    data: bytes, format_name: str, index: int, plan: Plan | None = None, *, beside: Beside | None = None
) -> Pictures:
    """Decoded and encoded with fixed settings; what an edit hides is left behind. Raises NoTimeLeft with a
    `plan` only.
    """
    try:
        return _encoded(data, format_name, index, plan, beside, capped=False)
    except _TooManyBits:
        pass  # and forget the first encoder with its exception
    return _encoded(data, format_name, index, plan, beside, capped=True)


def _encoded(
    data: bytes, format_name: str, index: int, plan: Plan | None, beside: Beside | None, *, capped: bool
) -> Pictures:
    with open_video(data, format_name) as container:
        stream = cast("VideoStream", container.streams[index])
        stream.codec_context.thread_count = 1
        encoder: VideoCodecContext | None = None
        pictures: Pictures | None = None
        reformatter = VideoReformatter()
        last: int | None = None
        clock = RunningClock(format_name)
        bits = rate = first = seen = 0
        for frame in frames(container, stream, beside):
            if encoder is None or pictures is None:
                check_size(frame.width, frame.height)
                known = plan or Plan(_expected_pixels(stream, frame))
                encoder, rate = _encoder(frame, known, capped=capped)
                sets = parse_extradata(encoder.extradata or b"")
                pictures = Pictures(sets, (encoder.width, encoder.height))
            shown = _time(frame, last, clock)
            if last is not None and shown <= last:
                if shown < last - VIDEO_SCALE:
                    continue
                shown = last + 1  # two with one time: both are seen, and the clock sorts them later
            first, last = shown if last is None else first, shown
            if plan is not None and time.process_time() > plan.until:
                raise NoTimeLeft
            fresh = reformatter.reformat(frame, encoder.width, encoder.height, "yuv420p")
            fresh.pts, fresh.time_base = shown, Fraction(1, VIDEO_SCALE)
            fresh.pict_type = av.video.frame.PictureType.NONE
            for packet in encoder.encode(fresh):
                append(pictures, packet)
                bits += 8 * packet.size
            seen += encoder.width * encoder.height
            most = rate * ((shown - first) / VIDEO_SCALE + _AHEAD_SECONDS)
            if not capped and bits > most * (1 if seen <= _EARLY else _A_LITTLE):
                raise _TooManyBits
        if encoder is None or pictures is None:
            raise Refusal("broken")
        for packet in encoder.encode(None):
            append(pictures, packet)
    try:
        return in_order(pictures)
    except CannotFilter:
        raise Refusal("broken") from None


def _time(frame: "VideoFrame", last: int | None, clock: RunningClock) -> int:
    """In 1/90000 s; a picture without a time follows the last."""
    following = 0 if last is None else last + VIDEO_SCALE // 25
    if frame.pts is None:
        return following
    at = float(frame.pts * (frame.time_base or 0))
    return round(VIDEO_SCALE * (at if last is None else clock.place(at, following / VIDEO_SCALE)))


def _expected_pixels(stream: "VideoStream", frame: "VideoFrame") -> int:
    count = stream.frames or int((stream.duration or 0) * (stream.time_base or 0) * 30) or 900
    return count * frame.width * frame.height


def _encoder(frame: "VideoFrame", plan: Plan, *, capped: bool) -> tuple[VideoCodecContext, int]:
    """And how many bits a second there may be at most: without `capped`, the caller counts them."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = max(2, frame.width & ~1), max(2, frame.height & ~1)
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = Fraction(1, VIDEO_SCALE)
    encoder.framerate = Fraction(30)
    most = encoder.width * encoder.height * _BITS_A_PIXEL_SECOND
    rate = max(500_000, most if plan.bits is None else min(most, plan.bits))
    encoder.thread_count = 1 if capped else _THREADS
    encoder.thread_type = "FRAME"  # PyAV's own choice cuts each picture in two, and one waits for the other
    encoder.flags |= av.codec.context.Flags.global_header
    settings = {**(_SETTINGS if plan.pixels < _LARGE else _HURRIED), "threads": str(encoder.thread_count)}
    settings["x264-params"] = "sync-lookahead=0"  # a third thread, and pictures that wait for it
    limits = {"maxrate": str(rate), "bufsize": str(_BUFFER_SECONDS * rate)} if capped else {}
    encoder.options = {**settings, **limits}
    encoder.open()
    return encoder, rate
