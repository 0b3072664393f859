"""What one chat may send in a day: counted in its session by the hour, in bytes as they are stored."""

HOUR = 3600
DAY = 24
CHAT_BYTES = 2_000_000_000
"""So much a chat may send in a day, where the settings say nothing else."""


def count(taken: dict[str, int], size: int, now: float) -> dict[str, int]:
    """The same with `size` bytes more in this hour, and without hours of more than a day ago."""
    hour = int(now // HOUR)
    recent = {when: bytes_ for when, bytes_ in taken.items() if _recent(int(when), hour)}
    return recent | {str(hour): recent.get(str(hour), 0) + size}


def hours_to_wait(taken: dict[str, int], size: int, most: int, now: float) -> int:
    """After how many hours `size` bytes are none too many any more; 0: now."""
    hour = int(now // HOUR)
    left = {int(when): bytes_ for when, bytes_ in taken.items() if _recent(int(when), hour)}
    for wait in range(DAY + 2):
        if sum(bytes_ for when, bytes_ in left.items() if when > hour + wait - DAY) + size <= most:
            return wait
    return DAY


def _recent(when: int, hour: int) -> bool:
    """A clock may be set back: what lies further ahead than the next hour would count for more than a day."""
    return -DAY < when - hour <= 1
