"""The memory that several bots share: one chat at a time, nothing in clear, gone with the power."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bot.dialogue.deletions import Deletions
from bot.dialogue.wording import Wording
from bot.doctor.finding import Finding
from bot.doctor.shared import shared as doctor
from bot.runtime import RuntimeFolder, RuntimeFolderError
from bot.server.opening import open_shared
from bot.sessions import link as link_module
from bot.sessions import memory as memory_module
from bot.sessions.address import SessionsAddress, parsed, problem
from bot.sessions.joining import Circle
from bot.sessions.link import Away, Link
from bot.sessions.memory import SharedMemory
from bot.sessions.opening import shared
from bot.settings import SettingsError, load_settings
from bot.store.errors import SharedElsewhere, StorageError
from bot.store.store import Store
from bot.tally import Tally
from tests import postgres
from tests.bot.conftest import RecordingChat
from tests.ports import free_port
from tests.redis_server import Server, running
from tests.telegram_api import until

TOKEN = "1:token"
SETTINGS = """
state = "state"
runtime = "runtime"
[desk]
name = "Union"
[telegram]
token_file = "token"
mode = "webhook"
[telegram.webhook]
url = "https://example.org/hook"
secret_file = "secret"
[store]
url = "postgresql+psycopg://silbo@/silbo?host=/run/postgresql"
[sessions]
url = "URL"
"""


@pytest.fixture(scope="module")
def redis() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def empty(redis: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis of a busy machine is not away; `hasty` is for the tests of one that is."""
    redis.client().flushall()
    monkeypatch.setattr(link_module, "WAIT_SECONDS", 60.0)


@pytest.fixture
def hasty(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "WAIT_SECONDS", 1.0)


class Several:
    """Bots of one token; those of one `folder` are on one machine."""

    def __init__(self, path: Path, redis: Server, stack: AsyncExitStack) -> None:
        self.path, self.redis, self._stack = path, redis, stack

    async def join(self, folder: str, token: str = TOKEN) -> SharedMemory:
        address = parsed(self.redis.url, None, None)
        return await self._stack.enter_async_context(shared(self.path / folder, address, token))


@pytest.fixture
async def several(tmp_path: Path, redis: Server) -> AsyncIterator[Several]:
    async with AsyncExitStack() as stack:
        yield Several(tmp_path, redis, stack)


def held(client: Redis, name: bytes | str) -> bytes:
    """All that is under a name."""
    found = [client.get(name)] if client.type(name) == b"string" else client.lrange(name, 0, -1)
    return b"".join(value for value in found if isinstance(value, bytes))


async def test_a_bot_on_another_machine_gets_the_key_and_the_redis_never_has_it(several: Several) -> None:
    first = await several.join("one")
    second = await several.join("two")
    assert first.tag("chat", "1") == second.tag("chat", "1")
    key = (several.path / "two" / "key").read_bytes()
    assert key == (several.path / "one" / "key").read_bytes()
    client = several.redis.client()
    for name in client.scan_iter():
        value = held(client, name)
        assert key not in value
        assert key.hex().encode() not in value


async def test_a_session_is_read_by_no_one_who_reads_the_redis(several: Several) -> None:
    bot = await several.join("one")
    tag = bot.tag("chat", "telegram", "4711")
    await bot.take_turn(tag)
    bot.save(tag, b"CANARY of a session")
    bot.change(tag, lambda _: b"CANARY of a list", "deletions")
    client = several.redis.client()
    everything = b"".join(bytes(name) + held(client, name) for name in client.scan_iter())
    assert b"CANARY" not in everything
    assert b"4711" not in everything
    assert bot.load(tag) == b"CANARY of a session"


async def test_what_is_saved_tells_its_size_in_classes_only(several: Several) -> None:
    bot = await several.join("one")
    tag = bot.tag("chat", "1")
    await bot.take_turn(tag)
    sizes = set()
    for length in (0, 10, 1000, 1020):
        bot.save(tag, b"x" * length)
        (name,) = several.redis.client().keys("*:s:*")
        sizes.add(several.redis.client().strlen(name))
    assert len(sizes) == 1


async def test_a_chat_is_answered_by_one_bot_at_a_time(several: Several) -> None:
    first, second = await several.join("one"), await several.join("one")
    tag = first.tag("chat", "1")
    await first.take_turn(tag)
    waits = asyncio.create_task(second.take_turn(tag))
    with pytest.raises(Away):
        second.save(tag, b"from the second")
    first.save(tag, b"from the first")
    assert not waits.done()
    first.end_turn(tag)
    await waits
    assert second.load(tag) == b"from the first"


