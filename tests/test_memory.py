"""Promise: what a source sent has left the server's memory once it is sealed, and nobody else can look.

The real server (`silbo run`) is started as `bin/silbo` starts it. Fifty items come in by way of the Bot API's
stand-in, which is in this process: the server never holds a list of what is searched for. Then all of its
writable memory is read.
"""

import asyncio
import hashlib
import io
import os
import secrets
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.clock import today
from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from bot.keys import Reviewers
from bot.keys.signing import create_signing_key
from bot.store.mailboxes import NewReply
from bot.store.store import Store
from crypto.age import HybridIdentity
from crypto.codename import parse
from crypto.codename import root as codename_root
from crypto.keylist import KeyList, Period, keylist_bytes
from crypto.mailbox import REPLY_LABEL
from crypto.minisign import SigningKey
from crypto.reply import Reply, seal_reply
from crypto.wordlist import fold
from crypto.words import fingerprint
from scrub.report import Clean
from scrub.scrubber import Scrubber
from tests.bot.intake.test_recordings import recording
from tests.telegram_api import TelegramApi, until
from tests.telegram_people import buttons

ROOT = Path(__file__).resolve().parents[1]
PROBE = Path(__file__).with_name("memory_probe.py")
PATIENCE = 240.0
CHATS = range(7_001, 7_011)
ITEMS = 50
DESK = "A desk that stays in memory"


@dataclass(frozen=True, slots=True)
class Watched:
    """A running program, and the descriptors of its /proc files."""

    process: subprocess.Popen[bytes]
    starter: socket.socket
    maps: int
    memory: int
    environ: int

    def ended(self) -> bool:
        return self.process.poll() is not None

    def settle(self) -> tuple[bool, bool]:
        """Have it let go of all that is unreachable; return whether it is dumpable, and may leave a core."""
        self.process.send_signal(signal.SIGUSR1)
        dumpable, core = self.starter.recv(2)
        return bool(dumpable), bool(core)

    def count(self, wanted: Mapping[str, bytes]) -> dict[str, int]:
        """Return how often each string stands in its writable memory, by label."""
        found = dict.fromkeys(wanted, 0)
        for start, end in self._regions():
            try:
                content = os.pread(self.memory, end - start, start)
            except OSError:  # the kernel's own pages
                continue
            for label, string in wanted.items():
                found[label] += content.count(string)
        return found

    def _regions(self) -> Iterator[tuple[int, int]]:
        for line in _all_of(self.maps).decode().splitlines():
            addresses, access = line.split()[:2]
            if access.startswith("rw"):
                start, end = addresses.split("-")
                yield int(start, 16), int(end, 16)

    def words(self) -> bytes:
        """Return the arguments and environments of the process and of all below it."""
        words = _all_of(self.environ)
        for pid in (self.process.pid, *descendants(self.process.pid)):
            words += Path(f"/proc/{pid}/cmdline").read_bytes()
            if pid != self.process.pid:
                words += Path(f"/proc/{pid}/environ").read_bytes()
        return words


def below(server: Watched, wanted: Mapping[str, bytes]) -> Iterator[dict[str, int]]:
    """What `Watched.count` returns, of each process below one that may be read: all of them, to root."""
    for child in descendants(server.process.pid):
        with suppress(OSError), ExitStack() as opened:  # not ours to read, or it has just ended
            files = [os.open(f"/proc/{child}/{name}", os.O_RDONLY) for name in ("maps", "mem", "environ")]
            for file in files:
                opened.callback(os.close, file)
            yield Watched(server.process, server.starter, *files).count(wanted)


def _all_of(descriptor: int) -> bytes:
    content = b""
    while piece := os.pread(descriptor, 1 << 16, len(content)):
        content += piece
    return content


