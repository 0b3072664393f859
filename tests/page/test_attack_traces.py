"""Attack: the phone is seized. What the browser wrote down by itself while somebody used the page."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.browser import open_page
from tests.page.conftest import PageReviewer, desk, page_of
from tests.page.firefox import WORDS
from tests.page.test_firefox import ALONE

WRITING_HELP = ("spellcheck", "writingsuggestions", "data-ms-editor", "data-gramm", "data-lt-active")
DESK = "CANARY-DESK"


@pytest.fixture
def two_desks(built: str, reviewers: list[PageReviewer], tmp_path: Path) -> str:
    return page_of(built, tmp_path, desk(*reviewers), desk(*reviewers, short="news", name=DESK))


def test_nothing_that_was_written_or_chosen_is_there_for_a_browser_to_restore(two_desks: str) -> None:
    """Firefox writes down what differs from what a page came with, unless its field says not to."""
    with open_page(two_desks) as (page, _):
        page.click("#desk-choice label >> nth=1")
        page.fill("#text", "CANARY-WORDS")
        assert page.is_checked("#desk-choice input >> nth=1")
        restorable = """[...document.querySelectorAll('input, textarea, select')].filter((each) =>
            each.autocomplete !== 'off' && (each.type === 'radio' ? each.checked !== each.defaultChecked
            : each.value !== each.defaultValue)).length"""
        assert page.evaluate(restorable) == 0
        page.select_option("#language", "es")
        assert page.is_checked("#desk-choice input >> nth=1")
        assert page.evaluate(restorable) == 0


def test_no_helper_of_the_browser_is_offered_the_words(two_desks: str) -> None:
    """Some send each sentence to their maker, to spell it or to write on."""
    with open_page(two_desks) as (page, _):
        said = {name: page.get_attribute("#text", name) for name in WRITING_HELP}
        assert said == dict.fromkeys(WRITING_HELP, "false")
        assert page.get_attribute("#text", "autocomplete") == "off"
        assert page.get_attribute("html", "translate") == "no"


def in_browser(name: str, *arguments: str) -> bytes:
    """What the program says, in a network namespace. Leaves the test out where there is no such browser."""
    program = {"firefox": "firefox-esr"}.get(name, name)
    if shutil.which(program) is None or subprocess.run([*ALONE, "true"], check=False).returncode:
        pytest.skip(f"left out: no {program}, or no network namespace for it")
    command = [*ALONE, sys.executable, "-m", f"tests.page.{name}", *arguments]
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.long
def test_firefox_notes_of_a_saved_file_only_that_the_page_was_open(two_desks: str) -> None:
    """Words that were put aside come back in another Firefox; the first one's history has the page alone."""
    found = json.loads(in_browser("firefox", "--saved", two_desks))
    assert found["text"] == WORDS
    assert found["attributes"] == []
    assert "saved%20page.html" in found["noted"]
    assert found["name"] not in found["noted"]
    assert "CANARY" not in found["noted"]


@pytest.mark.long
def test_chromium_keeps_its_note_of_a_saved_file_that_was_deleted(two_desks: str) -> None:
    """So the page asks to delete it from the browser's downloads and history, too."""
    found = json.loads(in_browser("chromium", two_desks))
    assert found["noted"] == [found["name"], "saved%20page.html"]


@pytest.mark.long
def test_a_private_window_notes_neither_the_page_nor_a_saved_file(two_desks: str) -> None:
    assert json.loads(in_browser("chromium", "--private", two_desks))["noted"] == []
    found = json.loads(in_browser("firefox", "--private", two_desks))
    assert found["text"] == WORDS
    assert [each for each in (found["name"], "saved%20page.html", "CANARY") if each in found["noted"]] == []


@pytest.mark.long
def test_firefox_writes_down_neither_the_words_nor_the_desk(two_desks: str, today: date) -> None:
    """In the file from which it restores its windows: the page is there, what was put in is not."""
    assert today
    written = in_browser("firefox", "--written", two_desks)
    assert b"saved%20page.html" in written
    assert b"CANARY" not in written
    assert b"formdata" not in written
