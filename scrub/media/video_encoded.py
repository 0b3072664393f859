"""Pictures of a video decoded and encoded anew, as fast as there is time for."""

import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import av
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter

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


class NoTimeLeft(Exception):
    """To encode the rest as well."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`pixels` in all, `bits` a second at most, and the seconds of processor that this process may have used
    by the end.
    """

    pixels: int
    bits: int | None = None
    until: float = float("inf")


def encoded(data: bytes, format_name: str, index: int, plan: Plan | None = None) -> Pictures:
    """Decoded and encoded with fixed settings; what an edit hides is left behind. Raises NoTimeLeft with a
    `plan` only.
    """
    with open_video(data, format_name) as container:
        stream = cast("VideoStream", container.streams[index])
        stream.codec_context.thread_count = 1
        encoder: VideoCodecContext | None = None
        pictures: Pictures | None = None
        reformatter = VideoReformatter()
        last: int | None = None
        clock = RunningClock(format_name)
        for frame in frames(container, stream):
            if encoder is None or pictures is None:
                check_size(frame.width, frame.height)
                encoder = _encoder(frame, plan or Plan(_expected_pixels(stream, frame)))
                sets = parse_extradata(encoder.extradata or b"")
                pictures = Pictures(sets, (encoder.width, encoder.height))
            shown = _time(frame, last, clock)
            if last is not None and shown <= last:
                if shown < last - VIDEO_SCALE:
                    continue
                shown = last + 1  # two with one time: both are seen, and the clock sorts them later
            last = shown
            if plan is not None and time.process_time() > plan.until:
                raise NoTimeLeft
            fresh = reformatter.reformat(frame, encoder.width, encoder.height, "yuv420p")
            fresh.pts, fresh.time_base = shown, Fraction(1, VIDEO_SCALE)
            fresh.pict_type = av.video.frame.PictureType.NONE
            for packet in encoder.encode(fresh):
                append(pictures, packet)
        if encoder is None or pictures is None:
            raise Refusal("broken")
        for packet in encoder.encode(None):
            append(pictures, packet)
    pictures.told = False  # what our own encoder said
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


def _encoder(frame: "VideoFrame", plan: Plan) -> VideoCodecContext:
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = max(2, frame.width & ~1), max(2, frame.height & ~1)
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = Fraction(1, VIDEO_SCALE)
    encoder.framerate = Fraction(30)
    encoder.thread_count = 1
    encoder.flags |= av.codec.context.Flags.global_header
    preset = "superfast" if plan.pixels < _LARGE else "ultrafast"
    most = encoder.width * encoder.height * _BITS_A_PIXEL_SECOND
    rate = max(500_000, most if plan.bits is None else min(most, plan.bits))
    limits = {"maxrate": str(rate), "bufsize": str(2 * rate)}
    encoder.options = {"preset": preset, "crf": "22", "threads": "1", **limits}
    encoder.open()
    return encoder
