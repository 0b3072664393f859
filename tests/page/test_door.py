"""The page at a real door: what a browser sends, what comes back, and what no server gets to see."""

import asyncio
import hashlib
import io
import re
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from playwright.sync_api import Page, Request

from bot.channels.listening import bound, listening
from bot.channels.page.answers import served
from bot.channels.page.app import PageApp
from bot.desks import Desk
from bot.intake.copies import Copies
from bot.intake.door import Door, DoorLimits
from bot.intake.quota import Limits, Quota
from bot.intake.receivers import Receiver, Receivers
from bot.keys import Reviewers
from bot.page import page_desk, with_desks
from bot.page_server import used_of
from bot.questions import Question
from bot.runtime import RuntimeFolder
from bot.store.mailboxes import NewReply
from bot.store.store import Store
from bot.tally import Tally
from crypto.codename import parse, root
from crypto.item import Item, open_item
from crypto.mailbox import CodenameRoot
from crypto.manifest import Manifest, open_manifest
from crypto.minisign import PublicKey
from crypto.reply import Question as Asked
from crypto.reply import Reply, seal_reply
from crypto.words import fingerprint
from scrub.scrubber import Scrubber
from tests.browser import PHONE, open_page
from tests.page.conftest import PageReviewer, on_device
from tests.page.test_page import PDF, WORDS

QUESTIONS = (
    Question("danger"),
    Question("place", {"en": "In which town?", "es": "¿En qué ciudad?"}),
)
LAUNCH = "#tgWebAppData=user%3DCANARY-LAUNCH&tgWebAppVersion=9.0"
T = TypeVar("T")


@dataclass(frozen=True)
class Serving:
    """A server of one desk in a thread of its own."""

    address: str
    store: Store
    desk_id: bytes
    today: date
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(240)

    async def files(self, drop_id: str) -> list[bytes]:
        items = await self.store.items(drop_id)
        return [b"".join([piece async for piece in self.store.read(item.id)]) for item in items]

    def opened(self, drop_id: str, reviewer: PageReviewer) -> tuple[Manifest, list[tuple[Item, bytes]]]:
        *files, manifest = self.run(self.files(drop_id))
        found = []
        for file in files:
            out = io.BytesIO()
            found.append((open_item(io.BytesIO(file), out, [reviewer.identity]), out.getvalue()))
        return open_manifest(manifest, [reviewer.identity]), found


@contextmanager
def serving(
    built: str, folder: Path, reviewers: list[PageReviewer], today: date, bits: int = 0
) -> Iterator[Serving]:
    ready, stop, made = threading.Event(), asyncio.Event(), list[Serving]()

    async def serve() -> None:
        pinned = Reviewers(folder / "reviewers")
        for reviewer in reviewers:
            listed = folder / "keys.json"
            listed.write_text(reviewer.signed.keys)
            listed.with_name("keys.json.minisig").write_text(reviewer.signed.signature)
            words = " ".join(fingerprint(PublicKey.parse(reviewer.signed.root)))
            pinned.add(listed, today=today, words=words)
        store = await Store.open(f"sqlite+aiosqlite:///{folder / 'silbo.db'}")
        runtime = RuntimeFolder.open(folder / "runtime")
        receivers = Receivers(
            [Receiver(Desk("", "union", "the Union", folder, 90), pinned)],
            lambda short, one: runtime.tag("desk", short, one),
        )
        quota = Quota(Limits(), used_of(store), lambda: 10**12, lambda: 0.0)
        limits = DoorLimits(50_000_000, 200_000_000, bits)
        door = Door(
            store,
            receivers,
            limits,
            quota=quota,
            seed=runtime.seed,
            today=lambda: today,
            clock=lambda: 0.0,
        )
        desk_id = await store.mailboxes.desk_id()
        mine = page_desk("union", "the Union", desk_id, pinned, QUESTIONS)
        page = served(with_desks(built, [mine]), (asdict(mine),), telegram_web=False)

        async def load() -> Any:
            return page

        listener = bound("127.0.0.1", 0)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        async with (
            Scrubber() as scrubber,
            listening(PageApp(door, load, Tally().count, copies=Copies(scrubber)).application(), [listener]),
        ):
            made.append(Serving(address, store, desk_id, today, asyncio.get_running_loop()))
            ready.set()
            await stop.wait()
        await store.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(240)
        yield made[0]
    finally:
        made[0].loop.call_soon_threadsafe(stop.set)
        thread.join(20)


def drop_of(codename: CodenameRoot, desk_id: bytes, today: date, k: int = 0) -> str:
    """The drop that the page made as its `k`th of the day."""
    label = b"silbo/v1 upload" + desk_id + today.isoformat().encode() + bytes([k])
    upload = HKDFExpand(SHA256(), 16, label).derive(codename.key)
    return hashlib.sha256(b"silbo/v1 drop" + upload).hexdigest()[:32]


