"""What a batch consists of, byte for byte: it follows from the plan in the database and the key alone.

Source: docs/protocol.md, "Drop" and "Batches". An export that is repeated therefore writes the same again.
"""

import hashlib
from collections.abc import AsyncIterator

from bot.store.batches import PlannedBatch
from bot.store.errors import StoreError
from bot.store.store import Store
from crypto.batch import BATCH_FILE, SERVER_FILE, SIGNATURE_FILE, Batch, BatchDrop, batch_bytes
from crypto.drop import DROP_END, MANIFEST_AGE, STAMP_FILE, item_name, member_header, member_padding
from crypto.drop_list import LIST_FILE, list_bytes, make_batch
from crypto.minisign import PublicKey, SigningKey
from crypto.revocation import Revocation

Piece = tuple[int, bytes | str]
"""How many bytes come next, and these bytes, or the id of the stored item that holds them."""


class ExportError(Exception):
    """The batch could not be written; one sentence for the operator. Nothing was marked as exported."""


class NotNow(ExportError):
    """The place to export to is not there at the moment (a stick that is not in); try again later."""


def folder_name(sequence: int) -> str:
    return f"batch-{sequence:06}"


def revocation_name(revocation: Revocation) -> str:
    return f"revocation-{revocation.root.key_id.hex()[:8]}.txt"


def batch_of(plan: PlannedBatch, drops: tuple[BatchDrop, ...]) -> Batch:
    """The batch in the version in which it was planned: 0.1 may have written it, or a part of it."""
    successor = None if plan.successor is None else PublicKey.parse(plan.successor)
    make = Batch if plan.version == 1 else make_batch
    return make(plan.sequence, plan.previous, plan.day, drops, successor)


def signed_files(batch: Batch, signing_key: SigningKey) -> dict[str, bytes]:
    """Return the files beside the drops. `server.pub` is a claim, for a first import to show and compare."""
    data = batch_bytes(batch)
    signature = signing_key.sign(data, f"batch {batch.sequence}")  # Ed25519: the same bytes every time
    public = f"untrusted comment: the key of a Silbo server\n{signing_key.public()}\n"
    files = {BATCH_FILE: data, SIGNATURE_FILE: signature.encode(), SERVER_FILE: public.encode()}
    return files if batch.commitment is None else files | {LIST_FILE: list_bytes(batch.drops)}


async def hash_drop(store: Store, drop_id: str) -> BatchDrop:
    """Read a whole drop, and return its size and hash. Raises `StorageError` if it is damaged."""
    digest, size = hashlib.sha256(), 0
    async for piece in drop_bytes(store, drop_id):
        digest.update(piece)
        size += len(piece)
    return BatchDrop(drop_id, digest.digest(), size)


async def drop_bytes(store: Store, drop_id: str) -> AsyncIterator[bytes]:
    """The bytes of one drop, at most 1 MiB at a time; `Store.read` checks each item against its hash."""
    async for _, what in drop_pieces(store, drop_id):
        if isinstance(what, bytes):
            yield what
        else:
            async for piece in store.read(what):
                yield piece


async def drop_pieces(store: Store, drop_id: str) -> AsyncIterator[Piece]:
    """What a drop is made of, without reading its items."""
    items = await store.items(drop_id)
    manifest = [item for item in items if item.state == "manifest"]
    kept = [item for item in items if item.state == "kept"]
    if len(manifest) != 1 or len(items) != len(kept) + 1:
        raise StoreError("A complete drop in the database does not have exactly one manifest.")
    names = [MANIFEST_AGE, *(item_name(number) for number in range(1, len(kept) + 1))]
    for name, item in zip(names, manifest + kept, strict=True):
        header, padding = member_header(name, item.size), member_padding(item.size)
        yield len(header), header
        yield item.size, item.id
        yield len(padding), padding
    stamp = await store.stamp(drop_id)
    if stamp is not None:
        member = member_header(STAMP_FILE, len(stamp)) + stamp + member_padding(len(stamp))
        yield len(member), member
    yield len(DROP_END), DROP_END
