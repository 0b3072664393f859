"""A long drop stays in sight: on a terminal it goes through `less`, which leaves nothing in the scrollback.

`less` runs without its history file, its shell, its editor and other files (LESSSECURE); it gets the words
by a pipe. Where there is none, the words fit, or PAGER is "cat" or empty, they are printed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from admin.display import terminal_columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

_OURS = re.compile("\x1b\\[[0-9;]*m")
_FIND = "/usr/bin:/bin:/usr/local/bin"
"""Never the PATH of whoever called: a pager reads everything."""


def page(lines: list[str], out: TextIO, say: Callable[..., None]) -> None:
    """Shows lines (with colours of ours at most). Returns when the person has read them."""
    if not out.isatty() or os.environ.get("PAGER", "less") in {"", "cat"} or _rows(lines) < _height():
        say(*lines)
        return
    import shutil  # noqa: PLC0415 -- it loads every compressor

    program = shutil.which("less", path=_FIND)
    if program is None:
        say(*lines)
        return
    import subprocess  # noqa: PLC0415 -- only here

    out.flush()
    ours = {"LESSSECURE": "1", "LESSHISTFILE": "-", "LESSCHARSET": "utf-8", "LESS": "", "LESSOPEN": ""}
    kept = {name: os.environ[name] for name in ("TERM", "LANG", "LC_ALL", "LC_CTYPE") if name in os.environ}
    text = "".join(f"{line}\n" for line in lines).encode(out.encoding or "utf-8", "backslashreplace")
    prompt = "-Ps(q ends, space goes on, b goes back)"
    subprocess.run([program, "-R", prompt], input=text, env=kept | ours, check=False)


def _rows(lines: list[str]) -> int:
    width = terminal_columns()
    return sum(1 + max(0, len(_OURS.sub("", line)) - 1) // width for line in lines)


def _height() -> int:
    try:
        return os.get_terminal_size(1).lines or 24
    except OSError:
        return 24
