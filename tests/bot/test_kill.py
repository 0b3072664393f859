"""Promise 3: killed at any instant, the server loses nothing acknowledged and stores nothing twice.

A real bot (`silbo run`) is killed again and again while up to 40 people write, at random instants and at the
worst ones: in the middle of a download, between the commit and the acknowledgement, around the confirmation.
At the end everybody sends their draft, what they wrote goes from their chats, the drops are exported, and a
reviewer reads them.
"""

import asyncio
import contextlib
import hashlib
import io
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from bot.conversation.effects import Say
from bot.dialogue.wording import Names, Wording
from bot.questions import Question
from crypto.age import X25519Identity
from crypto.codename import parse
from crypto.codename import root as codename_root
from crypto.drop import MANIFEST_AGE, read_drop
from crypto.item import open_item
from crypto.manifest import open_manifest
from scrub import engine
from tests.bot.conftest import Pin
from tests.ports import free_port
from tests.telegram_api import Moment, TelegramApi, until
from tests.telegram_people import buttons

ROOT = Path(__file__).resolve().parents[2]
CHATS = range(1, 41)
PATIENCE = 240.0

Kill = Callable[["Running", random.Random], Callable[[str, Moment], bool]]


@dataclass
class Running:
    """The bot's process, started again each time it was killed."""

    command: list[str]
    log: Path
    process: asyncio.subprocess.Process | None = None
    kills: Counter[str] = field(default_factory=Counter)
    killed: bool = False

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        self.killed = False

    def kill(self, why: str) -> None:
        """SIGKILL, to the bot alone: its scrub child has to notice by itself."""
        if self.process is not None and self.process.returncode is None and not self.killed:
            self.killed = True  # a second signal would look how the first one ended, and take it from `dead`
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGKILL)
                self.kills[why] += 1

    async def dead(self) -> None:
        assert self.process is not None
        status = await asyncio.wait_for(self.process.wait(), PATIENCE)
        assert status == -signal.SIGKILL, self.log.read_text()

    async def stop(self) -> None:
        """End it as systemd does; it must end well, and leave no child behind."""
        assert self.process is not None
        self.process.terminate()
        assert await asyncio.wait_for(self.process.wait(), 240) == 0, self.log.read_text()
        with pytest.raises(ProcessLookupError):
            os.killpg(self.process.pid, 0)

    async def clear(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()


@dataclass
class People:
    """What people send, and what must be found in their drops: SHA-256 in order, per chat."""

    api: TelegramApi
    rng: random.Random
    chats: range = CHATS
    expected: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    wrote: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    order: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    number: int = 0

    def write(self, updates: int) -> None:
        """Send the next messages, each from the next person."""
        for _ in range(updates):
            chat = self.chats[self.number % len(self.chats)]
            kind = self.rng.choices(("text", "photo", "document"), (70, 15, 15))[0]
            content = self._content(kind)
            match kind:
                case "text":
                    message = self.api.text(chat, content.decode())
                case "photo":
                    message = self.api.photo(chat, content)
                case _:
                    message = self.api.document(chat, content)
            self.wrote[chat].add(message)
            goes = engine.scrub(content).content if kind == "photo" else content  # the same bytes each time
            self.expected[chat].append(hashlib.sha256(goes).hexdigest())
            self.kinds[chat][kind] += 1
            self.order[chat].append((kind, message))
            self.number += 1

    def change(self, chat: int) -> None:
        """Change the words of a message, if there are any, twice at once."""
        texts = [at for at, (kind, _) in enumerate(self.order[chat]) if kind == "text"]
        for _ in range(2 if texts else 0):
            words = self._content("text")
            self.api.edit(chat, self.order[chat][texts[0]][1], words.decode())
            self.expected[chat][texts[0]] = hashlib.sha256(words).hexdigest()

    def take_out(self, chat: int) -> None:
        """Write the number of one thing of the list that was just shown, if it is not the only one."""
        if len(self.order[chat]) > 1:
            at = self.rng.randrange(len(self.order[chat]))
            self.wrote[chat].add(self.api.text(chat, str(at + 1)))
            self.kinds[chat][self.order[chat].pop(at)[0]] -= 1
            del self.expected[chat][at]

    def _content(self, kind: str) -> bytes:
        if kind == "text":
            return f"Nos filman en casa, {self.number}: {self.rng.random()}".encode()
        if kind == "document":
            return b"\x7fELF " + self.rng.randbytes(self.rng.randrange(1_000, 300_000))
        picture = io.BytesIO()
        Image.frombytes("RGB", (24, 16), self.rng.randbytes(24 * 16 * 3)).save(picture, "JPEG")
        return picture.getvalue()


def at_once(running: Running, rng: random.Random) -> Callable[[str, Moment], bool]:
    """Some time after the bot's first word to the server."""
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.TimerHandle] = []

    def watch(method: str, moment: Moment) -> bool:
        if not waiting:
            waiting.append(loop.call_later(rng.uniform(0, 1.2), running.kill, "at random"))
        return False

    return watch


