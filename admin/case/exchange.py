"""Knows the stick that goes back to the operator, so that no clear text is written beside what it carries.

Issue 9, item 9. Anybody may look into such a stick on its way, and what was deleted on it can be found again.
What it carries betrays it: batches, parts, receipts, key lists, revocations, replies, what was read of them.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path

from admin.errors import AdminError
from admin.home import Home
from admin.words import tr
from crypto.batch import BATCH_FILE, SIGNATURE_FILE

_MOST = 1000
"""So many names of a folder are looked at."""

_BATCH = re.compile(r"batch-[0-9]{6,15}")
_FILE = re.compile(
    r"receipt-[0-9a-f]{8}\.json|batch-[0-9]+\.part-[0-9]+-of-[0-9]+\.age|events-[0-9a-f]{16}\.age"
    rf"|(?:keys|outbox|read|announcement)\.json\.minisig|{re.escape(SIGNATURE_FILE)}"
)
_BACK = re.compile(r"(outbox|announcement)-[0-9a-f]{8}")
_REVOCATIONS = "revocations"


def goes_back(target: Path, home: Path) -> bool:
    """Whether a folder is on a stick that carries batches or receipts."""
    target, home = target.resolve(), home.resolve()
    return any(_carries(place) for place in _places(target, home))


def refuse_clear_text(target: Path, home: Path) -> None:
    """Raises `AdminError` if the folder `target` is on a stick that goes back to the operator.

    That is: the target, or a folder around it as far as its file system reaches, carries such things; or, on
    a file system that is neither the home's nor the machine's, a folder at its root does. A folder around the
    home is the laptop's, whatever somebody copied into it. Raises it for a folder in the home, too.
    """
    Home(home).refuse(target)
    if goes_back(target, home):
        raise AdminError(
            tr(
                "That folder is on the stick that carries batches or receipts: what is taken out would "
                "lie there in clear, for whoever gets the stick next. Choose a folder of this machine."
            )
        )


def _places(target: Path, home: Path) -> Iterator[Path]:
    yield target
    for place in (target, *target.parents):
        if home.is_relative_to(place):
            return
        yield place
        if os.path.ismount(place):
            if place != Path(place.anchor):
                yield from _folders(place)
            return


def _carries(folder: Path) -> bool:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in itertools.islice(entries, _MOST):
            if entry.is_dir(follow_symlinks=False):
                if _BATCH.fullmatch(entry.name) and os.path.lexists(Path(entry.path) / BATCH_FILE):
                    return True
                back = _BACK.fullmatch(entry.name)
                if back and os.path.lexists(Path(entry.path) / f"{back[1]}.json"):
                    return True
                if entry.name == _REVOCATIONS and any(Path(entry.path).glob("revocation-*.txt")):
                    return True
            elif _FILE.fullmatch(entry.name):
                return True
    return False


def _folders(place: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in itertools.islice(entries, _MOST):
            if entry.is_dir(follow_symlinks=False):
                yield Path(entry.path)
