"""Keeps secrets out of core dumps and away from debuggers ("Memory" in docs/threat-model.md)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys

_PR_SET_DUMPABLE = 4
"""From linux/prctl.h. 0 also makes /proc/PID/mem root's, so that no other program of this user reads it."""


def harden() -> None:
    """No core file, no ptrace by the same user, and new files for this user alone."""
    os.umask(0o077)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
