"""`silbo-admin import`: batches from a stick or a chat, and what a stick knows of replies, once checked."""

from __future__ import annotations

import argparse
from pathlib import Path

from admin.arrival import jumps, parts, revocations
from admin.arrival.imports import import_stick
from admin.arrival.pinning import Confirm
from admin.arrival.stick import holds_answers, holds_batches
from admin.commands import add_passphrase, reminders
from admin.commands.ten_words import say_words
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS, FAILED
from admin.keys.revoked import remember
from admin.words import tr
from crypto.minisign import PublicKey


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help=tr("a batch folder, or a folder of batch folders")
    )
    parser.add_argument("--server", metavar="KEY", help=tr("the server's public key, or its ten words"))
    said = parser.add_mutually_exclusive_group()
    said.add_argument(
        "--jump",
        type=int,
        metavar="N",
        help=tr("batch N is the server's, the operator says so, though it jumps"),
    )
    said.add_argument(
        "--undo",
        type=int,
        metavar="N",
        help=tr("batch N is not the server's: forget it and what is above it first"),
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home(create=True)
    confirm: Confirm | None = None
    if context.terminal:

        def confirm(key: PublicKey) -> bool:
            say_words(
                context, key, tr("First import. The stick says that the server's key has these ten words:")
            )
            return context.confirm(tr("Are they the words that the server's operator reads to you?"))

    verified, told, jumped = 0, list[str](), False
    with home.lock(), parts.unpacked(home, options.folder, context.ring(), context.today) as unpacked:
        if options.undo is not None:
            context.tell(jumps.undo(home, options.undo))
        revoked = revocations.take(home, options.folder)
        context.tell(*revoked.notes)
        for warning in revoked.warnings:
            context.warn(warning)
        remember(home, revoked.new)  # once it was told
        findings = [*unpacked.findings, *revoked.findings]
        verified += revoked.found
        also_answers = holds_answers(options.folder)
        for folder in unpacked.folders:
            if (revoked.found or also_answers) and not holds_batches(folder):
                continue
            done = import_stick(
                home,
                folder,
                server=options.server,
                confirm=confirm,
                today=context.today,
                jump=options.jump,
            )
            context.tell(*done.notes)
            findings += done.findings
            told += done.told
            verified += done.verified
            jumped |= done.jumped
        if also_answers:  # after the batches: the first pins the server, another may bring its new key
            from admin.arrival import answers  # noqa: PLC0415 -- most sticks bring none

            seen = answers.take(home, options.folder)
            context.tell(*seen.notes)
            findings += seen.findings
            verified += seen.found
    if options.jump is not None and not jumped:
        findings.append(
            tr("There is no batch {jump} here that jumps: --jump changed nothing.", jump=options.jump)
        )
    if not revoked.warnings:
        reminders.to_rotate(context, home)
    reminders.of_endings(context, home)
    for finding in findings:
        context.warn(finding)
    home.note("told", told)
    if findings and not verified:
        context.warn(tr("Nothing was imported."))
        return FAILED
    return DONE_WITH_FINDINGS if findings or revoked.warnings else DONE
