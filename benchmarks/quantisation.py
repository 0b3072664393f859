"""Measures how often a clean JPEG tells the first nine steps of the quantisation table of its source.

    python -m benchmarks.quantisation FOLDER    JPEG files as cameras and programs wrote them

Two published kinds of estimator look at the luminance of the copy. One has the grid of the source: it packs
the picture, four dots off the grid, with each step and compares histograms (Lukas, Fridrich, "Estimation of
primary quantization matrix in double compressed JPEG images", 2003). The other takes any grid: coefficients
lie around multiples of the step (Bianchi, Piva, "Image forgery localization via block-grained analysis of
JPEG artifacts", 2012). Both know what each way of cleaning adds. Chance is to name the table, or the steps,
that are the most common in the folder.
"""

import io
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scrub.image import lower
from scrub.pixels import fresh, jpeg

Floats = NDArray[np.float64]
Steps = tuple[int, ...]

FIRST = ((0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2), (0, 3), (1, 2), (2, 1))
_LARGEST = 32  # steps above are not looked for
_MIDDLE = 2048  # dots of a larger picture, from the middle
_PER_CELL = 2  # histograms of the second estimator, a level
_SPREADS = (0.5, 0.8, 1.2, 1.8)  # levels by which coefficients leave their multiple
_GRAINS = (0.45, 1.0, 1.6, 2.4, 3.2)  # levels between the two packings: rounding, or more

_N = np.arange(8)
_COSINES = np.sqrt(2 / 8) * np.cos((2 * _N[None, :] + 1) * _N[:, None] * np.pi / 16)
_COSINES[0] /= np.sqrt(2)


def steps(image: Image.Image) -> Steps:
    """The first nine of a JPEG's luminance."""
    table = image.quantization[0]  # type: ignore[attr-defined]  # of JPEG files alone
    return tuple(table[8 * row + column] for row, column in FIRST)


