"""Kinds of metadata in a PDF, by the names its structure uses (ISO 32000-1), never their values.

No object is resolved: the bytes outside streams and the inflated object streams are searched for names, so
that older revisions and objects that nothing refers to are found too, and a loop is no danger.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrub.inventory.findings import Inventory
from scrub.inventory.pdf_drawn import check_drawing
from scrub.inventory.pdf_filters import filters, opened
from scrub.inventory.pdf_keys import read_keys
from scrub.inventory.rows import names
from scrub.report import Refusal

_MAX_STREAMS = 20_000
_MAX_JPEGS = 300
_MAX_INFLATED = 4 << 20
_MAX_INFLATED_IN_ALL = 32 << 20
_DICTIONARY = 16 << 10
_MAX_WORDS = 500_000
_MAX_BEFORE_HEADER = 1024

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_NAME = re.compile(rb"/([A-Za-z]{2,24})")
_OFF = re.compile(rb"/(?:OFF(?!\s*\[\s*\])|OCMD|Encrypt)\b")
_BLENDS = re.compile(rb"/BM\b(?!\s*/(?:Normal|Compatible|Multiply|Darken)\b)|/Encrypt\b")
_MEANT = re.compile(rb"/(?:Intent|Encrypt)\b")
_NEED = re.compile(rb"/NeedAppearances\s+true\b")
_JPEG = b"\xff\xd8\xff"
_PICTURED = re.compile(rb"/DCT|/JPXDecode")
_NO_WORDS = re.compile(
    rb"/Image\b|/Length[123]\b|/Type1C|/CIDFontType0C|/OpenType|/XRef\b|/FunctionType|/ShadingType"
)
_SPOKEN = re.compile(rb"/(?:ActualText|Alt|E)\s*[(<]")
_INLINE_HEAD = 400
_KINDS = names("pdf")


def read(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("bomb") for an embedded JPEG with too many scans, and for forms that draw themselves."""
    check_drawing(data)
    _read_ends(data, inventory)
    if data.count(b"startxref") > 1 + (b"/Linearized" in data[: _MAX_BEFORE_HEADER + _DICTIONARY]):
        inventory.add("revision")
    left = _MAX_WORDS
    for plain in _names(data, inventory):
        for found in _NAME.finditer(plain):
            inventory.tell(_KINDS.of(found[1]))
        left = read_keys(plain, inventory, left)


@dataclass(frozen=True, slots=True)
class Switches:
    """What PDFium doesn't tell: whether a layer may be off (true also where this can't be known), if a form
    asks that its fields be drawn anew, whether anything may be blended in a mode that lets light through, and
    whether readers may disagree on a layer since it is for something else than to be looked at (/Intent).
    """

    layers_may_be_off: bool
    needs_appearances: bool
    may_be_blended: bool
    layers_may_differ: bool


def read_switches(data: bytes) -> Switches:
    """Raises as `read` does."""
    off = need = blends = meant = False
    for plain in _names(data, Inventory()):
        off = off or _OFF.search(plain) is not None
        need = need or _NEED.search(plain) is not None
        blends = blends or _BLENDS.search(plain) is not None
        meant = meant or _MEANT.search(plain) is not None
    return Switches(off, need, blends, off and meant)


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
    at, budget = 0, _Budget(inventory)
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
        if b"/ObjStm" in dictionary:
            yield budget.opened(dictionary, body)[0]
        else:
            _read_stream(dictionary, body, budget)
    else:
        inventory.add("other_metadata")
    yield data[at:]


class _Budget:
    """How much of all streams is looked at; what isn't, and what nobody here can open, is told."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.jpegs = _MAX_JPEGS
        self._left = _MAX_INFLATED_IN_ALL

    def opened(self, dictionary: bytes, body: bytes) -> tuple[bytes, bytes]:
        """Without its filters, and the picture's filter that is left."""
        names = filters(dictionary)
        if names == () or (names is None and body.startswith(_JPEG)):
            return body, b""
        limit = min(self._left, _MAX_INFLATED)
        found = opened(body, names, limit) if names and limit else None
        if found is None:
            self.inventory.add("other_metadata")
            return b"", b""
        if names != (found[1],):  # something was undone
            self._left -= len(found[0])
        return found


def _read_stream(dictionary: bytes, body: bytes, budget: _Budget) -> None:
    """A picture, a packet, or what draws a page; fonts and dots say nothing that the report could tell."""
    if b"/Metadata" in dictionary or b"/XML" in dictionary:
        packet, _ = budget.opened(dictionary, body)
        budget.inventory.tell(("@xmp",), packet)
        return
    pictured = _PICTURED.search(dictionary) is not None or filters(dictionary) is None
    if _NO_WORDS.search(dictionary) and not pictured:
        return
    content, left = budget.opened(dictionary, body)
    if left == b"JPXDecode":
        budget.inventory.tell(("@jpx",), content)
    elif left == b"DCTDecode" or content.startswith(_JPEG):
        _read_jpeg(content, budget)
    elif not pictured:
        if _SPOKEN.search(content):
            budget.inventory.add("description")
        _read_inline(content, budget)


def _read_inline(content: bytes, budget: _Budget) -> None:
    """Pictures between what draws a page: `BI`, how they are packed, `ID`, the picture, `EI`."""
    at = content.find(b"/DCT")
    while at >= 0 and budget.jpegs >= 0:
        begins = content.rfind(b"BI", max(0, at - _INLINE_HEAD), at)
        data = content.find(b"ID", at, at + _INLINE_HEAD)
        if begins >= 0 and data >= 0:
            end = content.find(b"EI", content.find(b"\xff\xd9", data))
            if content[data + 3 : data + 6] == _JPEG:
                _read_jpeg(content[data + 3 : end].rstrip(), budget)
            else:  # behind another filter
                budget.inventory.add("other_metadata")
        at = content.find(b"/DCT", at + 4)


def _read_jpeg(body: bytes, budget: _Budget) -> None:
    """Its line end before `endstream` is no trailer."""
    budget.jpegs -= 1
    try:
        if budget.jpegs < 0:
            budget.inventory.add("other_metadata")
        else:
            budget.inventory.tell(("@jpeg",), body.rstrip(b"\r\n"))
    except Refusal:
        raise
    except Exception:  # as in `take_inventory`
        budget.inventory.add("other_metadata")
