"""An evening with the older commands: what tripped people who tried them."""

import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from admin.cli import COMMANDS
from admin.errors import sentence
from admin.overview import GROUPS
from admin.program import command
from admin.second import COMMANDS as WORKSPACE
from crypto.age import X25519Identity
from tests.admin.case.test_extract import deliver
from tests.admin.stage import PASSPHRASE, Reviewer, Server, Typist, file_item, original_item, text_item


def test_without_a_command_all_commands_are_listed(reviewer: Reviewer) -> None:
    with pytest.raises(SystemExit) as ended:
        reviewer.run()
    assert ended.value.code == 2
    printed = reviewer.capture.readouterr().err
    assert "arguments are required" not in printed
    assert len(printed.splitlines()) < 24
    assert max(map(len, printed.splitlines()[:-1])) < 80  # a terminal folds the last
    words = printed.replace(",", " ").split()
    assert [name for name in (*COMMANDS, *WORKSPACE) if name not in words] == []


def test_the_help_groups_each_command_once(reviewer: Reviewer) -> None:
    grouped = [name for _, names in GROUPS for name in names]
    assert sorted(grouped) == sorted({*COMMANDS, *WORKSPACE})
    with pytest.raises(SystemExit):
        reviewer.run("--help")
    printed = reviewer.capture.readouterr().out
    assert "\nread:\n  show            open a drop and show what was written\n" in printed
    assert "--language LANG" in printed


def test_several_drops_are_shown_with_one_passphrase(reviewer: Reviewer, server: Server) -> None:
    first = deliver(reviewer, server, text_item("one"))
    server.write(server.drop(reviewer.recipients(), text_item("two")))
    assert reviewer.run("import", server.stick).status == 0
    shown = reviewer.run("show", first, server.last_id, first, passphrase=PASSPHRASE)
    assert shown.status == 0
    assert (shown.out.count("| one"), shown.out.count("| two")) == (1, 1)


def test_a_drop_whose_file_is_gone_keeps_nobody_from_the_next(reviewer: Reviewer, server: Server) -> None:
    first = deliver(reviewer, server, text_item("one"))
    server.write(server.drop(reviewer.recipients(), text_item("two")))
    assert reviewer.run("import", server.stick).status == 0
    (reviewer.home / "drops" / f"{first}.tar").unlink()
    shown = reviewer.run("show", first, server.last_id, passphrase=PASSPHRASE)
    assert shown.status == 3
    assert "| two" in shown.out
    assert f"! Drop {first[:12]}: The file of that drop is not in this home" in shown.err


def test_a_destroyed_key_is_said_before_a_passphrase_is_asked(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    reviewer.today += timedelta(days=60)
    assert reviewer.run("rotate", "--destroy-unread", passphrase=PASSPHRASE).status == 0
    shown = reviewer.run("show", drop)  # no passphrase to be had: asking would fail otherwise
    assert shown.status == 1
    assert "its key was destroyed" in shown.err
    assert "No secret in this home" in reviewer.run("show", drop, "--every-key", passphrase=PASSPHRASE).err


def test_a_rotation_with_nothing_due_sends_nobody_to_the_server(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "26")
    before = sorted(path.name for path in (reviewer.home / "keys").iterdir())
    done = reviewer.run("rotate", passphrase=PASSPHRASE)
    assert (done.status, "stays as it is" in done.out, "publish" in done.out) == (0, True, False)
    assert sorted(path.name for path in (reviewer.home / "keys").iterdir()) == before


def test_a_sealed_original_says_of_which_item_and_whose_it_is(reviewer: Reviewer, server: Server) -> None:
    custodian = X25519Identity.generate().recipient()
    drop = deliver(
        reviewer,
        server,
        text_item("one"),
        file_item(b"jpeg"),
        original_item(custodian, b"all"),
        originals={3},
    )
    shown = reviewer.show(drop).out
    assert "0003  sealed original of 0002, by its place" in shown
    assert "Only the custodian of union can open it." in shown


def test_extract_makes_its_folder_and_tells_a_file_from_one(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    assert reviewer.run("extract", drop, tmp_path / "new", passphrase=PASSPHRASE).status == 0
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").touch()
    done = reviewer.run("extract", drop, tmp_path / "file")
    assert (done.status, "is a file; name a folder" in done.err) == (1, True)
    done = reviewer.run("extract", drop, tmp_path / "no" / "where")
    assert done.err == f"silbo-admin: The folder {tmp_path / 'no'} does not exist.\n"


def test_a_stick_that_can_only_be_read_is_said_before_a_passphrase_is_asked(
    reviewer: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    reviewer.show(drop)
    found = os.statvfs(tmp_path)
    locked = os.statvfs_result((*found[:8], found.f_flag | os.ST_RDONLY, found.f_namemax))
    monkeypatch.setattr(os, "statvfs", lambda _path: locked)
    for words in (["receipt", str(tmp_path / "stick")], ["extract", drop, str(tmp_path)]):
        done = reviewer.run(*words)
        assert (done.status, "is on a disk that can only be read" in done.err) == (1, True)


def test_a_full_stick_is_named_and_not_by_a_temporary_file(reviewer: Reviewer) -> None:
    full = OSError(28, "No space left on device", "/media/stick/.partial-0123456789abcdef")
    assert sentence(full) == "/media/stick: the disk is full."


def test_a_hint_can_be_typed_as_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert command("list") == "silbo-admin list"
    monkeypatch.setattr(sys, "argv", ["my stick/silbo-admin"])
    assert command("list") == "python3 'my stick/silbo-admin' list"
    for given in (["--home", "my home", "show", "0a3c"], ["show", "0a3c", "--home=my home"]):
        monkeypatch.setattr(sys, "argv", ["my stick/silbo-admin", *given])
        assert command("list") == "python3 'my stick/silbo-admin' --home 'my home' list"
        assert command("restore FILE", elsewhere=True) == "python3 'my stick/silbo-admin' restore FILE"
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "silbo-admin")])
    monkeypatch.setenv("PATH", f"/bin:{tmp_path}")
    assert command("list") == "silbo-admin list"


@pytest.mark.skipif(shutil.which("less") is None, reason="left out: less is not installed")
def test_a_long_drop_goes_through_a_pager(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("\n".join(f"line {number}" for number in range(200))))
    person = Typist(["--home", str(reviewer.home), "show", drop], pager="less")
    person.type_after("Passphrase:", PASSPHRASE)
    person.type_after("q ends", "q")
    assert person.finish() == 0
    assert "line 16" in person.screen
    assert "line 199" not in person.screen
