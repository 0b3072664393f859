"""The browser of the tests: it loads a page, keeps what the page asks for at home, and finds faults in it."""

from pathlib import Path

from tests.browser import PHONE, faults_of, open_page


def test_a_page_that_asks_for_more_is_seen_asking(tmp_path: Path) -> None:
    page_file = tmp_path / "page.html"
    page_file.write_text(
        "<!doctype html><html lang=en><title>A page</title><main><h1>Page</h1><p style='color:#ccc'>pale</p>"
        "<img src=https://example.org/seen.png alt=''></main>"
    )
    with open_page(page_file.as_uri(), **PHONE) as (page, visit):
        assert page.evaluate("innerWidth") == 390
        assert visit.requests == ["https://example.org/seen.png"]
        assert [fault.split(":")[0] for fault in faults_of(page)] == ["color-contrast"]


def test_a_page_that_may_nothing_is_seen_to_be_refused(tmp_path: Path) -> None:
    page_file = tmp_path / "page.html"
    page_file.write_text(
        "<!doctype html><html lang=en>"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
        "<title>A page</title><main><h1>Page</h1><script>document.title = 'taken'</script></main>"
    )
    with open_page(page_file.as_uri()) as (page, visit):
        assert page.title() == "A page"
        assert any("Content Security Policy" in line for line in visit.complaints)
        assert faults_of(page) == []
