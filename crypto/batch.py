"""Batches: what the server hands over at one time, in a signed chain that shows if something was taken out.

Source: issues 3 and 11; drawn in docs/protocol.md, "Batches". Every `batch.json` names the hash of the one
before it and is signed with the server's Ed25519 key. A batch may name a successor key: it is then the
hand-over, and every later batch must be signed by that key. What a batch of version 2 lists stands beside it
(`crypto.drop_list`). The offline side remembers a `Head` and follows:

    batch = head.open(data, signature)      # the signature; altered, or signed by a retired key
    head = head.follow(batch)               # missing, repeated, reordered, forked, jumping
    head = head.adopt(batch)                # after a fault was reported: what is intact is still opened
    check_drop(drop, src)                   # each listed file: truncated, altered
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from itertools import pairwise

from crypto import canonical
from crypto.errors import ChainError, FormatError, SignatureError
from crypto.minisign import PublicKey
from crypto.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

BATCH_FILE, SIGNATURE_FILE, SERVER_FILE = "batch.json", "batch.json.minisig", "server.pub"
"""What lies beside the drops in a batch's folder."""

MISSING = "gap"
REPEATED = "replay"
REORDERED = "reorder"
FORKED = "fork"
JUMPED = "jump"
TRUNCATED = "truncation"
ALTERED = "alteration"
RETIRED = "retired_key"

MAX_SEQUENCE = 10**15 - 1
MAX_GAP = 1000
"""A number further above the highest seen is believed only when a person says so."""
MAX_DROPS = 100_000
MAX_SIZE = 16 * 1024 * 1024

_KEYS_1 = {"type", "version", "sequence", "previous", "day", "drops", "successor"}
_KEYS = _KEYS_1 - {"drops"} | {"count", "root"}
_DROP_KEYS = {"id", "sha256", "size"}
_HEAD_KEYS_1 = {"type", "version", "keys", "links"}
_HEAD_KEYS = _HEAD_KEYS_1 | {"jumps", "undone"}
_HEX_ID = re.compile("[0-9a-f]{32}")


class BatchDrop(Record):
    """One drop file `<id>.tar`: a random id (32 hex digits), the file's SHA-256 (32 bytes) and its size."""

    id: str
    sha256: bytes
    size: int


class Commitment(Record):
    """What version 2 signs instead of a list: how many drops it has, and the root (32 bytes) over them."""

    count: int
    root: bytes


class Batch(Record):
    """One link of the chain. `previous` is the digest of the batch before it, None only for number 1.

    `drops` are ordered by id, so that their order tells nothing, and may be none: a sign of life, or a
    hand-over. `successor` is the key that signs every later batch; None as long as the key stays. Without a
    `commitment` it is of version 1; with one, `drops` are empty until the list was taken.
    """

    sequence: int
    previous: bytes | None
    day: date
    drops: tuple[BatchDrop, ...]
    successor: PublicKey | None = None
    commitment: Commitment | None = None

    @property
    def count(self) -> int:
        """How many drops were signed, whether or not they are known."""
        return len(self.drops) if self.commitment is None else self.commitment.count

    @property
    def is_listed(self) -> bool:
        """Whether it is known which drops were signed."""
        return len(self.drops) == self.count

    def digest(self) -> bytes:
        """SHA-256 of `batch.json`, 32 bytes."""
        return hashlib.sha256(batch_bytes(self)).digest()


def batch_bytes(batch: Batch) -> bytes:
    """The bytes of `batch.json`, to be signed by the server. Raises FormatError for a bad value."""
    fields: dict[str, object] = {
        "type": "silbo batch",
        "sequence": batch.sequence,
        "previous": None if batch.previous is None else batch.previous.hex(),
        "day": batch.day.isoformat(),
        "successor": None if batch.successor is None else str(batch.successor),
    }
    if batch.commitment is None:
        listed = [{"id": d.id, "sha256": d.sha256.hex(), "size": d.size} for d in batch.drops]
        fields |= {"version": 1, "drops": listed}
    else:
        fields |= {"version": 2, "count": batch.commitment.count, "root": batch.commitment.root.hex()}
        batch = batch.replaced(drops=())
    data = canonical.encode(fields)
    if parse_batch(data) != batch:
        raise FormatError("The batch holds a value that would not be accepted.")
    return data


