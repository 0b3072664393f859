"""The one clock of the server. Whatever needs the time is given this, or what a test has instead."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the current UTC day: nothing finer is ever stored."""
    return now().date()
