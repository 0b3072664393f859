"""What covers words on a page covers them in the copy: judged by two other readers of PDFs.

Every page is made twice, with words under the cover and without. Where both of a reader's pictures are alike,
that reader hides what lies beneath: there the two copies have to be alike too.
"""

import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from scrub import engine
from scrub.report import Choices
from tests.scrub import second_readers as readers
from tests.scrub.covered_pages import (
    BESIDE,
    COVERED,
    Cover,
    annotations,
    book,
    drawn,
    letter_boxes,
)
from tests.scrub.pdf_files import pictures

STYLES = ("gray", "color", "searchable")
_JPEG = re.compile(rb"/DCTDecode/Length (\d+)>>stream\n")
_PAGES = 100
_SHOWN = {"gray": 40, "searchable": 40, "color": 56}
"""By how much a dot has to differ to show something: a JPEG's own noise is less."""

_HIDDEN = 12
"""Up to which difference a reader hides: less than one of the copy's grays."""

_BLUR = {"gray": 3, "searchable": 3, "color": 9}
_LETTERS = frozenset(COVERED + BESIDE)


@dataclass(slots=True)
class Count:
    """Of letters: `hidden` by a reader or by a closed cover, `open` in both, `kept` of those in the words."""

    pages: int = 0
    hidden: int = 0
    open: int = 0
    kept: int = 0


def _copies(data: bytes, style: str) -> tuple[list[readers.Dots], bytes]:
    content = engine.scrub(data, Choices(pdf=style)).content
    if style == "color":
        found = _JPEG.finditer(content)
        images = (Image.open(io.BytesIO(content[each.end() : each.end() + int(each[1])])) for each in found)
        return [np.asarray(image.convert("RGB")) for image in images], content
    dots = []
    for width, height, packed in pictures(content):
        pairs = np.frombuffer(packed, np.uint8).reshape(height, width // 2)
        gray = (np.stack((pairs >> 4, pairs & 15), 2) * 17).reshape(height, width, 1)
        dots.append(np.repeat(gray, 3, 2))
    return dots, content


def _books(chosen: Sequence[Cover]) -> Iterator[list[Cover]]:
    for _, group in groupby(sorted(chosen, key=lambda cover: cover.book), key=lambda cover: cover.book):
        of_one = list(group)
        for start in range(0, len(of_one), _PAGES):
            yield of_one[start : start + _PAGES]


def _differences(first: Iterator[readers.Dots], second: Iterator[readers.Dots]) -> list[NDArray[np.uint8]]:
    return [readers.difference(one, other) for one, other in zip(first, second, strict=True)]


def judge(chosen: Sequence[Cover], folder: Path, count: Count) -> list[str]:
    """A line for each cover that a copy sees through."""
    faults = []
    for number, part in enumerate(_books(chosen)):
        with_words, without = (book(part, secret=secret) for secret in (True, False))
        files = [folder / f"{number}-{name}.pdf" for name in ("with", "without")]
        for file, data in zip(files, (with_words, without), strict=True):
            file.write_bytes(data)
        shown = {
            name: _differences(readers.pages(name, files[0]), readers.pages(name, files[1]))
            for name in readers.READERS
        }
        for style in STYLES:
            (first, content), (second, _) = (_copies(data, style) for data in (with_words, without))
            copied = _differences(iter(first), iter(second))
            for index, cover in enumerate(part):
                count.pages += 1
                for name in _judges(cover):
                    line = _seen_through(copied[index], shown[name][index], style)
                    if line:
                        faults.append(f"{cover.name}: {style} shows {line} that {name} hides")
            if style == "searchable":
                files[0].with_suffix(".copy.pdf").write_bytes(content)
                texts = readers.words(files[0].with_suffix(".copy.pdf"))
                for index, (cover, text) in enumerate(zip(part, texts, strict=True)):
                    open_letters = {
                        letter
                        for letter in _LETTERS - (set(COVERED) if cover.closed else set())
                        if all(_is_open(letter, cover, shown[name][index]) for name in _judges(cover))
                    }
                    letters = _LETTERS & set(text)
                    count.hidden += len(_LETTERS - open_letters)
                    count.open += len(open_letters)
                    count.kept += len(open_letters & letters)
                    if leaked := letters - open_letters:
                        faults.append(f"{cover.name}: the words hold {''.join(sorted(leaked))}")
    return faults


def _judges(cover: Cover) -> tuple[str, ...]:
    """Pop-ups stay out of a copy: poppler alone draws them."""
    return ("mupdf",) if cover.name.startswith("Popup") else readers.READERS


def _seen_through(copied: NDArray[np.uint8], shown: NDArray[np.uint8], style: str) -> str:
    seen, opened = copied >= _SHOWN[style], readers.resized(shown, copied.shape) > _HIDDEN
    if not np.any(seen & ~opened):
        return ""
    dots = int(np.count_nonzero(seen & ~readers.spread(opened, _BLUR[style])))
    return f"{dots} dots" if dots > 2 else ""


def _is_open(letter: str, cover: Cover, shown: NDArray[np.uint8]) -> bool:
    x1, y1, x2, y2 = letter_boxes()[letter]
    height, width = shown.shape
    corners = [_place(x, y, cover, width, height) for x, y in ((x1, y1), (x2, y2))]
    (left, right), (top, bottom) = (
        sorted(max(0, side) for side in sides) for sides in zip(*corners, strict=True)
    )
    box = shown[top:bottom, left:right]
    return box.size > 0 and int(box.max()) > _HIDDEN


def _place(x: float, y: float, cover: Cover, width: int, height: int) -> tuple[int, int]:
    """The dot of a point, on a page that is cut and turned."""
    left, bottom, right, top = cover.media
    if cut := re.search(rb"/CropBox\[(\S+) (\S+) (\S+) (\S+)\]", cover.page):
        sides = [int(side) for side in cut.groups()]
        left, bottom = max(left, sides[0]), max(bottom, sides[1])
        right, top = min(right, sides[2]), min(top, sides[3])
    across, down = (x - left) / (right - left), (top - y) / (top - bottom)
    across, down = {
        0: (across, down), 90: (1 - down, across), 180: (1 - across, 1 - down), 270: (down, 1 - across),
    }[cover.rotate]  # fmt: skip
    return round(across * width), round(down * height)


def test_a_sample_of_covers_drawn_in_the_page_stays_closed(tmp_path: Path) -> None:
    _judge(random.Random(9).sample(list(drawn()), 40), tmp_path, 0.99)


def test_a_sample_of_annotations_stays_closed(tmp_path: Path) -> None:
    _judge(random.Random(9).sample(annotations(), 60), tmp_path, 0.8)


@pytest.mark.long
def test_every_cover_drawn_in_the_page_stays_closed(tmp_path: Path) -> None:
    _judge(list(drawn()), tmp_path, 0.99)


@pytest.mark.long
@pytest.mark.parametrize("part", range(6))
def test_every_annotation_stays_closed(part: int, tmp_path: Path) -> None:
    _judge(annotations()[part::6], tmp_path, 0.8)


def _judge(chosen: list[Cover], folder: Path, least: float) -> None:
    """`least`: which share of the letters that both readers show is found, too. What is drawn differently
    gets a plain box.
    """
    readers.skip_without_readers()
    count = Count()
    faults = judge(chosen, folder, count)
    print(count)
    assert faults == []
    assert count.kept > least * count.open > 0