def descendants(pid: int) -> list[int]:
    """Return the processes below one, nearest first."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):  # it has just ended
            continue
        children.setdefault(parent, []).append(int(folder.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found[1:]


@contextmanager
def watched(
    package: str, arguments: Sequence[str], environment: Mapping[str, str], pass_fds: Sequence[int] = ()
) -> Iterator[Watched]:
    """Run a program in `environment` alone; kill it at the end: the stand-in could not say goodbye here."""
    ours, theirs = socket.socketpair()
    with ours:
        ours.settimeout(PATIENCE)
        with theirs:
            fds = (theirs.fileno(), *pass_fds)
            command = [sys.executable, "-P", str(PROBE), str(theirs.fileno()), package, *arguments]
            process = subprocess.Popen(command, env=environment, pass_fds=fds, stdout=subprocess.DEVNULL)
        with process:
            try:
                _, files, _, _ = socket.recv_fds(ours, 1, 3)
                yield Watched(process, ours, *files)
            finally:
                process.kill()
        for file in files:
            os.close(file)


def launched(program: str, folder: Path) -> dict[str, str]:
    """Return the environment that `bin/PROGRAM` gives to Python, which a copy of it here hands over."""
    copy, python = folder / "bin" / program, folder / ".venv" / "bin" / "python"
    copy.parent.mkdir()
    python.parent.mkdir(parents=True)
    shutil.copy(ROOT / "bin" / program, copy)
    python.write_text("#!/bin/sh\nexec env -0\n")
    python.chmod(0o700)
    printed = subprocess.run([copy], env=plain(), capture_output=True, text=True, check=True).stdout
    return dict(line.split("=", 1) for line in printed.split("\0") if line)


def plain() -> dict[str, str]:
    """Return an environment without any setting."""
    return {"PATH": os.environ["PATH"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a server that never ran, with one reviewer."""
    folder = tmp_path / "server"
    published = tmp_path / "published"
    published.mkdir()
    (folder / "state").mkdir(parents=True)
    create_signing_key(folder / "state" / "signing.key")
    root, day = SigningKey.generate(), today()
    (tmp_path / "root.seed").write_bytes(root.seed)
    monday = day - timedelta(days=day.weekday())
    period = Period(monday, monday + timedelta(days=14), str(HybridIdentity.generate().recipient()))
    keys = keylist_bytes(KeyList(root.public(), 1, day, "reviewer", (period,)))
    (published / "keys.json").write_bytes(keys)
    (published / "keys.json.minisig").write_text(root.sign(keys, "key list"))
    reviewers = Reviewers(folder / "state" / "reviewers")
    reviewers.add(published / "keys.json", today=day, words=" ".join(fingerprint(root.public())))
    return folder


@dataclass(frozen=True, slots=True)
class Traffic:
    """What sources send. All words, names and bytes but the photo's begin with one random string."""

    seed: str
    photo: bytes
    clean: bytes

    @classmethod
    async def create(cls) -> "Traffic":
        seed = secrets.token_hex(8)
        exif = Image.Exif()
        exif[0x0110] = f"{seed} camera"
        photo = io.BytesIO()
        Image.effect_noise((160, 120), 60).convert("RGB").save(photo, "JPEG", exif=exif)
        async with Scrubber() as scrubber:
            result = await scrubber.scrub(photo.getvalue())
        assert isinstance(result, Clean)
        return cls(seed, photo.getvalue(), result.content)

    @property
    def canaries(self) -> dict[str, bytes]:
        """The seed in each width that Python stores text in; pieces of the photo as it came and cleaned."""
        found = {width: self.seed.encode(width) for width in ("utf-8", "utf-16-le", "utf-32-le")}
        for name, content in (("photo", self.photo), ("clean photo", self.clean)):
            for place in range(1, 6):
                start = len(content) * place // 6
                found[f"{name}, {place}/6"] = content[start : start + 16]
        return found

    def send(self, api: TelegramApi, chat: int) -> int:
        """Send five items from one person, the caption of the photo being one; return how many."""
        document = b"".join(b"%s, line %06d\n" % (self.seed.encode(), line) for line in range(8_000))
        api.text(chat, f"{self.seed} palabras y más palabras")
        api.text(chat, f"{self.seed} \N{PENSIVE FACE} " + "palabras " * 300)
        api.photo(chat, self.photo, caption=f"{self.seed} caption")
        api.document(chat, document, name=f"{self.seed}.pdf")
        return 5