def sent(page: Page) -> str:
    """Press the button; the codename that is shown then, if one is."""
    page.click("#send")
    page.wait_for_selector("#done h2", timeout=150_000)
    shown = page.query_selector(".codename")
    return shown.inner_text() if shown else ""


def test_what_is_sent_is_read_answered_and_taken_back(
    built: str, reviewers: list[PageReviewer], today: date, photo: bytes, tmp_path: Path
) -> None:
    """One browser sends, a reviewer answers, another browser reads that with seven words alone."""
    sizes: list[bytes] = []

    def watch(request: Request) -> None:
        sizes.append(request.url.encode() + str(request.headers).encode() + (request.post_data_buffer or b""))

    with serving(built, tmp_path, reviewers, today, bits=8) as server:
        with open_page(server.address + LAUNCH, **PHONE, own=(server.address,), day=today) as (page, visit):
            page.context.on("request", watch)
            assert page.evaluate("[location.href, history.length]") == [server.address, 2]
            page.wait_for_selector("#send:not([hidden])")
            assert page.is_visible("#inside")
            page.fill("#text", WORDS)
            page.click("text=Yes")
            page.fill("#questions textarea", "Bogotá")
            page.set_input_files("#picker", on_device(tmp_path, {"CANARY.jpg": photo, "a.pdf": PDF}))
            page.click("text=Send it as it is")
            codename = sent(page)
            assert visit.complaints == visit.requests == []
            assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
                0,
                0,
                "",
            ]
        opens = root(parse(codename, "en"))
        drop_id = drop_of(opens, server.desk_id, today)
        for reviewer in reviewers:
            manifest, items = server.opened(drop_id, reviewer)
            assert [item.cleaning for item, _ in items] == ["text", "text", "text", "clean", "uncleaned"]
            assert items[0][1].decode() == WORDS
            assert items[2][0].notes == ("answer_place",)
            assert items[2][1].decode() == "In which town?\n\nBogotá"
            assert (manifest.channel, manifest.day, manifest.desk_id) == ("page", today, server.desk_id)
            box = opens.mailbox(server.desk_id)
            assert (manifest.mailbox, manifest.in_reply_to) == (box.id, None)
        signer = reviewers[0]
        token = b"0123456789abcdef"
        asks = (Asked("when", "¿Desde cuándo?"),)
        reply = Reply(signer.root.public(), box.id, 1, today, "es", "Recibido, CANARY-ANSWER.", token, asks)
        sealed = seal_reply(reply, manifest.reply_recipient or "", signer.root)
        new = NewReply(hashlib.sha256(sealed).digest(), box.address, reply.token_digest)
        assert server.run(server.store.mailboxes.deliver(new, sealed, today))
        with open_page(server.address, **PHONE, own=(server.address,), day=today) as (page, visit):
            page.context.on("request", watch)
            page.wait_for_selector("#back:not([hidden])")
            page.click("#back summary")
            page.fill("#words", "acorn acorn acorn")
            page.click("#enter")
            page.wait_for_selector("#status:has-text('7 words')")
            page.fill("#words", codename.upper())
            page.click("#enter")
            page.wait_for_selector("article", timeout=30_000)
            said = page.inner_text("#mail")
            assert "CANARY-ANSWER" in said
            assert "¿Desde cuándo?" in said
            page.click("text=Answer this")
            page.fill("#text", "Desde marzo.")
            assert sent(page) == ""
            manifest, items = server.opened(drop_of(opens, server.desk_id, today, 1), signer)
            assert (manifest.in_reply_to, manifest.mailbox, items[0][1]) == (1, box.id, b"Desde marzo.")
            page.click("#done button")
            page.click("#back summary")
            page.fill("#words", codename)
            page.click("#enter")
            page.wait_for_selector("article", timeout=30_000)
            page.click("text=I have read it")
            page.wait_for_selector("article", state="detached")
            page.click("#mail summary")
            page.click("#mail li:last-child button")
            page.wait_for_selector("#mail li:has-text('deleted on this')")
            assert visit.complaints == visit.requests == []
        assert server.run(server.store.items(drop_id)) == ()
    everything = b"".join(sizes)
    assert len(everything) > 60_000
    words = codename.encode()
    for canary in (
        b"CANARY",
        b"Nos obligan",
        b"marzo",
        b"Bogot",
        b"tgWebApp",
        b"%PDF",
        words,
        b" ".join(words.split()[:2]),
    ):
        assert canary not in everything


