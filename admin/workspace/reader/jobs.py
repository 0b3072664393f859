"""What the engine is asked to do: unlock, list, search, open, and what reviewers do with drops.

Everything here runs in the engine's thread and goes through what the commands go through: the same log of
events, the same index, the same verification.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date

from admin.case import casefile
from admin.case.resent import Before
from admin.context import Context
from admin.display import Paint, visible
from admin.errors import AdminError, as_sentence
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.words import tr
from admin.workspace.filters import add_filters, counts, due_soon, fitting
from admin.workspace.opened import Workspace
from admin.workspace.reader.rows import Row, row_of
from crypto.events import MAX_NOTE, STATES
from crypto.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.context import Hears
    from admin.workspace.reader.drop import Drop

_MOST = 100_000
_WORD = re.compile(r'([a-z]+)(?:=(?:"([^"]*)"|(\S+)))?(?=\s|$)')


class Listed(Record):
    """The drops that are shown, newest first; how they stand; and which of all they are."""

    rows: tuple[Row, ...]
    counts: str
    which: str


class Jobs:
    """`workspace` is the one of a session; without it, `unlock` opens one with a passphrase."""

    def __init__(self, context: Context, home: Home, workspace: Workspace | None = None) -> None:
        self._context = context
        self._home = home
        self._workspace = workspace
        self._own = workspace is None
        self._hears: Hears | None = None
        self._query = self._filter = ""
        self._drop: Drop | None = None
        self._before: tuple[tuple[int, ...], Before] | None = None

    def hear(self, hears: Hears) -> None:
        """Who is told of what is said in passing. Before anything else."""
        self._hears = hears
        self._context = self._context.replaced(hears=hears)
        if self._workspace is not None:
            self._workspace.context = self._context

    @property
    def locked(self) -> bool:
        return self._workspace is None

    def unlock(self, passphrase: bytes, *, read_new: bool = True) -> str | None:
        """Opens the workspace. Returns what a reviewer is reminded of. Raises `AdminError`."""
        ring = KeyRing(lambda _prompt: passphrase, may_retry=False)
        self._workspace = Workspace(self._context, self._home, ring, read_new=read_new)
        return due_soon(self._workspace)

    @property
    def behind(self) -> bool:
        """Whether there are drops that are not in the index yet."""
        return self._workspace is not None and bool(self._workspace.unread_by_index())

    def close(self) -> None:
        """Forgets the drop; closes the workspace, if it is ours."""
        self._drop = None
        if self._own and self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    @property
    def _open(self) -> Workspace:
        if self._workspace is None:
            raise AdminError(tr("It is locked."))
        return self._workspace

    # The list

    def first(self, most: int) -> Listed:
        """As `listed` for the first `most` drops of all, at once: the rest is known a moment later."""
        workspace = self._open
        standings = list(workspace.standings.values())
        rows = tuple(row_of(workspace, standing, alone=True) for standing in standings[: -most - 1 : -1])
        return Listed(rows, counts(standings, workspace), "")

    def listed(self) -> Listed:
        """By the words and the filter of now."""
        workspace = self._open
        workspace.catch_up()
        workspace.ready()
        standings = fitting(workspace, _filter(self._filter))[::-1]
        if self._query:
            found = {entry.drop: number for number, entry in enumerate(workspace.search(self._query, _MOST))}
            standings = [standing for standing in standings if standing.drop.id in found]
            standings.sort(key=lambda standing: found[standing.drop.id])
        rows = tuple(row_of(workspace, standing) for standing in standings)
        which = "  ".join(part for part in (self._query and f"/ {self._query}", self._filter) if part)
        return Listed(rows, counts(standings, workspace), visible(which))

    def search(self, query: str) -> Listed:
        """Only drops with these words; all if there are none. Raises `AdminError`, with nothing changed."""
        return self._listed(query.strip(), self._filter)

    def filtered(self, words: str) -> Listed:
        """Only drops that a filter lets through, as `list` has them: `new tag=NAME`."""
        return self._listed(self._query, words.strip())

    def all(self) -> Listed:
        return self._listed("", "")

    def _listed(self, query: str, words: str) -> Listed:
        before = self._query, self._filter
        self._query, self._filter = query, words
        try:
            return self.listed()
        except AdminError:
            self._query, self._filter = before
            raise

    def reload(self) -> Listed:
        """What came meanwhile is read, also what was left when somebody did not want to wait."""
        self._open.refresh()
        return self.listed()

    # A drop

    def open(self, drop: str, columns: int, paint: Paint) -> dict[str, list[str]]:
        """The panes of a drop, which counts as opened from now on. Raises what `drop.read` does."""
        from admin.workspace.reader import drop as of_drop  # noqa: PLC0415 -- the first list goes before

        workspace = self._open
        workspace.catch_up()
        if drop not in workspace.standings:
            raise AdminError(tr("There is no drop with that id in this home."))
        found = of_drop.read(workspace, drop, self._came_before(), self._tick)
        panes = of_drop.lay_out(workspace, found, columns, paint, self._tick)
        of_drop.note_opened(workspace, found)
        self._drop = found
        return panes | {"work": of_drop.of_work(workspace, drop, paint, columns)}

    def lay_out(self, columns: int, paint: Paint) -> dict[str, list[str]]:
        """The same panes for another width, and with what was done meanwhile."""
        from admin.workspace.reader import drop as of_drop  # noqa: PLC0415 -- as above

        if self._drop is None:
            return {}
        return of_drop.lay_out(self._open, self._drop, columns, paint, self._tick)

    def _tick(self, what: str, done: int, total: int) -> None:
        if self._hears is not None:
            self._hears.working(what, done, total)

    def _came_before(self) -> Before:
        stamp = casefile.stamp(self._home)
        if self._before is None or self._before[0] != stamp:
            drops = [standing.drop for standing in self._open.standings.values()]
            self._before = stamp, Before(self._home, drops)
        return self._before[1]

    # What reviewers do

    def act(self, kind: str, drop: str, typed: str) -> Listed:
        """Appends the event that a key and what was typed behind it stand for. Raises `AdminError`."""
        value, name = ACTS[kind](self, drop, typed.strip())
        self._open.do([drop], kind, value, name)
        return self.listed()

    def _tag(self, drop: str, typed: str) -> tuple[str, str]:
        off = typed.startswith("-")
        return ("off" if off else "on"), typed[off:].strip()

    def _flag(self, drop: str, typed: str) -> tuple[str, str]:
        return ("off" if self._open.view.of(drop).flagged else "on"), ""

    def _note(self, drop: str, typed: str) -> tuple[str, str]:
        if not typed:
            raise AdminError(tr("An empty note was not written."))
        if len(typed) > MAX_NOTE:
            raise AdminError(tr("A note has at most {max_note} characters.", max_note=MAX_NOTE))
        return typed, ""

    def _assign(self, drop: str, typed: str) -> tuple[str, str]:
        return ("" if typed == "-" else typed), ""

    def _state(self, drop: str, typed: str) -> tuple[str, str]:
        names = [(state, name) for state in STATES for name in (state, tr(state))]
        found = {state for state, name in names if typed and name.startswith(typed.lower())}
        if len(found) != 1:
            raise AdminError(tr("A state is one of: {states}.", states=", ".join(map(tr, STATES))))
        return found.pop(), ""

    def _due(self, drop: str, typed: str) -> tuple[str, str]:
        try:
            return ("" if typed == "-" else date.fromisoformat(typed).isoformat()), ""
        except ValueError:
            raise AdminError(tr("A day is written as YYYY-MM-DD.")) from None


ACTS: dict[str, Callable[[Jobs, str, str], tuple[str, str]]] = {
    "tag": Jobs._tag,
    "flag": Jobs._flag,
    "note": Jobs._note,
    "assign": Jobs._assign,
    "state": Jobs._state,
    "due": Jobs._due,
}
"""The kinds of events that a key appends."""


class _Quiet(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]  # it does not return there either
        raise AdminError(as_sentence(visible(message)))


def _filter(words: str) -> argparse.Namespace:
    """`new tag=NAME day=DAY..DAY` as `list` would take it behind dashes. Raises `AdminError`."""
    parser = _Quiet(add_help=False, allow_abbrev=False)
    add_filters(parser)
    arguments = []
    at = 0
    words = words.strip()
    while at < len(words):
        match = _WORD.match(words, at)
        if match is None:
            raise AdminError(tr("A filter is a word, or a word, = and what it is to be: new tag=NAME."))
        value = match[2] if match[2] is not None else match[3]
        arguments.append(f"--{match[1]}" if value is None else f"--{match[1]}={value}")
        at = match.end()
        while at < len(words) and words[at].isspace():
            at += 1
    return parser.parse_args(arguments)