@asynccontextmanager
async def serving(folder: Path, api: TelegramApi, environment: Mapping[str, str]) -> AsyncIterator[Watched]:
    """Run the Telegram bot until it waits for its first update."""
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(api.token)
    config = folder / "silbo.toml"
    config.write_text(
        f'state = "state"\nruntime = "runtime"\n[desk]\nname = "{DESK}"\n'
        f'[telegram]\ntoken_file = "token"\nbase_url = "{api.url}"\n'
    )
    with watched("bot", ["run", "--config", str(config)], environment) as server:
        await until(lambda: server.ended() or any(name == "getUpdates" for name, _ in api.calls), PATIENCE)
        assert not server.ended()
        yield server


async def handled(api: TelegramApi) -> None:
    """Wait until everything that was sent is confirmed, and the server waits for more."""
    await until(lambda: api.pending() == 0, PATIENCE)
    await asyncio.sleep(0.2)


async def test_nothing_of_fifty_items_stays_in_the_servers_memory(tmp_path: Path, folder: Path) -> None:
    traffic = await Traffic.create()
    async with TelegramApi() as api, serving(folder, api, launched("silbo", tmp_path)) as server:
        await handled(api)
        server.settle()
        before = server.count(traffic.canaries)
        sent = sum(traffic.send(api, chat) for chat in CHATS)
        await handled(api)
        server.settle()
        after = server.count(traffic.canaries)
        children = list(below(server, {**traffic.canaries, "python": b"scrub.isolation"}))
        assert server.count({"desk": DESK.encode()})["desk"] > 0
    assert sent == ITEMS
    assert stored(folder) == ITEMS
    assert after == before == dict.fromkeys(traffic.canaries, 0)
    assert bool(children) == (os.geteuid() == 0), "those that forked who decoded each file live on"
    for found in children:
        assert found.pop("python") > 0
        assert found == dict.fromkeys(traffic.canaries, 0)


