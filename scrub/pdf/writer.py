"""Writes a PDF that is nothing but one picture a page, with words under it if asked, so plain that
`scrub.verify.pdf` can account for every byte. The layouts are drawn in `docs/scrub.md`.

Sources: ISO 32000-1, 7.5 (file structure), 9.7 (composite fonts), 9.10.3 (ToUnicode).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESOLUTIONS = (150, 100, 75)
"""Dots an inch of a whole document. Each makes a dot an exact number of hundredths of a point."""

WHITE = 221
"""From this gray on a dot is white. A printer's yellow is 226: the dots it hides on a page are gone."""

_LEVEL = 4  # six times faster than 6 on a scan, for 6 % more bytes
_GRAYS = bytes(15 if value >= WHITE else (value + 8) // 17 for value in range(256))

_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/Helvetica/Encoding/Identity-H/DescendantFonts[4 0 R]"
    b"/ToUnicode 6 0 R>>",
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Helvetica/CIDSystemInfo"
    b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 500/FontDescriptor 5 0 R>>",
    b"<</Type/FontDescriptor/FontName/Helvetica/Flags 4/FontBBox[0 -200 500 800]/ItalicAngle 0/Ascent 800"
    b"/Descent -200/CapHeight 800/StemV 80>>",
)
"""Never drawn, so nothing is embedded: each code of two bytes is a letter's number, half as wide as high."""

_LETTERS = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><FFFF>
endcodespacerange
1 beginbfrange
<0000><FFFF><0000>
endbfrange
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


@dataclass(frozen=True, slots=True, order=True)
class TextLine:
    """Words of one line, invisible. `down` and `left`: of its lower left corner, in whole points from the
    page's upper left one. `size` in points; `stretch` in per cent of letters half as wide as high.
    """

    down: int
    left: int
    size: int
    stretch: int
    words: str


class PdfWriter:
    """A document of exactly `pages` pages, at `resolution` dots an inch, with words if `searchable`."""

    def __init__(self, pages: int, resolution: int, *, searchable: bool = False) -> None:
        self.resolution = resolution
        self.unit = 7200 // resolution  # hundredths of a point, the side of a dot
        self.letters = 0  # that can be searched, so far
        self._searchable = searchable
        self._offsets: list[int] = []
        self._out = bytearray(b"%PDF-1.4\n")
        first = 9 if searchable else 5
        kids = b" ".join(b"%d 0 R" % (first + 3 * number) for number in range(pages))
        self._object(b"<</Type/Catalog/Pages 2 0 R>>")
        self._object(b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids))
        if searchable:
            for body in _FONT:
                self._object(body)
            self._object(_stream(b"", _LETTERS))

    @property
    def size(self) -> int:
        """Bytes so far."""
        return len(self._out)

    def add(self, width: int, height: int, gray: bytes, lines: Sequence[TextLine] = ()) -> bool:
        """A page of `width` x `height` dots, a byte each; `width` is even. False if nothing of it shows."""
        packed = _pack(gray)
        self.letters += sum(len(line.words) for line in lines)
        kind = b"/ColorSpace/DeviceGray/BitsPerComponent 4/Filter/FlateDecode"
        self._page(width, height, kind, zlib.compress(packed, _LEVEL), lines)
        return packed.count(0xFF) < len(packed)

    def add_color(self, width: int, height: int, jpeg: bytes) -> None:
        """A page that is a colour JPEG of `width` x `height` dots."""
        self._page(width, height, b"/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", jpeg, ())

    def finish(self) -> bytes:
        """The whole file, with its table of offsets."""
        start, count = len(self._out), len(self._offsets) + 1
        self._out += b"xref\n0 %d\n0000000000 65535 f \n" % count
        self._out += b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets)
        self._out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
        return bytes(self._out)

    def _page(self, width: int, height: int, kind: bytes, picture: bytes, lines: Sequence[TextLine]) -> None:
        head = b"/Type/XObject/Subtype/Image/Width %d/Height %d%s" % (width, height, kind)
        self._object(_stream(head, picture))
        across, up = self._points(width), self._points(height)
        drawing = b"%s 0 0 %s 0 0 cm /P Do" % (across, up)
        font = b""
        if self._searchable:
            top = height * self.unit // 100
            drawing = b"\n".join((b"q %s Q" % drawing, *(_written(line, top) for line in lines)))
            font = b"/Font<</F 3 0 R>>"
        self._object(_stream(b"", drawing))
        number = len(self._offsets)
        self._object(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s %s]/Resources<</XObject<</P %d 0 R>>%s>>"
            b"/Contents %d 0 R>>" % (across, up, number - 1, font, number)
        )

    def _object(self, body: bytes) -> None:
        self._offsets.append(len(self._out))
        self._out += b"%d 0 obj\n%s\nendobj\n" % (len(self._offsets), body)

    def _points(self, dots: int) -> bytes:
        return b"%d.%02d" % divmod(dots * self.unit, 100)


def _stream(head: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(content), content)


def _written(line: TextLine, top: int) -> bytes:
    """Rendering mode 3 draws nothing."""
    codes = line.words.encode("utf-16-be").hex().upper().encode()
    place = (line.size, line.stretch, line.left, max(0, top - line.down), codes)
    return b"BT 3 Tr /F %d Tf %d Tz 1 0 0 1 %d %d Tm <%s>Tj ET" % place


def _pack(gray: bytes) -> bytes:
    """Two dots a byte, the left one in the upper half."""
    dots = np.frombuffer(gray.translate(_GRAYS), np.uint8)
    packed = dots[0::2] << 4
    packed |= dots[1::2]
    return packed.tobytes()
