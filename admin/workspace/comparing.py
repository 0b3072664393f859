"""The report of a comparison, as text and as a page of HTML that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass

from admin.display import visible
from admin.words import language, tr, trn
from scrub.compare.result import Change, PageDifference

_STYLE = (
    "body{font:15px/1.45 sans-serif;max-width:1660px;margin:2em auto;padding:0 1em;color:#111}"
    "table{border-collapse:collapse;margin:.6em 0}td,th{border:1px solid #999;padding:.25em "
    ".6em;text-align:left;"
    "vertical-align:top;max-width:46em;overflow-wrap:anywhere}img{max-width:100%;border:1px solid #999}"
    ".n{background:#fde9c9}"
)
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Compared:
    """Two files by their names, and what differs."""

    first: str
    second: str
    pages: Sequence[PageDifference]
    marks: Sequence[str] = ()
    """What only one of them carries that may name its reader (`admin.workspace.marked`)."""

    @property
    def same(self) -> bool:
        return all(page.same for page in self.pages)

    def summary(self) -> list[str]:
        """What is found in all, in a few sentences."""
        different = [page for page in self.pages if not page.same]
        shared = sum(page.shared for page in self.pages)
        if not different:
            said = [
                tr("Nothing differs: neither words nor dots."),
                tr(
                    "That does not mean that there is no mark: both may be copies of one reader, or bear "
                    "the mark of one group. 'marks' looks for kinds that it knows; a copy of somebody else "
                    "tells more."
                ),
            ]
        else:
            said = [
                trn(
                    "{different} of {n} page differs.",
                    "{different} of {n} pages differ.",
                    len(self.pages),
                    different=len(different),
                ),
                tr("Whatever differs may be the mark by which a copy names its reader: quote nothing of it."),
            ]
        if shared:
            said.append(trn("{n} word stands in both.", "{n} words stand in both.", shared))
        elif different:
            said.append(tr("The copies have no words that could be compared: look at the pictures."))
        return said


def page_lines(page: PageDifference) -> list[str]:
    """What differs on a page besides its words."""
    said = []
    if page.missing:
        said.append(tr("Only one of the two has this page; it is missing in {which}.", which=page.missing))
    if page.other_size:
        said.append(tr("The pages are not of one size."))
    if page.moved:
        said.append(
            trn(
                "{n} line has the same words in another place or width.",
                "{n} lines have the same words in another place or width.",
                page.moved,
            )
        )
    if page.areas:
        said.append(
            trn(
                "{n} area looks different, {share} % of the page.",
                "{n} areas look different, {share} % of the page.",
                page.areas,
                share=f"{page.share / 10:.1f}",
            )
        )
    if page.faint:
        said.append(
            tr(
                "Dots differ faintly in {share} % of the page: that can be a pale mark.",
                share=f"{page.faint / 10:.1f}",
            )
        )
    return said


def as_text(found: Compared) -> list[str]:
    """Line by line, for a terminal or a file."""
    lines = [f"A: {found.first}", f"B: {found.second}", *found.marks, *found.summary()]
    for page in found.pages:
        if page.same:
            continue
        lines += ["", tr("Page {number}", number=page.number), *(f"  {line}" for line in page_lines(page))]
        for change in page.changes:
            sign = "#" if change.has_number else " "
            lines += [f"{sign} A: {_short(change.first)}", f"{sign} B: {_short(change.second)}"]
    if any(change.has_number for page in found.pages for change in page.changes):
        lines += ["", tr("A # stands before words with a number in them.")]
    return lines


def as_html(found: Sequence[Compared]) -> str:
    """A page by itself. Whatever a source wrote is escaped; pictures are in it."""
    title = tr("What differs")
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    parts = [
        f'<!doctype html><html lang="{language()}"><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style><h1>{html.escape(title)}</h1>",
    ]
    for each in found:
        parts.append(f"<h2>A: {html.escape(each.first)} &nbsp; B: {html.escape(each.second)}</h2>")
        parts += [f"<p>{html.escape(line)}</p>" for line in (*each.marks, *each.summary())]
        parts += [_page(page) for page in each.pages if not page.same]
    return "".join(parts) + "</html>\n"


def _page(page: PageDifference) -> str:
    parts = [f"<h3>{html.escape(tr('Page {number}', number=page.number))}</h3>"]
    parts += [f"<p>{html.escape(line)}</p>" for line in page_lines(page)]
    if page.changes:
        rows = "".join(map(_row, page.changes))
        parts.append(f"<table><tr><th>A<th>B</tr>{rows}</table>")
    if page.picture:
        data = base64.b64encode(page.picture).decode("ascii")
        parts.append(f'<img alt="A | B" src="data:image/png;base64,{data}">')
    return "".join(parts)


def _row(change: Change) -> str:
    kind = ' class="n"' if change.has_number else ""
    cells = "".join(f"<td>{html.escape(_short(words))}" for words in (change.first, change.second))
    return f"<tr{kind}>{cells}</tr>"


def _short(words: str) -> str:
    shown = visible(words)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + " ..."
