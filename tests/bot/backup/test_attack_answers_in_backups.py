"""A thief of a month of backups, and a restore: neither has an answer that waits, or brings one back."""

import asyncio
import io
import sqlite3
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from bot.backup import restore
from bot.backup.present import Present
from bot.store.mailboxes import NewReply
from bot.store.store import Store
from tests.bot.backup.backups import OPERATOR, Server, make_server
from tests.bot.conftest import Pin
from tests.bot.export.exporting import DAY

ADDRESS, TOKEN = b"<address of a mailbox>..........", b"sixteen  bytes !"


@pytest.fixture
def server(tmp_path: Path, pin: Pin) -> Server:
    return make_server(tmp_path, pin)


def test_a_restore_brings_no_answer_back_that_its_source_destroyed(server: Server, tmp_path: Path) -> None:
    waits, read = b"<an answer that waits>" * 5000, b"<an answer that was read>" * 5000

    async def write() -> None:
        store = await Store.open(server.settings.database_url)
        for sealed in (waits, read):
            new = NewReply(sha256(sealed).digest(), ADDRESS, sha256(TOKEN).digest())
            assert await store.mailboxes.deliver(new, sealed, DAY)
        assert await store.mailboxes.read(sha256(read).digest(), TOKEN, DAY)
        await store.close()

    asyncio.run(write())
    into = tmp_path / "restored"
    into.mkdir()
    file = io.BytesIO(server.backup())
    restore.unpack(file, [OPERATOR], into, accept=lambda _: True, over=Present(server.settings.state))
    content = (into / "silbo.db").read_bytes()
    assert not any(trace in content for trace in (waits[:22], read[:25], ADDRESS, sha256(waits).digest()))
    with closing(sqlite3.connect(into / "silbo.db")) as database:
        kept = database.execute("SELECT sha256, address, mark, day FROM replies").fetchall()
    assert kept == [(sha256(read).digest(), None, TOKEN, date.isoformat(DAY))]
