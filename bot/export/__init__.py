"""Export: complete drops leave the server as signed batches, in folders or in the reviewers' own chat.

Source: the design, "Formats", and docs/protocol.md, "Batches". What goes into a batch is fixed in the
database before its first byte is written, and its bytes follow from that alone; so an export that was
interrupted is simply repeated, and writes the same again:

    planned in the database -> written to the target, whole or not at all -> marked as written

A batch that hands over to a new server key is planned and written like any other; once it is marked, the new
key takes the place of the one that signed it. Each round begins with that step, so it is never left out.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from bot.export.batch_bytes import ExportError, batch_of, folder_name, hash_drop
from bot.keys.signing import ServerKeys
from bot.store.batches import PlannedBatch
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from crypto.batch import Batch
from crypto.minisign import PublicKey, SigningKey


class Target(AbstractAsyncContextManager[Any], Protocol):
    """Where a desk's batches go: `bot.export.folder` or `bot.export.chat`. Entered for a whole export."""

    async def write(self, store: Store, signing_key: SigningKey, plan: PlannedBatch) -> Batch:
        """Make the batch durable there, or see that it is there already. Raises `ExportError`."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The batches written, by the names of their folders, and how many drops and bytes of drops they hold.

    `successor` is the key that signs from now on, if a hand-over to it was ended; None if the key stayed. It
    can be all there is to say, when an earlier export was stopped right before that.
    """

    batches: tuple[str, ...]
    drops: int
    size: int
    successor: PublicKey | None


async def export(
    store: Store, keys: ServerKeys, target: Target, today: date, *, desk: str = FIRST_DESK
) -> ExportReport | None:
    """Write every complete drop of a desk that was not exported yet to `target`; None if there was none.

    A batch left unfinished by an earlier call comes first, with the bytes and the day it had then. The next
    one hands over to the key that waits in `keys`, with or without drops. Raises `ExportError` for a target
    that cannot take it, `StoreError` for what the database refuses, `SettingsError` for a key that is not
    the one to sign with; then call again.
    """
    batches: list[str] = []
    drops = size = 0
    handed_over = await _settle(store, keys, desk)
    async with target:
        while plan := await _plan(store, keys, today, desk):
            batch = await target.write(store, keys.current, plan)
            await store.batch_written(batch.sequence, batch.digest(), desk=desk)
            handed_over |= await _settle(store, keys, desk)
            batches.append(folder_name(batch.sequence))
            drops += len(batch.drops)
            size += sum(drop.size for drop in batch.drops)
    if not batches and not handed_over:
        return None
    return ExportReport(
        tuple(batches),
        drops,
        size,
        keys.current.public() if handed_over else None,
    )


async def export_again(
    store: Store, keys: ServerKeys, target: Target, sequence: int, *, desk: str = FIRST_DESK
) -> ExportReport:
    """Write a batch once more, byte for byte: the stick was lost, or nobody saved the parts in time.

    Raises `ExportError` when that is not possible any more.
    """
    await _settle(store, keys, desk)
    found = await store.written_before(sequence, desk=desk)
    if found is None:
        raise ExportError("There is no batch of that number that was exported before.")
    plan, signer, sha256 = found
    if signer not in (None, str(keys.current.public())):
        raise ExportError("That batch was signed by a server key that was handed over since.")
    drops = tuple([await hash_drop(store, drop_id) for drop_id in plan.drop_ids])
    if batch_of(plan, drops).digest() != sha256:
        raise ExportError("Drops of that batch were deleted here since; it cannot be written again.")
    async with target:
        batch = await target.write(store, keys.current, plan)
    await store.batch_written(sequence, batch.digest(), desk=desk)
    return ExportReport((folder_name(sequence),), len(drops), sum(drop.size for drop in drops), None)


async def _settle(store: Store, keys: ServerKeys, desk: str) -> bool:
    """Make the key that the chain names the one that signs; True if that ended a hand-over."""
    known = await store.chain_keys(desk=desk)
    return keys.settle(None if known.signs is None else PublicKey.parse(known.signs), known.retired)


async def _plan(store: Store, keys: ServerKeys, today: date, desk: str) -> PlannedBatch | None:
    waiting = None if keys.waiting is None else str(keys.waiting.public())
    plan = await store.plan_batch(today, waiting, signer=str(keys.current.public()), desk=desk)
    if plan is not None and plan.successor not in (None, waiting):
        raise ExportError(  # once it is handed over, only the key that is gone could sign
            "The batch that was begun hands over to a key that is no longer in signing.key.next; put it back."
        )
    return plan
