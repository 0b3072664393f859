"""The order of arrival, and what was deleted: a thief of PostgreSQL's files, who may ask it anything, too."""

import os
import secrets
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import postgres, postgres_settling
from bot.store.errors import StorageError
from bot.store.store import Store
from bot.store.tables import CHUNK, metadata
from tests.bot.store.databases import Database
from tests.bot.store.test_attack_order import (
    DAY,
    MARK,
    NAME,
    NEXT,
    arrive,
    on_one_page,
    out_of_order,
    tells_nothing,
)
from tests.bot.store.test_store import OTHER, content, put
from tests.postgres import Cluster

KINDS = ("postgresql",)
"""Of the databases of these tests."""


def files(database: Database) -> dict[str, bytes]:
    """Every file of the database's tables and indexes, after what is in memory was written."""
    assert database.cluster is not None
    database.run("CHECKPOINT")
    ((folder,),) = database.run("SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()")
    found = sorted((database.cluster.data / folder).iterdir())
    return {file.name: file.read_bytes() for file in found if file.is_file()}


def what_a_thief_measures(database: Database, order: list[str]) -> dict[str, float]:
    """For each thing that may tell when a drop came: the share of pairs that it puts the wrong way round."""
    raw = b"".join(files(database).values())
    names: dict[str, list[int]] = {drop: [] for drop in order}
    data: dict[str, list[int]] = {drop: [] for drop in order}
    for found, pattern, group in ((names, NAME, 0), (data, MARK, 1)):
        for match in pattern.finditer(raw):
            if (drop := match[group].decode()) in found:
                found[drop].append(match.start())
    told = {
        "first place of the name": [places[0] for places in names.values()],
        "last place of the name": [places[-1] for places in names.values()],
        "first place of the data": [places[0] for places in data.values()],
        "last place of the data": [places[-1] for places in data.values()],
    }
    place = "min((ctid::text::point)[0] * 1000 + (ctid::text::point)[1])"
    mine = "FROM chunks JOIN items USING (blob_id) GROUP BY drop_id"
    queries = {
        "transaction of the drop": "SELECT id, xmin::text::bigint FROM drops",
        "row of the drop": f"SELECT id, {place} FROM drops GROUP BY id",
        "transaction of the items": "SELECT drop_id, min(xmin::text::bigint) FROM items GROUP BY drop_id",
        "row of the items": f"SELECT drop_id, {place} FROM items GROUP BY drop_id",
        "row of the data": f"SELECT drop_id, {place.replace('ctid', 'chunks.ctid')} {mine}",
        "transaction of the data": f"SELECT drop_id, min(chunks.xmin::text::bigint) {mine}",
    }
    for what, query in queries.items():
        rows = dict(database.run(query))
        told[what] = [int(rows[drop]) for drop in order]
    ((outside,),) = database.run(
        "SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'chunks'"
    )
    numbers: dict[str, int] = {}
    for number, start in database.run(f"SELECT chunk_id, chunk_data FROM {outside} WHERE chunk_seq = 0"):
        if mark := MARK.match(start):
            numbers.setdefault(mark[1].decode(), number)
    told["number of what lies outside"] = [numbers[drop] for drop in order]
    shares = {what: out_of_order(values) for what, values in told.items() if len(set(values)) > 1}
    return shares | {"place on a page": on_one_page(names, order)}


async def played(database: Database, count: int, within: float) -> None:
    store = await Store.open(database.url)
    order = await arrive(store, count)
    before = what_a_thief_measures(database, order)
    assert before["transaction of the drop"] == before["row of the drop"] == 0  # it works until the night
    held = {item.id: await content(store, item.id) for drop in order for item in await store.items(drop)}
    await store.purge(NEXT, retention=30, reviewers={})
    shares = what_a_thief_measures(database, order)
    assert "transaction of the drop" not in shares
    assert "transaction of the data" not in shares
    assert tells_nothing(shares, within), shares
    assert {name: await content(store, name) for name in held} == held
    await store.close()


