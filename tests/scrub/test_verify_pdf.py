"""Changes to a clean PDF that must not pass for clean, one by one and byte by byte."""

import re
import zlib
from collections.abc import Callable

import pytest

from scrub.pdf.writer import RESOLUTIONS, PdfWriter
from scrub.verify import Unverified, verify
from tests.scrub.pdf_files import PICTURE, document, stream

_OBJECT = re.compile(rb"\d+ 0 obj\n")


def _page(width: int, height: int) -> bytes:
    return bytes(range(256)) * (width * height // 256) + bytes(width * height % 256)


def _copy(pages: int = 2, resolution: int = 150) -> bytes:
    writer = PdfWriter(pages, resolution)
    for number in range(pages):
        width = 12 + 4 * (number % 100)
        writer.add(width, 10, _page(width, 10))
    return writer.finish()


COPY = _copy()


def _passes(data: bytes) -> bool:
    try:
        verify(data, "application/pdf")
    except Unverified:
        return False
    return True


def retabled(data: bytes) -> bytes:
    """The same file with a table of offsets that fits what it became, as a careful attacker writes it."""
    body = data[: data.rindex(b"xref\n0 ")]
    offsets = [found.start() for found in _OBJECT.finditer(body)]
    trailer = data[data.rindex(b"trailer") : data.rindex(b"startxref")]
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    table += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)


def _with_picture(change: Callable[[bytes], bytes]) -> bytes:
    """The first page's compressed picture changed, its length and the table corrected."""
    found = PICTURE.search(COPY)
    assert found is not None
    length = int(found[3])
    changed = change(COPY[found.end() : found.end() + length])
    head = found[0].replace(b"/Length %d" % length, b"/Length %d" % len(changed))
    return retabled(COPY[: found.start()] + head + changed + COPY[found.end() + length :])


def _after_page(text: bytes) -> bytes:
    return retabled(COPY.replace(b"\nendobj\n6 0 obj", b"\nendobj\n" + text + b"6 0 obj"))


@pytest.mark.parametrize("resolution", RESOLUTIONS)
@pytest.mark.parametrize("pages", [1, 2, 17, 300])
def test_what_the_writer_writes_passes(pages: int, resolution: int) -> None:
    data = _copy(pages, resolution)
    verify(data, "application/pdf")
    assert retabled(data) == data


def test_an_exact_size_of_a_page_is_caught() -> None:
    for width, height, passes in (
        (1240, 1752, True),
        (1244, 1752, False),
        (1240, 1754, False),
        (604, 603, True),
    ):
        writer = PdfWriter(1, 150)
        writer.add(width, height, bytes(width * height))
        assert _passes(writer.finish()) is passes


def test_every_changed_missing_or_added_byte_is_caught() -> None:
    for at in range(len(COPY)):
        for value in (0x00, 0x0A, 0x20, 0x30, 0x39, 0xFF):
            if COPY[at] != value:
                assert not _passes(COPY[:at] + bytes([value]) + COPY[at + 1 :]), at
            assert not _passes(COPY[:at] + bytes([value]) + COPY[at:]), at
        assert not _passes(COPY[:at] + COPY[at + 1 :]), at
        assert not _passes(COPY[:at]), at
        assert not _passes(COPY[:at] + bytes([COPY[at] ^ 1]) + COPY[at + 1 :]), at


