"""One drop, opened for the reader: verified as `show` does it, its words held in memory, laid out in panes.

It counts as opened once it was laid out for the screen. Nothing is written but that; a parcel's ciphertext
lies in the home as long as it is looked through, as with `show`.
"""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from admin.answers import thread, told
from admin.case import opening, parcels, withdrawals
from admin.case.extract import LONGEST_SHOWN, SHOWN_IN_ALL
from admin.case.opening import Case, Entry
from admin.case.report import answer_lines, entry_lines, refused_lines, render
from admin.case.resent import Before, remember
from admin.display import Paint
from admin.errors import AdminError
from admin.words import tr
from admin.workspace.commands import about
from admin.workspace.opened import Workspace
from admin.workspace.reader.lines import folded
from crypto.record import Record

PANES = ("text", "files", "thread", "answers", "work")
WIDEST = 100
"""Columns that a text takes at most: longer lines are hard to read."""

_BEGINNING = 64 * 1024
"""So many bytes of a text are shown that is longer than `show` shows."""

Tick = Callable[[str, int, int], None]
"""Told how far it is; raises `Stopped`."""


class Drop(Record):
    """A drop with the parcels in it, and the texts of each by the number of its items."""

    cases: tuple[Case, ...]
    texts: tuple[dict[int, str], ...]
    problems: tuple[str, ...]
    opened_by: tuple[date, ...]
    seen: tuple[str, ...]

    def __repr__(self) -> str:
        return "Drop()"

    @property
    def id(self) -> str:
        return self.cases[0].drop.id


