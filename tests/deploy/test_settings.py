"""Answers become a silbo.toml that loads, and a silbo.toml becomes what the units need."""

import contextlib
import importlib.util
import sqlite3
from pathlib import Path
from types import ModuleType

import pytest

from bot.settings import SettingsError, load_settings
from crypto.age import X25519Identity

ROOT = Path(__file__).resolve().parents[2]


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"deploy_{name}", ROOT / "deploy" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = loaded("settings")
database = loaded("database")


def written(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "silbo.toml"
    path.write_text(tool.write(list(lines)))
    return path


def test_answers_become_settings_that_load(tmp_path: Path) -> None:
    recipient = X25519Identity.generate().recipient()
    path = written(
        tmp_path,
        "# mine",
        'desk_name = Unión "de" teleoperadores \\ x',
        "retention_days=30",
        "proxy=",
        f"backup_recipient = {recipient}",
    )
    settings = load_settings(path)
    assert settings.desk.name == 'Unión "de" teleoperadores \\ x'
    assert settings.desk.retention_days == 30
    assert settings.backup is not None
    assert settings.backup.recipient == str(recipient)
    assert settings.telegram is not None
    facts = tool.facts(settings)
    assert facts["network"] == "telegram"
    assert (facts["state"], facts["runtime"]) == ("/var/lib/silbo", "/run/silbo")
    assert facts["backup_directory"] == "/var/backups/silbo"


def test_a_recipient_comes_from_a_file_as_age_keygen_writes_it(tmp_path: Path) -> None:
    recipient = X25519Identity.generate().recipient()
    file = tmp_path / "backup.pub"
    for content in (f"# created: some day\n\n{recipient}\n", f"Public key: {recipient}\n"):
        file.write_text(content)
        settings = load_settings(written(tmp_path, "desk_name = Union", f"backup_recipient = {file}"))
        assert settings.backup is not None
        assert settings.backup.recipient == str(recipient)
    identity = f"# public key: {recipient}\nAGE-SECRET-KEY-1CANARY\n"
    one = "that file should hold one recipient"
    for content, says in (("", one), (f"{recipient}\n" * 2, one), (identity, "holds the secret key")):
        file.write_text(content)
        with pytest.raises(SettingsError, match=f"line 2: .*{says}") as caught:
            written(tmp_path, "desk_name = Union", f"backup_recipient = {file}")
        assert "CANARY" not in str(caught.value)


def test_the_token_is_where_systemd_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "desk_name = Union")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/silbo-export.service")
    telegram = load_settings(path).telegram
    assert telegram is not None
    assert str(telegram.token_file) == "/run/credentials/silbo-export.service/token"
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    telegram = load_settings(path).telegram
    assert telegram is not None
    assert str(telegram.token_file) == "/run/credentials/silbo.service/token"


@pytest.mark.parametrize("line", ["token = 123456:SECRET", "retention_days = SECRET", "SECRET"])
def test_a_wrong_answer_is_named_by_its_line_and_not_quoted(line: str) -> None:
    with pytest.raises(SettingsError, match="answers, line 2") as raised:
        tool.write(["desk_name = x", line])
    assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize(
    ("lines", "network"),
    [
        (["proxy = http://127.0.0.1:8118"], "local"),
        (["proxy = http://192.0.2.7:8118"], "192.0.2.7"),
        (["proxy = http://proxy.example:8118"], "any"),
        (["base_url = http://localhost:8081"], "local"),
        (["base_url = http://[::1]:8081"], "local"),
    ],
)
def test_the_bot_may_reach_its_proxy_and_nothing_else(tmp_path: Path, lines: list[str], network: str) -> None:
    path = written(tmp_path, "desk_name = Union", *lines)
    assert tool.facts(load_settings(path))["network"] == network


