"""The page of several bots that share a store: any of them may get any request of an upload."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bot.channels.page.door import PART, door, drop_of


async def test_an_upload_goes_to_any_of_two_bots_piece_by_piece_and_is_stored_once(tmp_path: Path) -> None:
    async with door(tmp_path) as one, door(tmp_path) as other:
        drop = drop_of(b"Nos filman en casa", bytes(PART + 1))
        assert await one.open(drop) == "ok"
        pieces = [(file, number) for file in drop.files for number in range(-(-len(file.content) // PART))]
        for at, (file, number) in enumerate(pieces):
            page = (other, one)[at % 2]
            assert await page.bring(drop, file, number) == "ok"
        assert {await one.commit(drop), await other.commit(drop)} == {"ok"}
        assert await one.states(drop.upload) == await other.states(drop.upload) != "0"
        at_once = drop_of(b"committed at both at once")
        assert await one.open(at_once) == await other.open(at_once) == "ok"
        assert set(await one.bring_all(at_once)) == set(await other.bring_all(at_once)) == {"ok"}
        assert set(await asyncio.gather(one.commit(at_once), other.commit(at_once))) == {"ok"}
    with closing(sqlite3.connect(tmp_path / "silbo.db")) as database:
        assert database.execute("SELECT count(*) FROM drops WHERE state = 'complete'").fetchall() == [(2,)]
