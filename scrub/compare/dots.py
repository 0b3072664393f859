"""Where two pages differ in their dots, and both side by side with frames around that."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from scrub.compare.result import Change, PageDifference
from scrub.pdf.writer import TextLine
from scrub.pixels import fresh, png
from scrub.redact.document import Page
from scrub.redact.pages import gray_of
from scrub.redact.pictures import opened

Dots = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
Cells = np.ndarray[tuple[int, int], np.dtype[np.bool_]]

_CELL = 16
"""Dots a side of the cells in which differences are counted."""

_APART = 64
"""Grays by which a dot differs: less is what a JPEG does to its edges."""

_NEAR = 2
"""Points by which a line's place may differ: places are rounded."""

_MOST_FRAMES = 400
_WIDTH = 800
_BETWEEN = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """`dots`: grays, a row a row. `lines`: of a searchable page."""

    dots: Dots = field(repr=False)
    lines: tuple[TextLine, ...] = field(default=(), repr=False)

    @property
    def words(self) -> str:
        return "\n".join(line.words for line in self.lines)


def of_page(page: Page) -> Sheet:
    if page.color:
        return Sheet(_grays(opened(page.stream, "image/jpeg")), page.lines)
    return Sheet(np.frombuffer(gray_of(page), np.uint8).reshape(page.height, page.width), page.lines)


def of_picture(untrusted: bytes, media_type: str) -> Sheet:
    return Sheet(_grays(opened(untrusted, media_type)))


def _grays(image: Image.Image) -> Dots:
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return np.asarray(paper.convert("L"))


def compared(
    number: int, one: Sheet, other: Sheet, changes: tuple[Change, ...], shared: int
) -> PageDifference:
    """The whole result of a page."""
    other_size = one.dots.shape != other.dots.shape
    dots = other.dots
    if other_size:
        height, width = one.dots.shape
        dots = np.asarray(Image.fromarray(other.dots).resize((width, height)))
    apart = np.abs(one.dots.astype(np.int16) - dots)
    clear, any_at_all = _cells(apart > _APART), _cells(apart > 0)
    faint = any_at_all & ~_wider(clear) & (not other_size)  # what is made to fit differs everywhere
    boxes = _boxes(clear if clear.any() else faint, one.dots.shape)
    share = round(1000 * float((apart > _APART).mean()))
    picture = _side_by_side(one.dots, dots, boxes) if boxes else b""
    moved = _moved(one.lines, other.lines)
    pale = _thousandths(faint)
    return PageDifference(number, changes, shared, moved, len(boxes), share, "", other_size, picture, pale)


def _moved(one: tuple[TextLine, ...], other: tuple[TextLine, ...]) -> int:
    """Lines of the same words, each once in a page, that stand somewhere else or are set wider."""
    places = [
        {line.words: line for line in lines if sum(each.words == line.words for each in lines) == 1}
        for lines in (one, other)
    ]
    both = places[0].keys() & places[1].keys()
    return sum(_apart(places[0][words], places[1][words]) for words in both)


def _apart(one: TextLine, other: TextLine) -> bool:
    wide = [len(line.words) * line.size * line.stretch / 200 for line in (one, other)]
    steps = (one.left - other.left, one.down - other.down, one.size - other.size, wide[0] - wide[1])
    return any(abs(step) > _NEAR for step in steps)


def _cells(apart: Cells) -> Cells:
    """Which cells hold such a dot."""
    height, width = apart.shape
    rows, columns = -(-height // _CELL), -(-width // _CELL)
    padded = np.zeros((rows * _CELL, columns * _CELL), bool)
    padded[:height, :width] = apart
    return np.asarray(padded.reshape(rows, _CELL, columns, _CELL).any(axis=(1, 3)), bool)


def _wider(cells: Cells) -> Cells:
    """With those around them, to which a JPEG carries a difference."""
    rows, columns = cells.shape
    padded = np.pad(cells, 1)
    return np.asarray(
        np.any([padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0), bool
    )


def _thousandths(cells: Cells) -> int:
    return max(1, round(1000 * float(cells.mean()))) if cells.any() else 0


def _boxes(cells: Cells, size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Frames around cells with differences, those of one row of cells that touch joined; in dots."""
    height, width = size
    boxes: list[list[int]] = []
    for row in range(len(cells)):
        found = np.flatnonzero(cells[row])
        if not len(found):
            continue
        for run in np.split(found, np.flatnonzero(np.diff(found) > 2) + 1):
            left, right = int(run[0]) * _CELL, (int(run[-1]) + 1) * _CELL
            above = next((b for b in boxes if b[3] == row * _CELL and b[0] <= right and left <= b[2]), None)
            if above is None:
                boxes.append([left, row * _CELL, right, (row + 1) * _CELL])
            else:
                above[0], above[2] = min(above[0], left), max(above[2], right)
                above[3] = (row + 1) * _CELL
    return [(b[0], b[1], min(b[2], width), min(b[3], height)) for b in boxes]


def _side_by_side(one: Dots, other: Dots, boxes: list[tuple[int, int, int, int]]) -> bytes:
    height, width = one.shape
    scale = min(1.0, _WIDTH / width)
    size = max(1, int(width * scale)), max(1, int(height * scale))
    sheet = Image.new("RGB", (2 * size[0] + _BETWEEN, size[1]), (120, 120, 120))
    for at, dots in enumerate((one, other)):
        page = Image.fromarray(dots).convert("RGB").resize(size, Image.Resampling.BOX)
        draw = ImageDraw.Draw(page)
        for left, top, right, bottom in boxes[:_MOST_FRAMES]:
            frame = (left * scale - 2, top * scale - 2, right * scale + 1, bottom * scale + 1)
            draw.rectangle(frame, outline=(214, 39, 40), width=2)
        sheet.paste(page, (at * (size[0] + _BETWEEN), 0))
    return png(fresh(sheet))
