"""Takes a rebuilt office document's ZIP apart, byte by byte, without any ZIP library.

Every field but a name, a size and a checksum is known in advance, and a deflated entry must be what zlib
makes of its content: there is no room beside the content. Independent of `scrub.office.archive`.

Source: PKWARE APPNOTE 6.3, 4.3.
"""

import re
import struct
import zlib

from scrub.verify.errors import Unverified, require

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_NAME = re.compile(rb"[A-Za-z0-9_.\[\]/-]{1,80}")
_VERSION, _DATE, _LEVEL = 20, 0x21, 6
_MAX_ENTRIES, _MAX_TOTAL = 20_000, 600 << 20


def read_zip(untrusted_output: bytes) -> dict[str, bytes]:
    """The entries in their order. Raises Unverified unless every byte is accounted for."""
    data, at, total = untrusted_output, 0, 0
    files: dict[str, bytes] = {}
    directory = b""
    while data.startswith(b"PK\3\4", at):
        head = _LOCAL.unpack_from(data, at)
        _, _, _, method, _, _, checksum, packed_size, size, name_size, _ = head
        name = data[at + _LOCAL.size : at + _LOCAL.size + name_size]
        require(_NAME.fullmatch(name) is not None and name.decode() not in files)
        require(head == (b"PK\3\4", _VERSION, 0, method, 0, _DATE, checksum, packed_size, size, name_size, 0))
        start = at + _LOCAL.size + name_size
        packed = data[start : start + packed_size]
        total += size
        require(len(packed) == packed_size and total <= _MAX_TOTAL and len(files) < _MAX_ENTRIES)
        content = packed if method == 0 else _inflated(packed, size, method)
        require(len(content) == size and zlib.crc32(content) == checksum)
        files[name.decode()] = content
        fields = (
            _VERSION,
            _VERSION,
            0,
            method,
            0,
            _DATE,
            checksum,
            packed_size,
            size,
            name_size,
            0,
            0,
            0,
            0,
            0,
            at,
        )
        directory += _CENTRAL.pack(b"PK\1\2", *fields) + name
        at = start + packed_size
    count = len(files)
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), at, 0)
    require(data[at:] == directory + end)
    return files


def _inflated(packed: bytes, size: int, method: int) -> bytes:
    require(method == zlib.DEFLATED)
    try:
        content = zlib.decompressobj(-15).decompress(packed, size + 1)
    except zlib.error:
        raise Unverified from None
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    require(packer.compress(content) + packer.flush() == packed)
    return content