def parse_batch(untrusted: bytes) -> Batch:
    """A batch out of `batch.json`, well-formed but not verified: see `Head.open`. Raises FormatError."""
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo batch", _KEYS_1, _KEYS)
    drops: list[BatchDrop] = []
    commitment = None
    if fields.has("root"):
        commitment = Commitment(fields.integer("count", maximum=MAX_DROPS), fields.hex("root", 32))
    else:
        for value in fields.array("drops", maximum=MAX_DROPS):
            drop = canonical.Fields(value, "batch's drop", _DROP_KEYS)
            identifier = drop.text("id", _HEX_ID, "32 hexadecimal digits")
            drops.append(BatchDrop(identifier, drop.hex("sha256", 32), drop.integer("size", minimum=1)))
    if any(later.id <= earlier.id for earlier, later in pairwise(drops)):
        raise FormatError("The drops in the batch are not ordered by id, or one is listed twice.")
    sequence = fields.integer("sequence", minimum=1, maximum=MAX_SEQUENCE)
    previous = fields.optional("previous", lambda key: fields.hex(key, 32))
    if (previous is None) != (sequence == 1):
        raise FormatError("Every batch but the first must name the one before it.")
    return Batch(
        sequence=sequence,
        previous=previous,
        day=fields.day("day"),
        drops=tuple(drops),
        successor=fields.optional("successor", fields.signing_key),
        commitment=commitment,
    )


def check_drop(listed: BatchDrop, src: BinaryIO | None) -> None:
    """Compares the file of a listed drop with its size and hash; `src` is None where there is no such file.

    Reads at most one byte more than listed. Raises ChainError, truncation or alteration.
    """
    if src is None:
        raise ChainError(TRUNCATED, "The batch is cut short: a drop that it lists is absent.")
    digest = hashlib.sha256()
    left = listed.size
    while left and (piece := src.read(min(left, 1 << 20))):
        digest.update(piece)
        left -= len(piece)
    if left:
        raise ChainError(TRUNCATED, "The batch is cut short: a drop in it is shorter than listed.")
    if src.read(1) or digest.digest() != listed.sha256:
        raise ChainError(ALTERED, "A drop in the batch was changed after it was signed.")


class Link(Record):
    """A batch we know of: seen, or only named as `previous` by the one after it."""

    sequence: int
    digest: bytes
    seen: bool


class ServerKey(Record):
    """A server key and the first sequence number that it signs."""

    first: int
    key: PublicKey


