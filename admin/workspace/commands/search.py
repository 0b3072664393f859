"""`silbo-admin search`: finds drops by their words, one by one or from a file of words."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from admin.context import Context
from admin.display import visible
from admin.errors import DONE, AdminError
from admin.words import tr, trn
from admin.workspace.commands.doing import add_passphrase
from admin.workspace.filters import add_filters, fitting, is_asked, say_unknown_desk, table
from admin.workspace.opened import Workspace, opened
from admin.workspace.written import text_of

SHOWN = 50
MOST = 100_000
_NAMED = 3
_ASKED = "-"


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words",
        metavar="WORDS",
        nargs="*",
        help=tr('all of these; "a phrase", begin*; without any you are asked, and no shell keeps it'),
    )
    parser.add_argument(
        "--without",
        metavar="WORD",
        action="append",
        default=[],
        help=tr("not with this word; - asks for them: no list of processes shows them"),
    )
    parser.add_argument(
        "--batch", type=Path, metavar="FILE", help=tr("a file of words, a search a line: a table")
    )
    parser.add_argument("--all", action="store_true", help=tr("not the newest {shown} alone", shown=SHOWN))
    parser.add_argument("--save", metavar="NAME", help=tr("remember these words under a name"))
    parser.add_argument("--saved", metavar="NAME", help=tr("search what was saved"))
    parser.add_argument("--forget", metavar="NAME", help=tr("forget what was saved"))
    parser.add_argument("--searches", action="store_true", help=tr("list what was saved"))
    add_filters(parser)
    add_passphrase(parser)


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    context = workspace.context
    if options.searches or options.forget is not None:
        return _of_saved(workspace, options)
    if options.batch is not None:
        return _batch(workspace, options)
    queries = _queries(workspace, options)
    unwanted = "".join(f" -{_quoted(word)}" for word in _unwanted(context, options))
    queries = [query + unwanted for query in queries]
    found = _found(workspace, options, queries, few=not options.all)
    say_unknown_desk(workspace, options)
    if options.save is not None:
        workspace.do([], "search", queries[0], options.save.strip())
    shown = found if options.all else found[:SHOWN]
    if not found:
        context.tell(tr("Nothing was found."))
        _say_left_out(workspace)
        return DONE
    table(workspace, shown)
    if len(shown) < len(found):
        context.tell(
            tr("These are the newest {shown}; there are older ones, which '--all' shows.", shown=SHOWN)
        )
    else:
        context.tell(tr("{counted} found.", counted=trn("{n} drop", "{n} drops", len(found))))
    _say_left_out(workspace)
    return DONE


def run(context: Context, options: argparse.Namespace) -> int:
    with opened(context) as workspace:
        return act(workspace, options)


def _queries(workspace: Workspace, options: argparse.Namespace) -> Sequence[str]:
    """What was given, saved or typed."""
    if options.saved is not None:
        saved = workspace.view.searches()
        if options.saved not in saved:
            raise AdminError(tr("No search was saved under that name; 'search --searches' lists them."))
        return saved[options.saved]
    return [" ".join(map(_quoted, options.words)) or workspace.context.type_line(tr("Words:"))]


def _unwanted(context: Context, options: argparse.Namespace) -> list[str]:
    """What was given, and what is typed where `-` was."""
    given = [word for word in options.without if word != _ASKED]
    typed = context.type_line(tr("Not with these words:")) if _ASKED in options.without else ""
    return given + typed.split()


def _of_saved(workspace: Workspace, options: argparse.Namespace) -> int:
    context, saved = workspace.context, workspace.view.searches()
    if options.forget is None:
        for name, ways in saved.items():
            context.say(f"{visible(name)}: {' | '.join(map(visible, ways))}")
        if not saved:
            context.tell(tr("No search was saved."))
        return DONE
    if options.forget not in saved:
        raise AdminError(tr("No search was saved under that name."))
    workspace.do([], "search", "", options.forget)
    context.tell(tr("Forgotten."))
    return DONE


def _quoted(word: str) -> str:
    """A phrase that came as one word, from behind quotation marks."""
    return f'"{word}"' if " " in word else word


def _found(
    workspace: Workspace, options: argparse.Namespace, queries: Iterable[str], *, few: bool = False
) -> list[str]:
    """Ids of drops with the words of any of the queries that the filters let through, the newest first. With
    `few`, of more than are shown, one more.
    """
    most = SHOWN + 1 if few and not is_asked(options) else MOST
    found = dict.fromkeys(entry.drop for query in queries for entry in workspace.search(query, most))
    ids = [drop for drop in found if drop in workspace.standings]
    if is_asked(options):
        through = {standing.drop.id for standing in fitting(workspace, options)}
        ids = [drop for drop in ids if drop in through]
    return ids


def _batch(workspace: Workspace, options: argparse.Namespace) -> int:
    """A table: how many drops hold each line of a file, and the newest of them."""
    context = workspace.context
    lines = [line.strip() for line in text_of(options.batch).splitlines()]
    context.say(context.paint.bold(f"{tr('DROPS'):>5}  {tr('NEWEST'):<40}  {tr('WORDS')}"))
    for line in dict.fromkeys(line for line in lines if line):
        phrase = line if set('"*') & set(line) else f'"{line}"'
        try:
            ids = _found(workspace, options, [phrase])
        except AdminError:
            context.say(f"{'-':>5}  {tr('(no word in it)'):<40}  {visible(line)}")
            continue
        newest = " ".join(workspace.short[drop] for drop in ids[:_NAMED])
        context.say(f"{len(ids):>5}  {newest:<40}  {visible(line)}")
    _say_left_out(workspace)
    return DONE


def _say_left_out(workspace: Workspace) -> None:
    """A search that finds nothing says so of what it has seen alone."""
    if left := workspace.left_out():
        workspace.context.tell(
            trn(
                "{n} drop is not in the index and was not searched; 'list --words' shows 'not read'.",
                "{n} drops are not in the index and were not searched; 'list --words' shows 'not read'.",
                left,
            )
        )
