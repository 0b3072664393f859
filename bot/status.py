"""How the server does, in numbers that name nobody: for a screen, or for Prometheus.

Numbers of drops and of failures are those of days that are over, in steps of five, rounded down; room on a
disk is in steps of 100 MB, because what a file adds would tell when it came. What can't be read is left out,
and an alert on its absence tells. Format: https://prometheus.io/docs/instrumenting/exposition_formats/.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.alone import runs
from bot.backup import last_backup
from bot.bots import bots_of
from bot.desks import desks_of
from bot.keys import Reviewers, ReviewersError
from bot.runtime import RuntimeFolder
from bot.settings import Settings, SettingsError
from bot.store.copies import Look, looking
from bot.store.errors import StoreError
from bot.tally import FILES
from crypto.keylist import period_for

if TYPE_CHECKING:
    from bot.store.remote import RemoteLook

STEP = 5
ROOM_STEP = 100_000_000
TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Metric:
    """One number: its name, what it says in a sentence, its labels and its value."""

    name: str
    says: str
    value: int
    labels: dict[str, str] = field(default_factory=dict)


def measure(settings: Settings, today: date, now: float) -> list[Metric]:
    """Everything that can be read of a server that is there. `now` is Unix time. Changes nothing."""
    return [
        *_running(settings),
        *_poll(settings, now),
        *_failures(settings),
        *_drops(settings, today),
        *_keys(settings, today),
        *_backup(settings, today),
        *_room(settings),
    ]


def as_text(metrics: Sequence[Metric]) -> str:
    """For a person: a line each."""
    return "\n".join(
        f"{metric.value:>16,}  {metric.says}{''.join(f', {value}' for value in metric.labels.values())}"
        for metric in metrics
    )


def as_prometheus(metrics: Sequence[Metric]) -> str:
    """The text format, version 0.0.4. Every number is one that goes up and down."""
    lines: list[str] = []
    seen: set[str] = set()
    for metric in metrics:
        if metric.name not in seen:
            seen.add(metric.name)
            lines += [f"# HELP {metric.name} {metric.says}", f"# TYPE {metric.name} gauge"]
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in metric.labels.items())
        lines.append(
            f"{metric.name}{{{labels}}} {metric.value}" if labels else f"{metric.name} {metric.value}"
        )
    return "".join(f"{line}\n" for line in lines)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _running(settings: Settings) -> Iterator[Metric]:
    if (found := runs(settings.state)) is not None:
        yield Metric("silbo_runs", "1 while silbo run works on this state folder, else 0", int(found))


def _poll(settings: Settings, now: float) -> Iterator[Metric]:
    ages: list[tuple[int, dict[str, str]]] = []
    for bot in bots_of(settings):
        if bot.settings.mode != "polling":
            continue
        try:
            folder = bot.folder()
        except SettingsError:  # of several, nobody knows without its token which one that is
            if not bot.alone:
                continue
            folder = bot.runtime
        polled = RuntimeFolder(folder, b"").polled()
        label = {} if bot.alone else {"bot": bot.section}
        says = "1 if Telegram has answered the bot since it was started, else 0"
        yield Metric("silbo_hears", says, int(polled is not None), label)
        if polled is not None:
            ages.append((max(0, int((now - polled) // 300 * 300)), label))
    for age, label in ages:
        says = "seconds since Telegram last answered the bot, in steps of 300"
        yield Metric("silbo_poll_age_seconds", says, age, label)


def _failures(settings: Settings) -> Iterator[Metric]:
    told = RuntimeFolder(settings.runtime, b"").told()
    if FILES in told:
        says = "files given to the cleaner in the day that was last told of, in steps of 5"
        yield Metric("silbo_files", says, told.pop(FILES))
    for kind, count in sorted(told.items()):
        says = "failures in the day that was last told of, in steps of 5"
        yield Metric("silbo_failures", says, count, {"kind": kind})


def _look(settings: Settings) -> "AbstractContextManager[Look | RemoteLook]":
    if settings.store is None:
        return looking(settings.state / "silbo.db")
    from bot.store import remote  # noqa: PLC0415 -- others wait for no such library

    return remote.looking(settings.database_url)


def _drops(settings: Settings, today: date) -> Iterator[Metric]:
    with suppress(StoreError, SettingsError), _look(settings) as look:
        exports = look.exports()
        if exports is None:
            return
        if exports.last is not None:
            yield Metric("silbo_export_age_days", "days since the last export", (today - exports.last).days)
        since = exports.waits_since
        wait = 0 if since is None else (today - since).days
        yield Metric("silbo_drop_wait_days", "days that the oldest drop has waited for an export", wait)
        waiting = look.waiting(today) // STEP * STEP
        yield Metric("silbo_drops_waiting", "drops of days before today that wait, in steps of 5", waiting)


def _keys(settings: Settings, today: date) -> Iterator[Metric]:
    for desk in desks_of(settings):
        try:
            pinned = Reviewers(desk.reviewers).pinned()
        except ReviewersError:
            continue
        valid = [each for each in pinned if period_for(each.keys, today) is not None]
        label = {"desk": desk.short}
        yield Metric("silbo_reviewers_valid", "reviewers with a key that is valid today", len(valid), label)
        if pinned:
            left = min((each.keys.periods[-1].until - today).days for each in pinned)
            says = "days until the first key list ends (below 0: it has ended)"
            yield Metric("silbo_key_list_days", says, left, label)


def _backup(settings: Settings, today: date) -> Iterator[Metric]:
    if settings.backup is not None:
        with suppress(OSError, ValueError):
            if (last := last_backup(settings.backup.directory)) is not None:
                yield Metric("silbo_backup_age_days", "days since the last backup", (today - last).days)


def _room(settings: Settings) -> Iterator[Metric]:
    for name, folder in (("state", settings.state), ("runtime", settings.runtime)):
        with suppress(OSError):
            found = os.statvfs(Path(folder))
            free = found.f_bavail * found.f_frsize // ROOM_STEP * ROOM_STEP
            says = "bytes that are free where the folder lies, in steps of 100 MB"
            yield Metric("silbo_room_bytes", says, free, {"folder": name})
