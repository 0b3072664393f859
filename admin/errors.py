"""What `silbo-admin` says when something is wrong: one family, and one sentence for the person.

A sentence never carries a secret or a byte that came from outside (a drop, a stick, a key list).
"""

from __future__ import annotations

import errno
import os

from admin.display import visible
from admin.words import Said, mark, retold, tr
from crypto import errors as crypto

UNFINISHED = ".partial-"
"""How the name of a file or folder begins that is not whole yet (`admin.files`)."""

DONE = 0
FAILED = 1
DONE_WITH_FINDINGS = 3
"""The exit statuses beside argparse's 2: with 3, what is intact was done and something else was wrong."""


class AdminError(Exception):
    """Stops the command. Its text is the whole sentence for the person."""


class Stopped(Exception):
    """The person does not want to wait for the rest."""


class Idle(Exception):
    """In a session, nobody has typed for too long."""


_CRYPTO_SENTENCES: tuple[tuple[type[crypto.CryptoError], str], ...] = (
    (crypto.NoMatch, mark("No key in this home opens it.")),
    (crypto.HmacError, mark("Its header was changed after it was written.")),
    (crypto.HeaderError, mark("Its age header is malformed.")),
    (crypto.ArmorError, mark("Its text armor is malformed.")),
    (crypto.PayloadError, mark("It is damaged or cut short.")),
    (crypto.KeyFormatError, mark("A key in it is malformed.")),
    (crypto.SignatureError, mark("Its signature is wrong, or was made with another key.")),
)


_REASONS = {
    errno.ENOENT: mark("No such file or directory"),
    errno.EACCES: mark("Permission denied"),
    errno.EPERM: mark("Operation not permitted"),
    errno.EEXIST: mark("File exists"),
    errno.ENOTDIR: mark("Not a directory"),
    errno.EISDIR: mark("Is a directory"),
    errno.EROFS: mark("Read-only file system"),
    **dict.fromkeys(
        (errno.EIO, errno.ENODEV, errno.ENXIO),
        mark(
            "a disk or stick can't be read or written: if it was pulled out, put it in and do the same again"
        ),
    ),
    errno.ELOOP: mark("Too many levels of symbolic links"),
    errno.ENAMETOOLONG: mark("File name too long"),
    errno.ENOSPC: mark("the disk is full"),
    0: mark("read or write failed"),
}
"""The system's own words, but for a full disk, one that is gone, and what has none."""


def sentence(error: Exception) -> str:
    """The sentence for an error of ours, of `crypto` or of the operating system.

    `crypto`'s own messages carry no outside byte; a path in an `OSError` may have been named by a
    stranger, so it is shown with its control characters visible.
    """
    if isinstance(error, crypto.CryptoError):
        for kind, text in _CRYPTO_SENTENCES:
            if isinstance(error, kind):
                return tr(text)
        return as_sentence(retold(str(error)) if str(error) else tr("It is malformed"))
    if isinstance(error, OSError):
        reason = tr(_REASONS.get(error.errno or 0, error.strerror or "read or write failed"))
        place = _place(error)
        return f"{place}{reason}." if place else as_sentence(reason)
    told: str = error.args[0] if len(error.args) == 1 and isinstance(error.args[0], str) else str(error)
    return told


def _place(error: OSError) -> str:
    """The file or folder that it is about; of something half written, whose name tells nobody anything, the
    folder.
    """
    if error.filename is None:
        return ""
    folder, _, name = os.fsdecode(error.filename).rpartition("/")
    return f"{visible(folder or '/' if name.startswith(UNFINISHED) else os.fsdecode(error.filename))}: "


def as_sentence(text: str) -> str:
    """The same words with a capital first letter (unless they begin with a file name) and a full stop."""
    if isinstance(text, Said):
        return Said(as_sentence(str(text)), as_sentence(text.english))
    text = text.strip()
    if not set(text.split(" ", 1)[0]) & set("./~"):
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."
