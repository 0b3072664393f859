"""What reviewers wrote comes to the server: outboxes are checked, and each reply lies under its mailbox.

Source: docs/protocol.md, "Outboxes". Only a reviewer who is pinned may answer; a sealed reply can't be opened
here, so what is wrong inside shows when its source opens it. Delivering the same again changes nothing.
Announcements come by the same stick (`bot.announcements`).
"""

import asyncio
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.announcements import DOCUMENT as ANNOUNCEMENT
from bot.announcements import Announcements
from bot.files import open_plain
from bot.keys import Reviewers, ReviewersError
from bot.store.mailboxes import NewReply
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from crypto.errors import CryptoError
from crypto.minisign import SIGNATURE_TEXT_LIMIT
from crypto.outbox import MAX_SIZE, ListedReply, Outbox, claimed_root, parse_outbox

OUTBOX, SIGNATURE = "outbox.json", "outbox.json.minisig"
MAX_FOLDERS = 1000
AT_ONCE = 64
"""Replies of one transaction: mostly some 2 MB, and 100 MB at the very most."""
_DEPTH = 2


@dataclass(slots=True)
class Taken:
    """What the outboxes of a folder brought: a sentence for each that counts, and for what does not."""

    notes: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


async def take(
    store: Store,
    reviewers: Reviewers,
    announcements: Announcements,
    folder: Path,
    today: date,
    *,
    desk: str = FIRST_DESK,
) -> Taken:
    """Deliver what the outboxes of a desk's reviewers in `folder`, or one below it, hold, and keep the
    announcements there.

    Raises ReviewersError if there is neither, or the folder cannot be read; StorageError.
    """
    taken = Taken()
    found, said = list(_places(folder, OUTBOX)), list(_places(folder, ANNOUNCEMENT))
    if not found and not said:
        raise ReviewersError("There are no replies (outbox.json) and no announcements in that folder.")
    for place in said:
        try:
            taken.notes.append(await asyncio.to_thread(announcements.take, place, today))
        except FileNotFoundError:
            taken.findings.append("An announcement has no signature beside it (announcement.json.minisig).")
        except OSError:
            taken.findings.append("An announcement cannot be read, or not be kept on this disk.")
        except CryptoError as error:
            taken.findings.append(f"An announcement was refused. {error}")
        except ReviewersError as error:
            taken.findings.append(str(error))
    for place in found:
        try:
            outbox, label = await asyncio.to_thread(_read, place, reviewers)
        except FileNotFoundError:
            taken.findings.append("An outbox has no signature beside it (outbox.json.minisig).")
        except OSError:
            taken.findings.append("An outbox cannot be read.")
        except CryptoError as error:
            taken.findings.append(f"An outbox was refused. {error}")
        except ReviewersError as error:
            taken.findings.append(str(error))
        else:
            _tell(taken, label, outbox, await _deliver(store, desk, place, outbox, today))
    return taken


async def _deliver(store: Store, desk: str, place: Path, outbox: Outbox, today: date) -> Counter[str]:
    """Deliver what the outbox lists; how many were `new`, came `again`, are `missing` or `wrong`, or
    were for a mailbox that has `ended`."""
    counts: Counter[str] = Counter()
    for some in range(0, len(outbox.replies), AT_ONCE):
        sealed = await asyncio.to_thread(_some, place, outbox.replies[some : some + AT_ONCE], counts)
        done = await store.mailboxes.deliver_all(sealed, today, desk=desk)
        counts["new"] += done.new
        counts["ended"] += done.ended
        counts["again"] += len(sealed) - done.new - done.ended
    return counts


def _tell(taken: Taken, label: str, outbox: Outbox, counts: Counter[str]) -> None:
    before = f" {_count(counts['again'])} came before." if counts["again"] else ""
    if counts["ended"]:
        before += f" {_count(counts['ended'])} not delivered: the source has ended that mailbox for good."
    taken.notes.append(f"{label}, outbox of {outbox.made}: {_count(counts['new'])} delivered.{before}")
    if counts["missing"]:
        taken.findings.append(f"Of {label}, not there though it is listed: {_count(counts['missing'])}.")
    if counts["wrong"]:
        taken.findings.append(f"Of {label}, other than listed and not delivered: {_count(counts['wrong'])}.")


def _read(place: Path, reviewers: Reviewers) -> tuple[Outbox, str]:
    """An outbox that a pinned reviewer has signed, and the label that `silbo reviewers list` has for them."""
    data = _bounded(place / OUTBOX, MAX_SIZE)
    signature = _bounded(place / SIGNATURE, SIGNATURE_TEXT_LIMIT)
    root = claimed_root(data)
    reviewer = next((one for one in reviewers.pinned() if one.keys.root == root), None)
    if reviewer is None:
        who = "was revoked" if reviewers.is_revoked(root) else "is no reviewer of this desk"
        raise ReviewersError(f"An outbox is from somebody who {who}: nothing of it was delivered.")
    return parse_outbox(data, signature.decode("utf-8", "replace"), root), reviewer.keys.label


def _some(place: Path, entries: Sequence[ListedReply], counts: Counter[str]) -> dict[NewReply, bytes]:
    """Their files, but those that are not there or not what is listed, which are counted."""
    sealed = {}
    for listed in entries:
        try:
            data = _sealed(place, listed)
        except OSError:
            counts["missing"] += 1
        except CryptoError:
            counts["wrong"] += 1
        else:
            sealed[NewReply(listed.sha256, listed.address, listed.token_digest)] = data
    return sealed


def _sealed(place: Path, listed: ListedReply) -> bytes:
    """The file of a reply, if it is the one listed. Raises OSError, FormatError."""
    with open_plain(place / listed.name, follow=False) as file:
        data = file.read(listed.size + 1)
    listed.check_file(io.BytesIO(data))
    return data


def _bounded(path: Path, limit: int) -> bytes:
    """A plain file, cut one byte after `limit`: no link and no pipe, for the stick was in other hands."""
    with open_plain(path, follow=False) as file:
        return file.read(limit + 1)


def _places(folder: Path, document: str) -> Iterator[Path]:
    """The folder itself, or those in it, that hold a `document`; at most a thousand are looked at."""
    looked = 0
    level = [folder]
    for _ in range(_DEPTH):
        below: list[Path] = []
        for place in level:
            looked += 1
            if looked > MAX_FOLDERS:
                return
            if (place / document).is_file() and not (place / document).is_symlink():
                yield place
            with suppress(OSError):
                below += sorted(
                    entry for entry in place.iterdir() if entry.is_dir() and not entry.is_symlink()
                )
        level = below


def _count(number: int) -> str:
    return f"{number} repl{'y' if number == 1 else 'ies'}"
