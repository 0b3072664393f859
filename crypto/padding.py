"""Size classes: 16 KiB at least, then two classes an octave. Drawn in docs/protocol.md, "Size classes".

A text message and a photo must not be told apart, or two files matched, by the length of their ciphertext.
The classes are few (22 up to 24 MiB) and cost 22 % on average; measured against PADME in the design's
facts.
"""

from __future__ import annotations

FLOOR = 16 * 1024


def padded_size(n: int) -> int:
    """The smallest class that holds `n` bytes: 16 KiB, 24 KiB, 32 KiB, 48 KiB, 64 KiB, 96 KiB, ...

    Raises ValueError for a negative `n`, which is a programming error.
    """
    if n < 0:
        raise ValueError("a size cannot be negative")
    if n <= FLOOR:
        return FLOOR
    octave = 1 << (n - 1).bit_length()
    three_quarters = octave // 4 * 3
    return three_quarters if n <= three_quarters else octave
