"""The one clock of the server. Whatever needs the time is given this, or what a test has instead."""

from datetime import UTC, date, datetime


def today() -> date:
    """Return the current UTC day: nothing finer is ever stored."""
    return datetime.now(UTC).date()
