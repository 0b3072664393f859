"""Sizes, gaps and colours of an office document's letters that change a hair from run to run, as a code does.

A person sees 11 and 11.5 points, a gap of a twentieth of a point, or black and nearly black as the same; a
program doesn't write them by itself in turn within a paragraph. Of Word's and of Open Document's text.

Sources: ISO/IEC 29500-1 17.3.2.35 (`spacing`), 17.3.2.38 (`sz`), 17.3.2.6 (`color`), 17.3.2.43 (`w`);
OpenDocument 1.3, 20.199 (`fo:letter-spacing`).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_PARAGRAPH = re.compile(r"<(?:w|text):p[ >].*?</(?:w|text):p>", re.S)
_RUN = re.compile(r"<w:r[ >].*?</w:r>", re.S)
_SPAN = re.compile(r'<text:span text:style-name="([^"]{1,40})"')
_STYLE = re.compile(r'<style:style style:name="([^"]{1,40})"[^>]*>(.*?)</style:style>', re.S)
_GAP = re.compile(r'<w:spacing w:val="(-?\d{1,4})"')
_SIZE = re.compile(r'<w:sz w:val="(\d{1,4})"')
_WIDTH = re.compile(r'<w:w w:val="(\d{1,3})"')
_COLOR = re.compile(r'<w:color w:val="([0-9A-Fa-f]{6})"')
_OPEN_GAP = re.compile(r'fo:letter-spacing="(-?[\d.]{1,8})(pt|cm|in|mm)"')
_OPEN_SIZE = re.compile(r'fo:font-size="([\d.]{1,6})pt"')
_OPEN_COLOR = re.compile(r'fo:color="#([0-9A-Fa-f]{6})"')
_POINTS = {"pt": 1.0, "cm": 28.35, "mm": 2.835, "in": 72.0}
_CHANGES = 8
"""Of looks that are nearly the same, within the whole text."""

_LETTERS = re.compile(r"<w:t[ >]|<w:t>")

Look = tuple[float, float, float, int]


def paragraph_with_a_code(xml: str) -> int:
    """Its number, from 1; 0 where there is none."""
    styles = {found[1]: _open_look(found[2]) for found in _STYLE.finditer(xml)}
    changes, first = 0, 0
    for number, paragraph in enumerate(_PARAGRAPH.finditer(xml), 1):
        for one, two in pairwise(_looks(paragraph[0], styles)):
            if one != two and _is_nearly(one, two):
                changes, first = changes + 1, first or number
    return first if changes >= _CHANGES else 0


def _looks(paragraph: str, styles: dict[str, Look]) -> Iterator[Look]:
    for run in _RUN.finditer(paragraph):
        if _LETTERS.search(run[0]):
            yield (
                _number(_GAP.search(run[0]), 0.0) / 20,
                _number(_SIZE.search(run[0]), 0.0) / 2,
                _number(_WIDTH.search(run[0]), 100.0),
                _color(_COLOR.search(run[0])),
            )
    for span in _SPAN.finditer(paragraph):
        if span[1] in styles:
            yield styles[span[1]]


def _open_look(style: str) -> Look:
    gap, size = _OPEN_GAP.search(style), _OPEN_SIZE.search(style)
    return (
        0.0 if gap is None else float(gap[1]) * _POINTS[gap[2]],
        _number(size, 0.0),
        100.0,
        _color(_OPEN_COLOR.search(style)),
    )


def _number(found: re.Match[str] | None, otherwise: float) -> float:
    return otherwise if found is None else float(found[1])


def _color(found: re.Match[str] | None) -> int:
    return 0 if found is None else int(found[1], 16)


def _is_nearly(one: Look, two: Look) -> bool:
    """Not told apart by a reader, in each way."""
    colors = max(abs((one[3] >> shift & 255) - (two[3] >> shift & 255)) for shift in (0, 8, 16))
    return (
        abs(one[0] - two[0]) <= 0.6
        and abs(one[1] - two[1]) <= 0.5
        and abs(one[2] - two[2]) <= 3
        and colors <= 12
    )
