"""Compares a written ZIP with the allow-list of `docs/scrub.md`, byte by byte, without any ZIP library.

From each local header it reads only a length and an extension; how everything else must be written follows.
Files are verified by what they are. Source: PKWARE APPNOTE 4.3.
"""

import re
import struct
import zlib
from collections.abc import Callable

from scrub.verify.errors import Unverified, require

_NAME = re.compile(rb"([0-9]{4})\.([a-z0-9]{2,4})")
_HEAD = 30
_MAX_MEMBERS = 600
_SAME = b"\x0a\0" + bytes(6) + b"\x21\0"
"""Version 1.0, no flags, stored, midnight of the first day that the format knows."""


def verify_archive(
    data: bytes, media_types: dict[str, str], verify_inner: Callable[[bytes, str], None]
) -> None:
    """Raises Unverified unless every byte is accounted for. `media_types`: by extension;
    `verify_inner` takes a file and its media type, and raises for what it doesn't know.
    """
    at, directory, number = 0, b"", 0
    while data.startswith(b"PK\3\4", at):
        number += 1
        size, name_length = struct.unpack_from("<I4xH", data, at + 18)
        start = at + _HEAD + name_length
        name, content = data[at + _HEAD : start], data[start : start + size]
        found = _NAME.fullmatch(name)
        if found is None or number > _MAX_MEMBERS or not len(content) == size > 0:
            raise Unverified
        extension = found[2].decode()
        require(found[1] == b"%04d" % number and extension in media_types)
        fields = _SAME + struct.pack("<IIIHH", zlib.crc32(content), size, size, len(name), 0)
        require(data.startswith(b"PK\3\4" + fields + name, at))
        directory += b"PK\1\2\x0a\0" + fields + bytes(10) + struct.pack("<I", at) + name
        verify_inner(content, media_types[extension])
        at = start + size
    end = struct.pack("<4s4xHHIIH", b"PK\5\6", number, number, len(directory), at, 0)
    require(number > 0 and data[at:] == directory + end)
