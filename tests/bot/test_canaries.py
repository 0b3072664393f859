"""Promise 1: nothing that identifies a source is written to a disk, a log, or the runtime folder.

Unique strings go through the whole server by way of the Bot API's stand-in, with every logger at DEBUG and
with failures on purpose. Afterwards every byte that the server wrote is searched for them.
"""

import asyncio
import hashlib
import io
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot import redact
from bot.clock import today
from bot.conversation.effects import Say
from bot.conversation.telling import OWN_NAME, OWN_NUMBER
from bot.dialogue.wording import Wording
from bot.intake import Intake
from bot.server import run_telegram
from bot.settings import load_settings
from bot.store.errors import StorageError
from bot.store.mailboxes import NewReply
from bot.store.store import Store
from crypto.age import X25519Identity, decrypt
from crypto.codename import parse
from crypto.codename import root as codename_root
from crypto.minisign import SigningKey
from crypto.reply import Reply, seal_reply
from tests.bot.conftest import Pin
from tests.bot.intake.test_recordings import recording
from tests.telegram_api import TelegramApi, buttons, until

CHAT = 7_770_001_234_567
UPDATE = 555_000_777
CANARIES = {
    "text": b"CANARYTEXT",
    "caption": b"CANARYCAPTION",
    "file name": b"CANARYFILENAME",
    "document": b"CANARYDOCUMENT",
    "voice": b"CANARYVOICE",
    "camera": b"CANARYCAMERA",
    "owner": b"CANARYOWNER",
    "comment": b"CANARYCOMMENT",
    "text chunk": b"CANARYCHUNK",
    "GPS": b"CANARYGPS",
    "first name": f"First{CHAT}".encode(),
    "username": f"user{CHAT}".encode(),
    "chat id": str(CHAT).encode(),
    "chat id, packed": CHAT.to_bytes(6, "little"),
    "update id": str(UPDATE)[:7].encode(),
    "unique id": b"unique-file",
    "file id": b"file-10",
    "language": b"es-CANARY",
    "token": b"AAStand-in_token",
}
PATIENCE = 240.0
PIECE = 64
"""Bytes of a preview that are looked for: it has no mark of its own."""


def jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "CANARYCAMERA"
    exif[0x013B] = "CANARYOWNER"
    exif.get_ifd(0x8825)[0x001B] = b"CANARYGPS"
    out = io.BytesIO()
    Image.effect_noise((200, 100), 70).convert("RGB").save(out, "JPEG", exif=exif, comment=b"CANARYCOMMENT")
    return out.getvalue()


def png() -> bytes:
    text = PngInfo()
    text.add_text("Author", "CANARYCHUNK")
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "PNG", pnginfo=text)
    return out.getvalue()


@contextmanager
def everything_logged(file: Path) -> Iterator[None]:
    """Write every record of every logger to `file`, whatever levels were set."""
    handler = logging.FileHandler(file)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s %(exc_text)s"))
    uninstall = redact.install()
    root = logging.getLogger()
    root.addHandler(handler)
    levels = {name: logging.getLogger(name).level for name in (None, *logging.root.manager.loggerDict)}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        root.removeHandler(handler)
        handler.close()
        uninstall()


def files(folder: Path) -> list[tuple[Path, bytes]]:
    """Return every file below `folder` with its content."""
    return [(file, file.read_bytes()) for file in folder.rglob("*") if file.is_file()]


async def converse(api: TelegramApi) -> bytes:
    """The source's side: every kind of message, a cancelled file, a failure, and the sending.

    Returns the disguised voice that was played back.
    """

    answers = 0

    async def tell(_: object) -> None:
        """Wait for the answer to what was sent."""
        nonlocal answers
        answers += 1
        await until(lambda: len(api.sent[CHAT]) >= answers)

    await tell(api.text(CHAT, "/start", language="es-CANARY"))
    await tell(api.text(CHAT, "CANARYTEXT one"))
    await tell(api.text(CHAT, f"CANARYTEXT of First{CHAT}, cédula 1023456789"))
    for note in (OWN_NAME, OWN_NUMBER):
        words = Wording("Union").text("es", Say("kept", notes=(note,))).split("\n")[-1]
        assert words in api.sent[CHAT][-1]["text"], "compared, and said at once"
    message = api.text(CHAT, f"CANARYTEXT user{CHAT}")
    await tell(message)
    api.edit(CHAT, message, "CANARYTEXT changed")
    await tell(message)
    await tell(api.text(CHAT, "CANARYTEXT FAIL"))
    await tell(api.text(CHAT, "CANARYTEXT LOCKED"))
    await tell(api.photo(CHAT, jpeg(), caption="CANARYCAPTION"))
    await tell(api.document(CHAT, png(), name="CANARYFILENAME.png"))
    await tell(api.document(CHAT, jpeg()[:700], name="CANARYFILENAME.jpg"))
    await tell(api.document(CHAT, b"\x7fELF CANARYDOCUMENT", name="CANARYFILENAME.docx"))
    await tell(api.press(CHAT, buttons(api.sent[CHAT][-1])[0]))
    await tell(api.text(CHAT, "/options"))
    await tell(api.press(CHAT, "ask:disguise"))
    await tell(api.press(CHAT, "on:disguise"))
    await tell(api.voice(CHAT, recording() + b"VOICE"))
    ((_, heard),) = api.documents[CHAT]
    await tell(api.press(CHAT, buttons(api.sent[CHAT][-1])[0]))
    await tell(api.press(CHAT, "review"))
    await tell(api.text(CHAT, "CANARYTEXT answering"))
    await tell(api.press(CHAT, "send"))
    return heard


