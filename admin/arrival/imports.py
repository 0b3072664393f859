"""Taking batches from a stick into the home: the server's signature, the chain, and every drop's hash.

Issue 3 item 7. Nothing is believed before the pinned server key has signed it. A fault is reported in one
sentence and what is intact is taken in all the same. Ciphertext appears in the home under its name only
when its hash was right and it is on the disk; importing the same stick again changes nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from admin.arrival.pinning import Confirm, pinned_head
from admin.arrival.stick import (
    BATCH_FILE,
    SIGNATURE_FILE,
    Folder,
    StickError,
    batch_folders,
    open_stick,
    read,
)
from admin.case.cases import StoredDrop, load_drops, record_name
from admin.errors import AdminError
from admin.home import Home, new_file, write_atomic
from crypto import batch as chain
from crypto.batch import Batch, BatchDrop, Head
from crypto.errors import ChainError, FormatError
from crypto.minisign import SIGNATURE_TEXT_LIMIT
from crypto.words import fingerprint


@dataclass(slots=True)
class Imported:
    """What an import did: a sentence for everything done (`notes`), and for everything wrong (`findings`)."""

    notes: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    verified: int = 0
    new_drops: int = 0


def import_stick(
    home: Home, path: Path, *, server: str | None, confirm: Confirm | None, today: date
) -> Imported:
    """Imports a batch folder, or every batch folder in `path`.

    The first time the server's key is pinned: it is `server` (the key, or its ten words when the stick
    carries the key in `server.pub`), or the stick's own key after `confirm` has shown its ten words to a
    person. Raises `AdminError` when there is nothing to import or the key is not the pinned one.
    """
    result = Imported()
    with open_stick(path) as stick:
        folders, refused = batch_folders(stick)
        result.findings += refused
        if not folders and not refused:
            raise AdminError("There is no batch in that folder.")
        head = pinned_head(home, [stick, *folders], server, confirm)
        intake = _Intake(home, head, result, today)
        for folder in _in_sequence(folders, result):
            intake.take(folder)
    newest_here = max(intake.numbers, default=0)
    if 0 < newest_here < head.sequence and not result.new_drops:
        result.findings.append(
            f"Nothing here is newer than batch {newest_here}, and batch {head.sequence} was imported before: "
            "an old stick, or one from which newer batches were taken."
        )
    if intake.head.missing:
        gaps = [chain.in_words(gap) for gap in intake.head.missing]
        result.notes.append(f"Never seen so far: {', '.join([*gaps[:20], *(['...'] if gaps[20:] else [])])}.")
    return result


def _in_sequence(folders: list[Folder], result: Imported) -> list[Folder]:
    """The folders whose batch can be read at all, by the number that it claims."""
    numbered = []
    for folder in folders:
        try:
            data, _ = _read_list(folder)
            numbered.append((chain.parse_batch(data).sequence, folder))
        except FormatError as error:
            result.findings.append(f"{folder.title} was changed or cut short: {_lower(error)}")
        except StickError as error:
            result.findings.append(str(error))
    return [folder for _, folder in sorted(numbered, key=lambda entry: entry[0])]


def _read_list(folder: Folder) -> tuple[bytes, str]:
    """The untrusted list and signature of a batch. Raises `FormatError` or `StickError`."""
    data = folder.read_small(BATCH_FILE, chain.MAX_SIZE)
    signature = folder.read_small(SIGNATURE_FILE, SIGNATURE_TEXT_LIMIT)
    if data is None or signature is None:
        raise FormatError("Its list or its signature is missing.")
    return data, signature.decode("utf-8", "replace")


class _Intake:
    """Takes verified batches in, one after the other; `head` and `known` grow with each."""

    def __init__(self, home: Home, head: Head, result: Imported, today: date) -> None:
        self.head = head
        self.numbers: set[int] = set()
        self._home = home
        self._result = result
        self._today = today
        self._known = {drop.id: drop for drop in load_drops(home)}

    def take(self, folder: Folder) -> None:
        """Verifies one batch, takes in its drops, and remembers it once they are on the disk."""
        findings = self._result.findings
        try:
            untrusted_data, untrusted_signature = _read_list(folder)
            batch = self.head.open(untrusted_data, untrusted_signature)
        except (ChainError, FormatError, StickError) as error:
            findings.append(f"{folder.title} was not imported: {_lower(error)}")
            return
        self._result.verified += 1
        number, repeated = batch.sequence, False
        try:
            following = self.head.follow(batch)
        except ChainError as error:
            repeated = error.code == chain.REPEATED
            if not repeated or number in self.numbers:
                findings.append(str(error))
            following = self.head.adopt(batch)
        self.numbers.add(number)
        if folder.number not in {None, number}:
            findings.append(f"{folder.title} holds batch {number}: it is not what its name says.")
        if batch.day > self._today + timedelta(days=1):
            findings.append(f"Batch {number} is dated in the future: this clock or the server's is wrong.")
        added = self._take_drops(folder, batch)
        if not repeated:
            self._remember(batch, untrusted_data, untrusted_signature, following)
        self._say(batch, following, added, repeated)
        self.head = following

    def _take_drops(self, folder: Folder, batch: Batch) -> int:
        """Copies the drops that are not here yet; a sentence for each that is not what was signed."""
        added = 0
        for listed in batch.drops:
            drop = StoredDrop(self._home.drops, listed, batch)
            twin = self._known.setdefault(listed.id, drop)
            if twin.sha256 != listed.sha256 or twin.sequence != batch.sequence:
                self._result.findings.append(
                    f"Batch {batch.sequence} lists drop {listed.id[:8]} again, "
                    f"which came with batch {twin.sequence}."
                )
                continue
            if drop.path.exists():
                continue
            try:
                self._copy(folder, drop, listed)
                added += 1
            except (ChainError, StickError) as error:
                self._result.findings.append(f"Batch {batch.sequence}, drop {listed.id[:8]}: {_lower(error)}")
        return added

    def _copy(self, folder: Folder, drop: StoredDrop, listed: BatchDrop) -> None:
        """Copies while the hash is taken; the name appears only when the hash was right. Raises
        `ChainError`.
        """
        src = folder.open_file(drop.path.name)
        if src is None:
            chain.check_drop(listed, None)
            return
        with src, new_file(drop.path) as dst:
            chain.check_drop(listed, cast(BinaryIO, _Copying(src, dst)))

    def _remember(self, batch: Batch, data: bytes, signature: str, following: Head) -> None:
        """Keeps the signed list as evidence, then the head: a crash before that leads to the same import
        again.
        """
        record = self._home.batches / record_name(batch)
        write_atomic(record.with_name(record.name + ".minisig"), signature.encode())
        write_atomic(record, data)
        write_atomic(self._home.head, chain.head_bytes(following))

    def _say(self, batch: Batch, following: Head, added: int, repeated: bool) -> None:
        drops = f"{added} new drop{'' if added == 1 else 's'}"
        state = "imported before, nothing new" if repeated and not added else drops
        self._result.new_drops += added
        self._result.notes.append(f"Batch {batch.sequence} of {batch.day}: {state}.")
        if batch.successor is not None and following.keys != self.head.keys:
            words = " ".join(fingerprint(batch.successor))
            self._result.notes.append(f"Batch {batch.sequence} hands over to a new server key: {words}.")


class _Copying(io.BufferedIOBase):
    """A reader of the stick that writes to `dst` whatever is read from it."""

    def __init__(self, src: BinaryIO, dst: BinaryIO) -> None:
        self._src = src
        self._dst = dst

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        data = read(self._src, -1 if size is None else size)
        self._dst.write(data)
        return data


def _lower(error: Exception) -> str:
    text = str(error)
    return text[:1].lower() + text[1:]
