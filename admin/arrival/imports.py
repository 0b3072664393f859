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

from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path

from admin.arrival.drops import Taking
from admin.arrival.pinning import Confirm, pinned_head
from admin.arrival.stick import Folder, StickError, batch_folders, few, open_stick
from admin.arrival.telling import FORKING, UNDO, Imported, lower
from admin.case import register
from admin.case.casefile import list_name, load, record_name
from admin.case.register import Meaning
from admin.errors import AdminError
from admin.files import sweep, write_atomic
from admin.home import Home
from admin.words import retold, tr, trn
from crypto import batch as chain
from crypto.batch import BATCH_FILE, SIGNATURE_FILE, Batch
from crypto.drop_list import LIST_FILE, list_bytes, with_drops
from crypto.errors import ChainError, FormatError, NewerVersion
from crypto.head import Head, head_bytes, in_words
from crypto.minisign import SIGNATURE_TEXT_LIMIT


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
            unread.append(tr("{title} was not imported: {reason}", title=folder.title, reason=lower(error)))
        except FormatError as error:
            unread.append(
                tr("{title} was changed or cut short: {reason}", title=folder.title, reason=lower(error))
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
        self._jump = jump
        self._jumping: set[int] = set()
        self.numbers: set[int] = set()
        self._home = home
        self._result = result
        self._today = today
        case_file = load(home)
        self.records = dict(case_file.records)
        self._meanings, self._undecided = register.read(home), case_file.undecided
        self._told = home.noted("told")
        self._drops = Taking(home, result.findings, only)
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
            findings.append(tr("{title} was not imported: {reason}", title=folder.title, reason=lower(error)))
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
            if code in FORKING and not also_a_fork:
                return False
            # A home that was brought back (`recovery join`) knows a batch by its digest alone.
            code = None if code == chain.REPEATED and known is None else code
            how = self._how(number, code)
            if code in FORKING:
                said = not telling or (code == chain.JUMPED and number - 1 in self._jumping)
                if how and batch.successor is not None:
                    said = False  # until it is undone, nothing of the new key's can be imported
            else:
                said = code is None or (code == chain.REPEATED and number not in self.numbers)
            if not said:
                self._result.out_of_order(number, code, self.head.sequence, f"{retold(str(error))}{how}")
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
        repeated = (code == chain.REPEATED or (code in FORKING and not telling)) and not relisted
        if not repeated:
            self._remember(batch, untrusted_data, untrusted_signature, following)
        if telling:
            self._result.listed_before(
                batch,
                code,
                self._meanings,
                undecided=self._undecided,
                new_here=self._new_here,
                follows_jump=number - 1 in self._jumping,
            )
        added = self._drops.take(folder, batch, self._meanings)
        new_key = batch.successor if following.keys != self.head.keys else None
        self._result.done(batch, added, repeated=repeated, new_key=new_key)
        self.head = following
        return True

    def _how(self, number: int, code: str | None) -> str:
        """How a person undoes what keeps a batch from following the chain."""
        other = self.head.in_the_way_of(number) if code == chain.FORKED else None
        return "" if other is None else tr(UNDO, number=other)

    def _listed(self, folder: Folder, batch: Batch, known: Batch | None) -> Batch:
        """The batch with its drops, from the stick or else the home; a sentence if the stick lacks them."""
        if batch.commitment is None:
            return batch
        try:
            return with_drops(batch, folder.read_small(LIST_FILE, chain.MAX_SIZE))
        except (ChainError, FormatError, StickError) as error:
            findings = self._result.findings
            findings.append(tr("Batch {sequence}: {reason}", sequence=batch.sequence, reason=lower(error)))
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