async def test_a_bot_that_was_away_for_long_saves_nothing_over_what_another_did(
    several: Several, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await several.join("one"), await several.join("two")
    tag = first.tag("chat", "1")
    await first.take_turn(tag)
    several.redis.client().delete(*several.redis.client().keys("*:bot:*"))  # it was not heard of for so long
    await second.take_turn(tag)
    second.save(tag, b"newer")
    second.end_turn(tag)
    with pytest.raises(Away):
        first.save(tag, b"older")
    assert second.load(tag) == b"newer"


async def test_attack_what_a_bot_that_hung_was_about_to_store_does_not_come_back(
    several: Several, tmp_path: Path
) -> None:
    """It was stored by another one meanwhile, and the person had it left out: it would go with the drop."""
    first, second = await several.join("one"), await several.join("two")
    tag, day, drop, item = first.tag("chat", "1"), date(2026, 11, 30), "d" * 32, "1" * 32
    address = f"sqlite+aiosqlite:///{tmp_path / 'silbo.db'}"
    store, other = await Store.open(address, guard=first.guard), await Store.open(address, guard=second.guard)

    async def keep(store: Store) -> bool:
        async with store.stage() as blob:
            await blob.write(b"ciphertext")
            return await blob.commit_item(drop_id=drop, item_id=item, day=day, waiting=False)

    async def meanwhile() -> None:
        await second.take_turn(tag)
        assert await keep(other)
        assert await other.remove(item)
        second.end_turn(tag)

    await first.take_turn(tag)
    several.redis.client().delete(*several.redis.client().keys("*:bot:*"))  # it was not heard of for so long
    await asyncio.create_task(meanwhile())
    for write in (keep(store), store.open_draft(drop, day), store.discard(drop)):
        with pytest.raises(StorageError, match="Another bot"):
            await write
    assert await other.drop(drop) == (None, ())
    first.end_turn(tag)
    await first.take_turn(tag)
    assert await keep(store)
    await store.close()
    await other.close()


async def test_attack_a_save_that_comes_late_is_none(
    several: Several, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network kept it back, and what was tried again is saved: it would bring the older back."""
    bot = await several.join("one")
    tag, run, sent = bot.tag("chat", "1"), bot._link.run, []

    def noting(*given: Any) -> int:
        sent.append(given)
        return run(*given)

    monkeypatch.setattr(bot._link, "run", noting)
    await bot.take_turn(tag)
    bot.save(tag, b"older")
    late = sent[-1]
    assert run(*late) == 1, "what comes twice, because its answer was lost, is no failure"
    bot.save(tag, b"newer")
    assert run(*late) == 0
    bot.end_turn(tag)
    await bot.take_turn(tag)
    assert run(*late) == 0
    assert bot.load(tag) == b"newer"


async def test_attack_a_turn_that_ended_while_the_redis_was_away_keeps_no_other_bot_out(
    several: Several, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bot lives, and so nobody took it: the chat was silent for as long as others got its updates."""
    first, second = await several.join("one"), await several.join("two")
    tag = first.tag("chat", "1")
    await first.take_turn(tag)
    several.redis.pause()
    with monkeypatch.context() as hasty:
        hasty.setattr(link_module, "WAIT_SECONDS", 0.3)
        first.end_turn(tag)
    several.redis.go_on()
    async with asyncio.timeout(240):
        await second.take_turn(tag)


async def test_a_redis_that_talks_nonsense_is_away(several: Several, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = await several.join("one")
    tag = bot.tag("chat", "1")
    several.redis.client().rpush(bot._name("s", tag), "a list")
    several.redis.client().set(f"{bot._name('d', '')}../../etc", b"")
    with pytest.raises(Away):
        bot.load(tag)
    monkeypatch.setattr(bot._link, "_quiet_until", 0.0)
    for answer in (7, [b""], "text"):
        monkeypatch.setattr(bot._link._redis, "get", lambda _, answer=answer: answer)
        with pytest.raises(Away):
            bot.load(tag)
    assert bot.tags("deletions") == []


async def test_whoever_waits_for_a_turn_gives_up_and_the_update_is_tried_again(
    several: Several, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "TURN_SECONDS", 0.05)
    first, second = await several.join("one"), await several.join("one")
    tag = first.tag("chat", "1")
    await first.take_turn(tag)
    with pytest.raises(Away):
        await second.take_turn(tag)


async def test_two_bots_that_change_one_list_lose_nothing_of_it(several: Several) -> None:
    first, second = await several.join("one"), await several.join("one")
    tag = first.tag("chat", "1")

    calls = 0

    def add(number: int, before: bytes | None) -> bytes:
        nonlocal calls
        calls += 1
        if calls == 1:  # the other is faster, once
            second.change(tag, lambda there: add(2, there), "deletions")
        return json.dumps([*json.loads(before or b"[]"), number]).encode()

    first.change(tag, lambda there: add(1, there), "deletions")
    assert json.loads(first.load(tag, "deletions") or b"") == [2, 1]


async def test_a_power_off_of_all_bots_ends_every_link_though_the_redis_goes_on(
    tmp_path: Path, redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sessions.joining.QUESTION_SECONDS", 0.1)
    address = parsed(redis.url, None, None)
    async with shared(tmp_path / "one", address, TOKEN) as before:
        tag = before.tag("chat", "1")
        await before.take_turn(tag)
        before.save(tag, b"which chat is in which draft")
    (tmp_path / "one" / "key").unlink()  # tmpfs
    async with shared(tmp_path / "one", address, TOKEN) as after:
        assert after.tag("chat", "1") != tag
        assert after.load(after.tag("chat", "1")) is None
        assert after.load(tag) is None


async def test_a_power_off_of_the_redis_is_a_power_off_for_all(several: Several) -> None:
    """Also for what is known of updates: the key is another one, so nothing is half remembered."""
    first, second = await several.join("one"), await several.join("two")
    tag = first.tag("chat", "1")
    await first.take_turn(tag)
    several.redis.stop()
    with pytest.raises(Away):
        first.save(tag, b"x")
    several.redis.start()
    await until(lambda: first.tag("chat", "1") == second.tag("chat", "1") != tag)
    with pytest.raises(Away):
        first.save(tag, b"from before")
    await second.take_turn(second.tag("chat", "1"))


async def test_a_standby_of_the_redis_that_takes_over_counts_as_a_power_cut(tmp_path: Path) -> None:
    """It has what it has: a session of before, an update that is known and its item is not."""
    port = free_port()
    at_once = {"repl-diskless-sync-delay": "0"}
    with running({"port": str(port), **at_once}) as first, running() as second, ExitStack() as stack:
        second.client().replicaof("127.0.0.1", port)
        address = tmp_path / "redis.sock"
        address.symlink_to(first.socket)
        place = parsed(f"unix://{address}", None, None)
        async with (
            shared(tmp_path / "one", place, TOKEN) as one,
            shared(tmp_path / "two", place, TOKEN) as two,
        ):
            tag = one.tag("chat", "1")
            await one.take_turn(tag)
            one.save(tag, b"a draft")
            copy = second.client()
            stack.callback(copy.close)
            await until(lambda: copy.keys("*:s:*") != [])
            first.stop()
            address.unlink()
            address.symlink_to(second.socket)
            with pytest.raises(Away):
                one.save(tag, b"to a copy")  # which takes nothing as yet
            copy.replicaof("NO", "ONE")

            def known_again() -> bool:
                if one.tag("chat", "1") == two.tag("chat", "1") != tag:
                    return True
                with suppress(Away):
                    one.save(tag, b"of before")
                    raise AssertionError("what the copy knew counted")
                return False

            await until(known_again)
            again = two.tag("chat", "1")
            assert two.load(again) is None
            await two.take_turn(again)
            two.save(again, b"a draft")


@pytest.mark.usefixtures("hasty")
def test_a_redis_that_drips_its_answer_costs_no_more_than_one_that_hangs() -> None:
    """Each byte comes in time, and the last one never."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def drip() -> None:
        with suppress(OSError):
            while not ended.is_set():
                caller, _ = listener.accept()
                with suppress(OSError), caller:
                    caller.sendall(b"$900000000\r\n")
                    while not ended.wait(0.05):
                        caller.sendall(b"x")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    link = Link(parsed(f"redis://127.0.0.1:{listener.getsockname()[1]}", None, None))
    try:
        with pytest.raises(Away):
            link.get("what")
    finally:
        ended.set()
        link.close()
        listener.close()


@pytest.mark.usefixtures("hasty")
def test_a_resolver_that_hangs_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows no timeout of ours: five seconds and more for each of its servers, in the event loop."""
    port, ended, hangs = free_port(), threading.Event(), threading.Event()
    real = socket.getaddrinfo

    def slow(host: str, *rest: Any, **more: Any) -> Any:
        if host != "redis.example":
            return real(host, *rest, **more)
        if hangs.is_set():
            ended.wait()
        return real("127.0.0.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    where = SessionsAddress(None, "redis.example", port, tls=False, user=None)
    with running({"port": str(port)}), ExitStack() as stack:
        stack.callback(ended.set)
        known, unknown = Link(where), Link(where)
        for link in (known, unknown):
            stack.callback(link.close)
        assert known.get("what") is None
        hangs.set()
        with pytest.raises(Away):
            unknown.get("what")
        known._redis.connection_pool.disconnect()
        assert known.get("what") is None, "it is where it was"


def test_a_cluster_is_refused(tmp_path: Path) -> None:
    with running({"cluster-enabled": "yes"}) as server:
        link = Link(parsed(server.url, None, None))
        with pytest.raises(RuntimeFolderError, match="is a cluster"):
            link.look()
        link.close()


async def test_a_crash_of_all_bots_ends_no_link(tmp_path: Path, redis: Server) -> None:
    address = parsed(redis.url, None, None)
    async with shared(tmp_path / "one", address, TOKEN) as before:
        tag = before.tag("chat", "1")
        await before.take_turn(tag)
        before.save(tag, b"a draft")
    async with shared(tmp_path / "one", address, TOKEN) as after:
        assert after.load(after.tag("chat", "1")) == b"a draft"


async def test_whoever_does_not_have_the_token_gets_no_key(several: Several) -> None:
    """Of those who can write to the Redis."""
    first = await several.join("one")
    link = Link(parsed(several.redis.url, None, None))
    liar = Circle(link, "2:another token")
    liar._questions = Circle(link, TOKEN)._questions
    (mark,) = several.redis.client().keys("*:mark:*")
    asked = asyncio.create_task(liar._asked(str(several.redis.client().get(mark))))
    await asyncio.sleep(0)  # it has asked
    client = several.redis.client()
    await until(lambda: not client.llen(liar._questions))
    assert not asked.done()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert client.keys("*:answer:*") == []
    assert first.tag("a") == first.tag("a")
    link.close()


async def test_what_somebody_puts_in_the_place_of_a_session_is_not_one(several: Several) -> None:
    bot = await several.join("one")
    one, other = bot.tag("chat", "1"), bot.tag("chat", "2")
    for tag in (one, other):
        await bot.take_turn(tag)
        bot.save(tag, tag.encode())
    client = several.redis.client()
    names = client.keys("*:s:*")
    values = [held(client, name) for name in names]
    for name, value in zip(names, reversed(values), strict=True):
        client.set(name, value)
    for tag in (one, other):
        with pytest.raises(ValueError, match="no"):
            bot.load(tag)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"save": "60 1"}, "writes to a disk"),
        ({"appendonly": "yes"}, "writes to a disk"),
        ({"maxmemory-policy": "allkeys-lru"}, "forgets what it likes"),
    ],
)
async def test_a_redis_that_keeps_or_forgets_is_refused(
    changed: dict[str, str], said: str, tmp_path: Path
) -> None:
    with running(changed) as server, pytest.raises(RuntimeFolderError, match=said):
        async with shared(tmp_path / "one", parsed(server.url, None, None), TOKEN):
            pass


async def test_a_redis_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RuntimeFolderError, match="can't be reached"):
        async with shared(tmp_path / "one", parsed(f"unix://{tmp_path}/none", None, None), TOKEN):
            pass


