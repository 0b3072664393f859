"""Backups under attack: made while something was half done, or by a thief who has the server's key."""

import asyncio
import io
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.backup import BackupError
from bot.backup.present import Present
from bot.backup.restore import unpack
from bot.backup.shown import Shown
from bot.keys import Reviewers, ShutOut
from bot.keys.keyfolder import tag_of
from crypto.revocation import make_revocation
from tests.bot.backup.backups import OPERATOR, add_drop, members, sealed
from tests.bot.backup.test_restore_shown import ANA, Operator, added, operator, update
from tests.bot.export.exporting import DAY

__all__ = ["operator"]

TAG = tag_of(ANA.public())


def labels(into: Path) -> set[str]:
    return {reviewer.keys.label for reviewer in Reviewers(into / "reviewers").pinned()}


@pytest.mark.parametrize("half_done", ["replaced", "revoked", "removed", "damaged", "by hand"])
def test_a_backup_beside_a_command_that_was_killed_can_be_restored(
    operator: Operator, tmp_path: Path, half_done: str
) -> None:
    """Killed between two renames, a list stays beside what took its place; people leave copies there, too."""
    added(operator, ANA, "ana")
    folder = operator.server.settings.reviewers
    shutil.copytree(folder / f"{TAG}.1", tmp_path / "left")
    match half_done:
        case "replaced":
            Reviewers(folder).update("ana", update(operator), today=DAY)
        case "revoked":
            paper = tmp_path / "paper"
            paper.write_text(make_revocation(ANA, DAY).text)
            ShutOut(folder).revoke(paper)
        case "removed":
            Reviewers(folder).remove("ana")
        case "damaged":
            (tmp_path / "left" / "keys.json").write_bytes(b"{}")
            shutil.rmtree(folder / f"{TAG}.1")
        case "by hand":
            (folder / f"{TAG}.1" / "keys.json~").write_bytes(b"an editor's")
            (folder / "notes").mkdir()
            (folder / "notes" / "keys.json").write_bytes(b"{}")
    if half_done != "by hand":
        shutil.copytree(tmp_path / "left", folder / f"{TAG}.1")
    before = labels(folder.parent)
    assert ("ana" in before) == (half_done in ("replaced", "removed", "by hand"))
    into = operator.unpacked(operator.server.backup(), over=False)[1]
    assert labels(into) == before
    assert (TAG in ShutOut(into / "reviewers").revoked_tags()) == (half_done == "revoked")
    # One that 0.1.0 made holds what was left, too.
    left = {f"reviewers/{TAG}.1/{file.name}": file.read_bytes() for file in (tmp_path / "left").iterdir()}
    if half_done in ("replaced", "revoked"):
        old = sealed(members(operator.server, left)).getvalue()
        assert labels(operator.unpacked(old, over=False)[1]) == before


def test_a_list_of_a_very_high_number_does_not_spoil_every_backup(operator: Operator) -> None:
    """Whoever has a reviewer's root chooses the number."""
    added(operator, ANA, "ana", serial=2**53 - 1)
    assert "ana" in labels(operator.unpacked(operator.server.backup(), over=False)[1])


def test_a_revocation_whose_text_was_lost_goes_into_backups(operator: Operator) -> None:
    added(operator, ANA, "ana")
    folder = operator.server.settings.reviewers
    (folder / f"{TAG}.revoked").mkdir()
    for over in (True, False):
        into = operator.unpacked(operator.server.backup(), over=over)[1]
        assert "ana" not in labels(into)
        assert TAG in ShutOut(into / "reviewers").revoked_tags()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON items BEGIN DELETE FROM chunks; DELETE FROM items; END",
        "CREATE TRIGGER sqlite_t AFTER INSERT ON items BEGIN DELETE FROM items; END",
        "CREATE VIEW v AS SELECT * FROM drops",
        "CREATE UNIQUE INDEX one_at_a_time ON drops (day)",
        "CREATE TABLE more (id INTEGER)",
        "ALTER TABLE drops ADD COLUMN more TEXT CHECK (day > '2000')",
        "DROP TABLE items; CREATE TABLE items (id TEXT PRIMARY KEY ON CONFLICT REPLACE)",
    ],
)
def test_a_forged_database_does_not_act_by_itself(operator: Operator, tmp_path: Path, statement: str) -> None:
    """A thief of the disk has the server's key, and lets all lines be those of this server. But a trigger
    would delete each testimony right after it was called received.
    """
    honest = members(operator.server, {})
    path = tmp_path / "forged.db"
    path.write_bytes(honest["silbo.db"])
    with closing(sqlite3.connect(path)) as database:
        if "sqlite_t" in statement:  # a name that only a raw edit of the file gives
            database.executescript(statement.replace("sqlite_t", "plain_t"))
            database.executescript(
                "PRAGMA writable_schema = ON; UPDATE sqlite_master SET name = 'sqlite_t', "
                "sql = replace(sql, 'plain_t', 'sqlite_t') WHERE name = 'plain_t'"
            )
        else:
            database.executescript(statement)
        database.execute("PRAGMA journal_mode = DELETE")
    with pytest.raises(BackupError, match="acts by itself or has other tables"):
        operator.shown(sealed(honest | {"silbo.db": path.read_bytes()}).getvalue())


