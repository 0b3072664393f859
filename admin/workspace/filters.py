"""Which drops a list shows, and in which words a row tells of one."""

from __future__ import annotations

import argparse
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from admin.case import endings
from admin.case.endings import Standing
from admin.case.glance import KINDS, of_kinds
from admin.case.report import of_size
from admin.display import visible
from admin.errors import AdminError
from admin.words import mark, tr, trn
from admin.workspace.index.entry import Entry
from admin.workspace.opened import Workspace
from admin.workspace.work.view import UNTOUCHED, Work
from codes.kinds import READ
from crypto.events import STATES

_STATES = (mark("new"), mark("checking"), mark("publishable"), mark("closed"))
"""`STATES`, as messages."""


def add_filters(parser: argparse.ArgumentParser) -> None:
    """All of `list`, which `search` has, too."""
    add = parser.add_argument
    add("--new", action="store_true", help=tr("nobody has said anything of their state"))
    add("--unread", action="store_true", help=tr("not opened on this machine"))
    add("--flagged", action="store_true", help=tr("flagged"))
    add("--disputed", action="store_true", help=tr("two reviewers have decided differently"))
    add("--trap", action="store_true", help=tr("with a sign of a trap"))
    add("--desk", metavar="NAME", help=tr("sent to this desk"))
    add("--day", metavar="DAY", help=tr("sent on a day, YYYY-MM-DD, or from one to another: DAY..DAY"))
    add("--kind", metavar="KIND", help=tr("with: {kinds}, or an ending such as docx", kinds=", ".join(KINDS)))
    add("--language", metavar="CODE", help=tr("the language that the source chose: es, en, ..."))
    add(
        "--tag",
        metavar="NAME",
        action="append",
        default=[],
        help=tr("with this tag; more than one: with all"),
    )
    add("--assigned", metavar="NAME", help=tr("assigned to; - for nobody"))
    add("--state", choices=STATES, help=tr("how far the work is"))
    add("--due", metavar="DAY", nargs="?", const="", help=tr("to be answered by a day; with DAY, by then"))
    add("--thread", metavar="ID", help=tr("of the same codename as this drop"))


def fitting(workspace: Workspace, options: argparse.Namespace) -> list[Standing]:
    """The drops that all filters let through, the oldest first. Raises `AdminError` for a filter that is
    none.
    """
    if not is_asked(options):
        return list(workspace.standings.values())
    if options.kind is not None and options.kind not in KINDS and _ending(options.kind) not in READ.values():
        raise AdminError(
            tr("There is no such kind; there are: {kinds}, and endings such as docx.", kinds=", ".join(KINDS))
        )
    first, last = _days(options.day)
    due = None if not options.due else _day(options.due)
    thread = None
    if options.thread is not None:
        standing = workspace.drop(options.thread)
        entry = workspace.entries.get(standing.drop.id)
        if entry is None or not entry.thread:
            raise AdminError(
                tr("Of that drop no thread is known: it has no codename, or is not in the index.")
            )
        thread = entry.thread

    def fits(standing: Standing) -> bool:
        entry, work = workspace.entries.get(standing.drop.id), workspace.view.of(standing.drop.id)
        sent = standing.drop.day if entry is None else entry.sent
        return (
            (not options.new or work.states == UNTOUCHED.states)
            and (not options.unread or standing.done == endings.NEVER_OPENED)
            and (not options.flagged or work.flagged)
            and (not options.disputed or work.disputed)
            and (not options.trap or (entry is not None and bool(workspace.traps(entry))))
            and (
                options.desk is None
                or (entry is not None and entry.desk.casefold() == options.desk.casefold())
            )
            and first <= sent <= last
            and (options.kind is None or (entry is not None and _is_kind(entry.kinds, options.kind)))
            and (
                options.language is None or (entry is not None and entry.language == options.language.lower())
            )
            and set(options.tag) <= set(work.tags)
            and (
                options.assigned is None
                or (not work.assigned if options.assigned == "-" else options.assigned in work.assigned)
            )
            and (options.state is None or options.state in work.states)
            and (options.due is None or any(due is None or day <= due.isoformat() for day in work.due))
            and (thread is None or (entry is not None and entry.thread == thread))
        )

    return [standing for standing in workspace.standings.values() if fits(standing)]


def say_unknown_desk(workspace: Workspace, options: argparse.Namespace) -> None:
    """One sentence where no drop is for the desk that is asked for: a mistyped name looks like an empty
    desk. No error, as a desk may have none yet.
    """
    if options.desk is None:
        return
    desks = {entry.desk for entry in workspace.entries.whole()}
    if desks and options.desk.casefold() not in {desk.casefold() for desk in desks}:
        listed = ", ".join(visible(desk) for desk in sorted(desks))
        workspace.context.note(
            tr("No drop here is for a desk of that name; there are: {desks}.", desks=listed)
        )


def is_asked(options: argparse.Namespace) -> bool:
    """Whether there is any filter at all."""
    return any(value not in (None, False, []) for name, value in vars(options).items() if name in _NAMES)


_NAMES = frozenset(
    [
        "new",
        "unread",
        "flagged",
        "disputed",
        "trap",
        "desk",
        "day",
        "kind",
        "language",
        "tag",
        "assigned",
        "state",
        "due",
        "thread",
    ]
)


def table(workspace: Workspace, drops: Sequence[str]) -> None:
    """Two lines a drop: what it is and what was done with it, and its first words behind a bar."""
    context, short = workspace.context, workspace.short
    width = max((len(short[drop]) for drop in drops), default=12)
    context.say(
        context.paint.bold(
            f"{tr('DROP'):<{width}}  {tr('SENT'):<10}      {tr('LANG'):<4}  {tr('STATE'):<12}{tr('WHAT')}"
        )
    )
    for drop in drops:
        context.say(*_lines(workspace, workspace.standings[drop], width))


