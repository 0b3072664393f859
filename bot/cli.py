"""The command `silbo`: the server's side. `silbo-admin` is the offline one."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from bot import redact
from bot.alone import AlreadyRunning
from bot.backup import BackupError
from bot.backup.commands import backup_options, restore_options, run_backup, run_restore
from bot.doctor import doctor_options, run_doctor
from bot.export.batch_bytes import ExportError
from bot.export.commands import export_options, new_key_options, run_export, run_new_key
from bot.export.signing import create_signing_key, load_signing_key
from bot.reviewers import NoValidKey, Reviewers, ReviewersError, ShutOut
from bot.runtime import RuntimeFolderError
from bot.scrub import ScrubberError
from bot.scrub.report import PDF_STYLES
from bot.server import run_console, run_telegram, today
from bot.settings import Settings, SettingsError, load_settings
from bot.store.database import StorageError, StoreError
from bot.store.purge_commands import receipts_options, run_purge, run_receipts
from bot.telegram import Refused
from bot.telegram.outbox import Unavailable
from crypto.errors import CryptoError
from crypto.hardening import harden
from crypto.words import fingerprint

PROBLEMS = (
    AlreadyRunning,
    SettingsError,
    StoreError,
    StorageError,
    RuntimeFolderError,
    ReviewersError,
    ExportError,
    ScrubberError,
    BackupError,
    CryptoError,
    Refused,
    Unavailable,
)
"""What ends as one sentence to the operator. Anything else is a bug."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    harden()
    redact.install()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except PROBLEMS as problem:
        print(f"silbo: {problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"silbo: {problem.strerror or 'the system refused'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="silbo", description="Takes testimony, removes metadata, stores ciphertext."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=command)
        if name not in ("scrub", "restore"):
            added.add_argument("--config", type=Path, required=True, metavar="FILE", help="silbo.toml")
        return added

    add("init", _init, "make the state folder and the key that signs batches")
    add("run", _run, "run the Telegram bot")
    add("chat", _chat, "hold the conversation in this terminal")
    exported = add("export", run_export, "write the drops that were not exported yet as a signed batch")
    export_options(exported)
    receipts_options(add("receipts", run_receipts, "take reviewers' receipts; delete what all of them have"))
    add("purge", run_purge, "delete what is over, from every file that Silbo writes")
    doctor_options(
        add("doctor", run_doctor, "look at what the promises rest on; exit status 2 if something is broken")
    )
    add("server-key", _server_key, "show the public key that reviewers check batches with")
    new_key_options(add("new-key", run_new_key, "make the key that the next export hands over to"))
    backup_options(add("backup", run_backup, "write what a lost server needs again, encrypted to you"))
    restore_options(add("restore", run_restore, "open a backup into an empty folder, and check all of it"))
    reviewers = commands.add_parser("reviewers", help="add, list, remove or revoke those who can read")
    _reviewers(reviewers.add_subparsers(required=True, metavar="ACTION"))
    scrubbed = add("scrub", _scrub, "remove metadata from files, without a bot")
    scrubbed.add_argument("files", type=Path, nargs="+", metavar="FILE", help="or a folder, for all below it")
    scrubbed.add_argument("--out", type=Path, required=True, metavar="DIR")
    scrubbed.add_argument("--json", action="store_true", help="report as JSON")
    scrubbed.add_argument("--disguise-voice", action="store_true", help="voices are disguised, not hidden")
    scrubbed.add_argument("--lower-resolution", action="store_true", help="less detail in pictures")
    scrubbed.add_argument("--pdf", choices=PDF_STYLES, default="gray", help="how pages of PDFs are redrawn")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    return load_settings(options.config)


def _init(options: argparse.Namespace) -> int:
    settings = _settings(options)
    try:
        settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        create_signing_key(settings.signing_key)
    except OSError:
        raise SettingsError("state: the folder can't be made or written") from None
    return _server_key(options)


def _run(options: argparse.Namespace) -> int:
    asyncio.run(run_telegram(_settings(options)))
    return 0


def _chat(options: argparse.Namespace) -> int:
    asyncio.run(run_console(_settings(options), os.environ.get("LANG", "").partition(".")[0] or None))
    return 0


def _server_key(options: argparse.Namespace) -> int:
    public = load_signing_key(_settings(options).signing_key).public()
    print(public)
    print(" ".join(fingerprint(public)))
    return 0


def _reviewers(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    adding = actions.add_parser("add", help="pin a reviewer, or take a newer key list of one")
    adding.add_argument("list", type=Path, metavar="KEYS", help="keys.json (or its folder), as published")
    adding.add_argument("--words", help="the fingerprint as the reviewer read it out; asked for without it")
    removing = actions.add_parser("remove", help="the next item is no longer sealed to this reviewer")
    removing.add_argument("who", help="the label or the ten words")
    revoking = actions.add_parser(
        "revoke", help="a reviewer's machine was lost: never seal to its keys again"
    )
    revoking.add_argument("file", type=Path, metavar="FILE", help="the revocation that the reviewer kept")
    listing = actions.add_parser("list", help="labels, fingerprints, and until when there are keys")
    for parser, command in ((adding, _add), (removing, _remove), (revoking, _revoke), (listing, _list)):
        parser.set_defaults(command=command)
        parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="silbo.toml")


def _add(options: argparse.Namespace) -> int:
    keys = options.list / "keys.json" if options.list.is_dir() else options.list
    reviewers = Reviewers(_settings(options).reviewers)
    added = reviewers.add(keys, today=today(), words=options.words, confirm=_confirm)
    print(f"{added.keys.label} can read from the next item on, by key list {added.keys.serial}.")
    return 0


def _confirm(words: tuple[str, ...], untrusted_label: str) -> bool:
    """Have the operator compare the fingerprint with what the reviewer reads out."""
    if not sys.stdin.isatty():
        return False
    print(f"The key list says it is of: {untrusted_label}\nIts fingerprint: {' '.join(words)}")
    return input("Did the reviewer read out these ten words to you? Type yes: ").strip().lower() == "yes"


def _remove(options: argparse.Namespace) -> int:
    Reviewers(_settings(options).reviewers).remove(options.who)
    print(
        "Removed: what is sealed from now on is not for this reviewer; earlier drops stay readable to them."
    )
    return 0


def _revoke(options: argparse.Namespace) -> int:
    folder = _settings(options).reviewers
    print(f"Revoked for ever: {ShutOut(folder).revoke(options.file).who}")
    print(
        "The next item is not sealed to these keys, in an open draft too; what was sealed before stays "
        "readable to them. The next export to a folder or a disk tells the other reviewers."
    )
    try:
        Reviewers(folder).recipients(today())
    except NoValidKey:
        print(
            "NOBODY IS LEFT with a key that is valid today: the bot takes nothing in until there is; "
            "add a key list with: silbo reviewers add"
        )
    return 0


def _list(options: argparse.Namespace) -> int:
    print("\n".join(Reviewers(_settings(options).reviewers).lines(today())) or "There is no reviewer yet.")
    return 0


def _scrub(options: argparse.Namespace) -> int:
    from bot.scrub.command import Wishes, scrub_files  # noqa: PLC0415 -- no other command needs it

    wishes = Wishes(options.disguise_voice, options.lower_resolution, options.pdf)
    return scrub_files(options.files, options.out, as_json=options.json, wishes=wishes)
