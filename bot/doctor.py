"""`silbo doctor`: looks at what the promises rest on, on this machine; each finding comes with its fix."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from bot.reviewers import Reviewers
from bot.runtime import RuntimeFolder, RuntimeFolderError
from bot.scrub import Scrubber, ScrubberError
from bot.settings import Settings, SettingsError, read_secret
from bot.signing import load_signing_key
from bot.store import Store, StoreError

State = Literal["ok", "warning", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: how it is, and what to do about it (empty when nothing is)."""

    state: State
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.state:8}{self.what}{': ' + self.fix if self.fix else ''}"


async def examine(settings: Settings, today: date) -> list[Finding]:
    """Return what was found, in the order in which a server starts. Changes nothing but empty folders."""
    return [
        *_state_folder(settings.state),
        *_runtime_folder(settings.runtime),
        *_swap(Path("/proc/swaps")),
        *_secrets(settings),
        *_reviewers(Reviewers(settings.reviewers), today),
        await _database(settings.database_url),
        await _sandbox(settings),
    ]


def _state_folder(folder: Path) -> Iterator[Finding]:
    try:
        found = folder.stat()
    except OSError:
        yield Finding("broken", "the state folder is not there", "run silbo init")
        return
    if found.st_uid != os.getuid():
        yield Finding("broken", "the state folder belongs to another user", "run as its owner, or chown it")
    elif stat.S_IMODE(found.st_mode) & 0o077:
        yield Finding("warning", "others may look into the state folder", "chmod 700 it")
    else:
        yield Finding("ok", "the state folder is private")


def _runtime_folder(folder: Path) -> Iterator[Finding]:
    try:
        in_memory = RuntimeFolder.open(folder).is_memory()
    except RuntimeFolderError as error:
        yield Finding("broken", str(error).rstrip("."), "set `runtime` to a folder on tmpfs")
        return
    if in_memory:
        yield Finding("ok", "the runtime folder is in memory")
    else:
        text = "the runtime folder is on a disk, where a power-off does not end the links to chats"
        yield Finding("warning", text, "set `runtime` to a folder on tmpfs")


def _swap(table: Path) -> Iterator[Finding]:
    try:
        used = len(table.read_text("utf-8").splitlines()) > 1
    except OSError:
        yield Finding("warning", "this system does not tell whether there is swap", "make sure there is none")
        return
    if used:
        yield Finding(
            "warning", "memory can be swapped to a disk", "swapoff -a, or encrypt it with a random key"
        )
    else:
        yield Finding("ok", "there is no swap")


def _secrets(settings: Settings) -> Iterator[Finding]:
    try:
        load_signing_key(settings.signing_key)
        yield Finding("ok", "the signing key is here and private")
        if settings.telegram is not None:
            read_secret(settings.telegram.token_file, "telegram.token_file")
            yield Finding("ok", "the bot token is here and private")
    except SettingsError as error:
        yield Finding("broken", str(error))


def _reviewers(reviewers: Reviewers, today: date) -> Iterator[Finding]:
    warnings = reviewers.warnings(today)
    for warning in warnings:
        yield Finding("broken" if warning.code == "nobody" else "warning", warning.text)
    if not warnings:
        yield Finding(
            "ok", "every reviewer has a key that is valid today, and more than half of the list left"
        )


async def _database(url: str) -> Finding:
    try:
        store = await Store.open(url)
        await store.close()
    except StoreError as error:
        return Finding("broken", str(error))
    return Finding("ok", "the database opens")


async def _sandbox(settings: Settings) -> Finding:
    try:
        async with Scrubber(socket_path=settings.scrub_socket) as scrubber:
            missing = scrubber.missing_isolation
    except ScrubberError as error:
        return Finding("broken", str(error))
    if missing:
        return Finding(
            "warning",
            f"the scrub child runs without: {', '.join(missing)}",
            "a newer kernel, or its settings",
        )
    return Finding("ok", "the scrub child is fully confined")
