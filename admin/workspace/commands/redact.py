"""`silbo-admin redact`: covers words and areas of one clean file for good, and lists them with their
reasons.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.files import create_file, temporary_folder, write_atomic
from admin.words import language, tr, trn
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.commands.view import page_folder, wait
from admin.workspace.dossier.chosen import Wish, wish, wishes_of
from admin.workspace.dossier.disk import on_disk
from admin.workspace.dossier.exhibits import WORDS_ALONE, covers_of
from admin.workspace.files import CleanFile, clean_files, require_new_folder, require_word
from admin.workspace.opened import Workspace, opened
from admin.workspace.page import choosing, drawing
from admin.workspace.page.browser import browsing, find_browser
from admin.workspace.page.contents import IN_ALL, PICTURES, shown
from admin.workspace.page.markup import write_page
from admin.workspace.page.place import PROFILE, place_in_memory
from admin.workspace.page.style import STYLE
from admin.workspace.second_file import FileReader, cleaner, redactor
from admin.workspace.written import text_of
from codes.kinds import CLEAN
from scrub.redact.finding import pieces
from scrub.report import Clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.context import Context

LIST = "redactions.json"
_ASKED = "-"


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=tr("an item of a drop as ID:2, or a clean file"))
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=tr("a new folder"))
    parser.add_argument(
        "--words",
        metavar="FILE",
        help=tr(
            "a file of words to cover, a line each as 'Ana Ruiz = a colleague'; - asks for them: no list of "
            "processes shows them"
        ),
    )
    for name, spelled, purpose in (
        (
            "word",
            '"WORDS = WHY"',
            tr(
                "words to cover wherever they stand, and why; begin* for a beginning; listed with the process"
            ),
        ),
        ("area", '"PAGE:L,T,R,B = WHY"', tr("an area, from the left and from the top in per cent, and why")),
        ("line", '"N-M = WHY"', tr("lines of a plain text, and why")),
    ):
        parser.add_argument(f"--{name}", action="append", default=[], metavar=spelled, help=purpose)
    parser.add_argument(
        "--page", action="store_true", help=tr("draw areas on a page in a browser, kept in memory")
    )
    parser.add_argument("--no-browser", action="store_true", help=tr("say where the page is, and wait"))
    parser.add_argument(
        "--browser", metavar="PROGRAM", help=tr("open it with this one (Chromium or Firefox)")
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context = workspace.context
    wanted, program = _ready(workspace.home.path, options)
    files, _ = clean_files(workspace, options.file)
    if len(files) != 1:
        raise AdminError(tr("That drop has several clean files: name one, as ID:2."))
    if options.words == _ASKED:
        wanted += _typed(context)
        _require_silent_reasons(wanted)
    if options.page:
        if Path(options.file).is_file():
            files = [_drawn_anew(context, files[0])]
        wanted += _drawn(workspace, files[0], program)
        _require_silent_reasons(wanted)
    wishes, origin = wishes_of(wanted)
    with redactor(context.warn) as redact:
        done = redact(files[0].media_type, files[0].content, wishes)
    covers = covers_of(done.places, origin, wanted, files[0].name)
    listed = [{"place": each.place, "covered": each.kind, "why": each.reason} for each in covers]
    with temporary_folder(options.out.parent) as folder, on_disk(workspace.today) as disk:
        write_atomic(folder / f"redacted.{CLEAN[files[0].media_type]}", done.content)
        write_atomic(folder / LIST, json.dumps(listed, indent=1).encode("ascii") + b"\n")
        disk.finish(folder)
        folder.rename(options.out)
    context.tell(
        trn(
            "{place}: redacted in {n} place, and a list of what and why.",
            "{place}: redacted in {n} places, and a list of what and why.",
            len(covers),
            place=visible(str(options.out)),
        )
    )
    if wishes.words and files[0].media_type == "application/pdf":
        context.tell(tr(WORDS_ALONE))
    if done.unread:
        pages = ", ".join(map(str, done.unread[:10]))
        context.warn(
            tr(
                "{label}: page {pages} is a picture in which no word can be looked for: look at it yourself.",
                label=files[0].name,
                pages=pages,
            )
        )
        return DONE_WITH_FINDINGS
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    _ready(context.home, options)  # before a passphrase is asked
    with opened(context) as workspace:
        return act(workspace, options)


def _ready(home: Path, options: argparse.Namespace) -> tuple[list[Wish], str | None]:
    """What is typed, and the browser, if there is to be one. Raises `AdminError` for what can't be done."""
    wanted, program = _wanted(options), None
    _require_silent_reasons(wanted)
    require_word(options.file)
    require_new_folder(home, options.out)
    if options.page:
        program = None if options.no_browser else find_browser(options.browser, os.environ)
        place_in_memory(PROFILE, os.environ)
    return wanted, program


