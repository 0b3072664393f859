"""A backup that the code of 0.1.0 made of a server of its own, restored and upgraded by today's.

`silbo-0.1.0.tar.age` was made with the last commit before 0.1.1 (7bce8aa), by `silbo init`, `chat`, `export`
and `backup`, on 30 November 2026: batch 1 has one drop, a second one (words and a photo) waits for its
export, and a draft is open. It is for `custodian_identity` of docs/protocol.md, the drops for
`x25519_identity`.
"""

import asyncio
import io
import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from bot.backup import restore
from bot.backup.shown import Shown
from bot.desks import desks_of
from bot.keys import Reviewers
from bot.settings import load_settings
from bot.store.schema import VERSION_QUERY, versions
from bot.store.store import Store
from crypto.age import X25519Identity
from crypto.drop import MANIFEST_AGE, item_name
from crypto.item import open_item
from crypto.manifest import Manifest, open_manifest

BACKUP = Path(__file__).with_name("silbo-0.1.0.tar.age")
DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "protocol.md").read_text("utf-8")
MADE = date(2026, 11, 30)
WORDS = "badge autumn icon anxiety fade hawk pattern second hero bless"


def secret(name: str) -> list[X25519Identity]:
    found = re.search(rf"^{name} = (.+)$", DOCUMENT, re.MULTILINE)
    assert found
    return [X25519Identity.parse(found[1])]


def restored(folder: Path) -> Path:
    """The backup in an empty folder, as `silbo restore` puts it there."""
    folder.mkdir()
    shown = list[str]()

    def accept(lines: Shown) -> bool:
        shown.extend(lines.lines)
        return True

    restore.unpack(
        io.BytesIO(BACKUP.read_bytes()), secret("custodian_identity"), folder, accept=accept, words=WORDS
    )
    assert any("reviewer" in line for line in shown)
    return folder


def test_a_real_backup_of_0_1_0_is_restored_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    folder = restored(tmp_path / "state")
    with closing(sqlite3.connect(folder / "silbo.db")) as database:
        assert database.execute(VERSION_QUERY).fetchall() == [(versions()[-1],)]
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    settings = load_settings(folder / "silbo.toml")
    (desk,) = desks_of(settings)
    assert (desk.name, desk.questions, desk.poster_words, desk.quota) == ("Union", (), (), None)
    (reviewer,) = Reviewers(folder / "reviewers").pinned()
    assert reviewer.words[:3] == ("element", "verify", "laptop")
    asyncio.run(look(folder))


async def look(folder: Path) -> None:
    """What is in the database, with today's code."""
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'silbo.db'}")
    exported = await store.exported(1)
    assert exported is not None
    assert exported.written
    assert len(exported.drop_ids) == 1
    plan = await store.plan_batch(MADE)
    assert plan is not None
    assert (plan.sequence, plan.previous) == (2, exported.sha256)
    (waiting,) = plan.drop_ids
    found = [await opened(store, drop) for drop in (*exported.drop_ids, waiting)]
    assert [[content[:18] for content in contents] for _, contents in found] == [
        [b"Nos filman en casa"],
        [b"El anexo.", found[1][1][1][:18]],
    ]
    assert found[1][1][1].startswith(b"\xff\xd8")
    assert [(manifest.desk, manifest.day) for manifest, _ in found] == [("main", MADE)] * 2
    assert await store.closed_desks() == {}
    assert len(await store.used()) == 1
    await store.close()


async def opened(store: Store, drop: str) -> tuple[Manifest, list[bytes]]:
    members: dict[str, bytes] = {}
    for number, item in enumerate(await store.items(drop), start=1):
        name = MANIFEST_AGE if item.state == "manifest" else item_name(number)
        members[name] = b"".join([piece async for piece in store.read(item.id)])
    manifest = open_manifest(members.pop(MANIFEST_AGE), secret("x25519_identity"))
    contents = []
    for listed in manifest.items:
        content = io.BytesIO()
        item_of_0_1 = open_item(io.BytesIO(members[listed.name]), content, secret("x25519_identity"))
        assert item_of_0_1.arrived_sha256 is not None
        contents.append(content.getvalue())
    return manifest, contents