INJECTED = {
    "a comment": _after_page(b"%CANARY\n"),
    "an object": _after_page(b"99 0 obj\n(CANARY)\nendobj\n"),
    "an object with the next number": COPY.replace(b"xref\n0 9", b"9 0 obj\n(CANARY)\nendobj\nxref\n0 9"),
    "a stream": _after_page(b"99 0 obj\n%s\nendobj\n" % stream(b"CANARY")),
    "space": _after_page(b"\n"),
    "an older revision": COPY[:-6] + COPY[9:],
    "a later revision": COPY + b"xref\n0 0\ntrailer\n<</Size 9/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n",
    "bytes after the end": COPY + b"CANARY",
    "a line after the end": COPY + b"\n",
    "bytes before the beginning": b"\n" + COPY,
    "another version": COPY.replace(b"%PDF-1.4", b"%PDF-1.7"),
    "a binary comment": COPY.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"),
    "information": COPY.replace(b"/Root 1 0 R", b"/Root 1 0 R/Info 1 0 R"),
    "an identifier": COPY.replace(b"/Root 1 0 R", b"/Root 1 0 R/ID[(CANARY)(CANARY)]"),
    "an earlier table": COPY.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 9"),
    "another root": COPY.replace(b"/Root 1 0 R", b"/Root 2 0 R"),
    "metadata": retabled(COPY.replace(b"/Type/Catalog", b"/Type/Catalog/Metadata 3 0 R")),
    "a script": retabled(COPY.replace(b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(1)>>")),
    "a language": retabled(COPY.replace(b"/Type/Catalog", b"/Type/Catalog/Lang(es)")),
    "an inherited key": retabled(COPY.replace(b"/Type/Pages", b"/Type/Pages/Rotate 90")),
    "a turned page": retabled(COPY.replace(b"/Type/Page/", b"/Type/Page/Rotate 90/", 1)),
    "an annotation": retabled(COPY.replace(b"/Type/Page/", b"/Type/Page/Annots[]/", 1)),
    "a small copy": retabled(COPY.replace(b"/Type/Page/", b"/Type/Page/Thumb 3 0 R/", 1)),
    "a private key": retabled(COPY.replace(b"/Type/Page/", b"/Type/Page/CANARY(CANARY)/", 1)),
    "a second resource": retabled(COPY.replace(b"<</P 3 0 R>>", b"<</P 3 0 R/Q 3 0 R>>")),
    "the same picture twice": retabled(COPY.replace(b"<</P 6 0 R>>", b"<</P 3 0 R>>")),
    "a name": retabled(COPY.replace(b"/Type/XObject", b"/Type/XObject/Name/CANARY", 1)),
    "a mask": retabled(COPY.replace(b"/Type/XObject", b"/Type/XObject/SMask 3 0 R", 1)),
    "other colours": retabled(COPY.replace(b"/DeviceGray", b"/DeviceRGB", 1)),
    "another depth": retabled(COPY.replace(b"/BitsPerComponent 4", b"/BitsPerComponent 8", 1)),
    "a filter's parameters": retabled(COPY.replace(b"/FlateDecode", b"/FlateDecode/DecodeParms<<>>", 1)),
    "another width": retabled(COPY.replace(b"/Width 12/Height 10", b"/Width 10/Height 12", 1)),
    "a leading zero": retabled(COPY.replace(b"/Width 12", b"/Width 012", 1)),
    "another page size": retabled(COPY.replace(b"[0 0 5.76 4.80]", b"[0 0 5.75 4.80]", 1)),
    "more drawing": retabled(
        COPY.replace(b"/Length 26>>stream\n5.76", b"/Length 35>>stream\n(CANARY) 5.76", 1)
    ),
    "no drawing": retabled(COPY.replace(b"/P Do", b"/P   ", 1)),
    "another order of pages": retabled(COPY.replace(b"[5 0 R 8 0 R]", b"[8 0 R 5 0 R]")),
    "a page twice": retabled(COPY.replace(b"[5 0 R 8 0 R]", b"[5 0 R 5 0 R]")),
    "a page that isn't listed": retabled(
        COPY.replace(b"/Count 2/Kids[5 0 R 8 0 R]", b"/Count 1/Kids[5 0 R]")
    ),
    "a picture's size in other numbers": retabled(COPY.replace(b"/Height 10", b"/Height +10", 1)),
    "windows' line ends": retabled(COPY.replace(b"endobj\n", b"endobj\r\n", 1)),
    "bytes behind the picture": _with_picture(lambda packed: packed + b"CANARY"),
    "a second picture behind the first": _with_picture(lambda packed: packed + packed),
    "a row more": _with_picture(lambda packed: zlib.compress(zlib.decompress(packed) + bytes(6), 4)),
    "a row less": _with_picture(lambda packed: zlib.compress(zlib.decompress(packed)[:-6], 4)),
    "the picture packed otherwise": _with_picture(lambda packed: zlib.compress(zlib.decompress(packed), 0)),
    "a gray that isn't ours": _with_picture(
        lambda packed: zlib.compress(b"\xee" + zlib.decompress(packed)[1:], 4)
    ),
    "a wrong checksum": _with_picture(lambda packed: packed[:-1] + bytes([packed[-1] ^ 1])),
    "no picture": _with_picture(lambda packed: b""),
    "a bomb": _with_picture(lambda packed: zlib.compress(bytes(50 << 20), 9)),
    "two resolutions": retabled(COPY.replace(b"7.68 0 0 4.80", b"11.52 0 0 7.20")),
    "another program's document": document(),
    "a header alone": b"%PDF-1.4\n",
    "zeros": b"%PDF-1.4\n" + bytes(1000),
}


@pytest.mark.parametrize("name", INJECTED)
def test_an_injection_is_caught(name: str) -> None:
    assert INJECTED[name] != COPY
    assert not _passes(INJECTED[name])


def test_two_resolutions_in_one_document_are_caught() -> None:
    """Page by page each would pass."""
    first, second = _copy(2, 150), _copy(2, 100)
    cut = b"6 0 obj\n"
    mixed = retabled(first[: first.index(cut)] + second[second.index(cut) :])
    assert not _passes(mixed)
    assert _passes(retabled(first[: first.index(cut)] + first[first.index(cut) :]))


def test_more_pages_or_dots_than_the_limits_are_caught() -> None:
    assert not _passes(_copy(301))
    writer = PdfWriter(1, 150)
    writer.add(40_000, 1002, b"\xff" * (40_000 * 1002))
    assert not _passes(writer.finish())


def test_the_layout_that_the_page_draws() -> None:
    """Byte by byte as in `docs/scrub.md`."""
    writer = PdfWriter(1, 150)
    assert writer.add(4, 2, b"\0\xff\x80\xdc" * 2)
    packed = zlib.compress(b"\x0f\x8d" * 2, 4)
    body = [
        b"%PDF-1.4\n",
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Count 1/Kids[5 0 R]>>\nendobj\n",
        b"3 0 obj\n<</Type/XObject/Subtype/Image/Width 4/Height 2/ColorSpace/DeviceGray/BitsPerComponent 4"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n" % (len(packed), packed),
        b"4 0 obj\n<</Length 26>>stream\n1.92 0 0 0.96 0 0 cm /P Do\nendstream\nendobj\n",
        b"5 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 1.92 0.96]/Resources<</XObject<</P 3 0 R>>>>"
        b"/Contents 4 0 R>>\nendobj\n",
    ]
    start = sum(map(len, body))
    offsets = [sum(map(len, body[:number])) for number in range(1, 6)]
    body += [
        b"xref\n0 6\n0000000000 65535 f \n",
        *(b"%010d 00000 n \n" % offset for offset in offsets),
        b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start,
    ]
    assert writer.finish() == b"".join(body)


def test_an_empty_page_is_told_from_one_that_shows_something() -> None:
    writer = PdfWriter(2, 150)
    assert not writer.add(4, 1, b"\xff\xfe\xdd\xff")
    assert writer.add(4, 1, b"\xff\xfe\xdc\xff")
