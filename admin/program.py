"""How this program was called, so that a hint can be typed as it stands."""

from __future__ import annotations

import os
import sys

NAME = "silbo-admin"


def command(words: str) -> str:
    """`silbo-admin WORDS`; of the one file of a release, `python3 FILE WORDS`."""
    if not os.path.isfile(sys.path[0] if sys.path else ""):
        return f"{NAME} {words}"
    import shlex  # noqa: PLC0415 -- few commands give a hint

    return f"python3 {shlex.quote(sys.argv[0])} {words}"
