"""Workers of the page that die without a word, as where a telephone takes their memory: nothing is lost."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from crypto.codename import parse, root
from tests.browser import Visit, open_page
from tests.page.conftest import PageReviewer, desk, on_device, page_of
from tests.page.test_door import Serving, drop_of, sent, serving
from tests.page.test_page import WORDS, locked, opened

WORKER = '<script type="text/plain" id="worker">'
NO_CIPHER = """
const key = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, ...rest) {
    if (format === "raw-secret") throw new TypeError("not here");
    return key.call(this, format, ...rest);
};
"""
"""What a browser says that has no ChaCha20-Poly1305 of its own: others share the work then."""
DIES = """
self.addEventListener("message", ({ data }) => data.mate?.addEventListener("message", (order) => {
    order.stopImmediatePropagation();
    self.close();
}));
"""
"""Whoever helps is gone with the first that it was given."""
LIES = """
const seal = SubtleCrypto.prototype.encrypt;
SubtleCrypto.prototype.encrypt = async function (...given) {
    const sealed = await seal.apply(this, given);
    return new Uint8Array(sealed).map((byte, at) => (at === 70 ? byte ^ 1 : byte)).buffer;
};
"""
"""A cipher that is wrong in one byte: it is seen once before it is believed."""
UPLOAD = re.compile("/door/[0-9a-f]{32}$")
"""Where an upload is opened and committed. (In a glob of Playwright a question mark is one.)"""
PINGS = 9 * 15_000 + 1000


@pytest.mark.long
@pytest.mark.parametrize("added", [NO_CIPHER, NO_CIPHER + DIES, LIES], ids=["shared", "dies", "lies"])
def test_a_large_file_is_whole_where_several_share_the_work_and_die(
    built: str, reviewers: list[PageReviewer], tmp_path: Path, added: str
) -> None:
    address = page_of(built.replace(WORKER, WORKER + added), tmp_path, desk(*reviewers))
    large = random.Random(1).randbytes(9_000_001)
    with open_page(address) as (page, visit):
        page.set_input_files("#picker", on_device(tmp_path, {"film.mp4": large}))
        page.click("text=Send it as it is")
        parts = locked(page, tmp_path)
        assert DIES in added or len(page.workers) > 1
        assert visit.complaints == []
    assert opened(parts, reviewers[0])[1][0][1] == large


def test_a_worker_that_died_is_told_and_another_one_goes_on(
    address: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    with open_page(address) as (page, visit):
        page.clock.install(time=datetime.now(UTC))
        page.reload()
        page.fill("#text", WORDS)
        page.wait_for_selector("#lock:enabled")
        page.workers[0].evaluate("self.close()")
        page.click("#lock")
        page.clock.run_for(PINGS)
        page.wait_for_selector("#status:has-text('did not work')")
        assert page.input_value("#text") == WORDS
        parts = locked(page, tmp_path)
        assert visit.complaints == []
    assert opened(parts, reviewers[0])[1][0][1].decode() == WORDS


@contextmanager
def written_at_the_door(
    built: str, folder: Path, reviewers: list[PageReviewer], today: date
) -> Iterator[tuple[Serving, Page, Visit]]:
    """A page whose clock is moved, with words in it that wait to be sent."""
    with (
        serving(built, folder, reviewers, today) as server,
        open_page(server.address, own=(server.address,)) as (page, visit),
    ):
        page.clock.install(time=datetime.combine(today, time(12), UTC))
        page.reload()
        page.wait_for_selector("#send:not([hidden])")
        page.fill("#text", WORDS)
        page.wait_for_selector("#send:enabled")
        yield server, page, visit


def sent_again(page: Page) -> str:
    """After its worker died, and that was told: the codename."""
    page.workers[0].evaluate("self.close()")
    page.context.unroute(UPLOAD)
    page.clock.run_for(PINGS)
    page.wait_for_selector("#status:has-text('did not work')")
    page.wait_for_timeout(5_000)  # Argon2id, once more
    return sent(page)


@pytest.mark.long
def test_a_worker_that_died_at_the_door_knows_the_codename_again(
    built: str, reviewers: list[PageReviewer], today: date, tmp_path: Path
) -> None:
    with written_at_the_door(built, tmp_path, reviewers, today) as (server, page, visit):
        page.context.route(UPLOAD, lambda route: None)  # no answer comes
        with page.expect_request(lambda request: request.method == "PUT"):
            page.click("#send")
        codename = sent_again(page)
        opens = root(parse(codename, "en"))  # the first try may have opened an upload of its own
        drops = [drop_of(opens, server.desk_id, today, k) for k in (0, 1)]
        (drop,) = (drop for drop in drops if server.run(server.store.items(drop)))
        assert [content.decode() for _, content in server.opened(drop, reviewers[0])[1]] == [WORDS]
        assert visit.complaints == []


@pytest.mark.long
def test_a_worker_that_dies_behind_the_commit_makes_no_second_drop(
    built: str, reviewers: list[PageReviewer], today: date, tmp_path: Path
) -> None:
    """The drop is there, and nobody heard of it: the page knows what was under way, and asks."""
    with written_at_the_door(built, tmp_path, reviewers, today) as (server, page, visit):
        committed: list[str] = []

        def swallow(route: Route) -> None:
            answer = route.fetch()
            if route.request.method != "POST":
                return route.fulfill(response=answer)
            committed.append(answer.text())
            return None

        page.context.route(UPLOAD, swallow)
        page.click("#send")
        for _ in range(600):
            if not committed:
                page.wait_for_timeout(100)
        assert '"ok"' in committed[0]
        codename = sent_again(page)
        opens = root(parse(codename, "en"))
        drops = [drop_of(opens, server.desk_id, today, k) for k in (0, 1)]
        assert [bool(server.run(server.store.items(drop))) for drop in drops] == [True, False]
        assert visit.complaints == []
