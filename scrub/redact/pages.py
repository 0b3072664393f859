"""Areas and words of the pages of a PDF of ours, which are pictures: black dots, then a document written
anew.

A word is covered where the gaps between the dots of its line tell where it stands; where they don't, all of
its line is. The line's searchable words go either way.
"""

import zlib
from collections.abc import Iterable

import numpy as np
from PIL import Image

from scrub.pdf.writer import WHITE, PdfWriter, TextLine
from scrub.pixels import jpeg
from scrub.redact.document import Page, pages_of, searchable
from scrub.redact.finding import Piece, pieces
from scrub.redact.pictures import covered, opened
from scrub.redact.wishes import Area, Place, Redacted, Wishes
from scrub.report import Refusal

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in dots; the last two are beside it."""

Dots = np.ndarray[tuple[int, int], np.dtype[np.uint8]]

_MAX_DOTS = 40_000_000
_GRAYS = np.array([*(min(17 * level, WHITE - 1) for level in range(14)), 255, 255], np.uint8)
"""Of four bits; each is written again as what it was."""

_CLEARLY = 1.5
"""So many times wider than the widest gap within a word is the narrowest between two."""

_GAP = 0.15
"""Of a line's height: a gap between words is at least so wide."""


def redact_pages(untrusted: bytes, wishes: Wishes) -> Redacted:
    """Raises Refusal for a document that is not ours."""
    pages, with_words = list(pages_of(untrusted)), searchable(untrusted)
    writer = PdfWriter(len(pages), 7200 // pages[0].unit, searchable=with_words)
    places: set[Place] = set()
    unread = []
    for number, page in enumerate(pages, start=1):
        if page.unit != pages[0].unit or page.width * page.height > _MAX_DOTS:
            raise Refusal("broken")
        areas = wishes.on(number)
        places |= {Place(wish, number) for wish, _ in areas}
        if wishes.words and not page.lines:
            unread.append(number)
        if page.color:
            picture: Image.Image = opened(page.stream, "image/jpeg")
            if picture.size != (page.width, page.height):
                raise Refusal("broken")
            if areas:
                writer.add_color(*picture.size, jpeg(covered(picture, (area for _, area in areas))))
            else:
                writer.add_color(page.width, page.height, page.stream)
            continue
        gray = gray_of(page)
        found = list(pieces([line.words for line in page.lines], wishes.words))
        places |= {Place(len(wishes.areas) + piece.word, number) for piece in found}
        dots: Dots = np.frombuffer(gray, np.uint8).reshape(page.height, page.width)
        wanted = [area.dots(page.width, page.height) for _, area in areas]
        cover_boxes(gray, page.width, [*(_word_box(dots, page, piece) for piece in found), *wanted])
        touched = {piece.line for piece in found}
        kept = [
            line
            for at, line in enumerate(page.lines)
            if at not in touched and not any(_meet(_line_box(page, line), box) for box in wanted)
        ]
        writer.add(page.width, page.height, bytes(gray), kept)
    told = tuple(sorted(places, key=lambda place: (place.page, place.wish)))
    return Redacted(writer.finish(), "application/pdf", told, tuple(unread))


def cover_gray(gray: bytearray, width: int, areas: Iterable[Area]) -> None:
    """Blackens areas of a page's dots, a byte each, in rows of `width`."""
    height = len(gray) // width
    cover_boxes(gray, width, [area.dots(width, height) for area in areas])


def cover_boxes(gray: bytearray, width: int, boxes: Iterable[Box]) -> None:
    dots = np.frombuffer(gray, np.uint8).reshape(-1, width)
    for left, top, right, bottom in boxes:
        dots[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 0


def gray_of(page: Page) -> bytearray:
    """A byte a dot. Raises Refusal for a stream of another length."""
    size = page.width * page.height // 2
    packed = zlib.decompressobj().decompress(page.stream, size + 1)
    if len(packed) != size or page.width % 2:
        raise Refusal("broken")
    pairs = np.frombuffer(packed, np.uint8)
    gray = np.empty(2 * size, np.uint8)
    gray[0::2], gray[1::2] = _GRAYS[pairs >> 4], _GRAYS[pairs & 15]
    return bytearray(gray)


def _line_box(page: Page, line: TextLine) -> Box:
    """Where a line's dots may be, with all that was rounded when it was written."""
    per_point = 100 / page.unit
    width = len(line.words) * line.size * line.stretch / 200
    beside = line.size / 2 + len(line.words) * line.size / 400 + 1
    above = 2 + line.size * 0.25  # places are rounded to whole points, and a letter may reach over its box
    return (
        int((line.left - beside) * per_point),
        int((line.down - line.size - above) * per_point),
        int((line.left + width + beside) * per_point) + 1,
        int((line.down + above) * per_point) + 1,
    )


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _word_box(dots: Dots, page: Page, piece: Piece) -> Box:
    line = page.lines[piece.line]
    left, top, right, bottom = whole = _line_box(page, line)
    words = line.words.split(" ")
    first = line.words.count(" ", 0, piece.start)
    last = line.words.count(" ", 0, max(piece.start, piece.end - 1))
    left, per_point = max(0, left), 100 / page.unit
    # without what of the lines above and below reaches into the cover: it would close gaps, and open others
    core = slice(max(0, int((line.down - line.size) * per_point)), max(0, int(line.down * per_point)))
    edges = _edges(dots[core, left : max(0, right)], len(words), max(2.0, _GAP * line.size * per_point))
    if edges is None or not _as_wide_as_long(edges, words):
        return whole
    return left + edges[first][0], top, left + edges[last][1], bottom


def _edges(band: Dots, words: int, least: float) -> list[tuple[int, int]] | None:
    """From and to of each word's columns, up to the middle of the gaps, which are at least so wide; None
    where gaps don't tell.
    """
    inked = np.flatnonzero((band < WHITE).any(axis=0))
    if words < 2 or len(inked) < words:
        return None
    steps = np.diff(inked)
    order = np.argsort(-steps, kind="stable")
    between, within = steps[order[words - 2]], steps[order[words - 1]] if len(steps) >= words else 1
    if between < _CLEARLY * within or between < least:
        return None
    cuts = [int(inked[at] + inked[at + 1]) // 2 for at in sorted(order[: words - 1])]
    starts = [max(0, int(inked[0]) - 2), *cuts]
    return list(zip(starts, [*cuts, int(inked[-1]) + 3], strict=True))


def _as_wide_as_long(edges: list[tuple[int, int]], words: list[str]) -> bool:
    """Whether each word has about the share of the width that its letters ask for: else the gaps are those
    of something else.
    """
    width, letters = edges[-1][1] - edges[0][0], sum(len(word) + 1 for word in words)
    for (start, end), word in zip(edges, words, strict=True):
        share, expected = (end - start) / width, (len(word) + 1) / letters
        if not expected / 2.2 - 0.01 <= share <= expected * 2.2 + 0.01:
            return False
    return True
