"""A whole desk on real parts: SQLite file, runtime folder, signed key list, scrub child."""

import inspect
import io
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from bot.announcements import Announcements
from bot.channels.events import Button, CannotPlay, Event, Update
from bot.desks import Desk
from bot.dialogue import catalogues
from bot.dialogue.allowance import CHAT_BYTES
from bot.dialogue.runner import Dialogue
from bot.dialogue.session import Session
from bot.intake import Intake
from bot.intake.quota import Quota
from bot.intake.receivers import Receiver, Receivers
from bot.keys import Reviewers
from bot.questions import Question
from bot.runtime import RuntimeFolder
from bot.server.words import wording_of
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from bot.tally import Tally
from crypto.age import X25519Identity
from crypto.drop import MANIFEST_AGE, item_name, stamp_of
from crypto.item import Item, open_item
from crypto.keylist import KeyList, Period, keylist_bytes
from crypto.manifest import Manifest, open_manifest
from crypto.minisign import SigningKey
from crypto.words import fingerprint
from scrub.scrubber import Scrubber

DESK_ID = bytes(range(16))
"""The desk's, where announcements are for it."""
Pin = Callable[[list[X25519Identity], date], None]


@dataclass(slots=True)
class RecordingChat:
    """Remembers what was said and played, and apart from it what was `covered` (codenames) and what
    could be pressed `under` it.

    `fail` makes the next calls raise; `deaf` can't play.
    """

    said: list[tuple[str, list[str]]] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    played: list[tuple[bytes, str]] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)
    under: list[str] = field(default_factory=list)
    undeletable: int = 0
    fail: int = 0
    deaf: bool = False

    async def say(
        self,
        text: str,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        replace: int | None = None,
        hidden: str = "",
        answering: int = 0,
    ) -> int | None:
        if self.fail:
            self.fail -= 1
            raise ConnectionError
        if hidden:
            self.covered.append(hidden)
            self.under += [button.action for row in buttons for button in row]
            return 3000 + len(self.covered)
        self.said.append((text, [button.action for row in buttons for button in row]))
        if replace is not None:
            self.edited.append(replace)
            return replace
        return 1000 + len(self.said)

    async def play(self, content: bytes, media_type: str) -> int | None:
        if self.fail:
            self.fail -= 1
            raise ConnectionError
        if self.deaf:
            raise CannotPlay
        self.played.append((content, media_type))
        return 2000 + len(self.played)

    async def forget(self, message_ids: Sequence[int]) -> int:
        self.forgotten += message_ids
        return self.undeletable

    @property
    def last(self) -> str:
        return self.said[-1][0]

    @property
    def actions(self) -> list[str]:
        return self.said[-1][1]


