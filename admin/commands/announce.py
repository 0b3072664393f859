"""`silbo-admin announce`: signed words of a desk for everybody who asks, a language each, with an end."""

from __future__ import annotations

import argparse
from datetime import date
from functools import partial
from pathlib import Path

from admin.answers import announcements, thread, wording
from admin.case import casefile, endings
from admin.case.opening import manifest_of
from admin.case.report import quoted
from admin.commands import add_passphrase, reminders
from admin.context import Context
from admin.errors import DONE, AdminError
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.keys.revoked import is_revoked
from admin.keys.root import unlock_root
from admin.words import tr, trn


def options(parser: argparse.ArgumentParser) -> None:
    """Whose words these are, until when, in which languages, and which counts of people stand in them."""
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help=tr("the stick: the announcement is a folder in it")
    )
    desk = parser.add_mutually_exclusive_group(required=True)
    desk.add_argument("--desk-id", metavar="HEX", help=tr("the desk, by its id"))
    desk.add_argument("--drop", metavar="ID", help=tr("the desk that this drop was sent to"))
    parser.add_argument(
        "--until", type=_day, required=True, metavar="DAY", help=tr("the first day it is not shown")
    )
    parser.add_argument(
        "--text",
        type=_pair,
        action="append",
        required=True,
        metavar="LANG=FILE",
        help=tr("the words in a language; {NAME} stands for a count"),
    )
    parser.add_argument(
        "--count",
        type=_count,
        action="append",
        default=[],
        metavar="NAME=N",
        help=tr("a count of people: told rounded down to fives, and not below five"),
    )
    parser.add_argument(
        "--count-threads",
        type=_threads,
        action="append",
        default=[],
        metavar="NAME[=ID,ID...]",
        help=tr("the same, counted here: the codenames of all drops to this desk, or of these"),
    )
    parser.add_argument("--yes", action="store_true", help=tr("sign without asking, in a script"))
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    texts = {language: _read(Path(name)) for language, name in options.text}
    people = dict(options.count)
    threads: dict[str, list[str] | None] = dict(options.count_threads)
    counts = len(options.count) + len(options.count_threads)
    if len(texts) < len(options.text) or len(people.keys() | threads.keys()) < counts:
        raise AdminError(tr("A language or a count is named twice; nothing was signed."))
    if not context.terminal and not options.yes:
        raise AdminError(tr("In a script --yes is needed, too; nothing was signed."))
    ring = context.ring()
    desk_id = _desk(context, home, options, ring)
    for name, ids in threads.items():
        people[name] = _counted(context, home, ring, desk_id, ids)
    root = unlock_root(home, ring)
    if is_revoked(home, root.public()):
        raise AdminError(tr("These keys were revoked: no server shows what they sign."))
    make = partial(
        announcements.made, home, root, desk_id, today=context.today, until=options.until, texts=texts
    )
    preview = make(people=people)
    announcements.check(preview)
    for language in sorted(texts):
        context.tell(tr("Everybody who asks and reads in '{language}' will see:", language=language))
        context.say("", *quoted(preview.text(language) or "", context.paint, context.columns), "")
    context.out.flush()
    if not options.yes and not context.confirm(tr("Sign this for everybody?")):
        context.tell(tr("Nothing was signed."))
        return DONE
    with home.lock(wait=True):
        folder = announcements.write(home, root, make(people=people), options.folder)
    context.tell(
        tr("Announcement, shown until the day before {until}: {folder}", until=options.until, folder=folder),
        tr("Give it to the operator."),
    )
    return DONE


def _desk(context: Context, home: Home, options: argparse.Namespace, ring: KeyRing) -> bytes:
    if options.desk_id is not None:
        try:
            return bytes.fromhex(options.desk_id)
        except ValueError:
            raise AdminError(tr("A desk's id has 32 hexadecimal digits.")) from None
    drop = casefile.find(reminders.case_file(context, home).drops, options.drop)
    desk_id = manifest_of(home, drop, ring).desk_id
    if desk_id is None:
        raise AdminError(tr("That drop names no desk's id: it is from Silbo 0.1. Give --desk-id."))
    return desk_id


def _counted(context: Context, home: Home, ring: KeyRing, desk_id: bytes, ids: list[str] | None) -> int:
    """From the drops here: nobody has to count by hand, and one person with two drops is one."""
    case_file = reminders.case_file(context, home)
    among = None if ids is None else {casefile.find(case_file.drops, each).id for each in ids}
    standings = endings.standings(home, case_file)
    found, uncounted = thread.how_many(home, standings, desk_id, ring, among=among)
    if uncounted:
        context.tell(
            tr(
                "Not counted, without a codename or not to be opened here: {counted}.",
                counted=trn("{n} drop", "{n} drops", uncounted),
            )
        )
    return found


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return wording.decoded(file.read(wording.LONGEST + 1)).strip("\n")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("must be a day like 2026-12-31")) from None


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign or not value:
        raise argparse.ArgumentTypeError(tr("must be NAME=VALUE"))
    return name, value


def _threads(text: str) -> tuple[str, list[str] | None]:
    if "=" not in text:
        return text, None
    name, ids = _pair(text)
    return name, ids.split(",")


def _count(text: str) -> tuple[str, int]:
    name, value = _pair(text)
    if not value.isdecimal() or len(value) > 9:
        raise argparse.ArgumentTypeError(tr("must be NAME=N, N a whole number"))
    return name, int(value)
