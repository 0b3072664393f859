"""What was written, locked into a file because the person asks: nothing else outlives a reload."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from crypto.age import ScryptIdentity, ScryptRecipient, decrypt, encrypt
from crypto.codename import generate
from crypto.padding import padded_size
from tests.browser import open_page
from tests.page.conftest import PageReviewer, desk, on_device, page_of
from tests.page.test_door import QUESTIONS
from tests.page.test_page import WORDS


def kept(page: Page, folder: Path) -> tuple[Path, str]:
    """The file that the page saves, and its words."""
    page.click("#keep summary")
    page.click("#save")
    page.wait_for_selector("#saved .codename", timeout=60_000)
    with page.expect_download() as download:
        page.click("#saved a")
    saved = folder / download.value.suggested_filename
    download.value.save_as(saved)
    return saved, page.inner_text("#saved .codename")


def restore(page: Page, saved: Path, words: str) -> str:
    """What the page says to it."""
    if not page.is_visible("#saved-words"):
        page.click("#keep summary")
    page.fill("#saved-words", words)
    page.set_input_files("#saved-file", saved)
    page.wait_for_selector("#status:text-matches('here again|no file|Not one')", timeout=60_000)
    return page.inner_text("#status")


def test_a_reload_keeps_nothing_unless_the_person_asks(address: str, tmp_path: Path) -> None:
    with open_page(address) as (page, visit):
        page.fill("#text", WORDS)
        saved, words = kept(page, tmp_path)
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        page.wait_for_selector("#text")
        assert page.input_value("#text") == ""
        assert page.evaluate(
            "[localStorage.length, sessionStorage.length, document.cookie, window.name]"
        ) == [
            *(0, 0),
            *("", ""),
        ]
        assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
        assert "no file" in restore(page, saved, " ".join(words.split()[:1] * 7))
        assert "Not one" in restore(page, saved, words + "qqqq")
        assert page.input_value("#text") == ""
        assert "here again" in restore(page, saved, f"  {words.upper()} ")
        assert page.input_value("#text") == WORDS
        assert page.is_enabled("#lock")
        assert visit.complaints == []
    content = saved.read_bytes()
    assert b"CANARY" not in content
    assert len(decrypt(content, [ScryptIdentity(words.encode(), 15)])) == padded_size(1)
    assert saved.stem.isalnum()


@pytest.mark.long
@pytest.mark.parametrize("damage", ["another", "cut", "large"])
def test_an_odd_file_in_place_of_a_saved_one_is_told_and_takes_nothing(
    address: str, reviewers: list[PageReviewer], tmp_path: Path, damage: str
) -> None:
    with open_page(address) as (page, visit):
        page.fill("#text", WORDS)
        saved, words = kept(page, tmp_path)
        content = saved.read_bytes()
        odd = {
            "another": content.replace(b" 15\n", b" 22\n", 1),  # 4 GiB of memory
            "cut": content[:-1],
            "large": content + bytes(20_000_000),
        }[damage]
        file = Path(on_device(tmp_path, {"odd.age": odd})[0])
        assert "no file" in restore(page, file, words)
        assert page.input_value("#text") == WORDS
        assert visit.complaints == []


@pytest.mark.long
def test_the_stock_age_opens_what_the_page_saved(address: str, tmp_path: Path) -> None:
    with open_page(address) as (page, _):
        page.fill("#text", WORDS)
        saved, words = kept(page, tmp_path)
    script = f"import pty, sys; pty.spawn(['age', '-d', '-o', {str(tmp_path / 'out')!r}, {str(saved)!r}])"
    subprocess.run(["python3", "-c", script], input=f"{words}\n".encode(), check=True, capture_output=True)
    assert "CANARY" in (tmp_path / "out").read_text("utf-8")


@pytest.mark.long
def test_a_hostile_saved_file_is_text_and_takes_no_answer_away(
    built: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    """Markup, names that objects have by themselves, questions that nobody asks; what is typed stays."""
    words = " ".join(generate("en").words)

    def made(**told: object) -> Path:
        document = {"answers": {}, "text": "x", "type": "silbo saved", "version": 1} | told
        content = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        content = content.ljust(padded_size(len(content)), b"\n")
        sealed = encrypt(content, [ScryptRecipient(words.encode(), 15)])
        return on_device(tmp_path, {"saved.age": sealed})[0]

    evil = "<img src=x onerror=document.title='taken'>"
    address = page_of(built, tmp_path, replace(desk(*reviewers), questions=QUESTIONS))
    with open_page(address) as (page, visit):
        page.wait_for_selector("#questions textarea")
        wrongs: tuple[dict[str, Any], ...] = (
            {"answers": {"a": 1}},
            {"answers": {"A B": "x"}},
            {"answers": []},
            {"text": None},
            {"version": 2},
            {"type": "silbo reply"},
            {"more": 1},
        )
        for wrong in wrongs:
            assert "no file" in restore(page, made(**wrong), words)
            page.evaluate("document.querySelector('#status').textContent = ''")
        page.fill("#text", "typed")
        answers = {"__proto__": evil, "constructor": evil, "elsewhere": "x"}
        assert "here again" in restore(page, made(text=evil, answers=answers), words)
        assert page.input_value("#text") == f"typed\n\n{evil}"
        assert page.evaluate("[({}).constructor.name, document.images.length]") == ["Object", 0]
        page.evaluate("document.querySelector('#status').textContent = ''")
        asked = QUESTIONS[1].id
        assert "here again" in restore(page, made(answers={asked: "saved"}), words)
        assert page.input_value("#questions textarea") == "saved"
        page.fill("#questions textarea", "typed now")
        page.evaluate("document.querySelector('#status').textContent = ''")
        assert "here again" in restore(page, made(answers={asked: "saved"}), words)
        assert page.input_value("#questions textarea") == "typed now"
        assert page.title() != "taken"
        assert visit.complaints == visit.requests == []
