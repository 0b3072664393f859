"""Measures what `lower resolution` leaves of a sensor's pattern, with a made-up sensor of 12 megapixels.

    python -m benchmarks.fingerprint

The attacker has the sensor's exact pattern (in life: an average of many pictures) and tries every shift. The
number is how far the best place stands out from all others, in standard deviations; 5 to 6 is chance. Last:
what an attacker gets who finds the turn, crop and bend too: then the pattern is there again.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from scrub import engine
from scrub.image import lower
from scrub.report import Choices

Floats = NDArray[np.float32]
_SIZE = (4000, 3000)
_STRENGTH = 0.02  # of the light, a strong pattern


def take_photo(sensor: Floats, seed: int) -> Image.Image:
    """A smooth scene, the sensor's pattern, a photon's chance."""
    chance = np.random.default_rng(seed)
    small = Image.fromarray(chance.integers(60, 200, (6, 8)).astype(np.uint8))
    scene = np.asarray(small.resize(_SIZE, Image.Resampling.BICUBIC)).astype(np.float32)
    seen = scene * (1 + _STRENGTH * sensor) + 2 * chance.standard_normal(sensor.shape, dtype=np.float32)
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))


def likeness(image: Image.Image, pattern: Image.Image) -> float:
    gray = image.convert("L")
    blurred = np.asarray(gray.filter(ImageFilter.GaussianBlur(1.5))).astype(np.float32)
    expected = np.asarray(pattern.resize(gray.size, Image.Resampling.BOX)).astype(np.float32)
    expected -= expected.mean()
    product = np.fft.rfft2(np.asarray(gray) - blurred) * np.conj(np.fft.rfft2(expected))
    surface = np.fft.irfft2(product, blurred.shape)
    return float(surface.max() / surface.std())


def main() -> None:
    engine.load()
    sensor = np.random.default_rng(1).standard_normal((_SIZE[1], _SIZE[0]), dtype=np.float32)
    pattern = Image.fromarray(np.clip(128 + 40 * sensor, 0, 255).astype(np.uint8))
    for seed in (2, 3, 4):
        photo = take_photo(sensor, seed)
        out = io.BytesIO()
        photo.save(out, "JPEG", quality=95)
        rebuilt = Image.open(io.BytesIO(engine.scrub(out.getvalue()).content))
        chosen = engine.scrub(out.getvalue(), Choices(lower_resolution=True)).content
        lowered = Image.open(io.BytesIO(chosen))
        known = lower.lowered(photo.copy(), np.random.default_rng(seed))
        told = lower.lowered(pattern.copy(), np.random.default_rng(seed))
        print(
            f"taken {likeness(photo, pattern):.0f}, rebuilt {likeness(rebuilt, pattern):.0f}"
            f", lowered {likeness(lowered, pattern):.1f}"
            f", lowered and the turn given away {likeness(known, told):.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
