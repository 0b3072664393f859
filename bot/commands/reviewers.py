"""`silbo reviewers`: who can read what is sealed from the next item on."""

import argparse
import sys
from pathlib import Path

from bot.clock import today
from bot.commands import add_config, add_desk, in_two_lines, is_yes
from bot.desks import chosen, desks_of
from bot.keys import NoValidKey, Reviewers, ReviewersError, ShutOut
from bot.settings import load_settings


def options(parser: argparse.ArgumentParser) -> None:
    """An action, and whom it is about."""
    actions = parser.add_subparsers(required=True, metavar="ACTION")
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
    for action, work in ((adding, _add), (removing, _remove), (revoking, _revoke), (listing, _list)):
        action.set_defaults(work=work)
        add_config(action)
        add_desk(action)


def run(options: argparse.Namespace) -> int:
    """Carry the action out, and say what it means."""
    desk = chosen(desks_of(load_settings(options.config)), options.desk)
    print(options.work(desk.reviewers, options))
    return 0


def _add(folder: Path, options: argparse.Namespace) -> str:
    keys = options.list / "keys.json" if options.list.is_dir() else options.list
    added = Reviewers(folder).add(keys, today=today(), words=options.words, confirm=_confirm)
    return f"{added.keys.label} can read from the next item on, by key list {added.keys.serial}."


def _confirm(words: tuple[str, ...], untrusted_label: str) -> bool:
    """Have the operator compare the fingerprint with what the reviewer reads out."""
    if not sys.stdin.isatty():
        return False
    print(f"The key list says it is of: {untrusted_label}\nIts fingerprint:\n{in_two_lines(words)}")
    return is_yes(input("Did the reviewer read out these ten words to you? Type yes: "))


def _remove(folder: Path, options: argparse.Namespace) -> str:
    reviewers = Reviewers(folder)
    who = reviewers.name_of(options.who)
    if sys.stdin.isatty():
        left = [each.keys.label for each in reviewers.pinned() if each.keys.label != who]
        print(f"Nothing more will be sealed to {who}. Who can read then: {', '.join(left) or 'NOBODY'}.")
        if not is_yes(input("Remove this reviewer? Type yes: ")):
            raise ReviewersError("Nobody was removed.")
    reviewers.remove(options.who)
    said = f"Removed {who}: what is sealed from now on is not for them; older drops stay readable to them."
    return "\n".join([said, *_nobody_left(reviewers)])


def _revoke(folder: Path, options: argparse.Namespace) -> str:
    revoked = ShutOut(folder).revoke(options.file)
    tells = "The next export to a folder or a disk tells the other reviewers."
    if revoked.signed is None:
        tells = "The text COULD NOT BE KEPT for the other reviewers: make room, and run this again."
    said = [
        f"Revoked for ever: {revoked.who}",
        "The next item is not sealed to these keys, in an open draft too; what was sealed before stays "
        f"readable to them. {tells}",
    ]
    return "\n".join([*said, *_nobody_left(Reviewers(folder))])


def _nobody_left(reviewers: Reviewers) -> list[str]:
    try:
        reviewers.recipients(today())
    except NoValidKey:
        return [
            "NOBODY IS LEFT with a key that is valid today: the bot takes nothing in until there is; "
            "add a key list with: silbo reviewers add"
        ]
    return []


def _list(folder: Path, _: argparse.Namespace) -> str:
    return "\n".join(Reviewers(folder).lines(today())) or "There is no reviewer yet."
