"""The outbox: a folder on the operator's stick with the replies that wait for their sources.

Source: docs/protocol.md, "Outboxes"; docs/adr/0120. All that waits goes onto every stick, so that none is
lost with one. Written in place, files first and then the list: what a pulled stick left, the next run mends.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from admin.answers import OUTBOX, SIGNATURE, kept, read
from admin.answers.kept import Sent
from admin.errors import AdminError
from admin.files import make_public_folder, write_public
from admin.home import Home
from admin.words import tr
from crypto.errors import CryptoError
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey, SigningKey
from crypto.outbox import MAX_REPLIES, MAX_SIZE, Outbox, outbox_bytes, parse_outbox

WAITS = timedelta(days=90)
"""So long an unread reply goes onto sticks; a server that forgot it in its time gets it back no later."""

_FILE = re.compile(r"[0-9a-f]{64}\.age")


@dataclass(frozen=True, slots=True)
class Written:
    """The folder, how many replies are in it, and a sentence for each that is damaged here."""

    folder: Path
    replies: int
    findings: tuple[str, ...]


def folder_for(root: PublicKey, stick: Path) -> Path:
    """Where the outbox of this reviewer is. Raises `AdminError` if something else has its name."""
    folder = stick / f"outbox-{root.key_id.hex()[:8]}"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise AdminError(
            tr("On the stick, {name} is a link or a file; take it away first.", name=folder.name)
        )
    return folder


def waiting(home: Home, today: date) -> list[Sent]:
    """Not known to be read, the newest if there are too many. Raises `AdminError` for a damaged record."""
    done = read.load(home)
    unread = [
        sent for sent in kept.load(home) if sent.listed.sha256 not in done and sent.day >= today - WAITS
    ]
    return unread[-MAX_REPLIES:]


def write(home: Home, root: SigningKey, stick: Path, sent: Iterable[Sent], today: date) -> Written:
    """Writes the outbox with these replies into `stick`, which is made if need be."""
    folder = folder_for(root.public(), stick)
    files, findings = {}, []
    for reply in sorted(sent, key=lambda reply: reply.listed.sha256):
        try:
            files[reply] = kept.sealed_of(home, reply)
        except (OSError, CryptoError):
            findings.append(
                tr(
                    "Reply {number} of {day} is missing or damaged here and was left out: write it again.",
                    number=reply.number,
                    day=reply.day,
                )
            )
    outbox = Outbox(root.public(), today, tuple(reply.listed for reply in files))
    make_public_folder(folder)
    for reply, data in files.items():
        if not _is_there(folder / reply.listed.name, data):
            write_public(folder / reply.listed.name, data)
    data = outbox_bytes(outbox)
    if not _says_the_same(folder, outbox):
        write_public(folder / SIGNATURE, root.sign(data, f"silbo outbox, {len(files)} replies").encode())
        write_public(folder / OUTBOX, data)
    names = {reply.listed.name for reply in files}
    for file in list(folder.iterdir()):
        if _FILE.fullmatch(file.name) and file.name not in names:
            file.unlink()
    home.note("in_outbox", [reply.digest for reply in files])
    return Written(folder, len(files), tuple(findings))


def _is_there(path: Path, data: bytes) -> bool:
    return _plain(path, len(data)) == data


def _says_the_same(folder: Path, outbox: Outbox) -> bool:
    """Whether the outbox that is there needs no other: a stick that is pulled now loses nothing."""
    data, signature = _plain(folder / OUTBOX, MAX_SIZE), _plain(folder / SIGNATURE, SIGNATURE_TEXT_LIMIT)
    with contextlib.suppress(CryptoError):
        there = parse_outbox(data, signature.decode("utf-8", "replace"), outbox.root)
        return (there.replies, there.made) == (outbox.replies, outbox.made)
    return False


def _plain(path: Path, limit: int) -> bytes:
    """What is in a file of the stick, empty if it is none or longer."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            data = file.read(limit + 1)
            return data if len(data) <= limit else b""
    return b""
