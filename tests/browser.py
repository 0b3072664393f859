"""A browser without a screen for tests of pages, driven through Playwright.

`./deploy.sh test` fetches it: Debian's `chromium-headless-shell` with its libraries, into `.tools/browser`,
started by `.tools/bin/chromium-headless-shell` with the fonts of `.venv` alone (`browser()` in deploy.sh), so
that a page looks the same on every machine. The package `playwright` brings its driver, and no browser. Use
it so:

    from tests.browser import Visit, WIDE, open_page

    def test_page(tmp_path: Path) -> None:
        with open_page((tmp_path / "page.html").as_uri(), **WIDE) as (page, visit):
            page.click("text=Send")
            assert visit.requests == []                 # nothing but the page itself was asked for
            assert visit.complaints == []               # console errors, refusals of the CSP, uncaught errors
            assert faults_of(page) == []                # axe-core's rules, WCAG 2.2 AA
            page.screenshot(path=..., full_page=True)

The functions are synchronous: they do not work in an `async def` test. What a page asks for is not sent, but
is in `requests`; what a test serves itself is named by `own`. Where there is no browser, the test is left out
and says so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypedDict

import pytest
from playwright.sync_api import Page, Request, Route, sync_playwright

from tests import node_packages

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "chromium-headless-shell"


class Look(TypedDict, total=False):
    """How a page is looked at: the window in CSS pixels, and what its person prefers."""

    width: int
    height: int
    dark: bool
    scripts: bool
    language: str


WIDE = Look(width=1280, height=900)
PHONE = Look(width=390, height=844)


@dataclass(slots=True)
class Visit:
    """What a page did: `requests`, the addresses it asked for besides itself, `data:` and `blob:` left out;
    `complaints`, the lines of its console that are errors or warnings, and errors that nobody caught.
    """

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def browser_program() -> str:
    """The path of the browser. Leaves the test out where there is none."""
    place = os.pathsep.join([os.environ["PATH"], str(ROOT / ".tools" / "bin")])
    program = shutil.which(PROGRAM, path=place)
    if program is None:
        pytest.skip("left out: no browser in .tools/bin (Debian's chromium-headless-shell)")
    return program


@contextlib.contextmanager
def open_page(
    address: str,
    *,
    width: int = 1280,
    height: int = 900,
    dark: bool = False,
    scripts: bool = True,
    language: str = "en-US",
    own: tuple[str, ...] = (),
    day: date | None = None,
) -> Iterator[tuple[Page, Visit]]:
    """A page that was loaded, in a browser of its own with an empty profile. `own` are beginnings of
    addresses that are let through besides the page itself, as of a server of the test's on 127.0.0.1. On
    `day` its clock stands at noon: midnight may come while a test runs.
    """
    visit = Visit()

    def decide(route: Route, request: Request) -> None:
        here = request.url == address or request.url.startswith(("data:", "blob:", *own))
        if not here:
            visit.requests.append(request.url)
        if here:
            route.continue_()
        else:
            route.abort()

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_program(), args=["--disable-gpu"])
        try:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                java_script_enabled=scripts,
                locale=language,
                bypass_csp=False,
                service_workers="block",
            )
            if day is not None:
                context.clock.set_fixed_time(datetime.combine(day, time(12), UTC))
            context.set_default_timeout(240_000)  # ms; of a busy machine
            page = context.new_page()
            page.on("pageerror", lambda error: visit.complaints.append(str(error)))
            page.on(
                "console",
                lambda line: (
                    visit.complaints.append(line.text) if line.type in {"error", "warning"} else None
                ),
            )
            context.route("**/*", decide)
            page.goto(address)
            yield page, visit
        finally:
            browser.close()


def faults_of(page: Page) -> list[str]:
    """What axe-core finds: a line a rule that is broken, with the elements. The driver runs it, not the page,
    whose policy may forbid scripts.
    """
    node_packages.node()
    axe = (node_packages.NPM / "node_modules" / "axe-core" / "axe.min.js").read_text()
    page.evaluate(axe)
    found = page.evaluate(
        "() => axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
    )
    return [
        f"{fault['id']}: {', '.join(str(node['target']) for node in fault['nodes'])}"
        for fault in found["violations"]
    ]
