"""Where files lie, as words: a path names the login of whoever has the computer (`C:\\Users\\login\\...`).

One that somebody typed is part of what is said, and stays; the person is told (`paths_remain`).
"""

import re

_PATHS = (  # each begins with a letter of its own, and looks back from there: that way a long text is quick
    re.compile(r":[\\/](?<=(?<![A-Za-z0-9])[A-Za-z]:.)(?![\\/])\S"),  # a disk
    re.compile(r"\\\\[^\\/\s]{1,64}[\\/]"),  # a server
    re.compile(r":/(?:(?<=\bfile:/)|(?<=\b(?:smb|afp|nfs):/)/\S)", re.IGNORECASE),
    re.compile(r"/(?<![\w.]/)(?:home|Users|Volumes|media|mnt|root|private|tmp|var|storage|sdcard)/\S"),
    re.compile(r"Macintosh HD:"),
    re.compile(r":Users:"),
    re.compile(
        r"http(?:s?://[^/\s]{1,200}/personal/|s?://d\.docs\.live\.net/|s://[\w.-]{1,100}\.sharepoint\.com/)"
    ),
    re.compile(r"\[[^\[\]\\/:*?\"<>|]{1,200}\.(?:xls[xmb]?|ods)\]"),  # as a workbook calls another one
)


def holds_path(text: str) -> bool:
    """Whether there stands where a file lies."""
    return any(each.search(text) for each in _PATHS)


def before_path(text: str) -> str:
    """What stands before a path: it may have spaces, so nobody can tell where one ends."""
    found = [each.search(text) for each in _PATHS]
    starts = [each.start() - (each[0][0] == ":") for each in found if each]
    return text[: max(0, min(starts))] if starts else text
