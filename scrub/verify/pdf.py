"""Compares a rebuilt PDF with the allow-list of `docs/scrub.md`, byte by byte, without any PDF library.

It reads each picture's two sides and its length, and the words of a searchable copy, and knows from them how
everything else must be written: objects, page sizes, fonts, table of offsets, trailer. Independent of
`scrub.pdf.writer`.

Sources: ISO 32000-1, 7.5, 8.9.5 and 9.7; RFC 1950; ITU-T T.81.
"""

import codecs
import re
import zlib
from collections.abc import Callable

from scrub.verify.errors import Unverified, require
from scrub.verify.jpeg import verify_jpeg
from scrub.verify.text import verify_words

_MAX_PAGES = 300
_MAX_PAGE_PIXELS = 40_000_000
_MAX_PIXELS = 700_000_000
_MAX_LINES = 1000
_MAX_TEXT = 1 << 20
_SHORT = 604
_LEVEL = 4
_GRAYS = (*range(14), 15)
_PAIRS_OF_GRAYS = bytes(left << 4 | right for left in _GRAYS for right in _GRAYS)
_HUNDREDTHS_OF_A_POINT = (48, 72, 96)
"""The side of a dot at 150, 100 and 75 dots an inch."""

_NUMBER = rb"([1-9][0-9]{0,8})"
_PLACE = rb"(0|[1-9][0-9]{0,4})"
_HEAD = re.compile(
    rb"%PDF-1\.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    rb"2 0 obj\n<</Type/Pages/Count " + _NUMBER + rb"/Kids\["
)
_GRAY = rb"/ColorSpace/DeviceGray/BitsPerComponent 4/Filter/FlateDecode"
_COLOR = rb"/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
_PICTURE = (
    _NUMBER + rb" 0 obj\n<</Type/XObject/Subtype/Image/Width " + _NUMBER + rb"/Height " + _NUMBER
    + b"%s/Length " + _NUMBER + rb">>stream\n"
)  # fmt: skip
_GRAY_PICTURE, _COLOR_PICTURE = re.compile(_PICTURE % _GRAY), re.compile(_PICTURE % _COLOR)
_LINE = re.compile(
    rb"\nBT 3 Tr /F " + _NUMBER + rb" Tf " + _NUMBER + rb" Tz 1 0 0 1 " + _PLACE + rb" " + _PLACE
    + rb" Tm <((?:[0-9A-F]{4})+)>Tj ET"
)  # fmt: skip
_DRAWING = re.compile(rb"[0-9]{1,9} 0 obj\n<</Length " + _NUMBER + rb">>stream\n")

_LETTERS = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
    b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    b"1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"
    b"1 beginbfrange\n<0000><FFFF><0000>\nendbfrange\n"
    b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
)
_FONT = (
    b"3 0 obj\n<</Type/Font/Subtype/Type0/BaseFont/Helvetica/Encoding/Identity-H/DescendantFonts[4 0 R]"
    b"/ToUnicode 6 0 R>>\nendobj\n",
    b"4 0 obj\n<</Type/Font/Subtype/CIDFontType2/BaseFont/Helvetica/CIDSystemInfo<</Registry(Adobe)"
    b"/Ordering(Identity)/Supplement 0>>/DW 500/FontDescriptor 5 0 R>>\nendobj\n",
    b"5 0 obj\n<</Type/FontDescriptor/FontName/Helvetica/Flags 4/FontBBox[0 -200 500 800]/ItalicAngle 0"
    b"/Ascent 800/Descent -200/CapHeight 800/StemV 80>>\nendobj\n",
    b"6 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (len(_LETTERS), _LETTERS),
)


