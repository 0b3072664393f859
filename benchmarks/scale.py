"""What a drop costs among 1,000 to 1,000,000 others, from intake to purge.

    .venv/bin/python -m benchmarks.scale [--to 100000] [--postgres URL] [--svg docs/scale.svg] [FOLDER]

One database grows from size to size. At each a process of its own brings 200 drops of 40 chats at once,
exports them, takes a reviewer's receipt for them, and purges them again: each has the same work to do, and
only what lies beside it differs. That is rows as many as there would be, of mixed sizes scaled down (one drop
in ten has a file; 300 to 3,000 bytes of ciphertext an item in place of 16 KiB to 20 MB). What looks at the
whole database (doctor, sweep) is told a drop that is there, and so is start-up. The bar (issue 20): flat
within 1.5 times from 10,000 to the largest, in time a drop and in memory.
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
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, create_engine, event, insert

from benchmarks.journey import House
from bot.doctor import data as doctor
from bot.export import export
from bot.export.batch_bytes import hash_drop
from bot.export.folder import FolderTarget
from bot.intake import Intake
from bot.keys.signing import create_signing_key, server_keys
from bot.store import sqlite
from bot.store.store import Store
from bot.store.tables import batches, chunks, drops, items
from bot.tally import Tally
from scrub.scrubber import Scrubber

NEW, CHATS = 200, 40
BATCH = 10_000
SLICE = 2_000
TEXT = "Nos piden poner cámaras en la casa. " * 20
FLAT = 1.5
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


def filling(folder: Path, url: str | None) -> Engine:
    if url is not None:
        return create_engine(url)
    engine = create_engine(f"sqlite:///{folder / 'house' / 'silbo.db'}")

    @event.listens_for(engine, "connect")
    def quick(connection: Any, _record: object) -> None:
        sqlite.set_up(connection)
        connection.execute("PRAGMA synchronous = OFF")
        connection.isolation_level = ""

    return engine


async def one(folder: Path, url: str | None, size: int) -> dict[str, float]:
    """Seconds a drop of each work beside `size` drops, and the most memory that it took."""
    today = datetime.now(UTC).date()
    took: dict[str, float] = {}
    began = time.perf_counter()
    house = await House.open(folder / f"of-{size}")
    await house.store.close()
    store = await Store.open(url or f"sqlite+aiosqlite:///{folder / 'house' / 'silbo.db'}")
    began = time.perf_counter()
    await store.mailboxes.desk_id()
    await store.close()
    store = await Store.open(url or f"sqlite+aiosqlite:///{folder / 'house' / 'silbo.db'}")
    took["start-up"] = (time.perf_counter() - began) / size
    intake = Intake(store, Scrubber(), house.receivers, beside=lambda item: item[::-1], tally=Tally())
    sent: list[str] = []

    async def chat(count: int) -> None:
        for _ in range(count):
            drop = secrets.token_hex(16)
            await intake.text(drop, secrets.token_hex(16), TEXT, day=today)
            await intake.closing.submit(drop, "es", "telegram", day=today)
            sent.append(drop)

    began = time.perf_counter()
    await asyncio.gather(*(chat(NEW // CHATS) for _ in range(CHATS)))
    took["intake"] = (time.perf_counter() - began) / NEW
    out, key = folder / f"out-{size}", folder / "signing.key"
    out.mkdir()
    create_signing_key(key)
    began = time.perf_counter()
    with server_keys(key) as keys:
        await export(store, keys, FolderTarget(out), today)
    took["export"] = (time.perf_counter() - began) / NEW
    began = time.perf_counter()
    here = await store.written_drops(sent)
    for drop in sorted(here):
        await hash_drop(store, drop)
    await store.confirm(here, "reviewer")
    took["receipts"] = (time.perf_counter() - began) / NEW
    assert len(here) == NEW
    began = time.perf_counter()
    swept = await store.purge(today, retention=KEPT, reviewers={"": ["reviewer"]})
    took["purge"] = (time.perf_counter() - began) / NEW
    assert swept.drops == NEW
    began = time.perf_counter()
    await store.sweep(today, retention=KEPT)
    took["sweep"] = (time.perf_counter() - began) / size
    await store.close()
    if url is None:
        began = time.perf_counter()
        list(doctor.database(folder / "house" / "silbo.db", today))
        took["doctor"] = (time.perf_counter() - began) / size
    return took | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def sizes(largest: int) -> list[int]:
    return [10**power for power in range(3, round(math.log10(largest)) + 1)]


def flat(found: Sequence[tuple[int, dict[str, float]]]) -> dict[str, float]:
    """How many times as much each costs at most, from 10,000 drops on, as with 10,000."""
    later = [costs for size, costs in found if size >= 10_000]
    return {name: max(costs[name] for costs in later) / later[0][name] for name in later[0]} if later else {}


COLOURS = ("#0b6e4f", "#c1121f", "#1d4e89", "#e07a00", "#6a4c93", "#555555", "#008b8b")
WIDTH, HEIGHT, LEFT, TOP = 860, 500, 80, 60


def svg(title: str, found: Sequence[tuple[int, dict[str, float]]]) -> str:
    """A picture of milliseconds a drop over drops, both as powers of ten."""
    names = [name for name in found[0][1] if name != "memory"]
    values = [costs[name] * 1000 for _, costs in found for name in names]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    most = math.log10(found[-1][0])

    def x(size: int) -> float:
        return LEFT + (math.log10(size) - 3) / max(1, most - 3) * (WIDTH - LEFT - 170)

    def y(value: float) -> float:
        return TOP + (high - math.log10(value)) / (high - low) * (HEIGHT - TOP - 70)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="14"><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f'<text x="{LEFT}" y="32" font-size="18">{title}</text>'
    ]
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 170}" y1="{at:.1f}" y2="{at:.1f}" stroke="#dddddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 5:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for size, _ in found:
        parts.append(f'<text x="{x(size):.1f}" y="{HEIGHT - 46}" text-anchor="middle">{size:,}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 18}">drops in the database; milliseconds a drop</text>')
    ends = sorted(names, key=lambda name: -found[-1][1][name])
    last = 0.0
    for name, colour in zip(ends, COLOURS, strict=False):
        points = " ".join(f"{x(size):.1f},{y(costs[name] * 1000):.1f}" for size, costs in found)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        last = max(y(found[-1][1][name] * 1000), last + 18)
        parts.append(f'<text x="{WIDTH - 160}" y="{last + 5:.1f}" fill="{colour}">{name}</text>')
    return "\n".join((*parts, "</svg>")) + "\n"


def main() -> int:
    """Grow, measure and print; the exit status says whether all is flat."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", type=int, default=100_000)
    parser.add_argument("--postgres")
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--one", type=int)
    parser.add_argument("folder", type=Path, nargs="?")
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(asyncio.run(one(options.folder, options.postgres, options.one))))
        return 0
    found: list[tuple[int, dict[str, float]]] = []
    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        folder = Path(place)
        (folder / "house").mkdir()
        url = options.postgres or f"sqlite+aiosqlite:///{folder / 'house' / 'silbo.db'}"
        asyncio.run(_made(url))
        there = 0
        for size in sizes(options.to):
            fill(filling(folder, options.postgres), there, size, today - timedelta(days=30))
            there = size
            command = [sys.executable, "-m", "benchmarks.scale", "--one", str(size), place]
            command += ["--postgres", options.postgres] if options.postgres else []
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
            costs = cast(dict[str, float], json.loads(done.stdout))
            found.append((size, costs))
            told = "   ".join(f"{name} {costs[name] * 1000:.4f}" for name in costs if name != "memory")
            print(f"{size:>9,} drops; ms a drop: {told}; memory {costs['memory'] / 1e6:.0f} MB", flush=True)
    if options.svg is not None:
        kind = "PostgreSQL" if options.postgres else "SQLite"
        options.svg.write_text(svg(f"What a drop costs among others ({kind})", found))
    ratios = flat(found)
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.2f}x from 10,000 on (at most {FLAT}x){'' if ratio <= FLAT else '  MISSED'}")
    return 0 if all(ratio <= FLAT for ratio in ratios.values()) else 1


async def _made(url: str) -> None:
    await (await Store.open(url)).close()


if __name__ == "__main__":
    sys.exit(main())
