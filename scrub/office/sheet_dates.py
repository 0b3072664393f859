"""Days that a cell holds in ISO form (`t="d"`), as the strict dialect may write them, become numbers of days.

Source: ISO/IEC 29500-1, 18.17.4 (dates and times) and 18.18.11 (`ST_CellType`).
"""

import re
from datetime import date, time

_ISO = re.compile(
    r"(?:([0-9]{4}-[0-9]{2}-[0-9]{2}))?(?:(?:^|T)([0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]{1,6})?))?Z?"
)
_BEGINNINGS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_FIRST = {False: date(1900, 3, 1), True: date(1904, 1, 1)}
"""Before it programs count the days differently: there was no 29 February 1900."""

_DAY = 86_400


def number_of(text: str, *, from_1904: bool) -> str | None:
    """The number of days, as a cell has it; None for what isn't such a day or hour."""
    found = _ISO.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    try:
        day = date.fromisoformat(found[1]) if found[1] else None
        clock = time.fromisoformat(found[2] or "00:00")
    except ValueError:
        return None
    if day is not None and day < _FIRST[from_1904]:
        return None
    days = 0 if day is None else (day - _BEGINNINGS[from_1904]).days
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second + clock.microsecond / 1_000_000
    return f"{days + seconds / _DAY:.10f}".rstrip("0").rstrip(".")
