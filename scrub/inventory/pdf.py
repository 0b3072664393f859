"""Kinds of metadata in a PDF, by the names its structure uses (ISO 32000-1), never their values.

No object is resolved: the bytes outside streams and the inflated object streams are searched for names, so
that older revisions and objects that nothing refers to are found too, and a loop is no danger.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names
from scrub.report import Refusal

_MAX_STREAMS = 20_000
_MAX_JPEGS = 300
_MAX_INFLATED = 4 << 20
_MAX_INFLATED_IN_ALL = 32 << 20
_DICTIONARY = 2048
_MAX_BEFORE_HEADER = 1024

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_NAME = re.compile(rb"/([A-Za-z]{2,24})")
_OFF = re.compile(rb"/(?:OFF(?!\s*\[\s*\])|OCMD|Encrypt)\b")
_BLENDS = re.compile(rb"/BM\b(?!\s*/(?:Normal|Compatible|Multiply|Darken)\b)|/Encrypt\b")
_NEED = re.compile(rb"/NeedAppearances\s+true\b")
_KINDS = names("pdf")


def read(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("bomb") for an embedded JPEG with too many scans."""
    _read_ends(data, inventory)
    if data.count(b"startxref") > 1 + (b"/Linearized" in data[: _MAX_BEFORE_HEADER + _DICTIONARY]):
        inventory.add("revision")
    for plain in _names(data, inventory):
        for found in _NAME.finditer(plain):
            inventory.tell(_KINDS.of(found[1]))


@dataclass(frozen=True, slots=True)
class Switches:
    """What PDFium doesn't tell: whether a layer may be off (true also where this can't be known), if a form
    asks that its fields be drawn anew, and whether anything may be blended in a mode that lets light through.
    """

    layers_may_be_off: bool
    needs_appearances: bool
    may_be_blended: bool


def read_switches(data: bytes) -> Switches:
    """Raises as `read` does."""
    off = need = blends = False
    for plain in _names(data, Inventory()):
        off = off or _OFF.search(plain) is not None
        need = need or _NEED.search(plain) is not None
        blends = blends or _BLENDS.search(plain) is not None
    return Switches(off, need, blends)


def _names(data: bytes, inventory: Inventory) -> Iterator[bytes]:
    """The structure with its names in plain letters."""
    for text in _structure(data, inventory):
        yield _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text) if b"#" in text else text


def _read_ends(data: bytes, inventory: Inventory) -> None:
    """Bytes before the header and after the last end-of-file mark."""
    end = data.rfind(b"%%EOF")
    if not data.startswith(b"%PDF-") or (end >= 0 and data[end + 5 :].strip(b"\r\n\t \0")):
        inventory.add("trailer")


def _structure(data: bytes, inventory: Inventory) -> Iterator[bytes]:
    """What is outside streams, and what object streams hold; the other streams are looked at in passing."""
    at, left, jpegs = 0, _MAX_INFLATED_IN_ALL, 0
    for _ in range(_MAX_STREAMS):
        found = _STREAM.search(data, at)
        if found is None:
            break
        start = found.start()
        yield data[at:start]
        dictionary = data[max(at, start - _DICTIONARY) : start].rpartition(b"obj")[2]
        end = data.find(b"endstream", start)
        body = data[found.end() : end if end >= 0 else len(data)]
        at = end + 9 if end >= 0 else len(data)
        if b"/ObjStm" in dictionary and left > 0:
            inner = _inflated(body, min(left, _MAX_INFLATED))
            left -= len(inner)
            yield inner
        elif b"/Metadata" in dictionary and b"/XML" in dictionary:
            packet = _inflated(body, _MAX_INFLATED) if b"/FlateDecode" in dictionary else body
            inventory.tell(("@xmp",), packet)
        elif b"/DCTDecode" in dictionary and jpegs < _MAX_JPEGS:
            jpegs += 1
            _read_jpeg(body, inventory)
    yield data[at:]


def _read_jpeg(body: bytes, inventory: Inventory) -> None:
    """Its line end before `endstream` is no trailer."""
    try:
        inventory.tell(("@jpeg",), body.rstrip(b"\r\n"))
    except Refusal:
        raise
    except Exception:  # as in `take_inventory`
        inventory.add("other_metadata")


def _inflated(body: bytes, limit: int) -> bytes:
    """As much as there is; nothing for another filter."""
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(body, limit)
    return b""
