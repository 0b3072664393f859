"""Deletes messages behind a chat's back: what comes after a receipt is a duty of its own.

The list rests in the runtime folder until it is done, so neither a crash nor a restart ends it; a power-off
does. It has to name the chat, and so is sealed with the folder's key and let go of with the last message.
Whatever happens, a message is tried for 24 hours and no longer (docs/adr/0156).
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from bot.channels.events import Chat
from bot.conversation.effects import Say
from bot.dialogue.wording import Wording
from bot.runtime import RuntimeFolder
from bot.store.errors import StorageError
from bot.tally import Tally
from crypto.age import X25519Identity, decrypt, encrypt
from crypto.errors import CryptoError

AT_ONCE = 100
REMEMBERED = 2000
TRIED_SECONDS = 24 * 3600
FRESH_SECONDS = 120
"""So long after a person's own tap the bot says that something stayed; later it waits to be spoken to."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
CLOSING_SECONDS = 5.0
LOOK_SECONDS = 10.0
"""How often lists are looked for of bots that are gone."""


@dataclass(slots=True, repr=False)
class Owed:
    """Of one chat: `due` maps messages to the second from which on they must go, `left` is how many could not
    be deleted and were not told of, `said` are the messages in which that was told. Of those that are `quiet`
    nothing is ever told.
    """

    chat: str
    language: str
    due: dict[int, int] = field(default_factory=dict)
    left: int = 0
    said: list[int] = field(default_factory=list)
    quiet: list[int] = field(default_factory=list)


