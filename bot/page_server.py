"""Puts the page and its door together from the settings, and serves both while the bot runs."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date

from bot.channels.listening import bound, bound_to, listening
from bot.channels.page.answers import Served, served
from bot.channels.page.app import PageApp
from bot.channels.page.form import Form, FormParts, Say
from bot.clock import today
from bot.desks import MEGABYTE
from bot.intake import Intake
from bot.intake.copies import Copies
from bot.intake.door import Door, DoorLimits
from bot.intake.form import FormDrop
from bot.intake.quota import Quota
from bot.intake.receivers import Receiver, Receivers
from bot.keys import ReviewersError
from bot.page import BUILT, PageDesk, PageError, page_desk, read_built, with_desks
from bot.runtime import RuntimeFolder
from bot.settings import PageSettings, SettingsError
from bot.store.errors import StorageError
from bot.store.store import Store
from bot.tally import Tally
from codes.languages import LANGUAGES

KEPT_SECONDS = 30.0
"""So long the same page is served before its desks and key lists are looked at again."""


def door_of(
    settings: PageSettings, store: Store, receivers: Receivers, quota: Quota, runtime: RuntimeFolder
) -> Door:
    """The door of this server."""
    limits = DoorLimits(settings.drop_mb * MEGABYTE, settings.unfinished_mb * MEGABYTE, settings.work_bits)
    return Door(store, receivers, limits, quota=quota, seed=runtime.seed, today=today, clock=time.time)


@asynccontextmanager
async def serving_page(
    settings: PageSettings,
    door: Door,
    store: Store,
    receivers: Sequence[Receiver],
    *,
    tally: Tally,
    form: FormParts | None = None,
    with_others: bool = False,
    copies: Copies | None = None,
) -> AsyncIterator[int | None]:
    """Listen while the context is open, at a port perhaps `with_others`; yields the port, if it has one.
    Raises SettingsError where the page is not built or the address can't be used.
    """
    load = Loader(settings, store, receivers).load
    try:
        await load()
        mine = (
            bound(settings.host, settings.port, with_others=with_others)
            if settings.socket is None
            else bound_to(settings.socket)
        )
    except (PageError, ValueError) as error:
        raise SettingsError(f"page: {error}") from None
    except OSError:
        raise SettingsError("page: its address, port or socket can't be used on this machine") from None
    app = PageApp(door, load, tally.count, path=settings.path, copies=copies)
    port = mine.getsockname()[1] if settings.socket is None else None
    further = [] if form is None or settings.form == "off" else Form(form, settings.path).routes()
    async with listening(app.application(*further), [mine]):
        yield port


def form_of(
    settings: PageSettings,
    store: Store,
    receivers: Sequence[Receiver],
    intake: Intake,
    *,
    say: Say,
    runtime: RuntimeFolder,
    tally: Tally,
    day: Callable[[], date] = today,
) -> FormParts:
    """What the plain form needs; `say` gives a message in a language."""
    shorts = {one.desk.short: one for one in receivers}

    async def desks() -> dict[str, str]:
        closed = await store.closed_desks()
        return {short: one.desk.name for short, one in shorts.items() if one.desk.key not in closed}

    def begin(drop_id: str, language: str, desk: str, seed: bytes) -> FormDrop:
        chosen = (desk,) if len(receivers) > 1 else ()
        return FormDrop(intake, drop_id, day(), language, chosen, seed)

    return FormParts(
        say,
        LANGUAGES,
        desks,
        begin,
        runtime.seed,
        tally.count,
        everywhere=settings.form == "everywhere",
    )


class Loader:
    """The page with the desks as they are now, kept for a while."""

    def __init__(self, settings: PageSettings, store: Store, receivers: Sequence[Receiver]) -> None:
        self._settings = settings
        self._store = store
        self._receivers = receivers
        self._built = read_built(settings.built or BUILT)
        self._found: tuple[float, Served] | None = None

    async def load(self) -> Served:
        """Raises StorageError; PageError where no desk is open."""
        if self._found is None or time.monotonic() - self._found[0] >= KEPT_SECONDS:
            desks = await self._desks()
            page = with_desks(self._built, desks)
            documents = tuple(asdict(desk) for desk in desks)
            fresh = served(page, documents, telegram_web=self._settings.telegram_web)
            self._found = time.monotonic(), fresh
        return self._found[1]

    async def _desks(self) -> list[PageDesk]:
        closed = await self._store.closed_desks()
        found = []
        for one in self._receivers:
            if one.desk.key in closed:
                continue
            desk_id = await self._store.mailboxes.desk_id(one.desk.key)
            try:
                desk = one.desk
                found.append(page_desk(desk.short, desk.name, desk_id, one.reviewers, desk.questions))
            except ReviewersError as error:
                raise StorageError(str(error)) from None
            except PageError:  # nobody reads there yet: the other desks are open
                continue
        return found


def used_of(store: Store) -> Callable[[], Awaitable[dict[str, int]]]:
    """What lies here of each desk, with the room that open uploads have."""

    async def used() -> dict[str, int]:
        found = await store.used()
        for desk, room in (await store.uploads.asked()).items():
            found[desk] = found.get(desk, 0) + room
        return found

    return used
