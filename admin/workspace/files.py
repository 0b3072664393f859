"""Clean files for a command: an item of a drop as ID:2, a drop as ID, or a file that was extracted before."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

from admin.case import opening
from admin.case.opening import content_of
from admin.display import visible
from admin.errors import AdminError
from admin.words import tr
from admin.workspace.dossier.chosen import asked
from admin.workspace.opened import Workspace
from codes.kinds import CLEAN

LARGEST = 128 << 20
_TYPES = {extension: media_type for media_type, extension in CLEAN.items()}


@dataclass(frozen=True, slots=True)
class CleanFile:
    """`name` is what a report calls it."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def clean_files(workspace: Workspace, word: str) -> list[CleanFile]:
    """All clean items of a drop, one of them, or a file. Raises `AdminError`."""
    path = Path(word)
    if path.is_file():
        return [_from_disk(path)]
    (wanted,) = asked([word])
    home, ring = workspace.home, workspace.ring
    drop = workspace.drop(wanted.prefix).drop
    case = opening.open_case(home, drop, ring)
    found = []
    for entry in case.entries:
        if wanted.items and entry.number not in wanted.items:
            continue
        item = entry.item
        if item is None or item.cleaning not in ("clean", "text"):
            if wanted.items:
                raise AdminError(tr("Item {number} is not a clean file.", number=f"{entry.number:04d}"))
            continue
        content = io.BytesIO()
        content_of(case, entry, content, ring, home)
        name = f"{workspace.short[drop.id]}:{entry.number}"
        found.append(CleanFile(name, item.media_type, content.getvalue()))
    if not found:
        raise AdminError(tr("Drop {id} has no clean file of that number.", id=workspace.short[drop.id]))
    home.note_opened(drop.id, case.opened_by)
    return found


def _from_disk(path: Path) -> CleanFile:
    media_type = _TYPES.get(path.suffix.lower().removeprefix("."))
    if media_type is None:
        raise AdminError(tr("{name} is not a file that Silbo has cleaned.", name=visible(path.name)))
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise AdminError(tr("{name} is larger than 128 MiB.", name=visible(path.name)))
    return CleanFile(visible(path.name), media_type, content)
