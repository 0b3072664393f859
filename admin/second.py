"""The second release file, `silbo-workspace`, which lies beside `silbo-admin` (docs/adr/0162).

`silbo-admin` knows its SHA-256 and takes no other. It is copied into memory without a name, as the libraries
are (release/bootstrap.py), and looked at only when a command of the workspace is called. In a checkout there
is none: the folder `admin/workspace` is there.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import admin
from admin.errors import AdminError
from admin.words import mark, tr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

NAME = "silbo-workspace"
SUM = "admin/workspace.sha256"
"""In the first file: the SHA-256 of the second, 64 hexadecimal digits."""

COMMANDS = {
    "work": mark("open the workspace: one passphrase, then one command after the other"),
    "read": mark("read drops on a full screen: list, texts, files, threads, and what you do with them"),
    "search": mark("find drops by their words, one by one or from a file of words"),
    "view": mark("open a drop with its files as a page in a browser, kept in memory"),
    "about": mark("what is known of a drop: signs of a trap, tags, notes, who did what"),
    "tag": mark("put a tag on drops, or take it off"),
    "flag": mark("flag drops, or take the flag off"),
    "note": mark("write a note on a drop"),
    "assign": mark("say who works on drops"),
    "state": mark("say how far drops are: new, checking, publishable, closed"),
    "due": mark("say by which day a drop must be answered"),
    "keep": mark("keep what the index knows of a drop beyond its key"),
    "reviewers": mark("the reviewers that you share with"),
    "qr": mark("where no stick is allowed: files out and in as QR codes, shown and filmed"),
    "share": mark("write what you did onto a stick, sealed to the other reviewers"),
    "merge": mark("take in what other reviewers did from a stick"),
    "hand-over": mark("hand cases, notes and evidence over to who comes next, on a stick, signed"),
    "take-over": mark("take in what a reviewer who leaves has handed over, and sign the answer"),
    "forget": mark("for who leaves: overwrite and remove this whole home"),
    "dossier": mark("put clean files of drops into a signed folder that a third party can check"),
    "compare": mark("what differs between two drops or two files of the same: a mark may name its reader"),
    "marks": mark("look in what a drop holds for what may name whose copy it is"),
    "redact": mark("cover words and areas of a clean file for good, each with its reason"),
    "verify-dossier": mark("check a dossier as a third party would; no key is needed"),
}
"""Each is a module of `admin.workspace.commands`, and what it does. `list` with a filter is one more."""

_MFD_CLOEXEC, _MFD_NOEXEC_SEAL, _HIGH = 1, 8, 200
_LARGEST = 256 << 20
"""Bytes that are read of the second file: what is longer is not that of a release."""


def command(name: str) -> ModuleType:
    """The module of a command of the workspace. Raises `AdminError` where the second file is missing."""
    if not is_here():
        raise AdminError(
            tr(
                "A filter of 'list' is part of the workspace: put the file {file} of the same release beside "
                "silbo-admin.",
                file=NAME,
            )
            if name == "list"
            else tr(
                "'{name}' is a command of the workspace: put the file {file} of the same release beside "
                "silbo-admin.",
                name=name,
                file=NAME,
            )
        )
    return import_module(f"admin.workspace.commands.{name.replace('-', '_')}")


def is_here() -> bool:
    """Whether there is a workspace; the second file is taken into memory then. Raises `AdminError` if it is
    not the one of this release.
    """
    from importlib.util import find_spec  # noqa: PLC0415 -- no older command waits for it

    if find_spec("admin.workspace") is not None:
        return True
    loader = admin.__spec__.loader if admin.__spec__ is not None else None
    get_data = getattr(loader, "get_data", None)
    beside = os.path.join(os.path.dirname(os.path.realpath(sys.path[0])), NAME)
    if get_data is None or not os.path.isfile(beside):
        return False
    _load(beside, str(get_data(os.path.join(sys.path[0], SUM)).decode("ascii")).strip())
    return find_spec("admin.workspace") is not None


def _load(path: str, wanted: str) -> None:
    import fcntl  # noqa: PLC0415
    import hashlib  # noqa: PLC0415

    with open(path, "rb") as file:
        content = file.read(_LARGEST)
    if hashlib.sha256(content).hexdigest() != wanted:
        raise AdminError(
            tr("The file {name} is of another release than this silbo-admin, or it was changed.", name=NAME)
        )
    try:
        handle = os.memfd_create(NAME, _MFD_CLOEXEC | _MFD_NOEXEC_SEAL)
    except OSError:  # Linux before 6.3 does not know the second flag
        handle = os.memfd_create(NAME, _MFD_CLOEXEC)
    with open(fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, _HIGH), "wb", closefd=False) as memory:
        os.close(handle)
        memory.write(content)
        place = f"/proc/self/fd/{memory.fileno()}"
    sys.path.append(place)
    admin.__path__.append(f"{place}/admin")
