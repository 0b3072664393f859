"""Receipts of reviewers: who has which exported drop, and deleting those that every reviewer has.

Source: issue 5, item 4; docs/protocol.md, "Receipts". Every pinned reviewer must have confirmed a drop: a
server that listened to one alone would delete what another has not read yet, and one stolen root could empty
it. A reviewer who never imports holds the drop back until the desk's retention time, and no longer. One who
was revoked need not confirm, and can't (docs/adr/0074).
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.export.batch_bytes import hash_drop
from bot.keys import Reviewer, Reviewers, ReviewersError
from bot.keys.keyfolder import read_bounded
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from crypto.errors import CryptoError
from crypto.minisign import SIGNATURE_TEXT_LIMIT
from crypto.receipt import MAX_SIZE, Receipt, ReceivedBatch, claimed_root, parse_receipt

PATTERN = "receipt*.json"


@dataclass(slots=True)
class Taken:
    """What the receipts of a folder brought: a sentence for each that counts, and for each that does not."""

    notes: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


async def take(store: Store, reviewers: Reviewers, folder: Path, *, desk: str = FIRST_DESK) -> Taken:
    """Check every receipt of a desk's reviewers in `folder` and remember what it confirms. Deletes nothing.

    Raises ReviewersError if there is no receipt or the folder cannot be read.
    """
    taken = Taken()
    pinned = {reviewer.keys.root: reviewer for reviewer in reviewers.pinned()}
    for path in _files(folder):
        try:
            data = read_bounded(path, MAX_SIZE)
            beside = path.with_name(f"{path.name}.minisig")
            if not _is_plain(beside):
                raise FileNotFoundError
            signature = read_bounded(beside, SIGNATURE_TEXT_LIMIT)
            reviewer = pinned.get(claimed_root(data))
            if reviewer is None:
                revoked = reviewers.is_revoked(claimed_root(data))
                who = (
                    "somebody who was revoked: it counts for nothing"
                    if revoked
                    else "nobody who is a reviewer of this desk"
                )
                taken.findings.append(f"A receipt is from {who}.")
                continue
            receipt = parse_receipt(data, signature.decode("utf-8", "replace"), reviewer.keys.root)
        except FileNotFoundError:
            taken.findings.append("A receipt has no signature beside it (NAME.minisig).")
        except OSError:
            taken.findings.append("A receipt cannot be read.")
        except CryptoError as error:
            taken.findings.append(f"A receipt was refused. {error}")
        else:
            await _confirm(store, desk, reviewer, receipt, taken)
    return taken


def everybody(reviewers: Reviewers, today: date) -> tuple[str, ...]:
    """The tags of all who must have a drop before it goes. None while a key list is damaged: whose it is
    cannot be told.
    """
    if any(notice.code == "damaged" for notice in reviewers.warnings(today)):
        return ()
    return tuple(reviewer.tag for reviewer in reviewers.pinned())


def _is_plain(path: Path) -> bool:
    """No link and no pipe: the stick was in other hands, and reading must end."""
    return path.is_file() and not path.is_symlink()


def _files(folder: Path) -> list[Path]:
    try:
        found = sorted(path for path in folder.glob(PATTERN) if _is_plain(path))
    except OSError:
        found = []
    if not found and folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
        raise ReviewersError("That folder cannot be read by this user: look at its owner and mode.")
    if not found:
        raise ReviewersError("There is no receipt (receipt-....json) in that folder.")
    return found


async def _confirm(store: Store, desk: str, reviewer: Reviewer, receipt: Receipt, taken: Taken) -> None:
    confirmed: list[str] = []
    for received in receipt.batches:
        exported = await store.exported(received.sequence, desk=desk)
        if exported is None or (exported.written and exported.sha256 != received.digest):
            # A server that was restored from a backup has forgotten the batch, and exported the drop again.
            here = await store.written_drops([drop.id for drop in received.drops], desk=desk)
            if not here:
                taken.findings.append(f"Batch {received.sequence} in a receipt is not one of this server's.")
            confirmed += [drop async for drop in _here(store, received, here, taken)]
        elif not exported.written:
            taken.findings.append(
                f"Batch {received.sequence} is not marked as exported yet: run the export again, "
                "then the receipts."
            )
        else:
            confirmed += [drop async for drop in _here(store, received, exported.drop_ids, taken)]
    new = await store.confirm(confirmed, reviewer.tag)
    drops = "1 drop" if new == 1 else f"{new} drops"
    taken.notes.append(f"{reviewer.keys.label} confirms {drops} not confirmed before.")


async def _here(
    store: Store, received: ReceivedBatch, here: frozenset[str], taken: Taken
) -> AsyncIterator[str]:
    """The drops of a receipt's batch that are in `here` and have the hash that was confirmed."""
    for drop in received.drops:
        if drop.id not in here:
            continue  # deleted already, and nobody need remember it
        if (await hash_drop(store, drop.id)).sha256 == drop.sha256:
            yield drop.id
        else:
            taken.findings.append(f"Batch {received.sequence}: a receipt names a drop with another hash.")