async def answer(api: TelegramApi, folder: Path, identities: list[X25519Identity]) -> str:
    """A reviewer replies, and the source reads that; returns the codename that they typed."""
    wording = Wording("Union")
    start = wording.text("es", Say("codename"))
    await until(lambda: any(message["text"].startswith(start) for message in api.sent[CHAT]))
    (shown,) = [message["text"] for message in api.sent[CHAT] if message["text"].startswith(start)]
    codename = str(shown.removeprefix(start).strip())
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'state' / 'silbo.db'}")
    try:
        mailbox = codename_root(parse(codename, "es")).mailbox(await store.mailboxes.desk_id())
        signer = SigningKey((folder / "root.seed").read_bytes())
        reply = Reply(signer.public(), mailbox.id, 1, today(), "en", "CANARYREPLY who else?", b"t" * 16)
        sealed = seal_reply(reply, str(mailbox.reply_identity.recipient()), signer)
        new = NewReply(hashlib.sha256(sealed).digest(), mailbox.address, reply.token_digest)
        assert await store.mailboxes.deliver(new, sealed, today())
    finally:
        await store.close()

    async def said(words: str) -> None:
        await until(lambda: any(words in message["text"] for message in api.sent[CHAT]))

    actions = [action for message in api.sent[CHAT] for action in buttons(message)]
    api.press(CHAT, next(action for action in actions if action.startswith("noted:")))
    await said(wording.text("es", Say("codename_noted")))
    api.text(CHAT, "/answers")
    await said(wording.text("es", Say("ask_codename")))
    api.text(CHAT, codename)
    await said("CANARYREPLY")
    return codename


async def quiet(*_: object) -> None:
    """On a busy machine everything takes longer than two seconds."""


async def test_no_canary_is_written_anywhere(
    tmp_path: Path, pin: Pin, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    identities = [X25519Identity.generate(), X25519Identity.generate()]
    (tmp_path / "state").mkdir()
    pin(identities, today())
    (tmp_path / "reviewers").rename(tmp_path / "state" / "reviewers")
    stuck = [StorageError("The database refused.")]
    text = Intake.text

    async def failing_text(self: Intake, drop_id: str, item_id: str, body: str, **how: Any) -> object:
        if "FAIL" in body:
            raise ValueError(f"handling {body} of {CHAT} failed")
        if "LOCKED" in body and stuck:
            raise stuck.pop()
        return await text(self, drop_id, item_id, body, **how)

    monkeypatch.setattr(Intake, "text", failing_text)
    monkeypatch.setattr("bot.dialogue.progress.Progress._tell", quiet)
    async with TelegramApi() as api:
        api.next_update = UPDATE
        token = tmp_path / "token"
        token.write_text(api.token)
        token.chmod(0o600)
        config = tmp_path / "silbo.toml"
        config.write_text(
            'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\nquestions = ["country"]\n'
            f'[telegram]\ntoken_file = "token"\nbase_url = "{api.url}"\n'
        )
        with everything_logged(tmp_path / "log"):
            server = asyncio.create_task(run_telegram(load_settings(config)))
            heard = await converse(api)
            codename = await answer(api, tmp_path, identities)
            written = files(tmp_path / "runtime")
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(server, PATIENCE)
    token.unlink()

    printed = capfd.readouterr()
    written += files(tmp_path)
    written += [(Path("stdout"), printed.out.encode()), (Path("stderr"), printed.err.encode())]
    canaries = CANARIES | {"preview": heard[len(heard) // 2 :][:PIECE], "reply": b"CANARYREPLY"}
    canaries |= {"codename": codename.encode()}
    found = {
        (name, file.relative_to(tmp_path) if file.is_absolute() else file)
        for file, content in written
        for name, canary in canaries.items()
        if canary in content or canary.decode("latin-1") in str(file)
    }
    assert found == set()
    # The search would have seen them: the server wrote, logged and kept what it should.
    names = {file.name for file, _ in written}
    assert {"silbo.db", "log", "key"} <= names
    log = (tmp_path / "log").read_text()
    assert "starting" in log
    assert "ValueError" not in log, "what fails is counted, and told at a fixed hour"
    assert not stuck
    assert await decrypted(tmp_path / "state" / "silbo.db", identities) >= {
        b"CANARYTEXT one",
        b"CANARYTEXT LOCKED",
        b"CANARYTEXT changed",
        b"CANARYTEXT answering",
        b"CANARYCAPTION",
        b"CANARYDOCUMENT",
    }


async def decrypted(database: Path, identities: list[X25519Identity]) -> set[bytes]:
    """Return which canaries the reviewers read in the stored drop."""
    store = await Store.open(f"sqlite+aiosqlite:///{database}")
    try:
        plan = await store.plan_batch(today())
        assert plan is not None
        (drop,) = plan.drop_ids
        plain = b""
        for item in await store.items(drop):
            plain += decrypt(b"".join([piece async for piece in store.read(item.id)]), identities)
    finally:
        await store.close()
    texts = {b"CANARYTEXT " + end for end in (b"one", b"LOCKED", b"changed", b"answering", b"FAIL")}
    return {word for word in texts | {b"CANARYCAPTION", b"CANARYDOCUMENT"} if word in plain}
