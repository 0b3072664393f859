"""What is kept of a document: paragraphs and tables, in their order, as plain values and as JSON on a pipe.

{"notes": [code, ...], "blocks": [words, [[cell, ...], ...], ...]}
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from codes.kinds import CLEAN

LINES = ("text/plain", "application/x-subrip", "text/vtt")
OPEN = tuple(kind for kind in CLEAN if "opendocument" in kind)
WORDS = tuple(kind for kind in CLEAN if "wordprocessing" in kind or "presentationml" in kind)
SHEETS = tuple(kind for kind in CLEAN if "spreadsheetml" in kind)
INSIDE = ("message/rfc822", "application/zip")
RETYPED = ("application/pdf", "text/csv", *LINES, *OPEN, *WORDS, *SHEETS, *INSIDE)
"""The media types of copies that may have words."""

Rows = tuple[tuple[str, ...], ...]
"""A table: as many cells in each row."""

Block = str | Rows

BAR = "\ue000"
"""Stands for words that are covered; nothing else that is of private use is left in words."""

MAX_LINES = 12_000
"""Of all pages, as they are about to be set: 300 pages hold some more."""

MAX_COLUMNS = 30
LINE = 84
"""Letters, about: how many go into a line of a page."""

NOTES = ("pictures_left_out", "members_left_out", "words_left_out", "readers_barred", "lossy_text")
"""What is told of how a document was read."""

MAX_PACKED = 32 << 20


@dataclass(frozen=True, slots=True)
class Document:
    """`notes`: codes of `NOTES`."""

    blocks: tuple[Block, ...] = field(repr=False)
    notes: frozenset[str] = frozenset()


def bounded(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], bool]:
    """As many as fit into the pages that a copy may have; whether that is all of them."""
    kept: list[Block] = []
    left = MAX_LINES
    for block in blocks:
        if isinstance(block, str):
            left -= 1 + len(block) // LINE
            if left < 0:
                return tuple(kept), False
            kept.append(block)
            continue
        rows = []
        for row in block:
            left -= 1 + max(len(cell) * len(row) // LINE for cell in row) + len(row) // 12
            if left < 0:
                break
            rows.append(row)
        if rows:
            kept.append(tuple(rows))
        if left < 0:
            return tuple(kept), False
    return tuple(kept), True


def table(rows: Iterable[Sequence[str]]) -> list[Block]:
    """A table without empty rows and columns; its rows as paragraphs where it is too wide or is none."""
    rows = [[cell.strip() for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    used = [at for at in range(width) if any(row[at] for row in full)]
    if len(used) < 2 or len(used) > MAX_COLUMNS:
        return ["  ".join(cell for cell in row if cell) for row in full]
    return [tuple(tuple(row[at] for at in used) for row in full)]


def pack(document: Document) -> bytes:
    blocks = [block if isinstance(block, str) else [list(row) for row in block] for block in document.blocks]
    return json.dumps({"notes": sorted(document.notes), "blocks": blocks}, ensure_ascii=False).encode("utf-8")


def unpack(untrusted: bytes) -> Document:
    """Raises ValueError for anything that `pack` has not made."""
    try:
        content = json.loads(untrusted)
    except RecursionError:
        raise ValueError("not a document") from None
    if not isinstance(content, dict) or content.keys() != {"notes", "blocks"}:
        raise ValueError("not a document")
    notes, untrusted_blocks = content["notes"], content["blocks"]
    if not isinstance(notes, list) or not all(isinstance(note, str) and note in NOTES for note in notes):
        raise ValueError("not a document")
    if not isinstance(untrusted_blocks, list):
        raise ValueError("not a document")
    blocks, whole = bounded(_block(each) for each in untrusted_blocks)
    if not whole:
        raise ValueError("too long")
    return Document(blocks, frozenset(notes))


def _block(untrusted: object) -> Block:
    if isinstance(untrusted, str):
        return untrusted
    if not isinstance(untrusted, list) or not untrusted:
        raise ValueError("not a block")
    rows = tuple(tuple(row) if isinstance(row, list) else () for row in untrusted)
    width = len(rows[0])
    if not 2 <= width <= MAX_COLUMNS:
        raise ValueError("not a table")
    if any(len(row) != width or not all(isinstance(cell, str) for cell in row) for row in rows):
        raise ValueError("not a table")
    return rows