@pytest.mark.parametrize(("host", "network"), [("127.0.0.1", "telegram"), ("0.0.0.0", "any")])
def test_a_webhook_that_is_open_to_the_world_is_not_walled_in(
    tmp_path: Path, host: str, network: str
) -> None:
    path = written(tmp_path, "desk_name = Union")
    text = path.read_text().replace("token_file", 'mode = "webhook"\ntoken_file')
    hook = f'[telegram.webhook]\nurl = "https://desk.example/x"\nsecret_file = "s"\nhost = "{host}"\n'
    path.write_text(text + hook)
    assert tool.facts(load_settings(path))["network"] == network


def test_a_rehearsal_touches_neither_state_nor_runtime_nor_socket(tmp_path: Path) -> None:
    path = written(tmp_path, "desk_name = Union", "retention_days = 30")
    there = tmp_path / "there.toml"
    there.write_text(tool.rehearse(path, tmp_path / "copy", tmp_path / "run"))
    settings = load_settings(there)
    assert (settings.state, settings.runtime) == (tmp_path / "copy", tmp_path / "run")
    assert settings.scrub_socket is None
    assert settings.desk == load_settings(path).desk


def test_the_mark_of_a_database_changes_with_a_drop_and_with_the_schema(tmp_path: Path) -> None:
    path, copy = tmp_path / "silbo.db", tmp_path / "copy.db"
    database.open_here(path)
    first = database.mark(path)
    assert database.main(["copy", str(path), str(copy)]) == 0
    assert database.mark(copy) == first
    with contextlib.closing(sqlite3.connect(copy)) as other:
        other.execute("INSERT INTO drops (id, day, state) VALUES ('x', '2026-11-22', 'draft')")
        other.commit()
        second = database.mark(copy)
        other.execute("UPDATE alembic_version SET version_num = 'silbo_9999'")
        other.commit()
    third = database.mark(copy)
    assert first.split()[0] == second.split()[0] != third.split()[0]
    assert first.split()[1] != second.split()[1] == third.split()[1]


@pytest.mark.parametrize(
    ("url", "reach"),
    [
        ("postgresql+psycopg://silbo@/silbo?host=/run/postgresql", "sockets"),
        ("postgresql+psycopg://silbo@127.0.0.1/silbo", "local"),
        ("postgresql+psycopg://silbo@192.0.2.9/silbo", "192.0.2.9"),
        ("postgresql+psycopg://silbo@/silbo?host=192.0.2.9:5432&host=192.0.2.10", "192.0.2.10 192.0.2.9"),
        ("postgresql+psycopg://silbo@[2001:db8::1]:5432/silbo", "2001:db8::1"),
        ("postgresql+psycopg://silbo@db.example/silbo", "any"),
    ],
)
def test_the_units_know_where_the_database_is(tmp_path: Path, url: str, reach: str) -> None:
    path = written(tmp_path, "desk_name = Union")
    path.write_text(f'{path.read_text()}[store]\nurl = "{url}"\n')
    assert tool.facts(load_settings(path))["database"] == reach


def test_each_secret_that_systemd_gives_is_a_fact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    path = written(tmp_path, "desk_name = Union")
    place = "$CREDENTIALS_DIRECTORY"
    path.write_text(
        f'{path.read_text()}[store]\nurl = "postgresql+psycopg://silbo@127.0.0.1/silbo"\n'
        f'password_file = "{place}/database"\n[desks.local]\nname = "Local"\n'
        f'[bots.second]\ntoken_file = "{place}/token-local"\ndesks = ["local"]\nmode = "webhook"\n'
        f'[bots.second.webhook]\nurl = "https://example.org/second"\nsecret_file = "/etc/silbo/secret"\n'
    )
    facts = tool.facts(load_settings(path))
    assert (facts["credentials"], facts["database_credential"]) == ("token-local", "database")
    assert facts["sessions"] == "sockets"
    assert (facts["export_credentials"], facts["export_network"]) == ("database", "local")
    text = path.read_text()
    path.write_text(text + "[desks.local.export]\nchat = -100123\n")
    facts = tool.facts(load_settings(path))
    assert (facts["export_credentials"], facts["export_network"]) == ("database:token-local", "telegram")
    path.write_text(text + "[export]\nchat = -100123\n")
    facts = tool.facts(load_settings(path))
    assert facts["export_credentials"] == "database:token"
