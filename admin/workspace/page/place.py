"""Where a page may lie: a folder in memory, never on a disk, on which what was deleted can be found again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from admin.answers.private import MEMORY, is_in_memory
from admin.errors import AdminError
from admin.words import tr

PROFILE = 48 << 20
"""Bytes that a browser may put beside the page."""

_MOUNTS = Path("/proc/self/mountinfo")


def place_in_memory(wanted: int, environment: Mapping[str, str], memory: Path = MEMORY) -> Path:
    """The folder of this user's session that is in memory (XDG Base Directory Specification), or /dev/shm,
    with room for so many bytes. Raises `AdminError` where there is none.
    """
    session = environment.get("XDG_RUNTIME_DIR", "")
    places = [Path(session), memory] if session.startswith("/") else [memory]
    try:
        mounts = _MOUNTS.read_text("utf-8", "replace")
    except OSError:
        mounts = ""
    found = [place for place in places if _is_fit(place, mounts)]
    if not found:
        raise AdminError(
            tr(
                "There is no folder in memory here (XDG_RUNTIME_DIR, /dev/shm), and a page is never written "
                "to a disk, where it could be found again. 'show' needs none."
            )
        )
    for place in found:
        room = os.statvfs(place)
        if room.f_bavail * room.f_frsize >= wanted:
            return place
    raise AdminError(
        tr(
            "There is too little room in memory for that page: it takes {megabytes} MB. 'show' needs none.",
            megabytes=-(-wanted // 1_000_000),
        )
    )


def _is_fit(place: Path, mounts: str) -> bool:
    try:
        return is_in_memory(place.resolve(strict=True), mounts) and os.access(place, os.W_OK | os.X_OK)
    except OSError:
        return False
