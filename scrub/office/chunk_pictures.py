"""Pictures of a page inside a Word document: those that came with it become inline pictures of Word.

Sources: RFC 2397 (`data:`), RFC 2392 (`cid:`), RFC 2557 (parts by their place); ISO/IEC 29500-1, 20.4.2.8.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from email.message import Message
from urllib.parse import unquote_to_bytes

from scrub.office.covers import rectangle
from scrub.office.ooxml_names import NAMESPACES, tag
from scrub.office.trees import Tree, etree, is_count

_DATA = re.compile(r"data:image/[\w.+-]{1,40}(?:;[\w=.-]{1,60})*,", re.IGNORECASE)
_DOT, _CM = 9525, 360_000
_MOST_ACROSS = 5_900_000
"""In EMU: some sixteen centimetres, what a page has between its margins."""

_SPECK = 2

Size = Callable[[bytes], tuple[float, float] | None]


def parts_of(message: Message) -> dict[str, bytes]:
    """The contents of a mail's parts by the names that a page in it may call them."""
    found: dict[str, bytes] = {}
    for part in message.walk():
        content = part.get_payload(decode=True) if part.get_content_maintype() == "image" else None
        if isinstance(content, bytes):
            for name in (f"cid:{(part.get('Content-ID') or '').strip('<> ')}", part.get("Content-Location")):
                if name:
                    found.setdefault(str(name), content)
    return found


def content_of(source: str, parts: Mapping[str, bytes]) -> bytes | None:
    """Of a picture's address; None for one that leads outside."""
    if source in parts:
        return parts[source]
    head = _DATA.match(source)
    if head is None:
        return None
    try:
        if ";base64," in head[0].lower():
            return base64.b64decode(unquote_to_bytes(source[head.end() :]), validate=False)
        return unquote_to_bytes(source[head.end() :])
    except (binascii.Error, ValueError):
        return None


def inline(key: str, content: bytes, said: Mapping[str, str], natural: Size) -> Tree | None:
    """A `w:drawing` of the size that the page says, or else the picture; None for one that nobody sees."""
    sides = [said.get(name, "").strip().removesuffix("px") for name in ("width", "height")]
    dots = [int(side) if is_count(side) else None for side in sides]
    size = natural(content) or (8.0, 6.0)
    wide, high = int(size[0] * _CM), int(size[1] * _CM)
    if dots[0] is not None or dots[1] is not None:
        if min(side for side in dots if side is not None) <= _SPECK:
            return None
        across = None if dots[0] is None else dots[0] * _DOT
        down = None if dots[1] is None else dots[1] * _DOT
        wide, high = (
            across or (down or 1) * wide // max(high, 1),
            down or (across or 1) * high // max(wide, 1),
        )
    if wide > _MOST_ACROSS:
        wide, high = _MOST_ACROSS, high * _MOST_ACROSS // wide
    return _drawing(key, max(wide, 1), max(high, 1))


def _drawing(key: str, wide: int, high: int) -> Tree:
    drawing = etree.Element(tag("w:drawing"))
    frame = etree.SubElement(drawing, tag("wp:inline"))
    etree.SubElement(frame, tag("wp:extent"), cx=str(wide), cy=str(high))
    etree.SubElement(frame, tag("wp:docPr"), id="1", name="x")
    graphic = etree.SubElement(frame, tag("a:graphic"))
    data = etree.SubElement(graphic, tag("a:graphicData"), uri=NAMESPACES["pic"])
    picture = etree.SubElement(data, tag("pic:pic"))
    naming = etree.SubElement(picture, tag("pic:nvPicPr"))
    etree.SubElement(naming, tag("pic:cNvPr"), id="1", name="x")
    etree.SubElement(naming, tag("pic:cNvPicPr"))
    filling = etree.SubElement(picture, tag("pic:blipFill"))
    etree.SubElement(filling, tag("a:blip")).set(f"{{{NAMESPACES['r']}}}embed", key)
    etree.SubElement(etree.SubElement(filling, tag("a:stretch")), tag("a:fillRect"))
    rectangle(etree.SubElement(picture, tag("pic:spPr")), str(wide), str(high))
    return drawing
