"""One video track and at most one sound track in, MP4 out. Runs in a confined child.

Pictures are decoded and encoded anew: what nobody sees isn't passed on. H.264 that is too long for that
passes picture by picture without its side information (`scrub.media.h264`), and the person is told.
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import av
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import VideoReformatter

from scrub.media.h264 import CannotFilter, ParameterSets, avcc, filter_packet, parse_extradata
from scrub.media.mp4 import VIDEO_SCALE, Matrix, SoundTrack, VideoSample, VideoTrack, write_mp4
from scrub.media.sound import MAX_SECONDS, RATE, OpusEncoder
from scrub.media.video_clock import Timed, on_a_clock
from scrub.media.voice import DisguisedEncoder
from scrub.report import Refusal

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.buffer import Buffer
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MAX_SIDE = 8192
MAX_PIXELS = 4096 * 2304
MAX_PICTURES = 120 * MAX_SECONDS
_GAP = 0.1  # seconds of sound that may be missing before silence takes their place
_BITS_A_PIXEL_SECOND = 6  # at most: 5.5 Mbit/s for 1280 x 720
_LARGE = 1_000_000_000  # pixels in all, from which on the encoder hurries
_TOO_LARGE = 5_000_000_000  # from which on H.264 is kept: three minutes of 720p
_ENOUGH_SECONDS = 25.0  # of processor: on a slow machine H.264 is kept after that


@dataclass(slots=True)
class _Pictures:
    sets: ParameterSets
    size: tuple[int, int]
    timed: list[Timed] = field(default_factory=list)
    told: bool = False


def rebuild_video(
    data: bytes,
    format_name: str,
    video_index: int,
    sound_index: int | None,
    removed: set[str],
    *,
    notes: set[str],
    disguise: bytes | None = None,
) -> bytes:
    """Raises Refusal, and av.FFmpegError for what can't be read. Adds to `removed` what only shows inside,
    and "video_kept" to `notes` for pictures that stay as they were coded. `disguise`: the seed of a voice for
    the sound, or None.
    """
    turn, aspect = _look(data, format_name, video_index)
    pictures = _pictures(data, format_name, video_index, removed, notes)
    width, height = pictures.size
    start = min(picture.shown for picture in pictures.timed)
    sound, sound_start = _sound(data, format_name, sound_index, Fraction(start, VIDEO_SCALE), disguise)
    track = VideoTrack(
        samples=_samples(pictures.timed),
        avcc=avcc(pictures.sets),
        size=pictures.size,
        display=(min(MAX_SIDE, max(1, round(width * aspect))), height),
        matrix=turn,
        delay=max(0, 20 * round(-sound_start * 50)),
    )
    return write_mp4(track, sound)


def _pictures(data: bytes, format_name: str, index: int, removed: set[str], notes: set[str]) -> _Pictures:
    """Encoded anew if they can be within a child's time; else kept if they can be."""
    try:
        kept = _filtered(data, format_name, index, removed)
    except CannotFilter:
        return _encoded(data, format_name, index)
    if kept.told:
        removed.add("software")
    width, height = kept.size
    pixels = len(kept.timed) * width * height
    if pixels <= _TOO_LARGE:
        try:
            until = time.process_time() + _ENOUGH_SECONDS
            return _encoded(data, format_name, index, _Plan(pixels, 2 * _bits_a_second(kept.timed), until))
        except _NoTimeLeft:
            pass
    notes.add("video_kept")
    return kept


def _open(data: bytes, format_name: str) -> "InputContainer":
    return av.open(io.BytesIO(data), "r", format=format_name, metadata_errors="replace")


def _look(data: bytes, format_name: str, index: int) -> tuple[Matrix, Fraction]:
    """How the first picture is to be turned, and the shape of its pixels. Raises Refusal."""
    with _open(data, format_name) as container:
        stream = cast("VideoStream", container.streams[index])
        context = stream.codec_context
        context.thread_count = 1
        _check_size(context.width, context.height)
        frame = next(_frames(container, stream), None)
        if frame is None:
            raise Refusal("broken")
        turn: Matrix = (1, 0, 0, 1)
        matrix = cast("Buffer | None", frame.side_data.get("DISPLAYMATRIX"))
        if matrix is not None:
            turn = _turn(memoryview(matrix).cast("i").tolist())
        aspect = stream.sample_aspect_ratio or Fraction(1)
        return turn, aspect.limit_denominator(48) if Fraction(1, 4) <= aspect <= 4 else Fraction(1)


def _turn(values: list[int]) -> Matrix:
    """The quarter turn or mirror image of a 3 x 3 matrix in rows; none for any other matrix."""
    a, b, c, d = ((value > 0) - (value < 0) for value in (values[0], values[1], values[3], values[4]))
    straight = a * d != 0 and b == c == 0
    across = b * c != 0 and a == d == 0
    return (a, b, c, d) if straight or across else (1, 0, 0, 1)


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise Refusal("broken" if width <= 0 or height <= 0 else "too_large")
    if width * height > MAX_PIXELS:
        raise Refusal("too_large")


def _frames(container: "InputContainer", stream: "VideoStream") -> "Iterator[VideoFrame]":
    """Packets that can't be decoded are skipped, as players do."""
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except (av.InvalidDataError, EOFError):
            continue


