"""A local stand-in of the Telegram Bot API: real HTTP, strict, with the server's habits and failures.

In a test:      async with TelegramApi() as api: ... Account(api.token, api.url) ...
On its own:     python tests/telegram_api.py --port 8081    (POST /control {"call": "text", "with": {...}})

It holds the methods that Silbo uses and those that python-telegram-bot's default Application uses. An unknown
method or parameter, and any request, answer or injected update that the description of the Bot API does not
allow, is an error, and is kept in `violations`.
"""

import argparse
import asyncio
import contextlib
import inspect
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import BodyPartReader, web

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # when it is run as a program

from tests.telegram_methods import Methods
from tests.telegram_people import People, buttons
from tests.telegram_spec import Spec
from tests.telegram_updates import ApiError, Json

__all__ = ["TOKEN", "Fault", "Moment", "TelegramApi", "buttons", "until"]

TOKEN = "987654321:AAStand-in_token_of_the_test_server_0"
CHUNK = 64 * 1024

Moment = Literal["asked", "done", "half"]
"""When somebody may watch: a request came in, it was carried out, half of a file was sent."""
CONTROLS = {
    "text", "photo", "document", "voice", "press", "edit", "block", "advance", "pending", "state", "held",
}  # fmt: skip


@dataclass
class Fault:
    """What goes wrong the next `times` times: an answer with `status`, or a cut connection.

    "page" answers with `status` and `body` as a proxy would, "cut" cuts it before the request is carried out;
    "page after" and "cut after" do so when it was carried out already. The method "file" is a download.
    """

    method: str | None = None
    chat: int | None = None
    status: int = 502
    retry_after: int | None = None
    migrated_to: int | None = None
    kind: Literal["answer", "page", "cut", "cut after", "page after"] = "answer"
    times: int = 1
    body: str = "<html>Access denied</html>"

    def parameters(self) -> Json:
        """Return the answer's ResponseParameters."""
        named = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrated_to}
        return {name: value for name, value in named.items() if value is not None}


