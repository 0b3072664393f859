"""Two desks in one database: a chain each, and nothing of the one reaches the other."""

from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.store.batches import PlannedBatch
from bot.store.errors import DeskClosed
from bot.store.mailboxes import NewReply
from bot.store.store import Store, Swept

DAY = date(2026, 11, 21)
UNION = "union"


async def complete(store: Store, drop: str, desk: str = "", day: date = DAY) -> None:
    async with store.stage() as blob:
        await blob.write(drop.encode() * 1000)
        await blob.commit_item(drop_id=drop, item_id=f"{drop}-item", day=day, waiting=False, desk=desk)
    await store.commit_manifest(drop, f"{drop}-m", b"manifest", day)


def reply(number: int) -> tuple[NewReply, bytes]:
    sealed = bytes([number]) * 5000
    return NewReply(sha256(sealed).digest(), bytes([number]) * 32, sha256(bytes(16)).digest()), sealed


async def test_each_desk_has_a_chain_of_its_own_from_one(store: Store) -> None:
    await complete(store, "a" * 32)
    await complete(store, "b" * 32, UNION)
    first = await store.plan_batch(DAY, signer="key")
    assert first == PlannedBatch(1, DAY, None, ("a" * 32,), None)
    await store.batch_written(1, b"1" * 32)
    mine = await store.plan_batch(DAY, signer="its key", desk=UNION)
    assert mine == PlannedBatch(1, DAY, None, ("b" * 32,), None, desk=UNION)
    assert (await store.chain_keys()).signs == "key"
    assert (await store.chain_keys(desk=UNION)).signs == "its key"
    await store.batch_written(1, b"2" * 32, desk=UNION)
    await complete(store, "c" * 32, UNION)
    again = await store.plan_batch(DAY, desk=UNION)
    assert again == PlannedBatch(2, DAY, b"2" * 32, ("c" * 32,), None, desk=UNION)
    assert await store.plan_batch(DAY) is None
    assert await store.written_drops(["a" * 32, "b" * 32], desk=UNION) == {"b" * 32}
    for desk, drop in (("", "a"), (UNION, "b")):
        known = await store.exported(1, desk=desk)
        assert known is not None
        assert known.drop_ids == {drop * 32}


async def test_a_key_that_is_lost_at_one_desk_is_known_at_the_other(store: Store) -> None:
    for desk in ("", UNION):
        await complete(store, (desk or "x")[0] * 32, desk)
        await store.plan_batch(DAY, signer="key", desk=desk)
    await store.forget_keys(desk=UNION)
    assert (await store.chain_keys(desk=UNION)).signs is None
    assert (await store.chain_keys()).signs == "key"


async def test_each_desk_keeps_what_it_has_as_long_as_it_says(store: Store) -> None:
    for desk, drop in (("", "a"), (UNION, "b"), ("unknown", "c")):
        await complete(store, drop * 32, desk)
        await store.plan_batch(DAY, desk=desk)
        await store.batch_written(1, b"1" * 32, desk=desk)
        await store.mailboxes.deliver(*reply(ord(drop)), DAY, desk=desk)
    retention = {"": 90, UNION: 7}
    assert await store.sweep(DAY + timedelta(days=7), retention=retention) == Swept(0, 0, 0)
    assert (await store.sweep(DAY + timedelta(days=8), retention=retention)).drops == 1
    assert await store.drop_state("b" * 32) is None
    assert await store.mailboxes.waiting(b"b" * 32) == ()
    assert len(await store.mailboxes.waiting(b"a" * 32)) == len(await store.mailboxes.waiting(b"c" * 32)) == 1
    # A desk that no setting names any more has the first one's time: it must end.
    assert (await store.purge(DAY + timedelta(days=91), retention=retention, reviewers={})).drops == 2
    assert await store.mailboxes.waiting(b"c" * 32) == ()


async def test_what_the_reviewers_of_one_desk_confirm_deletes_nothing_of_the_other(store: Store) -> None:
    for desk, drop in (("", "a"), (UNION, "b")):
        await complete(store, drop * 32, desk)
        await store.plan_batch(DAY, desk=desk)
        await store.batch_written(1, b"1" * 32, desk=desk)
    await store.confirm(["a" * 32, "b" * 32], "r" * 32)
    swept = await store.purge(DAY, retention=90, reviewers={"": ["r" * 32, "s" * 32], UNION: ["r" * 32]})
    assert swept.drops == 1
    assert await store.drop_state("a" * 32) == "complete"


async def test_the_marks_of_one_desk_are_not_told_to_the_other(store: Store) -> None:
    for number, desk in ((1, ""), (2, UNION)):
        await store.mailboxes.deliver(*reply(number), DAY, desk=desk)
        await store.mailboxes.read(reply(number)[0].sha256, bytes([number]) * 16, DAY)
    assert [mark.token for mark in await store.mailboxes.marks()] == [b"\x01" * 16]
    assert [mark.token for mark in await store.mailboxes.marks(desk=UNION)] == [b"\x02" * 16]


async def test_a_closed_desk_takes_nothing_new_and_what_is_there_can_still_go(store: Store) -> None:
    async with store.stage() as blob:
        await blob.write(b"x")
        await blob.commit_item(drop_id="d" * 32, item_id="one", day=DAY, waiting=False, desk=UNION)
    assert await store.close_desk(UNION, DAY) == DAY
    assert await store.close_desk(UNION, DAY + timedelta(days=1)) == DAY
    assert await store.closed_desks() == {UNION: DAY}
    async with store.stage() as blob:
        await blob.write(b"y")
        with pytest.raises(DeskClosed):
            await blob.commit_item(drop_id="d" * 32, item_id="two", day=DAY, waiting=False, desk=UNION)
    await complete(store, "e" * 32)
    assert await store.commit_manifest("d" * 32, "m", b"manifest", DAY)
    plan = await store.plan_batch(DAY, desk=UNION)
    assert plan is not None
    assert plan.drop_ids == ("d" * 32,)


async def test_the_mailboxes_of_a_closed_desk_end_with_its_retention(store: Store, path: Path) -> None:
    await store.close_desk(UNION, DAY)
    late = DAY + timedelta(days=29)
    sealed = reply(2)[1]
    await store.mailboxes.deliver(*reply(1), late)
    await store.mailboxes.deliver(*reply(2), late, desk=UNION)
    await store.sweep(DAY + timedelta(days=30), retention=30)
    assert len(await store.mailboxes.waiting(b"\x02" * 32)) == 1
    await store.sweep(DAY + timedelta(days=31), retention=30)
    assert await store.mailboxes.waiting(b"\x02" * 32) == ()
    assert len(await store.mailboxes.waiting(b"\x01" * 32)) == 1
    assert sealed[:100] not in b"".join(name.read_bytes() for name in path.parent.iterdir())
