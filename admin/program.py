"""How this program was called, so that a hint can be typed as it stands."""

from __future__ import annotations

import os
import sys

NAME = "silbo-admin"


def command(words: str, *, elsewhere: bool = False) -> str:
    """`silbo-admin WORDS`; of a file that lies where no shell looks for it, `python3 FILE WORDS`. With the
    home that was named, if one was, unless it is to be typed for another one (`elsewhere`).
    """
    import shlex  # noqa: PLC0415 -- few commands give a hint

    folder, name = os.path.split(sys.argv[0])
    known = name != NAME or folder in os.environ.get("PATH", "").split(os.pathsep)
    start = NAME if known else f"python3 {shlex.quote(sys.argv[0])}"
    for word, following in zip(sys.argv[1:], [*sys.argv[2:], ""], strict=False):
        sign, _, value = word.partition("=")
        if sign == "--home" and sign not in words and not elsewhere:
            return f"{start} --home {shlex.quote(value or following)} {words}"
    return f"{start} {words}"
