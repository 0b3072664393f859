"""The page's addresses: the page itself, and the door behind it (docs/protocol.md).

Nothing is written down of who asks: no address, no header, no time. A body is taken as it streams; a form is
never collected by the library, which would spool it to the disk.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from weakref import WeakValueDictionary

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.listening import Bodies, Coming, TooLarge, TooSlow, body_of, chunks_of, is_foreign
from bot.channels.page import requests
from bot.channels.page.answers import (
    CleanCopy,
    Served,
    block,
    desks_answer,
    listed,
    page_answer,
    ranges,
    said,
)
from bot.intake.copies import LARGEST, Copies, Unable
from bot.intake.door import BLOCK, Door
from bot.store.errors import StoreError, UploadError
from bot.store.part_rows import PART
from crypto.padding import padded_size

JSON_BYTES = 64 * 1024
COMMIT_BYTES = 4 << 20
MOST_BODIES = 200
"""A part has up to 1 MiB in memory."""
MOST_COMMITS = 16
JSON_SECONDS = 120.0
PART_SECONDS = 30 * 60.0
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
Load = Callable[[], Awaitable[Served]]
Count = Callable[[str, BaseException | None], None]
Ask = Callable[[Request], Awaitable[Response]]
CLEANED_AT_ONCE = 2
"""Files are in memory while they are cleaned."""
LEAST_RATE = 8 * 1024.0
"""Bytes a second, below which such a file keeps no place that another needs."""


class PageApp:
    """`path` begins and ends with a slash; `load` gives the page as it is to be served now (a cache is its
    own matter), and raises StoreError; what fails is counted. `copies` cleans a file whose source wants
    that of this server.
    """

    def __init__(
        self, door: Door, load: Load, count: Count, *, path: str = "/", copies: Copies | None = None
    ) -> None:
        self._door = door
        self._load = load
        self._count = count
        self._path = path
        self._bodies = Bodies(MOST_BODIES)
        self._commits = Bodies(MOST_COMMITS)
        self._copies = copies
        self._parts: WeakValueDictionary[tuple[str, str, int], Coming] = WeakValueDictionary()
        self._cleaning = Bodies(CLEANED_AT_ONCE, LEAST_RATE)

    def application(self, *further: Route) -> Starlette:
        """What a server serves."""
        at = self._path
        routes = [
            self._route(at, self._page, "GET", "HEAD"),
            *further,
            self._route(f"{at}door/desks", self._desks, "GET"),
            self._route(f"{at}door/drops", self._states, "POST"),
            self._route(f"{at}door/withdraw", self._withdraw, "POST"),
            self._route(f"{at}door/mailbox", self._mailbox, "POST"),
            self._route(f"{at}door/read", self._read, "POST"),
            self._route(f"{at}door/clean", self._clean, "POST"),
            self._route(f"{at}door/{{upload}}", self._upload, "GET", "PUT", "POST"),
            self._route(f"{at}door/{{upload}}/{{item}}/{{number}}", self._part, "PUT"),
            Route("/{path:path}", _nothing, methods=METHODS),
        ]
        return Starlette(routes=routes, exception_handlers={Exception: self._failed})

    def _route(self, path: str, ask: Ask, *methods: str) -> Route:
        async def answer(request: Request) -> Response:
            if request.method not in methods:
                return said("malformed")
            if is_foreign(request) and (request.method != "GET" or ask != self._page):
                return said("foreign")
            try:
                return await ask(request)
            except requests.Malformed:
                return said("malformed")
            except UploadError as error:
                return said(error.code)
            except TooLarge:
                return said("too_big")
            except TooSlow:
                return said("later")
            except (StoreError, Unable) as error:
                self._count("page", error)
                return said("later")

        return Route(path, answer, methods=METHODS)

    async def _failed(self, _request: Request, error: Exception) -> Response:
        """A fault of ours has the size of every answer, too."""
        self._count("page", error)
        return said("later")

    async def _page(self, request: Request) -> Response:
        packs = "gzip" in request.headers.get("accept-encoding", "")
        return page_answer(await self._load(), packs=packs)

    async def _desks(self, _request: Request) -> Response:
        found = await self._load()
        work = {"bits": self._door.limits.work_bits, "challenge": self._door.challenge()}
        return desks_answer(
            {
                "type": "silbo desks",
                "version": 1,
                "day": self._door.today().isoformat(),
                "limit": self._door.limits.drop,
                "cleans": 0 if self._copies is None else LARGEST,
                "work": work,
                "desks": found.desks,
            }
        )

    async def _upload(self, request: Request) -> Response:
        upload = requests.upload_id(request.path_params["upload"])
        if request.method == "GET":
            here = await self._door.here(upload)
            return listed({name: ranges(numbers) for name, numbers in here.parts.items()}, done=here.done)
        if request.method == "PUT":
            opening = requests.opening(await self._json(request))
            await self._door.open(upload, opening.desk, opening.size, opening.nonce)
        else:
            commit = requests.commit(await self._json(request, COMMIT_BYTES, self._commits))
            await self._door.commit(upload, commit.items, commit.manifest, commit.tag)
        return said("ok")

    async def _part(self, request: Request) -> Response:
        upload = requests.upload_id(request.path_params["upload"])
        item = requests.upload_id(request.path_params["item"])
        number = requests.part_number(request.path_params["number"])
        if request.headers.get("content-type", "") != "application/octet-stream":
            raise requests.Malformed
        coming, part = Coming(), (upload, item, number)
        before = self._parts.get(part)
        if before is not None:  # a line that broke is noticed late, and holds room of its upload until then
            before.cut()
        self._parts[part] = coming
        with self._bodies.place(coming):
            await self._door.take(upload, item, number, _body(request, coming))
        return said("ok")

    async def _clean(self, request: Request) -> Response:
        """A file in the clear, as its source wished; its copy goes back, and nothing of either stays."""
        if self._copies is None:
            return said("gone")
        if request.headers.get("content-type", "") != "application/octet-stream":
            raise requests.Malformed
        self._door.spend(request.headers.get("silbo-work", ""))
        data, coming = bytearray(), Coming()
        with ExitStack() as place:
            place.enter_context(self._cleaning.place(coming))
            async for chunk in chunks_of(request, padded_size(4 + LARGEST), PART_SECONDS, coming):
                data += chunk
            file = requests.enclosed(data)
            data.clear()
            if len(file) > LARGEST:
                raise TooLarge
            copy = await self._copies.of(file)
            return said("not_clean") if copy is None else CleanCopy(copy, coming, place.pop_all())

    async def _states(self, request: Request) -> Response:
        return said("ok", states=await self._door.states(requests.question(await self._json(request))))

    async def _withdraw(self, request: Request) -> Response:
        asked = requests.withdrawing(await self._json(request))
        return said("ok", state=await self._door.withdraw(asked.upload, asked.tag))

    async def _mailbox(self, request: Request) -> Response:
        asked = requests.reading(await self._json(request))
        letters = await self._door.letters(asked.mailbox, asked.reply, asked.start, BLOCK - LIST_BYTES)
        document = {
            "code": "ok",
            "replies": [{"sha256": sha256.hex(), "size": size} for sha256, size in letters.replies],
            "pieces": [
                {"sha256": piece.reply.hex(), "from": piece.start, "size": len(piece.data)}
                for piece in letters.pieces
            ],
        }
        return block(document, b"".join(piece.data for piece in letters.pieces), BLOCK)

    async def _read(self, request: Request) -> Response:
        asked = requests.marking(await self._json(request))
        await self._door.read(asked.desk, asked.mailbox, asked.reply, asked.token)
        return said("ok")

    async def _json(self, request: Request, limit: int = JSON_BYTES, bodies: Bodies | None = None) -> bytes:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise requests.Malformed  # what another website can send without asking is none
        return await body_of(request, limit, JSON_SECONDS, bodies or self._bodies)


LIST_BYTES = 80 * 1024
"""What the list of a mailbox's block may take: 500 replies, and as many pieces as fit behind them."""


async def _body(request: Request, coming: Coming) -> AsyncIterator[bytes]:
    async for chunk in chunks_of(request, PART, PART_SECONDS, coming):
        yield chunk


async def _nothing(_request: Request) -> Response:
    return said("gone")
