"""Custody: a reviewer's signed word that a clean file came out of a drop that a server's batch holds.

Source: issue 11, item 6; drawn in docs/protocol.md, "Custody". For a dossier: with the signed `batch.json` it
proves where one file came from. It names no other drop; index and count tell the rank of this one and how
many there were. Of a batch of version 1 the whole list is needed.

    statement = Custody(..., proof=prove(batch, [drop.id])[drop.id])   # custody_bytes, signed by the root
    statement = parse_custody(data, signature, root)                   # who says so
    place = check_custody(statement, batch_json, signature, server)    # what it is said of
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crypto import canonical
from crypto.batch import MAX_DROPS, MAX_SEQUENCE, Batch, BatchDrop, parse_batch
from crypto.drop_list import leaf_of, tree_of
from crypto.errors import FormatError, SignatureError, WrongProof
from crypto.merkle import SIZE, check_path, leaf_hash
from crypto.minisign import PublicKey

MAX_SIZE = 4096
MAX_PATH = 32 * SIZE
"""In bytes: more than a million drops need."""

_KEYS = {"type", "version", "root", "made", "content", "item", "drop", "batch", "proof"}
_ITEM = re.compile("(?!0000)[0-9]{4}[.]age")
_HEX_ID = re.compile("[0-9a-f]{32}")
_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True, slots=True)
class Proof:
    """The place of a drop among those of its batch, from 0, and the hashes beside its way to the root."""

    index: int
    path: bytes


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """A batch as another document names it: its number and the SHA-256 (32 bytes) of its `batch.json`."""

    sequence: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Custody:
    """What a reviewer, known by the public `root` key, says of one clean file: its SHA-256 (32 bytes) and
    size, the item it is the content of, and drop and batch of that. `proof` is None for a batch of version 1.
    """

    root: PublicKey
    made: date
    content_sha256: bytes
    content_size: int
    item: str
    drop: BatchDrop
    batch: SignedBatch
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a drop stands in its batch: its rank from 0, of how many; and the day of the export."""

    index: int
    count: int
    day: date


def prove(batch: Batch, drops: Iterable[str]) -> dict[str, Proof | None]:
    """Proofs for these drop ids of a batch whose list is known, by id; None each for version 1.

    Raises FormatError for a batch without its list, or a drop that is not in it.
    """
    places = {drop.id: place for place, drop in enumerate(batch.drops)}
    wanted = list(drops)
    if not batch.is_listed or not places.keys() >= set(wanted):
        raise FormatError("The drop to prove is not in a list of this batch.")
    if batch.commitment is None:
        return dict.fromkeys(wanted)
    tree = tree_of(batch.drops)
    return {drop: Proof(places[drop], tree.path(places[drop])) for drop in wanted}


def custody_bytes(custody: Custody) -> bytes:
    """The bytes of a custody statement, to be signed by the root. Raises FormatError for a bad value."""
    proof = custody.proof
    data = canonical.encode(
        {
            "type": "silbo custody",
            "version": 1,
            "root": str(custody.root),
            "made": custody.made.isoformat(),
            "content": {"sha256": custody.content_sha256.hex(), "size": custody.content_size},
            "item": custody.item,
            "drop": {"id": custody.drop.id, "sha256": custody.drop.sha256.hex(), "size": custody.drop.size},
            "batch": batch_fields(custody.batch),
            "proof": None
            if proof is None
            else {"index": proof.index, "path": base64.b64encode(proof.path).decode()},
        }
    )
    if _parse(data) != custody:
        raise FormatError("The custody statement holds a value that would not be accepted.")
    return data


def claimed_root(untrusted: bytes) -> PublicKey:
    """The root that a statement says it is of. Raises FormatError."""
    return _parse(untrusted).root


def parse_custody(untrusted: bytes, untrusted_signature: str, root: PublicKey) -> Custody:
    """A statement that `root` has signed. Raises SignatureError, or FormatError if it is malformed."""
    root.verify(untrusted, untrusted_signature)
    custody = _parse(untrusted)
    if custody.root != root:
        raise SignatureError("The custody statement names another root key than the one that signed it.")
    return custody


def check_custody(
    custody: Custody, untrusted_batch: bytes, untrusted_signature: str, server: PublicKey
) -> Place:
    """Whether the statement's drop is in the batch that `server` signed; a reader knows that key elsewhere.

    Raises WrongProof if it is of another batch or its proof does not lead there, SignatureError, FormatError.
    """
    # 1. It is of this batch.json, 2. which the server signed.
    if hashlib.sha256(untrusted_batch).digest() != custody.batch.digest:
        raise WrongProof("The custody statement is of another batch.")
    server.verify(untrusted_batch, untrusted_signature)
    batch = parse_batch(untrusted_batch)
    if batch.sequence != custody.batch.sequence:
        raise WrongProof("The custody statement is of another batch.")
    # 3. The drop is in it: by the list of version 1, or by the path to the root of version 2.
    proof, commitment = custody.proof, batch.commitment
    if (proof is None) != (commitment is None):
        raise WrongProof("The proof in the custody statement is for another version of batch.")
    if proof is None or commitment is None:
        if custody.drop not in batch.drops:
            raise WrongProof("The batch does not list the drop of the custody statement.")
        return Place(batch.drops.index(custody.drop), batch.count, batch.day)
    leaf = leaf_hash(leaf_of(custody.drop))
    if not check_path(leaf, proof.index, commitment.count, proof.path, commitment.root):
        raise WrongProof("The proof in the custody statement does not lead to this batch.")
    return Place(proof.index, commitment.count, batch.day)


def batch_fields(batch: SignedBatch) -> dict[str, object]:
    """How a document names a batch."""
    return {"sequence": batch.sequence, "digest": batch.digest.hex()}


def read_batch(untrusted: object) -> SignedBatch:
    """A batch that a document names. Raises FormatError."""
    fields = canonical.Fields(untrusted, "batch named", {"sequence", "digest"})
    sequence = fields.integer("sequence", minimum=1, maximum=MAX_SEQUENCE)
    return SignedBatch(sequence, fields.hex("digest", 32))


def _parse(untrusted: bytes) -> Custody:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo custody", _KEYS)
    content = canonical.Fields(fields.value("content"), "content", {"sha256", "size"})
    drop = canonical.Fields(fields.value("drop"), "drop", {"id", "sha256", "size"})
    size = drop.integer("size", minimum=1)
    return Custody(
        root=fields.signing_key("root"),
        made=fields.day("made"),
        content_sha256=content.hex("sha256", 32),
        content_size=content.integer("size"),
        item=fields.text("item", _ITEM, "a file name like 0001.age"),
        drop=BatchDrop(drop.text("id", _HEX_ID, "32 hexadecimal digits"), drop.hex("sha256", 32), size),
        batch=read_batch(fields.value("batch")),
        proof=fields.optional("proof", lambda key: _proof(fields.value(key))),
    )


def _proof(untrusted: object) -> Proof:
    fields = canonical.Fields(untrusted, "proof", {"index", "path"})
    index = fields.integer("index", maximum=MAX_DROPS - 1)
    text = fields.text("path", _BASE64, "base64")
    try:
        path = base64.b64decode(text, validate=True)
    except binascii.Error:
        path = b"x"
    if len(path) % SIZE or len(path) > MAX_PATH or base64.b64encode(path).decode() != text:
        raise FormatError("`path` in the proof must be at most 32 hashes in base64.")
    return Proof(index, path)
