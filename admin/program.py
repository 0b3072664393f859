"""How this program was called, so that a hint can be typed as it stands."""

from __future__ import annotations

import os
import sys

NAME = "silbo-admin"


def command(words: str) -> str:
    """`silbo-admin WORDS`; of a file that lies where no shell looks for it, `python3 FILE WORDS`."""
    folder, name = os.path.split(sys.argv[0])
    if name != NAME or folder in os.environ.get("PATH", "").split(os.pathsep):
        return f"{NAME} {words}"
    import shlex  # noqa: PLC0415 -- few commands give a hint

    return f"python3 {shlex.quote(sys.argv[0])} {words}"
