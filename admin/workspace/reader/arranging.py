"""Which parts of the screen are seen beside each other, and how much each gets: a matter of its height."""

from __future__ import annotations

from collections.abc import Mapping

TALL, STACKED = 40, 28
"""Rows from which on all panes are seen at once, and from which on the list stays above one pane."""

MOST = 13
"""Rows of a pane that stands beside others, but for the text's."""

Shares = Mapping[str, str | int]
"""Part -> its height, in rows or in shares of what is left (`1fr`). What is not named is not seen."""

ALONE: Shares = {"list": "1fr"}
"""As long as no drop is open."""


def shared(height: int, active: str, pane: str, lines: Mapping[str, int]) -> Shares:
    """`active` is the part that takes the keys, `pane` the one below the list; `lines`: how many each has."""
    if height >= TALL:
        return {name: min(count + 1, MOST) for name, count in lines.items()} | {"list": "1fr", "text": "2fr"}
    if height >= STACKED:
        return {"list": "1fr", pane: "2fr"}
    return {active: "1fr"}
