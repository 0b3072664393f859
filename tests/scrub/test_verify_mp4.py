"""The second reading of MP4: accepts what the writer writes, and catches whatever is slipped into it."""

import random
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scrub.isolation import judge
from scrub.isolation.wire import pack_media_type
from scrub.media.mp4 import SoundTrack, VideoSample, VideoTrack, write_mp4
from scrub.report import Clean

_SPS = bytes.fromhex("6764001eacd940a03da1000003000100000300320f162d96")
_AVCC = (
    b"\x01\x64\x00\x1e\xff\xe1"
    + struct.pack(">H", len(_SPS))
    + _SPS
    + b"\1\0\6\x68\xeb\xe3\xcb\x22\xc0\xfd\xf8\xf8\0"
)
_PARENTS = (b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf", b"stbl")


def _accepted(data: bytes) -> bool:
    return judge.verify_task(pack_media_type("video/mp4"), data) == (b"\x01",)


def _unit(kind: int, body: bytes = b"picture") -> bytes:
    return struct.pack(">IB", len(body) + 1, 0x60 | kind) + body


def _video(samples: list[VideoSample] | None = None, **more: object) -> VideoTrack:
    pictures = samples or [
        VideoSample(
            _unit(5 if number % 30 == 0 else 1, bytes([number + 1]) * 20), 3600, 3600, number % 30 == 0
        )
        for number in range(70)
    ]
    fields: dict[str, Any] = {
        "avcc": _AVCC,
        "size": (640, 480),
        "display": (640, 480),
        "matrix": (1, 0, 0, 1),
    }
    fields |= {"samples": pictures, "delay": 0, **more}
    return VideoTrack(**fields)


_SOUND = SoundTrack([b"\xf8" + bytes(40)] * 130, 1, 130 * 960 - 312)


def _file(
    samples: list[VideoSample] | None = None, sound: SoundTrack | None = _SOUND, **more: object
) -> bytes:
    return write_mp4(_video(samples, **more), sound)


def _boxes(
    data: bytes, start: int = 0, end: int | None = None
) -> Iterator[tuple[bytes, int, int, tuple[int, ...]]]:
    """Kind, start, end, and the starts of the parents."""
    end = len(data) if end is None else end
    while start < end:
        size, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start, start + size, ()
        if kind in _PARENTS:
            for inner, a, b, parents in _boxes(data, start + 8, start + size):
                yield inner, a, b, (start, *parents)
        start += size


def _with(data: bytes, at: int, parents: tuple[int, ...], extra: bytes) -> bytes:
    """`extra` at `at`, the parents' sizes right, and the chunk offsets too if it is before `mdat`."""
    changed = bytearray(data)
    for parent in parents:
        (size,) = struct.unpack_from(">I", changed, parent)
        struct.pack_into(">I", changed, parent, size + len(extra))
    for kind, start, _, _ in list(_boxes(data)):
        if kind == b"stco" and at <= data.index(b"mdat"):
            (count,) = struct.unpack_from(">I", data, start + 12)
            for row in range(start + 16, start + 16 + 4 * count, 4):
                struct.pack_into(">I", changed, row, struct.unpack_from(">I", data, row)[0] + len(extra))
    changed[at:at] = extra
    return bytes(changed)


def test_what_the_writer_writes_passes() -> None:
    assert _accepted(_file())
    assert _accepted(_file(sound=None))
    assert _accepted(_file(delay=80))
    assert _accepted(_file([VideoSample(_unit(5), 3600, 0, sync=True)]))
    assert _accepted(_file(sound=SoundTrack([b"\xfc\0"], 2, 648)))
    for matrix in ((0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0), (-1, 0, 0, 1), (0, 1, 1, 0)):
        assert _accepted(_file(matrix=matrix))


def test_real_outputs_pass(film: Callable[..., bytes], clean: Callable[[bytes], Clean]) -> None:
    for size in ((2, 2), (16, 16), (250, 130)):
        for pictures in (1, 2, 60):
            assert _accepted(clean(film(size=size, pictures=pictures)).content)
            assert _accepted(clean(film(size=size, pictures=pictures, codec="mpeg4", sound=None)).content)


@pytest.mark.parametrize("extra", [b"udta", b"meta", b"free", b"skip", b"uuid", b"pasp", b"iods", b"\xa9xyz"])
def test_a_box_more_is_caught_wherever_it_is(extra: bytes) -> None:
    data = _file()
    box = struct.pack(">I4s", 14, extra) + b"CANARY"
    places = 0
    for kind, start, end, parents in list(_boxes(data)):
        for at in (start, end):
            assert not _accepted(_with(data, at, parents, box)), (kind, at)
            places += 1
        if kind in _PARENTS:
            assert not _accepted(_with(data, end, (start, *parents), box))
    assert places > 60


def test_a_box_less_or_twice_is_caught() -> None:
    data = _file()
    for kind, start, end, parents in list(_boxes(data)):
        if kind != b"ftyp":
            assert not _accepted(_with(data, end, parents, data[start:end])), kind
        renamed = bytearray(data)
        renamed[start + 4 : start + 8] = b"free"
        assert not _accepted(bytes(renamed)), kind


def test_bytes_around_the_samples_are_caught() -> None:
    data = _file()
    mdat = data.index(b"mdat") - 4
    assert not _accepted(data + b"\0")
    assert not _accepted(data[:-1])
    assert not _accepted(data + struct.pack(">I4s", 8, b"free"))
    for at in (mdat + 8, mdat + 200, len(data)):
        assert not _accepted(_with(data, at, (mdat,), b"CANARY"))
    assert not _accepted(b"CANARY" + data)


@pytest.mark.parametrize("kind", [0, 2, 6, 7, 8, 9, 10, 12, 14, 19, 20, 31])
def test_a_unit_that_is_no_slice_is_caught(kind: int) -> None:
    """6 is SEI: encoder names, dates, captions."""
    for content in (
        _unit(kind, b"CANARY"),
        _unit(5) + _unit(kind, b"CANARY"),
        _unit(kind, b"CANARY") + _unit(5),
    ):
        assert not _accepted(_file([VideoSample(content, 3600, 0, sync=True)]))


def test_ragged_units_are_caught() -> None:
    for content in (
        b"",
        b"\0\0\0\0",
        _unit(5) + b"\0\0\0",
        _unit(5)[:-1],
        b"\0\0\0\1\x65",
        _unit(5) + bytes(4),
    ):
        assert not _accepted(_file([VideoSample(content, 3600, 0, sync=True)]))
    assert not _accepted(_file([VideoSample(_unit(1), 3600, 0, sync=True)]))
    assert not _accepted(_file([VideoSample(_unit(5), 3600, 0, sync=False)]))
    mixed = [VideoSample(_unit(5), 3600, 0, sync=True), VideoSample(_unit(5), 3600, 0, sync=False)]
    assert not _accepted(_file(mixed))


def test_a_configuration_that_says_more_is_caught() -> None:
    for avcc in (
        _AVCC + b"CANARY",
        _AVCC[:-1] + b"\1" + struct.pack(">H", 6) + b"CANARY",
        b"\x01\x64\x00\x1e\xff\xe1\0\6CANARY" + _AVCC[8 + len(_SPS) :],
        _AVCC.replace(b"\x68\xeb", b"\x06\xeb"),
        b"\2" + _AVCC[1:],
        _AVCC[:1] + b"C" + _AVCC[2:],
    ):
        assert not _accepted(_file(avcc=avcc))


def test_an_opus_packet_that_hides_something_is_caught() -> None:
    for packet in (b"\xfb\x41\x05CANARY", b"CANARY", b"\xfc" + bytes(20)):
        assert not _accepted(_file(sound=SoundTrack([packet], 1, 648)))


def test_a_length_to_the_sample_is_caught() -> None:
    """Copies of one recording, each a little shorter, would name who got which."""
    assert not _accepted(_file(sound=SoundTrack([b"\xf8" + bytes(40)] * 130, 1, 130 * 960 - 312 - 48)))


@pytest.mark.parametrize("times", [(3600, 3599), (3001, 3001), (3000, 3600), (1, 1)])
def test_times_of_a_devices_clock_are_caught(times: tuple[int, int]) -> None:
    pictures = [VideoSample(_unit(5), duration, 0, sync=True) for duration in times]
    assert not _accepted(_file(pictures))
    assert _accepted(_file([VideoSample(_unit(5), 3600 * number, 0, sync=True) for number in (1, 3)]))


def test_a_beginning_to_the_millisecond_is_caught() -> None:
    assert not _accepted(_file(delay=81))


@pytest.mark.parametrize("tail", [b"\0\0\1\x06CANARY", b"\0\0\0", b"\0", b"\0\0\3", b"\0\0\3\x07"])
def test_a_unit_inside_a_slice_is_caught(tail: bytes) -> None:
    """Players stop at the slice's end; a program that rewrites the stream would find an SEI there."""
    assert not _accepted(_file([VideoSample(_unit(5, b"picture" + tail), 3600, 0, sync=True)]))


def test_no_byte_of_a_header_may_differ() -> None:
    """All but the size on the screen, the parameter sets, and when a picture is shown has one right value."""
    data = _file()
    free: set[int] = set()
    for kind, start, end, _ in _boxes(data):
        if kind == b"tkhd":
            free.update(range(start + 84, end))
        elif kind == b"ctts":
            free.update(range(start + 20, end))
        elif kind == b"stsd" and b"avc1" in data[start:end]:
            free.update(range(start + 110, end))
    for at in range(data.index(b"mdat") + 4):
        for bit in (1, 0x80) if at not in free else ():
            changed = bytearray(data)
            changed[at] ^= bit
            assert not _accepted(bytes(changed)), (at, data[max(0, at - 60) : at + 4])


def test_random_changes_never_raise() -> None:
    chance, data = random.Random(11), _file()
    for _ in range(400):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 2, 8))):
            at = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    changed[at] = chance.randrange(256)
                case 1:
                    changed[at : at + 4] = b"\xff\xff\xff\xff"
                case _:
                    del changed[at : at + chance.randrange(1, 9)]
        judge.verify_task(pack_media_type("video/mp4"), bytes(changed))