def _require_silent_reasons(wanted: list[Wish]) -> None:
    """The list of reasons goes with the copy. Raises `AdminError` if one says what is covered."""
    if any(pieces([each.reason for each in wanted], [each.word for each in wanted if each.word is not None])):
        raise AdminError(tr("A reason says words that you cover. Nothing was written."))


def _drawn(workspace: Workspace, file: CleanFile, program: str | None) -> list[Wish]:
    """What a person draws on a page of this file, and confirms. Raises `AdminError`."""
    context = workspace.context
    total, pictures = _pictures(context, file)
    size = sum(len(content) for _, content in pictures)
    with page_folder(workspace, place_in_memory(size * 4 // 3 + PROFILE, os.environ)) as folder:
        page = folder / "page.html"
        with create_file(page) as dst:
            body = choosing.body_of(file.name, pictures, total)
            write_page(
                dst,
                language(),
                tr("What is to be covered"),
                STYLE + drawing.STYLE,
                body,
                script=drawing.SCRIPT,
            )
        pictures.clear()
        body.clear()
        with (
            contextlib.nullcontext()
            if program is None
            else browsing(program, page, folder, os.environ) as browser
        ):
            if browser is None:
                context.say(str(page))
                context.tell(
                    tr(
                        "It is in memory. Open it in a browser without a network, draw, and save the areas "
                        "into the folder of the page; then press Enter."
                    )
                )
            else:
                context.tell(tr("It opens in a browser. Draw, save the areas there, and press Enter here."))
            context.out.flush()
            wait(context, browser)
            lines = choosing.saved(folder)
    found = choosing.wishes(lines or "")
    context.say(*(line for line in (lines or "").splitlines() if line.strip()))
    if context.terminal and not context.confirm(
        trn("Cover this {n} area?", "Cover these {n} areas?", len(found))
    ):
        raise AdminError(tr("Nothing was covered."))
    return found


def _drawn_anew(context: Context, file: CleanFile) -> CleanFile:
    """A picture that anybody may have put there, as a clean copy: what the browser decodes is ours. Raises
    `AdminError` for what can't be cleaned.
    """
    if file.media_type not in PICTURES:
        return file  # pages are taken out of it behind walls
    with cleaner(context.warn) as clean:
        copy = clean(file.content)
    if not isinstance(copy, Clean) or copy.media_type not in PICTURES:
        raise AdminError(tr("{name} is not a file that Silbo has cleaned.", name=file.name))
    return replace(file, media_type=copy.media_type, content=copy.content)


def _pictures(context: Context, file: CleanFile) -> tuple[int, list[tuple[str, bytes]]]:
    """How many pages a file has, and pictures of the first of them. Raises `AdminError`."""
    if file.media_type in PICTURES:
        return 1, [(file.media_type, file.content)]
    if file.media_type != "application/pdf":
        raise AdminError(tr("On a page, pictures and PDFs can be drawn on. Of a text, name words or lines."))
    with contextlib.closing(FileReader(context.warn)) as reader:
        total, pages = reader.pages(file.content) or (0, [])
    found = shown(pages, IN_ALL)
    if not found:
        raise AdminError(tr("Its pages could not be taken out."))
    return total, found


def _wanted(options: argparse.Namespace) -> list[Wish]:
    """What is asked on the command line and in a file of words. Raises `AdminError`."""
    found = []
    for kind in ("word", "area", "line"):
        for text in getattr(options, kind):
            made = _wish(kind, text)
            if made is None:
                raise AdminError(
                    tr(
                        'Say what to cover and why, as --word "Ana Ruiz = a colleague", --area '
                        '"3:10,20,60,25 = a signature" or --line "4-6 = a place".'
                    )
                )
            found.append(made)
    if options.words not in (None, _ASKED):
        found += _of_lines(text_of(Path(options.words)).splitlines())
    if not found and not options.page and options.words is None:
        raise AdminError(tr("Say what to cover: --words, --word, --area, --line or --page."))
    return found


def _wish(kind: str, text: str) -> Wish | None:
    what, sign, why = text.rpartition(" = ")
    return wish(kind, what.strip(), why.strip()) if sign else None


def _of_lines(lines: Iterable[str]) -> list[Wish]:
    """Words and reasons, a line each. Raises `AdminError`, which names the line by its number."""
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            made = _wish("word", line)
            if made is None:
                raise AdminError(
                    tr("Line {number} of the words is not like 'Ana Ruiz = a colleague'.", number=number)
                )
            found.append(made)
    if not found:
        raise AdminError(tr("There are no words to cover."))
    return found


def _typed(context: Context) -> list[Wish]:
    """Words that the person types, or a script gives, until an empty line."""
    lines, question = [], tr("Words to cover and why, as 'Ana Ruiz = a colleague'; an empty line ends:")
    while line := context.type_line(question):
        lines.append(line)
        question = tr("More:")
    return _of_lines(lines)
