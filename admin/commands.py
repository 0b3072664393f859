"""What each command of `silbo-admin` does and prints; `admin.cli` reads the words, this carries them out."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from datetime import timedelta

from admin import cases, endings, keylists, keys, opening, parts, passphrase, qr, receipts, revocations
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS, FAILED, AdminError
from admin.extract import extract, new_folder, read_texts
from admin.filenames import sealed_name
from admin.home import Home, write_atomic
from admin.imports import import_stick
from admin.keyring import GRACE_DAYS, PeriodFile
from admin.pinning import Confirm
from admin.report import render
from admin.stick import holds_batches
from crypto.keylist import half_spent
from crypto.minisign import PublicKey
from crypto.wordlist import bip39
from crypto.words import fingerprint as ten_words

LONGEST_PAUSE = timedelta(days=62)
"""Between two rotations of which the second may destroy without asking; a month is usual."""


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
        f"Made a root and {_count(len(periods), 'period key')}, {_span(published)}.",
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
    context.tell(f"Key list number {published.keys.serial}, {_span(published)}.")
    return DONE


def rotate(context: Context, args: argparse.Namespace) -> int:
    home, newest = context.open_home()
    issued = keylists.load(home).keys.issued
    newest = max(newest, issued)
    if (
        newest > context.today
        and context.terminal
        and context.confirm(f"Is today {context.today}, for certain?")
    ):
        home.believe(context.today)
        newest = context.today
    case_file = _case_file(context, home)
    before = endings.standings(home, case_file)

    def may_destroy(past: Sequence[PeriodFile]) -> bool:
        """A person is asked, because a wrong clock would destroy keys in use; a script has decided, but not
        after so long a time that a clock set forward is likelier.
        """
        if not context.terminal:
            if context.today - issued > LONGEST_PAUSE:
                raise AdminError(
                    f"The last key list was made on {issued} and today is {context.today}: if that is true, "
                    "rotate on a terminal, where you are asked before secrets are destroyed."
                )
            return True
        unread = [
            standing
            for standing in before
            if standing.state == endings.NEVER_OPENED and set(standing.keys) <= set(past)
        ]
        never = f"{_count(len(unread), 'drop')} that never {'was' if len(unread) == 1 else 'were'} opened"
        return context.confirm(
            f"By the clock, today is {context.today}. Past their time: {_count(len(past), 'period secret')}. "
            + (f"With the keys go {never}. " if unread else "")
            + "Destroy?"
        )

    with home.lock():
        done = keys.rotate(
            home,
            context.ring(),
            today=context.today,
            newest_day=newest,
            weeks=args.weeks,
            may_destroy=may_destroy,
            work_factor=context.work_factor,
            progress=context.progress,
        )
    after = endings.standings(home, case_file)
    lost = [now.drop for was, now in zip(before, after, strict=True) if was.keys and not now.keys]
    published = done.published
    context.tell(
        f"Key list number {published.keys.serial}: {_count(done.added, 'new period')}, {_span(published)}.",
        "Give it to the server: 'silbo-admin publish DIR' copies it.",
    )
    if done.destroyed:
        context.tell(
            f"Destroyed {_count(len(done.destroyed), 'period secret')}, "
            f"{GRACE_DAYS} days or more past {'its' if len(done.destroyed) == 1 else 'their'} end: "
            + ", ".join(f"{period.start}" for period in done.destroyed)
            + ".",
            "Each was overwritten and removed; a solid-state disk or a backup may still hold a copy, "
            "which only the passphrase protects.",
        )
    else:
        context.tell("No period secret was destroyed.")
    context.tell(*(f"Can no longer be read: drop {drop.id[:8]} of {drop.day}." for drop in lost))
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
        _remind_to_rotate(context, home)
    for finding in findings:
        context.warn(finding)
    home.note("told", told)
    if findings and not verified:
        context.warn("Nothing was imported.")
        return FAILED
    return DONE_WITH_FINDINGS if findings else DONE


def receipt(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    done = receipts.write(home, context.ring(), args.folder)
    context.tell(
        f"Receipt for {_count(done.drops, 'drop')}: {done.path}",
        "Give it with its .minisig to the operator: once every reviewer has, the server deletes these drops.",
    )
    for finding in done.findings:
        context.warn(finding)
    return DONE_WITH_FINDINGS if done.findings else DONE


def list_(context: Context, _args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    _remind_to_rotate(context, home)
    found = endings.standings(home, _case_file(context, home))
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
        count = "?" if items is None else items
        state = paints.get(standing.state, context.paint.alarm)(standing.state)
        context.say(f"{drop.id[:12]:<12}  {drop.day}  {drop.sequence:>5}  {count:>5}  {ends:<10}  {state}")
    return DONE


def show(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drop = cases.find(_case_file(context, home).drops, args.id)
    ring = context.ring()
    case = opening.open_case(home, drop, ring)
    context.say(*render(case, read_texts(home, case, ring), context.paint, columns=context.columns))
    if any(entry.sealed_original or (entry.item and entry.item.kind == "file") for entry in case.entries):
        context.say("", context.paint.dim(f"To see the files: silbo-admin extract {drop.id[:12]} DIR"))
    return DONE if case.intact else DONE_WITH_FINDINGS


def extract_(context: Context, args: argparse.Namespace) -> int:
    home, _ = context.open_home()
    drop = cases.find(_case_file(context, home).drops, args.id)
    new_folder(args.folder, drop)  # before the passphrase is asked
    ring = context.ring()
    case = opening.open_case(home, drop, ring)
    folder = extract(home, case, ring, args.folder)
    home.note("extracted", [drop.id])
    items = [entry.item for entry in case.entries if entry.item is not None]
    context.tell(f"{folder}: {_count(len(items), 'item')} and a report.")
    for entry in case.entries:
        if entry.sealed_original:
            context.tell(f"For the custodian, still sealed: {sealed_name(entry)}")
    for cleaning in ("uncleaned", "original"):
        if count := sum(item.cleaning == cleaning for item in items):
            context.warn(
                f"{_count(count, 'file')} {cleaning.upper()}: opening can reveal or attack; "
                "open only on this machine."
            )
    for problem in case.problems:
        context.warn(problem)
    return DONE if case.intact else DONE_WITH_FINDINGS


def _case_file(context: Context, home: Home) -> cases.CaseFile:
    """The case file, with what a home of an older version makes of its ids told in a sentence each."""
    case_file = cases.load(home)
    for sentence in case_file.told:
        context.warn(sentence)
    return case_file


def _remind_to_rotate(context: Context, home: Home) -> None:
    """At half validity, early enough for a stick to travel. A home without keys has nothing to rotate."""
    with contextlib.suppress(AdminError):
        keys = keylists.load(home).keys
        if revocations.is_revoked(home, keys.root):
            context.note(
                "These keys were revoked; make new ones in a new home (silbo-admin --home DIR keygen)."
            )
        elif half_spent(keys, context.today):
            context.note(
                f"Half of your key list is spent; it ends on {keys.periods[-1].until}. "
                "Run 'silbo-admin rotate', then 'publish', and give the new list to the operator."
            )


def _say_words(context: Context, key: PublicKey, title: str) -> None:
    words = ten_words(key)
    context.say(
        title, "  " + context.paint.bold(" ".join(words[:5])), "  " + context.paint.bold(" ".join(words[5:]))
    )


def _span(published: keylists.Published) -> str:
    periods = published.keys.periods
    return f"valid from {periods[0].start} until {periods[-1].until}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