def when(name: str, method: str, moment: Moment, *, within: int, cut: bool = False) -> Kill:
    """At a moment of one of the next `within` requests for `method`; `cut`: it never reached the server."""

    def prepare(running: Running, rng: random.Random) -> Callable[[str, Moment], bool]:
        left = rng.randint(1, within)

        def watch(seen: str, then: Moment) -> bool:
            nonlocal left
            if (seen, then) != (method, moment):
                return False
            left -= 1
            if left == 0:
                running.kill(name)
            return left == 0 and cut

        return watch

    return prepare


KILLS: dict[str, list[Kill]] = {
    "polling": [
        at_once,
        when("in a download", "file", "half", within=4),
        when("before the acknowledgement", "sendMessage", "asked", within=12, cut=True),
        when("after the acknowledgement", "sendMessage", "done", within=12),
        when("at the confirmation", "getUpdates", "asked", within=4),
    ],
    "webhook": [
        at_once,
        when("in a download", "file", "half", within=4),
        when("before the acknowledgement", "sendMessage", "asked", within=12, cut=True),
        when("after the acknowledgement", "sendMessage", "done", within=12),
    ],
}


async def kill_often(running: Running, people: People, kills: list[Kill], count: int, updates: int) -> None:
    """Let people write `updates` messages, half of them at once; kill the bot `count` times meanwhile."""
    people.write(updates // 2)
    left = updates - updates // 2
    for i in range(count):
        share = left // (count - i)
        left -= share
        # Each way to die in turn; those that wait for a certain request fall back on time.
        people.api.watch = kills[i % len(kills)](running, people.rng)
        heard = len(people.api.calls)
        await running.start()
        people.write(share)
        await at_work(running, people.api, heard)
        timer = asyncio.get_running_loop().call_later(3, running.kill, "at last")
        await running.dead()
        timer.cancel()
        people.api.watch = None


async def at_work(running: Running, api: TelegramApi, heard: int) -> None:
    """A start can take longer than anything after it: until the bot's first request, or its end, which nobody
    but us should have made.
    """
    process = running.process
    assert process is not None
    await until(lambda: running.killed or len(api.calls) > heard or process.returncode is not None, PATIENCE)
    assert running.killed or process.returncode is None, running.log.read_text()


QUESTIONS = Question("country"), Question("danger")
ANSWERING = [
    when("before a question", "sendMessage", "asked", within=3, cut=True),
    when("after a question", "sendMessage", "done", within=3),
]
SENDING = [
    when("before a receipt or a codename", "sendMessage", "asked", within=25, cut=True),
    when("after a receipt or a codename", "sendMessage", "done", within=25),
    when("before messages are deleted", "deleteMessages", "asked", within=8, cut=True),
    when("after messages were deleted", "deleteMessages", "done", within=8),
]


CHANGING = when("before it was said that words were changed", "sendMessage", "asked", within=6, cut=True)
TAKING_OUT = [when("before it was said that something is out", "sendMessage", "asked", within=3, cut=True)]


async def answer(
    running: Running, people: People, chosen: Mapping[int, tuple[str, ...]]
) -> dict[int, dict[str, list[str]]]:
    """Everybody answers what their desks ask, in words and by a button; the bot is killed twice meanwhile.

    Returns the SHA-256 of what each desk must read of each.
    """
    api, told = people.api, defaultdict[int, dict[str, list[str]]](lambda: defaultdict(list))
    ask = Wording("", several={"": Names("Union", questions=QUESTIONS)}).questions
    country, danger = QUESTIONS
    for first, kill in enumerate(ANSWERING):
        api.watch = kill(running, people.rng)
        for chat in list(people.expected)[first :: len(ANSWERING)]:
            words = f"Colombia, {people.rng.random()}"
            people.wrote[chat].add(api.text(chat, words))
            for desk in chosen[chat]:
                told[chat][desk].append(f"{ask.text(country.key, 'es')}\n\n{words}")
        await start_again(running, people)
    for chat in (chat for chat in people.expected if "main" in chosen[chat]):
        api.press(chat, f"pick:{danger.key}/1")
        told[chat]["main"].append(f"{ask.text(danger.key, 'es')}\n\n{ask.choice(danger.key, 1, 'es')}")
    await drained(people)
    return {
        chat: {
            desk: [hashlib.sha256(text.encode()).hexdigest() for text in texts]
            for desk, texts in each.items()
        }
        for chat, each in told.items()
    }


async def send_off(
    running: Running,
    people: People,
    questions: Callable[[], Awaitable[None]] | None = None,
    *,
    killed: bool = True,
) -> None:
    """Everybody lets their documents go as they are, changes one message, takes one thing out, and sends;
    the bot is killed six times meanwhile, if it is `killed`.
    """
    api = people.api
    await let_documents_go(people)
    if killed:  # not by a clock: it might strike when nobody starts the bot again
        api.watch = CHANGING(running, people.rng)
    for chat in people.expected:
        people.change(chat)
    await start_again(running, people)
    for chat in people.expected:
        people.wrote[chat].add(api.text(chat, "/send"))
    await drained(people)
    if questions is not None:
        await questions()
    for first, kill in enumerate(TAKING_OUT):
        api.watch = kill(running, people.rng) if killed else None
        for chat in list(people.expected)[first :: len(TAKING_OUT)]:
            people.take_out(chat)
        await start_again(running, people)
    for first, kill in enumerate(SENDING):
        api.watch = kill(running, people.rng) if killed else None
        for chat in list(people.expected)[first :: len(SENDING)]:
            api.press(chat, "send")
        await start_again(running, people)
    await until(lambda: not any(left(people, chat) for chat in people.expected), PATIENCE)


async def start_again(running: Running, people: People) -> None:
    """Wait until all is done, and start the bot again if it was killed meanwhile."""
    await until(lambda: running.killed or people.api.pending() == 0, PATIENCE)
    people.api.watch = None
    if running.killed:
        await running.dead()
        await running.start()
    await drained(people)


def left(people: People, chat: int) -> set[int]:
    """What the person wrote and what is still in the chat."""
    return people.wrote[chat] & set(people.api.held(chat))


async def drained(people: People) -> None:
    await until(lambda: people.api.pending() == 0, PATIENCE)


async def everybody_sends(people: People) -> None:
    """Documents go as they are; then all is sent, and goes from the chats."""
    await drained(people)
    await let_documents_go(people)
    for chat in people.expected:
        people.wrote[chat].add(people.api.text(chat, "/send"))
    await drained(people)
    for chat in people.expected:
        people.api.press(chat, "send")
    await drained(people)
    await until(lambda: not any(left(people, chat) for chat in people.expected), PATIENCE)


async def let_documents_go(people: People) -> None:
    """As they are; each is asked about."""
    api = people.api
    for chat in people.expected:
        asked = {
            action
            for message in people.api.sent[chat]
            for action in buttons(message)
            if action[:6] == "as_is:"
        }
        assert len(asked) == people.kinds[chat]["document"], "each document is asked about, as one item"
        for action in sorted(asked):
            api.press(chat, action)
    await drained(people)


def read_batch(folder: Path, identities: list[X25519Identity]) -> list[tuple[list[str], bytes | None]]:
    """Return, for each drop, the SHA-256 of its contents in their order, and its mailbox."""
    drops = []
    for drop in sorted(folder.glob("batch-*/*.tar")):
        with drop.open("rb") as file:
            members = {member.name: member for member in read_drop(file)}

            def ciphertext(name: str, members: dict = members, file: io.BufferedReader = file) -> io.BytesIO:  # type: ignore[type-arg]
                file.seek(members[name].offset)
                return io.BytesIO(file.read(members[name].size))

            manifest = open_manifest(ciphertext(MANIFEST_AGE).getvalue(), identities)
            assert {item.name for item in manifest.items} == members.keys() - {MANIFEST_AGE}
            found = []
            for listed in manifest.items:
                content = io.BytesIO()
                item = open_item(ciphertext(listed.name), content, identities)
                assert hashlib.sha256(content.getvalue()).digest() == item.sha256
                found.append(item.sha256.hex())
            drops.append((found, manifest.mailbox))
    return drops


def write_settings(folder: Path, api: TelegramApi, mode: str, more: str, desk: str = "") -> Path:
    for name, secret in (("token", api.token), ("secret", "s3cret_of-the-webhook")):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    text = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n'
    text += f'{desk}[telegram]\ntoken_file = "token"\n'
    text += f'mode = "{mode}"\nbase_url = "{api.url}"\n'
    if mode == "webhook":
        port = free_port()
        text += f'[telegram.webhook]\nurl = "http://127.0.0.1:{port}/telegram"\n'
        text += f'secret_file = "secret"\nport = {port}\n'
    config = folder / "silbo.toml"
    config.write_text(text + more)
    return config


async def silbo(*arguments: str | Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    assert await asyncio.wait_for(process.wait(), 240) == 0


@asynccontextmanager
async def house(
    folder: Path, pin: Pin, mode: str, more: str = "", desk: str = ""
) -> AsyncIterator[tuple[TelegramApi, Running, Path]]:
    async with TelegramApi() as api:
        config = write_settings(folder, api, mode, more, desk)
        await silbo("init", "--config", config)
        (folder / "reviewers").rename(folder / "state" / "reviewers")
        command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
        running = Running(command, folder / "log")
        try:
            yield api, running, config
        finally:
            await running.clear()


async def survive(
    folder: Path,
    pin: Pin,
    mode: str,
    *,
    seed: int,
    updates: int,
    kills: int,
    chats: range = CHATS,
    to_the_end: bool = True,
) -> None:
    identities = [X25519Identity.generate(), X25519Identity.generate()]
    pin(identities, datetime.now(UTC).date())
    async with house(folder, pin, mode) as (api, running, config):
        people = People(api, random.Random(seed), chats)
        await kill_often(running, people, KILLS[mode], kills, updates)
        await running.start()
        await drained(people)
        trouble = Wording("Union").text("es", Say("trouble"))
        said = [message["text"] for messages in api.sent.values() for message in messages]
        assert trouble not in said, running.log.read_text()
        await send_off(running, people, killed=to_the_end)
        await running.stop()
        (folder / "out").mkdir()
        await silbo("export", folder / "out", "--config", config)
    assert running.kills.total() >= kills

    drops = read_batch(folder / "out", identities)
    stored, sent = (
        Counter(h for drop, _ in drops for h in drop),
        Counter(h for e in people.expected.values() for h in e),
    )
    print(
        f"{mode}, seed {seed}: {updates} updates, {dict(running.kills)}, {len(sent - stored)} lost, ", end=""
    )
    print(f"{len(stored - sent)} doubled")
    assert not sent - stored, "lost"
    assert not stored - sent, "stored twice"
    contents = sorted(drop for drop, _ in drops)
    assert contents == sorted(people.expected.values()), "out of order, or in another person's drop"
    for chat in people.kinds:
        acknowledged(people, Wording("Union"), chat)
    opened_by_their_codenames(people, drops, folder / "state" / "silbo.db", "", people.expected)


async def survive_with_two_desks(
    folder: Path, pin: Pin, mode: str, *, seed: int, updates: int, kills: int, chats: range = CHATS
) -> None:
    """A third of the people writes to each desk, and a third to both; each desk asks questions."""
    identities = [X25519Identity.generate(), X25519Identity.generate()]
    pin(identities, datetime.now(UTC).date())
    choices = (("main",), ("local",), ("main", "local"))
    chosen = {chat: choices[chat % 3] for chat in chats}
    wording = Wording("", several={"main": Names("Union"), "local": Names("Seccional")})
    further = '[desks.local]\nname = "Seccional"\nquestions = ["country"]\n'
    first = 'questions = ["country", "danger"]\n'
    told: dict[int, dict[str, list[str]]] = {}
    async with house(folder, pin, mode, further, first) as (api, running, config):
        await silbo("desks", "add", "local", "--config", config)
        state = folder / "state"
        shutil.copytree(state / "reviewers", state / "desks" / "local" / "reviewers")
        people = People(api, random.Random(seed), chats)
        await running.start()
        for chat in chats:
            api.text(chat, "/start")
        await drained(people)
        for desk in ("main", "local"):
            for chat in (chat for chat in chats if desk in chosen[chat]):
                api.press(chat, f"desk_on:{desk}")
            await drained(people)
        running.kill("when everybody has chosen")
        await running.dead()
        await kill_often(running, people, KILLS[mode], kills, updates)
        await running.start()
        await drained(people)

        async def asked() -> None:
            told.update(await answer(running, people, chosen))

        await send_off(running, people, asked)
        await running.stop()
        for desk in ("main", "local"):
            (folder / desk).mkdir()
            await silbo("export", folder / desk, "--desk", desk, "--config", config)
    assert running.kills.total() >= kills
    for desk in ("main", "local"):
        drops = read_batch(folder / desk, identities)
        mine = {
            chat: contents + told[chat][desk]
            for chat, contents in people.expected.items()
            if desk in chosen[chat]
        }
        stored = Counter(h for drop, _ in drops for h in drop)
        sent = Counter(h for contents in mine.values() for h in contents)
        lost, doubled = len(sent - stored), len(stored - sent)
        print(f"{mode}, seed {seed}, {desk}: {dict(running.kills)}, {lost} lost, {doubled} doubled")
        assert (lost, doubled) == (0, 0)
        assert sorted(drop for drop, _ in drops) == sorted(mine.values()), "in another person's drop"
        opened_by_their_codenames(people, drops, state / "silbo.db", "" if desk == "main" else desk, mine)
    for chat in people.expected:
        acknowledged(people, wording, chat, chosen[chat], answers=1 + ("main" in chosen[chat]))


def acknowledged(
    people: People, wording: Wording, chat: int, desks: tuple[str, ...] = (), answers: int = 0
) -> None:
    """A person read an acknowledgement of each thing they sent, and a receipt."""
    kinds = people.kinds[chat]
    if kinds:
        said = Counter(message["text"] for message in people.api.sent[chat])
        kept = " ".join(text.split("\n")[0] for text in said.elements() if text.startswith("Bajo llave:"))
        assert sum(map(int, re.findall(r"(\d+) mensaje", kept))) >= kinds["text"]
        assert sum(map(int, re.findall(r"(\d+) archivos? limpio", kept))) >= kinds["photo"]
        as_it_is = wording.text("es", Say("kept_as_is"))
        assert sum(text.startswith(as_it_is) for text in said.elements()) >= kinds["document"]
        receipt = Say("receipt", texts=kinds["text"], files=kinds["photo"], uncleaned=kinds["document"])
        receipt = replace(receipt, desks=desks, answers=answers)
        assert said[wording.text("es", receipt)] >= 1


def opened_by_their_codenames(
    people: People,
    drops: list[tuple[list[str], bytes | None]],
    database: Path,
    desk: str,
    expected: dict[int, list[str]],
) -> None:
    """Everybody was shown one codename, perhaps twice, and it is the one of their drop."""
    with contextlib.closing(sqlite3.connect(database)) as store:
        ((desk_id,),) = store.execute("SELECT id FROM desks WHERE name = ?", (desk,)).fetchall()
    mailboxes = {tuple(contents): mailbox for contents, mailbox in drops}
    start = Wording("Union").text("es", Say("codename"))
    for chat, contents in expected.items():
        said = {message["text"] for message in people.api.sent[chat] if message["text"].startswith(start)}
        (codename,) = {text.removeprefix(start).strip() for text in said}
        mailbox = codename_root(parse(codename, "es")).mailbox(bytes.fromhex(desk_id))
        assert mailboxes[tuple(contents)] == mailbox.id


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_killed_at_any_instant_nothing_is_lost_and_nothing_is_stored_twice(
    mode: str, tmp_path: Path, pin: Pin
) -> None:
    """By webhook here only until all is there: killed while sending, it is the test of two desks below."""
    kills, to_the_end = len(KILLS[mode]), mode == "polling"
    await survive(
        tmp_path, pin, mode, seed=1, updates=48, kills=kills, chats=range(1, 9), to_the_end=to_the_end
    )


@pytest.mark.parametrize("mode", [pytest.param("polling", marks=pytest.mark.long), "webhook"])
async def test_killed_with_two_desks_that_ask_nothing_is_lost_or_doubled_at_either(
    mode: str, tmp_path: Path, pin: Pin
) -> None:
    await survive_with_two_desks(tmp_path, pin, mode, seed=1, updates=14, kills=2, chats=range(1, 7))


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_killed_often_with_two_desks(mode: str, seed: int, tmp_path: Path, pin: Pin) -> None:
    await survive_with_two_desks(tmp_path, pin, mode, seed=seed, updates=600, kills=16)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_killed_twenty_times_and_more(mode: str, seed: int, tmp_path: Path, pin: Pin) -> None:
    await survive(tmp_path, pin, mode, seed=seed, updates=1500, kills=24)


async def test_the_librarys_own_application_loses_most_of_it(tmp_path: Path) -> None:
    """The same treatment: else the tests above might prove nothing."""
    database = tmp_path / "library.db"
    async with TelegramApi() as api:
        program = str(ROOT / "tests" / "library_app.py")
        running = Running([sys.executable, program, str(database), api.url, api.token], tmp_path / "log")
        people = People(api, random.Random(1))
        try:
            await kill_often(running, people, KILLS["polling"], 4, 240)
            await running.start()
            await drained(people)
            await until(lambda: any(method == "getUpdates" for method, _ in api.calls[-1:]), PATIENCE)
        finally:
            await running.clear()
        api.violations.clear()
    with contextlib.closing(sqlite3.connect(database)) as store:
        stored = {
            hashlib.sha256(content).hexdigest() for (content,) in store.execute("SELECT content FROM items")
        }
    lost = sum(h not in stored for hashes in people.expected.values() for h in hashes)
    print(f"the library: {lost} of 240 lost after {running.kills.total()} kills")
    assert lost > 80
