"""What names in an archive are good for: a chat in it speaks of the files beside it, which get numbers.

Names never leave this process but as the numbers that they became.
"""

import re
from collections.abc import Iterable

_PAGE_OF_A_CHAT = re.compile(r"(.*/)?messages\d*\.html")
_FURNITURE = ("css/", "js/", "images/")
_THUMBNAIL = re.compile(r"(?:(\.\w{2,5})?_thumb\.jpg|_thumb@2x\.jpg)\Z")
_NUMBERED = re.compile(r"\d{8}-(?=.*\.\w{1,5}\Z)")
"""WhatsApp on an iPhone puts a number before the name by which people in the chat know a file."""
_UTF8 = 1 << 11
_MAX_PARTS = 8


def readable(name: bytes, flags: int) -> str:
    """A name with slashes, as a program would show it."""
    try:
        return name.decode().replace("\\", "/")
    except UnicodeDecodeError:
        return name.decode("utf-8" if flags & _UTF8 else "cp437", "replace").replace("\\", "/")


def unspoken(names: Iterable[str]) -> frozenset[str]:
    """What a messenger's program put beside a chat that it exported: its page's look, and small copies."""
    all_names = frozenset(names)
    folders = {found[1] or "" for found in map(_PAGE_OF_A_CHAT.fullmatch, all_names) if found}
    furniture = tuple(folder + part for folder in folders for part in _FURNITURE)
    return frozenset(
        name
        for name in all_names
        if (furniture and name.startswith(furniture)) or (folders and _has_original(name, all_names))
    )


def _has_original(name: str, names: frozenset[str]) -> bool:
    found = _THUMBNAIL.search(name)
    if found is None:
        return False
    return not names.isdisjoint((name[: found.start()] + (found[1] or ".jpg"), name[: found.start()]))


def ways_to_say(new_names: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """New names by each end of a path that names one file alone; only what looks like a file's name.

    `new_names`: old and new, None for a file that isn't kept; an old one may come twice.
    """
    said: dict[str, str | None] = {}
    for name, new in new_names:
        parts = name.split("/")
        for start in range(max(0, len(parts) - _MAX_PARTS), len(parts)):
            end = "/".join(parts[start:])
            for said_so in (
                {end, _NUMBERED.sub("", end, count=1)} if re.search(r"[^/]\.\w{1,5}\Z", end) else ()
            ):
                said[said_so] = None if said_so in said else new
    return {name: new for name, new in said.items() if new is not None}
