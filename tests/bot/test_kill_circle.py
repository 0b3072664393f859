"""Promise 3 around the whole circle: a codename shown, a reply delivered, read, answered, a drop taken back.

As in `test_kill`, the real bot and the real `silbo import-replies` are killed at random instants and at the
worst ones. At the end every reply was read once and proven read, every answer lies in the export once, and
what was taken back is gone.
"""

import asyncio
import contextlib
import hashlib
import random
import secrets
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from crypto.age import X25519Identity
from crypto.codename import parse
from crypto.codename import root as codename_root
from crypto.mailbox import Mailbox
from crypto.minisign import SigningKey
from crypto.outbox import Outbox, listed, outbox_bytes
from crypto.reply import Reply, seal_reply
from tests.bot.conftest import Pin
from tests.bot.test_kill import PATIENCE, ROOT, Kill, Running, house, read_batch, silbo, when
from tests.telegram_api import TelegramApi, until
from tests.telegram_people import buttons

WORDING = Wording("Union")


@dataclass
class Circle:
    """One bot and its people; `acts` are killed in the middle, at a moment drawn by `rng`."""

    api: TelegramApi
    running: Running
    rng: random.Random
    chats: range
    often: float
    mailboxes: dict[int, Mailbox] = field(default_factory=dict)
    codenames: dict[int, str] = field(default_factory=dict)

    def kill(self, many: int) -> Kill:
        """At a moment while so many chats are answered; two of the six need something deleted."""
        return self.rng.choice(
            [
                when("before a message", "sendMessage", "asked", within=many, cut=True),
                when("before a message", "sendMessage", "asked", within=2 * many, cut=True),
                when("after a message", "sendMessage", "done", within=many),
                when("after a message", "sendMessage", "done", within=2 * many),
                when("before a deletion", "deleteMessages", "asked", within=many, cut=True),
                when("after a deletion", "deleteMessages", "done", within=many),
            ]
        )

    async def act(self, chats: Sequence[int], act: Callable[[int], object]) -> None:
        """They do the same; the bot is killed once meanwhile, if the moment comes, and started again."""
        if self.rng.random() < self.often:
            self.api.watch = self.kill(len(chats))(self.running, self.rng)
        for chat in chats:
            act(chat)
        await until(lambda: self.running.killed or self.api.pending() == 0, PATIENCE)
        self.api.watch = None
        if self.running.killed:
            await self.running.dead()
            await self.running.start()
        await until(lambda: self.api.pending() == 0, PATIENCE)

    def said(self, chat: int) -> Counter[str]:
        return Counter(message["text"] for message in self.api.sent[chat])

    def press(self, chat: int, action: str) -> str:
        """Press the only button that begins so."""
        (found,) = {
            each for message in self.api.sent[chat] for each in buttons(message) if each.startswith(action)
        }
        return self.api.press(chat, found)

    def learn_codenames(self, desk_id: bytes) -> None:
        start = WORDING.text("es", Say("codename"))
        for chat in self.chats:
            shown = {text.removeprefix(start).strip() for text in self.said(chat) if text.startswith(start)}
            (self.codenames[chat],) = shown
            self.mailboxes[chat] = codename_root(parse(self.codenames[chat], "es")).mailbox(desk_id)


def write_outbox(folder: Path, signer: SigningKey, mailboxes: dict[int, Mailbox]) -> dict[bytes, bytes]:
    """A reply to everybody; returns the token inside each by the hash of its file."""
    folder.mkdir()
    entries, tokens = [], {}
    day = datetime.now(UTC).date()
    for chat, mailbox in mailboxes.items():
        token = secrets.token_bytes(16)
        reply = Reply(signer.public(), mailbox.id, 1, day, "es", f"Pregunta para {chat}.", token)
        data = seal_reply(reply, str(mailbox.reply_identity.recipient()), signer)
        entries.append(listed(reply, data))
        tokens[hashlib.sha256(data).digest()] = token
        (folder / entries[-1].name).write_bytes(data)
    entries.sort(key=lambda entry: entry.sha256)
    document = outbox_bytes(Outbox(signer.public(), day, tuple(entries)))
    (folder / "outbox.json").write_bytes(document)
    (folder / "outbox.json.minisig").write_text(signer.sign(document, "outbox"))
    return tokens


