"""Hand-overs: who leaves signs what is handed over, and to whom; one of those signs that it was taken.

Source: issue 11, item 6; drawn in docs/protocol.md, "Hand-overs". It carries no key and no words: it is the
list by which those who come next see that nothing is missing, and who held it before.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from crypto import canonical
from crypto.batch import MAX_DROPS
from crypto.custody import SignedBatch, batch_fields, read_batch
from crypto.errors import FormatError, SignatureError, WrongProof
from crypto.keylist import LABEL
from crypto.minisign import PublicKey

MAX_SIZE = 16 * 1024 * 1024
MAX_TAKEN_SIZE = 1024
MAX_SUCCESSORS = 64

_KEYS = {"type", "version", "root", "made", "to", "server", "batch", "drops"}
_TO_KEYS = {"root", "label"}
_DROP_KEYS = {"id", "sha256"}
_TAKEN_KEYS = {"type", "version", "root", "made", "sha256"}
_HEX_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Successor:
    """A reviewer who comes next: the public root key, and a name for people."""

    root: PublicKey
    label: str


@dataclass(frozen=True, slots=True)
class HeldDrop:
    """A drop that is handed over: its id (32 hex digits) and the SHA-256 (32 bytes) of its file."""

    id: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the holder of `root` hands over to 1 to 64 successors, ascending by the text of their keys.

    `server` is the key that signs now, `batch` the last one that was seen, None before the first; `drops`
    ascend by id.
    """

    root: PublicKey
    made: date
    to: tuple[Successor, ...]
    server: PublicKey
    batch: SignedBatch | None
    drops: tuple[HeldDrop, ...]


@dataclass(frozen=True, slots=True)
class HandOverTaken:
    """That the holder of `root` has what a hand-over lists; `sha256` (32 bytes) is that document's."""

    root: PublicKey
    made: date
    sha256: bytes


def hand_over_bytes(hand_over: HandOver) -> bytes:
    """The bytes of a hand-over, to be signed by who leaves. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo hand-over",
            "version": 1,
            "root": str(hand_over.root),
            "made": hand_over.made.isoformat(),
            "to": [{"root": str(next_.root), "label": next_.label} for next_ in hand_over.to],
            "server": str(hand_over.server),
            "batch": None if hand_over.batch is None else batch_fields(hand_over.batch),
            "drops": [{"id": drop.id, "sha256": drop.sha256.hex()} for drop in hand_over.drops],
        }
    )
    if _parse(data) != hand_over:
        raise FormatError("The hand-over holds a value that would not be accepted.")
    return data


def parse_hand_over(untrusted: bytes, untrusted_signature: str, root: PublicKey) -> HandOver:
    """A hand-over that `root` has signed. Raises SignatureError, or FormatError if it is malformed."""
    root.verify(untrusted, untrusted_signature)
    hand_over = _parse(untrusted)
    if hand_over.root != root:
        raise SignatureError("The hand-over names another root key than the one that signed it.")
    return hand_over


def claimed_root(untrusted: bytes) -> PublicKey:
    """The root that a hand-over says it is of. Raises FormatError."""
    return _parse(untrusted).root


def taken_bytes(taken: HandOverTaken) -> bytes:
    """The bytes of the answer, to be signed by who took it. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo hand-over taken",
            "version": 1,
            "root": str(taken.root),
            "made": taken.made.isoformat(),
            "sha256": taken.sha256.hex(),
        }
    )
    if _parse_taken(data) != taken:
        raise FormatError("The answer to the hand-over holds a value that would not be accepted.")
    return data


def parse_taken(untrusted: bytes, untrusted_signature: str, hand_over: HandOver) -> HandOverTaken:
    """The answer to this very hand-over, by one of those it is for.

    Raises WrongProof if it is of another hand-over or by somebody else, SignatureError, FormatError.
    """
    taken = _parse_taken(untrusted)
    taken.root.verify(untrusted, untrusted_signature)
    if taken.sha256 != hashlib.sha256(hand_over_bytes(hand_over)).digest():
        raise WrongProof("The answer is to another hand-over.")
    if all(next_.root != taken.root for next_ in hand_over.to):
        raise WrongProof("The answer is by nobody whom the hand-over names.")
    return taken


def _parse(untrusted: bytes) -> HandOver:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo hand-over", _KEYS)
    root = fields.signing_key("root")
    to = []
    for value in fields.array("to", maximum=MAX_SUCCESSORS):
        entry = canonical.Fields(value, "hand-over's successor", _TO_KEYS)
        label = entry.text("label", LABEL, "a name of letters and digits")
        to.append(Successor(entry.signing_key("root"), label))
    if not to or any(str(later.root) <= str(earlier.root) for earlier, later in pairwise(to)):
        raise FormatError("The successors in the hand-over are none, not in order, or one is named twice.")
    if any(next_.root == root for next_ in to):
        raise FormatError("The hand-over is to the one who signs it.")
    drops = []
    for value in fields.array("drops", maximum=MAX_DROPS):
        drop = canonical.Fields(value, "hand-over's drop", _DROP_KEYS)
        drops.append(HeldDrop(drop.text("id", _HEX_ID, "32 hexadecimal digits"), drop.hex("sha256", 32)))
    if any(later.id <= earlier.id for earlier, later in pairwise(drops)):
        raise FormatError("The drops in the hand-over are not ordered by id, or one is listed twice.")
    return HandOver(
        root=root,
        made=fields.day("made"),
        to=tuple(to),
        server=fields.signing_key("server"),
        batch=fields.optional("batch", lambda key: read_batch(fields.value(key))),
        drops=tuple(drops),
    )


def _parse_taken(untrusted: bytes) -> HandOverTaken:
    fields = canonical.Fields.of_document(untrusted, MAX_TAKEN_SIZE, "silbo hand-over taken", _TAKEN_KEYS)
    return HandOverTaken(fields.signing_key("root"), fields.day("made"), fields.hex("sha256", 32))
