"""`silbo-admin view`: a drop with its files as a page in a browser; the page is gone when the command
ends."""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from admin.answers import private
from admin.case import casefile, endings, opening, parcels, withdrawals
from admin.case.extract import read_texts
from admin.case.opening import Case
from admin.case.parcels import Parcels
from admin.case.resent import Before, remember
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError, Idle
from admin.files import create_file, remove
from admin.words import language, tr, trn
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.opened import Workspace, opened
from admin.workspace.page.browser import ENDING, browsing, find_browser
from admin.workspace.page.case_page import Part, body_of
from admin.workspace.page.contents import IN_ALL, Showing, is_unclean
from admin.workspace.page.markup import write_page
from admin.workspace.page.place import PROFILE, place_in_memory
from admin.workspace.page.style import STYLE
from admin.workspace.page.thread import thread_of
from admin.workspace.second_file import FileReader, cleaner
from admin.workspace.traps import TRAPS

_NAME = "case.html"
_MINUTE = 60
_TRIES, _PAUSE = 20, 0.1


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=tr("the drop's id, or the beginning of it"))
    parser.add_argument(
        "--clean",
        action="store_true",
        help=tr("make clean copies of files that were not cleaned, here, and show those"),
    )
    parser.add_argument("--no-browser", action="store_true", help=tr("say where the page is, and wait"))
    parser.add_argument(
        "--browser", metavar="PROGRAM", help=tr("open it with this one (Chromium or Firefox)")
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context, home, ring = workspace.context, workspace.home, workspace.ring
    standing = workspace.drop(options.id)
    drop = standing.drop
    if standing.state == endings.KEY_DESTROYED:
        raise AdminError(tr("The key of that drop was destroyed: nobody can open it any more."))
    program = None if options.no_browser else find_browser(options.browser, os.environ)
    place_in_memory(PROFILE, os.environ)  # before the drop is opened
    ring.forget_opened()
    drops = [standing.drop for standing in workspace.standings.values()]
    compared = withdrawals.comparing(home, drops, ring)
    case = compared(opening.open_case(home, drop, ring))
    before = context.once(("before", casefile.stamp(home)), lambda: Before(home, drops))
    with parcels.opened(home, case, ring, compared, before) as inside:
        body, size = _body(workspace, options, case, inside)
    # The confined processes are gone before a browser is started, and so are the parcels' files.
    with page_folder(workspace, place_in_memory(size * 4 // 3 + PROFILE, os.environ)) as folder:
        page = folder / _NAME
        with create_file(page) as file:
            write_page(file, language(), tr("Drop {id}", id=workspace.short[drop.id]), STYLE, body)
        body.clear()
        with (
            contextlib.nullcontext()
            if program is None
            else browsing(program, page, folder, os.environ) as browser
        ):
            _say_where(context, page, browser)
            # Not before it was shown: a receipt confirms what was opened.
            home.note_opened(drop.id, inside.opened_by(case))
            remember(home, drop.id, inside.seen)
            wait(context, browser)
    context.tell(tr("Closed; the page is gone."))
    for problem in inside.all_problems(case):
        context.warn(problem)
    return DONE if inside.intact(case) else DONE_WITH_FINDINGS


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)


def _body(
    workspace: Workspace, options: argparse.Namespace, case: Case, inside: Parcels
) -> tuple[list[Element], int]:
    """The body of the page, and how many bytes of files are in it."""
    context, home, ring = workspace.context, workspace.home, workspace.ring
    parts = [Part(case, read_texts(home, case, ring), inside.problems)]
    parts += [Part(inner, read_texts(home, inner, ring)) for inner in inside.cases]
    entry = workspace.entries.get(case.drop.id)
    traps = [tr(TRAPS.get(code, code)) for code in (workspace.traps(entry) if entry is not None else ())]
    thread, told = thread_of(workspace, case.drop, case.manifest)
    copies = (
        cleaner(context.warn)
        if _wants_copies(context, options, case, inside)
        else contextlib.nullcontext(None)
    )
    with contextlib.closing(FileReader(context.warn)) as reader, copies as make_copy:
        showing = Showing(home, ring, reader, make_copy)
        body = body_of(parts, showing.of, [_capital(trap) for trap in traps], thread, told)
    return body, IN_ALL - showing.left


@contextlib.contextmanager
def page_folder(workspace: Workspace, place: Path) -> Iterator[Path]:
    """A folder in memory that this command removes, or after a SIGKILL the next one."""
    if private.swaps_to_disk():
        workspace.context.note(
            tr(
                "This machine moves memory to a disk (swap), where what the page shows could be found again: "
                "'sudo swapoff -a' switches that off."
            )
        )
    folder, before = None, signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        with workspace.home.unfinished(place), private.folder_in_memory(place) as folder:
            try:
                yield folder
            finally:  # who presses Ctrl-C once more waits until all is gone
                signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    finally:
        gone = folder is None or _is_gone(folder)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if not gone:
            raise AdminError(
                tr("Something of the page could not be removed: {place}. Remove it by hand.", place=folder)
            )


def _is_gone(folder: Path) -> bool:
    """A browser that is dying may still have written: what it left goes, too."""
    for _ in range(_TRIES):
        if not folder.exists():
            return True
        time.sleep(_PAUSE)
        remove(folder)
    return not folder.exists()


def _wants_copies(context: Context, options: argparse.Namespace, case: Case, inside: Parcels) -> bool:
    number = sum(
        entry.item is not None
        and entry.item.cleaning != "sealed"
        and is_unclean(entry.item, parcel=of.sealed_by_source)
        for of in (case, *inside.cases)
        for entry in of.entries
    )
    if not number or options.clean or not context.terminal:
        return bool(number and options.clean)
    return context.confirm(
        trn(
            "{n} file was not cleaned. It is not opened; make a clean copy here, and show that?",
            "{n} files were not cleaned. They are not opened; make clean copies here, and show those?",
            number,
        )
    )


def _say_where(context: Context, page: Path, browser: subprocess.Popen[bytes] | None) -> None:
    if browser is None:
        context.say(str(page))
        context.tell(tr("It is in memory. Open it in a browser without a network; press Enter to remove it."))
    else:
        context.tell(tr("It opens in a browser. Press Enter to close it; the page is gone then."))
    if context.idle is not None:
        minutes = max(1, round(context.idle / _MINUTE))
        context.tell(
            trn(
                "After {n} minute without a key here it closes by itself, and the session locks.",
                "After {n} minutes without a key here it closes by itself, and the session locks.",
                minutes,
            )
        )
    context.out.flush()


def wait(context: Context, browser: subprocess.Popen[bytes] | None) -> None:
    """Until a line is typed, or the input ends, or the browser is closed. Raises `Idle` in a session."""
    waited_for = [context.stdin.fileno()]
    if browser is not None:
        waited_for.append(os.pidfd_open(browser.pid))
    try:
        ready, _, _ = select.select(waited_for, [], [], context.idle)
        if not ready:
            raise Idle
        if context.stdin.fileno() in ready:
            context.stdin.readline()
        elif browser is not None and browser.wait() not in (0, -signal.SIGTERM):
            raise AdminError(tr("The browser ended with an error; '--no-browser' says where the page is."))
    finally:
        for each in waited_for[1:]:
            os.close(each)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
