"""Writing an opened drop to files: into a new folder that appears only when all of it is verified and on
the disk.

Every item was verified to its end before (`open_case`, the first pass); the second pass writes, verifies
again and compares. Names come from numbers and an allow-list of media types, never from inside the drop.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

from admin.case.casefile import StoredDrop
from admin.case.exchange import refuse_clear_text
from admin.case.filenames import file_name, sealed_name
from admin.case.opening import Case, content_of, copy_sealed
from admin.case.report import as_json, render
from admin.errors import AdminError
from admin.files import new_file, sync_folder, temporary_folder, write_atomic
from admin.home import Home
from admin.keys.keyring import KeyRing

LONGEST_SHOWN = 1024 * 1024
"""Texts up to this many bytes are shown; a longer one is only extracted."""


def read_texts(home: Home, case: Case, ring: KeyRing) -> dict[int, str]:
    """The testimonies that can be shown, by item number."""
    texts = {}
    for entry in case.entries:
        if entry.item is not None and entry.item.kind == "text" and entry.item.size <= LONGEST_SHOWN:
            content = io.BytesIO()
            content_of(case, entry, content, ring, home)
            texts[entry.number] = content.getvalue().decode("utf-8")
    return texts


def new_folder(home: Home, parent: Path, drop: StoredDrop) -> Path:
    """Where a drop would be extracted to. Raises `AdminError` if that cannot be a new folder, or is on the
    stick that goes back to the operator.
    """
    if not parent.is_dir():
        raise AdminError("The folder to extract to does not exist.")
    refuse_clear_text(parent, home.path)
    target = parent / drop.id
    if os.path.lexists(target):
        raise AdminError("That drop was extracted there before; choose another folder.")
    return target


def extract(home: Home, case: Case, ring: KeyRing, parent: Path, *, hashes: bool = False) -> Path:
    """Writes `parent/<drop id>/` and returns it. Nothing partial stays after a failure. A sealed original is
    copied as it is, for the custodian. The report has `hashes` of contents if that is asked for.

    Raises `AdminError` if there is such a folder already, or no item could be verified.
    """
    verified = [(entry, entry.item) for entry in case.entries if entry.item is not None]
    sealed = [entry for entry in case.entries if entry.sealed_original]
    if case.entries and not verified and not sealed:
        raise AdminError("No item of that drop could be verified; nothing was written.")
    target = new_folder(home, parent, case.drop)
    with temporary_folder(parent) as folder:
        for entry, item in verified:
            with new_file(folder / file_name(entry, item)) as dst:
                content_of(case, entry, dst, ring, home)
        for entry in sealed:
            with new_file(folder / sealed_name(entry)) as dst:
                copy_sealed(case, entry, dst)
        text = "\n".join(render(case, read_texts(home, case, ring), names=True, hashes=hashes)) + "\n"
        write_atomic(folder / "report.txt", text.encode("utf-8", "backslashreplace"))
        write_atomic(
            folder / "report.json", json.dumps(as_json(case, hashes=hashes), indent=1).encode("ascii") + b"\n"
        )
        folder.rename(target)
    sync_folder(parent)
    return target
