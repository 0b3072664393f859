"""What an employer hides in a video that only a program sees: in parameter sets, times, crops and lengths."""

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import pytest

from scrub.media import video
from scrub.media.h264 import CannotFilter, filter_packet, parse_extradata
from scrub.media.h264_sets import is_plain_pps, is_plain_sps
from scrub.media.video_clock import STEPS, Timed, on_a_clock
from scrub.report import Clean
from scrub.verify.errors import Unverified
from scrub.verify.h264 import check_pps, check_sps

Film = Callable[..., bytes]
MARK = b"CANARY-silbo-4f1d7a"
_SPS = bytes.fromhex("6764000aacd9447a1000000300100000030320f1225960")
_PPS = bytes.fromhex("68ebe3cb22c0")


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every H.264 video is too long to be encoded anew."""
    monkeypatch.setattr(video, "_TOO_LARGE", 0)


def _avcc(sps: bytes, pps: bytes, more_sets: tuple[bytes, ...] = ()) -> bytes:
    sets = [struct.pack(">H", len(unit)) + unit for unit in (pps, *more_sets)]
    head = b"\1" + sps[1:4] + b"\xff\xe1" + struct.pack(">H", len(sps)) + sps
    return head + bytes([len(sets)]) + b"".join(sets)


def _bits(unit: bytes) -> str:
    """Of a unit without escapes, up to its closing 1."""
    return "".join(f"{byte:08b}" for byte in unit[1:]).rstrip("0")[:-1]


def _unit(first: int, bits: str) -> bytes:
    bits += "1"
    bits += "0" * (-len(bits) % 8)
    return bytes([first]) + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _number(value: int) -> str:
    coded = f"{value + 1:b}"
    return "0" * (len(coded) - 1) + coded


def _plain_sps(crop: tuple[int, int, int, int] | None = None, tail: str = "", profile: int = 66) -> bytes:
    """320 x 240, baseline."""
    bits = f"{profile:08b}" + f"{0:08b}" + f"{30:08b}" + _number(0)
    bits += _number(0) + _number(2) + _number(1) + "0" + _number(19) + _number(14) + "1" + "1"
    bits += "0" if crop is None else "1" + "".join(_number(side) for side in crop)
    return _unit(0x67, bits + "0" + tail)


def _passes(unit: bytes) -> bool:
    """Whether a set is plain to the writer and to the verifier, who read it apart and must agree."""
    sequence = unit[0] & 31 == 7
    try:
        (check_sps if sequence else check_pps)(unit)
    except Unverified:
        judged = False
    else:
        judged = True
    assert (is_plain_sps if sequence else is_plain_pps)(unit) is judged
    return judged


def test_the_sets_of_encoders_pass() -> None:
    assert check_sps(_SPS) == (64, 48)
    assert check_sps(_plain_sps()) == (320, 240)
    assert check_sps(_plain_sps(crop=(0, 4, 0, 7))) == (312, 226)
    assert all(map(_passes, (_SPS, _plain_sps(), _plain_sps(crop=(0, 4, 0, 7)), _PPS)))


def test_the_writer_and_the_verifier_agree_on_every_set_with_a_changed_bit() -> None:
    agreed = [
        _passes((int.from_bytes(unit, "big") ^ 1 << place).to_bytes(len(unit), "big"))
        for unit in (_SPS, _PPS, _plain_sps(crop=(0, 4, 0, 7)))
        for place in range(8 * len(unit) - 8)
    ]
    assert 20 < sum(agreed) < len(agreed) - 20


@pytest.mark.parametrize("tail", [b"\x80", b"CANARY", b"\0", b"\0\0\0CANARY", b"\0\0\1\x06CANARY"])
def test_bytes_behind_a_parameter_set_are_not_kept(tail: bytes) -> None:
    for sps, pps in ((_SPS + tail, _PPS), (_SPS, _PPS + tail)):
        with pytest.raises(CannotFilter):
            parse_extradata(_avcc(sps, pps))
    assert parse_extradata(_avcc(_SPS, _PPS)).pps == (_PPS,)


def test_bits_behind_the_last_field_are_not_kept() -> None:
    assert not _passes(_plain_sps(tail="1011"))
    assert not _passes(_unit(0x68, _bits(_PPS) + "1011"))


def test_what_a_crop_hides_is_not_kept() -> None:
    """A recording of a screen that shows a corner of it carries all of it."""
    for crop in ((1, 0, 0, 0), (0, 0, 1, 0), (0, 8, 0, 0), (0, 0, 0, 8), (0, 100, 0, 100)):
        assert not _passes(_plain_sps(crop))


@pytest.mark.parametrize("profile", [44, 88, 110, 122, 144, 244, 118, 83])
def test_profiles_with_extensions_are_encoded_anew(profile: int) -> None:
    assert not _passes(_plain_sps(profile=profile))


def test_redundant_pictures_and_slice_groups_are_not_kept() -> None:
    """Redundant pictures are coded again, differently, and no player shows them."""
    plain = _number(0) * 2 + "00" + _number(0) + _number(0) * 2 + "000" + _number(0) * 3
    assert _passes(_unit(0x68, plain + "000"))
    groups = _number(0) * 2 + "00" + _number(1) + _number(0) * 2 + "000" + _number(0) * 3 + "000"
    for bits in (plain + "001", groups):
        assert not _passes(_unit(0x68, bits))


def test_a_second_sequence_is_not_kept() -> None:
    other = _avcc(_SPS, _PPS, (_SPS,))
    with pytest.raises(CannotFilter):
        parse_extradata(other)


def test_filling_behind_a_slice_is_left_out_and_a_unit_inside_it_not_kept() -> None:
    sets = parse_extradata(_avcc(_SPS, _PPS))
    unit = b"\x65picture\x80"
    content, _, _ = filter_packet(struct.pack(">I", len(unit) + 6) + unit + b"\0\0\3" * 2, sets, set())
    assert content == struct.pack(">I", len(unit)) + unit
    with pytest.raises(CannotFilter):
        filter_packet(struct.pack(">I", len(unit) + 5) + unit + b"\0\0\1\x06C", sets, set())


def _hidden_in_slices(film: Film) -> bytes:
    """Behind the end of each slice, where no decoder looks."""
    out = io.BytesIO()
    with av.open(io.BytesIO(film(sound=None)), "r") as source, av.open(out, "w", format="mp4") as file:
        track = file.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                data, units, at = bytes(packet), b"", 0
                while at < len(data):
                    size = int.from_bytes(data[at : at + 4], "big")
                    unit = data[at + 4 : at + 4 + size]
                    unit += MARK if unit[0] & 31 in (1, 5) else b""
                    units += len(unit).to_bytes(4, "big") + unit
                    at += 4 + size
                marked: av.Packet[Any] = av.Packet(units)
                marked.pts, marked.dts, marked.time_base = packet.pts, packet.dts, packet.time_base
                marked.is_keyframe, marked.stream = packet.is_keyframe, track
                file.mux(marked)
    return out.getvalue()


def test_bytes_hidden_in_slices_are_gone(film: Film, clean: Callable[[bytes], Clean]) -> None:
    data = _hidden_in_slices(film)
    assert data.count(MARK) == 12
    result = clean(data)
    assert MARK not in result.content
    assert "video_kept" not in result.notes
    with av.open(io.BytesIO(result.content), "r") as file:
        assert sum(1 for _ in file.decode(video=0)) == 12


@pytest.mark.usefixtures("kept")
def test_pictures_that_stay_as_they_were_coded_are_told(film: Film, clean: Callable[[bytes], Clean]) -> None:
    result = clean(_hidden_in_slices(film))
    assert "video_kept" in result.notes
    assert "video_kept" not in clean(film(codec="mpeg4")).notes


def test_a_machine_that_is_too_slow_keeps_the_pictures_and_tells(
    film: Film, clean: Callable[[bytes], Clean], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "_ENOUGH_SECONDS", 0.0)
    assert "video_kept" in clean(film()).notes
    assert "video_kept" not in clean(film(codec="mpeg4")).notes


def _timed(times: list[int], order: list[int] | None = None) -> list[Timed]:
    order = list(range(len(times))) if order is None else order
    return [Timed(b"", at * 3000 - 9000, times[index], sync=at == 0) for at, index in enumerate(order)]


@pytest.mark.parametrize("rate", [60, 50, 30, 29.97, 25, 24, 23.976, 15])
def test_the_jitter_of_a_devices_clock_is_gone(rate: float) -> None:
    times = [round(number * 90_000 / rate) + number * 37 % 401 for number in range(200)]
    timed, step = on_a_clock(_timed(times))
    assert step in STEPS
    assert {after.shown - before.shown for before, after in pairwise(timed)} == {step}
    assert max(abs(picture.shown - time) for picture, time in zip(timed, times, strict=True)) < 0.13 * 90_000


def test_a_clock_that_drifts_far_keeps_up_with_the_sound() -> None:
    times = [number * 3010 for number in range(20_000)]
    timed, step = on_a_clock(_timed(times))
    assert max(abs(picture.shown - time) for picture, time in zip(timed, times, strict=True)) <= step
    gaps = [number * 3000 + (number > 40) * 90_017 for number in range(90)]
    assert on_a_clock(_timed(gaps))[0][41].shown == 41 * 3000 + 90_000


@pytest.mark.parametrize("times", [[0], [0, 0, 0], [5, 3, 4], [0, 10**9], [0, 1, 2, 3], [7, 7, 9 * 10**7]])
def test_absurd_times_stay_in_order(times: list[int]) -> None:
    timed, step = on_a_clock(_timed(times))
    assert all(picture.shown >= picture.decoded for picture in timed)
    assert all((picture.shown - timed[0].shown) % step == 0 for picture in timed)


def test_pictures_out_of_order_are_decoded_in_time() -> None:
    timed, step = on_a_clock(_timed([0, 3001, 6007, 8999, 12003], order=[0, 3, 1, 2, 4]))
    assert [picture.shown // step for picture in timed] == [0, 3, 1, 2, 4]
    decoded = [picture.decoded for picture in timed]
    assert decoded == sorted(decoded)
    assert all(picture.shown >= picture.decoded for picture in timed)


def test_videos_that_differ_in_a_clocks_jitter_alone_come_out_the_same(
    film: Film, clean: Callable[[bytes], Clean]
) -> None:
    def jittered(jitter: int) -> bytes:
        out = io.BytesIO()
        with (
            av.open(io.BytesIO(film(sound=None)), "r") as source,
            av.open(out, "w", format="matroska") as file,
        ):
            track = file.add_stream_from_template(source.streams.video[0])
            for number, packet in enumerate(source.demux(video=0)):
                if packet.size:
                    shift = number % 3 * jitter
                    packet.pts = round((packet.pts or 0) * packet.time_base * 1000) + shift
                    packet.dts = None if packet.dts is None else packet.pts
                    packet.time_base = Fraction(1, 1000)
                    packet.stream = track
                    file.mux(packet)
        return out.getvalue()

    def tables(data: bytes) -> bytes:
        content = clean(data).content
        return content[content.index(b"stts") : content.index(b"stss")]

    assert tables(jittered(0)) == tables(jittered(1)) == tables(jittered(2))


def test_recordings_that_differ_in_a_few_samples_end_at_the_same_place(
    record: Film, clean: Callable[[bytes], Clean]
) -> None:
    lengths = {len(_granules(clean(record(seconds=0.5 + more / 48_000)).content)) for more in (0, 1, 9, 40)}
    ends = {_granules(clean(record(seconds=0.5 + more / 48_000)).content)[-1] for more in (0, 1, 9, 40)}
    assert len(lengths) == len(ends) == 1
    assert ends.pop() % 960 == 0


def _granules(data: bytes) -> list[int]:
    places, at = [], 0
    while at < len(data):
        places.append(struct.unpack_from("<q", data, at + 6)[0])
        head = 27 + data[at + 26]
        at += head + sum(data[at + 27 : at + head])
    return places