def verify_pdf(untrusted_output: bytes) -> None:
    """Raises Unverified unless every byte is accounted for."""
    _Reader(untrusted_output).read()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._offsets: list[int] = []
        self._units: tuple[int, ...] = _HUNDREDTHS_OF_A_POINT
        self._pixels = 0

    def read(self) -> None:
        (pages,) = self._match(_HEAD)
        require(pages <= _MAX_PAGES)
        self._offsets = [self._data.index(b"1 0 obj\n"), self._data.index(b"2 0 obj\n")]
        searchable = self._data.startswith(b"9 0 R", self._at)
        first = 9 if searchable else 5
        kids = b" ".join(b"%d 0 R" % number for number in range(first, first + 3 * pages, 3))
        self._expect(kids + b"]>>\nendobj\n")
        if searchable:
            for body in _FONT:
                self._offsets.append(self._at)
                self._expect(body)
        color = not searchable and _COLOR_PICTURE.match(self._data, self._at) is not None
        for _ in range(pages):
            self._page(self._read_color if color else self._read_gray, searchable)
        start, count = self._at, len(self._offsets) + 1
        self._expect(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for offset in self._offsets:
            self._expect(b"%010d 00000 n \n" % offset)
        self._expect(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start))
        require(self._at == len(self._data))

    def _page(self, read: "Callable[[], tuple[int, int, int]]", searchable: bool) -> None:
        """A picture, how it is drawn, the page: all the rest follows from the picture's first line, and from
        the words.
        """
        self._offsets.append(self._at)
        number, width, height = read()
        require(number == len(self._offsets))
        self._expect(b"\nendstream\nendobj\n")
        lines = self._lines() if searchable else None
        rests = {unit: _drawn(number, width, height, unit, lines) for unit in self._units}
        fitting = [unit for unit, rest in rests.items() if self._data.startswith(rest, self._at)]
        require(len(fitting) == 1)
        self._units = (fitting[0],)  # one resolution for the whole document
        if lines:
            _verify_lines(lines, width * fitting[0] // 100 + 1, height * fitting[0] // 100)
        rest = rests[fitting[0]]
        self._offsets += [self._at, self._at + rest.rindex(b"%d 0 obj\n<</Type/Page/" % (number + 2))]
        self._expect(rest)

    def _count(self, width: int, height: int) -> None:
        require(width % 2 == 0 and width * height <= _MAX_PAGE_PIXELS)
        require(all(side <= _SHORT or side % 8 == 0 for side in (width, height)))
        self._pixels += width * height
        require(self._pixels <= _MAX_PIXELS)

    def _read_gray(self) -> tuple[int, int, int]:
        """Number and sides. One zlib stream in exactly the bytes it says, as zlib writes it."""
        number, width, height, length = self._match(_GRAY_PICTURE)
        self._count(width, height)
        stream = self._take(length)
        size = width // 2 * height
        try:
            dots = zlib.decompressobj().decompress(stream, size + 1)
        except zlib.error:
            raise Unverified from None
        require(len(dots) == size and not dots.translate(None, _PAIRS_OF_GRAYS))
        require(zlib.compress(dots, _LEVEL) == stream)
        return number, width, height

    def _read_color(self) -> tuple[int, int, int]:
        """Number and sides. A colour JPEG of exactly these sides, as every other of ours."""
        number, width, height, length = self._match(_COLOR_PICTURE)
        self._count(width, height)
        require(verify_jpeg(self._take(length)) == (width, height, 3))
        return number, width, height

    def _lines(self) -> bytes:
        """The page's words as they are written; what is around them is compared by `_drawn`."""
        head = _DRAWING.match(self._data, self._at)
        if head is None:
            raise Unverified
        end = head.end() + int(head[1])
        found = _LINE.search(self._data, head.end(), end)
        require(end - head.end() <= _MAX_TEXT)
        return self._data[found.start() : end] if found else b""

    def _take(self, length: int) -> bytes:
        taken = self._data[self._at : self._at + length]
        self._at += length
        require(len(taken) == length)
        return taken

    def _match(self, pattern: re.Pattern[bytes]) -> list[int]:
        found = pattern.match(self._data, self._at)
        if found is None:
            raise Unverified
        self._at = found.end()
        return [int(number) for number in found.groups()]

    def _expect(self, expected: bytes) -> None:
        require(self._data.startswith(expected, self._at))
        self._at += len(expected)


def _verify_lines(lines: bytes, right: int, top: int) -> None:
    """Nothing but lines of tidied words, inside of the page, downwards and to the right, none twice."""
    before: tuple[int, int, int, int, str] | None = None
    at = count = 0
    while at < len(lines):
        found = _LINE.match(lines, at)
        if found is None:
            raise Unverified
        size, stretch, x, y = (int(number) for number in found.groups()[:4])
        # Not `decode("utf-16-be")`, which loads a module: this child has no file system.
        words = codecs.utf_16_be_decode(bytes.fromhex(found[5].decode()), "strict", True)[0]
        require(max(words) <= "\uffff" and words == words.strip() and not set("\t\n") & set(words))
        verify_words(words + "\n")
        require(size <= 200 and stretch <= 999 and x <= right and y <= top)
        line = (top - y, x, size, stretch, words)
        require(before is None or before < line)
        before, at, count = line, found.end(), count + 1
    require(count <= _MAX_LINES)


def _drawn(picture: int, width: int, height: int, unit: int, lines: bytes | None) -> bytes:
    """The two objects after picture number `picture`: its drawing and its page, a dot being `unit` wide.
    `lines`: what comes after the drawing in a searchable copy, None in others.
    """
    across, up = (b"%d.%02d" % divmod(side * unit, 100) for side in (width, height))
    drawing, font = b"%s 0 0 %s 0 0 cm /P Do" % (across, up), b""
    if lines is not None:
        drawing, font = b"q %s Q%s" % (drawing, lines), b"/Font<</F 3 0 R>>"
    return (
        b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n"
        b"%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s %s]/Resources<</XObject<</P %d 0 R>>%s>>"
        b"/Contents %d 0 R>>\nendobj\n"
    ) % (picture + 1, len(drawing), drawing, picture + 2, across, up, picture, font, picture + 1)
