"""What the index knows of a drop besides its words."""

from __future__ import annotations

import json
from datetime import date

from admin.words import tr
from crypto.record import Record

OF_NO_PERIOD = date.min
"""The period of a case that another reviewer has handed over."""


class Entry(Record):
    """A drop that was read once. `period` is the first day of the oldest period that it hangs on.

    `sent` is the day on which the source wrote, `exported` that of the batch; `kinds` are "text" and media
    types; `thread` and `text` are 8 bytes in hex that drops of one codename, or of one testimony, have in
    common ("" for none); `contents` are the first 16 bytes of the SHA-256 of each file, in hex; `first` are
    the first words, as the source wrote them; `traps` are codes of `admin.workspace.traps`; `closed` counts
    the items whose words could not be taken out, or that did not open; `sketch` is of the testimony, to find
    those that are nearly the same (`admin.workspace.index.likeness`; "" for none).
    """

    drop: str
    period: date
    sent: date
    exported: date
    desk: str
    language: str
    channel: str
    kinds: tuple[str, ...]
    items: int
    size: int
    thread: str
    text: str
    contents: tuple[str, ...]
    first: str
    traps: tuple[str, ...]
    closed: int
    sketch: str = ""

    def __repr__(self) -> str:
        return "Entry()"

    def packed(self) -> str:
        """As one text; the other way is `unpacked`."""
        values = [getattr(self, name) for name in self.__match_args__]
        return json.dumps([value.isoformat() if isinstance(value, date) else value for value in values])


def unpacked(text: str) -> Entry:
    """Raises ValueError, TypeError or KeyError for what `packed` has not made."""
    values = json.loads(text)
    if not isinstance(values, list) or len(values) != len(Entry.__match_args__):
        raise ValueError(tr("not an entry"))
    drop, period, sent, exported, desk, language, channel, kinds, items, size, *rest = values
    thread, same, contents, first, traps, closed, sketch = rest
    texts = (drop, desk, language, channel, thread, same, first, sketch, *kinds, *contents, *traps)
    numbers = (items, size, closed)
    if not all(isinstance(value, str) for value in texts) or not all(type(n) is int for n in numbers):
        raise ValueError(tr("not an entry"))
    return Entry(
        drop,
        date.fromisoformat(period),
        date.fromisoformat(sent),
        date.fromisoformat(exported),
        desk,
        language,
        channel,
        tuple(kinds),
        items,
        size,
        thread,
        same,
        tuple(contents),
        first,
        tuple(traps),
        closed,
        sketch,
    )
