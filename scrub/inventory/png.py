"""Kinds of metadata in a PNG or APNG, by its chunks (PNG 3rd edition, section 11; C2PA 2.1 for caBX)."""

import re
import struct
import zlib

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names, patterns
from scrub.report import Refusal

MAX_FRAMES = 1000
_MAX_TEXT = 1 << 20
_MAX_CHUNKS = 200_000
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

_TEXT = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_CHUNKS, _PROFILES, _KEYWORDS = names("png"), names("png_profiles"), patterns("png_keywords")


def read(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("bomb") for too many frames or chunks."""
    at, chunks, packed = 8, 0, bytearray()
    while at + 8 <= len(data):
        chunks += 1
        if chunks > _MAX_CHUNKS:
            raise Refusal("bomb")
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length] if kind not in (b"IDAT", b"fdAT") else b""
        if kind == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
        if kind == b"IEND":
            if data[at:].strip(b"\0"):
                inventory.add("trailer")
            _read_dots(bytes(packed), data[8 + 8 :], inventory)
            return
        if kind == b"acTL" and int.from_bytes(body[:4], "big") > MAX_FRAMES:
            raise Refusal("bomb")
        _read_chunk(kind, body, inventory)


def _read_dots(packed: bytes, head: bytes, inventory: Inventory) -> None:
    """Whether there is anything behind the end of the dots, or more or fewer dots than the picture has."""
    width, height, bits, color, _, _, interlaced = struct.unpack_from(">IIBBBBB", head)
    most = height * (1 + (width * bits * _CHANNELS.get(color, 4) + 7) // 8)
    if interlaced:
        most = 2 * most + 8 * height + 64
    inflating, size = zlib.decompressobj(), 0
    while packed and not inflating.eof and size <= most:
        try:
            size += len(inflating.decompress(packed, _MAX_TEXT))
        except zlib.error:
            return
        packed = inflating.unconsumed_tail
    if size > most or inflating.unused_data.strip(b"\0"):
        inventory.add("trailer")
    inventory.short = inflating.eof and size < most and not interlaced


def _read_chunk(kind: bytes, body: bytes, inventory: Inventory) -> None:
    if kind in _TEXT:
        _read_text(kind, body, inventory)
    else:
        inventory.tell(_CHUNKS.of(kind), body)


def _read_text(kind: bytes, body: bytes, inventory: Inventory) -> None:
    """Keyword, 0, then: text | method (1), deflated | compressed (1), method (1), language, 0, translated,
    0, text.
    """
    keyword, _, rest = body.partition(b"\0")
    keyword = keyword.lower()
    packed = kind == b"zTXt"
    if kind == b"zTXt":
        rest = rest[1:]
    elif kind == b"iTXt":
        packed = rest[:1] == b"\x01"
        rest = rest[2:].split(b"\0", 2)[-1]
    text = _inflate(rest) if packed else rest
    if keyword == b"xml:com.adobe.xmp":
        inventory.tell(("@xmp",), text)
    elif keyword.startswith(b"raw profile type "):
        _read_raw_profile(keyword[17:], text, inventory)
    else:
        inventory.tell(_KEYWORDS.all(keyword, len(keyword)))


def _inflate(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MAX_TEXT)
    except zlib.error:
        return b""


def _read_raw_profile(name: bytes, text: bytes, inventory: Inventory) -> None:
    """What ImageMagick writes: newline, name, length, then the profile in hexadecimal."""
    lines = text.split(b"\n")
    digits = re.sub(rb"[^0-9a-fA-F]", b"", b"".join(lines[3:]))
    profile = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    if name in (b"exif", b"app1") and b"ns.adobe.com" in profile[:64]:
        name = b"xmp"
    inventory.tell(_PROFILES.of(name), profile)
