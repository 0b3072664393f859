"""The updates that wait for the bot, with the habits of Telegram's server in handing them out.

Known from https://core.telegram.org/bots/api#getting-updates and from watching it: a repeated offset within
half a second gets one update, an offset from the future is as good as none, updates expire after a day,
`allowed_updates` stays until it is changed, a second poll ends the first, and a webhook gets the updates of a
chat one after the other.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.telegram_spec import Spec

UPDATE_LIFE = 24 * 3600
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}

Json = dict[str, Any]


class ApiError(Exception):
    """An answer with ok = false."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.parameters = parameters


@dataclass
class Queued:
    chat: int
    update: Json
    expires: float


@dataclass
class Hook:
    url: str
    secret: str | None
    connections: asyncio.Semaphore
    tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)


class Updates:
    """The queue. `confirmed` are the ids that the bot let go of."""

    def __init__(self, spec: Spec | None, webhook_pause: float) -> None:
        self.spec = spec or Spec.find()
        self.allowed: list[str] | None = None
        self.confirmed: list[int] = []
        self.next_update = 100_000
        self._closing = False
        self._ahead = 0.0
        self._webhook_pause = webhook_pause
        self._updates: dict[int, Queued] = {}
        self._news = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._last_offset: tuple[int, float] | None = None
        self._hook: Hook | None = None

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the server's clock."""
        self._ahead += seconds

    def inject(self, update: Json, chat: int, *, check: bool = True) -> int:
        """Queue an update (its id is filled in) as if it had just happened in `chat`; return its id."""
        update_id = self.next_update
        self.next_update += 1
        update = {"update_id": update_id, **update}
        if check and (errors := self.spec.update(update)):
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
