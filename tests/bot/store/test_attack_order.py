"""The order of arrival: a thief of the database or of a backup tries to put the drops of a day in a row."""

import random
import re
import secrets
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from bot.store import settling
from bot.store.copies import copy_sent
from bot.store.store import Store
from bot.store.tables import CHUNK, drops, metadata
from tests.bot.store.test_store import content, put

DAY = date(2026, 11, 21)
NEXT = DAY + timedelta(days=1)
SIZES = random.Random(7)
MARK = re.compile(rb"<([0-9a-f]{32})>")
NAME = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


async def arrive(store: Store, count: int, day: date = DAY) -> list[str]:
    """So many drops, one after the other; each row of their ciphertext says whose it is."""
    order = []
    for _ in range(count):
        drop = secrets.token_hex(16)
        for _ in range(SIZES.choice([1, 1, 1, 2, 3])):
            size = SIZES.choice([16384, 16384, 24576, 65536])
            await put(store, secrets.token_hex(32), marked(drop, size), drop, day=day)
        await store.commit_manifest(drop, secrets.token_hex(32), marked(drop, 16384), day)
        order.append(drop)
    return order


def marked(drop: str, size: int) -> bytes:
    return b"<" + drop.encode() + b">" + bytes(size - 34)


def out_of_order(values: list[int]) -> float:
    """Of all pairs whose values differ, the share that stands the other way round than it came."""
    pairs = [(first, then) for first, then in combinations(values, 2) if first != then]
    return sum(first > then for first, then in pairs) / len(pairs)


def what_a_thief_measures(file: Path, order: list[str]) -> dict[str, float]:
    """For each thing that may tell when a drop came: the share of pairs that it puts the wrong way round."""
    raw = file.read_bytes()
    names: dict[str, list[int]] = {drop: [] for drop in order}
    data: dict[str, list[int]] = {drop: [] for drop in order}
    for found, pattern, group in ((names, NAME, 0), (data, MARK, 1)):
        for match in pattern.finditer(raw):
            if (drop := match[group].decode()) in found:
                found[drop].append(match.start())
    told: dict[str, list[int]] = {
        "first place of the name": [places[0] for places in names.values()],
        "last place of the name": [places[-1] for places in names.values()],
        "first place of the data": [places[0] for places in data.values()],
        "last place of the data": [places[-1] for places in data.values()],
    }
    mine = "FROM chunks JOIN items USING (blob_id) WHERE drop_id = ?"
    queries = {
        "row of the drop": "SELECT rowid FROM drops WHERE id = ?",
        "first row of the items": "SELECT min(rowid) FROM items WHERE drop_id = ?",
        "last row of the items": "SELECT max(rowid) FROM items WHERE drop_id = ?",
        "first row of the data": f"SELECT min(chunks.rowid) {mine}",
        "last row of the data": f"SELECT max(chunks.rowid) {mine}",
        "size": "SELECT sum(size) FROM items WHERE drop_id = ?",
    }
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        for what, query in queries.items():
            told[what] = [database.execute(query, (drop,)).fetchone()[0] for drop in order]
    shares = {what: out_of_order(values) for what, values in told.items()}
    return shares | {"place on a page": on_one_page(names, order)}


