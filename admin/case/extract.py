"""Writing an opened drop to files: into a new folder that appears only when all of it is verified and on
the disk.

Every item was verified to its end before (`open_case`, the first pass); the second pass writes, verifies
again and compares. Names come from numbers and an allow-list of media types, never from inside the drop.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Collection, Sequence
from pathlib import Path

from admin.case.casefile import StoredDrop
from admin.case.exchange import refuse_clear_text
from admin.case.filenames import file_name, sealed_name
from admin.case.opening import Case, content_of, copy_sealed
from admin.case.parcels import Parcels, is_sealed
from admin.case.report import as_json, render
from admin.display import visible
from admin.errors import AdminError
from admin.files import new_file, require_writable, sync_folder, temporary_folder, write_atomic
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.words import in_english, tr

LONGEST_SHOWN = 1024 * 1024
"""Texts up to this many bytes are shown; a longer one is only extracted."""

SHOWN_IN_ALL = 8 * 1024 * 1024
"""So many bytes of a drop's texts are shown: a drop may have 9,999, and each costs a second and more."""


def read_texts(home: Home, case: Case, ring: KeyRing) -> dict[int, str]:
    """The testimonies that can be shown, by item number."""
    texts: dict[int, str] = {}
    left = SHOWN_IN_ALL
    for entry in case.entries:
        if entry.item is None or entry.item.kind != "text" or entry.item.size > LONGEST_SHOWN:
            continue
        left -= entry.item.size
        if left >= 0:
            content = io.BytesIO()
            content_of(case, entry, content, ring, home)
            texts[entry.number] = content.getvalue().decode("utf-8")
    return texts


def new_folder(home: Home, parent: Path, drop: StoredDrop) -> Path:
    """Where a drop would be extracted to; `parent` need not exist. Raises `AdminError` if that cannot be a
    new folder, can't be written to, or is on the stick that goes back to the operator.
    """
    if os.path.lexists(parent) and not parent.is_dir():
        raise AdminError(tr("{parent} is a file; name a folder to extract to.", parent=visible(str(parent))))
    if os.path.lexists(parent.parent) and not parent.parent.is_dir():
        shown = visible(str(parent.parent))
        raise AdminError(tr("{parent} is a file; name a folder to extract to.", parent=shown))
    if not parent.parent.is_dir():
        raise AdminError(tr("The folder {parent} does not exist.", parent=visible(str(parent.parent))))
    refuse_clear_text(parent, home.path)
    require_writable(parent)
    target = parent / drop.id
    if os.path.lexists(target):
        raise AdminError(tr("That drop was extracted there before; choose another folder."))
    return target


def parcel_folder(parcel: Case) -> str:
    """The name of the folder that a source's parcel gets in that of its drop."""
    return f"parcel-{parcel.drop.id}"


def extract(
    home: Home, case: Case, parcels: Parcels, ring: KeyRing, parent: Path, *, hashes: bool = False
) -> Path:
    """Writes `parent/<drop id>/` and returns it. Nothing partial stays after a failure. A sealed original is
    copied as it is, for the custodian. The report has `hashes` of contents if that is asked for.

    A source's parcel gets a folder in it, with a report of its own; a part of one that does not open, or is
    in a parcel itself, is written as it is, for another try. Raises `AdminError` if there is such a
    folder already, or no item could be verified.
    """
    entries = [entry for of in (case, *parcels.cases) for entry in of.entries]
    if entries and not any(entry.item is not None or entry.sealed_original for entry in entries):
        raise AdminError(tr("No item of that drop could be verified; nothing was written."))
    target = new_folder(home, parent, case.drop)
    with contextlib.suppress(FileExistsError):
        parent.mkdir(mode=0o700)
    with home.unfinished(parent), temporary_folder(parent) as folder:
        _write(folder, home, case, ring, closed=parcels.closed, problems=parcels.problems, hashes=hashes)
        for parcel in parcels.cases:
            inner = folder / parcel_folder(parcel)
            inner.mkdir(mode=0o700)
            nested = [entry.number for entry in parcel.entries if is_sealed(entry)]
            _write(inner, home, parcel, ring, closed=nested, hashes=hashes)
        folder.rename(target)
    sync_folder(parent)
    return target


def _write(
    folder: Path,
    home: Home,
    case: Case,
    ring: KeyRing,
    *,
    closed: Collection[int],
    problems: Sequence[str] = (),
    hashes: bool,
) -> None:
    """The files of one drop, and its report as text and as JSON; `closed` are the numbers of parts that are
    in no opened parcel, `problems` those of its parcels.
    """
    for entry in case.entries:
        if entry.item is not None and (not is_sealed(entry) or entry.number in closed):
            with new_file(folder / file_name(entry, entry.item, parcel=case.sealed_by_source)) as dst:
                content_of(case, entry, dst, ring, home)
        elif entry.sealed_original:
            with new_file(folder / sealed_name(entry)) as dst:
                copy_sealed(case, entry, dst)
    texts = read_texts(home, case, ring)
    lines = render(case, texts, names=True, hashes=hashes, problems=problems)
    write_atomic(
        folder / "report.txt", "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
    )
    told = as_json(case, hashes=hashes, closed=closed)
    if problems:
        told["problems"] = list(map(in_english, (*case.problems, *problems)))
    write_atomic(folder / "report.json", json.dumps(told, indent=1).encode("ascii") + b"\n")
    sync_folder(folder)