class Deletions:
    """Those of all chats of a `channel`, a task each. What fails is counted in `tally` and tried again."""

    def __init__(
        self,
        runtime: RuntimeFolder,
        wording: Wording,
        channel: str,
        clock: Callable[[], float],
        tally: Tally,
    ) -> None:
        self._runtime = runtime
        self._wording = wording
        self._channel = channel
        self._clock = clock
        self._tally = tally
        self._chats: dict[str, Chat] = {}
        self._chat_of: Callable[[str], Chat] | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._busy: set[str] = set()
        self._rested = asyncio.Event()
        self._rested.set()
        self._looking: asyncio.Task[None] | None = None

    def attach(self, chat_of: Callable[[str], Chat]) -> None:
        """The channel is there: `chat_of` gives the way to a chat. Take up what a run before has left, or
        another bot that shares the chats.
        """
        self._chat_of = chat_of
        self._take_up()
        if self._runtime.is_shared:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._take_up()

    def _take_up(self) -> None:
        with suppress(OSError):  # the hourly duty tells of a folder that can't be read
            for tag in self._runtime.tags("deletions"):
                if tag not in self._tasks and self._runtime.take_duty(tag):
                    self._start(tag)

    def owe(
        self,
        chat_id: str,
        chat: Chat,
        language: str,
        messages: Sequence[int],
        at: int,
        *,
        quiet: bool = False,
    ) -> None:
        """Delete these messages of a chat from second `at` on, or now. With `quiet` all that is owed of the
        chat goes now, and nothing of it is told. Raises StorageError: then nothing is owed.
        """
        tag = self._tag(chat_id)
        at = max(at, int(self._clock()))

        def more(owed: Owed | None) -> Owed:
            owed, wanted = owed or Owed(chat_id, language), list(messages)
            owed.chat, owed.language = chat_id, language
            if quiet:
                wanted += [*owed.said, *owed.due]
                owed.left, owed.said, owed.quiet = 0, [], list(dict.fromkeys(wanted))
            owed.due |= {message: min(at, owed.due.get(message, at)) for message in wanted}
            return owed

        try:
            self._change(tag, more)
            self._runtime.keep_duty(tag)
        except OSError:
            raise StorageError("The runtime folder cannot be written.") from None
        self._chats[tag] = chat
        self._start(tag)

    def remember(self, chat_id: str, chat: Chat, language: str, message: int | None) -> None:
        """A message that the chat's session does not know yet, and has to delete in the end."""
        if message:

            def more(owed: Owed | None) -> Owed:
                owed = owed or Owed(chat_id, language)
                if message not in owed.said:
                    owed.said = [*owed.said, message][-REMEMBERED:]
                return owed

            with suppress(OSError):
                self._change(self._tag(chat_id), more)

    def told(self, chat_id: str) -> tuple[int, list[int]]:
        """How many messages stayed and were not told of, and those in which others were."""
        owed = self._load(self._tag(chat_id))
        return (0, []) if owed is None else (owed.left, owed.said)

    def clear(self, chat_id: str) -> None:
        """The chat's session knows what `told` has said."""

        def known(owed: Owed | None) -> Owed | None:
            if owed is not None:
                owed.left, owed.said = 0, []
            return owed

        with suppress(OSError):  # it is told twice then
            self._change(self._tag(chat_id), known)

    async def settled(self) -> None:
        """Return when all that is due now was tried."""
        await self._rested.wait()

    async def close(self) -> None:
        """End the tasks, after a moment for what is due; the lists stay for the next start."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.settled()
        tasks = [*self._tasks.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tag(self, chat_id: str) -> str:
        return self._runtime.tag("deletions", self._channel, chat_id)

    def _load(self, tag: str) -> Owed | None:
        """None for what can't be read, too: a list of another version must not keep a chat from writing."""
        try:
            return self._opened(self._runtime.load(tag, "deletions"))
        except (OSError, ValueError):
            return None

    def _change(self, tag: str, work: Callable[[Owed | None], Owed | None]) -> None:
        """`work` may be called again. Raises OSError."""

        def changed(sealed: bytes | None) -> bytes | None:
            owed = work(self._opened(sealed))
            return None if owed is None else self._sealed(owed)

        self._runtime.change(tag, changed, "deletions")

    def _opened(self, sealed: bytes | None) -> Owed | None:
        if sealed is None:
            return None
        try:
            found = Owed(**json.loads(decrypt(sealed, [self._key()], armor=False)))
            found.due = {int(message): at for message, at in found.due.items()}
        except (ValueError, TypeError, AttributeError, CryptoError):
            return None
        return found

    def _sealed(self, owed: Owed) -> bytes | None:
        """None if nothing is left of it."""
        if not owed.due:
            owed.chat = ""
        if owed.due or owed.left or owed.said:
            return encrypt(json.dumps(asdict(owed)).encode(), [self._key().recipient()])
        return None

    def _key(self) -> X25519Identity:
        """Asked for each time: several bots may get another one together."""
        return X25519Identity(self._runtime.seed("deletions"))

    def _start(self, tag: str) -> None:
        self._news.setdefault(tag, asyncio.Event()).set()
        self._set_busy(tag, busy=True)
        if tag not in self._tasks:
            self._tasks[tag] = asyncio.create_task(self._run(tag))

    def _set_busy(self, tag: str, *, busy: bool) -> None:
        (self._busy.add if busy else self._busy.discard)(tag)
        (self._rested.clear if self._busy else self._rested.set)()

    async def _run(self, tag: str) -> None:
        pause = FIRST_PAUSE
        try:
            while (owed := self._load(tag)) is not None and owed.due and self._runtime.take_duty(tag):
                self._news[tag].clear()
                wait = await self._some(tag, owed, int(self._clock()))
                if wait is None:
                    pause = FIRST_PAUSE
                    continue
                self._set_busy(tag, busy=False)
                if wait == 0:
                    wait, pause = pause, min(pause * 2, LONGEST_PAUSE)
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._news[tag].wait()
        finally:
            self._set_busy(tag, busy=False)
            for known in (self._tasks, self._news, self._chats):
                known.pop(tag, None)

    async def _some(self, tag: str, owed: Owed, now: int) -> float | None:
        """Delete some of what is due. None if that went well, else how many seconds to wait; 0 after a
        failure.
        """
        over = [message for message, at in owed.due.items() if abs(now - at) >= TRIED_SECONDS]
        due = [message for message, at in owed.due.items() if at <= now]
        due = ([message for message in due if message in owed.quiet] or due)[:AT_ONCE]
        if over:
            self._strike(tag, over, sum(message not in owed.quiet for message in over))
            return None
        if not due:
            return max(1.0, min(owed.due.values()) - now)
        chat = self._chats[tag] if self._chat_of is None else self._chat_of(owed.chat)
        try:
            left = await chat.forget(due)
            told = self._strike(tag, due, left)
            if told and now - max(owed.due[message] for message in due) < FRESH_SECONDS:
                await self._tell(tag, chat, owed.language)
        except Exception as error:  # whatever it is, it is tried again
            self._tally.count("undeleted", error)
            return 0
        return None

    def _strike(self, tag: str, messages: Sequence[int], left: int) -> bool:
        """Return whether what is `left` is to be told. Read again: more may be owed by now, or be quiet."""
        told = False

        def struck(owed: Owed | None) -> Owed | None:
            nonlocal told
            told = owed is not None and left > 0 and not set(messages) <= set(owed.quiet)
            if owed is not None:
                owed.due = {message: at for message, at in owed.due.items() if message not in messages}
                owed.quiet = [message for message in owed.quiet if message in owed.due]
                owed.left += left if told else 0
            return owed

        self._change(tag, struck)
        return told

    async def _tell(self, tag: str, chat: Chat, language: str) -> None:
        message = await chat.say(self._wording.text(language, Say("left_over")))

        def told(owed: Owed | None) -> Owed | None:
            if owed is not None:
                owed.left = 0
                if message and owed.quiet:  # somebody was in panic meanwhile
                    owed.due[message] = int(self._clock())
                    owed.quiet.append(message)
                elif message:
                    owed.said.append(message)
            return owed

        self._change(tag, told)
