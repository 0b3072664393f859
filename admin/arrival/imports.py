"""Taking batches from a stick into the home: the server's signature, the chain, and every drop's hash.

Issue 3 item 7. Nothing is believed before the pinned server key has signed it. A fault is reported in one
sentence and what is intact is taken in all the same. Ciphertext appears in the home under its name only
when its hash was right and it is on the disk; importing the same stick again changes nothing.

A batch of version 2 has its list beside what is signed. Without the list, or with another than the signed
root binds, its drops wait for another stick; the chain goes on, and a hand-over in it counts.

The signed list comes first, then what its ids mean (`admin.case.register`), then the head, then the files:
stopped at any point, the next import goes on from there, and no other list gets in between.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from admin.arrival.pinning import Confirm, pinned_head
from admin.arrival.stick import Folder, StickError, batch_folders, few, open_stick, read
from admin.case import register
from admin.case.casefile import StoredDrop, list_name, load, record_name
from admin.case.register import Meaning
from admin.errors import AdminError
from admin.files import new_file, sweep, sync_folder, write_atomic
from admin.home import Home
from admin.words import mark, retold, tr, trn
from crypto import batch as chain
from crypto.batch import BATCH_FILE, SIGNATURE_FILE, Batch, BatchDrop
from crypto.drop_list import LIST_FILE, list_bytes, with_drops
from crypto.errors import ChainError, FormatError, NewerVersion
from crypto.head import Head, head_bytes, in_words
from crypto.minisign import SIGNATURE_TEXT_LIMIT
from crypto.words import fingerprint

_FORK = mark(
    "A chain forks when the server was restored from a backup and counts on from there: the "
    "usual cause, which the operator knows of. Ask, by voice. If nobody restored it, somebody "
    "else has the server's key: keep this stick, it is evidence. The drops were taken in."
)
_GAP = mark(
    "What is missing is most often on a stick that was left behind, or comes with the next "
    "one: ask the operator. If the operator gave you all of it, it was taken off on the way."
)
_JUMP = mark(
    "A number jumps when many batches are missing, when this home saw none of them, or when "
    "somebody else has the server's key. What it lists is taken in; the memory of the chain "
    "stays as it was. Ask the operator, by voice: if it is so, import once more with '--jump "
    "{number}'."
)
_UNDO = mark(
    " Batch {number}, which came with a gap below it, is in its way. Ask the operator, by "
    "voice: if batch {number} is not the server's, import once more with '--undo {number}'."
)
_FORKING = (chain.FORKED, chain.JUMPED)
"""What waits until all that follows the chain was taken, and is told once."""
_KEPT_FREE = 16 << 20
"""Bytes that stay free for the home's own small files."""
_NAMED = 5
"""How many drops a sentence names."""
_CONFLICT = mark(
    "No honest server gives a drop's id to other content: somebody has the server's key. "
    "Tell the operator, by voice, and keep this stick: it is evidence."
)


@dataclass(slots=True)
class Imported:
    """What an import did: a sentence for everything done (`notes`), and for everything wrong (`findings`).

    `told` are digests of batches with a fork or a drop listed before: to be noted once all this was printed.
    """

    notes: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    verified: int = 0
    new_drops: int = 0
    jumped: bool = False


