"""Takes the content out of a signed or compressed S/MIME message; what is encrypted has a reason of its own.

Nothing is verified and no certificate is looked at: it names whoever signed, and goes. A walk by lengths,
definite or not. Sources: RFC 5652 3 and 5.1, RFC 3274, RFC 5083, RFC 8551 3.2, X.690 8.1 and 8.7.
"""

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from scrub.report import Refusal

MAX_CONTENT = 64 << 20
_DEEPEST = 16
_MAX_PIECES = 1 << 16

_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME = bytes.fromhex("2a864886f70d01091001")
_SIGNED = _PKCS7 + b"\2"
_COMPRESSED = _SMIME + b"\x09"
_ENCRYPTED = frozenset({_PKCS7 + b"\3", _PKCS7 + b"\4", _PKCS7 + b"\6", _SMIME + b"\x17"})

_SEQUENCE, _OBJECT_ID, _OCTETS, _OCTETS_IN_PIECES, _EXPLICIT = 0x30, 0x06, 0x04, 0x24, 0xA0
_CONSTRUCTED = 0x20
_UNTIL_ZEROS = 0x80


class _Element(NamedTuple):
    """Of `data`: the tag, where its content starts and stops, and where the next element starts."""

    tag: int
    start: int
    stop: int
    after: int


def is_cms(data: bytes) -> bool:
    """Whether it begins as a message of CMS: a sequence that starts with one of its object identifiers."""
    return data[:1] == b"\x30" and any(oid in data[2:24] for oid in (_SIGNED, _COMPRESSED, *_ENCRYPTED))


def unwrap(untrusted: bytes) -> bytes | None:
    """What was signed or compressed; None where only a signature is there.

    Raises Refusal: "locked_mail" (encrypted), "broken", "bomb", "unsupported" (another kind of CMS).
    """
    kind, content = _pair(untrusted, _one(untrusted, 0, len(untrusted), 0, _SEQUENCE))
    if kind in _ENCRYPTED:
        raise Refusal("locked_mail")
    if kind not in (_SIGNED, _COMPRESSED):
        raise Refusal("unsupported")
    if content is None:
        raise Refusal("broken")
    body = _one(untrusted, content.start, content.stop, 2, _SEQUENCE)
    fields = [*_elements(untrusted, body.start, body.stop, 3, most=3)]
    if len(fields) < 3 or fields[2].tag != _SEQUENCE:
        raise Refusal("broken")
    _, inside = _pair(untrusted, fields[2])
    if inside is None:
        return None
    octets = next(_elements(untrusted, inside.start, inside.stop, 5, most=1), None)
    if octets is None or octets.tag not in (_OCTETS, _OCTETS_IN_PIECES):
        raise Refusal("broken")
    pieces: list[bytes] = []
    _collect(untrusted, octets, 6, pieces)
    return _inflated(b"".join(pieces)) if kind == _COMPRESSED else b"".join(pieces)


def _pair(data: bytes, sequence: _Element) -> tuple[bytes, _Element | None]:
    """An object identifier and, where there is one, what its explicit tag 0 holds."""
    fields = [*_elements(data, sequence.start, sequence.stop, 2, most=2)]
    if not fields or fields[0].tag != _OBJECT_ID or (len(fields) == 2 and fields[1].tag != _EXPLICIT):
        raise Refusal("broken")
    return data[fields[0].start : fields[0].stop], fields[1] if len(fields) == 2 else None


def _collect(data: bytes, octets: _Element, depth: int, pieces: list[bytes]) -> None:
    """The bytes of a string of octets, which may be in pieces, and these again."""
    if octets.tag == _OCTETS:
        pieces.append(data[octets.start : octets.stop])
        if len(pieces) > _MAX_PIECES:
            raise Refusal("bomb")
        return
    for piece in _elements(data, octets.start, octets.stop, depth + 1):
        if piece.tag not in (_OCTETS, _OCTETS_IN_PIECES):
            raise Refusal("broken")
        _collect(data, piece, depth + 1, pieces)


def _one(data: bytes, at: int, end: int, depth: int, tag: int) -> _Element:
    element = next(_elements(data, at, end, depth, most=1), None)
    if element is None or element.tag != tag:
        raise Refusal("broken")
    return element


def _elements(data: bytes, at: int, end: int, depth: int, most: int = _MAX_PIECES) -> Iterator[_Element]:
    """The elements of `data` from `at` to `end`, or to two zeros; at most `most`."""
    while at < end and most and data[at : min(at + 2, end)] != b"\0\0":
        element = _element(data, at, end, depth)
        yield element
        at, most = element.after, most - 1


def _element(data: bytes, at: int, end: int, depth: int) -> _Element:
    if depth > _DEEPEST:
        raise Refusal("bomb")
    if at + 2 > end or data[at] & 0x1F == 0x1F:
        raise Refusal("broken")
    tag, length, start = data[at], data[at + 1], at + 2
    if length == _UNTIL_ZEROS:
        if not tag & _CONSTRUCTED:
            raise Refusal("broken")
        stop, pieces = start, 0
        while data[stop : min(stop + 2, end)] != b"\0\0":
            stop, pieces = _element(data, stop, end, depth + 1).after, pieces + 1
            if pieces > _MAX_PIECES:
                raise Refusal("bomb")
        return _Element(tag, start, stop, stop + 2)
    if length > _UNTIL_ZEROS:
        size = length - _UNTIL_ZEROS
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    if start + length > end:
        raise Refusal("broken")
    return _Element(tag, start, start + length, start + length)


def _inflated(data: bytes) -> bytes:
    inflate = zlib.decompressobj()
    try:
        content = inflate.decompress(data, MAX_CONTENT + 1)
    except zlib.error:
        raise Refusal("broken") from None
    if len(content) > MAX_CONTENT:
        raise Refusal("bomb")
    return content
