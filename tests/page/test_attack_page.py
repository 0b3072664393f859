"""Attacks on the page: keys that nobody signed, bytes that leave it, what a name or a file can do to it."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Route

from bot.page import PageDesk, PageError, read_built, with_desks
from page import build as building
from tests.browser import open_page
from tests.page.conftest import PageReviewer, desk, on_device, page_of, page_reviewer
from tests.page.test_page import PDF, WORDS, locked

HOSTILE = '"></script><img src=https://evil.example/ onerror=alert(1)> <!-- \u2028 {desk}'


def refuses(address: str) -> str:
    """What the page says of a desk for which it locks nothing."""
    with open_page(address) as (page, visit):
        page.wait_for_selector("#readers .alarm")
        page.fill("#text", WORDS)
        assert page.is_disabled("#lock")
        assert visit.requests == visit.complaints == []
        return page.inner_text("#readers")


def test_not_a_byte_of_what_was_written_leaves_the_page(address: str, tmp_path: Path, photo: bytes) -> None:
    with open_page(address) as (page, visit):
        page.fill("#text", WORDS)
        page.set_input_files("#picker", on_device(tmp_path, {"CANARY-NAME.jpg": photo, "b.pdf": PDF}))
        page.click("text=Send it as it is")
        parts = locked(page, tmp_path)
        assert visit.requests == visit.complaints == []
        assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
        refused = "fetch('https://evil.example/').then(() => 'sent', () => 'refused')"
        assert page.evaluate(refused) == "refused"
    for part in parts:
        assert re.fullmatch(r"[0-9a-f]{4}-[0-9]+\.age", part.name)
        for canary in (b"CANARY", b"Nos obligan", "lámpara".encode(), b"union", b"%PDF"):
            assert canary not in part.read_bytes()


def test_a_key_that_was_swapped_in_is_refused(
    built: str, reviewers: list[PageReviewer], today: date, tmp_path: Path
) -> None:
    """Whoever changes the desks' line puts a recipient of their own into a list that somebody signed."""
    mine = page_reviewer("Mallory", today)
    signed = reviewers[0].signed
    swapped = signed.keys.replace(
        json.loads(signed.keys)["periods"][0]["recipient"], str(mine.identity.recipient())
    )
    changed = replace(desk(*reviewers), reviewers=(replace(signed, keys=swapped), reviewers[1].signed))
    assert "false" in refuses(page_of(built, tmp_path, changed))


@pytest.mark.long
@pytest.mark.parametrize("field", ["root", "signature"])
def test_a_list_of_one_reviewer_under_the_root_of_another_is_refused(
    built: str, reviewers: list[PageReviewer], tmp_path: Path, field: str
) -> None:
    first, second = (each.signed for each in reviewers)
    mixed = replace(first, **{field: getattr(second, field)})
    assert "false" in refuses(page_of(built, tmp_path, replace(desk(), reviewers=(mixed,))))


@pytest.mark.long
def test_keys_that_have_ended_close_the_page(built: str, today: date, tmp_path: Path) -> None:
    old = page_reviewer("Ana", today - timedelta(days=30))
    assert "too old" in refuses(page_of(built, tmp_path, desk(old)))


@pytest.mark.long
def test_keys_that_end_while_the_page_is_open_lock_nothing(address: str) -> None:
    with open_page(address) as (page, _):
        page.fill("#text", WORDS)
        page.wait_for_selector("#lock:enabled")
        page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=30))
        page.click("#lock")
        page.wait_for_selector("#readers .alarm")
        assert page.is_disabled("#lock")
        assert page.input_value("#text") == WORDS


@pytest.mark.long
def test_names_are_text_and_nothing_else(built: str, reviewers: list[PageReviewer], tmp_path: Path) -> None:
    named = replace(desk(*reviewers), name=HOSTILE)
    other = replace(desk(*reviewers), short="other", name="Other")
    (file,) = on_device(tmp_path, {"<img src=x onerror=alert(1)>.pdf": PDF})
    with open_page(page_of(built, tmp_path, named, other)) as (page, visit):
        page.click("text=onerror=alert(1)> <!--")
        page.set_input_files("#picker", file)
        page.wait_for_selector("#files .waiting")
        assert page.query_selector_all("img") == []
        assert visit.requests == visit.complaints == []


@pytest.mark.long
def test_what_is_written_is_gone_after_esc_twice(address: str) -> None:
    with open_page(address) as (page, visit):
        page.fill("#text", WORDS)
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.wait_for_timeout(300)
        assert visit.requests == ["https://www.wikipedia.org/"]
        assert "CANARY" not in page.content()


@pytest.mark.long
def test_a_file_of_another_kind_is_never_called_clean(address: str, photo: bytes, tmp_path: Path) -> None:
    """Two pictures in one, a picture cut short, segments that say they are longer than the file."""
    harmed = {
        "cut.jpg": photo[: len(photo) // 3],
        "tail-in-scan.jpg": photo.replace(b"\xff\xd9", b"\xff\xd9\xff", 1)[:-400],
        "arithmetic.jpg": photo.replace(b"\xff\xc0", b"\xff\xc9", 1),
        "bytes-between.jpg": photo[:2] + b"CANARY" + photo[2:],
        "long-table.jpg": photo.replace(b"\xff\xdb\x00\x43", b"\xff\xdb\x00\x4f", 1),
        "empty.jpg": b"",
    }
    with open_page(address) as (page, _):
        page.set_input_files("#picker", on_device(tmp_path, harmed))
        page.wait_for_function("document.querySelectorAll('#files .waiting').length == 6")


def test_a_page_without_its_place_for_desks_is_no_page(tmp_path: Path, built: str) -> None:
    file = tmp_path / "page.html"
    for text in ("", with_desks(built, [PageDesk("a", "A", "00" * 16, ())]), built + built):
        file.write_text(text, "utf-8")
        with pytest.raises(PageError):
            read_built(file)


@pytest.mark.long
def test_the_page_is_the_same_bytes_from_another_folder(built: str, tmp_path: Path) -> None:
    """So that anybody can build it and compare."""
    here = building.HERE
    copy = tmp_path / "elsewhere" / "page"
    shutil.copytree(here, copy, symlinks=True)
    (copy / "dist" / "page.html").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "HERE", copy)
        patch.setattr(building, "BUILT", copy / "dist" / "page.html")
        assert building.build().read_text("utf-8") == built


def test_leaving_stops_every_worker_though_the_harmless_page_is_slow_to_come(address: str) -> None:
    with open_page(address) as (page, _):
        held: list[Route] = []
        page.context.route("https://www.wikipedia.org/**", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright looks into it
        page.fill("#text", "CANARY")
        assert len(page.workers) == 1
        page.evaluate("void setTimeout(() => document.getElementById('leave').click(), 100)")
        while not held:
            page.wait_for_timeout(100)
        page.wait_for_timeout(500)
        assert page.workers == []
        held[0].abort()