class TelegramApi(People):
    """The server. `calls` are the requests that were carried out, `faults` what goes wrong next. `beside` are
    other bots at the same address, by their tokens.
    """

    def __init__(self, *, token: str = TOKEN, spec: Spec | None = None, webhook_pause: float = 0.1) -> None:
        super().__init__(spec, webhook_pause)
        self.token = token
        self.beside: dict[str, TelegramApi] = {}
        self.url = ""
        self.violations: list[str] = []
        self.calls: list[tuple[str, Json]] = []
        self.faults: list[Fault] = []
        self.watch: Callable[[str, Moment], bool] | None = None
        self.downloads = 0
        self.file_pause = 0.0
        self.files_to_cut = 0
        self.file_gate = asyncio.Event()
        self.file_gate.set()
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        app.router.add_post("/control", self._control)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._closing = True
        self.file_gate.set()
        self._wake()
        await self._unhook()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        if error is None and self.violations:
            raise AssertionError("\n".join(self.violations))

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if (other := self.beside.get(request.match_info["token"])) is not None:
            return await other._call(request)
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            handler = self._handler(method)
            params = self._params(method, handler, await _raw_params(request))
            fault = self._fault(method, params)
            if self._watched(method, "asked") or (fault is not None and fault.kind == "cut"):
                return self._cut(request)
            if fault is not None and fault.kind == "page":
                return web.Response(status=fault.status, text=fault.body)
            if fault is not None and fault.kind == "answer":
                raise ApiError(fault.status, f"Fault {fault.status}", fault.parameters())
            self.calls.append((method, params))
            result = await handler(**params)
            if fault is not None and fault.kind == "page after":
                return web.Response(status=fault.status, text=fault.body)
            if self._watched(method, "done") or fault is not None:
                return self._cut(request)
        except ApiError as error:
            answer: Json = {"ok": False, "error_code": error.status, "description": str(error)}
            if error.parameters:
                answer["parameters"] = error.parameters
            return web.json_response(answer, status=error.status)
        # Updates are checked when they are injected; a test may inject a broken one on purpose.
        if method != "getUpdates":
            self.violations += self.spec.answer(method, result)
        return web.json_response({"ok": True, "result": result})

    def _handler(self, method: str) -> Callable[..., Awaitable[Any]]:
        handler = getattr(Methods, method, None)
        if handler is None or method.startswith("_"):
            self.violations.append(f"{method}: not a method of the stand-in")
            raise ApiError(404, "Not Found")
        bound: Callable[..., Awaitable[Any]] = getattr(Methods(self), method)
        return bound

    def _params(self, method: str, handler: Callable[..., Any], raw: Json) -> Json:
        """Convert form fields by the handler's signature; unknown ones are errors."""
        signature = inspect.signature(handler).parameters
        errors = [f"{method}: unknown parameter {key}" for key in raw if key not in signature]
        params = {}
        for key, value in raw.items():
            text = key in signature and signature[key].annotation in (str, str | None)
            try:
                params[key] = value if text or not isinstance(value, str) else json.loads(value)
            except ValueError:
                errors.append(f"{method}.{key}: not JSON")
        for key, parameter in signature.items():
            if parameter.default is inspect.Parameter.empty and key not in raw:
                errors.append(f"{method}: {key} is missing")
        errors += self.spec.request(method, params)
        if errors:
            self.violations += errors
            raise ApiError(400, f"Bad Request: {errors[0]}")
        return params

    def _fault(self, method: str, params: Json) -> Fault | None:
        for fault in self.faults:
            if fault.method in ((method,) if method == "file" else (None, method)) and fault.chat in (
                None,
                params.get("chat_id"),
            ):
                fault.times -= 1
                if not fault.times:
                    self.faults.remove(fault)
                return fault
        return None

    def _watched(self, method: str, moment: Moment) -> bool:
        """Tell the watcher; it returns True to have the connection cut."""
        return self.watch is not None and self.watch(method, moment)

    @staticmethod
    def _cut(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if (other := self.beside.get(request.match_info["token"])) is not None:
            return await other._file(request)
        content = self._files.get(request.match_info["path"].removeprefix("files/"))
        if request.match_info["token"] != self.token or content is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        fault = self._fault("file", {})
        if fault is not None:
            wait = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            page = web.Response(status=fault.status, text=fault.body, headers=wait)
            return self._cut(request) if fault.kind == "cut" else page
        self.downloads += 1
        answer = web.StreamResponse(headers={"Content-Length": str(len(content))})
        await answer.prepare(request)
        halved = False
        for start in range(0, len(content), CHUNK):
            if start >= len(content) // 2:
                await self.file_gate.wait()
                if not halved and self._watched("file", "half"):
                    return self._cut(request)
                halved = True
                if self.files_to_cut > 0:
                    self.files_to_cut -= 1
                    return self._cut(request)
            await answer.write(content[start : start + CHUNK])
            if self.file_pause:
                await asyncio.sleep(self.file_pause)
        return answer

    async def _control(self, request: web.Request) -> web.Response:
        """{"call": name, "with": {...}} runs one of the helpers below; bytes are given as {"hex": "..."}."""
        command = await request.json()
        arguments = {
            key: bytes.fromhex(value["hex"]) if isinstance(value, dict) and "hex" in value else value
            for key, value in command.get("with", {}).items()
        }
        name = command["call"]
        if name not in CONTROLS:
            return web.json_response({"error": "no such helper"}, status=404)
        result = getattr(self, name)(**arguments)
        return web.json_response({"result": await result if inspect.isawaitable(result) else result})

    def state(self) -> Json:
        """What a program that drives the stand-in from outside wants to know."""
        return {
            "pending": self.pending(),
            "confirmed": self.confirmed,
            "sent": {str(chat): messages for chat, messages in self.sent.items()},
            "downloads": self.downloads,
            "violations": self.violations,
        }


async def until(condition: Callable[[], bool], seconds: float = 240.0) -> None:
    """Return as soon as `condition` is true; give up after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 -- what it looks at knows nothing of events
            await asyncio.sleep(0.005)


async def _raw_params(request: web.Request) -> Json:
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        params |= await request.json()
    elif request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise ApiError(400, "Bad Request: a part of the form has no name")
            content = bytes(await part.read())
            params[part.name] = content.decode() if part.filename is None else (part.filename, content)
    elif request.can_read_body:
        params |= dict(await request.post())
    return params


async def _serve(port: int, token: str) -> None:
    api = TelegramApi(token=token)
    await api.start(port)
    print(api.url, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A local stand-in of the Telegram Bot API.")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.port, options.token))


if __name__ == "__main__":
    main()
