"""The revocation of this home's root, kept elsewhere for the day on which the laptop is lost.

Source: docs/protocol.md, "Revocations"; docs/adr/0074.
"""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

from admin.errors import AdminError
from admin.files import make_public_folder, write_atomic, write_public
from admin.home import Home
from admin.keys import keylists, qr
from admin.keys.keyring import KeyRing
from admin.keys.revoked import file_name
from admin.keys.root import REVOCATION_FILE, unlock_root
from admin.words import tr
from crypto.errors import CryptoError
from crypto.revocation import Revocation, make_revocation, parse_revocation


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
        raise AdminError(tr("The key list in the home was signed by another root; nothing was made."))
    write_atomic(home.keys / REVOCATION_FILE, made.text.encode())
    return made


def code(revocation: Revocation) -> list[list[int]]:
    """The QR code of the text; correction L, so that it fits 80 columns."""
    return qr.encode(revocation.text.rstrip("\n"), error="l")


def copy_out(home: Home, revocation: Revocation, folder: Path) -> tuple[Path, Path]:
    """Writes the text, and the QR code as PNG, into `folder`, which is made if need be."""
    home.refuse(folder)
    make_public_folder(folder)
    text = folder / file_name(revocation.root, 8)
    picture = text.with_suffix(".png")
    write_public(text, revocation.text.encode())
    write_public(picture, qr.png(code(revocation)))
    return text, picture
