"""A lowered picture shows the same, and a sensor's pattern is no longer in it."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from scrub import engine, verify
from scrub.image import lower
from scrub.report import Choices, Clean
from scrub.scrubber import Scrubber

LOWER = Choices(lower_resolution=True)
Floats = NDArray[np.float64]


def _opened(data: bytes, choices: Choices = LOWER) -> Image.Image:
    result = engine.scrub(data, choices)
    verify.verify(result.content, result.media_type)
    assert ("resolution_lowered" in result.notes) == choices.lower_resolution
    return Image.open(io.BytesIO(result.content))


def _taken_with(sensor: Floats, seed: int) -> bytes:
    """A smooth scene seen through a sensor whose pixels differ by 2 %, and a photon's chance."""
    chance = np.random.default_rng(seed)
    size = (sensor.shape[1], sensor.shape[0])
    small = Image.fromarray(chance.integers(60, 200, (6, 8)).astype(np.uint8))
    scene = np.asarray(small.resize(size, Image.Resampling.BICUBIC)).astype(float)
    seen = scene * (1 + 0.02 * sensor) + chance.normal(0, 2, sensor.shape)
    out = io.BytesIO()
    Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=95)
    return out.getvalue()


def _likeness(image: Image.Image, sensor: Floats) -> float:
    """How far the best place for the sensor's pattern in the picture's noise stands out from all others."""
    gray = image.convert("L")
    noise = np.asarray(gray).astype(float) - np.asarray(gray.filter(ImageFilter.GaussianBlur(1.5)))
    small = Image.fromarray(sensor.astype(np.float32)).resize(gray.size, Image.Resampling.BOX)
    pattern = np.asarray(small).astype(float)
    product = np.fft.rfft2(noise) * np.conj(np.fft.rfft2(pattern))
    surface = np.fft.irfft2(product, noise.shape)
    return float(surface.max() / surface.std())


def test_a_sensor_is_no_longer_recognised() -> None:
    """Lukas, Fridrich, Goljan 2006. The attacker has the sensor's exact pattern, and tries every shift."""
    sensor = np.random.default_rng(1).standard_normal((480, 640))
    other = np.random.default_rng(2).standard_normal((480, 640))
    for seed in range(3, 6):
        photo = _taken_with(sensor, seed)
        assert _likeness(_opened(photo, Choices()), sensor) > 20  # a rebuild alone doesn't help
        low = _opened(photo)
        assert _likeness(low, sensor) < 7
        assert _likeness(low, sensor) < 1.4 * _likeness(low, other)


def test_the_picture_is_still_the_picture(photo: Image.Image, encode: Callable[..., bytes]) -> None:
    big = photo.resize((960, 640), Image.Resampling.BICUBIC)
    low = _opened(encode(big, "PNG"))
    assert 0.4 < low.width / big.width < 0.55
    assert abs(low.width / low.height - 1.5) < 0.02
    shown = np.asarray(low.convert("L").resize((24, 16), Image.Resampling.BOX)).astype(float)
    meant = np.asarray(big.convert("L").resize((24, 16), Image.Resampling.BOX)).astype(float)
    assert np.abs(shown - meant)[2:-2, 2:-2].mean() < 8
    assert np.asarray(low.convert("L"))[:, [0, -1]].min() > 0  # no empty corner


def test_two_runs_draw_two_results(photo: Image.Image, encode: Callable[..., bytes]) -> None:
    data = encode(photo.resize((192, 128)), "PNG")
    assert engine.scrub(data, LOWER).content != engine.scrub(data, LOWER).content
    assert engine.scrub(data).content == engine.scrub(data).content


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(64, 64), (65, 3000), (2000, 64), (300, 301)])
def test_any_shape_passes(mode: str, size: tuple[int, int], encode: Callable[..., bytes]) -> None:
    picture = Image.linear_gradient("L").resize(size).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(size).rotate(180))
    _opened(encode(picture, "PNG"))


def test_a_tiny_picture_stays_and_is_not_said_to_be_lowered(encode: Callable[..., bytes]) -> None:
    result = engine.scrub(encode(Image.new("RGB", (63, 500), "red"), "PNG"), LOWER)
    assert "resolution_lowered" not in result.notes
    assert Image.open(io.BytesIO(result.content)).size == (63, 500)


def test_who_asked_for_less_detail_is_told_where_it_stays(encode: Callable[..., bytes]) -> None:
    first, *rest = (Image.linear_gradient("L").rotate(turn) for turn in (0, 90, 180))
    moving = encode(first, "GIF", save_all=True, append_images=rest)
    tiny = encode(Image.new("RGB", (63, 500), "red"), "PNG")
    for data in (moving, tiny):
        assert "detail_kept" in engine.scrub(data, LOWER).notes
        assert "detail_kept" not in engine.scrub(data).notes


def test_what_is_transparent_hides_nothing(encode: Callable[..., bytes]) -> None:
    picture = Image.new("RGBA", (200, 200), (200, 10, 10, 0))
    picture.paste((10, 200, 10, 255), (50, 50, 150, 150))
    dots = np.asarray(_opened(encode(picture, "PNG")))
    assert not dots[dots[..., 3] == 0].any()


def test_a_seed_repeats_a_measurement() -> None:
    picture = Image.linear_gradient("L")
    one, other = (lower.lowered(picture.copy(), np.random.default_rng(4)) for _ in range(2))
    assert one.tobytes() == other.tobytes()


async def test_a_lowered_picture_passes_through_the_processes(
    encode: Callable[..., bytes], in_children: Scrubber
) -> None:
    result = await in_children.scrub(encode(Image.linear_gradient("L"), "PNG"), LOWER)
    assert isinstance(result, Clean)
    assert "resolution_lowered" in result.notes
