"""What a command loads: each is run in a fresh interpreter, and its modules are looked at.

How long that takes is measured by `benchmarks/startup.py`.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.keys.signing import create_signing_key
from bot.store.sqlite import address
from bot.store.store import Store

ROOT = Path(__file__).resolve().parents[2]
TELL = """
import json, runpy, sys
name = sys.argv[1]
del sys.argv[1]
try:
    runpy.run_module(name, run_name="__main__")
except SystemExit as left:
    print(json.dumps([left.code or 0, sorted(sys.modules)]))
"""

MESSENGER = {"telegram", "httpx", "httpcore", "anyio", "starlette", "uvicorn"}
MIGRATIONS = {"alembic", "mako"}
DATABASE = {"sqlalchemy", "aiosqlite", "greenlet", *MIGRATIONS}
SETTINGS = {"pydantic", "pydantic_core"}
CRYPTO = {"nacl", "cryptography"}
DECODERS = {"PIL", "av", "lxml", "numpy", "pi_heif", "pillow_jxl", "pypdfium2_raw"}
WORDS = {"babel"}
LIBRARIES = MESSENGER | DATABASE | SETTINGS | CRYPTO | DECODERS | WORDS


def loaded(*arguments: str | Path, program: str = "bot") -> tuple[int, set[str]]:
    """The exit status of `python -m PROGRAM`, and the modules of its process at its end."""
    command = [sys.executable, "-P", "-c", TELL, program, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    status, modules = json.loads(done.stdout.splitlines()[-1])
    return status, set(modules)


def libraries(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules} & LIBRARIES


@pytest.fixture
async def config(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "stick").mkdir()
    create_signing_key(tmp_path / "state" / "signing.key")
    await (await Store.open(address(tmp_path / "state" / "silbo.db"))).close()
    file = tmp_path / "silbo.toml"
    file.write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n')
    return file


def test_help_loads_no_command_and_no_library() -> None:
    status, modules = loaded("--help")
    assert status == 0
    assert libraries(modules) == set()
    ours = {module for module in modules if module.partition(".")[0] in ("bot", "codes", "crypto", "scrub")}
    assert ours == {"bot", "bot.cli", "bot.commands", "crypto", "crypto.hardening"}
    assert not {"asyncio", "logging", "ssl", "subprocess", "sqlite3"} & modules


@pytest.mark.parametrize(
    "command",
    ["init", "server-key", "reviewers", "new-key", "backup", "doctor", "export", "purge", "receipts"],
)
def test_a_command_of_the_operator_waits_for_no_messenger_decoder_or_migration(command: str) -> None:
    status, modules = loaded(command, "--help")
    assert status == 0
    assert not libraries(modules) & (MESSENGER | DECODERS | WORDS | MIGRATIONS)


@pytest.mark.parametrize("command", ["init", "server-key", "reviewers", "backup", "doctor"])
def test_a_command_that_opens_no_store_waits_for_no_database(command: str) -> None:
    assert not libraries(loaded(command, "--help")[1]) & DATABASE


def test_doctor_loads_neither_a_database_nor_the_messenger_of_a_bot_that_is_not_there(config: Path) -> None:
    status, modules = loaded("doctor", "--config", config)
    assert status in (0, 2)  # 2: there is no reviewer
    assert libraries(modules) == SETTINGS | CRYPTO


def test_an_export_to_a_folder_loads_neither_the_messenger_nor_the_migrations(config: Path) -> None:
    status, modules = loaded("export", config.parent / "stick", "--config", config)
    assert status == 0
    assert libraries(modules) == SETTINGS | CRYPTO | (DATABASE - MIGRATIONS)


def test_a_database_without_the_newest_tables_still_gets_them(config: Path) -> None:
    (config.parent / "state" / "silbo.db").unlink()
    status, modules = loaded("export", config.parent / "stick", "--config", config)
    assert status == 0
    assert "alembic" in modules


def test_scrub_loads_no_library_at_all(tmp_path: Path) -> None:
    """The decoders are in its child."""
    (tmp_path / "words.txt").write_text("Words.")
    status, modules = loaded("scrub", tmp_path / "words.txt", "--out", tmp_path / "clean")
    assert (status, libraries(modules)) == (0, set())
    status, modules = loaded(tmp_path / "words.txt", "--out", tmp_path / "clean", program="scrub")
    assert (status, libraries(modules)) == (0, set())
    assert not {module for module in modules if module.partition(".")[0] in ("bot", "crypto")}
