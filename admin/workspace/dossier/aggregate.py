"""What a desk has received, by workplace, month and kind, for `counts`: no single drop is told of.

A workplace is named only in a month in which it has five drops at least: its name alone says that somebody
there has written. Two releases of such counts must not tell by their difference what came between: so only
months that are over are counted, each once and for ever, and nothing is added up over months. What comes late
for such a month, or is forgotten of it, changes no later release (docs/adr/0281).

    HOME/workspace/counted.age    what was released, sealed to the storage key; no number that was hidden
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

from admin.case.glance import of_kinds
from admin.case.opening import manifest_of
from admin.display import visible
from admin.errors import AdminError
from admin.files import write_atomic
from admin.words import tr
from admin.workspace.dossier import paper, wording
from admin.workspace.dossier.counts import LEAST, table
from admin.workspace.opened import Workspace
from admin.workspace.sealed import LARGEST, Damaged, seal, unseal
from crypto.record import Record

QUESTION = "workplace"
NAME = "counted.age"
_LABEL = "counted"
_LONGEST = 60
_MOST_ROWS = 40
_MOST_MONTHS = 24
"""The newest of them are in the tables."""

_ALL, _OTHER = "all", ""

Column = dict[str, int | None]
"""Numbers by name, `_OTHER` and `_ALL` among them; None is hidden."""


class Released(Record):
    """All months up to `through` ("2026-10") were counted; `places` and `kinds` by month, where there were
    any.
    """

    through: str
    places: dict[str, Column]
    kinds: dict[str, Column]


def tables(workspace: Workspace) -> list[object]:
    """As the papers take them. Raises `AdminError` if no month is over of which there is anything, or what
    was released before can't be read: then nobody could tell what is safe.
    """
    released = _read(workspace)
    last = (workspace.today.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    if released.through < last:
        places, kinds = _count(workspace, released.through, last)
        released = Released(last, released.places | places, released.kinds | kinds)
        _write(workspace, released)
    if not released.places:
        raise AdminError(
            tr("--aggregate counts whole months that are over, and there is nothing of any: nothing written.")
        )
    made = [_page(tr(wording.BY_PLACE), released.places)]
    return [*made, _page(tr(wording.BY_KIND), released.kinds)] if released.kinds else made


def _count(workspace: Workspace, after: str, until: str) -> tuple[dict[str, Column], dict[str, Column]]:
    """Of the months behind `after`, up to `until`. Drops that can't be opened any more are in none."""
    places: dict[str, Counter[str]] = {}
    kinds: dict[str, Counter[str]] = {}
    for standing in workspace.standings.values():
        if not standing.keys:
            continue
        try:
            manifest = manifest_of(workspace.home, standing.drop, workspace.ring)
        except (AdminError, OSError):
            continue
        month = manifest.day.isoformat()[:7]
        if not after < month <= until:
            continue
        said = " ".join(manifest.answers.get(QUESTION, "").split()).casefold()
        places.setdefault(month, Counter())[said if len(said) <= _LONGEST else _OTHER] += 1
        if (entry := workspace.entries.get(standing.drop.id)) is not None:
            of_month = kinds.setdefault(month, Counter())
            of_month.update({of_kinds([kind]) for kind in entry.kinds})
    by_place = {month: _column(_named(counts)) for month, counts in places.items()}
    # A desk that gets texts alone has a month's hidden sum in the other table.
    by_kind = {m: _column(counts) for m, counts in kinds.items() if by_place[m].get(_ALL) is not None}
    return by_place, by_kind


def _named(counts: Counter[str]) -> Counter[str]:
    """Small workplaces become one."""
    known = {name for name, number in counts.most_common(_MOST_ROWS) if name and number >= LEAST}
    merged = Counter[str]()
    for name, number in counts.items():
        merged[visible(name) if name in known else _OTHER] += number
    return merged


def _column(counts: Counter[str]) -> Column:
    """One month's numbers with their sum. A table of one column says each twice: hidden once is hidden."""
    names = sorted(counts)
    cells = table(names, [_ALL], {(name, _ALL): number for name, number in counts.items()}).cells
    shown = [first if second is not None else None for first, second in cells]
    return dict(zip([*names, _ALL], shown, strict=True))


def _page(title: str, columns: dict[str, Column]) -> object:
    months = sorted(columns)[-_MOST_MONTHS:]
    names = sorted({name for month in months for name in columns[month]} - {_OTHER, _ALL})
    names += [name for name in (_OTHER, _ALL) if any(name in columns[month] for month in months)]
    spelled = {_OTHER: tr(wording.OTHER_PLACES), _ALL: tr(wording.SUM)}
    rows = []
    for name in names:
        numbers = [columns[month].get(name) for month in months]
        cells = [wording.HIDDEN if number is None else str(number) for number in numbers]
        rows.append([spelled.get(name, name), *cells])
    return paper.table(title, ["", *months], rows, (3, *(1 for _ in months)))


def _read(workspace: Workspace) -> Released:
    path = workspace.home.workspace / NAME
    if not path.exists():
        return Released("", {}, {})
    if path.stat().st_size > LARGEST:
        raise Damaged(tr("A file of the workspace is damaged."))
    storage = workspace.storage
    try:
        found = json.loads(unseal(path.read_bytes(), _LABEL, storage.key, storage.identities))
        date.fromisoformat(f"{found['through']}-01")
        return Released(found["through"], found["places"], found["kinds"])
    except (ValueError, KeyError, TypeError):
        raise Damaged(tr("A file of the workspace is damaged.")) from None


def _write(workspace: Workspace, released: Released) -> None:
    names = ("through", "places", "kinds")
    content = json.dumps({name: getattr(released, name) for name in names}).encode("ascii")
    storage = workspace.storage
    write_atomic(workspace.home.workspace / NAME, seal(content, _LABEL, storage.key, storage.recipient))