def coefficients(gray: Floats, top: int, left: int) -> dict[tuple[int, int], Floats]:
    """Of all whole blocks of a grid that begins there, one list for each of the nine."""
    height, width = ((side - off) // 8 * 8 for side, off in zip(gray.shape, (top, left), strict=True))
    blocks = gray[top : top + height, left : left + width].reshape(height // 8, 8, width // 8, 8) - 128
    rows = np.einsum("ui,aibj->aubj", _COSINES[:4], blocks)
    return {(u, v): np.einsum("abj,j->ab", rows[:, u], _COSINES[v]).ravel() for u, v in FIRST}


def on_the_grid(gray: Floats, last: Steps, grains: Sequence[float] = _GRAINS) -> Floats:
    """How likely each step from 1 on is (9 x `_LARGEST`), by the histogram of twice packed coefficients."""
    here, off = coefficients(gray, 0, 0), coefficients(gray, 4, 4)
    found = [
        np.array([_twice(here[k], off[k], s, grain) for k, s in zip(FIRST, last, strict=True)])
        for grain in grains
    ]
    return max(found, key=lambda each: float(each.max(axis=1).sum()))


def _twice(here: Floats, off: Floats, last: int, grain: float) -> list[float]:
    chance = np.random.default_rng(0)
    farthest = 400
    seen = _histogram(here / last, farthest)
    spread = np.repeat(off, max(1, 60_000 // max(1, len(off))))
    spread = spread + chance.uniform(-0.3, 0.3, len(spread))
    noise = chance.normal(0, grain, len(spread))
    likely = []
    for step in range(1, _LARGEST + 1):
        model = _histogram((np.rint(spread / step) * step + noise) / last, farthest) + 0.3
        likely.append(float((seen * np.log(model / model.sum())).sum() / max(1, seen.sum())))
    return likely


def _histogram(values: Floats, farthest: int) -> Floats:
    whole = np.rint(values).astype(int)
    near = whole[np.abs(whole) <= farthest] + farthest
    return np.bincount(near, minlength=2 * farthest + 1).astype(float)


def on_any_grid(gray: Floats, top: int, left: int) -> Floats:
    """The same by how close coefficients of this grid lie to multiples of a step, against an even spread."""
    return np.array([_around(each) for each in coefficients(gray, top, left).values()])


def _around(values: Floats) -> list[float]:
    farthest = 1000 * _PER_CELL
    seen = _histogram(values * _PER_CELL, farthest)
    at = np.arange(-farthest, farthest + 1) / _PER_CELL
    floor, total = 1e-3 * seen.sum() / len(at), max(1, seen.sum())
    likely = []
    for step in range(1, _LARGEST + 1):
        multiple = np.rint(at / step).astype(int)
        cell = multiple - multiple.min()
        mass = np.bincount(cell, weights=seen)
        even = mass[cell] / np.bincount(cell)[cell] + floor
        best = float((seen * np.log(even / even.sum())).sum())
        least = best
        for spread in (each for each in _SPREADS if each <= 0.6 * step):
            model = mass[cell] * np.exp(-((at - multiple * step) ** 2) / (2 * spread**2)) + floor
            best = max(best, float((seen * np.log(model / model.sum())).sum()))
        likely.append((best - least) / total)
    return likely


def named(likely: Floats) -> Steps:
    """The most likely of each."""
    return tuple(int(each) + 1 for each in likely.argmax(axis=1))


def known(likely: Floats, tables: Sequence[Steps]) -> Steps:
    """The most likely of these tables: what somebody with a list of all cameras would say."""
    return max(
        tables,
        key=lambda table: sum(row[min(step, _LARGEST) - 1] for row, step in zip(likely, table, strict=True)),
    )


def gray_of(copy: bytes) -> tuple[Floats, Steps]:
    """The luminance of a JPEG as it was packed, and the steps of that."""
    image = Image.open(io.BytesIO(copy))
    image.draft("L", image.size)
    last = steps(image)
    return np.asarray(image.convert("L")).astype(float), last


def _cut(image: Image.Image) -> Image.Image:
    return image.crop((5, 3, *image.size))


def _grained(image: Image.Image) -> Image.Image:
    """Up to four levels more or less in the green of squares of two dots."""
    chance = np.random.default_rng(image.size)
    grain = chance.integers(-4, 5, (-(-image.height // 2), -(-image.width // 2)))
    dots = np.array(image).astype(int)
    dots[..., 1] += grain.repeat(2, 0).repeat(2, 1)[: image.height, : image.width]
    return Image.fromarray(np.clip(dots, 0, 255).astype(np.uint8))


WAYS: dict[str, tuple[Callable[[Image.Image], Image.Image], tuple[int, int]]] = {
    "as cleaned": (lambda image: image.copy(), (0, 0)),
    "cut by 3 and 5 dots": (_cut, (5, 3)),
    "grain of 4 levels": (_grained, (0, 0)),
    "lower resolution": (lambda image: lower.lowered(image.copy()), (0, 0)),
}
"""What is done before the packing, and where the grid of the source begins then."""


def quality(image: Image.Image, copy: bytes, corner: tuple[int, int]) -> float:
    """PSNR in dB; 0 where the dots no longer lie on each other."""
    packed, there = Image.open(io.BytesIO(copy)), image.crop((*corner, *image.size))
    if packed.size != there.size:
        return 0.0
    difference = np.asarray(there).astype(float) - np.asarray(packed)
    return float(10 * np.log10(255**2 / max(1e-9, float((difference**2).mean()))))


def photo(path: Path) -> tuple[Steps, Image.Image] | None:
    """Its steps and its dots in colour, of a large one those of the middle, on the grid."""
    try:
        with Image.open(path) as image:
            table = steps(image)
            dots = image.convert("RGB")
    except (OSError, AttributeError, KeyError, ValueError):
        return None
    if dots.width * dots.height < 200_000:
        return None
    if dots.width * dots.height > 1.5 * _MIDDLE**2:
        left, top = ((side - _MIDDLE) // 2 // 16 * 16 for side in dots.size)
        dots = dots.crop((left, top, left + _MIDDLE, top + _MIDDLE))
    return table, dots


def main() -> None:
    files = [path for path in sorted(Path(sys.argv[1]).rglob("*")) if path.is_file()]
    photos = [opened for opened in map(photo, files) if opened is not None]
    truth = [table for table, _ in photos]
    tables = sorted(set(truth))
    common = [Counter(table[n] for table in truth).most_common(1)[0][0] for n in range(9)]
    by_chance = np.mean([[a == b for a, b in zip(table, common, strict=True)] for table in truth])
    most = Counter(truth).most_common(1)[0][1] / len(truth)
    print(f"{len(photos)} photos, {len(tables)} tables. Chance: a step {by_chance:.2f}, a table {most:.2f}")
    for name, (change, corner) in WAYS.items():
        copies = [jpeg(fresh(change(image))) for _, image in photos]
        noise = [quality(image, copy, corner) for (_, image), copy in zip(photos, copies, strict=True)]
        grays = [gray_of(copy) for copy in copies]
        print(f"{name}: median PSNR {np.median(noise):.1f} dB, {sum(map(len, copies)) / 1e6:.1f} MB")
        ways = {"any grid": [on_any_grid(gray, -corner[1] % 8, -corner[0] % 8) for gray, _ in grays]}
        if not any(corner):
            grains = _GRAINS[:1] if name == "as cleaned" else _GRAINS
            ways["the source's grid"] = [on_the_grid(gray, last, grains) for gray, last in grays]
        for kind, each_found in ways.items():
            pairs = list(zip(each_found, truth, strict=True))
            right = np.array(
                [[a == b for a, b in zip(named(each), table, strict=True)] for each, table in pairs]
            )
            told = np.mean([known(each, tables) == table for each, table in pairs])
            print(
                f"    {kind}: a step {right.mean():.2f}, all nine {right.all(axis=1).mean():.2f}",
                f"a known table {told:.2f}",
                sep=", ",
                flush=True,
            )


if __name__ == "__main__":
    main()
