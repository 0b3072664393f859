"""What a drop costs among 1,000 to 1,000,000 others, from intake to purge, in SQLite and in PostgreSQL.

    .venv/bin/python -m benchmarks.scale [--to 100000] [--engine SQLite] [--svg docs/scale.svg] [FOLDER]

A database grows from size to size. At each a process of its own brings 200 drops of 40 chats at once,
exports them, takes a reviewer's receipt for them, and purges them again, three times over, of which the best
counts: each has the same work to do, and only what lies beside it differs. That is rows as many as there
would be, of mixed sizes scaled down (one drop in ten has a file; 300 to 3,000 bytes of ciphertext an item in
place of 16 KiB to 20 MB). What looks at the whole database (doctor, sweep, and PostgreSQL's tables that are
written anew at night) is told a drop that is there, and so is start-up. The PostgreSQL is that of the tests,
with every page and each commit on the disk. The bar (issue 20): flat within 1.5 times from 10,000 to the
largest, in time a drop and in memory.
"""

import argparse
import asyncio
import json
import math
import random
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias, cast

from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url

from benchmarks.journey import House
from bot.doctor import data as doctor
from bot.export import export
from bot.export.batch_bytes import hash_drop
from bot.export.folder import FolderTarget
from bot.intake import Intake
from bot.keys.signing import create_signing_key, server_keys
from bot.store import postgres_settling, remote, sqlite
from bot.store.address import Address
from bot.store.store import Store
from bot.store.tables import batches, chunks, drops, items
from bot.tally import Tally
from scrub.scrubber import Scrubber
from tests import postgres

NEW, CHATS, ROUNDS = 200, 40, 3
BATCH = 10_000
SLICE = 2_000
TEXT = "Nos piden poner cámaras en la casa. " * 20
FLAT = 1.5
ENGINES = ("SQLite", "PostgreSQL")
Measured: TypeAlias = Sequence[tuple[int, dict[str, float]]]
KEPT = 40_000
"""Days; nothing of what lies there is ever over."""


