"""Clean files for a command: an item of a drop as ID:2, a drop as ID, or a file that was extracted before."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field
from pathlib import Path

from admin.case import opening
from admin.case.exchange import refuse_clear_text
from admin.case.filenames import WARNINGS
from admin.case.opening import content_of
from admin.display import visible
from admin.errors import AdminError
from admin.files import require_writable
from admin.words import tr, trn
from admin.workspace.dossier.chosen import asked
from admin.workspace.opened import Workspace
from admin.workspace.page.contents import is_unclean
from codes.kinds import CLEAN

LARGEST = 128 << 20
_TYPES = {extension: media_type for media_type, extension in CLEAN.items()}


@dataclass(frozen=True, slots=True)
class CleanFile:
    """`name` is what a report calls it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def clean_files(workspace: Workspace, word: str) -> tuple[list[CleanFile], int]:
    """All clean items of a drop, one of them, or a file; and how many are left because they are not clean,
    which is told. A drop does not count as opened by it: nobody has read it. Raises `AdminError`.
    """
    path = Path(word)
    if path.is_file():
        return [_from_disk(path)], 0
    (wanted,) = asked([word])
    home, ring = workspace.home, workspace.ring
    drop = workspace.drop(wanted.prefix).drop
    case = opening.open_case(home, drop, ring)
    found, left = [], []
    for entry in case.entries:
        if wanted.items and entry.number not in wanted.items:
            continue
        item = entry.item
        # What the source's own device calls clean is not.
        if item is None or is_unclean(item, parcel=case.sealed_by_source):
            if wanted.items:
                raise AdminError(tr("Item {number} is not a clean file.", number=f"{entry.number:04d}"))
            left += [] if entry.sealed_original else [f"{entry.number:04d}"]
            continue
        content = io.BytesIO()
        content_of(case, entry, content, ring, home)
        name = f"{workspace.short[drop.id]}:{entry.number}"
        found.append(CleanFile(name, item.media_type, content.getvalue()))
    if not found and wanted.items:
        raise AdminError(tr("Drop {id} has no clean file of that number.", id=workspace.short[drop.id]))
    if not found:
        raise AdminError(tr("Drop {id} has no clean file.", id=workspace.short[drop.id]))
    if left:
        workspace.context.warn(
            trn(
                "{n} item of drop {id} was not looked at, because it is not a clean file: {numbers}.",
                "{n} items of drop {id} were not looked at, because they are not clean files: {numbers}.",
                len(left),
                id=workspace.short[drop.id],
                numbers=", ".join(left[:10]),
            )
        )
    return found, len(left)


def require_word(word: str) -> None:
    """Raises `AdminError` for what is neither a file nor like a drop or an item of one."""
    if not Path(word).is_file():
        asked([word])


def require_new_folder(home: Path, target: Path) -> None:
    """Raises `AdminError` if `target` can't be made, or must not hold clear text."""
    if os.path.lexists(target):
        raise AdminError(
            tr("{place} is there already; name a folder that is not.", place=visible(str(target)))
        )
    if not target.parent.is_dir():
        raise AdminError(tr("The folder {place} does not exist.", place=visible(str(target.parent))))
    refuse_clear_text(target, home)
    require_writable(target.parent)


def _from_disk(path: Path) -> CleanFile:
    media_type = _TYPES.get(path.suffix.lower().removeprefix("."))
    if media_type is None or path.stem.endswith(WARNINGS):
        raise AdminError(tr("{name} is not a file that Silbo has cleaned.", name=visible(path.name)))
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise AdminError(tr("{name} is larger than 128 MiB.", name=visible(path.name)))
    return CleanFile(visible(path.name), media_type, content)
