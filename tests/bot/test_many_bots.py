"""Many bots in one process, each with its desks: nothing of one is another's; one that is down stops none.

A real `silbo run` and two tokens at one stand-in; the same people, under the same numbers, write to both, and
Telegram counts the updates of both from the same number on.
"""

import asyncio
import hashlib
import os
import random
import re
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.accounts import each_until
from bot.bots import bots_of
from bot.channels.telegram.errors import Refused
from bot.clock import today
from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from bot.doctor import examine
from bot.keys.signing import create_signing_key
from bot.runtime import RuntimeFolder
from bot.server import run_telegram
from bot.settings import SettingsError, load_settings
from bot.status import as_prometheus, measure
from crypto.age import X25519Identity
from tests.bot.conftest import Pin
from tests.bot.test_kill import PATIENCE, People, Running, drained, everybody_sends, read_batch, silbo
from tests.ports import free_port
from tests.telegram_api import TOKEN, Fault, TelegramApi, until

OTHER = "123456780:AAStand-in_token_of_another_bot_000000"
HEAD = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n[desks.local]\nname = "Local"\n'


def written(folder: Path, api: TelegramApi, port: int = 0) -> Path:
    """Settings of two bots, by polling, or by webhooks that one port takes."""
    text = HEAD
    for section, token, secret in (("telegram", TOKEN, "one"), ("bots.second", OTHER, "two")):
        name = section.rpartition(".")[2]
        for file, content in ((f"{name}.token", token), (f"{name}.secret", secret)):
            (folder / file).write_text(content)
            (folder / file).chmod(0o600)
        text += f'[{section}]\ntoken_file = "{name}.token"\n'
        text += f'base_url = "{api.url}"\n' if section == "telegram" else 'desks = ["local"]\n'
        if port:
            url = f"http://127.0.0.1:{port}/{name}"
            text += f'mode = "webhook"\n[{section}.webhook]\nurl = "{url}"\nport = {port}\n'
            text += f'secret_file = "{name}.secret"\n'
    (folder / "silbo.toml").write_text(text)
    return folder / "silbo.toml"


@asynccontextmanager
async def two(folder: Path, pin: Pin) -> AsyncIterator[tuple[TelegramApi, TelegramApi, list[X25519Identity]]]:
    """Two bots at Telegram, and reviewers of both desks."""
    identities = [X25519Identity.generate(), X25519Identity.generate()]
    pin(identities, datetime.now(UTC).date())
    (folder / "state" / "desks" / "local").mkdir(parents=True, mode=0o700)
    os.rename(folder / "reviewers", folder / "state" / "reviewers")
    local = folder / "state" / "desks" / "local"
    shutil.copytree(folder / "state" / "reviewers", local / "reviewers")
    for place in (folder / "state", local):
        create_signing_key(place / "signing.key")
    async with TelegramApi() as one, TelegramApi(token=OTHER) as other:
        one.beside[OTHER] = other
        yield one, other, identities


async def exported(
    folder: Path, config: Path, desk: str, identities: list[X25519Identity]
) -> list[list[str]]:
    """The SHA-256 of what is in each drop of a desk."""
    out = folder / f"out-{desk}"
    out.mkdir()
    await silbo("export", out, "--desk", desk, "--config", config)
    return [drop for drop, _ in read_batch(out, identities)]


async def test_one_person_at_two_bots_is_two_people_who_never_meet(tmp_path: Path, pin: Pin) -> None:
    """The same number of a chat, the same numbers of updates."""
    async with two(tmp_path, pin) as (one, other, identities):
        config = written(tmp_path, one)
        server = asyncio.create_task(run_telegram(load_settings(config)))
        one_words, other_words = "to the union", "to the local"
        one.next_update = other.next_update = 700
        one.text(1, one_words)
        other.text(1, other_words)
        await until(lambda: one.pending() == other.pending() == 0, PATIENCE)
        for api in (one, other):
            assert api.sent[1], "neither is taken for a repetition of the other"
        folders = [tmp_path / "runtime", tmp_path / "runtime" / "bots" / OTHER.partition(":")[0]]
        names = [{file.name for file in (folder / "sessions").iterdir()} for folder in folders]
        assert [len(each) for each in names] == [1, 1]
        assert names[0] != names[1], "nobody sees that it is the same person"
        one.text(1, "/x")  # what is thrown away at one is not thrown away at the other
        await until(lambda: one.pending() == 0, PATIENCE)
        other.text(1, "/send")
        await until(lambda: other.pending() == 0, PATIENCE)
        other.press(1, "send")
        await until(lambda: other.pending() == 0, PATIENCE)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(server, PATIENCE)
        (drop,) = await exported(tmp_path, config, "local", identities)
        assert drop == [hashlib.sha256(other_words.encode()).hexdigest()]
        assert {call for call, _ in other.calls} >= {"getMe", "setMyDescription", "getUpdates"}


async def test_a_bot_whose_token_is_refused_stops_no_other(
    tmp_path: Path, pin: Pin, caplog: pytest.LogCaptureFixture
) -> None:
    async with two(tmp_path, pin) as (one, other, _):
        config = written(tmp_path, one)
        del one.beside[OTHER]
        server = asyncio.create_task(run_telegram(load_settings(config)))
        one.text(1, "Nos filman")
        await until(lambda: bool(one.sent[1]), PATIENCE)  # a busy machine tells what it does, too
        await until(lambda: "bots.second: Telegram does not accept the bot token" in caplog.text, PATIENCE)
        assert OTHER not in caplog.text
        doctor = "\n".join(map(str, await examine(config, today())))
        assert "bots.second: Telegram does not accept the bot token" in doctor
        assert "telegram: Telegram knows the bot token" in doctor
        assert "telegram: the bot hears from Telegram" in doctor
        status = as_prometheus(measure(load_settings(config), today(), time.time()))
        (age,) = re.findall(r'silbo_poll_age_seconds\{bot="telegram"\} (\d+)', status)
        assert age in {"0", "300"}, (
            "its mark is rounded to five minutes, and one of these may just have begun"
        )
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(server, PATIENCE)
        assert not other.sent