def import_stick(
    home: Home,
    path: Path,
    *,
    server: str | None,
    confirm: Confirm | None,
    today: date,
    jump: int | None = None,
    only: Collection[str] | None = None,
) -> Imported:
    """Imports a batch folder, or every batch folder in `path`; `jump` is a batch that a person lets jump,
    `only` the ids whose files may be there, where that is not all that the batches list.

    The first time the server's key is pinned: it is `server` (the key, or its ten words when the stick
    carries the key in `server.pub`), or the stick's own key after `confirm` has shown its ten words to a
    person. Raises `AdminError` when there is nothing to import or the key is not the pinned one.
    """
    result = Imported()
    for folder in (home.drops, home.batches):  # what a killed import left
        sweep(folder)
    with open_stick(path) as stick:
        folders, refused = batch_folders(stick)
        result.findings += refused
        if not folders and not refused:
            if closed := stick.closed():
                raise AdminError(
                    tr(
                        "There is no batch in that folder that this user can read; {closed} of what is there "
                        "only its writer can: 'sudo chmod -R a+rX DIR' opens it.",
                        closed=closed,
                    )
                )
            raise AdminError(tr("There is no batch in that folder."))
        if not folders:  # what is there, nobody can read: `refused` says why
            return result
        head = pinned_head(home, [stick, *folders], server, confirm)
        intake = _Intake(home, head, result, today, jump=jump, only=only)
        intake.take_all(_in_sequence(folders, result))
    newest_here = max(intake.numbers, default=0)
    if 0 < newest_here < head.sequence and not result.new_drops:
        result.findings.append(
            tr(
                "Nothing here is newer than batch {newest_here}, and batch {sequence} was imported "
                "before: an old stick, or one from which newer batches were taken.",
                newest_here=newest_here,
                sequence=head.sequence,
            )
        )
    if intake.head.missing:
        gaps = [in_words(gap) for gap in intake.head.missing]
        listed = ", ".join([*gaps[:20], *(["..."] if gaps[20:] else [])])
        result.notes.append(tr("Never seen so far: {batches}.", batches=listed))
    if unlisted := sorted({batch.sequence for batch in intake.records.values() if not batch.is_listed}):
        result.notes.append(
            trn(
                "The list of drops is missing of batch {numbers}: import them from another stick.",
                "The list of drops is missing of batches {numbers}: import them from another stick.",
                len(unlisted),
                numbers=", ".join([*map(str, unlisted[:20]), *(["..."] if unlisted[20:] else [])]),
            )
        )
    return result


def _in_sequence(folders: list[Folder], result: Imported) -> list[Folder]:
    """The folders whose batch can be read at all, by the number that it claims. Of two with one number, the
    one that the next batch names comes first.
    """
    numbered: list[tuple[int, bytes, bytes | None, Folder]] = []  # no lists: a stranger's may be huge
    unread: list[str] = []
    for folder in folders:
        try:
            data, _ = _read_list(folder)
            batch = chain.parse_batch(data)
            numbered.append((batch.sequence, batch.digest(), batch.previous, folder))
        except NewerVersion as error:
            unread.append(tr("{title} was not imported: {reason}", title=folder.title, reason=_lower(error)))
        except FormatError as error:
            unread.append(
                tr("{title} was changed or cut short: {reason}", title=folder.title, reason=_lower(error))
            )
        except StickError as error:
            unread.append(str(error))
    result.findings += few(unread, str)
    named = {previous for _, _, previous, _ in numbered}
    numbered.sort(key=lambda entry: (entry[0], entry[1] not in named))
    return [folder for *_, folder in numbered]


def _read_list(folder: Folder) -> tuple[bytes, str]:
    """The untrusted list and signature of a batch. Raises `FormatError` or `StickError`."""
    data = folder.read_small(BATCH_FILE, chain.MAX_SIZE)
    signature = folder.read_small(SIGNATURE_FILE, SIGNATURE_TEXT_LIMIT)
    if data is None or signature is None:
        raise FormatError(tr("Its list or its signature is missing."))
    return data, signature.decode("utf-8", "replace")


