"""Carries out what the conversation asks for about answers, through the codenames of the intake.

What a codename opens is held in the session, in the runtime folder, until the source is done with it.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from datetime import date

from bot.channels import events
from bot.conversation.effects import (
    AskDropsBack,
    DestroyReply,
    DestroyThread,
    Effect,
    Erase,
    Lock,
    LookUpDrops,
    Unlock,
    WithdrawDrops,
)
from bot.conversation.inputs import Input
from bot.conversation.outcomes import (
    AskedBack,
    Destroyed,
    Ended,
    NotACodename,
    Practised,
    Unlocked,
    Withdrawable,
    Withdrawn,
)
from bot.conversation.state import Phase
from bot.dialogue.session import Session
from bot.intake import Intake
from bot.intake.codenames import Opened, Thread, is_practice, stretching

GUESSES_PER_HOUR = 5
"""Of one chat, as long as it is remembered."""


class Guesses:
    """How many codenames all chats together may type: nothing of it tells whose they were."""

    PER_MINUTE = 60

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._latest: deque[float] = deque(maxlen=self.PER_MINUTE)

    def take(self) -> bool:
        """Count one; False if there were too many within a minute."""
        now = self._clock()
        if len(self._latest) == self.PER_MINUTE and 0 <= now - self._latest[0] < 60:
            return False
        self._latest.append(now)
        return True


class Threads:
    """Those of one update; `save` writes the session."""

    def __init__(
        self,
        session: Session,
        update: events.Update,
        *,
        intake: Intake,
        channel: str,
        clock: Callable[[], float],
        guesses: Guesses,
        save: Callable[[], None],
    ) -> None:
        self._session = session
        self._update = update
        self._intake = intake
        self._codenames = intake.codenames
        self._channel = channel
        self._clock = clock
        self._guesses = guesses
        self._save = save

    async def carry_out(self, effect: Effect, day: date) -> list[Input]:
        """Return how it ended, where it can end in more than one way. Raises StorageError."""
        match effect:
            case Erase():
                if self._update.message_id is not None:
                    self._session.erase.append(self._update.message_id)
            case Lock():
                self._session.lock()
            case Unlock():
                return [await self._unlock()]
            case DestroyReply(reply):
                await self._destroy(reply, day)
                return [Destroyed()]
            case DestroyThread():
                return [Ended(await self._codenames.end(self._session.root, day))]
            case LookUpDrops():
                return [await self._codenames.withdrawable(self._session.root)]
            case WithdrawDrops():
                return await self._withdraw()
            case AskDropsBack():
                return [await self._ask_back(day)]
            case _:
                pass
        return []

    async def thread(self) -> Thread:
        """Whose drop this is: of the codename that is open, else of a new one, which the session holds from
        now on until it was shown.
        """
        session, language = self._session, self._session.state.language
        if session.root:
            return Thread(session.root, session.state.in_reply_to)
        session.codename = session.codename or self._codenames.new(language)
        self._save()
        return Thread(await self._codenames.new_root(session.codename, language))

    async def reply(self, tag: str) -> Opened | None:
        """A reply that the session has opened; None if it is gone."""
        known = self._session.replies.get(tag)
        if known is None or not self._session.root:
            return None
        return await self._codenames.reply(self._session.root, known[0])

    async def _unlock(self) -> Input:
        session, event = self._session, events.content_of(self._update.event)
        typed = event.body if isinstance(event, events.Text) else ""
        if is_practice(typed):
            return Practised()
        if len(session.guesses) >= GUESSES_PER_HOUR:
            return NotACodename("wait")
        stretch = await asyncio.to_thread(stretching, typed, session.state.language)
        if isinstance(stretch, NotACodename):
            return stretch
        # Only what costs something counts: else a stranger's nonsense would lock everybody out.
        if not self._guesses.take():
            return NotACodename("wait")
        found = await self._codenames.unlock(stretch)
        session.guesses.append(int(self._clock()))
        if session.state.phase is not Phase.CODENAME and not found.replies:
            drops = await self._codenames.withdrawable(found.root)
            if not drops.here and not drops.passed_on:
                return Unlocked((), known=False)
        session.root, session.unlocked = found.root, int(self._clock())
        session.replies = {reply.tag: (reply.sha256, reply.token) for reply in found.replies}
        return Unlocked(tuple(session.replies))

    async def _destroy(self, tag: str, day: date) -> None:
        known = self._session.replies.pop(tag, None)
        if known is not None:
            await self._codenames.destroy(self._session.root, *known, day)

    async def _withdraw(self) -> list[Input]:
        """An export may have been faster since the source was asked: then that is told."""
        root = self._session.root
        gone = await self._codenames.withdraw(root)
        passed_on = (await self._codenames.withdrawable(root)).passed_on
        ends: list[Input] = [Withdrawn()] if gone or not passed_on else []
        return [*ends, Withdrawable(0, passed_on)] if passed_on else ends

    async def _ask_back(self, day: date) -> Input:
        """The request is a drop of its own, under the id of the next draft: it comes again as the same."""
        session = self._session
        drop_id, language, thread = session.next_draft, session.state.language, Thread(session.root)
        end = await self._intake.closing.ask_back(drop_id, language, self._channel, thread, day=day)
        if isinstance(end, AskedBack):
            session.next_draft = secrets.token_hex(16)
            session.drops.append(int(self._clock()))
        return end
