"""Revocations: the one of this home's root, kept elsewhere for a lost laptop, and those of other reviewers.

Source: docs/protocol.md, "Revocations"; docs/adr/0074. A stick brings those that its server has taken, in
`revocations/`. They are signed, but anybody can sign for a root of their own: whose it is tell the ten words.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from admin import outgoing
from admin.arrival.stick import Folder, StickError, open_stick
from admin.context import Context
from admin.errors import DONE, AdminError, sentence
from admin.home import Home, write_atomic
from admin.keys import REVOCATION_FILE, keylists, qr, unlock_root
from admin.keys.keyring import KeyRing
from crypto.errors import CryptoError
from crypto.minisign import PublicKey
from crypto.revocation import MAX_SIZE, Revocation, make_revocation, parse_revocation
from crypto.words import fingerprint

_NAME = re.compile(r"revocation[^/]{0,80}\.txt", re.IGNORECASE)
_MOST = 64


@dataclass(slots=True)
class Seen:
    """The revocations of a stick: how many there are, a sentence for each that is new, and for each fault.

    `warnings` are about this home's own root.
    """

    found: int = 0
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def command(context: Context, args: argparse.Namespace) -> int:
    """`silbo-admin revocation`: shows it to be copied or scanned, or writes it into a folder."""
    home, _ = context.open_home()
    with home.lock():
        found = own(home, context.ring(), context.today)
    if args.folder is not None:
        text, picture = copy_out(found, args.folder)
        context.tell(
            f"The revocation of this home's keys: {text}", f"The same as a QR code, to print: {picture}"
        )
    else:
        modules = code(found)
        context.say(found.text)
        size, columns, lines = shutil.get_terminal_size(), len(modules) + 4, len(modules) // 2 + 8
        if context.out.isatty() and (size.columns < columns or size.lines < lines):
            context.note(
                f"The window is too small for the QR code: make it {columns} columns wide and {lines} lines "
                "high, or write the code to a folder with 'silbo-admin revocation DIR'."
            )
        elif (context.out.encoding or "").lower().replace("-", "") == "utf8":
            context.say(qr.terminal(modules, colour=context.paint.on))
    context.tell(
        "Keep it away from this machine, on paper or with a person you trust: on the day on which the "
        "machine is lost it goes to the operator ('silbo reviewers revoke'), whose server then never seals "
        "to these keys again. That cannot be undone."
    )
    return DONE


def own(home: Home, ring: KeyRing, today: date) -> Revocation:
    """The revocation of this home's root; made now if there is none, which needs the passphrase.

    Raises `AdminError`.
    """
    root = keylists.load(home).keys.root
    with contextlib.suppress(OSError, CryptoError):
        found = parse_revocation((home.keys / REVOCATION_FILE).read_bytes())
        if found.root == root:
            return found
    made = make_revocation(unlock_root(home, ring), today)
    if made.root != root:
        raise AdminError("The key list in the home was signed by another root; nothing was made.")
    write_atomic(home.keys / REVOCATION_FILE, made.text.encode())
    return made


def code(revocation: Revocation) -> list[list[int]]:
    """The QR code of the text; correction L, so that it fits 80 columns."""
    return qr.encode(revocation.text.rstrip("\n"), error="l")


def copy_out(revocation: Revocation, folder: Path) -> tuple[Path, Path]:
    """Writes the text, and the QR code as PNG, into `folder`, which is made if need be."""
    outgoing.make_folder(folder)
    text = folder / _name(revocation.root, 8)
    picture = text.with_suffix(".png")
    outgoing.write(text, revocation.text.encode())
    outgoing.write(picture, qr.png(code(revocation)))
    return text, picture


def is_revoked(home: Home, root: PublicKey) -> bool:
    """Whether a stick has brought the revocation of this root, which then is kept in the home."""
    try:
        return parse_revocation((home.revoked / _name(root, 16)).read_bytes()).root == root
    except (OSError, CryptoError):
        return False


def take(home: Home, path: Path) -> Seen:
    """Reads the revocations in the folder `revocations` of a stick, and remembers them.

    Raises `AdminError` as `open_stick` does.
    """
    seen = Seen()
    mine = None
    with contextlib.suppress(AdminError):
        mine = keylists.load(home).keys.root
    with open_stick(path) as stick:
        folder = stick.inside("revocations", "Folder revocations")
        try:
            names = sorted(name for name in folder.names() if _NAME.fullmatch(name))
        except StickError as error:
            seen.findings.append(str(error))
            return seen
        if len(names) > _MOST:
            seen.findings.append(f"More than {_MOST} revocations are there; the rest was not read.")
        for revocation in _read(folder, names[:_MOST], seen):
            seen.found += 1
            if not is_revoked(home, revocation.root):
                _remember(home, revocation)
                _tell(revocation, mine, seen)
    return seen


def _read(folder: Folder, names: list[str], seen: Seen) -> Iterator[Revocation]:
    for name in names:
        try:
            untrusted = folder.read_small(name, MAX_SIZE)
            if untrusted is not None:
                yield parse_revocation(untrusted)
        except StickError as error:
            seen.findings.append(str(error))
        except CryptoError as error:
            seen.findings.append(f"A revocation was not taken. {sentence(error)}")


def _remember(home: Home, revocation: Revocation) -> None:
    home.revoked.mkdir(mode=0o700, exist_ok=True)
    write_atomic(home.revoked / _name(revocation.root, 16), revocation.text.encode())


def _tell(revocation: Revocation, mine: PublicKey | None, seen: Seen) -> None:
    words = " ".join(fingerprint(revocation.root))
    if revocation.root == mine:
        seen.warnings.append(
            "YOUR keys were revoked: the server seals nothing to them from now on. What is here you can "
            "still read. Ask the operator why; make new keys in a new home (silbo-admin --home DIR keygen)."
        )
    else:
        seen.notes.append(
            f"A reviewer's keys were revoked; their ten words: {words}. The server seals nothing to them "
            "from now on; what it sealed before, they open. Ask the operator, by voice, whose they were."
        )


def _name(root: PublicKey, digits: int) -> str:
    return f"revocation-{root.key_id.hex()[:digits]}.txt"