async def test_nothing_of_a_disguised_voice_stays_in_the_servers_memory(tmp_path: Path, folder: Path) -> None:
    """It goes out again, through the HTTP client's forms and buffers."""
    sent = recording()
    async with TelegramApi() as api, serving(folder, api, launched("silbo", tmp_path)) as server:
        for chat in CHATS:
            api.text(chat, "/options")
            await handled(api)
            api.press(chat, "ask:disguise")
            await handled(api)
            api.press(chat, "on:disguise")
            api.voice(chat, sent)
        await handled(api)
        server.settle()
        heard = [content for chat in CHATS for _, content in api.documents[chat]]
        found = server.count({f"voice {n}": voice[len(voice) // 2 :][:24] for n, voice in enumerate(heard)})
        found |= server.count({"recording": sent[len(sent) // 2 :][:24]})
    assert len(heard) == len(CHATS)
    assert not any(found.values())


def secrets_of(codename: str, desk_id: bytes, reply: str) -> dict[str, bytes]:
    """What must be gone when a source is done: the words in each width, and all that they open."""
    root = codename_root(parse(codename, "es"))
    mailbox = root.mailbox(desk_id)
    words, folded = codename.split(), fold(codename).split()
    found = {
        "folded words": " ".join(folded[:3]).encode(),
        "last folded words": " ".join(folded[4:]).encode(),
    }
    for width in ("utf-8", "utf-16-le", "utf-32-le"):
        found[f"first words, {width}"] = " ".join(words[:3]).encode(width)
        found[f"last words, {width}"] = " ".join(words[4:]).encode(width)
        found[f"reply, {width}"] = reply.encode(width)
    keys = {"root": root.key, "mailbox": mailbox.id, "reply key": root._expand(REPLY_LABEL, desk_id, 32)}
    for name, key in keys.items():
        found |= {name: key, f"{name} in digits": key.hex().encode()}
    return found


async def answered(folder: Path, signer: SigningKey, codename: str, text: str) -> bytes:
    """A reviewer's reply lies at the server; returns the desk's id."""
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'state' / 'silbo.db'}")
    desk_id = await store.mailboxes.desk_id()
    mailbox = codename_root(parse(codename, "es")).mailbox(desk_id)
    reply = Reply(signer.public(), mailbox.id, 1, today(), "es", text, secrets.token_bytes(16))
    sealed = seal_reply(reply, str(mailbox.reply_identity.recipient()), signer)
    new = NewReply(hashlib.sha256(sealed).digest(), mailbox.address, reply.token_digest)
    assert await store.mailboxes.deliver(new, sealed, today())
    await store.close()
    return desk_id


def only(api: TelegramApi, chat: int, action: str) -> str:
    """The button of this chat whose action begins so."""
    (found,) = {each for message in api.sent[chat] for each in buttons(message) if each.startswith(action)}
    return found


async def test_nothing_of_a_codename_and_its_answer_stays_in_the_servers_memory(
    tmp_path: Path, folder: Path
) -> None:
    """Shown, typed back, its answer read and done: whoever takes the running server then finds neither."""
    signer = SigningKey((tmp_path / "root.seed").read_bytes())
    seed = secrets.token_hex(8)
    found: dict[str, int] = {}
    start = Wording(DESK).text("es", Say("codename"))
    async with TelegramApi() as api, serving(folder, api, launched("silbo", tmp_path)) as server:
        for chat in CHATS[:2]:
            api.text(chat, "invented")
            api.text(chat, "/send")
            await handled(api)
            api.press(chat, "send")
            await handled(api)
            (shown,) = (message["text"] for message in api.sent[chat] if message["text"].startswith(start))
            codename = shown.removeprefix(start).strip()
            api.press(chat, only(api, chat, "noted:"))
            await handled(api)
            reply = f"{seed} of {chat}"
            desk_id = await answered(folder, signer, codename, f"{reply} " * 500)
            api.text(chat, codename)
            await handled(api)
            assert any(reply in message["text"] for message in api.sent[chat])
            wanted = secrets_of(codename, desk_id, reply)
            found |= {f"{chat}, open: {label}": n for label, n in server.count(wanted).items()}
            api.press(chat, only(api, chat, "read:"))
            await handled(api)
            api.press(chat, "close_answers")
            await handled(api)
            server.settle()
            found |= {f"{chat}: {label}": n for label, n in server.count(wanted).items()}
    assert {label: n for label, n in found.items() if n} == {}


async def test_without_the_launchers_settings_freed_memory_keeps_words(tmp_path: Path, folder: Path) -> None:
    """The search would have seen them, and the settings are what overwrites them."""
    traffic = await Traffic.create()
    async with TelegramApi() as api, serving(folder, api, plain()) as server:
        for chat in CHATS:
            traffic.send(api, chat)
        await handled(api)
        server.settle()
        found = server.count(traffic.canaries)
    assert found["utf-8"] > 0


def stored(folder: Path) -> int:
    """Return how many items the server has."""
    database = sqlite3.connect(folder / "state" / "silbo.db")
    with closing(database):
        return int(database.execute("SELECT count(*) FROM items").fetchone()[0])


def core_limits(pid: int) -> list[str]:
    """Return the soft and the hard limit."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return next(line.split()[4:6] for line in lines if line.startswith("Max core file size"))


async def test_the_server_and_what_it_starts_leave_no_core_and_no_secret_to_see(
    tmp_path: Path, folder: Path
) -> None:
    async with TelegramApi() as api, serving(folder, api, launched("silbo", tmp_path)) as server:
        assert server.settle() == (False, False)
        pids = [server.process.pid, *descendants(server.process.pid)]
        assert len(pids) >= 2  # with the scrub child's parent
        assert [core_limits(pid) for pid in pids] == [["0", "0"]] * len(pids)
        words = server.words()
        assert b"silbo.toml" in words
        assert b"PYTHONMALLOC=malloc" in words
        assert api.token.encode() not in words
        assert (folder / "state" / "signing.key").read_bytes().strip() not in words


def test_silbo_admin_leaves_no_core_and_no_passphrase_to_see(tmp_path: Path) -> None:
    passphrase = secrets.token_hex(8).encode()
    read, write = os.pipe()
    arguments = ["--home", str(tmp_path / "home"), "keygen", "--label", "x", "--passphrase-fd", str(read)]
    with watched("admin", arguments, launched("silbo-admin", tmp_path), (read,)) as program:
        os.write(write, passphrase)  # and no end of line: it takes this and goes on reading
        while select.select([read], [], [], 0)[0]:
            time.sleep(0.01)
        assert program.settle() == (False, False)
        assert core_limits(program.process.pid) == ["0", "0"]
        words = program.words()
    os.close(read)
    os.close(write)
    assert b"keygen" in words
    assert passphrase not in words
