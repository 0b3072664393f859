"""A disk without room, or one that can only be read, keeps nobody from reading."""

import errno
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from admin import files
from admin.errors import AdminError, sentence
from admin.workspace.index import reading
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, text_item


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def no_room(path: Path) -> object:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(files, "create_file", no_room)
    return monkeypatch


@pytest.fixture
def one(reviewer: Reviewer, server: Server) -> Reviewer:
    reviewer.keygen("--weeks", "2")
    server.write(server.drop(reviewer.recipients(), text_item("The camera in the bedroom.")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    reviewer.run("search", "nothing", passphrase=PASSPHRASE)
    return reviewer


def test_a_drop_is_shown_and_not_called_opened(
    one: Reviewer, server: Server, full: pytest.MonkeyPatch
) -> None:
    one.today = TODAY.replace(day=19)  # a new day is to be noted, too
    assert "never opened" in one.run("list").out
    done = one.run("show", server.last_id, passphrase=PASSPHRASE)
    assert "The camera in the bedroom." in done.out
    assert "There is no room here: that you opened it could not be noted" in done.err
    full.undo()
    assert "never opened" in one.run("list").out


def test_what_is_new_is_found_as_long_as_the_workspace_is_open(
    one: Reviewer, server: Server, full: pytest.MonkeyPatch
) -> None:
    full.undo()
    server.write(server.drop(one.recipients(), text_item("The mirror in the kitchen.")))
    one.run("import", server.stick)
    with pytest.MonkeyPatch.context() as again:
        again.setattr(files, "create_file", _no_room)
        done = one.run("search", "mirror", passphrase=PASSPHRASE)
        assert server.last_id[:12] in done.out
        assert "found until the workspace closes" in done.err
        assert "1 drop found." in one.run("search", "camera", passphrase=PASSPHRASE).out
    assert server.last_id[:12] in one.run("search", "mirror", passphrase=PASSPHRASE).out


def _no_room(path: Path) -> object:
    raise OSError(errno.EROFS, "Read-only file system", str(path))


def test_what_could_not_be_read_is_tried_again_ever_later(
    one: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was never, and a hostile drop that costs a minute must not cost it every day."""
    server.write(server.drop(one.recipients(), text_item("The mirror.")))
    one.run("import", server.stick)
    tried: list[int] = []

    def fails(*_arguments: object, **_more: object) -> object:
        tried.append(one.today.day)
        raise AdminError("It can't be read today.")

    with monkeypatch.context() as patched:
        patched.setattr(reading, "read_drop", fails)
        for day in range(18, 30):
            one.today = TODAY.replace(day=day)
            one.run("search", "mirror", passphrase=PASSPHRASE)
    assert tried == [18, 19, 21, 25]
    one.today = TODAY + timedelta(days=15)
    assert "1 drop found." in one.run("search", "mirror", passphrase=PASSPHRASE).out


def test_a_full_disk_is_named_before_the_passphrase_is_asked(
    one: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = ["receipt", "--drop", server.last_id]
    real = os.statvfs(tmp_path)
    fields = {name: getattr(real, name) for name in dir(real) if name.startswith("f_")} | {"f_bavail": 0}
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(**fields))
    for words in (
        ["publish"],
        receipt,
        ["revocation"],
        ["backup"],
        ["share"],
        ["hand-over", "--to", "anna"],
    ):
        target = tmp_path / ("copy.age" if words == ["backup"] else "")
        done = one.run(*words, target)  # no passphrase is given: asking would say so
        assert done.err == f"silbo-admin: {tmp_path}: the disk is full.\n", words


def test_a_stick_that_is_nearly_full_is_named_before_the_passphrase_is_asked(
    one: Reviewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the home takes more than is left; that is known before, and how much."""
    real = os.statvfs(tmp_path)
    fields = {name: getattr(real, name) for name in dir(real) if name.startswith("f_")}
    fields["f_bavail"] = 20_000 // real.f_frsize
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(**fields))
    done = one.run("backup", tmp_path / "copy.age")  # no passphrase is given: asking would say so
    assert done.err.startswith(f"silbo-admin: {tmp_path} has room for 0.0 MiB, and this takes 0.1 MiB: ")
    assert not list(tmp_path.glob("copy*"))


def test_a_file_where_a_folder_is_wanted_is_called_none(one: Reviewer, tmp_path: Path) -> None:
    """It was said to belong to another user."""
    file = tmp_path / "file"
    file.touch()
    for words in (["publish"], ["share"], ["revocation"]):
        assert one.run(*words, file).err == f"silbo-admin: {file}: Not a directory.\n"


def test_a_disk_that_gets_full_while_it_is_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space") as caught, files.new_file(tmp_path / "receipt.json"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert sentence(caught.value) == f"{tmp_path}: the disk is full."
    with pytest.raises(OSError, match="Input") as caught, files.new_file(tmp_path / "drop.tar"):
        raise OSError(errno.EIO, "Input/output error")  # of the stick that is read, not of this disk
    assert sentence(caught.value).startswith("A disk or stick can't be read or written: if it was pulled")


def test_a_file_in_the_way_of_a_folder_is_called_one(one: Reviewer, server: Server, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    for place in ("a file", "a file/cases"):
        done = one.run("extract", server.last_id, tmp_path / place)
        assert done.err.endswith("a file is a file; name a folder to extract to.\n")


@pytest.mark.parametrize("command", ["publish", "receipt", "backup", "revocation"])
def test_a_stick_that_is_pulled_out_in_the_middle_of_a_save_is_named(
    one: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """The kernel says "Input/output error" of no file. Put in again, the same command is enough."""
    fsync = os.fsync
    words = [command, "--drop", server.last_id] if command == "receipt" else [command]
    passphrase = None if command == "publish" else PASSPHRASE
    for synced in range(4):
        stick = tmp_path / f"mine{synced}"
        stick.mkdir()
        target, left = stick / ("copy.age" if command == "backup" else ""), iter(range(synced))

        def pulled(handle: int, stick: Path = stick, left: Iterator[int] = left) -> None:
            if os.readlink(f"/proc/self/fd/{handle}").startswith(str(stick)) and next(left, None) is None:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            fsync(handle)

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", pulled)
            done = one.run(*words, target, passphrase=passphrase)
        if done.status:
            assert " ".join(done.err.split()).endswith(
                f"{stick}: a disk or stick can't be read or written: if it was pulled out, put it in and do "
                "the same again."
            )
            assert not list(stick.glob(".partial*"))
            done = one.run(*words, target, passphrase=passphrase)
            assert done.status == 0 or "There is a file by that name already" in done.err
        else:
            assert synced > 1