def rows(count: int, first: int, day: date, lot: random.Random) -> Iterator[tuple[dict[str, Any], ...]]:
    """A drop, and its items with their chunks, as the tables have them."""
    for number in range(first, first + count):
        drop = secrets.token_hex(16)
        values = {"id": drop, "day": day, "state": "complete", "batch": number // BATCH + 1, "settled": True}
        yield ({"drops": values | {"withdrawal": secrets.token_bytes(32), "desk": ""}},)
        for position in range(1, 4 if lot.random() < 0.1 else 3):
            size, blob = lot.randrange(300, 3000), secrets.token_hex(16)
            state = "kept" if position > 1 else "manifest"
            item = {"id": secrets.token_hex(16), "drop_id": drop, "position": position, "size": size}
            chunk = {"blob_id": blob, "number": 0, "data": lot.randbytes(size)}
            yield {"items": item | {"sha256": bytes(32), "state": state, "blob_id": blob}}, {"chunks": chunk}


def fill(engine: Engine, there: int, wanted: int, day: date) -> None:
    """Let the database have `wanted` drops, all settled and in batches that are written."""
    lot = random.Random(wanted)
    tables = {"drops": drops, "items": items, "chunks": chunks}
    for start in range(there, wanted, SLICE):
        kept: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
        for row in rows(min(SLICE, wanted - start), start, day, lot):
            for entry in row:
                for name, values in entry.items():
                    kept[name].append(values)
        numbers = {values["batch"] for values in kept["drops"]}
        with engine.begin() as connection:
            known = {row.id for row in connection.execute(batches.select())}
            for number in sorted(numbers - known):
                values = {"id": number, "sequence": number, "day": day, "written": True, "version": 2}
                connection.execute(insert(batches).values(sha256=secrets.token_bytes(32), desk="", **values))
            for name, table in tables.items():
                connection.execute(insert(table), kept[name])


def filling(url: str) -> Engine:
    """What fills a database with what lies beside; nobody waits for its bytes to reach the disk."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    if url.startswith("postgresql"):
        return engine

    @event.listens_for(engine, "connect")
    def quick(connection: Any, _record: object) -> None:
        sqlite.set_up(connection)
        connection.execute("PRAGMA synchronous = OFF")
        connection.isolation_level = ""

    return engine


async def one(folder: Path, url: str, size: int) -> dict[str, float]:
    """The fewest seconds a drop of each work beside `size` drops, and the most memory that it took."""
    today = datetime.now(UTC).date()
    house = await House.open(folder / f"of-{size}")
    await house.store.close()
    key = folder / "signing.key"
    if not key.exists():
        create_signing_key(key)
    rounds = [
        await _round(house, url, key, folder / f"out-{size}-{number}", today) for number in range(ROUNDS)
    ]
    took = {name: min(costs[name] for costs in rounds) for name in rounds[0]}
    began = time.perf_counter()
    if url.startswith("postgresql"):
        with remote.looking(Address(url)) as look:
            assert look.standing() == "current"
            look.exports(), look.losing(), look.telling()
    else:
        list(doctor.database(Path(make_url(url).database or ""), today))
    took["doctor"] = time.perf_counter() - began
    whole = {name: took[name] / size for name in ("start-up", "sweep", "doctor", "rewrite") if name in took}
    return took | whole | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


async def _round(house: House, url: str, key: Path, out: Path, today: date) -> dict[str, float]:
    """Seconds: of start-up and sweep in all, of the rest a drop."""
    took: dict[str, float] = {}
    began = time.perf_counter()

    def lap(name: str, drops: int = NEW) -> None:
        nonlocal began
        took[name] = (time.perf_counter() - began) / drops
        began = time.perf_counter()

    store = await Store.open(url)
    lap("start-up", 1)
    intake = Intake(store, Scrubber(), house.receivers, beside=lambda item: item[::-1], tally=Tally())
    sent: list[str] = []

    async def chat(count: int) -> None:
        for _ in range(count):
            drop = secrets.token_hex(16)
            await intake.text(drop, secrets.token_hex(16), TEXT, day=today)
            await intake.closing.submit(drop, "es", "telegram", day=today)
            sent.append(drop)

    await asyncio.gather(*(chat(NEW // CHATS) for _ in range(CHATS)))
    lap("intake")
    await asyncio.to_thread(out.mkdir)
    with server_keys(key) as keys:
        await export(store, keys, FolderTarget(out), today)
    lap("export")
    here = await store.written_drops(sent)
    assert len(here) == NEW
    for drop in sorted(here):
        await hash_drop(store, drop)
    await store.confirm(here, "reviewer")
    lap("receipts")
    with rewriting() as whole:
        swept = await store.purge(today, retention=KEPT, reviewers={"": ["reviewer"]})
    assert swept.drops == NEW
    lap("purge")
    if whole:  # is PostgreSQL's alone, and of all that is there
        took |= {"purge": took["purge"] - sum(whole) / NEW, "rewrite": sum(whole)}
    await store.sweep(today, retention=KEPT)
    lap("sweep", 1)
    await store.close()
    return took


@contextmanager
def rewriting() -> Iterator[list[float]]:
    """Seconds that the tables of a PostgreSQL were written anew meanwhile."""
    took: list[float] = []
    rewrite = postgres_settling.rewrite

    def timed(connection: Connection) -> None:
        began = time.perf_counter()
        rewrite(connection)
        took.append(time.perf_counter() - began)

    postgres_settling.rewrite = timed
    try:
        yield took
    finally:
        postgres_settling.rewrite = rewrite


def sizes(largest: int) -> list[int]:
    return [10**power for power in range(3, round(math.log10(largest)) + 1)]


def flat(found: Measured) -> dict[str, float]:
    """How many times as much each costs at most, from 10,000 drops on, as with 10,000."""
    later = [costs for size, costs in found if size >= 10_000]
    return {name: max(costs[name] for costs in later) / later[0][name] for name in later[0]} if later else {}


COLOURS = ("#0b6e4f", "#c1121f", "#1d4e89", "#e07a00", "#6a4c93", "#555555", "#008b8b", "#a0522d")
WIDTH, HEIGHT, LEFT, RIGHT, TOP = 620, 500, 80, 130, 60


def svg(found: Mapping[str, Measured]) -> str:
    """A picture of milliseconds a drop over drops, both as powers of ten: an engine beside the other."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(found)} {HEIGHT}" '
        f'font-family="sans-serif" font-size="14"><rect width="100%" height="100%" fill="#ffffff"/>'
    ]
    everything = [
        cost for measured in found.values() for _, costs in measured for cost in _shown(costs).values()
    ]
    low, high = (
        math.floor(math.log10(min(everything) * 1000)),
        math.ceil(math.log10(max(everything) * 1000)),
    )
    for number, (engine, measured) in enumerate(found.items()):
        parts.append(f'<g transform="translate({number * WIDTH} 0)">')
        parts += _panel(f"What a drop costs among others ({engine})", measured, low, high)
        parts.append("</g>")
    return "\n".join((*parts, "</svg>")) + "\n"


