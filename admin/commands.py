"""What each command of `silbo-admin` does and prints; `admin.cli` reads the words, this carries them out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from admin import endings, keys, reminders
from admin.arrival import parts, receipts
from admin.arrival.imports import import_stick
from admin.arrival.pinning import Confirm
from admin.arrival.stick import holds_batches
from admin.case import cases, opening
from admin.case.extract import extract, new_folder, read_texts
from admin.case.filenames import sealed_name
from admin.case.report import render
from admin.context import Context, count
from admin.endings import NEVER_OPENED, Standing
from admin.errors import DONE, DONE_WITH_FINDINGS, FAILED, AdminError
from admin.home import write_atomic
from admin.keys import keylists, passphrase, qr, revocations
from crypto.minisign import PublicKey
from crypto.wordlist import bip39
from crypto.words import fingerprint as ten_words


def keygen(context: Context, args: argparse.Namespace) -> int:
    if args.suggest:
        context.say(passphrase.suggest(bip39("en")))
        context.note("Write these six words on paper, then run keygen without --suggest and type them.")
        return DONE
    home, _ = context.open_home(create=True)
    with home.lock():
        keys.require_no_keys(home)
        secret = passphrase.choose_new(context.ask, twice=args.passphrase_fd is None)
        published = keys.generate(
            home,
            secret,
            label=args.label,
            start=args.start or context.today,
            today=context.today,
            weeks=args.weeks,
            x25519=args.x25519,
            work_factor=context.work_factor,
            progress=context.progress,
        )
    periods = published.keys.periods
    context.tell(
        f"Made a root and {count(len(periods), 'period key')}, {published.span}.",
        f"Secrets, under your passphrase: {home.keys}",
        *(f"Public: {path}" for path in published.files),
        "Give both public files to the server's operator: 'silbo-admin publish DIR' copies them.",
    )
    _say_words(context, published.keys.root, "Fingerprint, to be read aloud to the operator:")
    context.tell(
        "Keep the passphrase on paper: without it nobody can read what is sent to these keys.",
        f"For the day on which this machine is lost: {home.keys / keys.REVOCATION_FILE}. "
        "Keep a copy elsewhere ('silbo-admin revocation' shows it as text and as a QR code).",
    )
    return DONE


def publish(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    published = keylists.load(home)
    if revocations.is_revoked(home, published.keys.root):
        raise AdminError(
            "These keys were revoked: no server takes a list of them. Make new ones in a new home."
        )
    context.tell(*(str(path) for path in keylists.publish(published, args.folder)))
    context.tell(f"Key list number {published.keys.serial}, {published.span}.")
    return DONE


def fingerprint(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    root = keylists.load(home).keys.root
    if args.words:
        context.say(" ".join(ten_words(root)))
        return DONE
    modules = qr.encode(str(root))
    if args.png is not None:
        write_atomic(args.png, qr.png(modules))
    _say_words(context, root, "Ten words of this reviewer's root key:")
    context.say(str(root))
    if (context.out.encoding or "").lower().replace("-", "") == "utf8":
        context.say(qr.terminal(modules, colour=context.paint.on))
    if args.png is not None:
        context.say(f"QR code: {args.png}")
    return DONE


def import_(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home(create=True)
    confirm: Confirm | None = None
    if context.terminal:

        def confirm(key: PublicKey) -> bool:
            _say_words(
                context, key, "First import. The stick says that the server's key has these ten words:"
            )
            return context.confirm("Are they the words that the server's operator reads to you?")

    verified, told = 0, list[str]()
    with home.lock(), parts.unpacked(home, args.folder, context.ring(), context.today) as unpacked:
        revoked = revocations.take(home, args.folder)
        context.tell(*revoked.notes)
        findings = [*revoked.warnings, *unpacked.findings, *revoked.findings]
        verified += revoked.found
        for folder in unpacked.folders:
            if revoked.found and not holds_batches(folder):
                continue
            done = import_stick(home, folder, server=args.server, confirm=confirm, today=context.today)
            context.tell(*done.notes)
            findings += done.findings
            told += done.told
            verified += done.verified
    if not revoked.warnings:
        reminders.to_rotate(context, home)
    reminders.of_endings(context, home)
    for finding in findings:
        context.warn(finding)
    home.note("told", told)
    if findings and not verified:
        context.warn("Nothing was imported.")
        return FAILED
    return DONE_WITH_FINDINGS if findings else DONE


def receipt(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    case_file = reminders.case_file(context, home)
    if not case_file.drops:
        raise AdminError("There is no drop here to confirm; import first.")
    found = endings.standings(home, case_file)
    asked = {cases.find(case_file.drops, prefix).id for prefix in args.drop}
    chosen = [standing for standing in found if standing.done != NEVER_OPENED or standing.drop.id in asked]
    unread = [standing for standing in found if standing not in chosen]
    if args.all and unread and _confirm_unread(context, unread, args.without_asking):
        chosen, unread = found, []
    if not chosen:
        raise AdminError(
            f"Nobody opened {'the' if len(unread) == 1 else 'any'} drop here yet, so nothing is confirmed: "
            "'show' or 'extract' first, or name one with --drop."
        )
    done = receipts.write(home, context.ring(), args.folder, [standing.drop for standing in chosen])
    context.tell(
        f"Receipt for {count(done.drops, 'drop')}: {done.path}",
        "Give it with its .minisig to the operator: once every reviewer has, the server deletes these drops.",
    )
    if unread:
        context.tell(
            f"Not confirmed, because nobody opened {'it' if len(unread) == 1 else 'them'} here: "
            f"{_named(unread)}. 'show' or 'extract' first, or name one with --drop."
        )
    for finding in done.findings:
        context.warn(finding)
    return DONE_WITH_FINDINGS if done.findings else DONE


def _confirm_unread(context: Context, unread: Sequence[Standing], without_asking: bool) -> bool:
    """Whether what was never opened is confirmed too: a person is told what follows and asked, a script must
    have said so.
    """
    ends = min((standing.ends for standing in unread if standing.ends is not None), default=None)
    then = f"and from {ends} on 'rotate' destroys keys that open it" if ends else "and no key here opens it"
    consequence = (
        f"Never opened here: {_named(unread)}. Once every reviewer has confirmed, the server deletes its "
        f"copies; the reviewers then have the only ones, {then}."
    )
    if without_asking:
        context.tell(consequence)
        return True
    if not context.terminal:
        raise AdminError(f"{consequence} In a script --all needs --without-asking, too; nothing was written.")
    context.tell(consequence)
    return context.confirm("Confirm them all the same?")


def _named(standings: Sequence[Standing]) -> str:
    """How many drops, and which; of many the first ten."""
    ids = [standing.drop.id[:12] for standing in standings]
    more = f" and {len(ids) - 10} more" if len(ids) > 10 else ""
    return f"{count(len(ids), 'drop')} ({', '.join(ids[:10])}{more})"


def list_(context: Context, _args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    reminders.to_rotate(context, home)
    found = endings.standings(home, reminders.case_file(context, home))
    if not found:
        context.tell("No drop was imported yet.")
        return DONE
    title = f"{'DROP':<12}  {'EXPORTED':<10}  {'BATCH':>5}  {'ITEMS':>5}  {'KEY ENDS':<10}  STATE"
    context.say(context.paint.bold(title))
    paints = {
        endings.NEVER_OPENED: context.paint.bold,
        endings.OPENED: lambda text: text,
        endings.TAKEN_OUT: context.paint.dim,
    }
    for standing in found:
        drop, ends = standing.drop, "-" if standing.ends is None else str(standing.ends)
        items = cases.count_items(drop)
        state = paints.get(standing.state, context.paint.alarm)(standing.state)
        numbers = f"{drop.sequence:>5}  {'?' if items is None else items:>5}"
        context.say(f"{drop.id[:12]:<12}  {drop.day}  {numbers}  {ends:<10}  {state}")
    if any(standing.state == endings.KEY_MISSING for standing in found):
        context.note(
            "key missing: the secret that opens it is not in this home, and no rotation here destroyed it. "
            "It may be in another home, or in a copy of this one."
        )
    reminders.of_endings(context, home)
    return DONE


def show(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drop = cases.find(reminders.case_file(context, home).drops, args.id)
    ring = context.ring()
    case = opening.open_case(home, drop, ring)
    context.say(*render(case, read_texts(home, case, ring), context.paint, columns=context.columns))
    if any(entry.sealed_original or (entry.item and entry.item.kind == "file") for entry in case.entries):
        context.say("", context.paint.dim(f"To see the files: silbo-admin extract {drop.id[:12]} DIR"))
    reminders.of_endings(context, home)
    return DONE if case.intact else DONE_WITH_FINDINGS


def extract_(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drop = cases.find(reminders.case_file(context, home).drops, args.id)
    new_folder(home, args.folder, drop)  # before the passphrase is asked
    ring = context.ring()
    case = opening.open_case(home, drop, ring)
    folder = extract(home, case, ring, args.folder)
    home.note("extracted", [drop.id])
    items = [entry.item for entry in case.entries if entry.item is not None]
    context.tell(f"{folder}: {count(len(items), 'item')} and a report.")
    for entry in case.entries:
        if entry.sealed_original:
            context.tell(f"For the custodian, still sealed: {sealed_name(entry)}")
    for cleaning in ("uncleaned", "original"):
        if number := sum(item.cleaning == cleaning for item in items):
            context.warn(
                f"{count(number, 'file')} {cleaning.upper()}: opening can reveal or attack; "
                "open only on this machine."
            )
    for problem in case.problems:
        context.warn(problem)
    return DONE if case.intact else DONE_WITH_FINDINGS


def _say_words(context: Context, key: PublicKey, title: str) -> None:
    words = ten_words(key)
    context.say(
        title, "  " + context.paint.bold(" ".join(words[:5])), "  " + context.paint.bold(" ".join(words[5:]))
    )
