"""The runtime folder: private, whole at any instant, and silent about what its names stand for."""

import hashlib
import hmac
import os
import re
import stat
import tempfile
from pathlib import Path

import pytest

from bot.runtime import RuntimeFolder, RuntimeFolderError


def test_a_tag_depends_on_every_part_and_on_the_key(tmp_path: Path) -> None:
    folder = RuntimeFolder.open(tmp_path / "one")
    tags = [
        folder.tag("chat"),
        folder.tag("chat", "12"),
        folder.tag("chat", "1", "2"),
        folder.tag("chat", "", "12"),
        folder.tag("chat1", "2"),
        folder.tag("update", "12"),
        folder.tag("chat", "12\udc80"),  # a lone surrogate is outside input too
        RuntimeFolder.open(tmp_path / "two").tag("chat", "12"),
    ]
    assert len(set(tags)) == len(tags)
    assert all(re.fullmatch(r"[0-9a-f]{32}", tag) for tag in tags)
    assert folder.tag("chat", "12") == tags[1]


def test_a_restart_finds_the_same_key_and_the_sessions(tmp_path: Path) -> None:
    first = RuntimeFolder.open(tmp_path / "run")
    tag = first.tag("chat", "12345")
    first.save(tag, b"draft")
    again = RuntimeFolder.open(tmp_path / "run")
    assert again.tag("chat", "12345") == tag
    assert again.load(tag) == b"draft"


def test_the_tag_is_hmac_sha256_over_lengths_and_parts(tmp_path: Path) -> None:
    folder = RuntimeFolder.open(tmp_path)
    key = (tmp_path / "key").read_bytes()
    message = bytes(7) + b"\x04chat" + bytes(7) + b"\x02\xc3\xb1"
    assert folder.tag("chat", "ñ") == hmac.new(key, message, hashlib.sha256).hexdigest()[:32]


def test_processes_that_start_together_share_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = b"k" * 32

    def made_meanwhile(length: int) -> bytes:
        (tmp_path / "key").write_bytes(others)  # by a process that was quicker
        return bytes(length)

    monkeypatch.setattr("secrets.token_bytes", made_meanwhile)
    late = RuntimeFolder.open(tmp_path)
    monkeypatch.undo()
    assert late.tag("chat", "1") == RuntimeFolder.open(tmp_path).tag("chat", "1")
    assert (tmp_path / "key").read_bytes() == others
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["deletions", "key", "sessions"]


def test_sessions_are_saved_replaced_and_forgotten(tmp_path: Path) -> None:
    folder = RuntimeFolder.open(tmp_path)
    tag = folder.tag("chat", "1")
    assert folder.load(tag) is None
    folder.save(tag, b"first")
    folder.save(tag, b"second")
    assert folder.load(tag) == b"second"
    assert [entry.name for entry in (tmp_path / "sessions").iterdir()] == [tag]
    folder.delete(tag)
    folder.delete(tag)
    assert folder.load(tag) is None


def test_what_is_older_than_the_limit_expires(tmp_path: Path) -> None:
    folder = RuntimeFolder.open(tmp_path)
    old, fresh, torn = folder.tag("a"), folder.tag("b"), f"{folder.tag('c')}.12345678"
    folder.save(old, b"old")
    folder.save(fresh, b"fresh")
    (tmp_path / "sessions" / torn).write_bytes(b"left by a kill while saving")
    for name in (old, torn):
        os.utime(tmp_path / "sessions" / name, (1000, 1000))
    os.utime(tmp_path / "sessions" / fresh, (90_000, 90_000))
    assert folder.expire(86_400, now=1000 + 86_401) == 2
    assert folder.load(old) is None
    assert folder.load(fresh) == b"fresh"


@pytest.mark.parametrize("name", ["", "../key", "a" * 31, "A" * 32, "a" * 32 + "\n", "..", "a" * 31 + "/"])
def test_a_name_that_is_no_tag_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    folder = RuntimeFolder.open(tmp_path)
    for call in (folder.load, folder.delete, lambda tag: folder.save(tag, b"")):
        with pytest.raises(ValueError, match="named by a tag"):
            call(name)


def test_folder_and_files_are_for_the_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "run"
        path.mkdir(mode=0o777)
        folder = RuntimeFolder.open(path)
        folder.save(folder.tag("chat"), b"x")
    finally:
        os.umask(before)
    for entry in (path, *path.rglob("*")):
        mode = entry.stat().st_mode
        assert stat.S_IMODE(mode) == (0o700 if stat.S_ISDIR(mode) else 0o600)


def test_the_repr_and_the_names_hold_no_secret(tmp_path: Path) -> None:
    folder = RuntimeFolder.open(tmp_path / "run")
    assert repr(folder) == f"{folder}" == "RuntimeFolder()"
    folder.save(folder.tag("chat", "987654321"), b"x")
    assert "987654321" not in "".join(str(entry) for entry in (tmp_path / "run").rglob("*"))


def test_a_link_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "real")
    with pytest.raises(RuntimeFolderError, match="folder of the user"):
        RuntimeFolder.open(tmp_path / "run")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_bytes(b"")
    with pytest.raises(RuntimeFolderError, match="cannot be created"):
        RuntimeFolder.open(tmp_path / "run")


def test_a_damaged_key_is_refused_and_not_shown(tmp_path: Path) -> None:
    RuntimeFolder.open(tmp_path)
    (tmp_path / "key").write_bytes(b"canary")
    with pytest.raises(RuntimeFolderError, match="damaged") as caught:
        RuntimeFolder.open(tmp_path)
    assert "canary" not in str(caught.value)


def test_memory_and_disk_are_told_apart(tmp_path: Path) -> None:
    kinds = {}
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        for line in table:
            kinds[line.split()[4]] = line.split(" - ")[1].split()[0]
    if kinds.get("/dev/shm") != "tmpfs" or not os.access("/dev/shm", os.W_OK):
        pytest.skip("left out: no tmpfs at /dev/shm")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        assert RuntimeFolder.open(Path(memory) / "run").is_memory()
    on_disk = kinds.get("/tmp", kinds["/"]) not in ("tmpfs", "ramfs")
    assert RuntimeFolder.open(tmp_path / "run").is_memory() is not on_disk
