"""The units with a PostgreSQL and a Redis of the same machine, on a bare Debian with a real systemd; and the
sockets by which files are cleaned, set and read. Long: a machine takes a minute to make.
"""

import asyncio
from pathlib import Path

import pytest

from tests.deploy.machine import Machine
from tests.deploy.test_real_machine import admin, confined, prepare, submit
from tests.telegram_api import TOKEN, TelegramApi

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
PASSWORD = "CANARY-b71e90"
BY_SOCKET = '[store]\nurl = "postgresql+psycopg://silbo@/silbo?host=/run/postgresql"\n'
BY_ADDRESS = (
    '[store]\nurl = "postgresql+psycopg://silbo@127.0.0.1/silbo?sslmode=require"\n'
    'password_file = "$CREDENTIALS_DIRECTORY/database"\n'
)


@pytest.mark.parametrize("machine", ["bookworm"], indirect=True)
async def test_a_drop_goes_by_a_postgresql_of_this_machine(machine: Machine, tmp_path: Path) -> None:
    home = tmp_path / "reviewer"
    async with TelegramApi() as api:
        prepare(machine, api.url, home)
        await asyncio.to_thread(install, machine)
        await submit(api, 7, "They film us at home.")
        await asyncio.to_thread(confined, machine)
        await asyncio.to_thread(duties, machine)
        await asyncio.to_thread(by_address, machine)
        await submit(api, 8, "They read our chats.")
        await asyncio.to_thread(duties, machine)
        await asyncio.to_thread(read, machine, home)
        await asyncio.to_thread(gone, machine)


def install(machine: Machine) -> None:
    machine.source("one")
    done = machine.deploy("one", "install", "--answers", "/mnt/answers")
    assert done.returncode == 0, done.stderr + done.stdout
    machine.run("apt-get", "update", "-qq")
    machine.run("apt-get", "install", "-qq", "-y", "--no-install-recommends", "postgresql")
    postgres(machine, "CREATE ROLE silbo LOGIN")
    postgres(machine, "CREATE DATABASE silbo OWNER silbo ENCODING UTF8 TEMPLATE template0 LOCALE 'C'")
    settle(machine, BY_SOCKET)


def postgres(machine: Machine, statement: str) -> None:
    machine.run("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "psql", "-qc", statement)


def settle(machine: Machine, store: str) -> None:
    """As docs/operators.md says: `[store]`, `./deploy.sh install`, start, doctor."""
    machine.run("systemctl", "stop", "silbo")
    file = machine.root / "etc/silbo/silbo.toml"
    file.write_text(file.read_text().partition("[store]")[0].rstrip("\n") + "\n\n" + store)
    done = machine.deploy("one", "install")
    assert done.returncode == 0, done.stderr + done.stdout
    machine.run("systemctl", "restart", "silbo")
    assert "reach" not in machine.call("silbo", "doctor").stderr
    assert machine.run("systemctl", "is-active", "silbo").strip() == "active"


def duties(machine: Machine) -> None:
    for duty in ("purge", "export", "backup"):
        done = machine.call("systemctl", "start", f"silbo-{duty}.service")
        assert done.returncode == 0, machine.run("journalctl", "-b", "-u", f"silbo-{duty}", "-o", "cat")
    for name in ("scrub", "set", "read"):
        found = machine.run("stat", "-c", "%F %U %a", f"/run/silbo-{name}.sock")
        assert found.split() == ["socket", "silbo", "600"]
    assert machine.run("systemctl", "is-active", "silbo-scrub.socket").strip() == "active"


def by_address(machine: Machine) -> None:
    """By an address with a password, which nothing tells."""
    postgres(machine, f"ALTER ROLE silbo PASSWORD '{PASSWORD}'")
    secret = machine.root / "etc/silbo/database"
    secret.touch(0o600)
    secret.write_text(PASSWORD + "\n")
    settle(machine, BY_ADDRESS)
    processes = machine.run(
        "sh", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'"
    )
    told = processes + machine.run("journalctl", "-b", "-o", "cat") + machine.run("silbo", "doctor", "--json")
    assert PASSWORD not in told
    assert TOKEN not in told


def read(machine: Machine, home: Path) -> None:
    words = machine.run("silbo", "server-key").splitlines()[1]
    admin(home, "import", str(machine.root / "srv/exports"), "--server", words)
    ids = [line.split()[0] for line in admin(home, "list").splitlines() if line.split()]
    drops = [word for word in ids if len(word) >= 8 and set(word) <= set("0123456789abcdef")]
    texts = "".join(admin(home, "show", drop, secret=True) for drop in drops)
    assert "They film us at home." in texts
    assert "They read our chats." in texts
    assert not (machine.root / "var/lib/silbo/silbo.db").exists() or len(drops) == 2


def gone(machine: Machine) -> None:
    assert machine.deploy("one", "uninstall", "--yes").returncode == 0
    assert [name for name in machine.snapshot() if "silbo" in name] == []
    assert machine.call("id", "silbo").returncode > 0
