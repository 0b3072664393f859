"""Each refusal says the true reason: a file that is whole and only can't be cleaned is never called damaged,
false or an attack, and what went wrong on our side is never said of the file.
"""

import io
import struct
import zipfile

import pytest

from codes.reasons import REASONS, SCRUB, told
from scrub.scrubber import Scrubber
from tests.scrub.conftest import SAMPLE_HEIC
from tests.scrub.fates import fate
from tests.scrub.known_files import picture
from tests.scrub.office_files import content_types


def _zip(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def _locked(archive: bytes) -> bytes:
    """With the bit of a password in both headers."""
    data = bytearray(archive)
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def _in_each_other(archive: bytes, depth: int) -> bytes:
    for _ in range(depth):
        archive = _zip(("inside.zip", archive))
    return archive


_VISIO = content_types("application/vnd.ms-visio.drawing.main+xml")
_BINARY = content_types("application/vnd.ms-excel.sheet.binary.macroEnabled.main")
_TEXT = _zip(("a.txt", b"hello hello"))
_SEQUENCE = b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc"
_ENCRYPT = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%b)/U(%b)>>/ID[<00><00>]" % (b"x" * 32, b"y" * 32)

WHOLE = {
    "a drawing of AutoCAD": (b"AC1032" + bytes(500), "unsupported"),
    "a picture of Photoshop": (b"8BPS\0\1" + bytes(6) + b"\0\3" + bytes(500), "unsupported"),
    "a database of Access": (b"\0\1\0\0Standard ACE DB\0" + bytes(2000), "unsupported"),
    "an older database of Access": (b"\0\1\0\0Standard Jet DB\0" + bytes(2000), "unsupported"),
    "a notebook": (bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(500), "unsupported"),
    "a drawing of Visio": (
        _zip(("[Content_Types].xml", _VISIO), ("visio/document.xml", b"<a/>")),
        "unsupported",
    ),
    "a mail store": (b"!BDN" + bytes(1000), "unsupported"),
    "a database": (b"SQLite format 3\0" + bytes(1000), "unsupported"),
    "a picture of GIMP": (b"gimp xcf v011\0" + bytes(200), "unsupported"),
    "a page layout": (bytes.fromhex("0606edf5d81d46e5bd31efe7fe74b71d") + bytes(300), "unsupported"),
    "a camera's raw file": (b"II*\0\x10\0\0\0CR\2\0" + bytes(300), "unsupported"),
    "a JPEG with arithmetic coding": (picture("JPEG").replace(b"\xff\xc0", b"\xff\xc9", 1), "unsupported"),
    "a program that draws": (b"%!PS-Adobe-3.0\n%%Title: x\n", "unsupported"),
    "a package of Pages": (_zip(("Index/Document.iwa", b"x"), ("preview.jpg", b"x")), "apple_office"),
    "a binary workbook": (_zip(("[Content_Types].xml", _BINARY)), "old_office"),
    "a book": (
        _zip(("mimetype", b"application/epub+zip"), ("META-INF/container.xml", b"<a/>")),
        "archive_kind",
    ),
    "archives deep in each other": (_in_each_other(_TEXT, 6), "archive_kind"),
    "an archive with a password": (_locked(_TEXT), "encrypted"),
    "a PDF with a password": (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj "
        b"trailer<</Root 1 0 R%b>>\n%%%%EOF" % _ENCRYPT,
        "encrypted",
    ),
    "a drawing for the web": (b"<svg xmlns='http://www.w3.org/2000/svg'><text>hi</text></svg>", "web_page"),
}
NOT_WHOLE = {
    "half a photo of a phone": SAMPLE_HEIC.read_bytes()[: SAMPLE_HEIC.stat().st_size // 2],
    "the head of a photo": picture("JPEG")[:20],
    "the head of a PDF": b"%PDF-1.4\n1 0 obj<<",
    "half an archive": _TEXT[: len(_TEXT) // 2],
    "a sequence of pictures without one": b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc"
    + struct.pack(">I4s8x", 16, b"mdat"),
}
ABOUT_US = {
    "unsupported",
    "too_large",
    "timeout",
    "crashed",
    "unverified",
    "old_office",
    "apple_office",
    "archive_kind",
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_of_a_kind_that_is_not_cleaned_is_refused_for_what_it_is(name: str) -> None:
    data, reason = WHOLE[name]
    assert fate(data) == reason


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_a_file_that_lacks_a_part_is_called_that_and_no_attack(name: str) -> None:
    assert fate(NOT_WHOLE[name]) in ("broken", "truncated")


async def test_an_empty_file_is_called_empty() -> None:
    async with Scrubber(children=1, office_to_pdf=False) as scrubber:
        assert getattr(await scrubber.scrub(b""), "reason", None) == "empty_file"
    assert REASONS["empty_file"].english == "empty"


def test_a_reason_about_us_is_told_in_its_own_words_and_not_as_one_about_the_file() -> None:
    """No code borrows the sentence of another: `crashed` once said that the file was damaged."""
    assert SCRUB.keys() >= ABOUT_US
    assert [code for code in SCRUB if told(code) != code] == []
    for code in ABOUT_US:
        assert not any(word in REASONS[code].english for word in ("damaged", "claims", "without end", "cut"))
