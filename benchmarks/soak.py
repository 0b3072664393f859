"""Half an hour of everyday traffic with everything going wrong in turn; nothing acknowledged may be lost.

    unshare -m .venv/bin/python -m benchmarks.soak [--minutes 30] [--rate TEXTS_A_SECOND] [--seed N] [FOLDER]

A real bot (`silbo run`) serves people of the tests' stand-in of the Bot API by long polling, at 0.7 of the
rate that it sustains (measured first, unless it is given): whole drops, each with its receipt and a codename,
which costs a core half a second and is most of it; 2 % of what they send are pictures. Faults come
one after the other: SIGKILL, a full disk, a full runtime folder, a locked database, a clock that jumps,
Telegram that doesn't answer, resets, closes half, says 429, 5xx with a page of somebody else's, decoders that
crash, and memory that is short. In the end everybody sends, and a reviewer opens what was exported.

Bars (issue 20): 0 lost, 0 doubled, no answer to anybody for at most 60 s after a fault has ended. The full
disk and the full runtime folder need `unshare -m` and the right to mount (each gets a small file system of
its own), the clock Debian's `libfaketime`; what could not be made here is said.
"""

import argparse
import asyncio
import contextlib
import hashlib
import io
import logging
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from PIL import Image

from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from bot.keys import Reviewers
from crypto.age import X25519Identity
from crypto.keylist import KeyList, Period, keylist_bytes
from crypto.minisign import SigningKey
from crypto.words import fingerprint
from scrub import engine
from tests.bot.test_kill import Running, read_batch, silbo, write_settings
from tests.telegram_api import Fault, TelegramApi, until
from tests.telegram_people import buttons

FILES = 0.02
SHARE = 0.7
BAR_SECONDS = 60.0
NOT_TAKEN = ("refused_full", "trouble", "put_off")
"""What says, of one thing, that it is not kept."""
THINGS = 3
"""At most so many are in one person's drop."""
DISK, MEMORY = 192, 24
"""MiB."""
A_MESSAGE = 0.06
"""MiB that a message takes on the disk, with its share of a manifest and of a database's log."""
BURST = 40
"""People of whom the rate is measured."""
MOST = 10.0
"""Messages a second for which there is room on the small disk, where the rate is not given."""
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
PATIENCE = 300.0
ASKED = 60.0
"""Seconds after which somebody presses a button again."""


