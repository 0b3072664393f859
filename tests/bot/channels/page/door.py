"""What the tests of the page's door share: a served door on real parts, and a page that does as drawn."""

import hashlib
import io
import json
import secrets
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.channels.listening import bound, listening
from bot.channels.page.answers import served
from bot.channels.page.app import PageApp
from bot.desks import Desk
from bot.intake.copies import Copies
from bot.intake.door import BLOCK, DROP_LABEL, Door, DoorLimits
from bot.intake.quota import Limits, Quota
from bot.intake.receivers import Receiver, Receivers
from bot.keys import Reviewers
from bot.page_server import used_of
from bot.runtime import RuntimeFolder
from bot.store.store import Store
from bot.tally import Tally
from crypto.age import X25519Identity
from crypto.item import seal_item
from crypto.keylist import KeyList, Period, keylist_bytes
from crypto.manifest import Manifest, ManifestItem, seal_manifest
from crypto.minisign import SigningKey
from crypto.slots import Slots
from crypto.words import fingerprint

DAY = date(2026, 11, 21)
REVIEWER = X25519Identity.generate()
SLOTS = Slots([REVIEWER.recipient()])
PART = 8 << 20
PAGE = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-x'\">"
    '<script type="application/json" id="desks">\n[]\n</script>'
)


@dataclass(frozen=True)
class Sealed:
    """A file as the page sends it."""

    content: bytes
    id: str = field(default_factory=lambda: secrets.token_hex(16))

    def told(self) -> dict[str, object]:
        sha256 = hashlib.sha256(self.content).hexdigest()
        return {"id": self.id, "size": len(self.content), "sha256": sha256}


@dataclass
class Drop:
    """A drop that was sealed on somebody's device."""

    items: list[Sealed]
    manifest: Sealed
    upload: str = field(default_factory=lambda: secrets.token_hex(16))
    tag: str | None = None

    @property
    def size(self) -> int:
        return sum(len(file.content) for file in self.files)

    @property
    def files(self) -> list[Sealed]:
        return [*self.items, self.manifest]

    @property
    def id(self) -> str:
        return hashlib.sha256(DROP_LABEL + bytes.fromhex(self.upload)).hexdigest()[:32]

    def commit(self) -> dict[str, object]:
        items = [file.told() for file in self.items]
        return {"items": items, "manifest": self.manifest.told(), "tag": self.tag}


def sealed_item(content: bytes, kind: str = "text") -> bytes:
    facts: dict[str, Any] = (
        {"kind": "text", "media_type": "text/plain", "cleaning": "text"}
        if kind == "text"
        else {"kind": "file", "media_type": "image/png", "cleaning": "clean"}
    )
    extension = "txt" if kind == "text" else "png"
    return seal_item(SLOTS, content, extension=extension, day=DAY, removed=(), **facts)


def drop_of(
    *contents: bytes,
    kind: str = "text",
    channel: str = "page",
    stamp: bytes | None = None,
    **more: Any,
) -> Drop:
    items = [Sealed(sealed_item(content, kind)) for content in contents]
    listed = tuple(
        ManifestItem(f"{number:04}.age", hashlib.sha256(item.content).digest(), len(item.content))
        for number, item in enumerate(items, start=1)
    )
    manifest = Manifest("desk", "es", channel, DAY, listed, {}, None, None, stamp=stamp)
    return Drop(items, Sealed(seal_manifest(SLOTS, manifest)), **more)


