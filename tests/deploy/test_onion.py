"""The onion service: settings that Debian's tor takes, and an address that leads to the page's port alone."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from bot.settings import PageSettings, load_settings
from deploy import onion, settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = PageSettings(onion=True)
FRIEND = "N2NU7BSRL6YODZCYPN4CREB54TYLKGIE2KYOQWLFYC23ZJVCE5DQ"


def tor(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("tor") is None:
        pytest.skip("left out: Debian's tor could not be fetched")
    return subprocess.run(["tor", *arguments], capture_output=True, text=True, check=False, timeout=60)


def knows_work() -> bool:
    return "pow: yes" in tor("--list-modules").stdout


@pytest.mark.parametrize("where", [{}, {"host": "::1"}])
def test_tor_takes_its_settings(tmp_path: Path, where: dict[str, object]) -> None:
    page = PageSettings.model_validate({"onion": True, **where})
    file = tmp_path / "torrc"
    file.write_text(onion.torrc(page, str(tmp_path / "tor"), work=knows_work()))
    done = tor("--verify-config", "-f", str(file))
    assert done.returncode == 0, done.stdout
    warned = [line for line in done.stdout.splitlines() if "[warn]" in line and "as root" not in line]
    assert warned == []


def test_a_friend_of_the_desk_can_be_let_in_alone(tmp_path: Path) -> None:
    """Client authorisation is a file that the operator puts there; tor takes it."""
    friends = tmp_path / "tor" / "service" / "authorized_clients"
    friends.mkdir(parents=True)
    for folder in (tmp_path / "tor", friends.parent, friends):
        folder.chmod(0o700)
    (friends / "friend.auth").write_text(f"descriptor:x25519:{FRIEND}\n")
    file = tmp_path / "torrc"
    file.write_text(onion.torrc(PAGE, str(tmp_path / "tor"), work=False))
    assert tor("--verify-config", "-f", str(file)).returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("friend.auth", f"descriptor:x25519:{FRIEND}\n", True),
        ("friend of us.auth", f"descriptor:x25519:{FRIEND.lower()}", True),
        ("friend.auth", f"descriptor:x25519:{FRIEND}====\n", False),
        ("friend.auth", f"\ufeffdescriptor:x25519:{FRIEND}\n", False),
        ("friend.auth", f"descriptor:x25519:{FRIEND}\ndescriptor:x25519:{FRIEND}\n", False),
        ("friend.auth", f"descriptor:x448:{FRIEND}\n", False),
        ("friend.auth", "", False),
        ("friend.txt", f"descriptor:x25519:{FRIEND}\n", False),
        (".friend.auth.swp", f"descriptor:x25519:{FRIEND}\n", False),
    ],
)
def test_attack_a_friends_key_that_tor_cannot_read_lets_nobody_in(
    tmp_path: Path, name: str, content: str, taken: bool
) -> None:
    """Tor passes over such a file with a word in its log; where none is left, everybody may come."""
    assert tor("--version").returncode == 0
    clients = tmp_path / "tor" / "service" / "authorized_clients"
    clients.mkdir(parents=True)
    for folder in (tmp_path / "tor", clients.parent, clients):
        folder.chmod(0o700)
    program = str(ROOT / "deploy/onion-friends")
    asked = [program, str(clients.parent)]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == "everybody\n"
    (clients / name).write_text(content)
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == taken
    assert done.stdout == ("1 of your own\n" if taken else "")
    assert FRIEND not in done.stderr
    assert name not in done.stderr, "whom the operator lets in is for no journal"
    named = subprocess.run([*asked, "named"], capture_output=True, text=True, check=False)
    assert (name in named.stderr) != taken
    file = tmp_path / "torrc"
    settings = onion.torrc(PAGE, str(tmp_path / "tor"), work=False).replace("Log err", "Log info")
    file.write_text(settings + "DisableNetwork 1\n")
    command = ["tor", "-f", str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        said = ""
        while "Registered" not in said and (line := running.stderr.readline()):
            said += line
        running.kill()
    assert ("Loaded a client authorization key" in said) == taken


def test_attack_a_folder_of_friends_that_leads_nowhere_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "authorized_clients").symlink_to(tmp_path / "a disk that is not there")
    asked = [str(ROOT / "deploy/onion-friends"), str(tmp_path)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "stays shut" in done.stderr


def test_the_settings_open_no_port_and_log_nothing_of_a_client() -> None:
    lines = onion.torrc(PAGE, "/var/lib/silbo-onion", work=True).splitlines()
    assert {"SocksPort 0", "ControlPort 0", "SafeLogging 1", "Log err stderr", "AvoidDiskWrites 1"} <= set(
        lines
    )
    assert [line for line in lines if line.startswith("HiddenServicePort ")] == [
        "HiddenServicePort 80 127.0.0.1:8444"
    ]
    assert "HiddenServicePoWDefensesEnabled 1" in lines


def test_tor_makes_an_address(tmp_path: Path) -> None:
    """Without a network: the key and the address are made before the first relay is asked."""
    file = tmp_path / "torrc"
    (tmp_path / "tor").mkdir(mode=0o700)
    work = knows_work()
    file.write_text(onion.torrc(PAGE, str(tmp_path / "tor"), work=work) + "DisableNetwork 1\n")
    running = subprocess.Popen(["tor", "-f", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        name = tmp_path / "tor" / "service" / "hostname"
        end = time.monotonic() + 60
        while not name.exists() or not name.read_text().strip():
            assert running.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        assert name.read_text().strip().endswith(".onion")
        assert len(name.read_text().strip()) == 62
        assert os.stat(name.parent).st_mode & 0o077 == 0
    finally:
        running.terminate()
        running.wait()


def test_the_settings_say_what_the_units_need(tmp_path: Path) -> None:
    file = tmp_path / "silbo.toml"
    text = settings.write(["desk_name = Union"])
    file.write_text(text)
    found = settings.facts(load_settings(file))
    assert (found["page"], found["onion"], found["network"]) == ("no", "no", "telegram")
    file.write_text(text + "\n[page]\nonion = true\n")
    found = settings.facts(load_settings(file))
    assert (found["page"], found["onion"], found["network"]) == ("yes", "yes", "telegram")
    file.write_text(text + '\n[page]\nhost = "0.0.0.0"\n')
    assert settings.facts(load_settings(file))["network"] == "any", "a proxy elsewhere comes in by itself"


def test_a_page_on_a_socket_is_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The socket lies in a folder that tor's user may not enter: the address would lead nowhere."""
    file = tmp_path / "silbo.toml"
    file.write_text(
        'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n[telegram]\ntoken_file = "token"\n'
        '[page]\nonion = true\nsocket = "/run/silbo/page.sock"\n'
    )
    assert onion.main([str(file), "/var/lib/silbo-onion", "no"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "an onion service needs host and port, not a socket" in told.err
