"""What an import tells: a sentence for all that was done, and for all that is wrong, with its usual cause.

A batch that is not the next one is an accident far more often than a theft: what is said of it must not send
a person to the telephone for a stick that was left behind, nor let a stolen key pass for one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from admin.case.casefile import record_name
from admin.case.register import Meaning
from admin.words import mark, retold, tr, trn
from crypto import batch as chain
from crypto.batch import Batch, BatchDrop
from crypto.minisign import PublicKey
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
UNDO = mark(
    " Batch {number}, which came with a gap below it, is in its way. Ask the operator, by "
    "voice: if batch {number} is not the server's, import once more with '--undo {number}'."
)
_CONFLICT = mark(
    "No honest server gives a drop's id to other content: somebody has the server's key. "
    "Tell the operator, by voice, and keep this stick: it is evidence."
)
_NAMED = 5
"""How many drops a sentence names."""

FORKING = (chain.FORKED, chain.JUMPED)
"""What waits until all that follows the chain was taken, and is told once."""


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

    def out_of_order(self, number: int, code: str | None, newest: int, told: str) -> None:
        """Why a batch is not the next one (`told`): one that came late is no alarm, a gap has a cause."""
        if code == chain.REORDERED:
            late = tr(
                "Batch {number} came late: batch {newest} was here before it. Sticks that cross do that; "
                "nothing is lost.",
                number=number,
                newest=newest,
            )
            self.notes.append(late)
            return
        self.findings.append(told)
        if code == chain.MISSING:
            _once(self.findings, tr(_GAP))

    def listed_before(
        self,
        batch: Batch,
        code: str | None,
        meanings: Mapping[str, Meaning],
        *,
        undecided: Collection[str],
        new_here: set[str],
        follows_jump: bool,
    ) -> None:
        """Of a fork or a jump, and of drops that came before: the same file, or an id given to another.
        `new_here` are ids that had no meaning before this import; `follows_jump`: the jump itself was told.
        """
        name, findings, fork = record_name(batch), self.findings, code in FORKING
        before = [
            (drop, meaning)
            for drop in batch.drops
            if (meaning := meanings.get(drop.id)) is not None and meaning.record != name
        ]
        same = [meaning for drop, meaning in before if drop.sha256 == meaning.sha256]
        other = [meaning for drop, meaning in before if drop.sha256 != meaning.sha256]
        unclear = [drop for drop in batch.drops if drop.id in undecided]
        if same and fork:
            self.notes.append(
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
            if new_here.issuperset(meaning.id for meaning in other):
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
        elif code == chain.JUMPED and not follows_jump:
            _once(findings, tr(_JUMP, number=batch.sequence))
        elif fork:
            _once(findings, tr(_FORK))
        if fork or before or unclear:
            self.told.append(batch.digest().hex())

    def done(self, batch: Batch, added: int, *, repeated: bool, new_key: PublicKey | None) -> None:
        """How many drops of a batch were taken in; `new_key` is the server's from now on."""
        drops = trn("{n} new drop", "{n} new drops", added)
        state = tr("imported before, nothing new") if repeated and not added else drops
        self.new_drops += added
        self.notes.append(
            tr("Batch {sequence} of {day}: {state}.", sequence=batch.sequence, day=batch.day, state=state)
        )
        if new_key is not None:
            words = " ".join(fingerprint(new_key))
            self.notes.append(
                tr(
                    "Batch {sequence} hands over to a new server key: {words}.",
                    sequence=batch.sequence,
                    words=words,
                )
            )


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


def lower(error: Exception) -> str:
    """The words of an error, behind a colon."""
    text = retold(str(error))
    return text[:1].lower() + text[1:]