class Head(Record):
    """What the offline side remembers of one server: its keys and every link, both in ascending order.

    About 100 bytes a batch; `head_bytes` and `parse_head` carry it across runs. `jumps` are the numbers that
    a person let jump; `undone` are batches that a person took out again, which count only if one says so.
    """

    keys: tuple[ServerKey, ...]
    links: tuple[Link, ...] = ()
    jumps: tuple[int, ...] = ()
    undone: tuple[Link, ...] = ()

    @classmethod
    def start(cls, server: PublicKey) -> Head:
        """Before the first batch, with the key that the server's operator showed."""
        return cls((ServerKey(1, server),))

    @property
    def sequence(self) -> int:
        """The highest sequence number seen, 0 before the first."""
        return self.links[-1].sequence if self.links else 0

    @property
    def missing(self) -> tuple[range, ...]:
        """The sequence numbers below the highest that were never seen. One gap may be of any length."""
        seen = (0, *(link.sequence for link in self.links if link.seen))
        return tuple(range(low + 1, high) for low, high in pairwise(seen) if high - low > 1)

    def open(self, untrusted: bytes, untrusted_signature: str) -> Batch:
        """The batch, if one of the server's keys signed it and was entitled to at that number.

        Raises ChainError (alteration, retired_key) or FormatError.
        """
        signer = self._signer(untrusted, untrusted_signature)
        batch = parse_batch(untrusted)
        entitled = [key for key in self.keys if key.first <= batch.sequence][-1]
        if entitled != signer:
            raise ChainError(RETIRED, "The batch was signed with a server key that had been handed over.")
        # Whoever has stolen a key that was handed over must not get it back into use.
        if any(batch.successor == known.key and known.first != batch.sequence + 1 for known in self.keys):
            raise ChainError(RETIRED, "The batch hands over to a server key that was in use before.")
        return batch

    def _signer(self, untrusted: bytes, untrusted_signature: str) -> ServerKey:
        for candidate in self.keys:
            try:
                candidate.key.verify(untrusted, untrusted_signature)
            except SignatureError:
                continue
            return candidate
        raise ChainError(
            ALTERED,
            "The batch was changed, or signed by another key than the server's, or a hand-over is missing.",
        )

    def follow(self, batch: Batch) -> Head:
        """The next head if `batch`, already opened, is the next link of the chain.

        Raises ChainError: gap, replay, reorder, fork or jump, with the numbers concerned. None of them says
        that the content is bad; `adopt` goes on in spite of them.
        """
        number, digest = batch.sequence, batch.digest()
        if self._is_undone(number, digest):
            raise ChainError(JUMPED, f"Batch {number} was taken out of the memory by a person.")
        known = {link.sequence: link for link in self.links}
        here, before = known.get(number), known.get(number - 1)
        if here is not None and here.digest != digest:
            raise ChainError(
                FORKED, f"The chain forks: there are two different batches with number {number}."
            )
        if here is not None and here.seen:
            raise ChainError(REPEATED, f"Batch {number} was imported before: it is repeated.")
        if before is not None and before.digest != batch.previous:
            raise ChainError(FORKED, f"The chain forks: batch {number} does not follow the batch before it.")
        if number < self.sequence and batch.successor is not None:
            raise ChainError(
                FORKED, f"The chain forks: batch {number} hands over a key that later ones ignore."
            )
        if number < self.sequence:
            raise ChainError(
                REORDERED, f"Batch {number} came after batch {self.sequence}: they are reordered."
            )
        if number > self.sequence + MAX_GAP:
            raise ChainError(
                JUMPED, f"The number jumps: batch {number} came, and the newest before is {self.sequence}."
            )
        if number > self.sequence + 1:
            raise ChainError(
                MISSING, f"Missing before batch {number}: {in_words(range(self.sequence + 1, number))}."
            )
        return self._with(batch, digest)

    def adopt(self, batch: Batch, *, jump: bool = False) -> Head:
        """The head with `batch` taken in, whatever `follow` said; a repeated or forked one adds nothing, and
        one that jumps or was undone only with `jump`: a person says that it is so, and so are those above it.
        """
        number, digest = batch.sequence, batch.digest()
        if jump and (number > self.sequence + MAX_GAP or self._is_undone(number, digest)):
            undone = tuple(link for link in self.undone if link.sequence < number)
            jumps = tuple(sorted({*self.jumps, number}))
            taken = self.replaced(undone=undone)._with(batch, digest)
            return taken.replaced(jumps=jumps) if taken.links != self.links else self
        if number > self.sequence + MAX_GAP or self._is_undone(number, digest):
            return self
        return self._with(batch, digest)

    def _with(self, batch: Batch, digest: bytes) -> Head:
        number = batch.sequence
        known = {link.sequence: link for link in self.links}
        here, before = known.get(number), known.get(number - 1)
        late_hand_over = number < self.sequence and batch.successor is not None
        if late_hand_over or (here is not None and (here.seen or here.digest != digest)):
            return self
        if before is not None and before.digest != batch.previous:
            return self
        known[number] = Link(number, digest, seen=True)
        if before is None and batch.previous is not None:
            known[number - 1] = Link(number - 1, batch.previous, seen=False)
        keys = self.keys
        if batch.successor is not None:
            keys += (ServerKey(number + 1, batch.successor),)
        return self.replaced(keys=keys, links=tuple(known[n] for n in sorted(known)))

    def _is_undone(self, number: int, digest: bytes) -> bool:
        return any((link.sequence, link.digest) == (number, digest) for link in self.undone)

    def may_undo(self, number: int) -> bool:
        """Whether batch `number` stands behind a gap, or a person let it jump: then it may be undone."""
        seen = {link.sequence for link in self.links if link.seen}
        return number in seen and ((number > 1 and number - 1 not in seen) or number in self.jumps)

    def in_the_way_of(self, number: int) -> int | None:
        """The lowest batch that may be undone and keeps batch `number` from following; None if none does."""
        seen = [link.sequence for link in self.links if link.seen]
        return None if number in seen else next((n for n in seen if n > number and self.may_undo(n)), None)

    def undo(self, number: int) -> Head:
        """The head as if batch `number` and all above it had never come, with what they said of keys.

        They count again only with `adopt(..., jump=True)`. Raises ChainError, jump, unless `may_undo`.
        """
        if not self.may_undo(number):
            raise ChainError(
                JUMPED, f"Batch {number} is not behind a gap and was not let jump: it cannot be taken out."
            )
        links = [link for link in self.links if link.sequence < number]
        while links and not links[-1].seen:  # what only the batch taken out has named
            links.pop()
        undone = {(link.sequence, link.digest): link for link in self.undone}
        undone |= {(k.sequence, k.digest): k for k in self.links if k.seen and k.sequence >= number}
        return self.replaced(
            keys=tuple(key for key in self.keys if key.first <= number),
            links=tuple(links),
            jumps=tuple(jump for jump in self.jumps if jump < number),
            undone=tuple(undone[place] for place in sorted(undone)),
        )


