"""The drop page with the desks of this server in it: their names, and their reviewers' signed key lists.

What is built from the sources (`page/`) is the same everywhere; the desks stand in it on one line of their
own, so that both can be compared (docs/verify-page.md). The page checks every signature itself.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.keys import Reviewers, SignedList
from bot.questions import Question

BUILT = Path(__file__).resolve().parent.parent / "page" / "dist" / "page.html"
"""Where `./deploy.sh page` writes it."""
BEFORE, AFTER = '<script type="application/json" id="desks">\n', "\n</script>"
LIMIT = 2 << 20


class PageError(Exception):
    """The page is not there, or is none, or no desk has keys; the text tells what to do."""


@dataclass(frozen=True, slots=True)
class PageDesk:
    """A desk as the page has it; `id` are 32 hexadecimal digits, `questions` what it asks before sending."""

    short: str
    name: str
    id: str
    reviewers: tuple[SignedList, ...]
    questions: tuple[Question, ...] = ()


def page_desk(
    short: str, name: str, desk_id: bytes, reviewers: Reviewers, questions: tuple[Question, ...] = ()
) -> PageDesk:
    """Raises PageError if nobody is pinned, ReviewersError if the disk fails."""
    lists = reviewers.signed()
    if not lists:
        raise PageError(f"the desk {short} has no reviewers: silbo reviewers add KEYS, or silbo desks close")
    return PageDesk(short, name, desk_id.hex(), lists, questions)


def read_built(path: Path) -> str:
    """The page as it was built, with no desk in it. Raises PageError, OSError."""
    try:
        with path.open("rb") as file:
            untrusted = file.read(LIMIT + 1)
        page = untrusted.decode() if len(untrusted) <= LIMIT else ""
    except FileNotFoundError:
        raise PageError("the page is not built yet; build it: ./deploy.sh page") from None
    except UnicodeDecodeError:
        page = ""
    if page.count(f"{BEFORE}[]{AFTER}") != 1:
        raise PageError("this is no page without desks, as ./deploy.sh page builds it")
    return page


def with_desks(built: str, desks: Sequence[PageDesk]) -> str:
    """The page that is given to sources."""
    text = json.dumps([asdict(desk) for desk in desks], ensure_ascii=False, separators=(",", ":"))
    # In a script element nothing may look like its end.
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return built.replace(f"{BEFORE}[]{AFTER}", f"{BEFORE}{text}{AFTER}")


def without_desks(untrusted_page: str) -> str:
    """The same page as it was built, if only the line of the desks is another; else something else.

    A line that could end its element might hold another page: it stays, and the number is not the same.
    """
    before, place, rest = untrusted_page.rpartition(BEFORE)
    desks, end, after = rest.partition(AFTER)
    return untrusted_page if "\n" in desks or "<" in desks else f"{before}{place}[]{end}{after}"


def digest(page: str) -> str:
    """The SHA-256 of a page's file, in hexadecimal."""
    return hashlib.sha256(page.encode()).hexdigest()
