"""Backups: whole while the bot writes, for the operator's key alone, refused when they are not ours."""

import asyncio
import io
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import bot.backup
from bot.backup import BackupError, backup_to_folder, restore, write_backup
from bot.backup.present import Present
from bot.keys import Reviewers
from bot.settings import SettingsError, load_settings
from bot.store.errors import StoreError
from bot.store.store import Store
from crypto.age import HybridIdentity, Identity, X25519Identity
from crypto.minisign import PublicKey
from crypto.words import fingerprint
from tests.bot.backup.backups import OPERATOR, Server, make_server, members, sealed
from tests.bot.conftest import Pin
from tests.bot.export.exporting import DAY, SERVER, write_key


@pytest.fixture
def server(tmp_path: Path, pin: Pin) -> Server:
    return make_server(tmp_path, pin)


def unpack(
    file: io.BytesIO,
    identities: Sequence[Identity],
    into: Path,
    words: str | None = None,
    over: Present | None = None,
) -> PublicKey:
    """By an operator who accepts whatever is shown; tests/bot/backup/test_restore_shown.py has the others."""
    return restore.unpack(file, identities, into, accept=lambda _: True, words=words, over=over)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    path = tmp_path / "restored"
    path.mkdir()
    return path


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT drop_id, position, sha256 FROM items ORDER BY 1, 2").fetchall()


def test_what_is_restored_is_what_was_backed_up(server: Server, into: Path) -> None:
    key = unpack(io.BytesIO(server.backup()), [OPERATOR], into, over=Present(server.settings.state))
    assert key == server.key()
    assert rows(into / "silbo.db") == rows(server.settings.state / "silbo.db") != []
    assert (into / "signing.key").read_bytes() == server.settings.signing_key.read_bytes()
    assert (into / "silbo.toml").read_bytes() == server.config.read_bytes()
    assert Reviewers(into / "reviewers").pinned() == Reviewers(server.settings.reviewers).pinned()
    assert all(entry.stat().st_mode & 0o077 == 0 for entry in into.rglob("*"))


