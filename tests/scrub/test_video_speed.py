"""What makes encoding fast changes neither what is seen nor that the same video gives the same bytes."""

import io
from collections.abc import Callable

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from scrub.media import video_encoded
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


def test_the_pictures_still_look_the_same(clean: CleanIt) -> None:
    data = _noisy(12, 20)
    for before, after in zip(_luma(data), _luma(clean(data).content), strict=True):
        assert np.abs(before.astype(float) - after).mean() < 4