class _Intake:
    """Takes verified batches in, one after the other; `head` and what is known of drops grow with each."""

    def __init__(
        self,
        home: Home,
        head: Head,
        result: Imported,
        today: date,
        *,
        jump: int | None,
        only: Collection[str] | None,
    ) -> None:
        self.head = head
        self._only = only
        self._jump = jump
        self._jumping: set[int] = set()
        self.numbers: set[int] = set()
        self._home = home
        self._result = result
        self._today = today
        case_file = load(home)
        self.records = dict(case_file.records)
        self._meanings, self._undecided = register.read(home), case_file.undecided
        self._damaged, self._told = home.noted("damaged"), home.noted("told")
        self._deleted = home.noted("deleted")
        self._new_here: set[str] = set()
        result.findings += case_file.told

    def take_all(self, folders: list[Folder]) -> None:
        """Those that follow the chain come first: what they list stands, whatever else is on the stick."""
        forks = [folder for folder in folders if not self.take(folder, also_a_fork=False)]
        for folder in forks:
            self.take(folder, also_a_fork=True)

    def take(self, folder: Folder, *, also_a_fork: bool) -> bool:
        """Verifies one batch, remembers what it lists, takes in its drops; False: a fork, which must wait."""
        findings = self._result.findings
        try:
            untrusted_data, untrusted_signature = _read_list(folder)
            batch = self.head.open(untrusted_data, untrusted_signature)
        except (ChainError, FormatError, StickError) as error:
            findings.append(
                tr("{title} was not imported: {reason}", title=folder.title, reason=_lower(error))
            )
            return True
        number, code = batch.sequence, None
        known = self.records.get(record_name(batch))
        telling = batch.digest().hex() not in self._told
        try:
            following = self.head.follow(batch)
        except ChainError as error:
            code, following = error.code, self.head.adopt(batch, jump=number == self._jump)
            if code == chain.JUMPED and following != self.head:
                self._result.notes.append(
                    tr("Batch {number} was taken into the memory, as you say.", number=number)
                )
                self._result.jumped, code, telling = True, None, True
            if code in _FORKING and not also_a_fork:
                return False
            # A home that was brought back (`recovery join`) knows a batch by its digest alone.
            code = None if code == chain.REPEATED and known is None else code
            how = self._how(number, code)
            if code in _FORKING:
                said = not telling or (code == chain.JUMPED and number - 1 in self._jumping)
                if how and batch.successor is not None:
                    said = False  # until it is undone, nothing of the new key's can be imported
            else:
                said = code is None or (code == chain.REPEATED and number not in self.numbers)
            if not said:
                self._tell_order(number, code, f"{retold(str(error))}{how}")
        batch = self._listed(folder, batch, known)
        relisted = known is not None and batch.is_listed and not known.is_listed
        telling |= relisted
        self._result.verified += 1
        (self._jumping if code == chain.JUMPED else self.numbers).add(number)
        if folder.number not in {None, number}:
            findings.append(
                tr(
                    "{title} holds batch {number}: it is not what its name says.",
                    title=folder.title,
                    number=number,
                )
            )
        if batch.day > self._today + timedelta(days=1):
            findings.append(
                tr(
                    "Batch {number} is dated in the future: this clock or the server's is wrong.",
                    number=number,
                )
            )
        repeated = (code == chain.REPEATED or (code in _FORKING and not telling)) and not relisted
        if not repeated:
            self._remember(batch, untrusted_data, untrusted_signature, following)
        if telling:
            self._tell(batch, code)
        added = self._take_drops(folder, batch)
        self._say(batch, following, added, repeated)
        self.head = following
        return True

    def _tell_order(self, number: int, code: str | None, told: str) -> None:
        """Why a batch is not the next one: one that came late is no alarm, and a gap has a usual cause."""
        if code == chain.REORDERED:
            late = tr(
                "Batch {number} came late: batch {newest} was here before it. Sticks that cross do that; "
                "nothing is lost.",
                number=number,
                newest=self.head.sequence,
            )
            self._result.notes.append(late)
            return
        self._result.findings.append(told)
        if code == chain.MISSING:
            _once(self._result.findings, tr(_GAP))

    def _how(self, number: int, code: str | None) -> str:
        """How a person undoes what keeps a batch from following the chain."""
        other = self.head.in_the_way_of(number) if code == chain.FORKED else None
        return "" if other is None else tr(_UNDO, number=other)

    def _listed(self, folder: Folder, batch: Batch, known: Batch | None) -> Batch:
        """The batch with its drops, from the stick or else the home; a sentence if the stick lacks them."""
        if batch.commitment is None:
            return batch
        try:
            return with_drops(batch, folder.read_small(LIST_FILE, chain.MAX_SIZE))
        except (ChainError, FormatError, StickError) as error:
            findings = self._result.findings
            findings.append(tr("Batch {sequence}: {reason}", sequence=batch.sequence, reason=_lower(error)))
            if known is not None and known.is_listed:
                return known
            if batch.count:
                findings[-1] += " " + trn(
                    "None of its {n} drop can be taken from this stick.",
                    "None of its {n} drops can be taken from this stick.",
                    batch.count,
                )
            return batch

    def _remember(self, batch: Batch, data: bytes, signature: str, following: Head) -> None:
        """Keeps the signed list as evidence, then what its ids mean, then the head."""
        name = record_name(batch)
        record = self._home.batches / name
        if batch.commitment is not None and batch.is_listed:
            write_atomic(self._home.batches / list_name(name), list_bytes(batch.drops))
        write_atomic(record.with_name(f"{name}.minisig"), signature.encode())
        write_atomic(record, data)
        self.records[name] = batch
        unknown = {drop.id for drop in batch.drops} - self._meanings.keys() - self._undecided
        fresh = [Meaning(drop.id, drop.sha256, name) for drop in batch.drops if drop.id in unknown]
        self._meanings = register.add(self._home, fresh)
        self._new_here |= {meaning.id for meaning in fresh}
        write_atomic(self._home.head, head_bytes(following))

    def _tell(self, batch: Batch, code: str | None) -> None:
        """Of a fork or a jump, and of drops that came before: the same file, or an id given to another."""
        name, findings, fork = record_name(batch), self._result.findings, code in _FORKING
        before = [
            (drop, meaning)
            for drop in batch.drops
            if (meaning := self._meanings.get(drop.id)) is not None and meaning.record != name
        ]
        same = [meaning for drop, meaning in before if drop.sha256 == meaning.sha256]
        other = [meaning for drop, meaning in before if drop.sha256 != meaning.sha256]
        unclear = [drop for drop in batch.drops if drop.id in self._undecided]
        if same and fork:
            self._result.notes.append(
                tr(
                    "The new batch {sequence} lists {drops} again, with the same content.",
                    sequence=batch.sequence,
                    drops=_drops(same),
                )
            )
        elif same:
            findings.append(
                tr(
                    "Batch {sequence} lists {drops} again, which came with {batches}.",
                    sequence=batch.sequence,
                    drops=_drops(same),
                    batches=_batches(same),
                )
            )
        if other:
            how = tr("which came first. What came first stays.")
            if self._new_here.issuperset(meaning.id for meaning in other):
                how = tr("which follows the chain. Both came just now, so neither is first: that one stays.")
            findings.append(
                trn(
                    "The new batch {sequence} lists {drops} with other content than {batches}, {how} The "
                    "other list is kept as evidence; nothing of it was taken for this drop.",
                    "The new batch {sequence} lists {drops} with other content than {batches}, {how} The "
                    "other list is kept as evidence; nothing of it was taken for these drops.",
                    len(other),
                    sequence=batch.sequence,
                    drops=_drops(other),
                    batches=_batches(other),
                    how=how,
                )
            )
        if unclear:
            findings.append(
                tr(
                    "Batch {sequence} lists {drops}, of which there are two lists and nobody knows which "
                    "came first: not taken.",
                    sequence=batch.sequence,
                    drops=_drops(unclear),
                )
            )
        if other or unclear:
            _once(findings, tr(_CONFLICT))
        elif code == chain.JUMPED and batch.sequence - 1 not in self._jumping:
            _once(findings, tr(_JUMP, number=batch.sequence))
        elif fork:
            _once(findings, tr(_FORK))
        if fork or before or unclear:
            self._result.told.append(batch.digest().hex())

    def _take_drops(self, folder: Folder, batch: Batch) -> int:
        """Copies the drops that are not here yet, or not whole; a sentence for each that is not what was
        signed.
        """
        added = 0
        for listed in sorted(batch.drops, key=lambda drop: drop.size):  # a huge one takes no other's room
            meaning = self._meanings.get(listed.id)
            if meaning is None or meaning.sha256 != listed.sha256 or listed.id in self._deleted:
                continue
            if self._only is not None and listed.id not in self._only:
                continue
            path = StoredDrop(self._home.drops, listed, batch).path
            if self._is_whole(path, listed):
                continue
            try:
                self._copy(folder, path, listed)
                added += 1
            except (ChainError, StickError, _NoRoom) as error:
                self._result.findings.append(
                    tr(
                        "Batch {sequence}, drop {id}: {reason}",
                        sequence=batch.sequence,
                        id=listed.id[:8],
                        reason=_lower(error),
                    )
                )
        if added:
            sync_folder(self._home.drops)
        return added

    def _is_whole(self, path: Path, listed: BatchDrop) -> bool:
        """Whether it is here, of the right size, and no other command has found its hash wrong."""
        try:
            return path.stat().st_size == listed.size and listed.id not in self._damaged
        except FileNotFoundError:
            return False

    def _copy(self, folder: Folder, path: Path, listed: BatchDrop) -> None:
        """Copies while the hash is taken; the name appears only when the hash was right. Raises
        `ChainError`, `StickError`, or `_NoRoom`, which ends no import: a smaller drop may fit.
        """
        src = folder.open_file(path.name)
        if src is None:
            chain.check_drop(listed, None)
            return
        with src, _room(self._home.drops, listed, src), new_file(path, one_of_many=True) as dst:
            chain.check_drop(listed, cast(BinaryIO, _Copying(src, dst)))
        if listed.id in self._damaged:
            sync_folder(path.parent)  # or power fails, and what is damaged is back unnoted
            self._home.note("damaged", [listed.id], no_more=True)

    def _say(self, batch: Batch, following: Head, added: int, repeated: bool) -> None:
        drops = trn("{n} new drop", "{n} new drops", added)
        state = tr("imported before, nothing new") if repeated and not added else drops
        self._result.new_drops += added
        self._result.notes.append(
            tr("Batch {sequence} of {day}: {state}.", sequence=batch.sequence, day=batch.day, state=state)
        )
        if batch.successor is not None and following.keys != self.head.keys:
            words = " ".join(fingerprint(batch.successor))
            self._result.notes.append(
                tr(
                    "Batch {sequence} hands over to a new server key: {words}.",
                    sequence=batch.sequence,
                    words=words,
                )
            )


