"""What is opened once, and what of it a bot and the page get."""

import shutil
import time
from collections.abc import Sequence
from contextlib import (
    AbstractAsyncContextManager,
    nullcontext,
)
from dataclasses import dataclass
from functools import partial

from bot.announcements import Announcements
from bot.desks import MEGABYTE, Desk
from bot.dialogue.runner import Dialogue
from bot.dialogue.wording import Wording
from bot.intake import Intake
from bot.intake.copies import Copies
from bot.intake.quota import Limits, Quota
from bot.intake.receivers import Receiver, Receivers
from bot.page_server import door_of, form_of, serving_page, used_of
from bot.runtime import RuntimeFolder
from bot.server.words import wording_of
from bot.settings import Settings
from bot.store.store import Store
from bot.tally import Tally
from scrub.scrubber import Scrubber


@dataclass(frozen=True, slots=True)
class Counter:
    """Where some desks are served: the dialogue that answers, its words, and what it knows of chats."""

    dialogue: Dialogue
    wording: Wording
    runtime: RuntimeFolder


@dataclass(frozen=True, slots=True)
class Parts:
    """The store, the cleaner, who receives, and how much may come; `runtime` is of what is no bot's."""

    settings: Settings
    store: Store
    scrubber: Scrubber
    receivers: Sequence[Receiver]
    quota: Quota
    tally: Tally
    runtime: RuntimeFolder

    async def counter(self, channel: str, served: Sequence[Desk], memory: RuntimeFolder) -> Counter:
        """Raises SettingsError, StorageError."""
        wording = wording_of(served, self._mini())
        receivers = self._receivers_of(served, memory)
        announcements = {
            each.desk.short: Announcements(
                self.settings.announcements,
                each.reviewers,
                await self.store.mailboxes.desk_id(each.desk.key),
            )
            for each in receivers
        }
        dialogue = Dialogue(
            self._intake(receivers, memory),
            memory,
            wording,
            channel,
            tally=self.tally,
            announcements=announcements,
            chat_bytes=self.settings.quota.chat_mb * MEGABYTE,
        )
        return Counter(dialogue, wording, memory)

    def page(self) -> AbstractAsyncContextManager[int | None]:
        """Serves the page, where there is one, while the context is open."""
        settings, desks = self.settings.page, [each.desk for each in self.receivers]
        if settings is None:
            return nullcontext()
        receivers = self._receivers_of(desks, self.runtime)
        form = form_of(
            settings,
            self.store,
            self.receivers,
            self._intake(receivers, self.runtime),
            say=wording_of(desks, self._mini()).hint,
            runtime=self.runtime,
            tally=self.tally,
        )
        return serving_page(
            settings,
            door_of(settings, self.store, receivers, self.quota, self.runtime),
            self.store,
            self.receivers,
            tally=self.tally,
            form=form,
            with_others=self.runtime.is_shared,
            copies=Copies(self.scrubber),
        )

    def _mini(self) -> str:
        page = self.settings.page
        return (page and page.url) or ""

    def _receivers_of(self, served: Sequence[Desk], memory: RuntimeFolder) -> Receivers:
        there = [each for each in self.receivers if each.desk in served]
        return Receivers(there, partial(memory.tag, "desk"))

    def _intake(self, receivers: Receivers, memory: RuntimeFolder) -> Intake:
        beside = partial(memory.tag, "original")
        return Intake(self.store, self.scrubber, receivers, beside=beside, tally=self.tally, quota=self.quota)


def quota_of(settings: Settings, desks: Sequence[Desk], store: Store) -> Quota:
    """How much may lie here; the disk is that of the state folder."""
    total = settings.quota.total_mb
    limits = Limits(
        None if total is None else total * MEGABYTE,
        {desk.key: desk.quota for desk in desks if desk.quota is not None},
        settings.quota.reserve_mb * MEGABYTE,
    )
    return Quota(limits, used_of(store), lambda: shutil.disk_usage(settings.state).free, time.monotonic)
