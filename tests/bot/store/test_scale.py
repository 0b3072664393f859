"""What a few drops cost among many: work of the database is counted, never time.

An operator with a hundred thousand drops reads receipts, purges and sweeps as one with a hundred does. SQLite
counts the steps of its own machine; they are the same on every computer.
"""

import secrets
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, insert

from bot.store import settling, sqlite
from bot.store.store import Store
from bot.store.tables import UNSETTLED, batches, chunks, drops, items
from tests.bot.store.test_store import DAY, put

FEW, MANY = 200, 1000
KEPT = 40_000
"""Days; nothing of what lies there is over."""
TODAY = DAY + timedelta(days=30)
STEP = 20
"""How many steps of SQLite's machine are counted as one."""


def fill(path: Path, wanted: int) -> None:
    """Let a database have so many exported drops of an item each, shuffled for the last time."""
    engine = create_engine(f"sqlite:///{path}")
    names = [secrets.token_hex(16) for _ in range(wanted)]
    drop: dict[str, Any] = {"day": DAY, "state": "complete", "batch": 1, "settled": True}
    item: dict[str, Any] = {"position": 1, "size": 1, "sha256": bytes(32), "state": "manifest"}
    with engine.begin() as connection:
        first = {"id": 1, "sequence": 1, "day": DAY, "written": True, "sha256": bytes(32)}
        connection.execute(insert(batches), first)
        connection.execute(insert(drops), [{"id": name, **drop} for name in names])
        rows = [{"id": name * 2, "drop_id": name, "blob_id": name, **item} for name in names]
        connection.execute(insert(items), rows)
        connection.execute(insert(chunks), [{"blob_id": name, "number": 0, "data": b"x"} for name in names])
    engine.dispose()


class Steps:
    """Counts what SQLite does on the connections of writer, readers and duties."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._count = 0
        usual = sqlite.set_up

        def counted(connection: Any) -> None:
            usual(connection)
            if isinstance(connection, sqlite3.Connection):
                connection.set_progress_handler(self._one, STEP)

        monkeypatch.setattr(sqlite, "set_up", counted)

    def _one(self) -> int:
        self._count += 1
        return 0

    async def of(self, work: Callable[[], Awaitable[object]]) -> int:
        before = self._count
        await work()
        return self._count - before


async def costs(path: Path, steps: Steps, others: int) -> dict[str, int]:
    """Steps of what is done with five drops among so many others."""
    address = f"sqlite+aiosqlite:///{path}"
    await (await Store.open(address)).close()
    fill(path, others)
    store = await Store.open(address)
    mine = [secrets.token_hex(16) for _ in range(5)]

    async def intake() -> None:
        for drop in mine:
            await put(store, drop * 2, b"words", drop=drop, day=TODAY)
            await store.commit_manifest(drop, drop[::-1] * 2, b"manifest", TODAY)

    async def export() -> None:
        batch = await store.plan_batch(TODAY)
        assert batch is not None
        assert set(batch.drop_ids) == set(mine)
        await store.batch_written(batch.sequence, bytes(32))

    async def receipts() -> None:
        assert await store.confirm(await store.written_drops(mine), "reviewer") == 5

    async def purge() -> None:
        swept = await store.purge(TODAY, retention=KEPT, reviewers={"": ["reviewer"]})
        assert swept.drops == 5

    works = {"intake": intake, "export": export, "receipts": receipts, "purge": purge}
    found = {name: await steps.of(work) for name, work in works.items()}
    await store.close()
    return found


async def test_a_few_drops_cost_the_same_among_many_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = Steps(monkeypatch)
    few = await costs(tmp_path / "few.db", steps, FEW)
    many = await costs(tmp_path / "many.db", steps, MANY)
    assert all(few.values())
    assert {name: many[name] for name in few if many[name] > 1.3 * few[name] + 5} == {}


@pytest.mark.parametrize("moved", [1, MANY])
async def test_the_index_of_what_is_to_be_shuffled_is_always_built_again(
    path: Path, store: Store, moved: int
) -> None:
    """It holds only drops that came lately: on a page of it their places tell the order, however few."""
    fill(path, MANY)
    with closing(sqlite3.connect(path)) as database:
        built = settling._indexes(database, moved)
        ((of,),) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'ix_drops_unsettled'")
        assert settling._indexes(database, 0) == []
    assert "ix_drops_unsettled" in built
    assert ("ix_drops_batch" in built) == (moved == MANY)
    assert UNSETTLED in of
    assert all(UNSETTLED in query for query in (settling._BLOBS, settling._DROPS))
