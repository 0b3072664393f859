"""The reader line by line, for a screen reader or a terminal that can't draw: drops by number, in sentences.

No table, no column, nothing that is drawn over: what is told comes once, in order. Before each line of a
source's stands a bar, as in `show`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from admin.case import endings
from admin.case.report import quoted
from admin.context import Context
from admin.display import PLAIN, visible
from admin.errors import DONE, FAILED, AdminError, sentence
from admin.words import mark, tr
from admin.workspace.filters import of_what, of_work
from admin.workspace.opened import Workspace
from admin.workspace.reader.drop import PANES
from admin.workspace.reader.jobs import ACTS, Jobs, Listed
from admin.workspace.reader.keys import KEYS, TITLES
from admin.workspace.reader.rows import Row
from admin.workspace.session import Ended, ends_by_signals, lines
from crypto.errors import CryptoError

_AT_ONCE = 10
"""Drops that are told without being asked for more."""


_PAUSE = 10.0
"""Seconds between two sentences on work that takes long."""


class _Aloud:
    """Tells what takes long in lines that stay: a counter that is drawn over is read out each time."""

    def __init__(self, context: Context, clock: Callable[[], float]) -> None:
        self._context = context
        self._clock = clock
        self._what = ""
        self._said = 0.0

    def warn(self, sentence: str) -> None:
        self._context.warn(sentence)

    def working(self, what: str, done: int, total: int) -> None:
        now = self._clock()
        if total > 1 and (what != self._what or now - self._said >= _PAUSE):
            self._what, self._said = what, now
            self._context.tell(tr("{what}: {done} of {total}", what=what, done=done, total=total))
            self._context.out.flush()


def aloud(context: Context) -> Context:
    """The same, for who hears what is printed."""
    return context.replaced(hears=_Aloud(context, time.monotonic)) if context.terminal else context


def read(workspace: Workspace) -> int:
    """Until the person ends it. Raises `Idle`."""
    try:
        with ends_by_signals():
            return _Plain(workspace).hold()
    except Ended:
        return FAILED


class _Plain:
    def __init__(self, workspace: Workspace) -> None:
        self._context = workspace.context
        self._jobs = Jobs(workspace.context, workspace.home, workspace)
        self._listed = Listed((), "", "")
        self._at = 0
        """The number of the drop that is spoken of, from 1."""
        self._told = 0

    def hold(self) -> int:
        self._list(self._jobs.listed())
        self._context.tell(tr("The number of a drop opens it; 'help' tells what else can be typed."))
        for line in lines(self._context):
            word, _, rest = line.partition(" ")
            if word in {"quit", "exit", "q"}:
                break
            try:
                self._do(word, rest.strip())
            except KeyboardInterrupt:
                self._context.note(tr("Stopped; nothing half done was left."))
            except (AdminError, CryptoError, OSError) as error:
                self._context.note(sentence(error))
        return DONE

    def _do(self, word: str, rest: str) -> None:
        if word.isdecimal():
            self._open(int(word))
        elif word in _LISTS:
            self._list(_LISTS[word](self._jobs, rest))
        elif word in ACTS:
            self._act(word, rest)
        elif word == "more":
            self._more()
        elif word == "next":
            self._open(self._at + 1)
        elif word in {"help", "?"}:
            self._help()
        elif word:
            self._context.note(tr("That is no number of a drop and no command; 'help' lists them."))

    def _list(self, listed: Listed) -> None:
        self._listed, self._told = listed, 0
        self._context.tell(listed.counts)
        self._more()

    def _more(self) -> None:
        rows = self._listed.rows[self._told : self._told + _AT_ONCE]
        for number, row in enumerate(rows, start=self._told + 1):
            self._context.say(f"{number}. {_told(row)}")
            if row.entry is not None and row.entry.first:
                self._context.say(*quoted(row.entry.first, PLAIN, self._context.columns))
        self._told += len(rows)
        if left := len(self._listed.rows) - self._told:
            self._context.tell(tr("{left} more: type 'more'.", left=left))

    def _open(self, number: int) -> None:
        if not 1 <= number <= len(self._listed.rows):
            raise AdminError(tr("There is no drop with that number."))
        self._at = number
        panes = self._jobs.open(self._listed.rows[number - 1].drop, self._context.columns, PLAIN)
        for name in PANES:
            self._context.say("", tr(TITLES[name]), *panes[name])

    def _act(self, kind: str, typed: str) -> None:
        if not 1 <= self._at <= len(self._listed.rows):
            raise AdminError(tr("Open a drop first, by its number."))
        self._jobs.act(kind, self._listed.rows[self._at - 1].drop, typed)
        self._context.tell(tr("Done."))

    def _help(self) -> None:
        words = {key.does: key.words for key in KEYS}
        for does in ("open", "next", "more", *_LISTS, *ACTS, "quit"):
            typed = tr(_TYPED[does]) if does in _TYPED else does
            self._context.say(f"{typed}: {tr(words[does] if does in words else _BESIDES[does])}")


def _told(row: Row) -> str:
    """A drop in a sentence of ours."""
    entry = row.entry
    parts = [
        tr("unread") if row.standing.done == endings.NEVER_OPENED else "",
        tr("flagged") if row.work.flagged else "",
        tr("a sign of a trap") if row.trap else "",
        str(row.standing.drop.day if entry is None else entry.sent),
        "" if entry is None else visible(entry.language),
        "/".join(map(tr, row.work.states)),
        of_what(row.standing, entry),
        of_work(row.work),
    ]
    return ", ".join(part for part in parts if part) + "."


_LISTS: dict[str, Callable[[Jobs, str], Listed]] = {
    "search": Jobs.search,
    "filter": Jobs.filtered,
    "all": lambda jobs, _: jobs.all(),
    "reload": lambda jobs, _: jobs.reload(),
}
"""What gives another list."""

_TYPED = {
    "open": mark("NUMBER"),
    "search": mark("search WORDS"),
    "filter": mark("filter WORDS"),
    "tag": mark("tag NAME"),
    "note": mark("note WORDS"),
    "assign": mark("assign NAME"),
    "state": mark("state NAME"),
    "due": mark("due DAY"),
}
"""What is typed for what `keys` has a key for, where that is more than its name."""

_BESIDES = {"next": mark("open the next drop"), "more": mark("more of the list")}
