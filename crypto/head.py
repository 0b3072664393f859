"""What the offline side remembers of the chain of batches, and how it follows.

Source: issues 3 and 11; the table in docs/protocol.md, "Batches".

    batch = head.open(data, signature)      # the signature; altered, or signed by a retired key
    head = head.follow(batch)               # missing, repeated, reordered, forked, jumping
    head = head.adopt(batch)                # after a fault was reported: what is intact is still opened
    head = head.undo(number)                # a person says that it was not the server's
"""

from __future__ import annotations

from itertools import pairwise

from crypto import canonical
from crypto.batch import (
    ALTERED,
    FORKED,
    JUMPED,
    MAX_SIZE,
    MISSING,
    REORDERED,
    REPEATED,
    RETIRED,
    Batch,
    parse_batch,
)
from crypto.errors import ChainError, FormatError, SignatureError
from crypto.minisign import PublicKey
from crypto.record import Record

MAX_GAP = 1000
"""A number further above the highest seen is believed only when a person says so."""

MAX_LINKS, MAX_KEYS = 100_000, 10_000
"""So much is remembered; a thief of the key who signs more cannot make the memory unreadable."""

_KEYS_1 = {"type", "version", "keys", "links"}
_KEYS = _KEYS_1 | {"jumps", "undone"}


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
        if len(known) > MAX_LINKS - 2 or len(self.keys) == MAX_KEYS:
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
            undone=tuple(undone[place] for place in sorted(undone)[:MAX_LINKS]),
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
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo head", _KEYS_1, _KEYS)
    keys = []
    for value in fields.array("keys", maximum=MAX_KEYS):
        key = canonical.Fields(value, "head's key", {"first", "key"})
        keys.append(ServerKey(key.integer("first", minimum=1), key.signing_key("key")))
    links = []
    for value in fields.array("links", maximum=MAX_LINKS):
        link = canonical.Fields(value, "head's link", {"sequence", "digest", "seen"})
        seen = link.integer("seen", maximum=1) == 1
        links.append(Link(link.integer("sequence", minimum=1), link.hex("digest", 32), seen))
    jumps: list[int] = []
    undone = []
    if fields.has("jumps"):
        jumps = fields.integers("jumps", maximum=MAX_LINKS)
        for value in fields.array("undone", maximum=MAX_LINKS):
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
