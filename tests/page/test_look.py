"""WCAG 2.2 AA by axe-core on every screen, in three languages and several widths; the way by the keyboard."""

from pathlib import Path

import pytest

from codes.languages import LANGUAGES
from tests.browser import WIDE, Look, open_page
from tests.page.conftest import PageReviewer
from tests.page.pictures import faults, looks
from tests.page.test_page import opened

LOOKS = {kind: (language, look) for kind, language, look in looks()}


@pytest.mark.long
@pytest.mark.parametrize("kind", LOOKS)
def test_no_screen_has_a_fault(kind: str, tmp_path: Path) -> None:
    language, look = LOOKS[kind]
    assert faults(tmp_path, language, look) == []


@pytest.mark.long
def test_all_of_it_is_done_with_the_keyboard(
    address: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    with open_page(address, **WIDE) as (page, _):
        page.wait_for_selector("#readers details")
        page.focus("#leave")
        for _ in range(2):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "text"
        page.keyboard.type("hola")
        for _ in range(2):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "lock"
        page.keyboard.press("Enter")
        page.wait_for_selector("#done h2", timeout=60_000)
        assert page.evaluate("document.activeElement.localName") == "h2"
        page.keyboard.press("Tab")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        download.value.save_as(tmp_path / "part")
    assert [content for _, content in opened([tmp_path / "part"], reviewers[0])[1]] == [b"hola"]


@pytest.mark.long
def test_without_scripts_it_says_so_in_every_language(address: str) -> None:
    with open_page(address, **Look(width=390, height=844, scripts=False)) as (page, visit):
        said = page.inner_text("noscript")
        assert said.count("JavaScript") == 12
        links = [each.get_attribute("href") for each in page.locator("noscript a").all()]
        assert links == [f"form/{language}" for language in LANGUAGES]
        assert not page.is_visible("#form")
        assert visit.requests == []