async def test_after_the_night_nothing_tells_in_which_order_drops_came(database: Database) -> None:
    await played(database, 40, 0.28)  # five standard deviations


@pytest.mark.long
async def test_among_a_thousand_drops_the_order_is_a_guess(database: Database) -> None:
    await played(database, 1000, 0.05)


async def test_what_was_deleted_is_in_no_file_of_the_tables_after_the_night(
    store: Store, database: Database
) -> None:
    canary, name = os.urandom(24), secrets.token_hex(16)
    await put(store, "stays", os.urandom(50_000), OTHER)
    await put(store, "goes", canary * 3_000, name)
    await store.commit_manifest(name, "m", canary * 800, DAY, withdrawal=os.urandom(32))
    database.run("ANALYZE")
    found = [
        file for file, content in files(database).items() if canary in content or name.encode() in content
    ]
    assert found
    assert await store.mailboxes.withdraw(name)
    await store.purge(DAY, retention=30, reviewers={})
    for file in files(database).values():
        assert canary not in file
        assert name.encode() not in file
    assert len(await store.items(OTHER)) == 1


async def test_where_too_much_lies_for_one_night_it_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await arrive(store, 1)
    await store.purge(DAY, retention=30, reviewers={})
    assert caplog.text == ""
    monkeypatch.setattr(postgres_settling, "WHOLE", 0)
    await store.purge(DAY, retention=30, reviewers={})
    assert "bytes of what was deleted stay" in caplog.text


async def test_the_statistics_of_the_planner_know_no_value(store: Store, database: Database) -> None:
    for drop in await arrive(store, 5):
        await store.confirm([drop], "r" * 32)
    database.run("ANALYZE")
    tables = ", ".join(f"'{name}'" for name in metadata.tables)
    assert database.run(f"SELECT tablename, attname FROM pg_stats WHERE tablename IN ({tables})") == []


async def test_what_is_taken_back_while_it_moves_leaves_nothing(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, "one", secrets.token_bytes(3 * CHUNK))
    await store.commit_manifest("d" * 32, "manifest", b"m" * 16384, DAY)
    kept = await arrive(store, 2)

    def and_a_source_is_faster(connection: object, statement: str, **values: object) -> None:
        if statement == postgres.WRITE:
            database.run("DELETE FROM drops WHERE id LIKE 'ddd%'")
        do(connection, statement, **values)  # type: ignore[arg-type]  # a connection

    do = postgres_settling._do
    monkeypatch.setattr(postgres_settling, "_do", and_a_source_is_faster)
    await store.sweep(NEXT, retention=30)
    assert [await store.drop_state(drop) for drop in kept] == ["complete"] * 2
    assert await store.drop_state("d" * 32) is None
    await store.sweep(NEXT, retention=30)
    left = "SELECT count(*) FROM chunks WHERE blob_id NOT IN (SELECT blob_id FROM items)"
    assert database.run(left) == [(0,)]


async def test_a_shuffle_that_is_killed_changes_nothing(
    store: Store, database: Database, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await arrive(store, 3)
    held = {item.id: await content(store, item.id) for drop in order for item in await store.items(drop)}
    before = database.run("SELECT id, xmin::text FROM drops ORDER BY id")
    real = postgres_settling._do

    def killed(connection: object, statement: str, **values: object) -> None:
        if statement.startswith("INSERT INTO receipts"):
            with closing(cluster.connect("postgres")) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'INSERT%'"
                )
        real(connection, statement, **values)  # type: ignore[arg-type]  # a connection

    monkeypatch.setattr(postgres_settling, "_do", killed)
    with pytest.raises(StorageError):
        await store.sweep(NEXT, retention=30)
    assert database.run("SELECT id, xmin::text FROM drops ORDER BY id") == before
    monkeypatch.undo()
    await store.sweep(NEXT, retention=30)
    assert database.run("SELECT count(*) FROM drops WHERE NOT settled") == [(0,)]
    assert {name: await content(store, name) for name in held} == held


def test_every_table_is_written_anew(path: Path) -> None:
    assert {*postgres_settling.SMALL, "chunks"} == set(metadata.tables)
