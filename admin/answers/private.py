"""A folder in memory, in which an editor writes what must not be on a disk: neither the text nor its traces.

An editor keeps a copy for a crash, what was searched for, what was cut. So it is given a home of its own in
that folder, and nothing of this user's environment but what a terminal needs. At the end it is overwritten.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from admin.answers.wording import LONGEST
from admin.errors import AdminError
from admin.files import create_file, temporary_folder
from admin.words import mark, tr

MEMORY = Path("/dev/shm")  # noqa: S108 -- a fresh folder in it, which is this user's alone
_IN_MEMORY = {"tmpfs", "ramfs"}
_PASSED = re.compile("PATH|TERM|TERMINFO|COLORTERM|LANG|LANGUAGE|LC_[A-Z]+|LINES|COLUMNS")
_XDG = ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR")
_OWN = ("HOME", "TMPDIR", *(f"XDG_{name}" for name in _XDG))
_USUAL = ("editor", "nano", "vi")
_INSTEAD = mark("write the text into a file and give --file, or type it here with '--file -'.")


def is_in_memory(place: Path, mounts: str) -> bool:
    """Whether the file system of `place` is one in memory, by a text like /proc/self/mountinfo (proc(5))."""
    found = {}
    for line in mounts.splitlines():
        fields, _, kind = line.partition(" - ")
        where = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields.split(" ")[4])
        found[Path(where)] = kind.split(" ")[0]
    return next((found[above] in _IN_MEMORY for above in (place, *place.parents) if above in found), False)


def swaps_to_disk(table: Path = Path("/proc/swaps")) -> bool:
    """Whether memory may be moved to a disk, by a table like /proc/swaps (proc(5)); zram is memory itself."""
    try:
        lines = table.read_text("utf-8", "replace").splitlines()[1:]
    except OSError:
        return False
    return any(line and not line.startswith("/dev/zram") for line in lines)


@contextlib.contextmanager
def folder_in_memory(place: Path = MEMORY) -> Iterator[Path]:
    """A fresh folder for this user alone. Raises `AdminError` if there is no such place."""
    try:
        there = is_in_memory(place.resolve(), Path("/proc/self/mountinfo").read_text("utf-8", "replace"))
    except OSError:
        there = False
    if not there or not os.access(place, os.W_OK):
        raise AdminError(
            tr(
                "There is no folder in memory here ({place}) for an editor: {instead}",
                place=place,
                instead=tr(_INSTEAD),
            )
        )
    with temporary_folder(place) as folder:
        try:
            yield folder
        finally:
            _overwrite(folder)


def edited(text: str, folder: Path, environment: Mapping[str, str]) -> bytes:
    """What a person makes of `text` in the editor. Raises `AdminError` if there is none or it fails."""
    import shlex  # noqa: PLC0415 -- what follows is needed here alone
    import subprocess  # noqa: PLC0415

    file = folder / "reply.txt"
    file.unlink(missing_ok=True)
    with create_file(file) as new:
        new.write(text.encode())
    kept = {name: value for name, value in environment.items() if _PASSED.fullmatch(name)}
    home = folder / "home"
    home.mkdir(mode=0o700, exist_ok=True)
    try:
        command = [*shlex.split(_editor(environment)), str(file)]
        done = subprocess.run(command, env=kept | dict.fromkeys(_OWN, str(home)), cwd=folder, check=False)
    except (OSError, ValueError):
        raise AdminError(
            tr("The editor (VISUAL, EDITOR) does not start: {instead}", instead=tr(_INSTEAD))
        ) from None
    if done.returncode:
        raise AdminError(tr("The editor ended with an error; nothing was sealed."))
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as written:
            return written.read(LONGEST + 1)
    except OSError:
        raise AdminError(tr("The editor left no text behind; nothing was sealed.")) from None


def _editor(environment: Mapping[str, str]) -> str:
    import shutil  # noqa: PLC0415 -- as above

    named = environment.get("VISUAL") or environment.get("EDITOR")
    usual = named or next((name for name in _USUAL if shutil.which(name, path=environment.get("PATH"))), None)
    if usual is None:
        raise AdminError(tr("There is no editor here (VISUAL, EDITOR): {instead}", instead=tr(_INSTEAD)))
    return usual


def _overwrite(folder: Path) -> None:
    flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError), os.fdopen(os.open(Path(root) / name, flags), "wb") as file:
                file.write(bytes(os.fstat(file.fileno()).st_size))