class Clock:
    """Unix seconds that a test moves; `day` is what is stored."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 18, 12, tzinfo=UTC)

    def seconds(self) -> float:
        return self.now.timestamp()

    def day(self) -> date:
        return self.now.date()

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass(slots=True)
class House:
    """One desk and what a test needs to look behind it."""

    folder: Path
    dialogue: Dialogue
    store: Store
    runtime: RuntimeFolder
    scrubber: Scrubber
    clock: Clock
    identities: list[X25519Identity]
    tally: Tally
    custodian: X25519Identity | None = None
    further: tuple[Desk, ...] = ()
    questions: tuple[Question, ...] = ()
    told: dict[str, Any] = field(default_factory=dict)
    told_further: dict[str, Any] = field(default_factory=dict)
    quota: Quota | None = None
    chat_bytes: int = CHAT_BYTES
    chat: RecordingChat = field(default_factory=RecordingChat)
    updates: int = 0

    async def tell(
        self,
        event: Event,
        *,
        chat: str = "42",
        update_id: str | None = None,
        more: bool = False,
        settle: bool = True,
    ) -> RecordingChat:
        """Hand the dialogue one update, as a channel does; `settle`, and have deleted what then must go."""
        self.updates += 1
        name = update_id or f"u{self.updates}"
        await self.dialogue.handle(Update(chat, name, event, self.updates, "en", more), self.chat)
        if settle:
            await self.dialogue.settled()
        return self.chat

    def update(self, event: Event, chat: str = "42") -> Update:
        """The next update, for nobody yet."""
        self.updates += 1
        return Update(chat, f"u{self.updates}", event, self.updates, "en")

    def restart(self) -> None:
        """What a crash leaves: the same folders and database, everything else built anew."""
        self.runtime = RuntimeFolder.open(self.folder / "runtime")
        self.dialogue = _dialogue(
            self.folder,
            self.store,
            self.scrubber,
            self.runtime,
            self.clock,
            custodian=self.custodian,
            further=self.further,
            tally=self.tally,
            told={"questions": self.questions, **self.told},
            told_further=self.told_further,
            quota=self.quota,
            chat_bytes=self.chat_bytes,
        )

    def receivers(self) -> list[Receiver]:
        """The desks, with their reviewers."""
        return _receivers(self.folder, self.custodian, self.further)

    async def drops(self) -> list[tuple[Manifest, list[tuple[Item, bytes]]]]:
        """Decrypt every drop that would be exported, in no order."""
        plan = await self.store.plan_batch(self.clock.day())
        return [await self._open(drop_id) for drop_id in (plan.drop_ids if plan else ())]

    async def sent(self) -> list[tuple[Manifest, list[tuple[Item, bytes]]]]:
        """Decrypt every complete drop, in no order, without planning a batch."""
        with closing(sqlite3.connect(self.folder / "silbo.db")) as database:
            ids = database.execute("SELECT id FROM drops WHERE state = 'complete'").fetchall()
        return [await self._open(drop_id) for (drop_id,) in ids]

    @property
    def root(self) -> SigningKey:
        """The root key of the reviewer who is pinned."""
        return SigningKey((self.folder / "root.seed").read_bytes())

    def session(self, chat: str = "42") -> Session:
        """What is remembered of a chat."""
        data = self.runtime.load(self.runtime.tag("chat", "telegram", chat))
        assert data is not None
        return Session.load(data)

    def everything_written(self) -> bytes:
        """All bytes of the database and of the runtime folder."""
        files = [*self.folder.glob("silbo.db*"), *(self.folder / "runtime").rglob("*")]
        return b"".join(file.read_bytes() for file in files if file.is_file())

    async def _open(self, drop_id: str) -> tuple[Manifest, list[tuple[Item, bytes]]]:
        members = {}
        number = 0
        for stored in await self.store.items(drop_id):
            assert stored.state != "waiting"
            ciphertext = b"".join([piece async for piece in self.store.read(stored.id)])
            number += stored.state == "kept"
            members[MANIFEST_AGE if stored.state == "manifest" else item_name(number)] = ciphertext
        manifest = open_manifest(members.pop(MANIFEST_AGE), self.identities)
        assert manifest.stamp is not None
        assert await self.store.stamp(drop_id) == stamp_of(manifest.stamp), "this server made it"
        assert [item.name for item in manifest.items] == list(members)
        opened = []
        for listed in manifest.items:
            content = io.BytesIO()
            keys = (
                self.identities if listed.audience == "reviewers" else [self.custodian or pytest.fail("none")]
            )
            opened.append((open_item(io.BytesIO(members[listed.name]), content, keys), content.getvalue()))
        return manifest, opened


def _receivers(folder: Path, custodian: X25519Identity | None, further: Sequence[Desk]) -> list[Receiver]:
    keeper = custodian.recipient() if custodian else None
    first = Desk(FIRST_DESK, "union", "Union", folder, 90, keeper, "the notary" if custodian else None)
    return [Receiver(desk, Reviewers(desk.reviewers)) for desk in (first, *further)]


def _dialogue(
    folder: Path,
    store: Store,
    scrubber: Scrubber,
    runtime: RuntimeFolder,
    clock: Clock,
    *,
    custodian: X25519Identity | None = None,
    further: Sequence[Desk] = (),
    tally: Tally,
    told: Mapping[str, Any] | None = None,
    told_further: Mapping[str, Any] | None = None,
    quota: Quota | None = None,
    chat_bytes: int = CHAT_BYTES,
) -> Dialogue:
    """`told` are settings of the first desk that sources see (and `mini`, where the messenger can open the
    page), `told_further` those of the others.
    """
    told = dict(told or {})
    mini = told.pop("mini", "")
    receivers = _receivers(folder, custodian, further)
    apart, beside = partial(runtime.tag, "desk"), partial(runtime.tag, "original")
    intake = Intake(store, scrubber, Receivers(receivers, apart), beside=beside, tally=tally, quota=quota)
    announcements = {
        each.desk.short: Announcements(
            folder / "announcements", each.reviewers, bytes([number]) + DESK_ID[1:]
        )
        for number, each in enumerate(receivers, start=DESK_ID[0])
    }
    return Dialogue(
        intake,
        runtime,
        wording_of(
            [
                replace(receivers[0].desk, **told),
                *(replace(desk, **(told_further or {})) for desk in further),
            ],
            mini,
        ),
        "telegram",
        clock.seconds,
        tally=tally,
        announcements=announcements,
        chat_bytes=chat_bytes,
        tell_after=3600.0,  # on a busy machine everything takes longer than two seconds
    )


@pytest.fixture(scope="session")
def reviewer() -> list[X25519Identity]:
    """Return the secrets of a reviewer's two periods."""
    return [X25519Identity.generate(), X25519Identity.generate()]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pin(tmp_path: Path) -> Pin:
    """Return what pins a reviewer with a period for each identity, a week apart, two weeks long."""

    def add(identities: list[X25519Identity], day: date) -> None:
        root = SigningKey.generate()
        monday = day - timedelta(days=day.weekday())
        periods = tuple(
            Period(start, start + timedelta(days=14), str(identity.recipient()))
            for week, identity in enumerate(identities)
            for start in (monday + timedelta(days=7 * week),)
        )
        data = keylist_bytes(KeyList(root.public(), 1, day, "reviewer", periods))
        (tmp_path / "root.seed").write_bytes(root.seed)
        listed = tmp_path / "published"
        listed.mkdir()
        (listed / "keys.json").write_bytes(data)
        (listed / "keys.json.minisig").write_text(root.sign(data, "key list"))
        words = " ".join(fingerprint(root.public()))
        Reviewers(tmp_path / "reviewers").add(listed / "keys.json", today=day, words=words)

    return add


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where `store` keeps its database."""
    return tmp_path / "silbo.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    yield store
    await store.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests in a house share their module's event loop, and so its scrub child."""
    for item in items:
        if not isinstance(item, pytest.Function) or not inspect.iscoroutinefunction(item.obj):
            continue
        if "scrubber_of_the_module" in item.fixturenames:
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="session", autouse=True)
def _catalogues_read_once() -> Iterator[None]:
    """As in a server that runs. A house that reads six catalogues is half of what most of its tests cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "load", cache(catalogues.load))
        yield


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scrubber_of_the_module() -> AsyncIterator[Scrubber]:
    """One zygote for a module's tests, started with the first file: a start costs half a second."""
    scrubber = Scrubber()
    async with AsyncExitStack() as stack:
        stack.push_async_exit(scrubber)
        yield scrubber


@pytest_asyncio.fixture(loop_scope="module")
async def house(
    tmp_path: Path,
    clock: Clock,
    reviewer: list[X25519Identity],
    pin: Pin,
    scrubber_of_the_module: Scrubber,
) -> AsyncIterator[House]:
    pin(reviewer, clock.day())
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'silbo.db'}")
    runtime = RuntimeFolder.open(tmp_path / "runtime")
    scrubber, tally = scrubber_of_the_module, Tally()
    dialogue = _dialogue(tmp_path, store, scrubber, runtime, clock, tally=tally)
    yield House(tmp_path, dialogue, store, runtime, scrubber, clock, reviewer, tally)
    await store.close()


@pytest.fixture
def house_with_custodian(house: House) -> House:
    """Return the same house, at a desk where originals can be enclosed for somebody."""
    house.custodian = X25519Identity.generate()
    house.restart()
    return house


@pytest.fixture(scope="session")
def photo() -> bytes:
    """Return a small JPEG with a camera model, an owner's name and a date in its Exif."""
    exif = Image.Exif()
    exif[0x0110] = "CANARY-CAMERA"
    exif[0x013B] = "CANARY-OWNER"
    exif[0x0132] = "2026:11:18 09:10:11"
    out = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()
