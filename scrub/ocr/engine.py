"""Tesseract, loaded before any outside byte: gray dots in, lines of words with their places out.

It opens no picture and no file after that. Twice it is asked again: for another writing, where a third of
the words were badly read, and at twice the size, where letters are low. Source: Tesseract 5, baseapi.h.
"""

from contextlib import nullcontext
from pathlib import Path

import numpy as np
import tesserocr  # type: ignore[import-untyped]  # a C++ library, without types
from PIL import Image

from scrub.marks.found import Mark
from scrub.ocr.data import DEVANAGARI, LATIN, folder, has, unpacked
from scrub.ocr.finding import Dots, Line, Word, marks_in

_SURE = 55.0
_LOW = 10
"""Dots of a word's height, of most words: smaller ones are read at twice the size."""

_MAX_TWICE = 2 << 20
"""Dots, so small that a picture may be read at twice the size."""

_FEW = 300
"""Words, up to which a second look takes no more time than a screen may."""

_MAX_WORDS = 20_000
_MAX_MARKS = 1000
_DENSITY = 96


class Engine:
    """Raises RuntimeError where a language's data can't be loaded: from `place`, a folder or what
    `scrub.ocr.data.in_memory` made of one, or where it is installed.
    """

    def __init__(self, place: Path | None = None) -> None:
        place = place or folder()
        if place is None:
            raise RuntimeError
        with nullcontext(place) if place.is_dir() else unpacked(place) as within:
            self._readers = [
                tesserocr.PyTessBaseAPI(
                    str(within), "+".join(each), oem=tesserocr.OEM.LSTM_ONLY, psm=tesserocr.PSM.SPARSE_TEXT
                )
                for each in (LATIN, DEVANAGARI)
                if has(within, each)
            ]
        sample = Image.new("L", (96, 48), 255)
        sample.paste(0, (20, 10, 28, 38))
        for reader in self._readers:
            _lines(reader, Dots(0, *sample.size, sample.tobytes()))

    def marks(self, dots: Dots) -> list[Mark]:
        """Those of one picture."""
        lines = _lines(self._readers[0], dots)
        found = marks_in(lines, dots.page, dots.width, dots.height)
        every = [word for line in lines for word in line]
        if not 0 < len(every) <= _FEW:
            return found
        if len(self._readers) > 1 and 3 * sum(word.sure < _SURE for word in every) >= len(every):
            found += marks_in(_lines(self._readers[1], dots), dots.page, dots.width, dots.height)
        heights = sorted(word.box[3] - word.box[1] for word in every)
        if heights[len(heights) // 2] < _LOW and dots.width * dots.height <= _MAX_TWICE:
            twice = _twice(dots)
            found += marks_in(_lines(self._readers[0], twice), dots.page, twice.width, twice.height)
        return _once(found[:_MAX_MARKS])


def _once(marks: list[Mark]) -> list[Mark]:
    """Without what was read before at the same place."""
    kept: list[Mark] = []
    for mark in marks:
        if not any(mark.kind == each.kind and _meet(mark, each) for each in kept):
            kept.append(mark)
    return kept


def _meet(one: Mark, other: Mark) -> bool:
    """Whether the middle of one is inside the other."""
    if one.box is None or other.box is None:
        return False
    across, down = (one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2
    return other.box[0] <= across <= other.box[2] and other.box[1] <= down <= other.box[3]


def _lines(reader: "tesserocr.PyTessBaseAPI", dots: Dots) -> list[Line]:
    """In the order in which they are read. What no line has is no word."""
    reader.SetImageBytes(dots.gray, dots.width, dots.height, 1, dots.width)
    reader.SetSourceResolution(_DENSITY)
    reader.Recognize()
    lines: list[list[Word]] = []
    level, of_line = tesserocr.RIL.WORD, tesserocr.RIL.TEXTLINE
    count = 0
    for each in tesserocr.iterate_level(reader.GetIterator(), level):
        box = each.BoundingBox(level)
        if box is None or each.Empty(level) or count == _MAX_WORDS:
            continue
        count += 1
        text = "".join(each.GetUTF8Text(level).split())
        if each.IsAtBeginningOf(of_line) or not lines:
            lines.append([])
        if text:
            lines[-1].append(Word(text, tuple(box), each.Confidence(level)))
    reader.Clear()
    return [tuple(line) for line in lines if line]


def _twice(dots: Dots) -> Dots:
    gray = np.frombuffer(dots.gray, np.uint8).reshape(dots.height, dots.width)
    larger = Image.fromarray(gray).resize((2 * dots.width, 2 * dots.height), Image.Resampling.BICUBIC)
    return Dots(dots.page, *larger.size, larger.tobytes())
