"""Writes a ZIP of which every byte follows from its members: stored, numbered, all of 1 January 1980.

Layout in `docs/scrub.md`; `scrub.verify.archive` knows it independently. Source: PKWARE APPNOTE 4.3.
"""

import struct
import zlib
from collections.abc import Sequence

from scrub.report import Clean

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION = 10
_MIDNIGHT, _FIRST_DAY = 0, 1 << 5 | 1


def member_name(at: int, clean: Clean) -> str:
    """What the member `at` (from 0) is called."""
    return f"{at + 1:04}.{clean.extension}"


def write_archive(members: Sequence[Clean]) -> bytes:
    """`0001.jpg`, `0002.pdf`... in the order given, nothing but content."""
    out, directory = bytearray(), bytearray()
    for at, clean in enumerate(members):
        name = member_name(at, clean).encode()
        size = len(clean.content)
        common = (_VERSION, 0, 0, _MIDNIGHT, _FIRST_DAY, zlib.crc32(clean.content), size, size, len(name), 0)
        directory += _CENTRAL.pack(b"PK\1\2", _VERSION, *common, 0, 0, 0, 0, len(out)) + name
        out += _LOCAL.pack(b"PK\3\4", *common) + name + clean.content
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(directory), len(out), 0)
    return bytes(out + directory + end)
