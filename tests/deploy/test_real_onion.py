"""The page's onion service on a bare Debian with a real systemd: from `install --onion` to an address that is
gone. Long: a machine takes a minute to make. Nothing is asked of the Tor network: what is tried is the unit.
"""

import asyncio
from pathlib import Path

import pytest

from tests.deploy.machine import Machine
from tests.deploy.test_real_machine import prepare
from tests.telegram_api import TelegramApi

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]
SERVICE = Path("var/lib/private/silbo-onion/service")
PAGE = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    '<script type="application/json" id="desks">\n[]\n</script>'
)


@pytest.mark.parametrize("machine", ["bookworm", "trixie"], indirect=True)
async def test_an_address_is_made_kept_over_an_upgrade_and_gone_with_the_rest(
    machine: Machine, tmp_path: Path
) -> None:
    async with TelegramApi() as api:
        prepare(machine, api.url, tmp_path / "reviewer")
        await asyncio.to_thread(onion, machine)


def built(machine: Machine, source: str) -> str:
    """A source with a page: what is tried here is not what stands in it."""
    target = machine.shared / machine.source(source, {"bot/__init__.py": f"# {source}\n"})
    page = target / "page" / "dist" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE)
    return source


def address(machine: Machine) -> str:
    return (machine.root / SERVICE / "hostname").read_text().strip()


def answered(machine: Machine) -> str:
    """What the page's port says to tor's own user, which has no other way to it, once somebody is there."""
    asked = f"GET / HTTP/1.1\r\\nHost: {address(machine)}\r\\nConnection: close\r\\n\r\\n"
    wait = "for _ in {1..120}; do { exec 3<>/dev/tcp/127.0.0.1/8444; } 2>/dev/null && break; sleep 0.5; done"
    script = f"{wait}; printf '{asked}' >&3; head -c 15 <&3"
    return machine.run("setpriv", "--reuid=65534", "--clear-groups", "bash", "-c", script)


def onion(machine: Machine) -> None:
    done = machine.deploy(built(machine, "one"), "install", "--answers", "/mnt/answers", "--onion")
    assert done.returncode == 0, (
        done.stderr + done.stdout + machine.call("journalctl", "-b", "-u", "silbo-onion").stdout
    )
    first = address(machine)
    assert len(first) == 62
    assert f"http://{first}/" in done.stdout
    assert machine.run("systemctl", "is-active", "silbo-onion", "silbo").split() == ["active", "active"]
    assert answered(machine) == "HTTP/1.1 200 OK"
    again = machine.deploy("one", "install", "--onion")
    assert again.returncode == 0, again.stderr
    journal = machine.run("journalctl", "-b", "-u", "silbo", "-o", "short-monotonic")
    changed = {"made", "written", "replaced", "started", "enabled"} & set(again.stdout.split())
    assert not changed, again.stdout + journal
    mode = (machine.root / SERVICE).stat().st_mode
    assert mode & 0o077 == 0
    friends = machine.root / SERVICE / "authorized_clients"
    (friends / "friend.auth").write_text(
        "descriptor:x25519:N2NU7BSRL6YODZCYPN4CREB54TYLKGIE2KYOQWLFYC23ZJVCE5DQ\n"
    )
    machine.run("chown", "--reference", f"/{SERVICE}", f"/{SERVICE}/authorized_clients/friend.auth")
    machine.run("systemctl", "reload", "silbo-onion")
    assert machine.run("systemctl", "is-active", "silbo-onion").strip() == "active"
    assert "active, for 1 of your own" in machine.deploy("one", "status").stdout
    (friends / "another.auth").write_text("descriptor:x25519:AAAA\n")
    assert machine.call("systemctl", "reload", "silbo-onion").returncode > 0, "tor would pass over it"
    status = machine.deploy("one", "status")
    assert (status.returncode > 0, "another.auth is not one line" in status.stdout) == (True, True)
    (friends / "another.auth").unlink()
    machine.run("systemctl", "reload", "silbo-onion")
    torrc = machine.root / "etc/silbo/onion.torrc"
    written = torrc.read_text()
    torrc.write_text("SocksPort 9050\n")  # as an older version would have it
    done = machine.deploy(built(machine, "two"), "upgrade")
    assert done.returncode == 0, done.stderr + done.stdout
    assert torrc.read_text() == written
    assert (address(machine), answered(machine)) == (first, "HTTP/1.1 200 OK")
    machine.run("systemctl", "restart", "silbo-onion")
    assert address(machine) == first
    assert machine.run("systemctl", "is-active", "silbo-onion").strip() == "active"
    assert first.removesuffix(".onion") not in machine.run("journalctl", "-b", "-o", "cat")
    kept = machine.deploy("two", "uninstall", "--keep-data")
    assert kept.returncode == 0, kept.stderr
    assert address(machine) == first
    done = machine.deploy("two", "install")
    assert done.returncode == 0, done.stderr
    assert address(machine) == first
    done = machine.deploy("two", "uninstall", "--yes")
    assert done.returncode == 0, done.stderr
    assert not (machine.root / SERVICE.parent).exists()
    assert machine.call("systemctl", "is-active", "silbo-onion").stdout.strip() != "active"
