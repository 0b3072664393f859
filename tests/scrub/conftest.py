"""Pictures and sounds to scrub, made on the spot, and the engine without the processes around it."""

import io
import math
import struct
from array import array
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
import pytest_asyncio
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image, ImageDraw

from scrub import engine, verify
from scrub.report import Clean
from scrub.scrubber import Scrubber

_SHARED = {"in_children": "session", "probed": "module", "standing": "module"}
"""Processes that tests have together, and for how long; such a test runs in their event loop."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for name, scope in _SHARED.items():
            if isinstance(item, pytest.Function) and name in item.fixturenames:
                item.add_marker(pytest.mark.asyncio(loop_scope=scope), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def in_children() -> AsyncIterator[Scrubber]:
    """The real processes with the product's own limits, started once for all tests that send files through
    them: a start takes longer than most of these. Documents stay documents.
    """
    async with Scrubber(office_to_pdf=False) as running:
        yield running


SAMPLE_HEIC = Path(__file__).parent / "data" / "sample.heic"


@pytest.fixture(scope="session", autouse=True)
def _decoders() -> None:
    engine.load()


@pytest.fixture(scope="session")
def clean() -> Callable[[bytes], Clean]:
    """Rebuilds in this process, and verifies. Raises Refusal or Unverified."""

    def run(data: bytes) -> Clean:
        result = engine.scrub(data)
        verify.verify(result.content, result.media_type)
        return result

    return run


def _photo(size: tuple[int, int] = (96, 64)) -> Image.Image:
    noise = [
        Image.effect_noise(size, 16).point(lambda value, s=shift: (value + s) % 256) for shift in (0, 40, 90)
    ]
    gradient = Image.linear_gradient("L").resize(size)
    return Image.blend(Image.merge("RGB", noise), Image.merge("RGB", [gradient] * 3), 0.6)


def _screenshot(size: tuple[int, int] = (160, 120)) -> Image.Image:
    image = Image.new("RGB", size, (250, 250, 250))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 16), fill=(20, 90, 160))
    for line in range(4):
        draw.text((8, 24 + 20 * line), f"message {line}: hello", fill=(line * 30, 10, 10))
    return image


@pytest.fixture
def photo() -> Image.Image:
    """96 x 64, noise over a gradient: looks like a camera's to every rule of ours."""
    return _photo()


@pytest.fixture
def screenshot() -> Image.Image:
    """160 x 120, flat areas and letters."""
    return _screenshot()


@pytest.fixture(scope="session")
def encode() -> Callable[..., bytes]:
    """`encode(image, "PNG", **options)`."""

    def run(image: Image.Image, name: str, **options: Any) -> bytes:
        out = io.BytesIO()
        image.save(out, name, **options)
        return out.getvalue()

    return run


@pytest.fixture
def photo_bytes(photo: Image.Image, encode: Callable[..., bytes]) -> bytes:
    """The photo as a JPEG whose Exif names a maker, `CANARY`."""
    exif = Image.Exif()
    exif[271] = "CANARY"
    return encode(photo, "JPEG", exif=exif)


@pytest.fixture(scope="session")
def heif() -> Callable[..., bytes]:
    """`heif(extra=[(b"Exif", b"...")], boxes=b"...")`: the sample's picture in a container with more items
    and boxes.
    """
    return _wrap_heif


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while at < end:
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + size]
        at += size