@pytest.mark.long
def test_a_server_with_other_reviewers_than_the_page_came_with_gets_nothing(
    built: str, reviewers: list[PageReviewer], today: date, tmp_path: Path
) -> None:
    """The page was saved, or loaded before; now the server names one reviewer more."""
    with (
        serving(built, tmp_path, reviewers, today) as server,
        open_page(server.address, own=(server.address,), day=today) as (page, _),
    ):
        page.wait_for_selector("#send:not([hidden])")
        page.fill("#text", WORDS)
        answer = page.request.get(f"{server.address}door/desks").json()
        answer["desks"][0]["reviewers"].pop()
        page.context.route("**/door/desks", lambda route: route.fulfill(json=answer))
        page.click("#send")
        page.wait_for_selector("#readers .alarm")
        assert "false" in page.inner_text("#readers")
        assert page.is_disabled("#send")
        assert page.input_value("#text") == WORDS


@pytest.mark.long
def test_a_line_that_breaks_loses_nothing_and_is_tried_again(
    built: str, reviewers: list[PageReviewer], today: date, tmp_path: Path
) -> None:
    """Every other request gets no answer; a drop of three parts arrives once."""
    count = 0

    with (
        serving(built, tmp_path, reviewers, today) as server,
        open_page(server.address, own=(server.address,), day=today) as (page, _),
    ):
        page.wait_for_selector("#send:not([hidden])")
        page.fill("#text", WORDS)
        large = {"film.mp4": bytes(18_000_000)}
        page.set_input_files("#picker", on_device(tmp_path, large))
        page.click("text=Send it as it is")

        def unsteady(route: Any) -> None:
            nonlocal count
            count += 1
            if count % 2:
                route.abort()
            else:
                route.continue_()

        page.context.route("**/door/*", unsteady)
        page.context.route("**/door/*/*/*", unsteady)
        codename = sent(page)
        drop_id = drop_of(root(parse(codename, "en")), server.desk_id, today)
        items = server.opened(drop_id, reviewers[0])[1]
        assert [len(content) for _, content in items] == [len(WORDS.encode()), 18_000_000]


@pytest.mark.long
def test_a_line_that_is_down_for_long_is_told_and_taken_up_where_it_was(
    built: str, reviewers: list[PageReviewer], today: date, tmp_path: Path
) -> None:
    """Twenty tries get no answer; what is there is not sent again. The waits are short here."""
    worker = '<script type="text/plain" id="worker">'
    hasty = built.replace(
        worker, worker + "const wait = setTimeout; self.setTimeout = (work) => wait(work, 50);"
    )
    paths: list[str] = []

    def cut(route: Any) -> None:
        paths.append(route.request.url.rsplit("/", 2)[-1])
        if 2 <= len(paths) < 22:
            route.abort()
        else:
            route.continue_()

    with (
        serving(hasty, tmp_path, reviewers, today) as server,
        open_page(server.address, own=(server.address,), day=today) as (page, _),
    ):
        page.wait_for_selector("#send:not([hidden])")
        page.evaluate(
            "() => { const at = document.getElementById('status'); window.told = '';"
            "new MutationObserver(() => (window.told += at.textContent)).observe(at, { childList: true }); }"
        )
        page.set_input_files("#picker", on_device(tmp_path, {"film.mp4": bytes(18_000_000)}))
        page.click("text=Send it as it is")
        page.context.route("**/door/*/*/*", cut)
        codename = sent(page)
        assert "goes on by itself" in page.evaluate("window.told")
        items = server.opened(drop_of(root(parse(codename, "en")), server.desk_id, today), reviewers[0])[1]
    assert [len(content) for _, content in items] == [18_000_000]
    assert len(paths) == 5 + 20, "four parts and the manifest, and each cut try once more"


@pytest.mark.long
def test_a_commit_whose_answer_is_lost_is_no_second_drop_when_send_is_pressed_again(
    built: str, reviewers: list[PageReviewer], today: date, tmp_path: Path
) -> None:
    """Sixty answers are lost; the drop is here, and the page is told so when it asks."""
    worker = '<script type="text/plain" id="worker">'
    hasty = built.replace(
        worker, worker + "const wait = setTimeout; self.setTimeout = (work) => wait(work, 20);"
    )

    def unheard(route: Any) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    with (
        serving(hasty, tmp_path, reviewers, today) as server,
        open_page(server.address, own=(server.address,), day=today) as (page, _),
    ):
        page.wait_for_selector("#send:not([hidden])")
        page.fill("#text", WORDS)
        upload = re.compile("/door/[0-9a-f]{32}$")
        page.context.route(upload, unheard)
        page.click("#send")
        page.wait_for_selector("#status:has-text('does not answer')", timeout=150_000)
        page.context.unroute(upload)
        opens = root(parse(sent(page), "en"))
        drops = [drop_of(opens, server.desk_id, today, k) for k in range(8)]
        assert [bool(server.run(server.store.items(drop))) for drop in drops] == [True] + [False] * 7
        assert server.opened(drops[0], reviewers[0])[1][0][1].decode() == WORDS
