"""What the tests of backups and restores share: a server with a drop, a reviewer, a key; others' backups."""

import asyncio
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.backup import write_backup
from bot.keys.signing import load_signing_key
from bot.settings import Settings, load_settings
from bot.store.store import Store
from crypto.age import HybridIdentity, X25519Identity, encrypt
from crypto.minisign import PublicKey
from crypto.tar import END, member_header, member_padding
from tests.bot.conftest import Pin
from tests.bot.export.exporting import DAY, SERVER, submit, write_key

OPERATOR = HybridIdentity.generate()


@dataclass(slots=True)
class Server:
    settings: Settings
    config: Path

    def backup(self) -> bytes:
        out = io.BytesIO()
        write_backup(self.settings, self.config, out, OPERATOR.recipient(), DAY)
        return out.getvalue()

    def key(self) -> PublicKey:
        return load_signing_key(self.settings.signing_key).public()


def make_server(tmp_path: Path, pin: Pin) -> Server:
    """A server with a drop, a reviewer and a key; its token is beside its settings."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    pin([X25519Identity.generate()], DAY)
    (tmp_path / "reviewers").rename(state / "reviewers")
    write_key(state / "signing.key", SERVER)
    config = tmp_path / "silbo.toml"
    (tmp_path / "backups").mkdir()
    config.write_text(
        'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n[telegram]\ntoken_file = "token"\n'
        f'[backup]\ndirectory = "backups"\nrecipient = "{OPERATOR.recipient()}"\n'
    )
    (tmp_path / "token").write_text("123456789:CANARY-TOKEN")
    settings = load_settings(config)
    asyncio.run(add_drop(settings, 1))
    return Server(settings, config)


async def add_drop(settings: Settings, number: int) -> None:
    store = await Store.open(settings.database_url)
    await submit(store, number, b"words")
    await store.close()


def sealed(members: dict[str, bytes]) -> io.BytesIO:
    """A backup that anybody may make, because a recipient is public."""
    plain = b"".join(
        member_header(name, len(data)) + data + member_padding(len(data)) for name, data in members.items()
    )
    return io.BytesIO(encrypt(plain + END, [OPERATOR.recipient()]))


def members(server: Server, changed: dict[str, bytes]) -> dict[str, bytes]:
    state = server.settings.state
    found = {
        "backup.json": json.dumps({"silbo": "backup", "version": 1, "day": DAY.isoformat()}).encode(),
        "silbo.toml": server.config.read_bytes(),
        "signing.key": (state / "signing.key").read_bytes(),
    }
    for file in sorted(server.settings.reviewers.glob("*/*")):
        found[f"reviewers/{file.parent.name}/{file.name}"] = file.read_bytes()
    with closing(sqlite3.connect(state / "silbo.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found["silbo.db"] = (state / "silbo.db").read_bytes()
    return found | changed
