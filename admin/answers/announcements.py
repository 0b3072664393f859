"""An announcement: a desk's words for everybody who asks, signed by this reviewer, onto the operator's stick.

Source: docs/protocol.md, "Announcements". Its serial must grow, also where this home was lost or is one of
two copies: so it begins with the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from admin.errors import AdminError
from admin.files import make_public_folder, write_public
from admin.home import Home
from admin.words import tr
from crypto.announcement import Announcement, announcement_bytes, rounded
from crypto.canonical import MAX_INTEGER
from crypto.minisign import SigningKey

NAME = "announcement.json"
_A_DAY = 1000
"""So many serials begin with one day."""


def made(
    home: Home,
    root: SigningKey,
    desk_id: bytes,
    *,
    today: date,
    until: date,
    texts: Mapping[str, str],
    people: Mapping[str, int],
) -> Announcement:
    """With counts rounded down to fives. Raises FormatError for a count of fewer than five people."""
    counts = {name: rounded(number) for name, number in people.items()}
    serial = max(_last(home, desk_id) + 1, today.toordinal() * _A_DAY)
    return Announcement(root.public(), desk_id, serial, today, until, texts, counts)


def check(announcement: Announcement) -> None:
    """Raises FormatError for what no server would show."""
    announcement_bytes(announcement)


def write(home: Home, root: SigningKey, announcement: Announcement, stick: Path) -> Path:
    """Writes it and its signature into a folder of the stick, which is made if need be; returns the folder.

    Raises `AdminError`, and FormatError for what no server would show.
    """
    data = announcement_bytes(announcement)
    folder = stick / f"announcement-{announcement.root.key_id.hex()[:8]}"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise AdminError(
            tr("On the stick, {name} is a link or a file; take it away first.", name=folder.name)
        )
    home.note("announced", [f"{announcement.desk_id.hex()} {announcement.serial}"])
    make_public_folder(folder)
    signature = root.sign(data, f"silbo announcement {announcement.serial}")
    write_public(folder / f"{NAME}.minisig", signature.encode())
    write_public(folder / NAME, data)
    return folder


def _last(home: Home, desk_id: bytes) -> int:
    """The highest serial of this home for a desk, 0 before the first."""
    serials = [0]
    for noted in home.noted("announced"):
        desk, _, serial = noted.partition(" ")
        if desk == desk_id.hex() and serial.isdecimal() and int(serial) < MAX_INTEGER:
            serials.append(int(serial))
    return max(serials)
