"""Many bots in one process attacked by what an operator does between two starts: desks, tokens and sections
that change their places while people write.
"""

import asyncio
import os
import shutil
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from bot.bots import bots_of, left_by_bots
from bot.channels.events import Press, Text
from bot.dialogue.runner import Dialogue
from bot.doctor.data import secrets
from bot.intake import Intake
from bot.intake.receivers import Receivers
from bot.runtime import RuntimeFolder
from bot.server import run_telegram
from bot.server.duties import duties
from bot.server.opening import _memory
from bot.server.words import wording_of
from bot.settings import SettingsError, load_settings
from bot.store.store import Store
from tests.bot.dialogue.test_desks import Two, two
from tests.bot.dialogue.test_dialogue import SEND, tell_all
from tests.bot.test_many_bots import OTHER, written
from tests.telegram_api import TOKEN, TelegramApi, until

__all__ = ["two"]

THIRD = "123456781:AAStand-in_token_of_a_third_bot_000000000"


def serve(two: Two, short: str) -> None:
    """From now on the bot serves this desk alone."""
    house = two.house
    (only,) = [each for each in house.receivers() if each.desk.short == short]
    house.dialogue = Dialogue(
        Intake(
            house.store,
            house.scrubber,
            Receivers([only], partial(house.runtime.tag, "desk")),
            beside=partial(house.runtime.tag, "original"),
            tally=house.tally,
        ),
        house.runtime,
        wording_of([only.desk]),
        "telegram",
        house.clock.seconds,
        tally=house.tally,
        announcements={},
    )


async def test_attack_a_draft_for_one_desk_is_not_closed_for_the_one_that_its_bot_serves_now(
    two: Two,
) -> None:
    """Nobody chose: the items are locked for the one, and a list of them for the other would be nobody's."""
    serve(two, "union")
    await two.house.tell(Text("para el sindicato"))
    serve(two, "news")
    await tell_all(two.house, Press("review"), Press("send"))
    assert [await two.drops(desk) for desk in ("union", "news")] == [[], []]
    assert any("what you had not sent is gone" in said for said, _ in two.house.chat.said)
    await tell_all(two.house, Text("pues al diario"), *SEND)
    (drop,) = await two.drops("news")
    assert drop.contents == [b"pues al diario"]
    assert await two.drops("union") == []


async def test_attack_a_draft_for_a_chosen_desk_that_another_bot_serves_now_is_not_lost_in_silence(
    two: Two,
) -> None:
    """It was begun where there were two to choose from."""
    await tell_all(two.house, Press("desk_on:news"), Text("al diario"))
    serve(two, "union")
    await tell_all(two.house, Press("review"), Press("send"))
    assert "not here any more" in two.house.chat.last
    assert [await two.drops(desk) for desk in ("union", "news")] == [[], []]


async def test_a_restart_that_changes_no_desk_keeps_the_draft(two: Two) -> None:
    serve(two, "news")
    await two.house.tell(Text("para el diario"))
    serve(two, "news")
    await tell_all(two.house, *SEND)
    (drop,) = await two.drops("news")
    assert drop.contents == [b"para el diario"]


async def test_attack_the_first_section_gets_the_token_of_the_other_bot(tmp_path: Path) -> None:
    """A person has the same number with both: what was told to the one bot, and what it has to delete in its
    chat, is nothing to the other. The bot that moved has its own.
    """
    config = written(tmp_path, TelegramApi())
    config.write_text(config.read_text().replace('base_url = ""\n', ""))
    settings = load_settings(config)

    def name(memory: RuntimeFolder) -> str:
        return memory.tag("chat", "telegram", "1")

    async with AsyncExitStack() as stack:
        old = RuntimeFolder.open(settings.runtime)  # of 0.1
        old.save(name(old), b"a draft")
        first = await _memory(settings, bots_of(settings)[0], stack)
        assert first.load(name(first)) == b"a draft", "an upgrade loses no draft"
        second = await _memory(settings, bots_of(settings)[1], stack)
        assert second.load(name(second)) is None
        second.save(name(second), b"another one's")
        for one, file in ((OTHER, "telegram.token"), (TOKEN, "second.token")):
            (tmp_path / file).write_text(one)
        swapped = [await _memory(settings, bot, stack) for bot in bots_of(settings)]
        assert [memory.load(name(memory)) for memory in swapped] == [b"another one's", b"a draft"]
        assert len({memory.seed("deletions") for memory in swapped}) == 2
        third = THIRD, "telegram.token"
        (tmp_path / third[1]).write_text(third[0])
        new = await _memory(settings, bots_of(settings)[0], stack)
        assert new.load(name(new)) is None
        assert left_by_bots(settings) == (settings.runtime / "bots" / OTHER.partition(":")[0],)


@pytest.mark.parametrize("file", ["second.token", "second.secret"])
async def test_attack_two_bots_with_one_token_or_one_secret_of_a_webhook(tmp_path: Path, file: str) -> None:
    """Who may call the one could call as the other."""
    config = written(tmp_path, TelegramApi(), 8443)
    config.write_text(config.read_text().replace('base_url = ""\n', ""))
    shutil.copy(tmp_path / file.replace("second", "telegram"), tmp_path / file)
    with pytest.raises(SettingsError, match="have the same"):
        await run_telegram(load_settings(config))
    found = [str(finding) for finding in secrets(tmp_path / "none", bots_of(load_settings(config)))]
    assert any("bots.second: another bot has the same token" in each for each in found) == ("token" in file)
    assert TOKEN not in "".join(found)


async def test_attack_an_old_and_a_new_token_of_one_bot_are_two_sections(tmp_path: Path) -> None:
    """They would have one folder of chats."""
    config = written(tmp_path, TelegramApi())
    config.write_text(config.read_text().replace('base_url = ""\n', ""))
    (tmp_path / "second.token").write_text(TOKEN[:-1] + "x")
    with pytest.raises(SettingsError, match="an old and a new one of the same bot"):
        await run_telegram(load_settings(config))


async def test_attack_what_a_bot_knew_that_was_taken_out_gets_no_older_than_of_others(tmp_path: Path) -> None:
    config = written(tmp_path, TelegramApi())
    text = config.read_text().replace('base_url = ""\n', "")
    config.write_text(text.partition("[bots.second]")[0])
    settings = load_settings(config)
    settings.state.mkdir(mode=0o700)
    folder = settings.runtime / "bots" / "123456780"
    left = RuntimeFolder.open(folder, "123456780")
    left.save(left.tag("chat", "telegram", "1"), b"a draft")
    (file,) = (folder / "sessions").iterdir()
    await _memory(settings, bots_of(settings)[0], AsyncExitStack())
    assert left_by_bots(settings) == (folder,)
    os.utime(file, (1, 1))
    first = RuntimeFolder.open(settings.runtime)
    store = await Store.open(settings.database_url)
    others = [RuntimeFolder(folder, b"") for folder in left_by_bots(settings)]
    chore = asyncio.create_task(duties(store, first, [], 90, others))
    await until(lambda: not file.exists(), 60)
    chore.cancel()
    await asyncio.gather(chore, return_exceptions=True)
    await store.close()
