"""The import table of the design: who may import what, and what stays small."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STANDARD = frozenset(sys.stdlib_module_names) | {"__future__", "_typeshed"}
CHANNELS = {"telegram": {"telegram", "httpx"}, "webhook": {"aiohttp"}}
NETWORK = {"socket", "ssl", "http", "urllib", "socketserver", "ftplib", "smtplib", "asyncio", "xmlrpc"}


def imported(file: Path) -> set[str]:
    """Return the dotted names of the modules that `file` imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: relative import"
            found.add(node.module or "")
    return found


def outside(folder: str, *, without: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / folder).rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith(without):
            for module in imported(file):
                if module.split(".")[0] not in STANDARD:
                    yield name, module


def test_crypto_imports_two_libraries_only() -> None:
    allowed = {"crypto", "nacl", "cryptography"}
    assert [(name, module) for name, module in outside("crypto") if module.split(".")[0] not in allowed] == []


def test_admin_imports_crypto_only_and_draws_qr_codes() -> None:
    allowed = {"admin", "codes", "crypto", "segno"}
    assert [(name, module) for name, module in outside("admin") if module.split(".")[0] not in allowed] == []


UNDER = {"admin.display", "admin.errors", "admin.files", "admin.home"}
ADMIN = {
    "display": {"crypto"},
    "errors": {"admin.display", "crypto"},
    "files": set[str](),
    "home": {"admin.errors", "admin.files", "crypto"},
    "keys": {*UNDER, "crypto"},
    "case": {*UNDER, "admin.keys", "codes", "crypto"},
    "arrival": {*UNDER, "admin.case", "admin.keys", "crypto"},
    "age": {*UNDER, "admin.keys", "crypto"},
    "context": {*UNDER, "admin.keys", "crypto"},
    "commands": {
        *UNDER,
        *(f"admin.{room}" for room in ("keys", "case", "arrival", "age", "context")),
        "crypto",
    },
    "cli": {*UNDER, "admin.commands", "admin.context", "admin.keys", "crypto"},
    "__main__": {"admin.cli"},
}
"""The rooms of `admin/`, lowest first, and what of ours each may import besides itself (docs/adr/0082)."""


def test_arrows_of_the_offline_side_run_one_way() -> None:
    rooms = list(ADMIN)
    for place, allowed in enumerate(ADMIN.values()):
        assert {name.removeprefix("admin.") for name in allowed} - {"codes", "crypto"} <= set(rooms[:place])
    for name, module in outside("admin"):
        room = name.split("/")[1].removesuffix(".py")
        if module.split(".")[0] in {"admin", "bot", "codes", "crypto", "opener", "scrub"}:
            parts = module.split(".")
            target = ".".join(parts[: 2 if parts[0] == "admin" else 1])
            assert target in {*ADMIN[room], f"admin.{room}"}, (name, module)


def test_admin_and_crypto_have_no_way_to_a_network() -> None:
    for folder in ("admin", "crypto"):
        for file in (ROOT / folder).rglob("*.py"):
            assert not {module.split(".")[0] for module in imported(file)} & NETWORK, file.name


def test_the_opener_imports_the_standard_library_only() -> None:
    assert [row for row in outside("opener") if row[1].split(".")[0] != "opener"] == []


def test_scrub_imports_nothing_of_ours() -> None:
    allowed = {"PIL", "pi_heif", "pypdfium2_raw", "av", "lxml", "numpy"}
    for name, module in outside("scrub"):
        assert module.split(".")[0] in {*allowed, "codes", "scrub"}, (name, module)


def test_bot_never_imports_admin_or_the_demo() -> None:
    assert [row for row in outside("bot") if row[1].split(".")[0] in {"admin", "demo", "tests"}] == []


@pytest.mark.parametrize("library", ["telegram", "httpx", "aiohttp"])
def test_a_channels_library_is_imported_in_its_folder(library: str) -> None:
    users = {name.rpartition("/")[0] for name, module in outside("bot") if module.split(".")[0] == library}
    assert users <= {"bot/channels/telegram"}


def test_the_demo_shares_no_code_with_what_it_judges() -> None:
    assert [row for row in outside("demo") if row[1].split(".")[0] in {"bot", "admin", "crypto"}] == []


def test_no_skip_hides_a_failure() -> None:
    """A skip is for a program or a file that a machine may lack, and says what was left out."""
    for file in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.skip", "pytest.mark.skipif"):
                assert "left out" in ast.unparse(node), f"{file.name}:{node.lineno}"
