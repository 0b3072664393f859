"""Where files lie, as words: a path names the login of whoever has the computer (`C:\\Users\\login\\...`).

Fields and formulas put one on a page by themselves, and that goes (`open_fields`, `sheet_paths`). One that
somebody typed is part of what the document says, and stays; the person is told (`paths_remain`).
"""

import re
from collections.abc import Iterable

from scrub.words.paths import holds_path

_HOMES = r"(?:Users|home|Documents and Settings|personal)"
_LOGIN = re.compile(rf"[\\/:]{_HOMES}[\\/:]+([^\\/:\[\]\s<>\"'#]{{3,64}})")
_FILE = re.compile(
    r"\[([^\[\]\\/:]{3,200}\.[A-Za-z]{3,5})\]|[\\/]([^\\/:\[\]<>\"]{3,200}\.[A-Za-z]{3,5})'?#?"
)
_MARKS = (b"\\", b"file:/", b"/home/", b"/Users/", b":Users:", b"/personal/", b":/", b"/tmp/", b"/var/")
_ENDS = re.compile(rb"</(?:w:p|a:p|text:p|text:h|x:is|x:v|c:v|x:oddHeader|x:oddFooter)>")
_TAGS = re.compile(rb"<[^<>]*>")
_MOST = 4 << 20


def names(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Finds the logins and the names of files that stand in the paths of some texts; None for none."""
    found: set[str] = set()
    for text in texts:
        if holds_path(text):
            found.update(_LOGIN.findall(text))
            found.update(name for pair in _FILE.findall(text) for name in pair if name)
    listed = "|".join(map(re.escape, sorted(found)))
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE) if found else None


def part_holds_path(part: bytes) -> bool:
    """Whether the words of a part of a copy hold one, also in pieces."""
    if not any(mark in part for mark in _MARKS):
        return False
    return holds_path(_TAGS.sub(b"", _ENDS.sub(b"\n", part[:_MOST])).decode("utf-8", "replace"))


def markup(part: bytes) -> bytes:
    """A part in XML without its words."""
    return b"".join(_TAGS.findall(part[:_MOST]))