class Wire:
    """Between the bot and the stand-in, so that connections can go wrong beneath HTTP."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.mode = "pass"
        self._loud = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> str:
        self._loud.set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def turn(self, mode: str) -> None:
        """Let this go wrong from now on: "silent", "reset", "half", or nothing ("pass")."""
        self.mode = mode
        (self._loud.clear if mode == "silent" else self._loud.set)()
        if mode in ("reset", "pass"):
            self.reset()

    def reset(self) -> None:
        """Tear off whatever is open."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "reset":
            return writer.transport.abort()
        self._open.add(writer)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._port)
            await asyncio.gather(self._carry(reader, back, "out"), self._carry(there, writer, "in"))
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self.mode == "half" and way == "in" and writer.can_write_eof():
                    writer.write(data[: len(data) // 2])
                    writer.write_eof()
                    return
                await self._loud.wait()
                writer.write(data)
                await writer.drain()
        with suppress(OSError):
            writer.close()


@dataclass
class Crowd:
    """People who each send one drop. `wrote` are the SHA-256 of what a chat sent, in order; who reads
    `trouble` behind "send" presses it again.
    """

    api: TelegramApi
    rng: random.Random
    trouble: str
    wrote: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    goals: dict[int, int] = field(default_factory=dict)
    writing: list[int] = field(default_factory=list)
    sent: set[int] = field(default_factory=set)
    asked: dict[int, float] = field(default_factory=dict)
    troubled: dict[int, int] = field(default_factory=dict)
    next_chat: int = 100_000

    def arrive(self) -> None:
        """Somebody new, or somebody who has something to add, writes."""
        chat = self.rng.choice(self.writing) if len(self.writing) > 20 else self._newcomer()
        if self.rng.random() < FILES:
            picture = io.BytesIO()
            Image.frombytes("RGB", (24, 16), self.rng.randbytes(24 * 16 * 3)).save(picture, "JPEG")
            self.api.photo(chat, picture.getvalue())
            content = engine.scrub(picture.getvalue()).content
            assert content is not None
        else:
            words = f"Nos filman en casa mientras trabajamos. {len(self.wrote[chat])} {self.rng.random()}"
            self.api.text(chat, words)
            content = words.encode()
        self.wrote[chat].append(hashlib.sha256(content).hexdigest())
        if len(self.wrote[chat]) == self.goals[chat]:
            self.writing.remove(chat)

    def _newcomer(self) -> int:
        self.next_chat += 1
        self.goals[self.next_chat] = self.rng.randint(1, THINGS)
        self.writing.append(self.next_chat)
        return self.next_chat

    def send(self, *, everybody: bool = False) -> None:
        """Those who have said all press "send", once it is offered to them."""
        for chat in self.sent:
            if (count := self.read(chat, self.trouble)) > self.troubled.get(chat, 0):
                self.troubled[chat] = count  # they read it, and do it again
                self.api.press(chat, "send")
        for chat in self.goals.keys() - self.sent:
            if everybody or len(self.wrote[chat]) >= self.goals[chat]:
                offered = [action for message in self.api.sent[chat] for action in buttons(message)]
                if "send" in offered:
                    self.sent.add(chat)
                    self.api.press(chat, "send")
                elif offered and time.monotonic() - self.asked.get(chat, -ASKED) >= ASKED:
                    self.asked[chat] = time.monotonic()
                    self.api.text(chat, "/send")

    def acknowledged(self, receipt: str) -> list[int]:
        """The chats that read a receipt."""
        return [chat for chat in self.sent if self.read(chat, receipt)]

    def show(self, chat: int, what: str) -> None:
        """What somebody read who did not get what they should have."""
        print(f"somebody wrote {len(self.wrote[chat])} things, pressed: {chat in self.sent}; {what}; read:")
        for message in self.api.sent[chat]:
            print("   ", repr(message.get("text", "")[:120]), buttons(message))

    def read(self, chat: int, beginning: str) -> int:
        """How many messages with this beginning a chat has got."""
        return sum(message.get("text", "").startswith(beginning) for message in self.api.sent[chat])


@dataclass
class House:
    """The bot, its files and what is between it and Telegram."""

    folder: Path
    running: Running
    api: TelegramApi
    wire: Wire
    mounted: bool
    clock: Path | None

    @property
    def pid(self) -> int:
        assert self.running.process is not None
        return self.running.process.pid

    def size(self) -> int:
        """Bytes of the bot's address space."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def children(self) -> list[int]:
        """Every process below the bot."""
        below: list[int] = []
        waiting = [self.pid]
        while waiting:
            with suppress(OSError):
                path = Path(f"/proc/{(one := waiting.pop())}/task/{one}/children")
                found = [int(pid) for pid in path.read_text().split()]
                below += found
                waiting += found
        return below


Make = Callable[[House], Awaitable[None]]


async def killed(house: House) -> None:
    house.running.kill("soak")
    await house.running.dead()
    await house.running.start()


async def filled(house: House, where: Path) -> None:
    ballast = where / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(b"x")
    await asyncio.sleep(20)
    ballast.unlink()


async def locked(house: House) -> None:
    def hold() -> None:
        with contextlib.closing(sqlite3.connect(house.folder / "state" / "silbo.db", timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(30)
            other.execute("ROLLBACK")

    await asyncio.to_thread(hold)


async def jumped(house: House, hours: int) -> None:
    assert house.clock is not None
    house.clock.write_text(f"{hours:+d}h\n")
    await asyncio.sleep(15)
    house.clock.write_text("+0\n")


async def cut(house: House, mode: str, seconds: float) -> None:
    house.wire.turn(mode)
    await asyncio.sleep(seconds)
    house.wire.turn("pass")


async def refused(house: House, fault: Fault, seconds: float) -> None:
    house.api.faults.append(fault)
    await asyncio.sleep(seconds)
    house.api.faults.clear()


async def crashed(house: House) -> None:
    for _ in range(5):
        for child in house.children():
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        await asyncio.sleep(3)


async def squeezed(house: House) -> None:
    """No more address space than it has, and a MiB."""
    size = house.size()
    before = resource.prlimit(house.pid, resource.RLIMIT_AS, (size + (1 << 20), resource.RLIM_INFINITY))
    await asyncio.sleep(20)
    resource.prlimit(house.pid, resource.RLIMIT_AS, before)


def faults(house: House) -> Iterator[tuple[str, Make | None]]:
    """Each by its name; None: it can't be made here."""
    state, memory = house.folder / "state", house.folder / "runtime"
    yield "SIGKILL", killed
    yield "a full disk", (lambda there: filled(there, state)) if house.mounted else None
    yield "a full runtime folder", (lambda there: filled(there, memory)) if house.mounted else None
    yield "a locked database", locked
    for hours in (-2, 2):
        yield f"a clock {hours:+d} h", (lambda there, h=hours: jumped(there, h)) if house.clock else None  # type: ignore[misc]
    yield "Telegram silent", lambda there: cut(there, "silent", 25)
    yield "connections reset", lambda there: cut(there, "reset", 20)
    yield "half-closed sockets", lambda there: cut(there, "half", 20)
    limit = Fault(status=429, retry_after=3, times=1 << 30)
    yield "429 to all", lambda there: refused(there, limit, 20)
    page = Fault(kind="page", status=502, times=1 << 30)
    yield "502 with a page", lambda there: refused(there, page, 20)
    yield (
        "503 after it was done",
        lambda there: refused(
            there, Fault(method="sendMessage", kind="page after", status=503, times=10), 10
        ),
    )
    yield "decoders crash", crashed
    yield "short memory", squeezed


@contextmanager
def small_disks(folder: Path, disk: int) -> Iterator[bool]:
    """File systems of their own for the state and the runtime folder; False without the right to mount."""
    made: list[Path] = []
    try:
        for name, size in (("state", disk), ("runtime", MEMORY)):
            (folder / name).mkdir(mode=0o700)
            command = ["mount", "-t", "tmpfs", "-o", f"size={size}M,mode=700", "tmpfs", str(folder / name)]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                break
            made.append(folder / name)
        yield len(made) == 2
    finally:
        for path in made:
            subprocess.run(["umount", "-l", str(path)], capture_output=True, check=False)


def pinned(folder: Path, identity: X25519Identity, day: date) -> None:
    root = SigningKey.generate()
    start = day - timedelta(days=day.weekday())
    period = Period(start, start + timedelta(days=14), str(identity.recipient()))
    data = keylist_bytes(KeyList(root.public(), 1, day, "reviewer", (period,)))
    (folder / "keys.json").write_bytes(data)
    (folder / "keys.json.minisig").write_text(root.sign(data, "key list"))
    words = " ".join(fingerprint(root.public()))
    Reviewers(folder / "state" / "reviewers").add(folder / "keys.json", today=day, words=words)


@asynccontextmanager
async def opened(folder: Path, identity: X25519Identity, disk: int) -> AsyncIterator[House]:
    with small_disks(folder, disk) as mounted:
        async with TelegramApi() as api:
            wire = Wire(int(api.url.rpartition(":")[2]))
            token, api.url = api.url, await wire.start()
            config = write_settings(folder, api, "polling", "[quota]\nreserve_mb = 8\n")
            api.url = token
            await silbo("init", "--config", config)
            pinned(folder, identity, datetime.now(UTC).date())
            clock = folder / "clock" if FAKETIME else None
            command = [sys.executable, "-m", "bot", "run", "--config", str(config)]
            if clock is not None:
                clock.write_text("+0\n")
                fake = (
                    f"LD_PRELOAD={FAKETIME[0]}",
                    f"FAKETIME_TIMESTAMP_FILE={clock}",
                    "FAKETIME_NO_CACHE=1",
                )
                command = ["env", *fake, "FAKETIME_DONT_FAKE_MONOTONIC=1", *command]
            house = House(folder, Running(command, folder / "log"), api, wire, mounted, clock)
            await house.running.start()
            try:
                yield house
            finally:
                await house.running.clear()
                api.violations.clear()


async def sustained(house: House, crowd: Crowd, receipt: str) -> float:
    """Messages a second of a burst, to the last receipt."""
    house.api.text(1, "a first one, which loads what is loaded late")
    await until(lambda: house.api.pending() == 0 and bool(house.api.sent[1]), PATIENCE)
    began = time.monotonic()
    while len(crowd.goals) < BURST or crowd.writing:
        crowd.arrive()
    await finish(house, crowd, receipt)
    return sum(map(len, crowd.wrote.values())) / (time.monotonic() - began)


async def soak(house: House, crowd: Crowd, minutes: float, rate: float) -> float:
    """Traffic and faults; return the longest silence."""
    answers = [time.monotonic()]

    def watch(method: str, moment: str) -> bool:
        if method in ("sendMessage", "editMessageText") and moment == "done":
            answers.append(time.monotonic())
        return False

    house.api.watch = watch
    stop = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            crowd.arrive()
            crowd.send()
            await asyncio.sleep(crowd.rng.expovariate(rate))

    writing = asyncio.create_task(write())
    made = list(faults(house))
    calm = max(5.0, (minutes * 60 - 20.0 * len(made)) / len(made))
    longest = 0.0
    for name, make in made:
        if make is None:
            print(f"{name:26} could not be made here", flush=True)
            continue
        await asyncio.sleep(calm / 2)
        await make(house)
        ended = time.monotonic()
        await asyncio.sleep(calm / 2)
        with suppress(TimeoutError):
            await until(lambda since=ended: answers[-1] > since, PATIENCE)  # type: ignore[misc]
        after = [ended, *(at for at in answers if at > ended)]
        gaps = [later - sooner for sooner, later in pairwise(after)]
        silence = max(gaps, default=time.monotonic() - ended)
        longest = max(longest, silence)
        dead = house.running.process is not None and house.running.process.returncode is not None
        print(
            f"{name:26} longest silence after it {silence:5.1f} s{'  THE BOT ENDED' if dead else ''}",
            flush=True,
        )
        if dead:
            await house.running.start()
    stop.set()
    await writing
    return longest


def read(out: Path, identity: X25519Identity) -> tuple[int, list[tuple[list[str], bytes | None]]]:
    """How many drops were exported, and what a reviewer reads in them."""
    return len(list(out.glob("batch-*/*.tar"))), read_batch(out, [identity])


async def finish(house: House, crowd: Crowd, receipt: str) -> None:
    """Let everybody send and read their receipt, as long as that gets on: a codename costs a core half a
    second, and there are hundreds.
    """
    read_by, since = 0, time.monotonic()
    while read_by < len(crowd.goals) and time.monotonic() - since < PATIENCE:
        crowd.send(everybody=True)
        now = len(crowd.acknowledged(receipt))
        if now > read_by:
            read_by, since = now, time.monotonic()
        await asyncio.sleep(0.2)
    if house.api.pending():
        print(f"{house.api.pending()} updates wait", flush=True)


async def main(folder: Path, minutes: float, rate: float | None, seed: int) -> int:
    """Soak and report; the exit status says whether the bars hold."""
    identity = X25519Identity.generate()
    wording = Wording("Union")
    receipt = wording.text("es", Say("receipt", texts=1)).split("\n")[0].split(":")[0].split(".")[0]
    disk = DISK + round((rate or MOST) * minutes * 60 * A_MESSAGE)
    async with opened(folder, identity, disk) as house:
        await until(lambda: any(method == "getUpdates" for method, _ in house.api.calls), PATIENCE)
        crowd = Crowd(house.api, random.Random(seed), wording.text("es", Say("trouble")))
        if rate is None:
            rate = SHARE * await sustained(house, crowd, receipt)
        print(f"{rate:.1f} messages a second for {minutes:g} minutes, seed {seed}", flush=True)
        longest = await soak(house, crowd, minutes, rate)
        await finish(house, crowd, receipt)
        told = crowd.acknowledged(receipt)
        with contextlib.closing(sqlite3.connect(folder / "state" / "silbo.db")) as store:
            (stored,) = store.execute("SELECT count(*) FROM drops WHERE state = 'complete'").fetchone()
        await house.running.stop()
        (folder / "out").mkdir()
        await silbo("export", folder / "out", "--config", folder / "silbo.toml")
        exported, drops = await asyncio.to_thread(read, folder / "out", identity)
    found = Counter(content for contents, _ in drops for content in contents)
    wrote = Counter(content for contents in crowd.wrote.values() for content in contents)
    kept = Counter(content for chat in told for content in crowd.wrote[chat])
    doubled, gone, lost, refused = (found - wrote).total(), kept - found, 0, 0
    for chat in told:
        missing = [number for number, content in enumerate(crowd.wrote[chat]) if content in gone]
        asked = sum(crowd.read(chat, wording.text("es", Say(code))) for code in NOT_TAKEN)
        refused += min(len(missing), asked)
        if len(missing) > asked:
            lost += len(missing) - asked
            crowd.show(chat, f"lost {missing}")
    for chat in crowd.goals.keys() - told:
        crowd.show(chat, "no receipt")
    print(f"people {len(crowd.goals)}, messages {wrote.total()}, never acknowledged {(wrote - kept).total()}")
    print(
        f"acknowledged {len(told)} drops, stored {stored}, exported {exported}, opened offline {len(drops)}"
    )
    print(f"of the acknowledged drops' things, not taken, and told so: {refused}")
    print(f"lost {lost}, doubled {doubled}, longest silence after a fault {longest:.1f} s (at most 60)")
    if len(told) < len(crowd.goals):
        print(f"{len(crowd.goals) - len(told)} people never read a receipt: of theirs this run says nothing")
    return 0 if told and lost == doubled == 0 and longest <= BAR_SECONDS else 1


if __name__ == "__main__":
    logging.getLogger("aiohttp.server").disabled = True  # of connections that are cut on purpose
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folder", type=Path, nargs="?")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        sys.exit(asyncio.run(main(place, options.minutes, options.rate, options.seed)))
    finally:
        shutil.rmtree(place, ignore_errors=True)
