"""Cells, shapes and heads of pages of a workbook that say where its file lies, or who is logged in.

`CELL("filename")` keeps what it last showed, and so do the cells that are made of it. What somebody typed
stays. Sources: ISO/IEC 29500-1, 18.17.7.42 (CELL), 18.17.7.171 (INFO), 18.3.1.39 (codes of heads and feet).
"""

import re
from collections.abc import Collection, Iterable
from itertools import pairwise

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.paths import names
from scrub.office.trees import Tree, all_of
from scrub.office.word_telling import MARK
from scrub.tables.names import FONTS
from scrub.words.paths import before_path, holds_path

_ASKS = re.compile(
    r"(?<![A-Z0-9_.])(?:CELL|INFO)\s*\("
    r'(?!\s*"(?:address|col|color|contents|format|parentheses|prefix|protect|row|type|width)")',
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(
    r"(?:USER_?NAME|USER_?ID|ENVIRON|LAST_?AUTHOR|LAST_?SAVED_?BY|DOC_?AUTHOR)[A-Z0-9_.]*\s*\(", re.IGNORECASE
)
_NUMBER = re.compile(r"-?[0-9.]{1,40}")
_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{2}[0-9A-Fa-f+-][0-9A-Fa-f]{3}|[0-9]{1,3}|.)|[^&]+|&', re.DOTALL)
_PLACES = frozenset({"&L", "&C", "&R", "&l", "&c", "&r"})
_FONT = re.compile(r'&"([^",]*)(?:,([A-Za-z -]{0,40}))?"')
_FONTS = frozenset(name.lower() for name in FONTS) | {"-", "+", ""}
_HEADS = tuple(tag(f"x:{kind}{place}") for kind in ("odd", "even", "first") for place in ("Header", "Footer"))
_SHARED = re.compile(rb"<(?:\w+:)?v[ >][^<]*")


class Paths:
    """`values` may hold paths, whose pieces are looked for elsewhere; `shown` are the names of the sheets
    that can be seen, for which `CELL("filename")` is often asked.
    """

    def __init__(self, values: Iterable[str], shown: Collection[str], findings: Findings) -> None:
        self._names, self._shown, self._findings = names(values), frozenset(shown), findings

    def hides(self, text: str, formula: str = "") -> bool:
        """Whether what a formula gave says where a file lies or who is logged in; that is told."""
        if not text.strip() or _NUMBER.fullmatch(text) or text in self._shown:
            return False
        if _ASKS_WHO.search(formula):
            self._findings.add("author")
            return True
        if _ASKS.search(formula) or holds_path(text) or (self._names and self._names.search(text)):
            self._findings.add("file_name")
            return True
        return False

    def clean_heads(self, sheet: Tree) -> None:
        """The codes for path and name of the file, and paths that stand there, go; so do unknown fonts."""
        for head in all_of(sheet, _HEADS):
            pieces = [self._kept(piece) for piece in _CODE.findall(head.text or "")]
            starts = [0, *(at for at, piece in enumerate(pieces) if piece in _PLACES and at), len(pieces)]
            head.text = "".join(self._without_path(pieces[at:end]) for at, end in pairwise(starts))

    def _kept(self, piece: str) -> str:
        if piece in ("&F", "&f", "&Z", "&z"):
            self._findings.add("file_name")
            return MARK
        if piece in ("&G", "&g"):  # a picture, which isn't copied
            self._findings.add("members_left_out")
            return ""
        if found := _FONT.fullmatch(piece):
            return piece if found[1].lower() in _FONTS else ""
        return piece if piece != "&" else ""

    def _without_path(self, pieces: list[str]) -> str:
        """The words at one place of a head, which codes for fonts may part."""
        said = "".join(piece for piece in pieces if not piece.startswith("&"))
        if not holds_path(said):
            return "".join(pieces)
        self._findings.add("file_name")
        room: int | None = len(before_path(said))
        kept = []
        for piece in pieces:
            if piece.startswith("&"):
                kept.append(piece)
            elif room is not None:
                kept.append(piece[:room] + (MARK if room < len(piece) else ""))
                room = room - len(piece) if room >= len(piece) else None
        return "".join(kept)

    def clean_links(self, root: Tree) -> None:
        """Shapes and titles of charts that show what a cell says."""
        for shape in root.iter(tag("xdr:sp")):
            words = [text for text in shape.iter(tag("a:t")) if shape.get("textlink")]
            if words and self.hides("".join(text.text or "" for text in words)):
                for text in words:
                    text.text = MARK if text is words[0] else ""
        for cache in root.iter(tag("c:strCache")):
            for value in cache.iter(tag("c:v")):
                if self.hides(value.text or ""):
                    value.text = MARK


def values_of(parts: Iterable[bytes]) -> Iterable[str]:
    """The values in sheets where a path may stand: most workbooks have none."""
    marks = (b"\\", b"file:/", b"/Users/", b"/home/", b":Users:", b"/personal/")
    for part in parts:
        if any(mark in part for mark in marks):
            yield from (value.decode("utf-8", "replace") for value in _SHARED.findall(part))
