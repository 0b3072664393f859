"""What the server does every hour and every day."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import (
    suppress,
)
from datetime import date

from bot.clock import today
from bot.dialogue.session import REMEMBERED_SECONDS
from bot.intake.receivers import Receiver
from bot.keys import NoValidKey, ReviewersError
from bot.runtime import RuntimeFolder
from bot.store.errors import StoreError
from bot.store.store import Store

DUTY_SECONDS = 3600

_log = logging.getLogger(__name__)


async def duties(
    store: Store,
    runtime: RuntimeFolder,
    receivers: Sequence[Receiver],
    kept: int | Mapping[str, int],
    others: Sequence[RuntimeFolder] = (),
) -> None:
    """Every hour: forget old chats, of other bots, too, and delete what is over. Every day: warn of key lists
    that end.
    """
    warned: date | None = None
    while True:
        day = today()
        if warned != day:
            warned = day
            for each in receivers:
                _warn(each, day)
        try:
            for memory in (runtime, *others):
                memory.expire(REMEMBERED_SECONDS, time.time())
        except OSError:
            _log.warning("the runtime folder is gone or can't be read; restart Silbo")
        try:
            if runtime.hourly("sweep"):
                await store.sweep(day, retention=kept)
        except StoreError:
            _log.warning("the database could not be swept; it will be tried again in an hour")
        await asyncio.sleep(DUTY_SECONDS)


def warn_of_another_kind(receiver: Receiver, day: date) -> None:
    """Tell the operator of a custodian's key that makes originals stand out among the items."""
    custodian = receiver.desk.custodian
    with suppress(NoValidKey):  # which `_warn` tells
        if custodian is not None and type(custodian) is not type(receiver.reviewers.recipients(day)[0]):
            _log.warning(
                "the custodian's key is of another kind than the reviewers' (post-quantum or classic), so a "
                "thief of the server can tell originals from other items; take a key of the same kind"
            )


def _warn(receiver: Receiver, day: date) -> None:
    of = f"{receiver.desk.key}: " if receiver.desk.key else ""
    try:
        for warning in receiver.reviewers.warnings(day):
            _log.warning("%s%s", of, warning.text)
    except ReviewersError as error:
        _log.warning("%s%s", of, error)