def test_doctor_looks_whether_the_redis_keeps_anything(tmp_path: Path, redis: Server) -> None:
    file = tmp_path / "silbo.toml"

    def found(url: str) -> list[Finding]:
        file.write_text(SETTINGS.replace("URL", url))
        return doctor(load_settings(file))

    assert [finding.state for finding in found(redis.url)] == ["ok"]
    redis.client().config_set("appendonly", "yes")
    try:
        (finding,) = found(redis.url)
    finally:
        redis.client().config_set("appendonly", "no")
    assert (finding.state, "writes to a disk" in finding.what) == ("broken", True)
    assert [finding.state for finding in found("redis://localhost:1")] == ["broken"]


async def test_bots_with_one_token_on_two_stores_are_told(several: Several) -> None:
    first, second = await several.join("one"), await several.join("two")
    assert first.keeps_in("aa")
    assert second.keeps_in("aa")
    assert not second.keeps_in("bb")
    several.redis.client().flushall()
    first._beat()
    assert not second.keeps_in("bb"), "also of one that was started again"


def test_a_redis_that_was_started_again_is_known_by_the_name_that_it_had(
    tmp_path: Path, redis: Server
) -> None:
    """Else a bot that starts in that moment would believe that the others share their chats elsewhere."""
    link = Link(parsed(redis.url, None, None))
    own = RuntimeFolder.open(tmp_path / "one")
    first, second, third = (SharedMemory.beside(own, link, Circle(link, TOKEN)) for _ in range(3))
    place = first.place()
    assert second.place() == place
    redis.client().flushall()
    assert third.place() != place, "it was there before the others noticed"
    third.forget_place()
    first._beat()
    assert third.place() == place
    third.forget_place()
    assert second.place() == place, "what another said stays"
    redis.client().set("silbo:place", "nonsense")
    with pytest.raises(Away):
        third.place()
    link.close()