def on_one_page(places: dict[str, list[int]], order: list[str]) -> float:
    """SQLite lays the cells of a page from its end to its beginning, in the order in which they came."""
    came = {drop: number for number, drop in enumerate(order)}
    pages: dict[int, list[tuple[int, int]]] = {}
    for drop, found in places.items():
        for place in found:
            pages.setdefault(place // 4096, []).append((place, came[drop]))
    pairs = [
        (first[1], then[1])
        for cells in pages.values()
        for first, then in combinations(sorted(cells), 2)
        if first[1] != then[1]
    ]
    return sum(first > then for first, then in pairs) / len(pairs)


def tells_nothing(shares: dict[str, float], within: float) -> bool:
    return all(abs(share - 0.5) <= within for share in shares.values())


async def played(path: Path, count: int, within: float) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    order = await arrive(store, count)
    before = what_a_thief_measures(path, order)
    assert (
        before["row of the drop"] == before["last place of the data"] == 0
    )  # the attack works until the night
    path.with_name("backup").touch()
    copy_sent(path, path.with_name("backup"))
    assert tells_nothing(what_a_thief_measures(path.with_name("backup"), order), within)
    held = {item.id: await content(store, item.id) for drop in order for item in await store.items(drop)}
    await store.purge(NEXT, retention=30, reviewers={})
    assert tells_nothing(what_a_thief_measures(path, order), within)
    assert {name: await content(store, name) for name in held} == held
    later = await arrive(store, count, NEXT)
    await store.sweep(NEXT, retention=30)  # what came today keeps its order until its night
    assert out_of_order(numbers(path, later)) == 0
    settled = numbers(path, order)
    await store.purge(NEXT + timedelta(days=1), retention=30, reviewers={})
    assert tells_nothing(what_a_thief_measures(path, later), within)
    assert numbers(path, order) == settled
    await store.close()


def numbers(path: Path, order: list[str]) -> list[int]:
    with closing(sqlite3.connect(path)) as database:
        rows = dict(database.execute("SELECT id, rowid FROM drops").fetchall())
    return [rows[drop] for drop in order]


async def test_after_the_night_nothing_tells_in_which_order_drops_came(path: Path) -> None:
    await played(path, 60, 0.22)  # five standard deviations


@pytest.mark.long
async def test_among_a_thousand_drops_the_order_is_a_guess(path: Path) -> None:
    await played(path, 1000, 0.05)


def test_what_hangs_on_a_drop_moves_with_it() -> None:
    hanging = {
        table.name
        for table in metadata.tables.values()
        if any(key.column.table is drops for key in table.foreign_keys)
    }
    assert hanging == set(settling.FOLLOWING)


async def test_marks_of_what_came_by_the_page_tell_no_order(path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    order = await arrive(store, 40)
    with closing(sqlite3.connect(path)) as database, database:
        rows = [(drop, DAY.isoformat(), b"d" * 32) for drop in order]
        database.executemany("INSERT INTO uploads VALUES (?, ?, '', 0, 0, ?)", rows)
        told = "SELECT id FROM uploads ORDER BY rowid"
        assert [drop for (drop,) in database.execute(told)] == order
    await store.purge(NEXT, retention=30, reviewers={})
    with closing(sqlite3.connect(path)) as database:
        places = {drop: place for place, (drop,) in enumerate(database.execute(told))}
    assert abs(out_of_order([places[drop] for drop in order]) - 0.5) < 0.28
    await store.close()


class CutOff(Exception):
    pass


async def test_cut_off_at_any_step_nothing_is_lost_and_the_next_night_ends_it(path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    await put(store, "large", large := secrets.token_bytes(9 * CHUNK + 5))
    await store.commit_manifest("d" * 32, "manifest", b"m" * 16384, DAY)
    order = await arrive(store, 5)
    steps = 0
    for last in range(1, 1000):
        steps = 0

        def rest(_: float, last: int = last) -> None:
            nonlocal steps
            steps += 1
            if steps == last:
                raise CutOff

        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA foreign_keys = ON")
            try:
                settling.settle(database, DAY, NEXT, rest=rest)
            except CutOff:
                assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            else:
                break
        assert [await store.drop_state(drop) for drop in order] == ["complete"] * 5
        (item,) = (item for item in await store.items("d" * 32) if item.state != "manifest")
        assert await content(store, item.id) == large
    assert steps < last
    assert last > 6
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM drops WHERE NOT settled").fetchone() == (0,)
    await store.sweep(NEXT, retention=30)
    with closing(sqlite3.connect(path)) as database:
        left = "SELECT count(*) FROM chunks WHERE blob_id NOT IN (SELECT blob_id FROM items)"
        assert database.execute(left).fetchone() == (0,)
    await store.close()


async def test_a_drop_is_read_whole_while_it_moves(path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    await put(store, "one", data := secrets.token_bytes(3 * CHUNK))
    await store.commit_manifest("d" * 32, "manifest", b"m" * 16384, DAY)
    item = (await store.items("d" * 32))[0].id
    read = b""
    async for piece in store.read(item):
        read += piece
        await store.purge(DAY, retention=30, reviewers={})
    assert read == data
    await store.close()


@pytest.mark.parametrize("step", [1, 2, 4])
async def test_what_is_taken_back_while_it_moves_leaves_nothing(path: Path, step: int) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    await put(store, "one", secrets.token_bytes(6 * CHUNK))
    await store.commit_manifest("d" * 32, "manifest", b"m" * 16384, DAY)
    steps = 0

    def rest(_: float) -> None:
        nonlocal steps
        steps += 1
        if steps == step:
            with closing(sqlite3.connect(path)) as other, other:
                other.execute("PRAGMA foreign_keys = ON")
                other.execute("DELETE FROM drops")

    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        settling.settle(database, DAY, NEXT, rest=rest)
    await store.sweep(NEXT, retention=30)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(
            "SELECT (SELECT count(*) FROM chunks), (SELECT count(*) FROM items)"
        ).fetchone() == (0, 0)
    await store.close()
