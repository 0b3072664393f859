"""The units are as closed as `systemd-analyze security` can say, and the scripts as shellcheck wants them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.commands.export import NOT_NOW
from scrub.isolation.sandbox import ChildLimits

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy" / "units"
SERVICES = sorted(UNITS.glob("*.service"))
WIDEST = "[Service]\nIPAddressAllow=149.154.160.0/20\nIPAddressAllow=192.0.2.53\n"
"""What deploy.sh adds at most for Telegram: networks that are not this machine's."""


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_the_exposure_of_each_unit_is_at_most_one(service: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("left out: systemd-analyze is not installed")
    most = 11 if service.name == "silbo-onion.service" else 10  # a tor may reach relays anywhere
    unit = tmp_path / service.name
    text = service.read_text()
    unit.write_text(text + (WIDEST if "AF_INET" in text else ""))
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={most}", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Overall exposure level" in done.stdout


def lines_of(call: str, tmp_path: Path, **facts: str) -> str:
    """What a function of deploy.sh writes into a drop-in."""
    known = " ".join(f"[{name}]='{value}'" for name, value in facts.items())
    parts = "source deploy/units.sh; source deploy/token.sh"
    script = f"set -eu; {parts}; etc={tmp_path}; declare -A facts=({known}); {call}"
    return subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout


EXPOSED = [("silbo", 10), ("silbo-export", 10), ("silbo-purge", 10), ("silbo-backup", 10)]


@pytest.mark.parametrize(("name", "most"), EXPOSED)
@pytest.mark.parametrize("database", ["sockets", "local", "192.0.2.9"])
def test_a_unit_with_a_database_elsewhere_is_opened_to_it_and_no_further(
    tmp_path: Path, name: str, most: int, database: str
) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("left out: systemd-analyze is not installed")
    call = "database_lines" if name in ("silbo-purge", "silbo-backup") else "network_lines network database"
    more = lines_of(call, tmp_path, network="local", database=database)
    if call == "database_lines" and database == "sockets":
        more = ""  # there is no drop-in
    (tmp_path / f"{name}.service").write_text((UNITS / f"{name}.service").read_text() + more)
    command = ["systemd-analyze", "--no-pager", "security", "--offline=true", f"--threshold={most}"]
    done = subprocess.run(
        [*command, str(tmp_path / f"{name}.service")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no"]
    done = subprocess.run(
        [*command, str(tmp_path / f"{name}.service")], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if "is not executable" not in line] == []
    allowed = [line for line in more.splitlines() if line.startswith("IPAddress")]
    assert (
        allowed
        == {
            "sockets": [],
            "local": ["IPAddressAllow=localhost"] if call == "database_lines" else [],
            "192.0.2.9": ["IPAddressAllow=192.0.2.9"],
        }[database]
    )


def test_each_unit_gets_the_secrets_that_it_uses(tmp_path: Path) -> None:
    for name in ("token-local", "redis", "database"):
        (tmp_path / name).touch()
    given = f"[Service]\nLoadCredential=database:{tmp_path}/database\n"
    assert lines_of("credential_lines database", tmp_path) == given
    assert lines_of("credential_lines :database", tmp_path) == given
    (tmp_path / "redis.cred").touch()
    assert lines_of("credential_lines token-local:redis", tmp_path).splitlines() == [
        "[Service]",
        f"LoadCredential=token-local:{tmp_path}/token-local",
        f"LoadCredentialEncrypted=redis:{tmp_path}/redis.cred",
    ]


def test_an_export_to_a_folder_gets_no_token_and_no_way_to_telegram(tmp_path: Path) -> None:
    lines = lines_of(
        "network_lines export_network database", tmp_path, export_network="local", database="local"
    )
    assert lines == "[Service]\n"
    units = (ROOT / "deploy" / "units.sh").read_text()
    assert 'retire "$units/silbo-export.service.d/token.conf"' in units, "0.1 gave it there"


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_nothing_of_a_unit_reaches_a_disk_by_itself(service: Path) -> None:
    lines = service.read_text().splitlines()
    assert {"MemorySwapMax=0", "LimitCORE=0", "ProtectSystem=strict", "UMask=0077"} <= set(lines)
    assert [line for line in lines if line.startswith("MemoryMax=")] != []


def test_no_unit_is_started_by_a_message() -> None:
    """What PID 1 writes when a unit starts, ends or fails has a time, and a message was the reason."""
    bot = (UNITS / "silbo.service").read_text()
    for name in ("silbo-scrub", "silbo-convert"):
        socket = (UNITS / f"{name}.socket").read_text().splitlines()
        service = (UNITS / f"{name}.service").read_text().splitlines()
        assert not [line for line in socket if line.startswith("Accept=")]
        assert "LogLevelMax=emerg" in socket
        assert {"LogLevelMax=emerg", "StandardOutput=null", "StandardError=null", "Restart=always"} <= set(
            service
        )
    assert "\nWants=silbo-scrub.service silbo-convert.service\n" in bot
    assert [path.name for path in UNITS.iterdir() if "@" in path.name] == []


def test_the_kernel_never_chooses_whom_to_kill_for_memory() -> None:
    """It would write a line: so what each process may take at most fits into its unit."""

    def megabytes(unit: str, setting: str) -> int:
        lines = (UNITS / unit).read_text().splitlines()
        (found,) = [line.partition("=")[2] for line in lines if line.startswith(f"{setting}=")]
        assert found.endswith("M")
        return int(found[:-1])

    child = ChildLimits().memory >> 20
    files, zygotes = 2, 200  # at once; what they share is counted in each child as well
    assert files * child + zygotes <= megabytes("silbo-scrub.service", "MemoryMax")
    assert megabytes("silbo.service", "LimitAS") < megabytes("silbo.service", "MemoryMax")
    script = (ROOT / "deploy/convert").read_text().splitlines()
    (limit,) = [line for line in script if line.startswith("ulimit -v ")]
    kilobytes = int(limit.removeprefix("ulimit -v "))
    assert kilobytes >> 10 < megabytes("silbo-convert.service", "MemoryMax") - 500


def test_the_decoders_share_neither_user_nor_network_nor_files_with_the_bot() -> None:
    lines = (UNITS / "silbo-scrub.service").read_text().splitlines()
    assert {"DynamicUser=yes", "PrivateNetwork=yes", "OOMPolicy=continue"} <= set(lines)
    assert "/var/lib/silbo" in next(line for line in lines if line.startswith("InaccessiblePaths"))
    assert "RestrictNamespaces=yes" in (UNITS / "silbo.service").read_text().splitlines()


def test_only_the_bots_stop_ends_the_runtime_folder() -> None:
    """A second unit with a RuntimeDirectory of this name would delete it when it ends."""
    folders = {
        path.name: value.split("/")[0]
        for path in SERVICES
        for line in path.read_text().splitlines()
        if line.startswith("RuntimeDirectory=")
        for value in line.partition("=")[2].split()
    }
    assert folders == {"silbo.service": "silbo", "silbo-convert.service": "silbo-convert"}


def test_the_scripts_are_as_shellcheck_wants_them() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("left out: shellcheck is not installed")
    scripts = [ROOT / "deploy.sh", ROOT / "deploy/silbo", ROOT / "deploy/onion-friends"]
    scripts += [*(ROOT / "deploy").glob("*.sh"), *(ROOT / "bin").glob("*")]
    done = subprocess.run(
        ["shellcheck", "-x", *map(str, scripts)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("command", ["install", "upgrade", "status", "backup", "uninstall"])
def test_without_root_each_command_is_one_sentence(command: str) -> None:
    without = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("left out: setpriv is not installed")
        without = ["setpriv", "--reuid=65534", "--clear-groups", "--bounding-set=-all"]
    done = subprocess.run(
        [*without, "bash", str(ROOT / "deploy.sh"), command], capture_output=True, text=True, check=False
    )
    if "Permission denied" in done.stderr:
        pytest.skip("left out: this checkout can be read by its owner only")
    assert (done.returncode > 0, done.stderr) == (True, "deploy.sh: this needs root\n")


def test_no_script_hands_a_secret_to_a_command_line() -> None:
    """The token is expanded by builtins alone: printf, the shell's own tests, assignments."""
    for path in (ROOT / "deploy").glob("*.sh"):
        for line in path.read_text().splitlines():
            if "$token" in line.replace("${token", "$token") and "$token_from" not in line:
                assert line.strip().startswith(("printf", "! printf", "[[ $token", "IFS=", "fd:")), line


def test_a_stick_that_is_not_in_fails_no_unit() -> None:
    lines = (UNITS / "silbo-export.service").read_text().splitlines()
    assert f"SuccessExitStatus={NOT_NOW}" in lines
