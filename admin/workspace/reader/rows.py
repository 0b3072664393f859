"""One line a drop, for the list: marks, day, language, state, what it holds and its first words."""

from __future__ import annotations

from admin.case import endings
from admin.case.endings import Standing
from admin.display import Paint, visible
from admin.words import tr
from admin.workspace.filters import of_what, of_work
from admin.workspace.index.entry import Entry
from admin.workspace.opened import Workspace
from admin.workspace.reader.lines import padded, shortened
from admin.workspace.work.view import Work
from crypto.record import Record

_WIDE = 120


class Row(Record):
    """A drop as it stood when the list was made."""

    standing: Standing
    entry: Entry | None
    work: Work
    trap: bool | None
    """None: what shows beside other drops only is not known yet."""

    @property
    def drop(self) -> str:
        return self.standing.drop.id


def row_of(workspace: Workspace, standing: Standing, *, alone: bool = False) -> Row:
    """`alone`: of traps, only those that show without a look at all other drops."""
    entry = workspace.entries.get(standing.drop.id)
    trap: bool | None = entry is not None and bool(entry.traps if alone else workspace.traps(entry))
    if alone and not trap:
        trap = None
    return Row(standing, entry, workspace.view.of(standing.drop.id), trap)


def title(columns: int) -> str:
    """What stands above the rows."""
    return shortened(
        f"    {tr('SENT'):<10}  {padded(tr('LANG'), 4)} {padded(tr('STATE'), 11)} "
        f"{padded(tr('WHAT'), _what(columns))}  {tr('FIRST WORDS')}",
        columns,
    )


def line(row: Row, columns: int, paint: Paint) -> str:
    """The row, no wider: `*` unread, `!` flagged, `?` a sign of a trap, `.` not looked for yet. Only what
    comes last may hold letters of which terminals don't agree how wide they are.
    """
    entry, work = row.entry, row.work
    unread = row.standing.done == endings.NEVER_OPENED
    marks = ("*" if unread else " ") + ("!" if work.flagged else " ")
    marks += "?" if row.trap else "." if row.trap is None else " "
    sent = row.standing.drop.day if entry is None else entry.sent
    language = "" if entry is None else visible(entry.language)
    state = "/".join(map(tr, work.states))
    what = " ".join(part for part in (of_what(row.standing, entry), of_work(work)) if part)
    head = f"{marks} {sent}  {padded(language, 4)} {padded(state, 11)} {padded(what, _what(columns))}  "
    first = "" if entry is None else visible(entry.first)
    text = shortened(head + first, columns)
    if work.disputed or (entry is None and not row.standing.keys and not row.standing.handed):
        return paint.alarm(text)
    return paint.bold(text) if unread else text


def _what(columns: int) -> int:
    """How wide the column is that tells of contents and work."""
    return 44 if columns >= _WIDE else 18