class _NoRoom(AdminError):
    """A drop for which the home has no room."""


@contextlib.contextmanager
def _room(folder: Path, listed: BatchDrop, src: BinaryIO) -> Iterator[None]:
    """Refuses a file of the wrong size before any of it is read, and one for which there is no room before
    any of it is written.
    """
    if os.fstat(src.fileno()).st_size < listed.size:
        raise ChainError(chain.TRUNCATED, tr("The batch is cut short: a drop in it is shorter than listed."))
    disk = os.statvfs(folder)
    sentence = tr(
        "There is no room for its {size} MiB here; make room and import again.", size=(listed.size >> 20) + 1
    )
    if listed.size + _KEPT_FREE > disk.f_bavail * disk.f_frsize:
        raise _NoRoom(sentence)
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise _NoRoom(sentence) from None
        raise


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


def _once(findings: list[str], sentence: str) -> None:
    """The sentence, as the last one."""
    if sentence in findings:
        findings.remove(sentence)
    findings.append(sentence)


def _drops(drops: Sequence[Meaning | BatchDrop]) -> str:
    """Drops in words, the first few by their ids."""
    if len(drops) == 1:
        return tr("drop {id}", id=drops[0].id[:8])
    named = ", ".join(drop.id[:8] for drop in drops[:_NAMED])
    if len(drops) > _NAMED:
        named += tr(" and {more} more", more=len(drops) - _NAMED)
    return trn("{n} drop ({ids})", "{n} drops ({ids})", len(drops), ids=named)


def _batches(meanings: list[Meaning]) -> str:
    """The batches that listed them first, in words."""
    numbers = sorted({int(meaning.record.split("-")[1]) for meaning in meanings})
    listed = ", ".join(map(str, numbers))
    return trn("batch {numbers}", "batches {numbers}", len(numbers), numbers=listed)


def _lower(error: Exception) -> str:
    text = retold(str(error))
    return text[:1].lower() + text[1:]
