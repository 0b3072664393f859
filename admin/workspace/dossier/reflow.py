"""Breaks the lines of a text anew where words of it were covered (docs/adr/0236).

Where a line ends tells how long the next word is. So a paragraph with a bar is joined and broken by what is
left of it alone: it looks as if the bar had always stood there.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence

from scrub.redact.texts import BAR


def reflowed(
    paragraphs: Sequence[int], lines: Sequence[str], touched: Collection[int], columns: int
) -> tuple[list[str], dict[int, int]]:
    """The new lines, and the new number of each old one (both from 1). `paragraphs` are numbers of lines in
    their order; `touched` are the lines with bars. Bars that meet at a line's end become one.
    """
    made: list[str] = []
    moved: dict[int, int] = {}
    first = 0
    for length in paragraphs:
        own = {number + 1: lines[number] for number in range(first, first + length)}
        first += length
        if not any(number in touched for number in own):
            moved |= {number: len(made) + at for at, number in enumerate(own, start=1)}
            made += own.values()
            continue
        text, bars = "", {}
        for number, line in own.items():
            if text.endswith(BAR) and line.startswith(BAR):
                bars[number] = text.count(BAR) - 1
                text += line.removeprefix(BAR)
            else:
                bars[number] = text.count(BAR)
                text += f" {line}" if text else line
        broken = textwrap.wrap(
            text, columns, expand_tabs=False, replace_whitespace=False, break_on_hyphens=False
        ) or [""]  # fmt: skip
        holding = [
            number for number, line in enumerate(broken, len(made) + 1) for _ in range(line.count(BAR))
        ]
        moved |= {
            number: holding[min(bar, len(holding) - 1)] if holding else len(made) + 1
            for number, bar in bars.items()
        }
        made += broken
    return made, moved