async def test_a_refused_bot_is_tried_again_and_the_last_one_ends_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries: Counter[str] = Counter()
    stop = asyncio.Event()

    async def sound(mine: asyncio.Event) -> None:
        await mine.wait()

    async def refused(mine: asyncio.Event) -> None:
        tries["refused"] += 1
        if tries["refused"] == 3:
            stop.set()
        raise Refused("No.")

    await each_until(stop, {"one: ": sound, "two: ": refused}, again=0)
    assert caplog.messages == ["two: No. The other bots go on."], "said once"
    with pytest.raises(Refused):
        await each_until(asyncio.Event(), {"one: ": refused, "two: ": refused}, again=60)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('desks = ["local"]', 'desks = ["nobody"]'), "no other bot serves"),
        (('desks = ["local"]', 'desks = ["local", "main"]'), "leave one to that of [telegram]"),
        (('"second.token"', '"telegram.token"'), "another token_file"),
        (("[telegram]", "[quota]\n[elsewhere]"), "elsewhere"),
    ],
)
async def test_bots_that_share_what_they_may_not_are_refused(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    config = written(tmp_path, TelegramApi())
    text = config.read_text().replace('base_url = ""\n', "")
    config.write_text(text)
    assert [bot.section for bot in bots_of(load_settings(config))] == ["telegram", "bots.second"]
    config.write_text(text.replace(*change))
    with pytest.raises(SettingsError) as caught:
        load_settings(config)
    assert any(said in problem for problem in caught.value.problems)


async def test_two_sections_with_one_token_are_refused(tmp_path: Path) -> None:
    api = TelegramApi()
    config = written(tmp_path, api)
    config.write_text(config.read_text().replace('base_url = ""\n', ""))
    (tmp_path / "second.token").write_text(TOKEN)
    with pytest.raises(SettingsError, match="the same token"):
        await run_telegram(load_settings(config))


def test_the_bots_of_a_server_have_desks_and_folders_apart(tmp_path: Path) -> None:
    config = written(tmp_path, TelegramApi())
    config.write_text(config.read_text().replace('base_url = ""\n', ""))
    settings = load_settings(config)
    one, other = bots_of(settings)
    assert [desk.short for bot in (one, other) for desk in bot.desks] == ["main", "local"]
    assert other.folder() == tmp_path / "runtime" / "bots" / OTHER.partition(":")[0]


def test_a_section_whose_bot_was_changed_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    """A person has the same number with both; message ids of the one mean other messages with the other."""
    before = RuntimeFolder.open(tmp_path, "123456780")
    before.save(before.tag("chat", "telegram", "1"), b"a draft")
    after = RuntimeFolder.open(tmp_path, "987654321")
    assert after.load(after.tag("chat", "telegram", "1")) is None
    again = RuntimeFolder.open(tmp_path, "123456780")
    assert again.load(again.tag("chat", "telegram", "1")) == b"a draft"


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_one_bot_is_down_while_the_other_serves_and_a_kill_loses_and_doubles_nothing(
    tmp_path: Path, pin: Pin, mode: str
) -> None:
    """Between the kills the bots change their sections, each with its desk: the drafts go on."""
    async with two(tmp_path, pin) as (one, other, identities):
        config = written(tmp_path, one, free_port() if mode == "webhook" else 0)
        running = Running([sys.executable, "-m", "bot", "run", "--config", str(config)], tmp_path / "log")
        people = [People(api, random.Random(seed), range(1, 7)) for seed, api in enumerate((one, other))]
        try:
            other.faults.append(Fault(None, times=10**9))  # 502 for whatever it asks
            await running.start()
            people[0].write(18)
            people[1].write(18)
            await until(lambda: len(one.calls) > 30, PATIENCE)
            await drained(people[0])
            assert not other.sent, "it was down all the time"
            running.kill("while one is down")
            await running.dead()
            other.faults.clear()
            people[0].write(18)
            people[1].write(18)
            for number in range(3):
                change_sections(config, swapped=number % 2 == 0)
                more = len(one.calls) + len(other.calls) + 20
                await running.start()
                await until(partial(heard, one, other, more), PATIENCE)
                running.kill("under load")
                await running.dead()
            await running.start()
            for each in people:
                await everybody_sends(each)
            await running.stop()
        finally:
            await running.clear()
        for each, desk in zip(people, ("main", "local"), strict=True):
            drops = await exported(tmp_path, config, desk, identities)
            assert sorted(drops) == sorted(each.expected.values()), "lost, doubled, or another desk's"
        trouble = Wording("Union").text("es", Say("trouble"))
        for api in (one, other):
            assert trouble not in [message["text"] for said in api.sent.values() for message in said]


def change_sections(config: Path, *, swapped: bool) -> None:
    """Each bot keeps its desk, and its own secret at its webhook."""
    files = ("telegram", "second") if swapped else ("second", "telegram")
    for token, secret, file in zip((OTHER, TOKEN), ("two", "one"), files, strict=True):
        (config.parent / f"{file}.token").write_text(token)
        (config.parent / f"{file}.secret").write_text(secret)
    desks = ('["local"]', '["main"]')
    config.write_text(config.read_text().replace(*(desks if swapped else reversed(desks))))


def heard(one: TelegramApi, other: TelegramApi, calls: int) -> bool:
    return len(one.calls) + len(other.calls) > calls
