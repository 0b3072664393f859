"""Which files go out as codes, and where those that came in are written: under our names, in one folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from admin.display import visible
from admin.errors import AdminError
from admin.files import make_public_folder, write_public
from admin.words import tr
from crypto.code_parts import MAX_SIZE

_FOLDER = re.compile(r"(?:outbox|announcement)-[0-9a-f]{8}|revocations")
_TAKEN = re.compile(
    r"(?:keys|outbox|read|announcement)\.json(?:\.minisig)?|receipt-[0-9a-f]{8}\.json(?:\.minisig)?"
    r"|[0-9a-f]{64}\.age|revocation-[0-9a-f]{8,64}\.txt"
)
"""What of a folder goes out: what a stick carries to the operator, or the operator's to reviewers. No batch:
they are too large.
"""


def collected(places: Iterable[Path]) -> dict[str, bytes]:
    """The files by the names that they get on the other side: those that are named, and what of a folder a
    stick would carry. Raises `AdminError`.
    """
    found: dict[str, bytes] = {}
    for place in places:
        if place.is_dir():
            here = _FOLDER.fullmatch(place.name)
            for path in sorted(place.iterdir()):
                if path.is_dir() and _FOLDER.fullmatch(path.name) and not path.is_symlink():
                    found |= {f"{path.name}/{each.name}": _read(each) for each in _taken(path)}
            found |= {(f"{place.name}/" if here else "") + each.name: _read(each) for each in _taken(place)}
        else:
            found[place.name] = _read(place)
    if not found:
        raise AdminError(tr("There is no key list, receipt or reply in that folder; name files to show any."))
    return found


def write(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Writes them into `folder`, which is made if need be. What is there already and the same stays; nothing
    else is written over. Raises `AdminError`, before anything is written, if something else has a name.
    """
    paths = {folder / name: content for name, content in files.items()}
    for path, content in paths.items():
        if path.parent.is_symlink() or path.is_symlink() or (path.exists() and not _is(path, content)):
            raise AdminError(
                tr("There is another {name} in that folder; choose an empty one.", name=visible(path.name))
            )
    for path, content in paths.items():
        make_public_folder(path.parent)
        if not path.exists():
            write_public(path, content)
    return list(paths)


def _taken(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if _TAKEN.fullmatch(path.name) and path.is_file()]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(MAX_SIZE + 1)
    if len(content) > MAX_SIZE:
        raise AdminError(
            tr(
                "{name} is too large for codes: they carry {limit} KiB.",
                name=visible(path.name),
                limit=MAX_SIZE >> 10,
            )
        )
    return content


def _is(path: Path, content: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(content) + 1) == content
