"""The one tar layout of docs/protocol.md.

A header has one spelling, so reading is writing again and comparing.
"""

import re

from opener.errors import FormatError


def tar_header(name: str, size: int) -> bytes:
    """Return the 512-byte USTAR header of a member."""
    start = name.encode().ljust(100, b"\0") + b"0000600\0" + b"0000000\0" * 2 + b"%011o\0" % size
    start += b"0" * 11 + b"\0"
    rest = (b"0" + bytes(100) + b"ustar\x0000").ljust(356, b"\0")
    return start + b"%06o\0 " % (sum(start) + 8 * 32 + sum(rest)) + rest


def read_member(data: bytes, at: int, names: str) -> tuple[str, bytes, int]:
    """Return name (must match `names`) and content of the member at `at`, and where the next begins."""
    header = data[at : at + 512]
    name = header[:100].rstrip(b"\0").decode("latin-1")
    octal = re.fullmatch(rb"[0-7]{11}", header[124:135])
    size = int(octal[0], 8) if octal else 0
    start = at + 512
    end = start + size
    after = end + -size % 512
    right = re.fullmatch(names, name) and header == tar_header(name, size)
    if not right or after > len(data) or any(data[end:after]):
        raise FormatError("A tar member is wrong or cut off.")
    return name, data[start:end], after