@dataclass
class Page:
    """The browser's side of a served door."""

    url: str
    session: ClientSession
    store: Store
    door: Door
    desk: str
    tally: Tally
    port: int

    async def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        data = None if body is None else io.BytesIO(content)
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        sent = {"Content-Type": kind} | headers
        async with self.session.request(method, self.url + path, data=data, headers=sent) as answer:
            content = await answer.read()
            assert len(content) in (1024, 4096, 8192, 65536), len(content)
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, json.loads(content)

    async def code(self, method: str, path: str, body: object = None, **headers: str) -> str:
        return str((await self.ask(method, path, body, **headers))[1]["code"])

    async def open(
        self, drop: Drop, *, size: int | None = None, nonce: str = "", desk: str | None = None
    ) -> str:
        wanted = {"desk": desk or self.desk, "size": size or drop.size, "nonce": nonce}
        return await self.code("PUT", f"door/{drop.upload}", wanted)

    async def bring(self, drop: Drop, file: Sealed, number: int = 0, content: bytes | None = None) -> str:
        piece = file.content[number * PART : (number + 1) * PART] if content is None else content
        return await self.code("PUT", f"door/{drop.upload}/{file.id}/{number}", piece)

    async def bring_all(self, drop: Drop) -> list[str]:
        return [
            await self.bring(drop, file, number)
            for file in drop.files
            for number in range(-(-len(file.content) // PART))
        ]

    async def commit(self, drop: Drop) -> str:
        return await self.code("POST", f"door/{drop.upload}", drop.commit())

    async def send(self, drop: Drop) -> str:
        assert await self.open(drop) == "ok"
        assert set(await self.bring_all(drop)) == {"ok"}
        return await self.commit(drop)

    async def states(self, *uploads: str) -> str:
        asked = [*uploads, *(secrets.token_hex(16) for _ in range(512 - len(uploads)))]
        found = (await self.ask("POST", "door/drops", {"uploads": asked}))[1]["states"]
        assert len(found) == 512
        assert set(found[len(uploads) :]) <= {"0"}
        return str(found[: len(uploads)])

    async def mailbox(
        self, mailbox: bytes, reply: str | None = None, start: int = 0
    ) -> tuple[Any, list[bytes]]:
        """The document of a block, and its pieces."""
        wanted = {"mailbox": mailbox.hex(), "reply": reply, "from": start}
        async with self.session.post(f"{self.url}door/mailbox", json=wanted) as answer:
            content = await answer.read()
        assert len(content) == BLOCK
        (length,) = struct.unpack(">I", content[:4])
        document, place, pieces = json.loads(content[4 : 4 + length]), 4 + length, []
        for piece in document["pieces"]:
            pieces.append(content[place : place + piece["size"]])
            place += piece["size"]
        assert not content[place:].strip(b"\0")
        return document, pieces


def pin(folder: Path) -> None:
    """One reviewer, whose list ends on 30 November."""
    root, start = SigningKey.generate(), date(2026, 11, 16)
    period = Period(start, start + timedelta(days=14), str(REVIEWER.recipient()))
    content = keylist_bytes(KeyList(root.public(), 1, start, "Marta", (period,)))
    listed = folder.parent / "keys.json"
    listed.write_bytes(content)
    listed.with_name("keys.json.minisig").write_text(root.sign(content, "silbo"))
    Reviewers(folder).add(listed, today=start, words=" ".join(fingerprint(root.public())))


@asynccontextmanager
async def door(
    folder: Path,
    *,
    limits: DoorLimits | None = None,
    room: Limits | None = None,
    path: str = "/",
    day: date = DAY,
    idle: float = 60.0,
    most: int = 600,
    port: int = 0,
    copies: Copies | None = None,
) -> AsyncIterator[Page]:
    """A door that is served from a folder, which may be served again."""
    reviewers = folder / "reviewers"
    if not reviewers.exists():
        pin(reviewers)
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'silbo.db'}")
    runtime = RuntimeFolder.open(folder / "runtime")
    receiver = Receiver(Desk("", "desk", "Desk", folder, 90), Reviewers(reviewers))
    quota = Quota(room or Limits(), used_of(store), lambda: 10**12, lambda: 0.0)
    made = Door(
        store,
        Receivers([receiver], lambda short, one: runtime.tag("desk", short, one)),
        limits or DoorLimits(drop=50_000_000, unfinished=200_000_000),
        quota=quota,
        seed=runtime.seed,
        today=lambda: day,
        clock=lambda: 0.0,
    )
    page = served(PAGE, ({"short": "desk"},), telegram_web=False)
    tally = Tally()

    async def load() -> Any:
        return page

    app = PageApp(made, load, tally.count, path=path, copies=copies).application()
    mine = bound("127.0.0.1", port)
    port = mine.getsockname()[1]
    try:
        desk_id = (await store.mailboxes.desk_id()).hex()
        async with listening(app, [mine], idle=idle, most=most), ClientSession() as session:
            yield Page(f"http://127.0.0.1:{port}{path}", session, store, made, desk_id, tally, port)
    finally:
        await store.close()
