"""`silbo page-check`: whether an address gives the page that it should, for a friend's computer and a timer.

Nothing of this server is needed. Exit status 2 tells that it is another page, 1 that there was no answer.
"""

import argparse
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

from bot.page import LIMIT, PageError, digest, read_built, without_desks

SECONDS = 60
"""For all of it: a false page must not keep a timer waiting, a byte a minute."""
NUMBER = re.compile("[0-9a-f]{64}")


def options(parser: argparse.ArgumentParser) -> None:
    """Which address, and what it should give."""
    parser.add_argument("address", metavar="ADDRESS", help="where the page is given away: https://...")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--number", metavar="HEX", help="the number of the page, as the desk tells it")
    given.add_argument(
        "--built", type=Path, metavar="FILE", help="what ./deploy.sh page built; desks are left aside"
    )


def run(options: argparse.Namespace) -> int:
    """Fetch the page, compare, and say what was found."""
    if options.number is not None and not NUMBER.fullmatch(options.number.lower()):
        raise PageError("a number has 64 digits and letters from 0 to f")
    expected = digest(read_built(options.built)) if options.built else options.number.lower()
    page = _fetched(options.address)
    found = digest(without_desks(page)) if options.built else digest(page)
    if found == expected:
        print(f"{found}  the same")
        return 0
    print(f"{found}  ANOTHER PAGE: it should be {expected}")
    return 2


def _fetched(address: str) -> str:
    """What the address gives, as text. Raises PageError."""
    if not address.startswith(("https://", "http://")):
        raise PageError("an address begins with https:// (http:// for an onion service, or this machine)")
    headers = {"User-Agent": "Mozilla/5.0", "Cache-Control": "no-cache"}
    try:
        request = Request(address, headers=headers)  # noqa: S310 -- of these two kinds
        with _at_most(SECONDS), build_opener(ProxyHandler()).open(request, timeout=SECONDS) as answer:
            data: bytes = answer.read(LIMIT + 1)
            if len(data) <= LIMIT and answer.length:
                raise TimeoutError
        return data.decode("utf-8")
    except (HTTPException, OSError, ValueError):
        raise PageError("there was no answer that could be a page; nothing was compared") from None


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Raises TimeoutError in the block when they are over, wherever it waits."""

    def over(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
