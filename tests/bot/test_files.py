"""What `bot.files` makes is whole or not there, and durable before anybody is told of it."""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.files import create, whole
from bot.keys.signing import create_signing_key


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is asked of the disk, in order: what is made durable, and when it gets its name."""
    asked: list[str] = []

    def note(name: str) -> None:
        real: Callable[..., None] = getattr(os, name)

        def noted(*arguments: object) -> None:
            kind = "" if name != "fsync" else _kind(arguments[0])
            asked.append(f"{name}{kind}")
            real(*arguments)

        monkeypatch.setattr(os, name, noted)

    for name in ("fsync", "link", "replace"):
        note(name)
    return asked


def _kind(handle: object) -> str:
    assert isinstance(handle, int)
    return " folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else " file"


def test_a_file_is_durable_before_its_name_and_the_name_before_the_end(
    tmp_path: Path, steps: list[str]
) -> None:
    with whole(tmp_path / "a") as file:
        file.write(b"one")
        assert steps == []
    assert steps == ["fsync file", "replace", "fsync folder"]
    assert (tmp_path / "a").read_bytes() == b"one"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


def test_a_new_server_key_is_durable_before_it_is_shown(tmp_path: Path, steps: list[str]) -> None:
    create_signing_key(tmp_path / "signing.key")
    assert steps == ["fsync file", "link", "fsync folder"]


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    create_signing_key(tmp_path / "signing.key")
    before = (tmp_path / "signing.key").read_bytes()
    create_signing_key(tmp_path / "signing.key")
    assert (tmp_path / "signing.key").read_bytes() == before
    assert os.listdir(tmp_path) == ["signing.key"]


def test_what_breaks_off_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with suppress(RuntimeError), whole(tmp_path / "a") as file:
        file.write(b"new")
        raise RuntimeError
    assert os.listdir(tmp_path) == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        create(tmp_path / "link")
    with whole(tmp_path / "link") as file:
        file.write(b"mine")
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "link").is_symlink()