async def import_killed(rng: random.Random, config: Path, stick: Path, kills: int) -> None:
    """Pulled out or killed again and again in the middle, then once to the end."""
    command = (sys.executable, "-m", "bot", "import-replies", str(stick), "--config", str(config))
    for _ in range(kills):
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
        await asyncio.sleep(rng.uniform(0.7, 2.0))
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    await silbo("import-replies", stick, "--config", config)


async def survive(
    folder: Path, pin: Pin, mode: str, *, seed: int, people: int, kills: int, often: float = 1
) -> None:
    identities = [X25519Identity.generate(), X25519Identity.generate()]
    pin(identities, datetime.now(UTC).date())
    signer = SigningKey((folder / "root.seed").read_bytes())
    database, rng = folder / "state" / "silbo.db", random.Random(seed)
    async with house(folder, pin, mode) as (api, running, config):
        circle = Circle(api, running, rng, range(1, people + 1), often)
        everybody = list(circle.chats)
        withdrawing, answering = everybody[::3], everybody[1::3]
        await running.start()
        await circle.act(everybody, lambda chat: api.text(chat, f"Nos filman, {chat}."))
        await circle.act(everybody, lambda chat: api.text(chat, "/send"))
        await circle.act(everybody, lambda chat: api.press(chat, "send"))
        ((desk,),) = rows(database, "SELECT id FROM desks")
        circle.learn_codenames(bytes.fromhex(str(desk)))
        tokens = write_outbox(folder / "outbox-1", signer, circle.mailboxes)
        await import_killed(rng, config, folder / "outbox-1", kills)
        assert len(rows(database, "SELECT sha256 FROM replies")) == people, "delivered once"
        await circle.act(everybody, lambda chat: api.text(chat, circle.codenames[chat]))
        for chat in everybody:
            assert circle.said(chat)[f"Pregunta para {chat}."] >= 1, "shown"
        await circle.act(answering, lambda chat: api.press(chat, "answer:1"))
        await circle.act(everybody, lambda chat: circle.press(chat, "read:"))
        await circle.act(withdrawing, lambda chat: api.press(chat, "withdraw"))
        await circle.act(withdrawing, lambda chat: api.press(chat, "withdraw_now"))
        await circle.act(answering, lambda chat: api.text(chat, f"No, {chat}."))
        await circle.act(answering, lambda chat: api.text(chat, "/send"))
        await circle.act(answering, lambda chat: api.press(chat, "send"))
        await import_killed(rng, config, folder / "outbox-1", 0)
        await running.stop()
        (folder / "out").mkdir()
        await silbo("export", folder / "out", "--config", config)

    for chat in everybody:
        assert circle.said(chat)[WORDING.text("es", Say("reply_destroyed"))] >= 1
    for chat in withdrawing:
        assert circle.said(chat)[WORDING.text("es", Say("withdrawn"))] >= 1
    read = rows(database, "SELECT sha256, mark FROM replies WHERE blob_id IS NULL")
    assert set(read) == set(tokens.items()), "each read once"
    assert rows(database, "SELECT sha256 FROM replies WHERE blob_id IS NOT NULL") == []
    found: Counter[tuple[str, bytes | None]] = Counter(
        (contents[0], mailbox) for contents, mailbox in read_batch(folder / "out", identities)
    )
    due: Counter[tuple[str, bytes | None]] = Counter(
        (hashlib.sha256(text.encode()).hexdigest(), circle.mailboxes[chat].id)
        for chats, text_of in (
            ([chat for chat in everybody if chat not in withdrawing], "Nos filman, {}."),
            (answering, "No, {}."),
        )
        for chat in chats
        for text in (text_of.format(chat),)
    )
    print(f"{mode}, seed {seed}: {dict(running.kills)}, {len(due - found)} lost, {len(found - due)} doubled")
    assert found == due


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(database)) as store:
        return store.execute(query).fetchall()


async def test_killed_at_any_instant_the_circle_closes(tmp_path: Path, pin: Pin) -> None:
    await survive(tmp_path, pin, "polling", seed=1, people=4, kills=1, often=0.5)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_killed_at_any_instant_the_circle_of_many_closes(
    mode: str, seed: int, tmp_path: Path, pin: Pin
) -> None:
    await survive(tmp_path, pin, mode, seed=seed, people=18, kills=4)
