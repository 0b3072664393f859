"""Two `silbo run` on one state: real processes, as an operator would start them by mistake."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.alone import AlreadyRunning, alone
from bot.keys.signing import server_keys
from crypto.age import X25519Identity
from tests.bot.conftest import Pin
from tests.bot.export.exporting import SERVER, write_key
from tests.bot.test_kill import house
from tests.telegram_api import until


def test_a_state_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(AlreadyRunning, match="Another silbo run"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_an_export_and_a_backup_go_on_beside_the_running_bot(tmp_path: Path) -> None:
    write_key(tmp_path / "signing.key", SERVER)
    with alone(tmp_path), server_keys(tmp_path / "signing.key") as keys:
        assert keys.current.public() == SERVER.public()
    with server_keys(tmp_path / "signing.key"), alone(tmp_path):
        pass


def test_a_folder_that_is_not_there_is_the_stores_to_tell(tmp_path: Path) -> None:
    with alone(tmp_path / "none"):
        pass


async def test_the_second_of_two_real_runs_refuses_and_the_first_goes_on(tmp_path: Path, pin: Pin) -> None:
    pin([X25519Identity.generate(), X25519Identity.generate()], datetime.now(UTC).date())
    async with house(tmp_path, pin, "polling") as (api, running, _):
        await running.start()
        await until(lambda: any(method == "getUpdates" for method, _ in api.calls), 60)
        asked = len([method for method, _ in api.calls if method == "getMe"])
        second = await asyncio.create_subprocess_exec(*running.command, stderr=asyncio.subprocess.PIPE)
        _, said = await asyncio.wait_for(second.communicate(), 240)
        assert (second.returncode, said.decode().splitlines()) == (
            1,
            ["silbo: Another silbo run uses this state folder; stop it first, or set another `state`."],
        )
        assert len([method for method, _ in api.calls if method == "getMe"]) == asked, "it asked Telegram"
        # A killed one holds nothing: the next starts at once.
        running.kill("at random")
        await running.dead()
        await running.start()
        api.text(7, "They read our chats.")
        await until(lambda: len(api.sent[7]) == 1, 60)
        await running.stop()


def test_bots_that_share_their_chats_share_a_state_folder_and_keep_one_alone_out(tmp_path: Path) -> None:
    first, second = alone(tmp_path, with_others=True), alone(tmp_path, with_others=True)
    with first, second, pytest.raises(AlreadyRunning), alone(tmp_path):
        pass
    with alone(tmp_path), pytest.raises(AlreadyRunning), alone(tmp_path, with_others=True):
        pass
