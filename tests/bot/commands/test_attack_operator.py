"""Wrong settings, odd paths and broken disks, as a clumsy operator meets them: one sentence, nothing lost."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.keys.signing import create_signing_key, load_signing_key
from bot.server import run_telegram
from bot.settings import SettingsError, load_settings

HOOK = """
state = "state"
runtime = "runtime"
[desk]
name = "D"
[telegram]
token_file = "token"
mode = "webhook"
[telegram.webhook]
url = "https://example.org/hook"
secret_file = "secret"
"""


def silbo(*arguments: object, stdin: int | None = subprocess.DEVNULL) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot", *map(str, arguments)]
    if stdin is None:
        command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, stdin=stdin)


def settings(folder: Path, text: str = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "D"\n') -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "silbo.toml"
    file.write_text(text)
    return file


@pytest.mark.parametrize("name", ["state", "runtime"])
def test_a_path_with_a_null_byte_is_one_sentence(tmp_path: Path, name: str) -> None:
    text = f'{name} = "a\\u0000b"\n{"state" if name == "runtime" else "runtime"} = "r"\n[desk]\nname = "D"\n'
    with pytest.raises(SettingsError, match=f"{name}: should be"):
        load_settings(settings(tmp_path, text))


def test_a_folder_with_a_question_mark_does_not_put_the_database_elsewhere(tmp_path: Path) -> None:
    """In the address of a database it begins the options: the file would be made beside the state folder."""
    file = settings(tmp_path / "what?mode=memory")
    done = silbo("export", tmp_path, "--config", file)
    assert done.returncode == 1
    assert "state: should be" in done.stderr
    assert {entry.name for entry in tmp_path.iterdir()} == {"what?mode=memory"}


@pytest.mark.parametrize("path", ["/{a}", "/{a", "/a}", "/a?b", "/a#b"])
def test_a_webhook_path_that_is_a_pattern_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(SettingsError, match=r"telegram\.webhook\.url: should"):
        load_settings(settings(tmp_path, HOOK.replace("/hook", path)))


@pytest.mark.parametrize("secret", ["bad!", "x" * 257, "ñ"])
async def test_a_webhook_secret_that_telegram_refuses_is_refused_before(tmp_path: Path, secret: str) -> None:
    loaded = load_settings(settings(tmp_path, HOOK))
    for name, content in (("token", "12345:abcdefgh"), ("secret", secret)):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(0o600)
    with pytest.raises(SettingsError, match="secret_file") as caught:
        await asyncio.wait_for(run_telegram(loaded), 240)
    assert secret not in str(caught.value)


def test_a_full_disk_leaves_no_half_signing_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("bot.files.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            create_signing_key(tmp_path / "signing.key")
    assert list(tmp_path.iterdir()) == []
    create_signing_key(tmp_path / "signing.key")
    first = load_signing_key(tmp_path / "signing.key").seed
    create_signing_key(tmp_path / "signing.key")
    assert load_signing_key(tmp_path / "signing.key").seed == first
    assert (tmp_path / "signing.key").stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["signing.key"]


def test_a_state_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    file = settings(tmp_path)
    (tmp_path / "state").write_text("a file")
    for command in (["init"], ["server-key"], ["export", str(tmp_path)]):
        done = silbo(*command, "--config", file)
        assert done.returncode == 1
        assert "state" in done.stderr or "signing" in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_terminal_that_is_gone_ends_the_conversation(tmp_path: Path) -> None:
    file = settings(tmp_path)
    assert silbo("init", "--config", file).returncode == 0
    done = silbo("chat", "--config", file, stdin=None)
    assert "nobody handled" not in done.stderr
    read, write = os.pipe()
    os.close(write)
    os.set_blocking(read, False)
    try:
        done = silbo("chat", "--config", file, stdin=read)
    finally:
        os.close(read)
    assert done.returncode == 0
    assert "nobody handled" not in done.stderr


def test_a_folder_that_is_not_there_is_not_called_a_bad_backup(tmp_path: Path) -> None:
    (tmp_path / "b.tar.age").write_bytes(b"age-encryption.org/v1\n")
    done = silbo(
        "restore", tmp_path / "b.tar.age", "--into", tmp_path / "missing", "--identity", tmp_path / "key"
    )
    assert done.returncode == 1
    assert "(--into) is not there" in done.stderr
    assert "backup can't be read" not in done.stderr


@pytest.mark.parametrize("program", ["silbo", "silbo-admin"])
def test_a_fresh_clone_says_what_to_run_first(tmp_path: Path, program: str) -> None:
    (tmp_path / "bin").mkdir()
    shutil.copy(Path(__file__).resolve().parents[3] / "bin" / program, tmp_path / "bin")
    done = subprocess.run(
        [tmp_path / "bin" / program, "doctor"], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "run ./deploy.sh demo first" in done.stderr
    assert len(done.stderr.splitlines()) == 1