def in_words(numbers: range) -> str:
    """The numbers of batches, for a sentence."""
    first, last = numbers[0], numbers[-1]
    return f"batch {first}" if first == last else f"batches {first} to {last}"


def head_bytes(head: Head) -> bytes:
    """A head as canonical JSON, for the offline machine's own disk. It holds no secret."""
    return canonical.encode(
        {
            "type": "silbo head",
            "version": 2,
            "keys": [{"first": key.first, "key": str(key.key)} for key in head.keys],
            "links": [
                {"sequence": link.sequence, "digest": link.digest.hex(), "seen": int(link.seen)}
                for link in head.links
            ],
            "jumps": list(head.jumps),
            "undone": [{"sequence": link.sequence, "digest": link.digest.hex()} for link in head.undone],
        }
    )


def parse_head(untrusted: bytes) -> Head:
    """The head out of `head_bytes`, or out of those of version 1. Raises FormatError."""
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo head", _HEAD_KEYS_1, _HEAD_KEYS)
    keys = []
    for value in fields.array("keys", maximum=10_000):
        key = canonical.Fields(value, "head's key", {"first", "key"})
        keys.append(ServerKey(key.integer("first", minimum=1), key.signing_key("key")))
    links = []
    for value in fields.array("links", maximum=MAX_DROPS):
        link = canonical.Fields(value, "head's link", {"sequence", "digest", "seen"})
        seen = link.integer("seen", maximum=1) == 1
        links.append(Link(link.integer("sequence", minimum=1), link.hex("digest", 32), seen))
    jumps: list[int] = []
    undone = []
    if fields.has("jumps"):
        jumps = fields.integers("jumps", maximum=MAX_DROPS)
        for value in fields.array("undone", maximum=MAX_DROPS):
            link = canonical.Fields(value, "head's undone batch", {"sequence", "digest"})
            undone.append(Link(link.integer("sequence", minimum=1), link.hex("digest", 32), seen=True))
    numbers, firsts = [link.sequence for link in links], [key.first for key in keys]
    places = [(link.sequence, link.digest) for link in undone]
    if firsts[:1] != [1] or any(sorted(set(each)) != each for each in (firsts, numbers, jumps)):
        raise FormatError("The remembered head is not in order.")
    if sorted(set(places)) != places:
        raise FormatError("The remembered head is not in order.")
    if links and not links[-1].seen:
        raise FormatError("The remembered head ends with a batch that was not seen.")
    return Head(tuple(keys), tuple(links), tuple(jumps), tuple(undone))