def _lines(workspace: Workspace, standing: Standing, width: int) -> list[str]:
    """`*` unread, `!` flagged, `?` a sign of a trap."""
    paint, columns = workspace.context.paint, workspace.context.columns
    drop = standing.drop
    entry, work = workspace.entries.get(drop.id), workspace.view.of(drop.id)
    marks = "*" if standing.done == endings.NEVER_OPENED else " "
    marks += "!" if work.flagged else " "
    marks += "?" if entry is not None and workspace.traps(entry) else " "
    sent = drop.day if entry is None else entry.sent
    language = "" if entry is None else visible(entry.language)[:4]
    state = "/".join(map(tr, work.states))
    head = f"{workspace.short[drop.id]:<{width}}  {sent}  {marks} {language:<4}  "
    # before the kinds, as what comes last may be cut; of what could not be read nobody knows a size
    size = f"{of_size(entry.size)}, " if entry is not None and entry.kinds else ""
    what = size + of_what(standing, entry)
    rest = " ".join(part for part in (f"{state:<11}", what, of_work(work)) if part)
    rest = _cut(rest, max(columns - len(head), 20))
    if work.disputed or (entry is None and not standing.keys and not standing.handed):
        rest = paint.alarm(rest)
    lines = [(paint.bold(head) if marks[0] == "*" else head) + rest]
    if entry is not None and entry.first:
        lines.append(f"  {paint.dim('|')} {_cut(visible(entry.first), max(columns - 4, 20))}")
    return lines


def counts(standings: Iterable[Standing], workspace: Workspace) -> str:
    """What a list ends with."""
    found = list(standings)
    works = [workspace.view.of(standing.drop.id) for standing in found]
    states = Counter(state for work in works for state in work.states)
    counted = {
        "new": trn("{n} new", "{n} new", states["new"]),
        "checking": trn("{n} checking", "{n} checking", states["checking"]),
        "publishable": trn("{n} publishable", "{n} publishable", states["publishable"]),
        "closed": trn("{n} closed", "{n} closed", states["closed"]),
    }
    parts = [counted[state] for state in STATES if states[state]]
    for number, what in (
        (sum(standing.done == endings.NEVER_OPENED for standing in found), tr("unread")),
        (sum(work.flagged for work in works), tr("flagged")),
        (sum(work.disputed for work in works), tr("disputed")),
        (sum(standing.drop.id not in workspace.entries for standing in found), tr("not in the index")),
    ):
        if number:
            parts.append(f"{number} {what}")
    listed = ", ".join(parts)
    return (
        trn("{n} drop: {listed}.", "{n} drops: {listed}.", len(found), listed=listed)
        if parts
        else tr("No drop.")
    )


def due_soon(workspace: Workspace, days: int = 7) -> str | None:
    """One sentence on answers that are due within some days, or late; None if none is."""
    limit = date.fromordinal(workspace.today.toordinal() + days).isoformat()
    soon = sorted(
        (min(work.due), drop)
        for drop in workspace.view.touched() & workspace.standings.keys()
        if (work := workspace.view.of(drop)).due and "closed" not in work.states and min(work.due) <= limit
    )
    if not soon:
        return None
    day, drop = soon[0]
    return tr(
        "{counted} due by {limit} or late; the first on {day}, of drop {short}. See 'list --due'.",
        counted=trn("{n} answer", "{n} answers", len(soon)),
        limit=limit,
        day=day,
        short=workspace.short[drop],
    )


def _is_kind(kinds: Iterable[str], wanted: str) -> bool:
    pieces = KINDS.get(wanted)
    if pieces is not None:
        return any(piece == kind if piece == "text" else piece in kind for kind in kinds for piece in pieces)
    return any(READ.get(kind) == _ending(wanted) for kind in kinds)


def _ending(wanted: str) -> str:
    return wanted.lstrip(".").lower()


def of_work(work: Work) -> str:
    parts = [tr("due {day}", day=day) for day in work.due]  # first: what comes last may be cut
    parts += [f"@{visible(name)}" for name in work.assigned]
    parts += [f"[{visible(tag)}]" for tag in work.tags]
    if work.notes:
        parts.append(trn("{n} note", "{n} notes", len(work.notes)))
    return " ".join(parts)


def of_what(standing: Standing, entry: Entry | None) -> str:
    if entry is None:
        state = standing.state
        return (
            tr(state)
            if state in {endings.FILE_MISSING, endings.KEY_MISSING, endings.KEY_DESTROYED, endings.DELETED}
            else tr("not read")
        )
    if entry.items and not entry.kinds:  # no item is the one that the manifest names
        return tr("not read")
    return of_kinds(entry.kinds) + (", " + tr("handed over to you") if standing.handed else "")


def _cut(text: str, columns: int) -> str:
    """At most so many columns: what runs over stands at the left margin, where only our own rows begin."""
    used, fits = 0, 0
    for number, char in enumerate(text, start=1):
        used += 1 + (unicodedata.east_asian_width(char) in "WF")
        if used <= columns - 3:
            fits = number
        elif used > columns:
            return text[:fits] + "..."
    return text


def _days(text: str | None) -> tuple[date, date]:
    if text is None:
        return date.min, date.max
    first, dots, last = text.partition("..")
    start = _day(first) if first else date.min
    return start, (_day(last) if last else date.max) if dots else start


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AdminError(tr("A day is written as YYYY-MM-DD.")) from None
