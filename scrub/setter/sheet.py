"""The pages of what is set anew: A4, one size of letters, our fonts, the same bytes for the same words.

typst loads a font when it first draws with it, from a file, and a confined child has none. To lay out pages
starts threads, which a fork doesn't have: a child of a process that did so waits for ever. A frame of HTML
loads the fonts and starts none (docs/adr/0253-the-setter-starts-when-it-is-asked.md).
"""

import json
import unicodedata
import warnings
from collections.abc import Sequence

import typst

from scrub.retype.document import BAR, Block, Document
from scrub.setter.fonts import folders

_UNSET = "\ue001"
_MAY_BREAK = "\u200b"
_LONGEST = 44
"""Letters without a space: of the widest, so many fill a line."""

_MANY = 400
"""Rows of a table: longer ones are set in pieces, or take a time that grows with their square."""

_SHEET = """
#let d = json(bytes(sys.inputs.words))
#let bar = box(width: 2.6em, height: 0.75em, baseline: 0.05em, fill: black)
#let unset = box(width: 0.6em, height: 0.7em, stroke: 0.4pt)
#let whole(words) = words.split(d.unset).map(part => [#part]).join(unset)
#let put(words) = if words.contains(d.bar) or words.contains(d.unset) {
  words.split(d.bar).map(whole).join(bar)
} else { [#words] }
#set document(date: none)
#set page(paper: "a4", margin: (x: 2cm, y: 2cm), numbering: "1 / 1")
#set text(font: FAMILIES, size: 10pt, fallback: false, hyphenate: false)
#set par(justify: false, linebreaks: "simple")
#for block in d.blocks {
  if type(block) == str { par(put(block)) } else {
    set text(size: if block.first().len() > 6 { 7pt } else { 9pt })
    table(columns: (1fr,) * block.first().len(), stroke: 0.4pt, inset: 3pt,
      ..block.flatten().map(put))
  }
}
"""
_LOADING = """
#set text(font: FAMILIES, fallback: false)
#html.frame[Silbo \u0928\u092e\u0938\u094d\u0924\u0947 \u0633\u0644\u0627\u0645 \u0e01\u0e32 \u5b57]
"""


class Setter:
    """Made once in a process, before any outside byte; a child of it sets one document."""

    def __init__(self) -> None:
        places, families, self._letters = folders()
        named = "(" + ", ".join(json.dumps(name) for name in families) + ",)"
        self._sheet = _SHEET.replace("FAMILIES", named).encode("utf-8")
        compiler: type = typst.Compiler  # its hints allow no list of folders
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._compiler = compiler(
                _LOADING.replace("FAMILIES", named).encode("utf-8"),
                font_paths=places,
                ignore_system_fonts=True,
            )
            self._compiler.compile(format="html")

    def pdf(self, document: Document) -> tuple[bytes, bool]:
        """The pages, and whether each letter is in one of the fonts. Raises what typst raises."""
        self._missing = False
        blocks: list[object] = []
        for block in document.blocks:
            blocks += [self._words(block)] if isinstance(block, str) else self._table(block)
        words = json.dumps({"bar": BAR, "unset": _UNSET, "blocks": blocks}, ensure_ascii=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            done = self._compiler.compile(
                self._sheet, format="pdf", sys_inputs={"words": words}, timestamp=0, pdf_tags=False
            )
        if not isinstance(done, bytes):
            raise TypeError("no PDF")
        return done, not self._missing

    def _table(self, block: Block) -> list[list[list[str]]]:
        rows = [[self._words(cell, len(row)) for cell in row] for row in block]
        return [rows[at : at + _MANY] for at in range(0, len(rows), _MANY)]

    def _words(self, text: str, columns: int = 1) -> str:
        """With boxes for what no font here has, and a place to break in each long run of letters."""
        if not self._letters.issuperset(text.replace(BAR, "")):
            text = "".join(map(self._letter, text))
        longest = max(3, _LONGEST // columns)
        pieces = []
        for piece in text.split(" "):
            parts = [piece[at : at + longest] for at in range(0, len(piece), longest)]
            pieces.append(_MAY_BREAK.join(parts))
        return " ".join(pieces)

    def _letter(self, letter: str) -> str:
        if letter in self._letters or letter == BAR:
            return letter
        self._missing = True
        return "" if unicodedata.category(letter) in ("Mn", "Me", "Cf") else _UNSET


def sample() -> Sequence[Block]:
    """A paragraph and a table."""
    return ("Silbo", (("a", "b"), ("c", BAR)))
