"""The periods whose secrets rest in the home, as far as a file's name tells: nothing is unlocked here."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from crypto.keylist import VALID
from crypto.record import Record

GRACE_DAYS = 14
"""A period's secret is destroyed this many days after the period ended."""

_PERIOD_NAME = re.compile(r"period-(\d{4}-\d{2}-\d{2})\.age")


class PeriodFile(Record):
    """One period's secret on the disk; `start` is a Monday, the period lasts `crypto.keylist.VALID`."""

    start: date
    path: Path

    @property
    def until(self) -> date:
        return self.start + VALID

    @property
    def destroy_on(self) -> date:
        return self.until + timedelta(days=GRACE_DAYS)


def period_path(folder: Path, start: date) -> Path:
    return folder / f"period-{start.isoformat()}.age"


def period_files(folder: Path) -> list[PeriodFile]:
    """The periods whose secret is still there, oldest first."""
    found = []
    for path in folder.iterdir():
        period = period_of(path)
        if period is not None and not path.is_symlink():
            found.append(period)
    return sorted(found, key=lambda period: period.start)


def period_of(path: Path) -> PeriodFile | None:
    """The period whose secret a file has, by its name; None for other names."""
    match = _PERIOD_NAME.fullmatch(path.name)
    if match is not None:
        with contextlib.suppress(ValueError):
            start = date.fromisoformat(match[1])
            if start.year < date.max.year:  # so that the days after it can be counted
                return PeriodFile(start, path)
    return None


def in_order_for(day: date, periods: Iterable[PeriodFile]) -> list[PeriodFile]:
    """The likeliest period first, for a drop that was exported on `day`.

    A server encrypts to the newest period that is valid when something arrives, and exports later: so the
    periods that had begun by `day` are tried from the newest back, and those that had not (a wrong clock)
    come last.
    """
    return sorted(periods, key=lambda period: (period.start > day, abs((day - period.start).days)))
