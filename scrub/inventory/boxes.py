"""The boxes of ISO base media files, whatever is in them (ISO/IEC 14496-12, 4.2)."""

import struct
from collections.abc import Iterator


def boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the body. Size (4), kind (4), or size 1 and then 8 bytes of it; 0: the rest."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1 and start + 8 <= end:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        elif size == 0:
            size = end - at
        if size < start - at:
            return
        yield kind, start, min(end, at + size)
        at += size
