"""The way back of a failed `./deploy.sh upgrade`: what becomes of the files beside the database."""

import asyncio
import hashlib
import os
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.store.store import Store
from bot.store.uploads import File

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 30)
PART = os.urandom(600_000)
NEW = "1" * 32, "2" * 32


def run(state: Path, function: str, old: Path, *marks: str) -> None:
    """A function of the real script over a state folder; the new version has other tables."""
    before, now = marks
    script = f"""
set -euo pipefail
root={shlex.quote(str(ROOT))} release=$root scratch=/dev/null
fail() {{ exit 1; }}
. "$root/deploy/lib.sh"
. "$root/deploy/upgrade.sh"
state={shlex.quote(str(state))} old={shlex.quote(str(old))} before={shlex.quote(before)}
as_silbo() {{ "$@"; }}
undo() {{ :; }}
systemctl() {{ :; }}
point() {{ :; }}
mark() {{ echo {shlex.quote(now)}; }}
python() {{ shift; (cd "$root" && {shlex.quote(sys.executable)} -m deploy.database "${{@:2}}"); }}
{function}
"""
    subprocess.run(["bash", "-c", script], check=True, timeout=60)


async def body(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def begun(path: Path) -> None:
    """An upload of which a large part waits beside the database."""
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    await store.uploads.open(NEW[0], "", 2_000_000, DAY, most=1 << 30)
    await store.uploads.take(NEW[0], NEW[1], 0, body(PART))
    await store.close()


async def committed(path: Path) -> bytes:
    """The drop that it becomes without a byte sent again."""
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    await store.sweep(DAY, retention=90)
    await store.uploads.take(NEW[0], "3" * 32, 0, body(b"manifest"))
    file, manifest = (
        File(name, len(data), hashlib.sha256(data).digest())
        for name, data in ((NEW[1], PART), ("3" * 32, b"manifest"))
    )
    await store.uploads.commit(
        NEW[0], [file], manifest, DAY, withdrawal=None, check=lambda _start, _size: None
    )
    item, _ = await store.items(NEW[0])
    found = b"".join([piece async for piece in store.read(item.id)])
    await store.close()
    return found


@pytest.mark.parametrize("knows", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_failed_upgrade_loses_no_part_of_an_unfinished_upload(tmp_path: Path, knows: bool) -> None:
    """What a version that knows no such file would leave for ever goes with the new version."""
    state, old = tmp_path / "state", ROOT if knows else tmp_path
    state.mkdir()
    database, parts = state / "silbo.db", state / "silbo.db-parts"
    asyncio.run(begun(database))
    run(state, "keep_database", old, "14 same", "14 same")
    run(state, "back", old, "14 same", "15 same")
    assert parts.exists() is knows
    if knows:
        assert asyncio.run(committed(database)) == PART
