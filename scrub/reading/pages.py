"""The pictures of the pages of a clean PDF, for somebody who looks at it in a browser.

A PDF that a scrub has written is one picture a page (docs/scrub.md): a colour JPEG, which is taken out as it
is, or grays of 4 bits, whose rows become a PNG. So nothing is drawn here, and no PDF library is needed. Of a
PDF that was written otherwise there are no pages.

Sources: ISO 32000-1, 8.9.5; W3C Portable Network Graphics, 2nd edition, 9 and 11.
"""

import re
import struct
import zlib

MOST_PAGES = 60
MOST_BYTES = 24 << 20
"""So many pages of a document are taken out, and so many bytes in all."""

_MOST_DOTS = 40_000_000
_PICTURE = re.compile(
    rb"\n<</Type/XObject/Subtype/Image/Width ([1-9][0-9]{0,4})/Height ([1-9][0-9]{0,4})"
    rb"/ColorSpace/Device"
    rb"(?:Gray/BitsPerComponent 4/Filter/(FlateDecode)|RGB/BitsPerComponent 8/Filter/DCTDecode)"
    rb"/Length ([1-9][0-9]{0,8})>>stream\n"
)
_SIZE = struct.Struct(">I")
_HEAD = struct.Struct(">H")


def pages_of(untrusted: bytes) -> tuple[int, list[bytes]]:
    """How many pages there are, and the first of them, each a JPEG or a PNG. Raises whatever it raises for
    a PDF that no scrub has written.
    """
    pictures: list[bytes] = []
    position = number = total = 0
    while (found := _PICTURE.search(untrusted, position)) is not None:
        width, height, length = int(found[1]), int(found[2]), int(found[4])
        position = found.end() + length
        number += 1
        content = untrusted[found.end() : position]
        if number > MOST_PAGES or total > MOST_BYTES:
            continue
        if width * height > _MOST_DOTS or len(content) != length:
            raise ValueError("no page of ours")
        picture = _png(width, height, content) if found[3] else content
        total += len(picture)
        if total <= MOST_BYTES:
            pictures.append(picture)
    return number, pictures


def packed(total: int, pictures: list[bytes]) -> bytes:
    """As they go through the pipe: number of all pages (2) || length of each picture (4) || picture ..."""
    pieces = [_HEAD.pack(min(total, 0xFFFF))]
    for picture in pictures:
        pieces += [_SIZE.pack(len(picture)), picture]
    return b"".join(pieces)


def unpacked(untrusted: bytes) -> tuple[int, list[bytes]]:
    """The other way. Raises ValueError for what `packed` has not made."""
    if len(untrusted) < _HEAD.size:
        raise ValueError("no pages")
    total: int = _HEAD.unpack_from(untrusted)[0]
    pictures: list[bytes] = []
    position = _HEAD.size
    while position < len(untrusted):
        if position + _SIZE.size > len(untrusted):
            raise ValueError("a cut length")
        (size,) = _SIZE.unpack_from(untrusted, position)
        position += _SIZE.size + size
        picture = untrusted[position - size : position]
        if len(picture) != size or len(pictures) >= MOST_PAGES:
            raise ValueError("a cut page")
        pictures.append(picture)
    if len(pictures) > total:
        raise ValueError("more pages than there are")
    return total, pictures


def _png(width: int, height: int, deflated: bytes) -> bytes:
    row = width // 2
    inflater = zlib.decompressobj()
    dots = inflater.decompress(deflated, row * height + 1)
    if width % 2 or len(dots) != row * height or not inflater.eof:
        raise ValueError("no page of ours")
    rows = b"".join(b"\0" + dots[start : start + row] for start in range(0, len(dots), row))
    head = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 4)), (b"IEND", b""))
    )