def test_a_backup_holds_the_moment_of_its_copy(
    server: Server, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What other processes write while a backup is being written is not in it, not even in part."""
    database = server.settings.state / "silbo.db"
    before = rows(database)
    real = bot.backup._Sealed.member

    def meanwhile(self: bot.backup._Sealed, name: str, data: bytes) -> None:
        with closing(sqlite3.connect(database)) as other:
            other.execute("DELETE FROM items WHERE position > 1")
            other.commit()
        real(self, name, data)

    monkeypatch.setattr(bot.backup._Sealed, "member", meanwhile)
    unpack(io.BytesIO(server.backup()), [OPERATOR], into, over=Present(server.settings.state))
    assert rows(into / "silbo.db") == before != rows(database)


def test_a_writer_that_holds_the_database_does_not_stop_a_backup(server: Server, into: Path) -> None:
    database = server.settings.state / "silbo.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM items")
        backup = server.backup()
        writer.execute("ROLLBACK")
    unpack(io.BytesIO(backup), [OPERATOR], into, over=Present(server.settings.state))
    assert rows(into / "silbo.db") == rows(database)


def test_a_stolen_backup_has_neither_token_nor_plaintext(server: Server, into: Path) -> None:
    backup = server.backup()
    unpack(io.BytesIO(backup), [OPERATOR], into, over=Present(server.settings.state))
    inside = b"".join(entry.read_bytes() for entry in into.rglob("*") if entry.is_file())
    assert b"CANARY-TOKEN" not in inside
    assert not any(text in backup for text in (b"Union", b"SQLite format", b"reviewers/"))


def test_stock_age_and_tar_open_a_backup(server: Server, tmp_path: Path) -> None:
    """With an X25519 key, which every version of age knows."""
    if shutil.which("age") is None or shutil.which("tar") is None:
        pytest.skip("left out: age or tar is not installed")
    identity = X25519Identity.generate()
    (tmp_path / "key").write_text(identity.to_string())
    with (tmp_path / "b.age").open("wb") as file:
        write_backup(server.settings, server.config, file, identity.recipient(), DAY)
    subprocess.run(["age", "-d", "-i", "key", "-o", "b.tar", "b.age"], cwd=tmp_path, check=True)
    listed = subprocess.run(["tar", "tf", "b.tar"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert {"backup.json", "silbo.toml", "signing.key", "silbo.db"} <= set(listed.stdout.split())


def test_a_folder_of_backups_keeps_the_days_it_should(server: Server) -> None:
    folder = server.config.parent / "backups"
    (folder / "not-ours.age").touch()
    old = folder / f"silbo-{DAY - timedelta(days=15)}.tar.age"
    kept = folder / f"silbo-{DAY - timedelta(days=14)}.tar.age"
    old.touch()
    kept.touch()
    first = backup_to_folder(server.settings, server.config, DAY)
    second = backup_to_folder(server.settings, server.config, DAY)
    assert {path.name for path in folder.iterdir()} == {"not-ours.age", kept.name, first.name, second.name}
    assert first.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_no_half_backup(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: bot.backup._Sealed) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(bot.backup._Sealed, "finish", full)
    with pytest.raises(BackupError, match="No space left"):
        backup_to_folder(server.settings, server.config, DAY)
    assert list((server.config.parent / "backups").iterdir()) == []
    assert not list(server.settings.state.glob(".backup-*"))


def test_what_a_killed_backup_left_is_deleted_by_the_next(server: Server) -> None:
    left = server.settings.state / ".backup-0123"
    left.write_bytes(b"ciphertext")
    server.backup()
    assert not left.exists()


def test_a_backup_outlives_no_drop_by_more_than_the_desk_allows(server: Server) -> None:
    server.config.write_text(server.config.read_text() + "keep_days = 91\n")
    with pytest.raises(SettingsError, match=r"backup\.keep_days"):
        load_settings(server.config)


def refusal(file: io.BytesIO, into: Path, error: type[Exception], text: str, **how: Present | str) -> None:
    with pytest.raises(error, match=text):
        unpack(file, [OPERATOR], into, **how)  # type: ignore[arg-type] # over or words
    assert list(into.iterdir()) == []


def test_a_forged_backup_has_another_key_than_the_server(server: Server, into: Path) -> None:
    """Whoever knows the operator's recipient can encrypt to it; they lack the server's key."""
    other = write_key(into.parent / "other.key", type(SERVER).generate()).read_bytes()
    forged = members(server, {"signing.key": other})
    refusal(sealed(forged), into, BackupError, "not confirmed", over=Present(server.settings.state))
    refusal(sealed(forged), into, BackupError, "ten words", words=" ".join(fingerprint(server.key())))
    unpack(sealed(members(server, {})), [OPERATOR], into, words=" ".join(fingerprint(server.key())))


def test_every_changed_byte_of_a_backup_is_noticed(server: Server, into: Path) -> None:
    backup = server.backup()
    for place in (10, len(backup) // 2, len(backup) - 1):
        changed = bytearray(backup)
        changed[place] ^= 1
        refusal(
            io.BytesIO(bytes(changed)),
            into,
            BackupError,
            "can't be opened",
            over=Present(server.settings.state),
        )
    refusal(
        io.BytesIO(backup[:-70]), into, BackupError, "can't be opened", over=Present(server.settings.state)
    )
    refusal(io.BytesIO(b""), into, BackupError, "can't be opened", over=Present(server.settings.state))
    with pytest.raises(BackupError, match="no identity"):
        unpack(io.BytesIO(backup), [HybridIdentity.generate()], into, over=Present(server.settings.state))


def test_a_tampered_reviewer_file_in_a_backup_is_refused(server: Server, into: Path) -> None:
    for name in [name for name in members(server, {}) if name.startswith("reviewers/")]:
        data = bytearray(members(server, {})[name])
        data[len(data) // 2] ^= 1
        refusal(
            sealed(members(server, {name: bytes(data)})),
            into,
            BackupError,
            "reviewer",
            over=Present(server.settings.state),
        )


def test_a_name_that_leaves_the_folder_is_refused(server: Server, into: Path) -> None:
    for name in (
        "../evil",
        "/etc/passwd",
        f"reviewers/{'0' * 32}.1/../../x",
        "reviewers/../silbo.db",
        "token",
    ):
        refusal(
            sealed(members(server, {name: b"x"})),
            into,
            BackupError,
            "does not belong",
            over=Present(server.settings.state),
        )


def test_a_database_that_is_newer_or_not_ours_is_refused(server: Server, into: Path, tmp_path: Path) -> None:
    def made(*statements: str, copy: bool = False) -> dict[str, bytes]:
        path = tmp_path / "made.db"
        path.unlink(missing_ok=True)
        if copy:
            path.write_bytes(members(server, {})["silbo.db"])
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            for statement in statements:
                database.execute(statement)
            database.commit()
        return members(server, {"silbo.db": path.read_bytes()})

    newer = made("UPDATE alembic_version SET version_num = 'silbo_9999'", copy=True)
    refusal(sealed(newer), into, StoreError, "newer Silbo", over=Present(server.settings.state))
    refusal(
        sealed(made("CREATE TABLE cats (name)")),
        into,
        StoreError,
        "another program",
        over=Present(server.settings.state),
    )
    junk = members(server, {"silbo.db": b"not a database" * 1000})
    refusal(sealed(junk), into, StoreError, "database", over=Present(server.settings.state))


def test_a_newer_backup_and_a_folder_that_is_not_empty_are_refused(server: Server, into: Path) -> None:
    newer = members(
        server,
        {"backup.json": json.dumps({"silbo": "backup", "version": 2, "day": DAY.isoformat()}).encode()},
    )
    refusal(sealed(newer), into, BackupError, "newer", over=Present(server.settings.state))
    foreign = members(server, {"backup.json": b"[]"})
    refusal(sealed(foreign), into, BackupError, "not a backup", over=Present(server.settings.state))
    (into / "mine").write_text("stays")
    with pytest.raises(BackupError, match="not empty"):
        unpack(io.BytesIO(server.backup()), [OPERATOR], into, over=Present(server.settings.state))
    assert (into / "mine").read_text() == "stays"


def test_what_was_never_sent_is_in_no_backup(server: Server, into: Path) -> None:
    """The chat says "we kept nothing" when a draft is discarded, and "deleted after 24 hours"; a backup that
    was made in between would keep it for weeks."""
    draft, cut_off = b"<ciphertext of a draft>", b"<an upload in flight>.."

    async def write_draft() -> None:
        store = await Store.open(server.settings.database_url)
        for size in (200, 17_270, 1_300_000):
            async with store.stage() as blob:
                await blob.write((draft * size)[:size])
                await blob.commit_item(drop_id="d" * 32, item_id=f"i{size}", day=DAY, waiting=size == 200)
        async with store.stage() as blob:
            await blob.write((cut_off * (1 << 20))[: 2 << 20])
            out.append(server.backup())
        await store.close()

    out: list[bytes] = []
    asyncio.run(write_draft())
    unpack(io.BytesIO(out[0]), [OPERATOR], into, over=Present(server.settings.state))
    content = (into / "silbo.db").read_bytes()
    assert draft not in content
    assert cut_off not in content
    assert {row[0] for row in rows(into / "silbo.db")} == {f"{1:032x}"}, "what was sent is whole"
    assert draft in b"".join(file.read_bytes() for file in server.settings.state.glob("silbo.db*"))
