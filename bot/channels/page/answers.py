"""What the page's server says: answers of one size, and headers that leave nothing behind."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.channels.listening import Coming, TooSlow
from crypto.padding import padded_size
from scrub.report import Clean

SMALL = 1024
LISTED = 4096
DESKS = 65_536
CLEANED = 4096
"""Room for what is said of a clean copy."""
PIECE = 64 * 1024
STATUS = {
    "ok": 200,
    "malformed": 400,
    "work": 403,
    "foreign": 403,
    "unknown": 404,
    "gone": 404,
    "closed": 409,
    "other": 409,
    "missing": 409,
    "hash": 409,
    "too_big": 413,
    "shape": 422,
    "not_clean": 422,
    "full": 507,
    "later": 503,
}
"""Of docs/protocol.md, "The door of the page"."""

HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "x-dns-prefetch-control": "off",
    "x-robots-tag": "noindex, nofollow, noarchive",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
TELEGRAM_WEB = "https://web.telegram.org"
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"<>\r\n]+)">')


@dataclass(frozen=True, slots=True)
class Served:
    """The page with its desks, packed and not, and the policy that names its scripts by hash."""

    page: bytes
    packed: bytes
    policy: str
    desks: tuple[Mapping[str, object], ...]


def served(page: str, desks: tuple[Mapping[str, object], ...], *, telegram_web: bool) -> Served:
    """`telegram_web`: whether Telegram's web client may show the page in a frame. Raises ValueError for a
    page without a policy.
    """
    found = POLICY.search(page)
    if found is None:
        raise ValueError("a page has its policy in it")
    frames = TELEGRAM_WEB if telegram_web else "'none'"
    data = page.encode()
    policy = f"{found[1]}; frame-ancestors {frames}"
    return Served(data, gzip.compress(data, 9, mtime=0), policy, desks)


def page_answer(found: Served, *, packs: bool) -> Response:
    """The page, the same bytes for everybody; `packs`: the browser takes gzip."""
    headers = HEADERS | {"content-security-policy": found.policy, "vary": "accept-encoding"}
    if packs:
        headers["content-encoding"] = "gzip"
    content = found.packed if packs else found.page
    return Response(content, headers=headers, media_type="text/html; charset=utf-8")


def said(code: str, **more: object) -> Response:
    """A small answer, padded to one size."""
    return _padded({"code": code, **more}, SMALL, STATUS[code])


def listed(parts: Mapping[str, str], *, done: bool) -> Response:
    """What is here of an upload."""
    return _padded({"code": "ok", "parts": parts, "done": int(done)}, LISTED, 200)


def desks_answer(document: Mapping[str, object]) -> Response:
    """The desks, padded to a size class."""
    text = _json(document)
    return _bytes(text.ljust(padded_size(max(len(text), DESKS))), 200)


def block(document: Mapping[str, object], data: bytes, size: int) -> Response:
    """A document and bytes behind it, in `size` bytes."""
    text = _json(document)
    content = (len(text).to_bytes(4, "big") + text + data).ljust(size, b"\0")
    return _bytes(content, 200, "application/octet-stream")


class CleanCopy(Response):
    """A clean copy and what is to be said of it, in the bytes of a size class. Its `place` is kept until it
    was fetched: it is in memory as long. Who fetches too slowly gets the beginning alone.
    """

    def __init__(self, copy: Clean, coming: Coming, place: ExitStack) -> None:
        told = {"media_type": copy.media_type, "extension": copy.extension, "size": len(copy.content)}
        text = _json({"code": "ok", **told, "removed": copy.removed, "notes": copy.notes})
        self._head = len(text).to_bytes(4, "big") + text
        self._content = copy.content
        self._length = padded_size(CLEANED + len(copy.content))
        self._coming, self._place = coming, place
        headers = HEADERS | {"content-security-policy": NOTHING, "content-length": str(self._length)}
        headers["x-accel-buffering"] = "no"  # nginx would write the rest of it to its disk
        super().__init__(None, headers=headers, media_type="application/octet-stream")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._coming.turn()
        with self._place, suppress(TooSlow):
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            for piece in self._pieces():
                message = {"type": "http.response.body", "body": piece, "more_body": True}
                await self._coming.given(partial(send, message), len(piece))
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _pieces(self) -> Iterator[bytes]:
        yield self._head
        for at in range(0, len(self._content), PIECE):
            yield self._content[at : at + PIECE]
        for at in range(len(self._head) + len(self._content), self._length, PIECE):
            yield bytes(min(PIECE, self._length - at))


def ranges(numbers: tuple[int, ...]) -> str:
    """Ascending numbers as `0-4,7`."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def _padded(document: Mapping[str, object], step: int, status: int) -> Response:
    text = _json(document)
    return _bytes(text.ljust(-(-len(text) // step) * step), status)


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _bytes(content: bytes, status: int, media_type: str = "application/json") -> Response:
    headers = HEADERS | {"content-security-policy": NOTHING}
    return Response(content, status, headers=headers, media_type=media_type)
