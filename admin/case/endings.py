"""How each drop stands: opened, taken out or neither, and the day on which its key ends (docs/adr/0073).

Which period's key a drop is sealed to is known once it was opened. Before, only this much is: a server seals
what arrives to the newest period of that day, and exports it later, but not before the batch before.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from admin.case.casefile import CaseFile, StoredDrop
from admin.errors import AdminError
from admin.home import Home
from admin.keys import keylists
from admin.keys.periods import GRACE_DAYS, PeriodFile, period_files
from admin.words import mark, tr, trn
from crypto.batch import Batch
from crypto.keylist import VALID, monday_of
from crypto.record import Record

WARNING_DAYS = 7
"""From so long before its key ends, a drop that was not taken out is spoken of."""

_FIRST_DAY = date(2026, 1, 1)
"""Before there was any Silbo. The day of a batch is what a server says, perhaps with a wrong clock."""

_DRAFT_DAYS = 2
"""So long a source may write before a drop is complete (bot: until the second midnight)."""

NEVER_OPENED, OPENED, TAKEN_OUT = mark("never opened"), mark("opened"), mark("taken out")
FILE_MISSING, KEY_MISSING, KEY_DESTROYED = mark("file missing"), mark("key missing"), mark("key destroyed")
DELETED = mark("deleted")


class Standing(Record):
    """A drop; `done`, what the reviewer did with it (never opened, opened, taken out); `keys`, the secrets in
    this home that it hangs on, or may hang on as long as nobody opened it. `state` is for the list.
    """

    drop: StoredDrop
    done: str
    keys: tuple[PeriodFile, ...]
    state: str
    handed: bool = False
    """Whether another reviewer has handed it over: then its key is of no period, and does not end."""

    @property
    def can_be_opened(self) -> bool:
        """As far as can be told without a passphrase."""
        return (bool(self.keys) or self.handed) and self.state not in {FILE_MISSING, DELETED}

    @property
    def ends(self) -> date | None:
        """The day from which a rotation destroys its key; None if there is no key."""
        return min((period.destroy_on for period in self.keys), default=None)

    def hangs_on(self, periods: Iterable[PeriodFile]) -> bool:
        return not set(self.keys).isdisjoint(periods)


def standings(home: Home, case_file: CaseFile) -> list[Standing]:
    """Every drop of the case file. Raises `AdminError` for a damaged home."""
    deleted, handed = home.noted("deleted"), home.handed_drops()
    opened, extracted, periods = home.opened(), home.noted("extracted"), period_files(home.keys)
    issued = date.min
    with contextlib.suppress(AdminError):
        listed = keylists.outline(home)
        if listed.serial > 1:  # only a rotation destroys: before the first, nothing was
            issued = listed.issued
    by_digest = {batch.digest(): batch for batch in case_file.records.values()}
    here = frozenset(os.listdir(home.drops))  # a look at each file's own takes longer than all the rest
    of_batch: dict[int, tuple[PeriodFile, ...]] = {}
    rows = []
    for drop in case_file.drops:
        name, batch = drop.listed.id, drop.batch
        if (used := opened.get(name)) is not None:
            keys = tuple(period for period in periods if period.start in used)
        else:
            if id(batch) not in of_batch:
                of_batch[id(batch)] = _possible(batch, by_digest, periods)
            keys = of_batch[id(batch)]
        done = TAKEN_OUT if name in extracted else NEVER_OPENED if used is None else OPENED
        state = done
        if name in handed:
            keys = ()
        if name in deleted:
            state, keys = DELETED, ()
        elif f"{name}.tar" not in here:
            state = FILE_MISSING
        elif not keys and name not in handed:
            last = monday_of(batch.day) if used is None else max(used, default=batch.day)
            state = KEY_DESTROYED if last + VALID + timedelta(days=GRACE_DAYS) <= issued else KEY_MISSING
        rows.append((drop, done, keys, state, name in handed))
    return Standing.of_rows(rows)


def _possible(
    batch: Batch, by_digest: dict[bytes, Batch], periods: Sequence[PeriodFile]
) -> tuple[PeriodFile, ...]:
    """The secrets that may open the drops of a batch that nobody opened yet: where the batch before is known,
    those of the days since then; else, or where they are gone, all that had begun. All, for a day that can't
    be.
    """
    before = by_digest.get(batch.previous or b"")
    if batch.day < (_FIRST_DAY if before is None else max(before.day, _FIRST_DAY)):
        return tuple(periods)  # no day of any drop: every key may open it
    begun = tuple(period for period in periods if period.start <= batch.day)
    if before is None or before.day < _FIRST_DAY:
        return begun
    first = monday_of(before.day - timedelta(days=_DRAFT_DAYS))
    return tuple(period for period in begun if period.start >= first) or begun


def ending_soon(found: Iterable[Standing], today: date) -> list[Standing]:
    """What was not taken out and hangs on a key that ends within a week, or waits for `rotate`."""
    limit = today + timedelta(days=WARNING_DAYS)
    return [
        standing
        for standing in found
        if standing.done != TAKEN_OUT and standing.ends is not None and standing.ends <= limit
    ]


def warning(found: Iterable[Standing], today: date) -> str | None:
    """One sentence on what ends soon; None if nothing does."""
    soon = ending_soon(found, today)
    if not soon:
        return None
    first = min(standing.ends for standing in soon if standing.ends is not None)
    unread = sum(standing.done == NEVER_OPENED for standing in soon)
    rest = len(soon) - unread
    if len(soon) == 1:
        words = tr(NEVER_OPENED) if unread else tr("opened, but not taken out")
    else:
        parts = []
        if unread:
            parts.append(trn("{n} never opened", "{n} never opened", unread))
        if rest:
            parts.append(trn("{n} opened, but not taken out", "{n} opened, but not taken out", rest))
        words = ", ".join(parts)
    when = tr("The next 'rotate'") if first <= today else tr("From {first} on, 'rotate'", first=first)
    return trn(
        "{when} destroys the key of {n} drop, {words}. See 'list'; take out what you need with 'extract'.",
        "{when} destroys the keys of {n} drops: {words}. See 'list'; take out what you need with 'extract'.",
        len(soon),
        when=when,
        words=words,
    )
