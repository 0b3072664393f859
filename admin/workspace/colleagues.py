"""The reviewers that this home shares with: their signed key lists, taken after a person compared ten words.

    HOME/workspace/reviewers/KEY_ID/   keys.json and keys.json.minisig, one folder a root

A key list alone proves nothing: anybody can sign one. A newer list of a root that is known needs no new look,
unless it says another name: who is trusted as one person must not speak as another.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from admin.arrival.stick import open_stick
from admin.errors import AdminError
from admin.files import remove, sync_folder, temporary_folder, write_atomic
from admin.home import Home
from admin.keys.keylists import LIST_NAME, SIGNATURE_NAME
from admin.keys.revoked import is_revoked
from admin.program import command
from admin.words import tr
from crypto.age import Recipient, parse_recipient
from crypto.errors import CryptoError
from crypto.keylist import MAX_SIZE, KeyList, parse_keylist, period_for
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey
from crypto.words import fingerprint

Confirm = Callable[[KeyList], bool]
"""Shows the ten words of a root to a person; whether they are the right ones."""

MOST = 64


def load(home: Home) -> list[KeyList]:
    """By label. Raises `AdminError` if a list in the home is damaged."""
    folder = _folder(home)
    lists = (
        [_read(path) for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
        if folder.is_dir()
        else []
    )
    return sorted(lists, key=lambda keys: (keys.label.casefold(), str(keys.root)))


def add(home: Home, stick: Path, own: PublicKey, confirm: Confirm | None) -> KeyList:
    """Takes the key list that lies in a folder. Raises `AdminError`, with nothing taken."""
    with open_stick(stick) as folder:
        data = folder.read_small(LIST_NAME, MAX_SIZE)
        signature = folder.read_small(SIGNATURE_NAME, SIGNATURE_TEXT_LIMIT)
    if data is None or signature is None:
        raise AdminError(
            tr(
                "There is no {list_name} with its signature in that folder ('{command}').",
                command=command("publish"),
                list_name=LIST_NAME,
            )
        )
    try:
        keys = parse_keylist(data, signature.decode(), None)
    except (CryptoError, UnicodeDecodeError):
        raise AdminError(tr("The key list there is malformed, or was changed after it was signed.")) from None
    if keys.root == own:
        raise AdminError(tr("These are your own keys."))
    if is_revoked(home, keys.root):
        raise AdminError(tr("These keys were revoked: nothing is shared with them."))
    known = {each.root: each for each in load(home)}
    before = known.get(keys.root)
    if before is not None and before.serial > keys.serial:
        raise AdminError(tr("You have a newer list of that reviewer, number {serial}.", serial=before.serial))
    if before is None and len(known) >= MOST:
        raise AdminError(tr("At most {most} reviewers can share.", most=MOST))
    if before is None or before.label != keys.label:
        if confirm is None:
            raise AdminError(tr("Run this on a terminal: ten words must be compared."))
        if not confirm(keys):
            raise AdminError(tr("The words were not confirmed; nothing was taken."))
    _write(home, keys.root, data, signature)
    return keys


def forget(home: Home, keys: KeyList) -> None:
    """From now on nothing is shared with that reviewer, and nothing of theirs is taken."""
    remove(_folder(home) / _name(keys.root))
    sync_folder(_folder(home))


def find(home: Home, wanted: str) -> KeyList:
    """The reviewer with that label, or first words. Raises `AdminError` if there is none, or several."""
    named = [
        keys
        for keys in load(home)
        if wanted.casefold() == keys.label.casefold()
        or " ".join(fingerprint(keys.root)).startswith(wanted.lower())
    ]
    if len(named) != 1:
        raise AdminError(
            tr(
                "No reviewer, or more than one, has that name: '{command}' lists them.",
                command=command("reviewers"),
            )
        )
    return named[0]


def titles(known: Sequence[KeyList], own: str) -> dict[PublicKey, str]:
    """How to speak of each: by the label, and where that is another's, too, or means you, by two of the ten
    words besides. `own` is the label of this home.
    """
    taken = Counter(_folded(label) for label in ("you", own, *(keys.label for keys in known)))
    return {
        keys.root: keys.label
        if taken[_folded(keys.label)] == 1
        else f"{keys.label} ({' '.join(fingerprint(keys.root)[:2])})"
        for keys in known
    }


def _folded(label: str) -> str:
    return unicodedata.normalize("NFKC", label).casefold()


def recipient_of(keys: KeyList, today: date) -> Recipient | None:
    """What is sealed to today; None if the list has ended."""
    period = period_for(keys, today)
    return None if period is None else parse_recipient(period.recipient)


def _folder(home: Home) -> Path:
    return home.workspace / "reviewers"


def _name(root: PublicKey) -> str:
    return root.key.hex()


def _read(path: Path) -> KeyList:
    try:
        keys = parse_keylist(
            (path / LIST_NAME).read_bytes(), (path / SIGNATURE_NAME).read_text("utf-8"), None
        )
    except (CryptoError, OSError, UnicodeDecodeError):
        keys = None
    if keys is None or _name(keys.root) != path.name:
        raise AdminError(
            tr(
                "The key list of a reviewer in the home is damaged: workspace/reviewers/{name}.",
                name=path.name,
            )
        )
    return keys


def _write(home: Home, root: PublicKey, data: bytes, signature: bytes) -> None:
    home.workspace.mkdir(mode=0o700, exist_ok=True)
    folder = _folder(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    with temporary_folder(folder) as fresh:
        write_atomic(fresh / LIST_NAME, data)
        write_atomic(fresh / SIGNATURE_NAME, signature)
        target = folder / _name(root)
        remove(target)  # between this and the next line a power cut loses the reviewer, not an event
        fresh.rename(target)
    sync_folder(folder)