def _filtered(data: bytes, format_name: str, index: int, removed: set[str]) -> _Pictures:
    """The coded pictures as they are, slices only. Raises CannotFilter when that would change what is seen,
    or keep what isn't.
    """
    with _open(data, format_name) as container:
        stream = cast("VideoStream", container.streams[index])
        context = stream.codec_context
        if context.codec.canonical_name != "h264" or not context.extradata:
            raise CannotFilter
        sets = parse_extradata(context.extradata)
        avcc(sets)
        pictures = _Pictures(sets, (context.width, context.height))
        for packet in container.demux(stream):
            if packet.size == 0:
                continue
            if packet.is_discard:
                removed.add("hidden_image")
            if packet.is_discard or packet.is_corrupt:
                raise CannotFilter
            _append(pictures, packet)
    return _in_order(pictures)


def _append(pictures: _Pictures, packet: "Packet[VideoStream]") -> None:
    if packet.pts is None or packet.dts is None:
        raise CannotFilter
    content, sync, told = filter_packet(bytes(packet), pictures.sets)
    pictures.told |= told
    unit = packet.time_base * VIDEO_SCALE
    pictures.timed.append(
        Timed(
            content,
            round(packet.dts * unit),
            round(packet.pts * unit),
            sync,
        )
    )
    if len(pictures.timed) > MAX_PICTURES:
        raise Refusal("too_large")


def _in_order(pictures: _Pictures) -> _Pictures:
    """Raises CannotFilter unless times only grow, nothing is due before it is decoded, and an IDR leads."""
    timed = pictures.timed
    if not timed or not timed[0].sync:
        raise CannotFilter
    if any(after.decoded <= before.decoded for before, after in pairwise(timed)):
        raise CannotFilter
    if any(picture.shown < picture.decoded or picture.shown < timed[0].shown for picture in timed):
        raise CannotFilter
    if timed[-1].decoded - timed[0].decoded > MAX_SECONDS * VIDEO_SCALE:
        raise Refusal("too_large")
    return pictures


def _samples(pictures: list[Timed]) -> list[VideoSample]:
    timed, step = on_a_clock(pictures)
    durations = [after.decoded - before.decoded for before, after in pairwise(timed)]
    return [
        VideoSample(picture.content, duration, picture.shown - picture.decoded, picture.sync)
        for picture, duration in zip(timed, [*durations, step], strict=True)
    ]


class _NoTimeLeft(Exception):
    """To encode the rest as well."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """`pixels` in all, `bits` a second at most, and the seconds of processor that this process may have used
    by the end.
    """

    pixels: int
    bits: int | None = None
    until: float = float("inf")


def _encoded(data: bytes, format_name: str, index: int, plan: _Plan | None = None) -> _Pictures:
    """Decoded and encoded with fixed settings; what an edit hides is left behind. Raises _NoTimeLeft with a
    `plan` only.
    """
    with _open(data, format_name) as container:
        stream = cast("VideoStream", container.streams[index])
        stream.codec_context.thread_count = 1
        encoder: VideoCodecContext | None = None
        pictures: _Pictures | None = None
        reformatter = VideoReformatter()
        last: int | None = None
        for frame in _frames(container, stream):
            if encoder is None or pictures is None:
                _check_size(frame.width, frame.height)
                encoder = _encoder(frame, plan or _Plan(_expected_pixels(stream, frame)))
                sets = parse_extradata(encoder.extradata or b"")
                pictures = _Pictures(sets, (encoder.width, encoder.height))
            shown = None if frame.pts is None else round(frame.pts * (frame.time_base or 0) * VIDEO_SCALE)
            if shown is None:
                shown = 0 if last is None else last + VIDEO_SCALE // 25
            if last is not None and shown <= last:
                continue
            last = shown
            if plan is not None and time.process_time() > plan.until:
                raise _NoTimeLeft
            fresh = reformatter.reformat(frame, encoder.width, encoder.height, "yuv420p")
            fresh.pts, fresh.time_base = shown, Fraction(1, VIDEO_SCALE)
            fresh.pict_type = av.video.frame.PictureType.NONE
            for packet in encoder.encode(fresh):
                _append(pictures, packet)
        if encoder is None or pictures is None:
            raise Refusal("broken")
        for packet in encoder.encode(None):
            _append(pictures, packet)
    pictures.told = False  # what our own encoder said
    try:
        return _in_order(pictures)
    except CannotFilter:
        raise Refusal("broken") from None


def _expected_pixels(stream: "VideoStream", frame: "VideoFrame") -> int:
    frames = stream.frames or int((stream.duration or 0) * (stream.time_base or 0) * 30) or 900
    return frames * frame.width * frame.height


def _bits_a_second(timed: list[Timed]) -> int:
    bits = 8 * sum(len(picture.content) for picture in timed)
    return bits * VIDEO_SCALE // max(VIDEO_SCALE, timed[-1].decoded - timed[0].decoded)


def _encoder(frame: "VideoFrame", plan: _Plan) -> VideoCodecContext:
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


def _sound(
    data: bytes, format_name: str, index: int | None, start: Fraction, disguise: bytes | None
) -> tuple[SoundTrack | None, float]:
    """The track, and its beginning in seconds after `start`: 0 or, when it leads, less."""
    if index is None:
        return None, 0.0
    encoder: OpusEncoder | DisguisedEncoder | None = None
    begin = 0.0
    with _open(data, format_name) as container:
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
