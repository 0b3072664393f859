"""The page on which a reviewer draws what to cover: what it saves, what it reaches, and that it is gone."""

import io
import json
import os
import re
import stat
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, sync_playwright

from admin.errors import AdminError
from admin.workspace.page import choosing, drawing
from admin.workspace.page.markup import write_page
from admin.workspace.page.style import STYLE
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, file_item, pipe_with
from tests.admin.workspace.page.test_view import imported
from tests.admin.workspace.people import START
from tests.browser import WIDE, Visit, browser_program, faults_of, open_page

SAVING = """#!/bin/sh
mkdir -p "$HOME/../saved"
printf '%s' 'LINES' > "$HOME/../saved/areas.txt"
printf '%s' "$HOME" > 'WHERE'
cp "$HOME/../page.html" 'WHERE.html'
"""
"""A browser in which somebody saves these areas, and which is closed at once."""


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 220, 240)).save(out, "PNG")
    return out.getvalue()


def _page(tmp_path: Path, pages: int = 2, total: int = 2) -> str:
    place = tmp_path / "page.html"
    with place.open("wb") as dst:
        body = choosing.body_of("3f2a:2", [("image/png", _picture())] * pages, total)
        write_page(dst, "en", "Cover", STYLE + drawing.STYLE, body, script=drawing.SCRIPT)
    return place.as_uri()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Page, Visit]]:
    with open_page(_page(tmp_path), **WIDE) as (page, visit):
        yield page, visit


def _draw(page: Page, sheet: str, sides: tuple[float, float, float, float]) -> None:
    page.locator(sheet).scroll_into_view_if_needed()
    box = page.locator(sheet).bounding_box()
    assert box is not None
    x, y = (
        (box["x"] + box["width"] * side for side in sides[::2]),
        (box["y"] + box["height"] * side for side in sides[1::2]),
    )
    (left, right), (top, bottom) = x, y
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.move(right, bottom)
    page.mouse.up()


def _saved(page: Page) -> str:
    with page.expect_download() as found:
        page.click("#save")
    assert found.value.suggested_filename == choosing.AREAS
    return Path(found.value.path()).read_text()


