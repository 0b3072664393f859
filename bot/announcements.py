"""What a desk says to everybody who asks: announcements that its reviewers signed, on the server's disk.

Source: docs/protocol.md, "Announcements". In the folder lies one file for each desk and reviewer:

    <desk id>-<tag>.<serial>    the four lines of its minisign signature, then announcement.json

A newer one is a new file beside the old one, put in place by one rename; the highest serial counts. What has
ended leaves an empty file: an older stick must not bring back words that were replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.files import open_plain, whole
from bot.keys import Reviewers, ReviewersError
from bot.keys.keyfolder import tag_of
from bot.shown import plain
from bot.store.errors import StorageError
from codes.languages import LANGUAGES
from crypto.announcement import MAX_SIZE, Announcement, claimed_root, parse_announcement
from crypto.errors import CryptoError, FormatError
from crypto.minisign import SIGNATURE_TEXT_LIMIT

DOCUMENT, SIGNATURE = "announcement.json", "announcement.json.minisig"
_ENTRY = re.compile(r"([0-9a-f]{32})-([0-9a-f]{32})\.([1-9][0-9]{0,15})", re.ASCII)
_SIGNATURE_LINES = 4


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    desk: str
    tag: str
    serial: int


class Announcements:
    """Of the desk with this id (16 bytes), in a folder that is made with the first one. Everything here reads
    or writes files: for a thread.
    """

    def __init__(self, folder: Path, reviewers: Reviewers, desk_id: bytes) -> None:
        self._folder = folder
        self._reviewers = reviewers
        self._desk_id = desk_id

    def take(self, place: Path, today: date) -> str:
        """Keep the announcement that lies in `place` on a stick; return a sentence that says so.

        Raises OSError, CryptoError for what can't be shown, ReviewersError for one of somebody else.
        """
        data = _bounded(place / DOCUMENT, MAX_SIZE)
        signature = _bounded(place / SIGNATURE, SIGNATURE_TEXT_LIMIT).decode("utf-8", "replace")
        root = claimed_root(data)
        reviewer = next((one for one in self._reviewers.pinned() if one.keys.root == root), None)
        if reviewer is None:
            who = "was revoked" if self._reviewers.is_revoked(root) else "is no reviewer of this desk"
            raise ReviewersError(f"An announcement is from somebody who {who}: it is not shown.")
        announcement = parse_announcement(data, signature, root)
        announcement.check(self._desk_id, today)
        if signature.count("\n") != _SIGNATURE_LINES:
            raise FormatError("The announcement's signature has not four lines.")
        entry = f"{self._desk_id.hex()}-{reviewer.tag}.{announcement.serial}"
        here = [one for one in _entries(self._folder) if entry.startswith(f"{one.desk}-{one.tag}.")]
        said = f"Announcement of {reviewer.keys.label}, shown until the day before {announcement.until}"
        if any(one.serial == announcement.serial for one in here):
            return f"{said}: it came before."
        if any(one.serial > announcement.serial for one in here):
            raise FormatError("A newer one of the same reviewer came before.")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with whole(self._folder / entry) as file:
            file.write(signature.encode() + data)
        for one in here:
            one.path.unlink(missing_ok=True)
        return f"{said}."

    def texts(self, language: str, today: date) -> tuple[str, ...]:
        """What is shown today, the newest first: in `language`, else in the first that there is. Raises
        StorageError.
        """
        try:
            found = self._shown(today)
        except (OSError, ReviewersError):
            raise StorageError("The announcements cannot be read.") from None
        found.sort(key=lambda one: (one.made, one.serial), reverse=True)
        return tuple(plain(_text(one, language)) for one in found)

    def _shown(self, today: date) -> list[Announcement]:
        roots = {tag_of(one.keys.root) for one in self._reviewers.pinned()}
        found = []
        for entry in _newest(self._folder):
            if entry.desk != self._desk_id.hex() or entry.tag not in roots:
                continue
            announcement = _read(entry.path)
            if announcement is None or tag_of(announcement.root) != entry.tag:
                continue
            try:
                announcement.check(self._desk_id, today)
            except FormatError:
                continue
            found.append(announcement)
        return found


def expire(folder: Path, today: date) -> int:
    """Delete the words that are not shown any more, of every desk; return how many announcements that were.

    Raises OSError.
    """
    ended = 0
    newest = {entry.path for entry in _newest(folder)}
    for entry in _entries(folder):
        if entry.path not in newest:  # its newer one was put in place, and the program killed
            entry.path.unlink(missing_ok=True)
            continue
        announcement = _read(entry.path)
        if announcement is not None and today >= announcement.until:
            with whole(entry.path):
                pass
            ended += 1
    return ended


def _text(announcement: Announcement, language: str) -> str:
    tried = (language, *LANGUAGES, *sorted(announcement.texts))
    return next(text for each in tried if (text := announcement.text(each)) is not None)


def _read(path: Path) -> Announcement | None:
    """None if it has ended, or is not what was put there."""
    with open_plain(path, follow=False) as file:
        stored = file.read(SIGNATURE_TEXT_LIMIT + MAX_SIZE + 1)
    lines = stored.split(b"\n", _SIGNATURE_LINES)
    if len(lines) != _SIGNATURE_LINES + 1:
        return None
    signature = b"\n".join([*lines[:-1], b""]).decode("utf-8", "replace")
    try:
        return parse_announcement(lines[-1], signature, claimed_root(lines[-1]))
    except CryptoError:
        return None


def _newest(folder: Path) -> Iterator[_Entry]:
    best: dict[tuple[str, str], _Entry] = {}
    for entry in _entries(folder):
        known = best.get((entry.desk, entry.tag))
        if known is None or entry.serial > known.serial:
            best[entry.desk, entry.tag] = entry
    yield from best.values()


def _entries(folder: Path) -> list[_Entry]:
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    found = ((path, _ENTRY.fullmatch(path.name)) for path in paths)
    return [_Entry(path, name[1], name[2], int(name[3])) for path, name in found if name]


def _bounded(path: Path, limit: int) -> bytes:
    """A plain file, cut one byte after `limit`: no link and no pipe, for the stick was in other hands."""
    with open_plain(path, follow=False) as file:
        return file.read(limit + 1)