async def test_drops_that_only_this_server_has_are_not_lost_in_silence(operator: Operator) -> None:
    line = "unexported drops"
    backup = operator.server.backup()
    assert line not in str(await asyncio.to_thread(operator.shown, backup))
    await add_drop(operator.server.settings, 2)
    shown = await asyncio.to_thread(operator.shown, backup)
    assert f"{line}         some are here and NOT in the backup, and LOST then" in str(shown)
    assert line not in str(await asyncio.to_thread(operator.shown, operator.server.backup()))


def test_a_backup_that_is_nested_too_deeply_is_one_sentence(operator: Operator) -> None:
    for name, deep in (
        ("backup.json", b"[" * 500_000),
        ("silbo.toml", b"a = " + b"[" * 500_000),
        ("silbo.toml", b"a = " + b"9" * 5000),
    ):
        backup = sealed(members(operator.server, {name: deep})).getvalue()
        status, out, error = operator.restore(backup)
        assert (status, out, operator.left()) == (1, "", [])
        assert error.startswith("silbo: ")
        assert error.count("\n") == 1


@pytest.mark.parametrize("meanwhile", ["revoked", "removed", "a drop", "nothing"])
def test_what_happens_while_a_restore_asks_is_not_undone(operator: Operator, meanwhile: str) -> None:
    """A question may stand for an hour; beside it somebody revokes, and sources go on writing."""
    reviewers = added(operator, ANA, "ana")
    into = operator.folder / "asked"
    into.mkdir()

    def accept(_: Shown) -> bool:
        match meanwhile:
            case "revoked":
                paper = operator.folder / "paper"
                paper.write_text(make_revocation(ANA, DAY).text)
                ShutOut(operator.server.settings.reviewers).revoke(paper)
            case "removed":
                reviewers.remove("ana")
            case "a drop":
                asyncio.run(add_drop(operator.server.settings, 2))
        return True

    backup = io.BytesIO(operator.server.backup())
    over = Present.look(operator.server.settings.state, operator.server.config)
    if meanwhile == "nothing":
        unpack(backup, [OPERATOR], into, accept=accept, over=over)
        assert labels(into) == {"ana", "reviewer"}
        return
    with pytest.raises(BackupError, match="While you were asked"):
        unpack(backup, [OPERATOR], into, accept=accept, over=over)
    assert list(into.iterdir()) == []


def test_a_killed_command_shuts_nobody_out_in_a_restore(operator: Operator) -> None:
    """Killed after a list was added again, and before the mark of the removal went: a reviewer is one."""
    reviewers = added(operator, ANA, "ana")
    folder = operator.server.settings.reviewers
    shutil.copytree(folder / f"{TAG}.1", operator.folder / "left")
    reviewers.remove("ana")
    shutil.copytree(operator.folder / "left", folder / f"{TAG}.1")
    old = sealed(members(operator.server, {})).getvalue()
    for backup in (old, operator.server.backup()):
        for over in (True, False):
            shown, into = operator.unpacked(backup, over=over)
            assert "STAYS OUT" not in str(shown)
            assert labels(into) == {"ana", "reviewer"}
    reviewers.remove("ana")
    assert labels(operator.unpacked(old)[1]) == {"reviewer"}
