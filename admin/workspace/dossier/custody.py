"""Signs a statement an exhibit, and brings the proofs: what the server signed, and the way of each drop to
it.

The statement's hash is that of the file in the bag. Where that is a redacted copy or a text with numbered
lines, it is all the same the reviewer's word about which item it was made of: a hash of what was there before
would let anybody try out which name stood under a bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from admin.case import casefile
from admin.case.casefile import record_name
from admin.errors import AdminError
from admin.home import Home
from admin.words import tr
from admin.workspace.dossier import layout
from admin.workspace.dossier.bag import Bag, key_text
from admin.workspace.dossier.exhibits import Exhibit
from crypto.batch import Batch
from crypto.custody import Custody, Proof, SignedBatch, custody_bytes, prove
from crypto.drop import item_name
from crypto.errors import SignatureError
from crypto.minisign import PublicKey, SigningKey


@dataclass(frozen=True, slots=True)
class Chain:
    """What the papers say of an exhibit's way. `proof` is None for a batch of version 1, whose list would
    name other drops: the bag has neither list nor proof of it.
    """

    batch: Batch
    imported: date
    proof: Proof | None


def write_custody(
    home: Home, bag: Bag, exhibits: Sequence[Exhibit], root: SigningKey, made: date
) -> tuple[list[Chain], list[PublicKey]]:
    """Statements, batches and keys into the bag. Returns the chain of each exhibit, and the server's keys.

    Raises `AdminError` if the record of a batch is damaged.
    """
    proofs: dict[str, Proof | None] = {}
    batches: dict[bytes, Batch] = {}
    for exhibit in exhibits:
        batches.setdefault(exhibit.drop.batch.digest(), exhibit.drop.batch)
    for digest, batch in batches.items():
        proofs |= prove(batch, {each.drop.id for each in exhibits if each.drop.batch.digest() == digest})
    servers = _write_batches(home, bag, [batch for batch in batches.values() if batch.commitment is not None])
    chains = []
    for exhibit in exhibits:
        drop = exhibit.drop
        statement = custody_bytes(
            Custody(
                root=root.public(),
                made=made,
                content_sha256=exhibit.sha256,
                content_size=exhibit.size,
                item=item_name(exhibit.item),
                drop=drop.listed,
                batch=SignedBatch(drop.sequence, drop.batch.digest()),
                proof=proofs[drop.id],
            )
        )
        name = f"{layout.CUSTODY}/{exhibit.label}.json"
        bag.write(name, statement)
        bag.write(name + layout.MINISIG, root.sign(statement, f"custody of {exhibit.label}").encode())
        chains.append(Chain(drop.batch, _imported(home, drop.batch), proofs[drop.id]))
    bag.write(f"{layout.KEYS}/{layout.REVIEWER_KEY}", key_text(root.public(), "the reviewer"))
    return chains, servers


def _write_batches(home: Home, bag: Bag, batches: Sequence[Batch]) -> list[PublicKey]:
    head = casefile.load_head(home)
    known = [] if head is None else [each.key for each in head.keys]
    servers: list[PublicKey] = []
    for batch in sorted(batches, key=lambda batch: batch.sequence):
        record = home.batches / record_name(batch)
        data = record.read_bytes()
        signature = record.with_name(record.name + layout.MINISIG).read_text("utf-8", "replace")
        server = _signer(known, data, signature)
        if server is None:
            raise AdminError(
                tr("The signature of batch {number} in the home is damaged.", number=batch.sequence)
            )
        if server not in servers:
            servers.append(server)
            bag.write(f"{layout.KEYS}/{layout.server_key(len(servers))}", key_text(server, "the server"))
        name = f"{layout.BATCHES}/{layout.batch_name(batch.sequence, batch.digest())}"
        bag.write(name, data)
        bag.write(name + layout.MINISIG, signature.encode())
    return servers


def _signer(known: Sequence[PublicKey], data: bytes, signature: str) -> PublicKey | None:
    for key in known:
        try:
            key.verify(data, signature)
        except SignatureError:
            continue
        return key
    return None


def _imported(home: Home, batch: Batch) -> date:
    """The day on which this home wrote the batch's record, by the file system."""
    seconds = (home.batches / record_name(batch)).stat().st_mtime
    return datetime.fromtimestamp(seconds, UTC).date()