async def test_two_installations_share_a_redis_that_was_started_again(
    tmp_path: Path, redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its number in its own database; the one that starts first then gives the Redis another one."""
    monkeypatch.setattr("bot.server.opening.PLACE_SECONDS", 0.0)
    link = Link(parsed(redis.url, None, None))
    own = RuntimeFolder.open(tmp_path / "one")
    ours, theirs, late, third, same = (
        SharedMemory.beside(own, link, Circle(link, token)) for token in (TOKEN, "2:b", TOKEN, TOKEN, "3:c")
    )
    with postgres.running() as cluster:
        database, other = (cluster.url(cluster.new_database()) for _ in range(2))
        first, number = await open_shared(database, [ours], lambda: None), ours.place()
        redis.client().flushall()
        second = await open_shared(other, [theirs], lambda: None)
        with pytest.raises(SharedElsewhere, match="name the same Redis"):
            await open_shared(database, [third], lambda: None)  # nobody says yet that it is the same
        for each in (ours, theirs):
            each._beat()
        beside = await open_shared(database, [late, same], lambda: None)
        assert late.place() == same.place() == number != theirs.place()
        for store in (first, second, beside):
            await store.close()
    link.close()


def test_attack_a_bot_is_killed_before_it_takes_its_number_of_the_redis_back(
    tmp_path: Path, redis: Server
) -> None:
    """The others' number is in the database: each that starts would be refused for as long as they run."""
    link = Link(parsed(redis.url, None, None))
    own = RuntimeFolder.open(tmp_path / "one")
    first, killed, third = (SharedMemory.beside(own, link, Circle(link, TOKEN)) for _ in range(3))
    place = first.place()
    redis.client().flushall()
    wrong = killed.place()
    first._beat()
    assert third.place() == wrong
    third.forget_place()
    assert 0 < redis.client().ttl("silbo:place") <= 60
    redis.client().pexpire("silbo:place", 0)  # a minute later
    first._beat()
    assert third.place() == place
    redis.client().expire("silbo:place", 5)
    third._beat()
    assert redis.client().ttl("silbo:place") > 5, "it stays while somebody says it"
    link.close()


async def test_what_a_bot_that_died_owed_a_chat_another_deletes(
    several: Several, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dialogue.deletions.LOOK_SECONDS", 0.05)
    first, second = await several.join("one"), await several.join("two")

    def of(bot: SharedMemory) -> Deletions:
        return Deletions(bot, Wording("Union"), "telegram", lambda: 1000.0, Tally())

    dying, living, chat = of(first), of(second), RecordingChat()
    dying.owe("1", chat, "en", [7, 8], at=1000)
    first.leave()
    for task in dying._tasks.values():
        task.cancel()
    living.attach(lambda _: chat)
    await until(lambda: chat.forgotten != [])
    await living.close()
    assert chat.forgotten == [7, 8]
    assert second.tags("deletions") == []
    await asyncio.gather(*dying._tasks.values(), return_exceptions=True)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://user:secret@localhost", "no password in it"),
        ("redis://example.org:6379", "rediss"),
        ("http://localhost", "should be like"),
        ("redis://localhost:port", "should be like"),
        ("unix://relative", "should be like"),
        ("rediss://example.org/3", "should be like"),
    ],
)
def test_an_address_that_cannot_be_used(url: str, said: str) -> None:
    found = problem(url)
    assert found is not None
    assert said in found
    assert "secret" not in found


@pytest.mark.parametrize("missing", ["[store]", "[telegram.webhook]"])
def test_bots_that_share_their_chats_share_a_store_and_a_webhook(missing: str, tmp_path: Path) -> None:
    file = tmp_path / "silbo.toml"
    before, _, after = SETTINGS.replace("URL", "redis://localhost").partition(missing)
    text = before + after.partition("\n[")[1] + after.partition("\n[")[2]
    file.write_text(text.replace('mode = "webhook"\n', "" if "webhook" in missing else 'mode = "webhook"\n'))
    with pytest.raises(SettingsError, match=r"\[sessions\] should come with \[store\] and with a webhook"):
        load_settings(file)
