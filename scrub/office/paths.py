"""Where files lie, as words: a path names the login of whoever has the computer (`C:\\Users\\login\\...`).

Fields and formulas put one on a page by themselves, and that goes (`open_fields`, `sheet_paths`). One that
somebody typed is part of what the document says, and stays; the person is told (`paths_remain`).
"""

import re
from collections.abc import Iterable

_HOMES = r"(?:Users|home|Documents and Settings|personal)"
_PATH = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]:[\\/](?![\\/])\S"  # a disk
    r"|\\\\[^\\/\s]{1,64}[\\/]"  # a server
    r"|\bfile:/"
    r"|(?<![\w.])/(?:home|Users|Volumes|media|mnt|root|private|tmp|var|storage|sdcard)/\S"
    r"|\bMacintosh HD:|:Users:"
    r"|https?://[^/\s]{1,200}/personal/|https?://d\.docs\.live\.net/|https?://[\w.-]{1,100}\.sharepoint\.com/"
    r"|\[[^\[\]\\/:*?\"<>|]{1,200}\.(?:xls[xmb]?|ods)\]"  # as a workbook calls another one
)
_LOGIN = re.compile(rf"[\\/:]{_HOMES}[\\/:]+([^\\/:\[\]\s<>\"'#]{{3,64}})")
_FILE = re.compile(
    r"\[([^\[\]\\/:]{3,200}\.[A-Za-z]{3,5})\]|[\\/]([^\\/:\[\]<>\"]{3,200}\.[A-Za-z]{3,5})'?#?"
)
_MARKS = (b"\\", b"file:/", b"/home/", b"/Users/", b":Users:", b"/personal/", b":/", b"/tmp/", b"/var/")
_ENDS = re.compile(rb"</(?:w:p|a:p|text:p|text:h|x:is|x:v|c:v|x:oddHeader|x:oddFooter)>")
_TAGS = re.compile(rb"<[^<>]*>")
_MOST = 4 << 20


def holds_path(text: str) -> bool:
    """Whether there stands where a file lies."""
    return _PATH.search(text) is not None


def from_path(text: str) -> str:
    """What stands before a path: it may have spaces, so nobody can tell where one ends."""
    found = _PATH.search(text)
    return text if found is None else text[: found.start()]


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
