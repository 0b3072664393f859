"""Writes a PDF that is nothing but one gray picture a page, so plain that `bot.scrub.verify_pdf` can account
for every byte. The layout is drawn in `docs/scrub.md`; source: ISO 32000-1, 7.5 (file structure).
"""

import zlib

RESOLUTIONS = (150, 100, 75)
"""Dots an inch of a whole document. Each makes a dot an exact number of hundredths of a point."""

WHITE = 221
"""From this gray on a dot is white. A printer's yellow is 226: the dots it hides on a page are gone."""

_LEVEL = 4  # six times faster than 6 on a scan, for 6 % more bytes
_GRAYS = tuple(15 if value >= WHITE else (value + 8) // 17 for value in range(256))
_LEFT = bytes(gray << 4 for gray in _GRAYS)
_RIGHT = bytes(_GRAYS)


class PdfWriter:
    """A document of exactly `pages` pages, at `resolution` dots an inch."""

    def __init__(self, pages: int, resolution: int) -> None:
        self._unit = 7200 // resolution
        self._offsets: list[int] = []
        self._out = bytearray(b"%PDF-1.4\n")
        kids = b" ".join(b"%d 0 R" % (5 + 3 * number) for number in range(pages))
        self._object(b"<</Type/Catalog/Pages 2 0 R>>")
        self._object(b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids))

    @property
    def size(self) -> int:
        """Bytes so far."""
        return len(self._out)

    def add(self, width: int, height: int, gray: bytes) -> bool:
        """A page of `width` x `height` dots, a byte each; `width` is even. False if nothing of it shows."""
        packed = _pack(gray)
        picture = zlib.compress(packed, _LEVEL)
        self._object(
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 4"
            b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(picture), picture)
        )
        box = b"%s %s" % (self._points(width), self._points(height))
        drawing = b"%s 0 0 %s 0 0 cm /P Do" % (self._points(width), self._points(height))
        self._object(b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing))
        number = len(self._offsets)
        self._object(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s]/Resources<</XObject<</P %d 0 R>>>>/Contents %d 0 R>>"
            % (box, number - 1, number)
        )
        return packed.count(0xFF) < len(packed)

    def finish(self) -> bytes:
        """The whole file, with its table of offsets."""
        start, count = len(self._out), len(self._offsets) + 1
        self._out += b"xref\n0 %d\n0000000000 65535 f \n" % count
        self._out += b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets)
        self._out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
        return bytes(self._out)

    def _object(self, body: bytes) -> None:
        self._offsets.append(len(self._out))
        self._out += b"%d 0 obj\n%s\nendobj\n" % (len(self._offsets), body)

    def _points(self, dots: int) -> bytes:
        return b"%d.%02d" % divmod(dots * self._unit, 100)


def _pack(gray: bytes) -> bytes:
    """Two dots a byte, the left one in the upper half. A page is two large numbers: no loop over dots."""
    left, right = gray[0::2].translate(_LEFT), gray[1::2].translate(_RIGHT)
    return (int.from_bytes(left, "little") | int.from_bytes(right, "little")).to_bytes(len(left), "little")