def read(workspace: Workspace, drop_id: str, before: Before, tick: Tick) -> Drop:
    """Opens a drop. Raises what `opening.open_case` does, and `Stopped`."""
    home, ring = workspace.home, workspace.ring
    drop = workspace.standings[drop_id].drop
    drops = [standing.drop for standing in workspace.standings.values()]
    ring.forget_opened()
    compared = withdrawals.comparing(home, drops, ring)
    read_before, total = 0, drop.listed.size * 3  # the whole file, each item's ciphertext, each item

    def ticked(size: int) -> None:
        nonlocal read_before
        read_before += size
        tick(tr("Opening the drop"), min(read_before // 1024, total // 1024), total // 1024)

    case = compared(opening.open_case(home, drop, ring, tick=ticked))
    with parcels.opened(home, case, ring, compared, before) as inside:
        cases = (case, *inside.cases)
        texts = tuple(_texts(workspace, of, tick) for of in cases)
        return Drop(cases, texts, inside.problems, inside.opened_by(case), inside.seen)


def note_opened(workspace: Workspace, drop: Drop) -> None:
    """Once it was laid out: a receipt confirms what was opened."""
    workspace.home.note_opened(drop.id, drop.opened_by)
    remember(workspace.home, drop.id, drop.seen)
    workspace.note_opened(drop.id)


def lay_out(workspace: Workspace, drop: Drop, columns: int, paint: Paint, tick: Tick) -> dict[str, list[str]]:
    """The lines of each pane, none wider than `columns`."""
    made = {
        "text": _of_text(drop, min(columns, WIDEST), paint, tick),
        "files": _of_files(drop, paint, columns),
        "thread": _of_thread(workspace, drop, paint, min(columns, WIDEST)),
        "answers": _of_answers(drop, paint, min(columns, WIDEST)),
        "work": of_work(workspace, drop.id, paint, columns),
    }
    return {name: folded(lines, columns) for name, lines in made.items()}


def _of_text(drop: Drop, columns: int, paint: Paint, tick: Tick) -> list[str]:
    lines: list[str] = []
    for case, texts in zip(drop.cases, drop.texts, strict=True):
        shown = replace(case, entries=(), manifest=replace(case.manifest, answers={}, refused=()))
        lines += ["", *render(shown, {}, paint, problems=() if case.parcel else drop.problems)]
        for number, entry in enumerate(case.entries):
            if _is_text(entry):
                tick(tr("Laying out the words"), number, len(case.entries))
                title, *words = entry_lines(case, entry, texts, paint, columns=columns)
                if _is_cut(entry):
                    words.insert(
                        0, "      " + tr("(Only its beginning is shown; 'extract' writes all of it.)")
                    )
                lines += ["", title, *words]
    return lines[1:]


def _of_files(drop: Drop, paint: Paint, columns: int) -> list[str]:
    lines: list[str] = []
    for case, texts in zip(drop.cases, drop.texts, strict=True):
        if case.parcel:
            lines += [paint.bold(tr("Parcel {id}, sealed by the source", id=case.drop.id)), ""]
        for entry in case.entries:
            if not _is_text(entry):
                lines += [*entry_lines(case, entry, texts, paint, columns=columns), ""]
        if case.manifest.refused:
            lines += [*refused_lines(case.manifest.refused, paint), ""]
    return lines[:-1] or [tr("No file.")]


def _of_answers(drop: Drop, paint: Paint, columns: int) -> list[str]:
    lines = [line for case in drop.cases for line in answer_lines(case.manifest, paint, columns)]
    return lines[1:] or [tr("No question of the desk was answered.")]


def _of_thread(workspace: Workspace, drop: Drop, paint: Paint, columns: int) -> list[str]:
    """As `thread` tells it, of the drops that the index knows to be of the same codename."""
    manifest, entry = drop.cases[0].manifest, workspace.entries.get(drop.id)
    if manifest.mailbox is None or entry is None or not entry.thread:
        return [tr("Of that drop no thread is known: it has no codename, or is not in the index.")]
    same = [
        standing
        for standing in workspace.standings.values()
        if (other := workspace.entries.get(standing.drop.id)) is not None and other.thread == entry.thread
    ]
    try:
        way = thread.way_to_answer(manifest)
        found = thread.of_source(workspace.home, same, drop.cases[0].drop, manifest, workspace.ring)
        lines, problems = told.lines(
            workspace.home,
            found,
            way,
            workspace.short,
            workspace.ring,
            paint=paint,
            columns=columns,
            today=workspace.today,
        )
    except AdminError as error:
        return [paint.alarm(str(error))]
    return [*(paint.alarm("! " + problem) for problem in problems), *lines]


def of_work(workspace: Workspace, drop_id: str, paint: Paint, columns: int) -> list[str]:
    """What `about` says of a drop."""
    said = io.StringIO()
    context = workspace.context
    workspace.context = context.replaced(out=said, err=said, paint=paint, paint_err=paint, hears=None)
    try:
        about.act(workspace, Namespace(id=drop_id))
    finally:
        workspace.context = context
    return folded(said.getvalue().splitlines(), min(columns, WIDEST))


def _texts(workspace: Workspace, case: Case, tick: Tick) -> dict[int, str]:
    """The testimonies by item number, of long ones the beginning."""
    texts: dict[int, str] = {}
    left = SHOWN_IN_ALL
    for number, entry in enumerate(case.entries):
        if entry.item is None or entry.item.kind != "text":
            continue
        tick(tr("Reading the words"), number, len(case.entries))
        limit = _BEGINNING if _is_cut(entry) else entry.item.size
        left -= limit
        if left < 0:
            break
        content = _Head(limit, tick)
        opening.content_of(case, entry, content, workspace.ring, workspace.home)
        texts[entry.number] = content.getvalue().decode("utf-8", "ignore" if _is_cut(entry) else "strict")
    return texts


class _Head(io.BytesIO):
    """Keeps the first bytes of what is written, and lets the person stop."""

    def __init__(self, limit: int, tick: Tick) -> None:
        super().__init__()
        self._left = limit
        self._tick = tick

    def write(self, data: Any, /) -> int:  # Buffer has a name from 3.12 on
        self._tick(tr("Reading the words"), 0, 0)
        super().write(data[: self._left])
        self._left -= min(len(data), self._left)
        return len(data)


def _is_text(entry: Entry) -> bool:
    return entry.item is not None and entry.item.kind == "text"


def _is_cut(entry: Entry) -> bool:
    return entry.item is not None and entry.item.size > LONGEST_SHOWN