def test_areas_are_drawn_by_mouse_and_by_keyboard_and_saved_without_a_network(
    opened: tuple[Page, Visit],
) -> None:
    page, visit = opened
    assert page.is_disabled("#save")
    _draw(page, "#page-2", (0.6, 0.7, 0.2, 0.5))  # from the lower right corner, too
    assert page.is_disabled("#save"), "an area without a reason"
    page.select_option("#why-1", "a face")
    page.focus("#add-1")
    page.keyboard.press("Enter")
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "Control+ArrowRight"):
        page.keyboard.press(key)
    page.select_option("#why-2", "other")
    page.fill("#other-2", "the logo of <b>her</b> team")
    assert faults_of(page) == []
    lines = _saved(page).splitlines()
    first, second = choosing.wishes("\n".join(lines))
    (area,) = first.areas
    assert area.page == 2
    sides = (area.left, area.top, area.right, area.bottom)
    assert all(abs(side - wanted) < 60 for side, wanted in zip(sides, (2000, 5000, 6000, 7000), strict=True))
    assert lines[1] == "1:39.1,44,60.1,55 = the logo of <b>her</b> team"
    assert second.reason == "the logo of <b>her</b> team"
    page.focus(".box >> nth=0")
    page.keyboard.press("Delete")
    assert page.locator(".box").count() == 1
    assert visit.requests == []
    assert visit.complaints == []
    page.evaluate(
        """() => {
          const run = document.createElement("script");
          run.textContent = "window.ran = 1";
          document.body.append(run);
          fetch("http://127.0.0.1:9/").catch(() => {});
          new Image().src = "http://127.0.0.1:9/x.png";
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("() => window.ran === undefined")
    assert visit.requests == []
    assert len(visit.complaints) >= 3, "the policy lets it reach nothing and run nothing else"


@pytest.mark.long
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_on_a_phone_and_in_the_dark_has_no_faults(tmp_path: Path, *, dark: bool) -> None:
    with open_page(_page(tmp_path, 1, 4), width=390, height=844, dark=dark) as (page, _):
        _draw(page, "#page-1", (0.2, 0.2, 0.6, 0.6))
        assert faults_of(page) == []
        assert "Shown are 1 of 4 pages" in page.content()


def _redact(reviewer: Reviewer, folder: Path, lines: str, *words: object) -> Outcome:
    browser = folder / "chromium-that-saves"
    browser.write_text(SAVING.replace("LINES", lines).replace("WHERE", str(folder / "where")))
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    out = folder / "out"
    handle = pipe_with(PASSPHRASE)
    start = [sys.executable, "-c", START, TODAY.isoformat(), "--home", str(reviewer.home), "redact"]
    start += [*map(str, words), "--page", "--browser", str(browser), "--out", str(out)]
    with subprocess.Popen(
        [*start, "--passphrase-fd", str(handle)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=(handle,),
    ) as process:
        os.close(handle)
        assert process.stdout is not None
        assert process.stderr is not None
        said, told = process.stdout.read(), process.stderr.read()  # its input stays open
    return Outcome(process.returncode, said, told.replace("\n", " "))


def test_what_was_saved_is_covered_and_the_page_is_gone(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    drop = imported(reviewer, server, file_item(_picture(), "image/png", extension="png"))
    done = _redact(reviewer, tmp_path, "1:25,0,75,50 = a face\n", f"{drop}:1")
    assert done.status == 0, done
    with Image.open(tmp_path / "out" / "redacted.png") as image:
        dots = image.convert("RGB")
        assert {dots.getpixel(at) for at in ((101, 1), (298, 148), (200, 75))} == {(0, 0, 0)}
        assert {dots.getpixel(at) for at in ((98, 1), (302, 1), (200, 152))} == {(200, 220, 240)}
    listed = json.loads((tmp_path / "out" / "redactions.json").read_text())
    assert listed == [{"place": 1, "covered": "area", "why": "a face"}]
    assert "1:25,0,75,50 = a face" in done.out, "who covers sees what"
    home = Path((tmp_path / "where").read_text())
    assert home.is_absolute()
    assert not home.parent.exists(), "with the page and what was saved"


@pytest.mark.long
def test_a_real_browser_saves_what_is_drawn_where_the_command_looks_for_it(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """Debian's Chromium, started by the command: a hand draws, chooses and saves. The one without a screen
    reads no settings of downloads, so it is told the folder once more.
    """
    drop = imported(reviewer, server, file_item(_picture(), "image/png", extension="png"))
    browser, told, out = tmp_path / "chromium", tmp_path / "told", tmp_path / "out"
    options = "--headless --no-sandbox --remote-debugging-port=0"
    browser.write_text(f'#!/bin/sh\nexec {browser_program()} {options} "$@" 2> {told}\n')
    browser.chmod(0o700)
    handle = pipe_with(PASSPHRASE)
    start = [sys.executable, "-c", START, TODAY.isoformat(), "--home", str(reviewer.home), "redact"]
    with subprocess.Popen(
        [*start, f"{drop}:1", "--page", "--browser", browser, "--out", out, "--passphrase-fd", str(handle)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=(handle,),
    ) as process:
        os.close(handle)
        address = None
        for _ in range(600):
            if told.exists() and (address := re.search(r"ws://([0-9.:]+)/", told.read_text())):
                break
            assert process.poll() is None
            time.sleep(0.1)
        assert address is not None
        with sync_playwright() as playwright:
            chromium = playwright.chromium.connect_over_cdp(f"http://{address[1]}", no_defaults=True)
            (page,) = chromium.contexts[0].pages
            folder = Path(page.url.removeprefix("file://")).parent
            where = {"behavior": "allow", "downloadPath": str(folder / "saved")}
            chromium.new_browser_cdp_session().send("Browser.setDownloadBehavior", where)
            _draw(page, "#page-1", (0.25, 0.0, 0.75, 0.5))
            page.select_option("#why-1", "a face")
            page.click("#save")
            for _ in range(600):
                if (folder / "saved" / choosing.AREAS).exists():
                    break
                page.wait_for_timeout(100)
        said, erred = process.communicate("\n", timeout=120)
    assert process.returncode == 0, erred
    assert "a face" in said
    with Image.open(out / "redacted.png") as image:
        dots = image.convert("RGB")
        assert {dots.getpixel(at) for at in ((110, 5), (290, 140), (200, 75))} == {(0, 0, 0)}
        assert {dots.getpixel(at) for at in ((90, 5), (310, 5), (200, 160))} == {(200, 220, 240)}
    assert not folder.exists(), "with the page and what was saved"


@pytest.mark.long
def test_no_byte_of_a_picture_on_the_disk_comes_before_the_browser(
    reviewer: Reviewer, tmp_path: Path
) -> None:
    """Anybody may have put it there: the browser, which nobody confines, decodes what was drawn anew."""
    reviewer.keygen("--weeks", "1")
    said = PngInfo()
    said.add_text("Comment", "CANARY", zip=False)
    with Image.open(io.BytesIO(_picture())) as image:
        image.save(tmp_path / "a.png", pnginfo=said)
    done = _redact(reviewer, tmp_path, "1:25,0,75,50 = a face\n", tmp_path / "a.png")
    assert done.status == 0, done
    found = re.findall(r"data:image/png;base64,([^\"]+)", (tmp_path / "where.html").read_text())
    (shown,) = map(b64decode, found)
    assert b"CANARY" in (tmp_path / "a.png").read_bytes()
    assert b"CANARY" not in shown
    with Image.open(io.BytesIO(shown)) as image:
        assert image.size == (400, 300)
    (tmp_path / "out").rename(tmp_path / "first")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    refused = _redact(reviewer, tmp_path, "", tmp_path / "b.png")
    assert (refused.status, "is not a file that Silbo has cleaned" in refused.err) == (1, True), refused


@pytest.mark.long
@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", "No area was saved"),
        ("1:25,0,75,50 = a face\n1:9 = x\n", "Line 2 of what the page saved"),
        ("1:25,0,75,50 =  \n", "Line 1"),
        ("7:25,0,75,50 = a face\n", "it has no such page"),
    ],
)
def test_half_a_list_covers_nothing(reviewer: Reviewer, tmp_path: Path, lines: str, told: str) -> None:
    reviewer.keygen("--weeks", "1")
    (tmp_path / "a.png").write_bytes(_picture())
    done = _redact(reviewer, tmp_path, lines, tmp_path / "a.png")
    assert done.status == 1
    assert told in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "lines", ["", "\n \n", "1:25,0,75,50 = a face\n1:9 = x\n", "1:25,0,75,50 =  \n", "1:50,0,25,50 = a face"]
)
def test_a_list_that_is_none_is_refused_whole(lines: str) -> None:
    with pytest.raises(AdminError, match=r"No area was saved|Line [12] of what the page saved"):
        choosing.wishes(lines)


def test_what_lies_there_instead_of_a_list_is_not_waited_for_and_not_followed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "areas.txt")
    (tmp_path / "other").write_text("1:1,1,2,2 = x")
    (tmp_path / "areas (1).txt").symlink_to(tmp_path / "other")
    assert choosing.saved(tmp_path) is None
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "areas(2).txt").write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(AdminError, match="no list of areas"):
        choosing.saved(tmp_path)