def _wrap_heif(
    extra: list[tuple[bytes, bytes]] | None = None,
    boxes: bytes = b"",
    brand: bytes = b"heic",
    codec: bytes = b"hvc1",
) -> bytes:
    """ftyp, meta (hdlr pitm iinf iref iprp iloc), mdat, then `boxes`. Item 1 is the picture; items from 2
    on `extra`.
    """
    sample = SAMPLE_HEIC.read_bytes()
    meta = dict(_boxes(sample, 0, len(sample)))[b"meta"]
    parts = dict(_boxes(meta, 4, len(meta)))
    base, _, offset, length = struct.unpack_from(">IHII", parts[b"iloc"], 14)  # item 1's first extent
    offset += base
    ipco = dict(_boxes(parts[b"iprp"], 0, len(parts[b"iprp"])))[b"ipco"]
    properties = _box(b"ipco", ipco) + _box(b"ipma", b"\0\0\0\0\0\0\0\1\0\1\2\x81\2")  # hvcC and ispe
    contents = [(codec, sample[offset : offset + length]), *(extra or [])]
    infe = b"".join(
        _box(b"infe", b"\2\0\0\0" + struct.pack(">HH", number, 0) + kind + _name(kind))
        for number, (kind, _) in enumerate(contents, 1)
    )
    references = b"".join(
        _box(b"cdsc", struct.pack(">HHH", number, 1, 1)) for number in range(2, len(contents) + 1)
    )
    head = _box(b"ftyp", brand + b"\0\0\0\0" + brand + b"mif1")

    def meta_box(first: int) -> bytes:
        iloc, at = b"\0\0\0\0\x44\0" + struct.pack(">H", len(contents)), first
        for number, (_, content) in enumerate(contents, 1):
            iloc += struct.pack(">HHHII", number, 0, 1, at, len(content))
            at += len(content)
        return _box(
            b"meta",
            b"\0\0\0\0"
            + _box(b"hdlr", parts[b"hdlr"])
            + _box(b"pitm", b"\0\0\0\0\0\1")
            + _box(b"iinf", b"\0\0\0\0" + struct.pack(">H", len(contents)) + infe)
            + (_box(b"iref", b"\0\0\0\0" + references) if references else b"")
            + _box(b"iprp", properties)
            + _box(b"iloc", iloc),
        )

    first = len(head) + len(meta_box(0)) + 8
    return head + meta_box(first) + _box(b"mdat", b"".join(content for _, content in contents)) + boxes


def _name(kind: bytes) -> bytes:
    return b"\0application/rdf+xml\0" if kind == b"mime" else b"\0"


Record = Callable[..., bytes]


@pytest.fixture(scope="session")
def film() -> Callable[..., bytes]:
    """Moving stripes: `film("mp4", "libx264", "aac", pictures=12, size=(64, 48), tags={}, options={})`."""
    return _film


def _film(
    container: str = "mp4",
    codec: str = "libx264",
    sound: str | None = "aac",
    *,
    pictures: int = 12,
    size: tuple[int, int] = (64, 48),
    tags: dict[str, str] | None = None,
    track_tags: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container, container_options=options) as file:
        file.metadata.update(tags or {})
        track = file.add_stream(codec, rate=25, width=size[0], height=size[1], pix_fmt="yuv420p")
        assert isinstance(track, VideoStream)
        track.codec_context.thread_count = 1
        track.codec_context.gop_size = 6
        track.metadata.update(track_tags or {})
        voice = file.add_stream(sound, rate=48000, layout="mono") if sound else None
        packets: list[av.Packet[Any]] = []
        for number in range(pictures):
            frame = av.VideoFrame(*size, "yuv420p")
            for index, plane in enumerate(frame.planes):
                row = bytes((at * 4 + number * 9 + index * 50) % 256 for at in range(plane.line_size))
                plane.update(row * plane.height)
            frame.pts = number
            packets += track.encode(frame)
        packets += track.encode(None)
        if isinstance(voice, AudioStream):
            wave = av.AudioFrame(format="s16", layout="mono", samples=1920 * pictures)
            wave.sample_rate, wave.pts = 48000, 0
            wave.planes[0].update(bytes(wave.planes[0].buffer_size))
            packets += [*voice.encode(wave), *voice.encode(None)]
        file.mux(packets)
    return out.getvalue()


@pytest.fixture(scope="session")
def record() -> Record:
    """A tone in a file: `record("aac", "mp4", rate=48000, channels=1, seconds=0.5, tags={})`."""
    return _record


def _record(
    codec: str = "pcm_s16le",
    container: str = "wav",
    *,
    rate: int = 48000,
    channels: int = 1,
    seconds: float = 0.5,
    tags: dict[str, str] | None = None,
    track_tags: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container, options=options) as file:
        file.metadata.update(tags or {})
        track = file.add_stream(codec, rate=rate)
        assert isinstance(track, AudioStream)
        track.layout = "mono" if channels == 1 else "stereo" if channels == 2 else f"{channels}c"
        track.metadata.update(track_tags or {})
        frame = av.AudioFrame(format="s16", layout=track.layout.name, samples=int(rate * seconds))
        frame.sample_rate = rate
        tone = array("h", (int(9000 * math.sin(at * 2764.6 / rate)) for at in range(frame.samples)))
        frame.planes[0].update(array("h", (value for value in tone for _ in range(channels))).tobytes())
        for packet in [*track.encode(frame), *track.encode(None)]:
            file.mux(packet)
    return out.getvalue()
