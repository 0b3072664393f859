"""What a process has freed: kept for its next arrays, or given back to the kernel; where libc is glibc."""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3

_libc = ctypes.CDLL(None)


def keep_what_is_freed() -> None:
    """For the last of what a process does: memory of many arrays, one after the other, isn't given back and
    fetched again each time, which took two thirds of a search.
    """
    mallopt = getattr(_libc, "mallopt", None)
    if mallopt is not None:
        for option, value in ((_M_MMAP_THRESHOLD, 32 << 20), (_M_TRIM_THRESHOLD, 256 << 20)):
            mallopt(option, value)


def give_back() -> None:
    """What was freed, to the kernel."""
    trim = getattr(_libc, "malloc_trim", None)
    if trim is not None:
        trim(0)
