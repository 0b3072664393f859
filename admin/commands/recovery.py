"""`silbo-admin recovery`: word cards for colleagues, and what they bring back after a laptop is lost."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path

from admin.answers import private
from admin.case import exchange, handed
from admin.commands import add_passphrase
from admin.commands.ten_words import say_words
from admin.context import Context
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.files import require_writable, sweep, sync_folder, write_public
from admin.home import Home
from admin.keys import passphrase, recovery
from admin.keys.cards import Desk, typed_secret
from admin.program import command
from admin.words import tr, trn
from crypto import hand_over_keys, shares
from crypto.age import HybridIdentity
from crypto.errors import CryptoError, NoMatch
from crypto.save import MAX_SIZE, Save, open_save
from crypto.shares import Card
from crypto.words import fingerprint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from crypto.hand_over_keys import HandOverKeys

_COLUMNS = 4
_LARGEST = 4 * MAX_SIZE
_LONGEST_LINE = 4096
_WIPE = "\x1b[H\x1b[2J\x1b[3J"
"""Clears the screen and what was scrolled off it (ECMA-48 ED; 3 is xterm's)."""


def options(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar=tr("ACTION"))
    splitting, saving, joining = (
        actions.add_parser(name, description=purpose, help=purpose)
        for name, purpose in (
            ("split", tr("a new recovery key, cut into word cards")),
            ("save", tr("seal what a new machine needs, to the recovery key")),
            ("join", tr("bring it back with the cards, into a new home")),
        )
    )
    splitting.add_argument(
        "--need", type=int, default=3, metavar="K", help=tr("how many cards bring it back (%(default)s)")
    )
    splitting.add_argument(
        "--of", type=int, default=5, metavar="N", help=tr("how many there are (%(default)s)")
    )
    joining.add_argument(
        "--check", action="store_true", help=tr("only try whether cards and file belong together")
    )
    for action, work in ((splitting, _split), (saving, _save), (joining, _join)):
        action.set_defaults(work=work)
        if action is not splitting:
            action.add_argument("file", type=Path, metavar="FILE", help=tr("where the save lies"))
        add_passphrase(action)


def run(context: Context, options: argparse.Namespace) -> int:
    work: Callable[[Context, argparse.Namespace], int] = options.work
    return work(context, options)


def _split(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    if not 2 <= options.need <= options.of <= shares.MOST_CARDS:
        raise AdminError(tr("At least 2 cards must be needed, of at most 16."))
    if (
        recovery.has_recovery(home)
        and context.terminal
        and not context.confirm(
            tr(
                "There are cards already. They go on opening what was saved so far, and nothing newer. Make "
                "new ones?"
            )
        )
    ):
        raise AdminError(tr("Nothing was made."))
    require_writable(home.keys)
    _warn_of_swap(context)
    cards, signed = recovery.cut(home, context.ring(), options.need, options.of, context.today)
    one_by_one = context.terminal and context.out.isatty()
    with _wiped(context, one_by_one):
        for card in cards:
            if one_by_one:
                context.say(_WIPE)
            context.say(*_lines(card, options.of, context.today.isoformat()))
            if one_by_one:
                context.type_line(tr("Copy it by hand and compare each word; then press Enter."))
            elif card is not cards[-1]:
                context.say("\f")
        context.out.flush()
    with home.lock(
        wait=True
    ):  # from here on: a recovery key of which somebody has no cards would save nothing
        recovery.keep(home, signed)
    context.note(
        tr(
            "{of} cards were made; any {need} of them bring the keys back, fewer tell nothing. Give them to "
            "people who don't meet every day. They open nothing without the file of '{command}': make it "
            "now, and keep it elsewhere too.",
            of=options.of,
            need=options.need,
            command=command("recovery save FILE"),
        )
    )
    return DONE


def _warn_of_swap(context: Context) -> None:
    if private.swaps_to_disk():
        context.warn(
            tr(
                "This machine moves memory to a disk (swap), where the words could be found again: "
                "'sudo swapoff -a' switches that off."
            )
        )


@contextlib.contextmanager
def _wiped(context: Context, on_screen: bool) -> Iterator[None]:
    """However the block ends, no word of a card stays on the screen, or where it scrolled to."""
    try:
        yield
    finally:
        if on_screen:
            context.say(_WIPE)
            context.out.flush()


def _lines(card: Card, of: int, day: str) -> Iterator[str]:
    yield tr("Recovery card {number} of {of}, {day}", number=card.number, of=of, day=day)
    yield tr(
        "Any {need} of these cards together open a recovery file. Show this one to nobody else.",
        need=card.need,
    )
    yield ""
    cells = [f"{place:2} {word:<9}" for place, word in enumerate(card.words, 1)]
    for start in range(0, len(cells), _COLUMNS):
        yield "  " + "  ".join(cells[start : start + _COLUMNS]).rstrip()
    yield ""


def _save(context: Context, options: argparse.Namespace) -> int:
    home, newest = context.open_home()
    home.refuse(options.file.parent)
    if exchange.goes_back(options.file.parent, home.path):
        raise AdminError(
            tr("That stick goes back to the operator, who must not have a save. Take one of your own.")
        )
    if newest > context.today:
        raise AdminError(tr("The clock is wrong: set it right first, a save goes by the day."))
    require_writable(options.file.parent)
    sweep(options.file.parent)
    ring, beside = context.ring(), _beside(options.file)
    with home.lock():
        data, save, day = recovery.sealed_save(home, ring, context.today)
        kept, damaged = handed.kept(home, ring)
        sealed = recovery.sealed_beside(home, ring, data, kept) if kept else None
    if damaged and beside.exists():
        raise AdminError(
            tr(
                "{problem} {name} may still hold it: nothing was saved over that. Save to another name, and "
                "keep both.",
                problem=damaged[0],
                name=visible(beside.name),
            )
        )
    # Killed anywhere here, the file has what belongs to it under one of the two names.
    if sealed is not None:
        write_public(_next(beside), sealed)
    write_public(options.file, data)
    if sealed is not None:
        _next(beside).replace(beside)
        sync_folder(beside.parent)
    else:
        for name in (beside, _next(beside)):
            name.unlink(missing_ok=True)
    context.tell(
        tr(
            "Saved: the root and {counted}, until {until}.",
            counted=trn("{n} period key", "{n} period keys", len(save.periods)),
            until=save.periods[-1].until,
        ),
        tr("The cards of {day} open it, and no others.", day=day),
        tr(
            "With enough cards it opens every drop of these periods for as long as it exists: after each "
            "'rotate' save again, and destroy the older file. No drop, tag or note is in it; '{command}' "
            "copies those.",
            command=command("backup"),
        ),
    )
    if kept:
        context.tell(
            trn(
                "What opens {n} case that was handed over to you lies beside it, in {name}: keep the two "
                "together. It has no end.",
                "What opens {n} cases that were handed over to you lies beside it, in {name}: keep the two "
                "together. It has no end.",
                len(kept),
                name=visible(beside.name),
            )
        )
    for told in damaged:
        context.warn(told)
    return DONE_WITH_FINDINGS if damaged else DONE


def _join(context: Context, options: argparse.Namespace) -> int:
    if options.file.exists() and not options.file.is_file():
        raise AdminError(tr("That is no file."))
    if not options.check:
        recovery.require_room(context.home)
    with options.file.open("rb") as file:
        data = file.read(_LARGEST + 1)
    desk = Desk(
        context.type_line if context.terminal else lambda _question: context.stdin.readline(_LONGEST_LINE),
        context.note,
        context.warn,
        context.terminal,
    )
    _warn_of_swap(context)
    with _wiped(context, context.terminal and context.out.isatty()):
        secret = typed_secret(desk)
    save = _open(data, secret, context)
    cases = _cases(context, _beside(options.file), data, secret)
    span = (
        tr("until {until}", until=save.periods[-1].until)
        if save.periods
        else tr("all over by now: nothing sent before can be read with it")
    )
    context.tell(
        tr(
            "The file is of {made}, by '{label}': the root and {counted}, {span}.",
            made=save.made,
            label=visible(save.label),
            counted=trn("{n} period key", "{n} period keys", len(save.periods)),
            span=span,
        )
    )
    _show_words(context, save)
    if options.check:
        return DONE
    if save.made > context.today and not (
        context.terminal and context.confirm(tr("Is today {today} (UTC), for certain?", today=context.today))
    ):
        raise AdminError(
            tr(
                "The file is of {made}, and the clock says {today} (UTC): set the clock right first. Nothing "
                "was made.",
                made=save.made,
                today=context.today,
            )
        )
    if context.terminal and not context.confirm(tr("Are these the words that stand on paper?")):
        raise AdminError(tr("Nothing was made."))
    chosen = passphrase.choose_new(context.ask, twice=options.passphrase_fd is None)

    def bring(home: Home, folder: Path) -> None:
        if cases is not None:
            handed.bring(home, folder, chosen, cases, context.work_factor)

    published = recovery.restore(
        context.home,
        save,
        chosen,
        today=context.today,
        work_factor=context.work_factor,
        progress=context.progress,
        beside=bring,
    )
    context.tell(
        tr("The keys are in {home}, under the new passphrase.", home=visible(str(context.home))),
        tr(
            "Key list number {serial}, {span}. Give it to the server: '{command}' copies it.",
            serial=published.keys.serial,
            span=published.span,
            command=command("publish DIR"),
        ),
        tr(
            "Drops that were read before are not here: ask for the batches again ('silbo export --again'), "
            "or copy them from a backup. If the old laptop was stolen, and not only broken, do not go on "
            "with these keys: hand the revocation to the operator and make new ones."
        ),
    )
    return DONE


def _beside(file: Path) -> Path:
    """Where what opens cases that were handed over lies."""
    return file.with_name(f"{file.name}.handed")


def _next(beside: Path) -> Path:
    """Where it lies until the save that it belongs to has its name."""
    return beside.with_name(f"{beside.name}.new")


def _cases(context: Context, file: Path, save: bytes, secret: bytes) -> HandOverKeys | None:
    """What lies beside the save, if it is of it; else that is told."""
    there = [name for name in (file, _next(file)) if name.is_file()]
    if not there:
        return None
    cases = next((found for name in there if (found := _beside_of(name, save, secret)) is not None), None)
    if cases is None:
        context.warn(
            tr(
                "{name} is damaged, or of another save: cases that were handed over to you can't be opened "
                "with it.",
                name=visible(file.name),
            )
        )
        return None
    context.tell(
        trn(
            "With it is what opens {n} case that was handed over to you.",
            "With it is what opens {n} cases that were handed over to you.",
            len(cases.drops),
        )
    )
    return cases


def _beside_of(file: Path, save: bytes, secret: bytes) -> HandOverKeys | None:
    with file.open("rb") as src:
        data = src.read(2 * hand_over_keys.MAX_SIZE)
    try:
        return recovery.open_beside(data, secret, save)
    except CryptoError:
        return None


def _show_words(context: Context, save: Save) -> None:
    from crypto.minisign import SigningKey  # noqa: PLC0415 -- for this alone

    say_words(context, SigningKey(save.root_seed).public(), tr("The ten words of these keys:"))
    if save.server is not None:
        context.tell(tr("The ten words of the server's key:"))
        context.say("  " + " ".join(fingerprint(save.server)))


def _open(data: bytes, secret: bytes, context: Context) -> Save:
    try:
        return open_save(data, [HybridIdentity(secret)], context.today)
    except NoMatch:
        raise AdminError(
            tr(
                "These cards are true, but of another file: it was saved to other cards, or is no recovery "
                "file."
            )
        ) from None
    except CryptoError as error:
        raise AdminError(tr("The file is no recovery file, or damaged. {error}", error=error)) from None
