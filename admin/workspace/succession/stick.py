"""The folder of a hand-over on a stick, and the statements in it, which are believed by their signatures.

hand-over-XXXXXXXX/hand-over.json, .minisig          what is handed over, signed by who leaves
                   keys.json, .minisig               the key list of who leaves
                   keys-XXXXXXXXXXXXXXXX.age         the file keys, sealed to those who come next
                   batch-NNNNNN/                     what the server signed, as `import` reads it
                   events-XXXXXXXXXXXXXXXX.age       tags, notes, states, as `merge` reads them
                   taken-XXXXXXXX.json, .minisig     the signed answer
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from admin.arrival.stick import Folder, open_stick
from admin.errors import AdminError
from admin.words import tr
from crypto.errors import CryptoError
from crypto.hand_over import (
    MAX_SIZE,
    MAX_SUCCESSORS,
    MAX_TAKEN_SIZE,
    HandOver,
    HandOverTaken,
    claimed_root,
    parse_hand_over,
    parse_taken,
)
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey

STATEMENT, SIGNATURE = "hand-over.json", "hand-over.json.minisig"
_FOLDER = re.compile("hand-over-[0-9a-f]{8}")
_TAKEN = re.compile(r"taken-[0-9a-f]{8}\.json")


def folder_of(path: Path) -> Path:
    """The folder of the hand-over: the one that the person named, or the only one in it. Raises
    `AdminError`.
    """
    with open_stick(path) as stick:
        if stick.holds(STATEMENT):
            return path
        names = sorted(name for name in stick.names() if _FOLDER.fullmatch(name))
    found = [path / name for name in names if not (path / name).is_symlink() and (path / name).is_dir()]
    if not found:
        raise AdminError(tr("There is no hand-over in that folder, or one that was cut short."))
    if len(found) > 1:
        raise AdminError(
            tr("There are several hand-overs: say which ({names}).", names=", ".join(p.name for p in found))
        )
    return found[0]


def statement(stick: Folder) -> tuple[bytes, str, PublicKey]:
    """The untrusted statement, its untrusted signature, and whose it says it is. Raises `AdminError`."""
    data = stick.read_small(STATEMENT, MAX_SIZE)
    signature = stick.read_small(SIGNATURE, SIGNATURE_TEXT_LIMIT)
    if data is None or signature is None:
        raise AdminError(tr("There is no hand-over in that folder, or one that was cut short."))
    try:
        return data, signature.decode("ascii", "replace"), claimed_root(data)
    except CryptoError:
        raise AdminError(tr("The statement of the hand-over is malformed: nothing was taken.")) from None


def verified(data: bytes, signature: str, root: PublicKey) -> HandOver:
    """The statement of `root`. Raises `AdminError`."""
    try:
        return parse_hand_over(data, signature, root)
    except CryptoError:
        raise AdminError(
            tr("The statement was not signed by whom it names, or was changed: nothing was taken.")
        ) from None


def answers(stick: Folder, hand_over: HandOver) -> Iterator[HandOverTaken | CryptoError | AdminError]:
    """Each answer in the folder, or what is wrong with it."""
    for name in sorted(name for name in stick.names() if _TAKEN.fullmatch(name))[:MAX_SUCCESSORS]:
        try:
            data = stick.read_small(name, MAX_TAKEN_SIZE)
            signature = stick.read_small(f"{name}.minisig", SIGNATURE_TEXT_LIMIT)
            if data is None or signature is None:
                raise AdminError(tr("An answer there has no signature."))
            yield parse_taken(data, signature.decode("ascii", "replace"), hand_over)
        except (CryptoError, AdminError) as error:
            yield error


def taken_name(root: PublicKey) -> str:
    return f"taken-{root.key.hex()[:8]}.json"
