"""Compares a rebuilt PDF with the allow-list of `docs/scrub.md`, byte by byte, without any PDF library.

It reads each picture's two sides and its compressed length, and knows from them how everything else must be
written: objects, page sizes, table of offsets, trailer. Independent of `bot.scrub.pdf_writer`.

Sources: ISO 32000-1, 7.5 and 8.9.5; RFC 1950.
"""

import re
import zlib

_MAX_PAGES = 300
_MAX_PAGE_PIXELS = 40_000_000
_MAX_PIXELS = 700_000_000
_LEVEL = 4
_GRAYS = (*range(14), 15)
_PAIRS_OF_GRAYS = bytes(left << 4 | right for left in _GRAYS for right in _GRAYS)
_HUNDREDTHS_OF_A_POINT = (48, 72, 96)
"""The side of a dot at 150, 100 and 75 dots an inch."""

_NUMBER = rb"([1-9][0-9]{0,8})"
_HEAD = re.compile(
    rb"%PDF-1\.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    rb"2 0 obj\n<</Type/Pages/Count " + _NUMBER + rb"/Kids\["
)
_PICTURE = re.compile(
    _NUMBER + rb" 0 obj\n<</Type/XObject/Subtype/Image/Width " + _NUMBER + rb"/Height " + _NUMBER
    + rb"/ColorSpace/DeviceGray/BitsPerComponent 4/Filter/FlateDecode/Length " + _NUMBER + rb">>stream\n"
)  # fmt: skip


def verify_pdf(untrusted_output: bytes) -> None:
    """Raises ValueError unless every byte is accounted for."""
    _Reader(untrusted_output).read()


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("not what our writer writes")


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._offsets: list[int] = []
        self._units: tuple[int, ...] = _HUNDREDTHS_OF_A_POINT
        self._pixels = 0

    def read(self) -> None:
        (pages,) = self._match(_HEAD)
        _require(pages <= _MAX_PAGES)
        self._offsets = [self._data.index(b"1 0 obj\n"), self._data.index(b"2 0 obj\n")]
        self._expect(
            b" ".join(b"%d 0 R" % number for number in range(5, 5 + 3 * pages, 3)) + b"]>>\nendobj\n"
        )
        for _ in range(pages):
            self._page()
        start, count = self._at, len(self._offsets) + 1
        self._expect(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for offset in self._offsets:
            self._expect(b"%010d 00000 n \n" % offset)
        self._expect(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start))
        _require(self._at == len(self._data))

    def _page(self) -> None:
        """A picture, how it is drawn, the page: all the rest follows from the picture's first line."""
        self._offsets.append(self._at)
        number, width, height, length = self._match(_PICTURE)
        _require(number == len(self._offsets))
        _require(width % 2 == 0 and width * height <= _MAX_PAGE_PIXELS)
        self._pixels += width * height
        _require(self._pixels <= _MAX_PIXELS)
        self._inflate(length, width // 2 * height)
        self._expect(b"\nendstream\nendobj\n")
        rests = {unit: _drawn(number, width, height, unit) for unit in self._units}
        fitting = [unit for unit, rest in rests.items() if self._data.startswith(rest, self._at)]
        _require(len(fitting) == 1)
        self._units = (fitting[0],)  # one resolution for the whole document
        rest = rests[fitting[0]]
        self._offsets += [self._at, self._at + rest.index(b"%d 0 obj\n<</Type/Page/" % (number + 2))]
        self._expect(rest)

    def _inflate(self, length: int, size: int) -> None:
        """One zlib stream in exactly `length` bytes, inflating to `size` and written as zlib writes it."""
        stream = self._data[self._at : self._at + length]
        self._at += length
        _require(len(stream) == length)
        try:
            dots = zlib.decompressobj().decompress(stream, size + 1)
        except zlib.error:
            raise ValueError("not a zlib stream") from None
        _require(len(dots) == size and not dots.translate(None, _PAIRS_OF_GRAYS))
        _require(zlib.compress(dots, _LEVEL) == stream)

    def _match(self, pattern: re.Pattern[bytes]) -> list[int]:
        found = pattern.match(self._data, self._at)
        if found is None:
            raise ValueError("not what our writer writes")
        self._at = found.end()
        return [int(number) for number in found.groups()]

    def _expect(self, expected: bytes) -> None:
        _require(self._data.startswith(expected, self._at))
        self._at += len(expected)


def _drawn(picture: int, width: int, height: int, unit: int) -> bytes:
    """The two objects after picture number `picture`: its drawing and its page, a dot being `unit` wide."""
    across, up = (b"%d.%02d" % divmod(side * unit, 100) for side in (width, height))
    drawing = b"%s 0 0 %s 0 0 cm /P Do" % (across, up)
    return (
        b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n"
        b"%d 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s %s]/Resources<</XObject<</P %d 0 R>>>>"
        b"/Contents %d 0 R>>\nendobj\n"
    ) % (picture + 1, len(drawing), drawing, picture + 2, across, up, picture, picture + 1)
