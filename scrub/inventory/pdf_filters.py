"""Undoes the filters of a PDF's streams, as far as the report needs to look inside (ISO 32000-1, 7.4)."""

import binascii
import re
import zlib
from base64 import a85decode

_FILTER = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/[A-Za-z0-9]+|\d+ \d+ R)")
_NAME = re.compile(rb"/([A-Za-z0-9]+)")
_INNER = re.compile(rb"<<[^<>]*>>")
_MAX_DEPTH = 12
_SHORT = {
    b"AHx": b"ASCIIHexDecode",
    b"A85": b"ASCII85Decode",
    b"Fl": b"FlateDecode",
    b"RL": b"RunLengthDecode",
    b"DCT": b"DCTDecode",
}
_PICTURES = frozenset({b"DCTDecode", b"JPXDecode", b"JBIG2Decode", b"CCITTFaxDecode"})


def filters(dictionary: bytes) -> tuple[bytes, ...] | None:
    """By their whole names; None where they stand elsewhere."""
    dictionary = dictionary.strip().removeprefix(b"<<")
    for _ in range(_MAX_DEPTH):  # a font or a form may be called /F
        dictionary, count = _INNER.subn(b" ", dictionary)
        if not count:
            break
    found = _FILTER.search(dictionary)
    if found is None:
        return ()
    if found[1][:1].isdigit():
        return None
    return tuple(_SHORT.get(name, name) for name in _NAME.findall(found[1]))


def opened(body: bytes, names: tuple[bytes, ...], limit: int) -> tuple[bytes, bytes] | None:
    """At most `limit` bytes, and the picture's filter that is left, or b""; None for what can't be undone."""
    for name in names:
        if name in _PICTURES:
            return body, name
        try:
            body = _undone(name, body, limit)
        except (ValueError, LookupError, binascii.Error, zlib.error):
            return None
    return body, b""


def _undone(name: bytes, body: bytes, limit: int) -> bytes:
    match name:
        case b"FlateDecode":
            return zlib.decompressobj().decompress(body, limit)
        case b"ASCII85Decode":
            digits = b"".join(body.split()).removeprefix(b"<~").partition(b"~")[0]
            return a85decode(digits)[:limit]
        case b"ASCIIHexDecode":
            digits = b"".join(body.partition(b">")[0].split())
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))[:limit]
        case b"RunLengthDecode":
            return _runs(body, limit)
    raise LookupError


def _runs(body: bytes, limit: int) -> bytes:
    out, at = bytearray(), 0
    while at + 1 < len(body) and body[at] != 128 and len(out) < limit:
        if body[at] < 128:
            out += body[at + 1 : at + 2 + body[at]]
            at += 2 + body[at]
        else:
            out += body[at + 1 : at + 2] * (257 - body[at])
            at += 2
    return bytes(out)
