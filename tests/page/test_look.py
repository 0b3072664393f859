"""WCAG 2.2 AA by axe-core on every screen, in three languages and several widths; the way by the keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from codes.languages import LANGUAGES
from tests.browser import WIDE, Look, open_page
from tests.page.conftest import PageReviewer
from tests.page.pictures import faults, looks, saving_faults
from tests.page.test_page import opened

LOOKS = {kind: (language, look) for kind, language, look in looks()}


@pytest.mark.long
@pytest.mark.parametrize("kind", LOOKS)
def test_no_screen_has_a_fault(kind: str, tmp_path: Path) -> None:
    language, look = LOOKS[kind]
    assert faults(tmp_path, language, look) == []


@pytest.mark.long
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_stopping_and_going_on_has_no_fault_on_a_small_telephone(
    language: str, dark: bool, tmp_path: Path
) -> None:
    look = Look(width=320, height=640, dark=dark, language=language)
    assert saving_faults(tmp_path, language, look) == []


def tab_to(page: Page, selector: str, *, most: int) -> None:
    """With as many steps of the keyboard at most."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("where => document.activeElement.matches(where)", selector):
            return
    raise AssertionError(page.evaluate("document.activeElement.outerHTML"))


@pytest.mark.long
def test_all_of_it_is_done_with_the_keyboard(
    address: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    with open_page(address, **WIDE) as (page, _):
        page.wait_for_selector("#readers details")
        page.focus("#leave")
        tab_to(page, "#text", most=4)
        page.keyboard.type("hola")
        tab_to(page, "#keep summary", most=3)
        page.keyboard.press("Enter")
        tab_to(page, "#save", most=1)
        page.keyboard.press("Enter")
        page.wait_for_selector("#saved .codename", timeout=60_000)
        tab_to(page, "#saved a", most=2)
        tab_to(page, "#lock", most=4)
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
