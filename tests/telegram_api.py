"""A local stand-in of the Telegram Bot API: real HTTP, strict, with the server's habits and failures.

In a test:      async with TelegramApi() as api: ... Account(api.token, api.url) ...
On its own:     python tests/telegram_api.py --port 8081    (POST /control {"call": "text", "with": {...}})

It holds the methods that Silbo uses and those that python-telegram-bot's default Application uses. An unknown
method or parameter, and any request, answer or injected update that the description of the Bot API does not
allow (where that file is present), is an error, and is kept in `violations`.
"""

import argparse
import asyncio
import contextlib
import inspect
import json
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp
from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # when it is run as a program

from tests.telegram_spec import Spec

TOKEN = "987654321:AAStand-in_token_of_the_test_server_0"
HOUR = 3600
UPDATE_LIFE, DELETE_LIFE = 24 * HOUR, 48 * HOUR
DOWNLOAD_LIMIT = 20 << 20
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
BOT = {"id": 987654321, "is_bot": True, "first_name": "Stand-in", "username": "standin_bot"}
BOT_ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
CHUNK = 64 * 1024

Json = dict[str, Any]
Moment = Literal["asked", "done", "half"]
"""When somebody may watch: a request came in, it was carried out, half of a file was sent."""


class ApiError(Exception):
    """An answer with ok = false."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.retry_after = retry_after


@dataclass
class Fault:
    """What goes wrong the next `times` times: an answer with `status`, or a cut connection.

    "cut" cuts it before the request is carried out, "cut after" when it was carried out already.
    """

    method: str | None = None
    chat: int | None = None
    status: int = 502
    retry_after: int | None = None
    kind: Literal["answer", "cut", "cut after"] = "answer"
    times: int = 1


@dataclass
class Queued:
    chat: int
    update: Json
    expires: float


@dataclass
class Stored:
    """A message that a chat holds."""

    content: Json
    date: float


@dataclass
class Hook:
    url: str
    secret: str | None
    connections: asyncio.Semaphore
    tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)


class TelegramApi:
    """`confirmed` are the ids of the updates that the bot let go of, `sent` what it said, per chat."""

    def __init__(self, *, token: str = TOKEN, spec: Spec | None = None, webhook_pause: float = 0.1) -> None:
        self.token = token
        self.spec = spec or Spec.find()
        self.url = ""
        self.violations: list[str] = []
        self.calls: list[tuple[str, Json]] = []
        self.sent: dict[int, list[Json]] = defaultdict(list)
        self.deleted: list[tuple[int, int]] = []
        self.answered: list[str] = []
        self.left: list[int] = []
        self.commands: dict[str | None, list[Json]] = {}
        self.faults: list[Fault] = []
        self.blocked: set[int] = set()
        self.confirmed: list[int] = []
        self.downloads = 0
        self.file_pause = 0.0
        self.files_to_cut = 0
        self.file_path_prefix = "files/"
        self.lie_about_size = False
        self.file_gate = asyncio.Event()
        self.file_gate.set()
        self.watch: Callable[[str, Moment], bool] | None = None
        self.allowed: list[str] | None = None
        self.next_update = 100_000
        self._next = 1000
        self._ahead = 0.0
        self._webhook_pause = webhook_pause
        self._updates: dict[int, Queued] = {}
        self._messages: dict[int, dict[int, Stored]] = defaultdict(dict)
        self._files: dict[str, bytes] = {}
        self._news = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._last_offset: tuple[int, float] | None = None
        self._hook: Hook | None = None
        self._closing = False
        self._runner: web.AppRunner | None = None

    # -- the server

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

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the server's clock."""
        self._ahead += seconds

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            handler = self._handler(method)
            params = self._params(method, handler, await _raw_params(request))
            fault = self._fault(method, params)
            if self._watched(method, "asked") or (fault is not None and fault.kind == "cut"):
                return self._cut(request)
            if fault is not None and fault.kind == "answer":
                raise ApiError(fault.status, f"Fault {fault.status}", fault.retry_after)
            self.calls.append((method, params))
            result = await handler(**params)
            if self._watched(method, "done") or fault is not None:
                return self._cut(request)
        except ApiError as error:
            answer: Json = {"ok": False, "error_code": error.status, "description": str(error)}
            if error.retry_after is not None:
                answer["parameters"] = {"retry_after": error.retry_after}
            return web.json_response(answer, status=error.status)
        # Updates are checked when they are injected; a test may inject a broken one on purpose.
        if self.spec is not None and method != "getUpdates":
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
        if self.spec is not None:
            errors += self.spec.request(method, params)
        if errors:
            self.violations += errors
            raise ApiError(400, f"Bad Request: {errors[0]}")
        return params

    def _fault(self, method: str, params: Json) -> Fault | None:
        for fault in self.faults:
            if fault.method in (None, method) and fault.chat in (None, params.get("chat_id")):
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
        content = self._files.get(request.match_info["path"].removeprefix("files/"))
        if request.match_info["token"] != self.token or content is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
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

    # -- the queue of updates

    def inject(self, update: Json, chat: int, *, check: bool = True) -> int:
        """Queue an update (its id is filled in) as if it had just happened in `chat`; return its id."""
        update_id = self.next_update
        self.next_update += 1
        update = {"update_id": update_id, **update}
        if check and self.spec is not None and (errors := self.spec.update(update)):
            raise ValueError("\n".join(errors))
        kind = next(key for key in update if key != "update_id")
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        if wanted:
            self._updates[update_id] = Queued(chat, update, self.now() + UPDATE_LIFE)
            self._wake()
        return update_id

    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        self._expire()
        return len(self._updates)

    def jump(self, next_update: int) -> None:
        """Go on from another update id, as Telegram does after a week without updates."""
        self.next_update = next_update

    def _expire(self) -> None:
        now = self.now()
        self._updates = {key: queued for key, queued in self._updates.items() if queued.expires > now}

    def _confirm(self, update_id: int) -> None:
        if self._updates.pop(update_id, None) is not None:
            self.confirmed.append(update_id)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
        if self._hook is not None and not self._closing:
            for chat in {queued.chat for queued in self._updates.values()} - self._hook.tasks.keys():
                self._hook.tasks[chat] = asyncio.create_task(self._push(self._hook, chat))

    async def wait_for_updates(
        self, offset: int, limit: int, seconds: float, allowed: list[str] | None
    ) -> list[Json]:
        if self._hook is not None:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        mine = self._poll = asyncio.get_running_loop().create_future()
        if allowed is not None:
            self.allowed = allowed
        began = time.monotonic()
        if self._last_offset is not None and self._last_offset[0] == offset:
            limit = 1 if began - self._last_offset[1] < 0.5 else limit
        self._last_offset = (offset, began)
        if 0 < offset <= self.next_update:  # an offset from the future is as good as none
            for update_id in [key for key in self._updates if key < offset]:
                self._confirm(update_id)
        elif offset < 0:
            for update_id in sorted(self._updates)[:offset]:
                self._confirm(update_id)
        until = began + min(seconds, 50)
        while True:
            if mine.done():
                raise ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            self._expire()
            first = offset if 0 < offset <= self.next_update else 0
            ready = [self._updates[key].update for key in sorted(self._updates) if key >= first]
            left = until - time.monotonic()
            if ready or left <= 0 or self._closing:
                mine.cancel()
                return ready[:limit]
            news = asyncio.ensure_future(self._news.wait())
            try:
                await asyncio.wait({news, mine}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                news.cancel()

    async def hook(self, url: str, secret: str | None, connections: int) -> None:
        await self._unhook()
        if url:
            self._hook = Hook(url, secret, asyncio.Semaphore(connections))
            self._wake()

    def hooked(self) -> str:
        return "" if self._hook is None else self._hook.url

    async def _unhook(self) -> None:
        hook, self._hook = self._hook, None
        if hook is not None:
            for task in hook.tasks.values():
                task.cancel()
            await asyncio.gather(*hook.tasks.values(), return_exceptions=True)

    async def _push(self, hook: Hook, chat: int) -> None:
        """Send a chat's updates to the webhook, one after the other, each until it is answered with 2xx."""
        headers = {} if hook.secret is None else {"X-Telegram-Bot-Api-Secret-Token": hook.secret}
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
                while True:
                    self._expire()
                    ids = [key for key in sorted(self._updates) if self._updates[key].chat == chat]
                    if not ids:
                        return
                    update = self._updates[ids[0]].update
                    done = False
                    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                        async with (
                            hook.connections,
                            session.post(hook.url, json=update, headers=headers) as answer,
                        ):
                            done = 200 <= answer.status < 300
                    if done:
                        self._confirm(ids[0])
                    else:
                        await asyncio.sleep(self._webhook_pause)
        finally:
            hook.tasks.pop(chat, None)
            if hook is self._hook:
                self._wake()  # for what came while the session was closed

    # -- what people do

    def user(self, chat: int, language: str | None = "es") -> Json:
        user = {"id": chat, "is_bot": False, "first_name": f"First{chat}", "username": f"user{chat}"}
        return user if language is None else {**user, "language_code": language}

    def chat(self, chat: int, kind: str = "private") -> Json:
        if kind == "private":
            return {"id": chat, "type": kind, "first_name": f"First{chat}", "username": f"user{chat}"}
        return {"id": chat, "type": kind, "title": f"Title{chat}"}

    def message(
        self, chat: int, *, kind: str = "private", language: str | None = "es", **content: Any
    ) -> int:
        """Somebody sends a message with these fields; return its message id."""
        message = self._store(chat, {"from": self.user(abs(chat), language), **content}, kind)
        self.inject({"message": message}, chat)
        return int(message["message_id"])

    def text(self, chat: int, text: str, **more: Any) -> int:
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            more = {"entities": [{"type": "bot_command", "offset": 0, "length": length}], **more}
        return self.message(chat, text=text, **more)

    def add_file(self, content: bytes, *, size: int | None = None) -> Json:
        """Store a file, and return what tells about it; `size` declares another length than it has."""
        file_id = f"file-{self._number()}"
        self._files[file_id] = content
        declared = len(content) if size is None else size
        return {"file_id": file_id, "file_unique_id": f"unique-{file_id}", "file_size": declared}

    def photo(self, chat: int, content: bytes, **more: Any) -> int:
        small = {**self.add_file(content[: len(content) // 2 or 1]), "width": 90, "height": 60}
        large = {**self.add_file(content), "width": 1280, "height": 853}
        return self.message(chat, photo=[small, large], **more)

    def document(self, chat: int, content: bytes, *, name: str = "scan.pdf", **more: Any) -> int:
        return self.message(chat, document={**self.add_file(content), "file_name": name}, **more)

    def voice(self, chat: int, content: bytes, **more: Any) -> int:
        return self.message(
            chat, voice={**self.add_file(content), "duration": 2, "mime_type": "audio/ogg"}, **more
        )

    def album(self, chat: int, contents: list[bytes], **more: Any) -> list[int]:
        group = f"group-{self._number()}"
        return [self.photo(chat, content, media_group_id=group, **more) for content in contents]

    def edit(self, chat: int, message_id: int, text: str) -> None:
        message = {**self._messages[chat][message_id].content, "text": text, "edit_date": int(self.now())}
        self.inject({"edited_message": message}, chat)

    def press(self, chat: int, action: str, message_id: int | None = None) -> str:
        """Press a button of a message of the bot (the newest with this action); return the query's id."""
        if message_id is None:
            message_id = next(m["message_id"] for m in reversed(self.sent[chat]) if action in buttons(m))
        query = {
            "id": f"query-{self._number()}",
            "from": self.user(chat),
            "chat_instance": "1",
            "message": self._messages[chat][message_id].content,
            "data": action,
        }
        self.inject({"callback_query": query}, chat)
        return str(query["id"])

    def block(self, chat: int) -> None:
        """The person blocks the bot."""
        self.blocked.add(chat)
        bot, moment = {"user": BOT}, int(self.now())
        change = {
            "chat": self.chat(chat),
            "from": self.user(chat),
            "date": moment,
            "old_chat_member": {"status": "member", **bot},
            "new_chat_member": {"status": "kicked", "until_date": 0, **bot},
        }
        self.inject({"my_chat_member": change}, chat)

    def added_to_group(self, chat: int, kind: str = "group") -> None:
        bot = {"user": BOT}
        change = {
            "chat": self.chat(chat, kind),
            "from": self.user(7),
            "date": int(self.now()),
            "old_chat_member": {"status": "left", **bot},
            "new_chat_member": {"status": "member", **bot},
        }
        self.inject({"my_chat_member": change}, chat)

    def state(self) -> Json:
        """What a program that drives the stand-in from outside wants to know."""
        return {
            "pending": self.pending(),
            "confirmed": self.confirmed,
            "sent": {str(chat): messages for chat, messages in self.sent.items()},
            "downloads": self.downloads,
            "violations": self.violations,
        }

    # -- messages

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _store(self, chat: int, content: Json, kind: str = "private") -> Json:
        message = {
            "message_id": self._number(),
            "date": int(self.now()),
            "chat": self.chat(chat, kind),
            **content,
        }
        self._messages[chat][message["message_id"]] = Stored(message, self.now())
        return message

    def say(self, chat: int, text: str, markup: Json | None) -> Json:
        self._writable(chat)
        _check_text(text, markup)
        more = {} if markup is None else {"reply_markup": markup}
        message = self._store(chat, {"from": BOT, "text": text, **more})
        self.sent[chat].append(message)
        return message

    def change(self, chat: int, message_id: int, text: str, markup: Json | None) -> Json:
        self._writable(chat)
        _check_text(text, markup)
        stored = self._messages[chat].get(message_id)
        if stored is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if stored.content["from"] != BOT:
            raise ApiError(400, "Bad Request: message can't be edited")
        if (stored.content["text"], stored.content.get("reply_markup")) == (text, markup):
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup "
                "are exactly the same as a current content and reply markup of the message",
            )
        stored.content["text"] = text
        stored.content.pop("reply_markup", None)
        if markup is not None:
            stored.content["reply_markup"] = markup
        stored.content["edit_date"] = int(self.now())
        return stored.content

    def delete(self, chat: int, message_ids: list[int]) -> None:
        found = [i for i in message_ids if i in self._messages[chat]]
        if any(self.now() - self._messages[chat][i].date >= DELETE_LIFE for i in found):
            raise ApiError(400, "Bad Request: message can't be deleted for everyone")
        for message_id in found:
            del self._messages[chat][message_id]
            self.deleted.append((chat, message_id))

    def held(self, chat: int) -> list[int]:
        """The ids of the messages that the chat still holds."""
        return sorted(self._messages[chat])

    def _writable(self, chat: int) -> None:
        if chat in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not self._messages[chat]:
            raise ApiError(400, "Bad Request: chat not found")

    def file(self, file_id: str) -> bytes:
        if file_id not in self._files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return self._files[file_id]


CONTROLS = {
    "text", "photo", "document", "voice", "press", "edit", "block", "advance", "pending", "state", "held",
}  # fmt: skip


class Methods:
    """The Bot API's methods, by their own names; the parameters are those that the stand-in understands."""

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    async def getMe(self) -> Json:
        return {**BOT, **BOT_ABILITIES}

    async def getUpdates(
        self,
        offset: int = 0,
        limit: int = 100,
        timeout: int = 0,  # noqa: ASYNC109 -- the API's own name
        allowed_updates: list[str] | None = None,
    ) -> list[Json]:
        return await self._api.wait_for_updates(offset, limit, timeout, allowed_updates)

    async def setWebhook(
        self,
        url: str,
        secret_token: str | None = None,
        allowed_updates: list[str] | None = None,
        max_connections: int = 40,
        drop_pending_updates: bool = False,
    ) -> bool:
        if drop_pending_updates:
            raise ApiError(400, "Bad Request: this bot must never drop updates")
        if allowed_updates is not None:
            self._api.allowed = allowed_updates
        await self._api.hook(url, secret_token, max_connections)
        return True

    async def deleteWebhook(self, drop_pending_updates: bool = False) -> bool:
        if drop_pending_updates:
            raise ApiError(400, "Bad Request: this bot must never drop updates")
        await self._api.hook("", None, 1)
        return True

    async def getWebhookInfo(self) -> Json:
        return {
            "url": self._api.hooked(),
            "has_custom_certificate": False,
            "pending_update_count": self._api.pending(),
        }

    async def sendMessage(  # noqa: PLR0917 -- called with keywords only
        self,
        chat_id: int,
        text: str,
        reply_markup: Json | None = None,
        link_preview_options: Json | None = None,
        disable_notification: bool = False,
        protect_content: bool = False,
    ) -> Json:
        return self._api.say(chat_id, text, reply_markup)

    async def editMessageText(
        self,
        text: str,
        chat_id: int,
        message_id: int,
        reply_markup: Json | None = None,
        link_preview_options: Json | None = None,
    ) -> Json:
        return self._api.change(chat_id, message_id, text, reply_markup)

    async def deleteMessage(self, chat_id: int, message_id: int) -> bool:
        if message_id not in self._api.held(chat_id):
            raise ApiError(400, "Bad Request: message to delete not found")
        self._api.delete(chat_id, [message_id])
        return True

    async def deleteMessages(self, chat_id: int, message_ids: list[int]) -> bool:
        if not 1 <= len(message_ids) <= 100:
            raise ApiError(400, "Bad Request: wrong number of message identifiers")
        self._api.delete(chat_id, message_ids)
        return True

    async def answerCallbackQuery(self, callback_query_id: str, text: str | None = None) -> bool:
        self._api.answered.append(callback_query_id)
        return True

    async def getFile(self, file_id: str) -> Json:
        size = 1 if self._api.lie_about_size else len(self._api.file(file_id))
        if size > DOWNLOAD_LIMIT:
            raise ApiError(400, "Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": f"unique-{file_id}",
            "file_size": size,
            "file_path": f"{self._api.file_path_prefix}{file_id}",
        }

    async def leaveChat(self, chat_id: int) -> bool:
        self._api.left.append(chat_id)
        return True

    async def setMyCommands(
        self, commands: list[Json], language_code: str | None = None, scope: Json | None = None
    ) -> bool:
        self._api.commands[language_code] = commands
        return True


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return as soon as `condition` is true; give up after `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 -- what it looks at knows nothing of events
            await asyncio.sleep(0.005)


def buttons(message: Json) -> list[str]:
    """The actions of a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]


def _check_text(text: str, markup: Json | None) -> None:
    if not 1 <= len(text) <= 4096:
        raise ApiError(
            400, "Bad Request: message is too long" if text else "Bad Request: message text is empty"
        )
    for action in buttons({"reply_markup": markup} if markup else {}):
        if not 1 <= len(action.encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")


async def _raw_params(request: web.Request) -> Json:
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        params |= await request.json()
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
