"""The tests of the commands once more, on other days, at midnight, in other zones and languages.

Source: issue 9, item 1. Debian's `datefudge` shifts the wall clock of a program and of all that it starts,
and leaves the monotonic one alone. (`faketime` 0.9.10 of Debian 12 can't: `time.sleep` fails when it is told
to.) A file's times come from the kernel and stay as they are, as after a clock was set.
"""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "tests/admin/test_cli.py",
    "tests/admin/keys/test_keys.py",
    "tests/bot/backup/test_backup.py",
    "tests/bot/channels/test_console.py",
    "tests/bot/doctor/test_doctor.py",
    "tests/bot/test_midnight.py",
    "tests/bot/retention/test_purge.py",
    "tests/bot/retention/test_receipts.py",
    "tests/bot/keys/test_reviewers.py",
    "tests/admin/age/test_age_cli.py",
)
"""What runs `silbo` and `silbo-admin`. Not what runs `bin/silbo`: it starts with an empty environment, and so
with the true clock.
"""

AHEAD = [
    (1, "UTC", "C"),
    (40, "Asia/Manila", "tr_TR.UTF-8"),
    (200, "America/Bogota", "es_ES.UTF-8"),
    (400, "UTC", "C.UTF-8"),
]
"""Days, zone and locale; a locale that is not on this machine is a name to programs all the same."""


def datefudge() -> str:
    """The library, from `judges` in deploy.sh or from the machine."""
    places = (ROOT / ".tools" / "root" / "usr" / "lib", Path("/usr/lib"))
    found = [path for place in places for path in place.glob("*/datefudge/datefudge.so")]
    if not found:
        pytest.skip("left out: Debian's datefudge is not here")
    return str(found[0])


def passed_at(moment: datetime, zone: str, locale: str, folder: Path, *files: str) -> None:
    """Run the files in a process that believes it is `moment`; what fails is told with its output."""
    behind = datetime.now(UTC) - moment
    shown = {"DATEFUDGE": f"{behind.total_seconds():.0f}", "LD_PRELOAD": datefudge()}
    shown |= {"TZ": zone, "LC_ALL": locale, "LANG": locale}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--basetemp",
        str(folder / "run"),
    ]
    done = subprocess.run(
        [*command, *files], cwd=ROOT, env=os.environ | shown, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


def test_the_wall_clock_is_shifted_alone(tmp_path: Path) -> None:
    """Else what follows would prove nothing."""
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    seen = tmp_path / "test_seen.py"
    seen.write_text(
        "import time\nfrom datetime import UTC, datetime\n"
        f"def test_seen():\n    assert str(datetime.now(UTC).date()) == '2028-02-29'\n"
        f"    assert time.monotonic() < {time.monotonic() + 600}\n    time.sleep(0.01)\n"
    )
    passed_at(leap, "UTC", "C", tmp_path, str(seen))


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("days", "zone", "locale"), AHEAD)
def test_the_commands_on_another_day(tmp_path: Path, days: int, zone: str, locale: str) -> None:
    passed_at(datetime.now(UTC) + timedelta(days=days), zone, locale, tmp_path, *COMMANDS)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_commands_on_the_29th_of_february(tmp_path: Path) -> None:
    passed_at(datetime(2028, 2, 29, 12, tzinfo=UTC), "America/Bogota", "C", tmp_path, *COMMANDS)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("file", COMMANDS)
def test_the_commands_at_midnight(tmp_path: Path, file: str) -> None:
    """A Sunday's: the newest of the keys is another one from then on. Each file begins ten seconds before."""
    today = datetime.now(UTC).replace(hour=23, minute=59, second=50)
    passed_at(today + timedelta(days=13 - today.weekday()), "Asia/Manila", "C", tmp_path, file)
