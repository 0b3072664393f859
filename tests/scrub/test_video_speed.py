"""What makes encoding fast changes neither what is seen nor that the same video gives the same bytes."""

import gc
import io
from collections.abc import Callable
from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from scrub import media
from scrub.media import video_encoded, video_pictures
from scrub.report import Clean

CleanIt = Callable[[bytes], Clean]


def _noisy(pictures: int, spread: int) -> bytes:
    """160 x 96 dots that are other ones in each picture, as MPEG-4."""
    chance = np.random.default_rng(7)
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        track = file.add_stream("mpeg4", rate=25, width=160, height=96)
        track.pix_fmt, track.bit_rate = "yuv420p", 4_000_000
        for number in range(pictures):
            dots = (chance.integers(0, spread, (96, 160, 3)) + 60 + number).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(dots, format="rgb24")
            frame.pts = number
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return out.getvalue()


def _luma(data: bytes) -> "list[NDArray[np.uint8]]":
    with av.open(io.BytesIO(data), "r") as file:
        return [
            np.asarray(frame.to_ndarray(format="gray8"), dtype=np.uint8) for frame in file.decode(video=0)
        ]


@pytest.mark.parametrize("spread", [20, 190])
def test_two_threads_write_the_same_bytes_each_time(spread: int, clean: CleanIt) -> None:
    data = _noisy(40, spread)
    assert len({clean(data).content for _ in range(3)}) == 1


def test_what_would_get_too_large_is_encoded_again_within_its_limit(
    monkeypatch: pytest.MonkeyPatch, clean: CleanIt
) -> None:
    asked = []
    encoded = video_encoded._encoded

    def listen(*arguments: object, capped: bool) -> object:
        asked.append(capped)
        return encoded(*arguments, capped=capped)  # type: ignore[arg-type]  # those it was called with

    monkeypatch.setattr(video_encoded, "_encoded", listen)
    calm = clean(_noisy(50, 20))
    assert asked == [False]
    loud = clean(_noisy(50, 190))
    assert asked == [False, False, True]
    assert 8 * len(loud.content) < 500_000 * (2 + 2 + 1)
    assert len(_luma(calm.content)) == len(_luma(loud.content)) == 50


def test_a_long_video_is_not_encoded_twice_for_a_little_too_much(
    monkeypatch: pytest.MonkeyPatch, clean: CleanIt
) -> None:
    """Twice might be more than a child's time, and the film of a phone be a `timeout`."""
    asked = []
    encoded = video_encoded._encoded

    def listen(*arguments: object, capped: bool) -> object:
        asked.append(capped)
        return encoded(*arguments, capped=capped)  # type: ignore[arg-type]  # those it was called with

    monkeypatch.setattr(video_encoded, "_encoded", listen)
    monkeypatch.setattr(video_encoded, "_A_LITTLE", 100)
    monkeypatch.setattr(video_encoded, "_EARLY", 0)
    clean(_noisy(50, 190))
    assert asked == [False]
    monkeypatch.setattr(video_encoded, "_A_LITTLE", 1)
    clean(_noisy(50, 190))
    assert asked == [False, False, True]


def test_the_pictures_still_look_the_same(clean: CleanIt) -> None:
    data = _noisy(12, 20)
    for before, after in zip(_luma(data), _luma(clean(data).content), strict=True):
        assert np.abs(before.astype(float) - after).mean() < 4


def _moving() -> bytes:
    """A soft texture that pans by parts of a dot, grows and shakes, as from a hand, in 30 pictures."""
    chance = np.random.default_rng(5)
    far = np.hypot(*np.meshgrid(*[np.fft.fftfreq(512)] * 2, indexing="ij")) + 1 / 512
    texture = np.fft.ifft2(np.exp(2j * np.pi * chance.random((512, 512))) / far**1.1).real
    texture = (texture - texture.min()) / np.ptp(texture) * 220
    rows, columns = np.mgrid[0:180, 0:320].astype(float)
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        track = file.add_stream("mpeg4", rate=25, width=320, height=180)
        track.pix_fmt, track.bit_rate = "yuv420p", 6_000_000
        for number in range(30):
            across = columns / (1 + number / 500) + 1.37 * number
            down = rows / (1 + number / 500) + 0.55 * number + np.sin(0.9 * number)
            left, top = across.astype(int) % 512, (down.astype(int) + 512) % 512
            right, bottom, part, deep = (left + 1) % 512, (top + 1) % 512, across % 1, down % 1
            upper = texture[top, left] * (1 - part) + texture[top, right] * part
            lower = texture[bottom, left] * (1 - part) + texture[bottom, right] * part
            dots = upper * (1 - deep) + lower * deep + chance.normal(0, 1, upper.shape)
            frame = av.VideoFrame.from_ndarray(dots.clip(0, 255).astype(np.uint8), format="gray8")
            frame = frame.reformat(format="yuv420p")
            frame.pts = number
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return out.getvalue()


def _by_x264(data: bytes) -> bytes:
    """`superfast` at CRF 22, as 0.1 had it."""
    out = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as file, av.open(out, "w", format="mp4") as copy:
        track = copy.add_stream("libx264", 25, {"preset": "superfast", "crf": "22", "threads": "1"})
        track.width, track.height, track.pix_fmt = 320, 180, "yuv420p"
        for number, frame in enumerate(file.decode(video=0)):
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, 25), 0
            copy.mux(track.encode(frame))
        copy.mux(track.encode(None))
    return out.getvalue()


def _error(data: bytes, other: bytes) -> float:
    pairs = zip(_luma(data), _luma(other), strict=True)
    return float(np.mean([((one.astype(float) - two) ** 2).mean() for one, two in pairs]))


def test_speed_is_not_had_by_more_bytes_or_less_detail_of_what_moves(clean: CleanIt) -> None:
    data = _moving()
    copy, plain = clean(data).content, _by_x264(data)
    assert len(copy) < 1.05 * len(plain)
    assert _error(data, copy) < 1.1 * _error(data, plain)


def test_a_film_is_never_held_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long one had all its pictures in memory at once, since what comes beside one holds it."""
    alive, append = [], video_pictures.append

    def count(*arguments: object) -> None:
        alive.append(sum(isinstance(each, av.VideoFrame) for each in gc.get_objects()))
        append(*arguments)  # type: ignore[arg-type]  # those it was called with

    monkeypatch.setattr(video_encoded, "append", count)
    clean_film = media.scrub_media("video/mp4", _noisy(40, 20), None)
    assert clean_film.media_type == "video/mp4"
    assert len(alive) == 40
    assert max(alive) <= 8
