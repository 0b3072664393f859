"""The coded pictures of a video: how they are read, and what every way of writing them keeps to."""

import gc
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar, cast

import av

from scrub.media.beside import Beside, side_data
from scrub.media.h264 import CannotFilter, ParameterSets, filter_packet
from scrub.media.mp4 import VIDEO_SCALE, Matrix
from scrub.media.sound import MAX_SECONDS
from scrub.media.video_clock import Timed
from scrub.report import Refusal

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.buffer import Buffer
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_Track = TypeVar("_Track", "AudioStream", "VideoStream")

MAX_SIDE = 8192
MAX_PIXELS = 4096 * 2304
MAX_PICTURES = 120 * MAX_SECONDS
_TOGETHER = 4  # pictures, after which what they held is let go


@dataclass(slots=True)
class Pictures:
    """`removed` and `captions`: what lay beside the pictures."""

    sets: ParameterSets
    size: tuple[int, int]
    timed: list[Timed] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    captions: bool = False


def open_video(data: bytes, format_name: str) -> "InputContainer":
    """From memory, by the demuxer of that name alone."""
    return av.open(io.BytesIO(data), "r", format=format_name, metadata_errors="replace")


def look(data: bytes, format_name: str, index: int) -> tuple[Matrix, Fraction]:
    """How the first picture is to be turned, and the shape of its pixels. Raises Refusal."""
    with open_video(data, format_name) as container:
        stream = cast("VideoStream", container.streams[index])
        context = stream.codec_context
        context.thread_count = 1
        check_size(context.width, context.height)
        frame = next(frames(container, stream), None)
        if frame is None:
            raise Refusal("broken")
        turn: Matrix = (1, 0, 0, 1)
        for each in side_data(frame):
            if each.type.name == "DISPLAYMATRIX":
                turn = _turn(memoryview(cast("Buffer", each)).cast("i").tolist())
        aspect = stream.sample_aspect_ratio or Fraction(1)
        return turn, aspect.limit_denominator(48) if Fraction(1, 4) <= aspect <= 4 else Fraction(1)


def _turn(values: list[int]) -> Matrix:
    """The quarter turn or mirror image of a 3 x 3 matrix in rows; none for any other matrix."""
    a, b, c, d = ((value > 0) - (value < 0) for value in (values[0], values[1], values[3], values[4]))
    straight = a * d != 0 and b == c == 0
    across = b * c != 0 and a == d == 0
    return (a, b, c, d) if straight or across else (1, 0, 0, 1)


def check_size(width: int, height: int) -> None:
    """Raises Refusal."""
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise Refusal("broken" if width <= 0 or height <= 0 else "too_large")
    if width * height > MAX_PIXELS:
        raise Refusal("too_large")


def packets(container: "InputContainer", stream: _Track, notes: set[str]) -> "Iterator[Packet[_Track]]":
    """As far as they go: where the demuxer fails behind the first one, `notes` gets "cut_short"."""
    any_yet = False
    try:
        for packet in container.demux(stream):
            any_yet = any_yet or packet.size > 0
            yield packet
    except (av.InvalidDataError, EOFError):
        if not any_yet:
            raise
        notes.add("cut_short")


def frames(
    container: "InputContainer", stream: "VideoStream", beside: Beside | None = None
) -> "Iterator[VideoFrame]":
    """Packets that can't be decoded are skipped, as players do. `beside` looks at what comes with each
    picture. PyAV's picture and that then hold each other: only looking for garbage frees both.
    """
    if beside is not None:
        gc.freeze()  # what is there already is no garbage of this film
    looked = 0
    for packet in packets(container, stream, set()):
        try:
            for frame in packet.decode():
                if beside is not None:
                    beside.look(packet, frame)
                    looked += 1
                    if looked % _TOGETHER == 0:
                        gc.collect()
                yield frame
        except (av.InvalidDataError, EOFError):
            continue


def append(pictures: Pictures, packet: "Packet[VideoStream]") -> None:
    """Raises CannotFilter for what can't be kept as it is, and Refusal for too many."""
    if packet.pts is None or packet.dts is None:
        raise CannotFilter
    content, sync, captions = filter_packet(bytes(packet), pictures.sets, pictures.removed)
    pictures.captions |= captions
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


def in_order(pictures: Pictures) -> Pictures:
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
