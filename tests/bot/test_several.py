"""Several bots behind one webhook: any of them may get any update; they share a store and the chats.

Three real bots (`silbo run`), each in folders of its own as on a machine of its own, a PostgreSQL and a
Redis. Something in front hands each update to the next of them. One is killed again and again, the database
is away, a standby takes over: nothing is lost or doubled, nothing overtakes, everybody is answered.
"""

import asyncio
import io
import json
import random
import shutil
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from crypto.age import X25519Identity
from tests import postgres, redis_server
from tests.bot.channels.page.door import Drop, drop_of
from tests.bot.conftest import Pin
from tests.bot.test_kill import (
    PATIENCE,
    People,
    Running,
    acknowledged,
    drained,
    everybody_sends,
    read_batch,
    silbo,
)
from tests.ports import free_port
from tests.telegram_api import TelegramApi, until

START_PATIENCE = 900.0
"""For what starts at once beside much else: three bots and their cleaners take 15 s of a processor."""
SECRET = "s3cret_of-the-webhook"


@dataclass
class InTurn:
    """The one address that Telegram knows: it hands each request to the next of `ports`, as a proxy would."""

    ports: list[int]
    given: Counter[int] = field(default_factory=Counter)
    number: int = 0

    async def forward(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {
            name: request.headers[name] for name in ("X-Telegram-Bot-Api-Secret-Token", "Content-Type")
        }
        async with aiohttp.ClientSession() as session:
            for _ in self.ports:
                self.number += 1
                port = self.ports[self.number % len(self.ports)]
                url = f"http://127.0.0.1:{port}{request.path_qs}"
                try:
                    async with session.post(url, data=body, headers=headers) as answer:
                        self.given[port] += answer.status == 200
                        return web.Response(status=answer.status)
                except aiohttp.ClientConnectorError:
                    continue  # nobody listens there: the next one
                except aiohttp.ClientError:
                    break  # it was killed meanwhile
        return web.Response(status=502)

    @asynccontextmanager
    async def serving(self, port: int) -> AsyncIterator[None]:
        app = web.Application()
        app.router.add_post("/telegram", self.forward)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield
        finally:
            await runner.cleanup()


@dataclass
class Bots:
    """The processes, and what is around them."""

    api: TelegramApi
    running: list[Running]
    configs: list[Path]
    front: InTurn
    people: People

    async def start(self) -> None:
        for each in self.running:
            await each.start()
        await self.listen()

    async def listen(self) -> None:
        """Wait until each takes updates; one that ended by itself never does."""
        await until(lambda: bool(self.ended()) or all(map(_listens, self.front.ports)), START_PATIENCE)
        assert not self.ended(), self.logs()

    def ended(self) -> list[Running]:
        return [
            each
            for each in self.running
            if each.process and each.process.returncode is not None and not each.killed
        ]

    async def kill(self, number: int, why: str) -> None:
        self.running[number].kill(why)
        await self.running[number].dead()
        await self.running[number].start()

    def logs(self) -> str:
        return "\n".join(each.log.read_text() for each in self.running)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def settings(folder: Path, api: TelegramApi, ports: tuple[int, int], database: str, sessions: str) -> Path:
    """`ports` are that of the address that Telegram knows, and the bot's own."""
    hook, port = ports
    folder.mkdir(exist_ok=True)
    for name, secret in (("token", api.token), ("secret", SECRET)):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    text = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n'
    text += f'[telegram]\ntoken_file = "token"\nmode = "webhook"\nbase_url = "{api.url}"\n'
    text += f'[telegram.webhook]\nurl = "http://127.0.0.1:{hook}/telegram"\nsecret_file = "secret"\n'
    text += f"port = {port}\n"
    if database:
        text += f'[store]\nurl = "{database}"\n[sessions]\nurl = "{sessions}"\n'
    (folder / "silbo.toml").write_text(text)
    return folder / "silbo.toml"


@asynccontextmanager
async def bots(
    folder: Path, pin: Pin, database: str, sessions: str, *, count: int = 3, chats: range, seed: int = 1
) -> AsyncIterator[tuple[Bots, list[X25519Identity]]]:
    identities = [X25519Identity.generate(), X25519Identity.generate()]
    pin(identities, datetime.now(UTC).date())
    hook, ports = free_port(), [free_port() for _ in range(count)]
    front = InTurn(ports)
    async with TelegramApi() as api, front.serving(hook):
        configs, running = [], []
        for number, port in enumerate(ports):
            machine = folder / f"machine-{number}"
            configs.append(settings(machine, api, (hook, port), database, sessions))
            if number == 0:
                await silbo("init", "--config", configs[0])
                shutil.copytree(folder / "reviewers", machine / "state" / "reviewers", dirs_exist_ok=True)
            else:
                shutil.copytree(folder / "machine-0" / "state", machine / "state")
            command = [sys.executable, "-m", "bot", "run", "--config", str(configs[-1])]
            running.append(Running(command, machine / "log"))
        people = People(api, random.Random(seed), chats)
        try:
            yield Bots(api, running, configs, front, people), identities
        finally:
            for each in running:
                await each.clear()


async def nothing_lost_or_doubled(these: Bots, identities: list[X25519Identity], folder: Path) -> None:
    """Everything is in the drop of who sent it, once and in order, and everybody was answered."""
    people = these.people
    (folder / "out").mkdir()
    await silbo("export", folder / "out", "--config", these.configs[0])
    drops = read_batch(folder / "out", identities)
    stored = Counter(h for drop, _ in drops for h in drop)
    sent = Counter(h for contents in people.expected.values() for h in contents)
    lost, doubled = (sent - stored).total(), (stored - sent).total()
    print(f"{sent.total()} sent, {lost} lost, {doubled} doubled; answered by {dict(these.front.given)}")
    assert (lost, doubled) == (0, 0)
    found = sorted(drop for drop, _ in drops)
    assert found == sorted(people.expected.values()), "out of order, or in another person's drop"
    trouble = Wording("Union").text("es", Say("trouble"))
    assert trouble not in [message["text"] for said in these.api.sent.values() for message in said]
    for chat in people.kinds:
        acknowledged(people, Wording("Union"), chat)
    assert all(these.front.given[port] for port in these.front.ports), "each of them answered some"


async def survive(
    folder: Path,
    pin: Pin,
    fault: Callable[[Bots, int], Awaitable[None]],
    *,
    faults: int,
    updates: int,
    database: str,
    sessions: str,
    chats: range,
    seed: int = 1,
) -> None:
    """People write all the time; a fault comes again and again."""
    async with bots(folder, pin, database, sessions, chats=chats, seed=seed) as (these, identities):
        await these.start()
        for number in range(faults):
            these.people.write(updates // faults)
            await fault(these, number)
        await these.listen()
        await everybody_sends(these.people)
        for each in these.running:
            await each.stop()
        await nothing_lost_or_doubled(these, identities, folder)


async def one_is_killed(these: Bots, number: int) -> None:
    heard = len(these.api.calls)
    await until(lambda: len(these.api.calls) > heard + 3, PATIENCE)
    await these.kill(number % len(these.running), "under load")


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("faults", "updates", "chats"), [(1, 24, range(1, 7)), (6, 600, range(1, 41))])
async def test_one_of_three_bots_behind_one_webhook_is_killed_under_load(
    tmp_path: Path, pin: Pin, faults: int, updates: int, chats: range
) -> None:
    with postgres.running() as cluster, redis_server.running() as redis:
        await survive(
            tmp_path,
            pin,
            one_is_killed,
            faults=faults,
            updates=updates,
            database=cluster.url(cluster.new_database()),
            sessions=redis.url,
            chats=chats,
        )


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_the_database_of_three_bots_is_away_for_half_a_minute(tmp_path: Path, pin: Pin) -> None:
    with postgres.running(postgres.DURABLE) as cluster, redis_server.running() as redis:

        async def away(_: Bots, __: int) -> None:
            cluster.stop()
            await asyncio.sleep(30)
            await asyncio.to_thread(cluster.start)

        await survive(
            tmp_path,
            pin,
            away,
            faults=2,
            updates=120,
            database=cluster.url(cluster.new_database()),
            sessions=redis.url,
            chats=range(1, 21),
        )


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_standby_takes_over_the_database_of_three_bots(tmp_path: Path, pin: Pin, seed: int) -> None:
    with postgres.with_standby() as (first, second, url), redis_server.running() as redis:

        async def dies(_: Bots, number: int) -> None:
            await asyncio.sleep(1)
            if number == 1:
                await asyncio.to_thread(postgres.fail_over, first, second)

        await survive(
            tmp_path,
            pin,
            dies,
            faults=3,
            updates=120,
            database=url,
            sessions=redis.url,
            chats=range(1, 21),
            seed=seed,
        )


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_the_redis_of_three_bots_is_cut_off_for_a_while(tmp_path: Path, pin: Pin) -> None:
    """It goes on; nobody reaches it. A chat that was forgotten would be asked anew."""
    with postgres.running() as cluster, redis_server.running() as redis:

        async def away(_: Bots, __: int) -> None:
            redis.pause()
            await asyncio.sleep(15)
            redis.go_on()

        await survive(
            tmp_path,
            pin,
            away,
            faults=2,
            updates=120,
            database=cluster.url(cluster.new_database()),
            sessions=redis.url,
            chats=range(1, 21),
        )


@pytest.mark.long
async def test_a_bot_with_another_redis_than_the_others_refuses_to_start(tmp_path: Path, pin: Pin) -> None:
    with postgres.running() as cluster, redis_server.running() as redis, redis_server.running() as other:
        database = cluster.url(cluster.new_database())
        async with bots(tmp_path, pin, database, redis.url, count=2, chats=range(1, 2)) as (these, _):
            for each in these.running:
                await each.start()
            await these.listen()
            config = these.configs[1]
            config.write_text(config.read_text().replace(redis.url, other.url))
            await these.running[1].stop()
            await these.running[1].start()
            process = these.running[1].process
            assert process is not None
            assert await asyncio.wait_for(process.wait(), PATIENCE) == 1
            said = these.running[1].log.read_text().splitlines()[-1]
            assert said.startswith("silbo: Bots with another Redis of [sessions] use this database")


@pytest.mark.long
async def test_two_bots_of_one_machine_have_one_state_folder_and_one_port(tmp_path: Path, pin: Pin) -> None:
    """The kernel shares out who calls; when one is killed the other goes on."""
    with postgres.running() as cluster, redis_server.running() as redis:
        database = cluster.url(cluster.new_database())
        chats = range(1, 7)
        async with bots(tmp_path, pin, database, redis.url, count=1, chats=chats) as (these, identities):
            second = these.configs[0].with_name("second.toml")
            second.write_text(these.configs[0].read_text().replace('"runtime"', '"runtime-2"'))
            command = [*these.running[0].command[:-1], str(second)]
            these.running.append(Running(command, tmp_path / "log-2"))
            await these.start()
            await until(lambda: len(redis.client().keys("*:bot:*")) == 2, PATIENCE)
            these.people.write(12)
            await drained(these.people)
            these.running[0].kill("one of two")
            await these.running[0].dead()
            these.people.write(12)
            await everybody_sends(these.people)
            await these.running[1].stop()
            await nothing_lost_or_doubled(these, identities, tmp_path)


@pytest.mark.long
@pytest.mark.timeout(1200)
async def test_one_of_three_bots_hangs_while_others_take_its_chats_and_then_goes_on(
    tmp_path: Path, pin: Pin
) -> None:
    """It believes to have turns that are others' by then."""
    with postgres.running() as cluster, redis_server.running() as redis:

        async def hangs(these: Bots, number: int) -> None:
            heard = len(these.api.calls)
            await until(lambda: len(these.api.calls) > heard + 10, PATIENCE)
            process = these.running[number % 3].process
            assert process is not None
            process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(20)
            process.send_signal(signal.SIGCONT)

        await survive(
            tmp_path,
            pin,
            hangs,
            faults=3,
            updates=120,
            database=cluster.url(cluster.new_database()),
            sessions=redis.url,
            chats=range(1, 21),
        )


@pytest.mark.long
async def test_two_servers_with_one_token_behind_one_address_on_two_stores_divide_nothing(
    tmp_path: Path, pin: Pin
) -> None:
    """The one that started last has all that comes."""
    async with bots(tmp_path, pin, "", "", count=2, chats=range(1, 7)) as (these, identities):

        def hooked(times: int) -> bool:
            return [method for method, _ in these.api.calls].count("setWebhook") == times

        for number, each in enumerate(these.running, 1):
            await each.start()
            await until(partial(hooked, number), PATIENCE)
        await these.listen()
        these.people.write(24)
        await everybody_sends(these.people)
        for each in these.running:
            await each.stop()
        first, second = these.front.ports
        assert (these.front.given[first], these.front.given[second] > 24) == (0, True)
        (tmp_path / "out").mkdir()
        await silbo("export", tmp_path / "out", "--config", these.configs[1])
        drops = [drop for drop, _ in read_batch(tmp_path / "out", identities)]
        assert sorted(drops) == sorted(these.people.expected.values())


BUILT = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-x'\">"
    '<script type="application/json" id="desks">\n[]\n</script>'
)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_the_page_of_two_bots_loses_and_doubles_nothing_when_one_is_killed(
    tmp_path: Path, pin: Pin
) -> None:
    """Both take the same port; each request may come to the other one."""
    with postgres.running() as cluster, redis_server.running() as redis:
        database, page = cluster.url(cluster.new_database()), free_port()
        async with bots(tmp_path, pin, database, redis.url, count=1, chats=range(1, 2)) as (these, _):
            (tmp_path / "machine-0" / "built.html").write_text(BUILT)
            more = f'[page]\nport = {page}\nbuilt = "built.html"\n'
            first = these.configs[0]
            first.write_text(first.read_text() + more)
            second = first.with_name("second.toml")
            second.write_text(first.read_text().replace('"runtime"', '"runtime-2"'))
            command = [*these.running[0].command[:-1], str(second)]
            these.running.append(Running(command, tmp_path / "log-2"))
            await these.start()
            await until(lambda: len(redis.client().keys("*:bot:*")) == 2, PATIENCE)
            drops = [drop_of(b"one", bytes(number)) for number in range(24)]
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
                url = f"http://127.0.0.1:{page}/door/"
                async with session.get(f"{url}desks") as answer:
                    desk = json.loads(await answer.read())["desks"][0]["id"]
                sending = [asyncio.create_task(sent(session, url, desk, drop)) for drop in drops]
                await until(lambda: any(task.done() for task in sending), PATIENCE)
                these.running[0].kill("with uploads in hand")
                await these.running[0].dead()
                await asyncio.gather(*sending)
            await these.running[1].stop()
            (tmp_path / "out").mkdir()
            await silbo("export", tmp_path / "out", "--config", first)
            names = exported(tmp_path / "out")
            assert len(names) == len(set(names)) == len(drops)


def exported(folder: Path) -> list[str]:
    return [drop.name for drop in folder.glob("batch-*/*.tar")]


async def sent(session: aiohttp.ClientSession, url: str, desk: str, drop: Drop) -> None:
    """As a page does: each request again until it has its answer."""

    async def ask(method: str, path: str, body: bytes, kind: str) -> None:
        while True:
            try:
                async with session.request(
                    method, f"{url}{drop.upload}{path}", data=io.BytesIO(body), headers={"Content-Type": kind}
                ) as answer:
                    code = json.loads(await answer.read())["code"]
            except aiohttp.ClientError:
                code = "later"
            if code == "ok":
                return
            assert code == "later"
            await asyncio.sleep(0.1)

    opening = {"desk": desk, "size": drop.size, "nonce": ""}
    await ask("PUT", "", json.dumps(opening).encode(), "application/json")
    for file in drop.files:
        await ask("PUT", f"/{file.id}/0", file.content, "application/octet-stream")
    await ask("POST", "", json.dumps(drop.commit()).encode(), "application/json")
