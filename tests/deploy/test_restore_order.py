"""The order of `./deploy.sh restore`: nothing is stopped, replaced or started before the yes."""

import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STEPS = [
    "of_root",
    "wipe",
    "install",
    "systemctl",
    "read_facts",
    "page_built",
    "onion_package",
    "exchange",
    "put",
    "write_units",
    "write_onion",
    "switch_units",
    "settled",
    "start_onion",
]


def steps(tmp_path: Path, status: int) -> tuple[int, list[str]]:
    """The first words of each step of the real script, with a `silbo restore` that ends with a status."""
    for name in ("backup", "identity"):
        (tmp_path / name).write_text("x")
    log = shlex.quote(str(tmp_path / "log"))
    script = f"""
set -euo pipefail
root={shlex.quote(str(ROOT))}
fail() {{ echo "fail $1" >>{log}; exit 1; }}
. "$root/deploy/lib.sh"
. "$root/deploy/restore.sh"
begin() {{ scratch={shlex.quote(str(tmp_path))}; trap on_exit EXIT; on_exit() {{ :; }}; }}
current=$PWD
need_installed() {{ :; }}
cp() {{ :; }}
as_silbo() {{ echo "as_silbo ${{*:2:1}}" >>{log}; [ "$2" != restore ] || return {status}; }}
{"".join(f'{step}() {{ echo "{step} ${{1-}}" >>{log}; }}{chr(10)}' for step in STEPS)}
main backup --identity identity --accept 'ten words'
"""
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.stderr == b""
    return done.returncode, [line.split()[0] for line in (tmp_path / "log").read_text().splitlines()]


@pytest.mark.parametrize("status", [1, 130])
def test_what_is_not_accepted_stops_and_starts_nothing(tmp_path: Path, status: int) -> None:
    assert steps(tmp_path, status) == (1, ["of_root", "of_root", "wipe", "install", "as_silbo"])


def test_what_was_accepted_is_put_in_place_while_nothing_runs(tmp_path: Path) -> None:
    status, found = steps(tmp_path, 0)
    assert status == 0
    assert found[4:] == [
        *("as_silbo", "as_silbo", "read_facts", "page_built", "onion_package"),
        *("systemctl", "exchange", "put", "write_units", "write_onion"),
        *("switch_units", "systemctl", "settled", "start_onion", "wipe"),
    ]
