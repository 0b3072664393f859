"""Export, purge and backup of several machines that share a database never run at once."""

import asyncio
import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from bot.commands import backup, export, purge, receipts
from bot.duty import BUSY, duty
from bot.keys.signing import create_signing_key
from bot.settings import Settings, load_settings
from bot.store.errors import StorageError
from bot.store.store import Store
from crypto.age import X25519Identity
from tests.bot.store.databases import Database

ROOT = Path(__file__).resolve().parents[3]
HOLD = (
    "import sys, time; from pathlib import Path; from bot.duty import duty\n"
    "from bot.settings import load_settings\n"
    "with duty(load_settings(Path(sys.argv[1]))): print('held', flush=True); time.sleep(600)\n"
)


@pytest.fixture
def machines(database: Database, tmp_path: Path) -> tuple[Path, Path]:
    """The settings of two machines that share a database; with SQLite they are one, and two commands."""
    found: list[Path] = []
    for name in ("one", "two") if database.url.startswith("postgresql") else ("one", "one"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "backups").mkdir(exist_ok=True)
        if not found:
            (folder / "state").mkdir(mode=0o700)
            create_signing_key(folder / "state" / "signing.key")
        elif name == "two":
            (folder / "state").mkdir(mode=0o700)
        recipient = X25519Identity.generate().recipient()
        text = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n'
        text += f'[backup]\ndirectory = "backups"\nrecipient = "{recipient}"\n'
        if database.url.startswith("postgresql"):
            text += f'[store]\nurl = "{database.url}"\n'
        (folder / "silbo.toml").write_text(text)
        found.append(folder / "silbo.toml")
    asyncio.run(_made(load_settings(found[0])))
    return found[0], found[1]


async def _made(settings: Settings) -> None:
    await (await Store.open(settings.database_url)).close()


def test_a_duty_waits_for_another_machine_s_and_says_so_when_it_does_not_end(
    machines: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    one, two = machines
    caplog.set_level("INFO", "bot.duty")
    monkeypatch.setattr("bot.duty.PAUSE", 0.01)
    monkeypatch.setattr("bot.duty.WAIT_SECONDS", 0.05)
    options = Namespace(config=two, directory=tmp_path, again=None, desk=None, stdout=False)
    with duty(load_settings(one)):
        for command in (export, purge, backup, receipts):
            with pytest.raises(StorageError) as caught:
                command.run(options)
            assert str(caught.value) == BUSY
    assert [said.endswith("waiting for it") for said in caplog.messages] == [True] * 4, (
        "nobody looks at nothing"
    )
    assert purge.run(Namespace(config=two)) == 0, "it is free again"


def test_a_machine_that_dies_in_the_middle_of_a_duty_keeps_nobody_out(machines: tuple[Path, Path]) -> None:
    one, two = machines
    command = [sys.executable, "-c", HOLD, str(one)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StorageError, match="at work"), duty(load_settings(two), wait=0):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    with duty(load_settings(two), wait=5):
        pass
