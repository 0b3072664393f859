"""What a desk has received, by workplace, month and kind, for `counts`: no single drop is told of.

A workplace is named only where it has five drops at least: its name alone says that somebody there has
written.
"""

from __future__ import annotations

from collections import Counter

from admin.case.glance import of_kinds
from admin.case.opening import manifest_of
from admin.display import visible
from admin.errors import AdminError
from admin.words import tr
from admin.workspace.dossier import paper, wording
from admin.workspace.dossier.counts import LEAST, Table, table
from admin.workspace.opened import Workspace

QUESTION = "workplace"
_LONGEST = 60
_MOST_ROWS = 40


def tables(workspace: Workspace) -> list[tuple[str, Table]]:
    """Each with its title. Drops that can't be opened any more are in none."""
    places: Counter[tuple[str, str]] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    for standing in workspace.standings.values():
        if not standing.keys:
            continue
        try:
            manifest = manifest_of(workspace.home, standing.drop, workspace.ring)
        except (AdminError, OSError):
            continue
        month = manifest.day.isoformat()[:7]
        said = " ".join(manifest.answers.get(QUESTION, "").split()).casefold()
        places[said if len(said) <= _LONGEST else "", month] += 1
        if (entry := workspace.entries.get(standing.drop.id)) is not None:
            for kind in {of_kinds([kind]) for kind in entry.kinds}:
                kinds[kind, month] += 1
    named = Counter[str]()
    for (place, _), number in places.items():
        named[place] += number
    known = [place for place, number in named.most_common(_MOST_ROWS) if place and number >= LEAST]
    merged: Counter[tuple[str, str]] = Counter()
    other = tr(wording.OTHER_PLACES)
    for (place, month), number in places.items():
        merged[visible(place) if place in known else other, month] += number
    made = [(tr(wording.BY_PLACE), _table(merged))]
    if None not in made[0][1].cells[-1]:  # a desk that gets texts alone has its months' sums in the other
        made.append((tr(wording.BY_KIND), _table(kinds)))
    return made


def _table(counts: Counter[tuple[str, str]]) -> Table:
    rows, columns = (sorted({key[at] for key in counts}) for at in (0, 1))
    return table(rows, columns, counts)


def in_pages(title: str, made: Table) -> object:
    """As the papers take it; a hidden number is a dash."""
    rows = [
        [name, *(wording.HIDDEN if cell is None else str(cell) for cell in line)]
        for name, line in zip((*made.rows, tr(wording.SUM)), made.cells, strict=True)
    ]
    head = ["", *made.columns, tr(wording.SUM)]
    return paper.table(title, head, rows, (3, *(1 for _ in head[1:])))