def _shown(costs: Mapping[str, float]) -> dict[str, float]:
    return {name: cost for name, cost in costs.items() if name != "memory"}


def _panel(title: str, found: Measured, low: int, high: int) -> Iterator[str]:
    most = math.log10(found[-1][0])

    def x(size: int) -> float:
        return LEFT + (math.log10(size) - 3) / max(1, most - 3) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (high - math.log10(value)) / (high - low) * (HEIGHT - TOP - 70)

    yield f'<text x="{LEFT}" y="32" font-size="18">{title}</text>'
    for power in range(low, high + 1):
        at = y(10.0**power)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{LEFT - 8}" y="{at + 5:.1f}" text-anchor="end">{10.0**power:g}</text>'
    for size, _ in found:
        yield f'<text x="{x(size):.1f}" y="{HEIGHT - 46}" text-anchor="middle">{size:,}</text>'
    yield f'<text x="{LEFT}" y="{HEIGHT - 18}">drops in the database; milliseconds a drop</text>'
    last = 0.0
    colours = dict(zip(_shown(found[0][1]), COLOURS, strict=False))
    for name in sorted(colours, key=lambda name: -found[-1][1][name]):
        points = " ".join(f"{x(size):.1f},{y(costs[name] * 1000):.1f}" for size, costs in found)
        yield f'<polyline points="{points}" fill="none" stroke="{colours[name]}" stroke-width="2.5"/>'
        last = max(y(found[-1][1][name] * 1000), last + 18)
        yield f'<text x="{WIDTH - RIGHT + 10}" y="{last + 5:.1f}" fill="{colours[name]}">{name}</text>'


def grow(folder: Path, url: str, largest: int) -> Iterator[tuple[int, dict[str, float]]]:
    """Fill and measure from size to size."""
    asyncio.run(_made(url))
    there = 0
    for size in sizes(largest):
        fill(filling(url), there, size, datetime.now(UTC).date() - timedelta(days=30))
        there = size
        command = [sys.executable, "-m", "benchmarks.scale", "--one", str(size), "--url", url, str(folder)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        yield size, cast(dict[str, float], json.loads(done.stdout))


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "SQLite":
        yield f"sqlite+aiosqlite:///{folder / 'silbo.db'}"
        return
    safe = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "128MB"}
    with postgres.running(safe) as cluster:
        yield cluster.url(cluster.new_database())


def main() -> int:
    """Grow, measure and print; the exit status says whether all is flat."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=int, default=100_000)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--one", type=int)
    parser.add_argument("--url")
    parser.add_argument("folder", type=Path, nargs="?")
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(asyncio.run(one(options.folder, options.url, options.one))))
        return 0
    found: dict[str, list[tuple[int, dict[str, float]]]] = {}
    missed = False
    for engine in options.engine or ENGINES:
        found[engine] = []
        with tempfile.TemporaryDirectory(dir=options.folder) as place, database(engine, Path(place)) as url:
            for size, costs in grow(Path(place), url, options.to):
                found[engine].append((size, costs))
                told = "   ".join(f"{name} {cost * 1000:.4f}" for name, cost in _shown(costs).items())
                memory = f"memory {costs['memory'] / 1e6:.0f} MB"
                print(f"{engine}, {size:>9,} drops; ms a drop: {told}; {memory}", flush=True)
        for name, ratio in flat(found[engine]).items():
            late = ratio > FLAT
            missed = missed or late
            print(
                f"{name}: {ratio:.2f}x from 10,000 on (at most {FLAT}x){'  MISSED' if late else ''}",
                flush=True,
            )
    if options.svg is not None:
        options.svg.write_text(svg(found))
    return int(missed)


async def _made(url: str) -> None:
    await (await Store.open(url)).close()


if __name__ == "__main__":
    sys.exit(main())
