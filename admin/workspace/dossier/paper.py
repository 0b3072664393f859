"""Sets the dossier as PDF/A-2u, by typst: always the same bytes for the same dossier.

All words go in as data and never as markup, so nothing that a source wrote is obeyed. The one date in the
file is the day of the dossier, at midnight; typst would write the moment of setting otherwise. No picture
is in it: each would have to be decoded where it is set. That is a process of its own (`setting`), which has
no keys.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from admin.errors import AdminError
from admin.words import tr
from admin.workspace.dossier.fonts import font_folder
from admin.workspace.dossier.glyphs import drawn_by
from admin.workspace.dossier.setting import NO_TYPESETTER
from scrub.setter.fonts import FAMILIES

BAR = "████"
"""What stands for covered words (`scrub.redact.texts`); drawn as a black bar."""

_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
"""The typesetter's threads would each have a heap of their own."""

_SHEET = r"""
#let d = json(bytes(sys.inputs.at("dossier")))
#let bar = box(width: 2.6em, height: 0.75em, baseline: 0.05em, fill: black)
#let put(words) = words.split(d.bar).map(part => [#part]).join(bar)
#set document(title: d.title, author: d.author, date: datetime(year: d.year, month: d.month, day: d.day))
#set page(paper: "a4", margin: (x: 2.2cm, y: 2.4cm), numbering: "1 / 1", header: context {
  if counter(page).get().first() > 1 { set text(8pt); put(d.title); h(1fr); put(d.running) }
})
#set text(font: FAMILIES, size: 10pt, lang: d.language, fallback: false)
#set par(justify: false)
#show heading.where(level: 1): it => block(above: 1.6em, below: 0.9em, text(13pt, weight: "bold", it.body))
#show heading.where(level: 2): it => block(above: 1.2em, below: 0.6em, text(10.5pt, weight: "bold", it.body))
#show raw: set text(font: "DejaVu Sans Mono", size: 7.5pt)
#let facts(rows) = grid(columns: (3.6cm, 1fr), row-gutter: 0.65em, column-gutter: 0.6em,
  ..rows.map(row => (text(weight: "bold", row.at(0)),
    if row.at(2) { raw(row.at(1)) } else { put(row.at(1)) })).flatten())
#let ruled(head, rows, widths) = table(columns: widths, stroke: 0.4pt, inset: 5pt, align: left,
  ..head.map(cell => text(weight: "bold", cell)), ..rows.flatten().map(cell => put(cell)))

#v(4cm)
#text(22pt, weight: "bold", put(d.title))
#v(1em)
#for line in d.cover { par(put(line)) }
#v(1em)
#facts(d.facts)
#pagebreak()
#heading(outlined: false, d.contents)
#outline(title: none, depth: 1)
#pagebreak()
#for part in d.parts {
  if part.listing != "" { pagebreak(weak: true) }
  block(breakable: part.facts.len() == 0, width: 100%, {
    heading(put(part.title))
    for line in part.lines { par(put(line)) }
    if part.facts.len() > 0 { facts(part.facts) }
  })
  for sheet in part.tables {
    if sheet.title != "" { heading(level: 2, sheet.title) }
    ruled(sheet.head, sheet.rows, sheet.widths.map(width => width * 1fr))
  }
  if part.listing != "" {
    set par(leading: 0.45em)
    show raw: set text(size: 6.9pt)
    raw(part.listing, block: true)
  }
  if part.numbered.len() > 0 {
    heading(level: 2, part.numbered_title)
    grid(columns: (0.9cm, 1fr), column-gutter: 0.4cm, row-gutter: 0.55em,
      ..part.numbered.enumerate().map(((at, line)) => (
        align(right, text(8pt, fill: luma(90), str(at + 1))), put(line))).flatten())
  }
}
"""

Fact = tuple[str, str, bool]
"""What, which, and whether that is set like a machine's."""


def fact(what: str, which: str, *, machine: bool = False) -> Fact:
    return what, which, machine


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> object:
    return {"title": title, "head": head, "rows": rows, "widths": widths}


def part(
    title: str,
    *,
    lines: Sequence[str] = (),
    facts: Sequence[Fact] = (),
    tables: Sequence[object] = (),
    numbered: Sequence[str] = (),
    numbered_title: str = "",
    listing: str = "",
) -> dict[str, object]:
    """One entry of the contents."""
    return {
        "title": title, "lines": lines, "facts": facts, "tables": tables, "numbered": numbered,
        "numbered_title": numbered_title, "listing": listing,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setter:
    """How Python is told to run the process that sets papers, and the descriptors that it finds that by."""

    program: Sequence[str] = ("-m", "admin.workspace.dossier.setting")
    descriptors: Sequence[int] = ()

    def pdf(self, of: Mapping[str, object], parts: Sequence[object], made: date) -> bytes:
        """The file. `of`: title, author, running, language, contents, cover (lines) and facts of the first
        page.

        Raises `AdminError` where the typesetter is missing or refuses.
        """
        data = {**of, "bar": BAR, "year": made.year, "month": made.month, "day": made.day, "parts": parts}
        wanted = set(map(ord, json.dumps(data, ensure_ascii=False).replace(BAR, "")))
        families = "(" + ", ".join(json.dumps(name) for name in FAMILIES) + ")"
        with font_folder(wanted) as (folder, letters):
            asked = {
                "sheet": _SHEET.replace("FAMILIES", families),
                "words": _named(data, letters | {10}),
                "fonts": str(folder),
                "seconds": int(datetime.combine(made, time(), UTC).timestamp()),
            }
            options = ("-I", "-S") if self.descriptors else ("-I",)  # the machine's libraries are not asked
            done = subprocess.run(
                [sys.executable, *options, "-B", "-X", "utf8", *self.program],
                input=json.dumps(asked).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=self.descriptors,
                env=_ENVIRONMENT,
                check=False,
            )
        if done.returncode == NO_TYPESETTER:
            raise AdminError(tr("The library that sets the papers (typst) is not installed here."))
        if done.returncode != 0 or not done.stdout:
            raise AdminError(tr("The pages of the dossier could not be set; nothing was written."))
        return done.stdout


def _named(value: object, letters: set[int]) -> object:
    """The same, with the letters that no font here has named in brackets."""
    drawn = drawn_by(letters)

    def all_of(value: object) -> object:
        match value:
            case str():
                return BAR.join(drawn(piece) for piece in value.split(BAR))
            case dict():
                return {key: all_of(each) for key, each in value.items()}
            case list() | tuple():
                return [all_of(each) for each in value]
        return value

    return all_of(value)
