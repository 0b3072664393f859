"""`silbo-admin compare`: what differs between two files, or two drops, of "the same"."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.files import temporary_folder, write_atomic
from admin.words import tr, trn
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.comparing import Compared, as_html, as_text
from admin.workspace.files import CleanFile, clean_files, require_new_folder, require_word
from admin.workspace.marked import differing
from admin.workspace.opened import Workspace, opened
from admin.workspace.second_file import comparer, marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.context import Context

REPORT, PAGE = "compared.txt", "compared.html"


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("first", metavar="A", help=tr("an item of a drop as ID:2, a drop, or a clean file"))
    parser.add_argument("second", metavar="B", help=tr("what to hold against it"))
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=tr("a new folder for the report, with pictures side by side")
    )
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context = workspace.context
    _ready(workspace.home.path, options)
    first, left = clean_files(workspace, options.first)
    second, left_too = clean_files(workspace, options.second)
    pairs, alone = _pairs(first, second)
    with comparer(context.warn) as compare, marker(context.warn) as look:
        found = [
            Compared(
                a.name,
                b.name,
                compare((a.media_type, a.content), (b.media_type, b.content)),
                differing(look(a.media_type, a.content), look(b.media_type, b.content)),
            )
            for a, b in pairs
        ]
    for each in found:
        context.say(*as_text(each))
    if alone:
        context.warn(
            trn(
                "{n} file has nothing to be held against.",
                "{n} files have nothing to be held against.",
                alone,
            )
        )
    if options.out is not None:
        _write(options.out, found)
        context.tell(tr("{place}: the report as text and as a page.", place=visible(str(options.out))))
    whole = not (alone or left or left_too)
    return DONE if whole and all(each.same for each in found) else DONE_WITH_FINDINGS


def _ready(home: Path, options: argparse.Namespace) -> None:
    """Raises `AdminError` for what can't be done."""
    for word in (options.first, options.second):
        require_word(word)
    if options.out is not None:
        require_new_folder(home, options.out)


def run(context: Context, options: argparse.Namespace) -> int:
    _ready(context.home, options)  # before a passphrase is asked
    with opened(context) as workspace:
        return act(workspace, options)


def _pairs(
    first: Sequence[CleanFile], second: Sequence[CleanFile]
) -> tuple[list[tuple[CleanFile, CleanFile]], int]:
    """Of two drops, the files of one kind in their order; and how many are left over. Raises `AdminError`."""
    if len(first) == len(second) == 1:
        return [(first[0], second[0])], 0
    pairs = []
    for kind in dict.fromkeys(file.media_type for file in first):
        ones, others = ([file for file in each if file.media_type == kind] for each in (first, second))
        pairs += list(zip(ones, others, strict=False))
    if not pairs:
        raise AdminError(tr("The two have no files of one kind: name an item of each, as ID:2."))
    return pairs, len(first) + len(second) - 2 * len(pairs)


def _write(target: Path, found: Sequence[Compared]) -> None:
    with temporary_folder(target.parent) as folder:
        lines = [line for each in found for line in (*as_text(each), "")]
        write_atomic(
            folder / REPORT, "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        )
        write_atomic(folder / PAGE, as_html(found).encode("utf-8", "backslashreplace"))
        folder.rename(target)
