"""Batches: what the server hands over at one time, in a signed chain that shows if something was taken out.

Source: issue 3, item 7; drawn in docs/protocol.md, "Batches". Every `batch.json` names the hash of the one
before it and is signed with the server's Ed25519 key. A batch may name a successor key: it is then the
hand-over, and every later batch must be signed by that key. The offline side remembers a `Head` and
follows:

    batch = head.open(data, signature)      # the signature; altered, or signed by a retired key
    head = head.follow(batch)               # missing, repeated, reordered, forked
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
TRUNCATED = "truncation"
ALTERED = "alteration"
RETIRED = "retired_key"

MAX_SEQUENCE = 10**15 - 1
MAX_DROPS = 100_000
MAX_SIZE = 16 * 1024 * 1024

_KEYS = {"type", "version", "sequence", "previous", "day", "drops", "successor"}
_DROP_KEYS = {"id", "sha256", "size"}
_HEAD_KEYS = {"type", "version", "keys", "links"}
_HEX_ID = re.compile("[0-9a-f]{32}")


class BatchDrop(Record):
    """One drop file `<id>.tar`: a random id (32 hex digits), the file's SHA-256 (32 bytes) and its size."""

    id: str
    sha256: bytes
    size: int


class Batch(Record):
    """One link of the chain. `previous` is the digest of the batch before it, None only for number 1.

    `drops` are ordered by id, so that their order tells nothing, and may be none: a sign of life, or a
    hand-over. `successor` is the key that signs every later batch; None as long as the key stays.
    """

    sequence: int
    previous: bytes | None
    day: date
    drops: tuple[BatchDrop, ...]
    successor: PublicKey | None = None

    def digest(self) -> bytes:
        """SHA-256 of `batch.json`, 32 bytes."""
        return hashlib.sha256(batch_bytes(self)).digest()


def batch_bytes(batch: Batch) -> bytes:
    """The bytes of `batch.json`, to be signed by the server. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo batch",
            "version": 1,
            "sequence": batch.sequence,
            "previous": None if batch.previous is None else batch.previous.hex(),
            "day": batch.day.isoformat(),
            "drops": [{"id": d.id, "sha256": d.sha256.hex(), "size": d.size} for d in batch.drops],
            "successor": None if batch.successor is None else str(batch.successor),
        }
    )
    if parse_batch(data) != batch:
        raise FormatError("The batch holds a value that would not be accepted.")
    return data


def parse_batch(untrusted: bytes) -> Batch:
    """A batch out of `batch.json`, well-formed but not verified: see `Head.open`. Raises FormatError."""
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo batch", _KEYS)
    drops = []
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

    About 100 bytes a batch; `head_bytes` and `parse_head` carry it across runs.
    """

    keys: tuple[ServerKey, ...]
    links: tuple[Link, ...] = ()

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

        Raises ChainError: gap, replay, reorder or fork, with the numbers concerned. None of them says that
        the content is bad; `adopt` goes on in spite of them.
        """
        number, digest = batch.sequence, batch.digest()
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
        if number > self.sequence + 1:
            raise ChainError(
                MISSING, f"Missing before batch {number}: {in_words(range(self.sequence + 1, number))}."
            )
        return self.adopt(batch)

    def adopt(self, batch: Batch) -> Head:
        """The head with `batch` taken in, whatever `follow` said; a repeated or forked one adds nothing."""
        number = batch.sequence
        known = {link.sequence: link for link in self.links}
        here, before = known.get(number), known.get(number - 1)
        link = Link(number, batch.digest(), seen=True)
        late_hand_over = number < self.sequence and batch.successor is not None
        if late_hand_over or (here is not None and (here.seen or here.digest != link.digest)):
            return self
        if before is not None and before.digest != batch.previous:
            return self
        known[number] = link
        if before is None and batch.previous is not None:
            known[number - 1] = Link(number - 1, batch.previous, seen=False)
        keys = self.keys
        if batch.successor is not None:
            keys += (ServerKey(number + 1, batch.successor),)
        return self.replaced(keys=keys, links=tuple(known[n] for n in sorted(known)))


def in_words(numbers: range) -> str:
    """The numbers of batches, for a sentence."""
    first, last = numbers[0], numbers[-1]
    return f"batch {first}" if first == last else f"batches {first} to {last}"


def head_bytes(head: Head) -> bytes:
    """A head as canonical JSON, for the offline machine's own disk. It holds no secret."""
    return canonical.encode(
        {
            "type": "silbo head",
            "version": 1,
            "keys": [{"first": key.first, "key": str(key.key)} for key in head.keys],
            "links": [
                {"sequence": link.sequence, "digest": link.digest.hex(), "seen": int(link.seen)}
                for link in head.links
            ],
        }
    )


def parse_head(untrusted: bytes) -> Head:
    """The head out of `head_bytes`. Raises FormatError."""
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo head", _HEAD_KEYS)
    keys = []
    for value in fields.array("keys", maximum=10_000):
        key = canonical.Fields(value, "head's key", {"first", "key"})
        keys.append(ServerKey(key.integer("first", minimum=1), key.signing_key("key")))
    links = []
    for value in fields.array("links", maximum=MAX_DROPS):
        link = canonical.Fields(value, "head's link", {"sequence", "digest", "seen"})
        seen = link.integer("seen", maximum=1) == 1
        links.append(Link(link.integer("sequence", minimum=1), link.hex("digest", 32), seen))
    numbers, firsts = [link.sequence for link in links], [key.first for key in keys]
    if firsts[:1] != [1] or sorted(set(firsts)) != firsts or sorted(set(numbers)) != numbers:
        raise FormatError("The remembered head is not in order.")
    if links and not links[-1].seen:
        raise FormatError("The remembered head ends with a batch that was not seen.")
    return Head(tuple(keys), tuple(links))
