"""Copies of a PDF that a person has to ask for, in colour and searchable: what they keep, and never keep."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
import pytest
from PIL import Image

from scrub import engine, pdf, verify
from scrub.pdf.writer import PdfWriter, TextLine
from scrub.report import Choices, Clean, Refused
from scrub.scrubber import Scrubber
from scrub.verify import Unverified
from tests.scrub.pdf_files import document, marks, stream
from tests.scrub.test_verify_pdf import retabled

SEEN = b"BT /F 24 Tf 20 100 Td (Hello) Tj ET "
_JPEG = re.compile(rb"/DCTDecode/Length (\d+)>>stream\n")


def _clean(data: bytes, style: str) -> Clean:
    result = engine.scrub(data, Choices(pdf=style))
    verify.verify(result.content, result.media_type)
    return result


def _hex(words: str) -> bytes:
    return words.encode("utf-16-be").hex().upper().encode()


def words_of(content: bytes) -> str:
    """As a reader's search finds it."""
    opened = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    page = pdfium.FPDF_LoadPage(opened, 0)
    text = pdfium.FPDFText_LoadPage(page)
    letters = [pdfium.FPDFText_GetUnicode(text, index) for index in range(pdfium.FPDFText_CountChars(text))]
    pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)
    pdfium.FPDF_CloseDocument(opened)
    return "".join(map(chr, letters)).replace("\r\n", "\n")


def _jpegs(content: bytes) -> list[Image.Image]:
    found = _JPEG.finditer(content)
    return [Image.open(io.BytesIO(content[each.end() : each.end() + int(each[1])])) for each in found]


def _dot() -> bytes:
    exif = Image.Exif()
    exif[0x0110], exif[0x0132] = "CANARY", "2026:01:02 CANARY"
    out = io.BytesIO()
    Image.linear_gradient("L").resize((8, 8)).save(out, "JPEG", exif=exif, comment=b"CANARY")
    return out.getvalue()


@pytest.mark.parametrize("style", ["color", "searchable"])
@pytest.mark.parametrize("mark", marks(_dot()), ids=lambda mark: mark.name)
def test_no_style_keeps_a_mark(mark: object, style: str) -> None:
    data, removed = mark.data, mark.removed  # type: ignore[attr-defined]  # a Mark of `pdf_files`
    result = _clean(data, style)
    assert b"CANARY" not in result.content
    assert _hex("CANARY") not in result.content
    assert removed <= set(result.removed)
    assert {"color": "color_kept", "searchable": "searchable_kept"}[style] in result.notes
    assert "rasterized" not in result.notes


_WORD = b"BT /F 24 Tf 20 50 Td (CANARY) Tj ET "
_STRIPES = b"".join(b"%d 40 m %d 80 l S " % (at, at + 9) for at in range(10, 160, 3))

UNSEEN = {
    "under stripes": _WORD + b"1 g 10 40 150 40 re f " + _STRIPES,
    "behind other words": _WORD + b"1 g 10 40 150 40 re f 0 g BT /F 24 Tf 20 50 Td (behind) Tj ET",
    "under a box that is almost opaque": b"/G gs " + _WORD + b"10 40 150 40 re f",
    "printed over in white": b"BT /F 24 Tf 20 50 Td (CANARY) Tj ET 1 g BT /F 24 Tf 20 50 Td (CANARY) Tj ET",
    "white on white": b"1 g BT /F 24 Tf 20 50 Td (CANARY) Tj ET",
    "nearly white": b".98 g BT /F 24 Tf 20 50 Td (CANARY) Tj ET",
    "invisible": b"BT 3 Tr /F 24 Tf 20 50 Td (CANARY) Tj ET",
    "a clipping path": b"BT 7 Tr /F 24 Tf 20 50 Td (CANARY) Tj ET",
    "too small": b"BT /F 0.5 Tf 20 50 Td (CANARY) Tj ET",
    "of no size": b"BT /F 0 Tf 20 50 Td (CANARY) Tj ET",
    "outside of the page": b"BT /F 24 Tf 400 50 Td (CANARY) Tj ET",
    "below the page": b"BT /F 24 Tf 20 -40 Td (CANARY) Tj ET",
    "clipped away": b"q 0 0 10 10 re W n BT /F 24 Tf 20 50 Td (CANARY) Tj ET Q",
    "under a black box": b"BT /F 24 Tf 20 50 Td (CANARY) Tj ET 10 40 150 40 re f",
    "black on a black box": b"10 40 150 40 re f BT /F 24 Tf 20 50 Td (CANARY) Tj ET",
    "under a white box": b"BT /F 24 Tf 20 50 Td (CANARY) Tj ET 1 g 10 40 150 40 re f",
    "spread out": b"1 g BT /F 24 Tf 20 50 Td (C) Tj 20 0 Td (ANA) Tj 60 0 Td (RY) Tj ET",
}


@pytest.mark.parametrize("name", UNSEEN)
def test_words_that_nobody_sees_cannot_be_searched(name: str) -> None:
    state = b"/ExtGState<</G<</ca .97>>>>"
    result = _clean(document(SEEN + UNSEEN[name], resources=state), "searchable")
    assert words_of(result.content).split() == ["Hello", "behind"][: 2 if "behind" in name else 1]


def test_words_that_are_seen_can_be_searched() -> None:
    page = SEEN + b"BT /F 12 Tf 20 60 Td (the second line) Tj 0 -20 Td (and a third) Tj ET"
    result = _clean(document(page), "searchable")
    assert words_of(result.content).split("\n") == ["Hello", "the second line", "and a third"]
    assert result == _clean(document(page), "searchable")


@pytest.mark.parametrize("program", ["pdftotext"])
def test_another_program_finds_the_words(program: str, tmp_path: Path) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"left out: no {program}")
    (tmp_path / "copy.pdf").write_bytes(_clean(document(SEEN), "searchable").content)
    run = subprocess.run([program, str(tmp_path / "copy.pdf"), "-"], capture_output=True, check=True)
    assert run.stdout.strip() == b"Hello"


def test_a_copy_of_a_copy_has_nothing_to_search() -> None:
    """The words of a copy are invisible themselves."""
    once = _clean(document(SEEN), "searchable").content
    assert words_of(_clean(once, "searchable").content) == ""


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_of_a_turned_page_are_where_they_are_seen(turn: int) -> None:
    page = b"/Rotate %d" % turn
    content = _clean(document(SEEN, page=page), "searchable").content
    assert b"".join(re.findall(rb"<([0-9A-F]+)>Tj", content)) != b""
    x, y = (int(place) for place in re.findall(rb"1 0 0 1 (\d+) (\d+) Tm", content)[0])
    assert words_of(content).replace("\n", "") in ("Hello", "olleH")
    corners = {0: (20, 100), 90: (97, 140), 180: (140, 26), 270: (26, 20)}
    assert abs(x - corners[turn][0]) < 12
    assert abs(y - corners[turn][1]) < 12


def test_the_order_in_which_words_were_drawn_is_not_told() -> None:
    above, below = b"BT /F 12 Tf 20 90 Td (above) Tj ET ", b"BT /F 12 Tf 20 40 Td (below) Tj ET "
    one, other = (_clean(document(page), "searchable").content for page in (above + below, below + above))
    assert one == other


def test_colour_stays_in_a_colour_copy_only() -> None:
    red = document(b"1 0 0 rg 0 0 216 144 re f")
    (page,) = _jpegs(_clean(red, "color").content)
    assert page.size == (448, 300)
    pixel = page.getpixel((200, 100))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 240
    assert max(pixel[1:]) < 20
    assert b"DeviceRGB" not in _clean(red, "gray").content


def test_every_style_has_the_same_pages() -> None:
    sizes = {
        tuple(re.findall(rb"/MediaBox\[[^\]]*\]", _clean(document(SEEN), style).content))
        for style in ("gray", "color", "searchable")
    }
    assert len(sizes) == 1


@pytest.mark.parametrize("style", ["color", "searchable"])
def test_a_large_copy_is_drawn_smaller(style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PIXELS", 200 * 300)
    result = _clean(document(SEEN), style)
    assert "resolution_reduced" in result.notes


async def test_the_styles_pass_through_the_processes(in_children: Scrubber) -> None:
    for style in ("gray", "color", "searchable"):
        result = await in_children.scrub(document(SEEN), Choices(pdf=style))
        assert not isinstance(result, Refused)


def _searchable() -> bytes:
    writer = PdfWriter(2, 150, searchable=True)
    lines = [TextLine(20, 10, 12, 100, "One line"), TextLine(40, 10, 12, 100, "and another")]
    writer.add(120, 100, bytes(12000), lines)
    writer.add(120, 100, bytes(12000), [])
    return writer.finish()


def _color() -> bytes:
    engine.load()
    return _clean(document(b"1 0 0 rg 0 0 9 9 re f", box=b"0 0 12 12"), "color").content


SEARCHABLE, COLOR = _searchable(), _color()


def _passes(data: bytes) -> bool:
    try:
        verify.verify(data, "application/pdf")
    except Unverified:
        return False
    return True


@pytest.mark.parametrize("copy", [SEARCHABLE, COLOR], ids=["searchable", "color"])
def test_every_changed_missing_or_added_byte_around_the_content_is_caught(copy: bytes) -> None:
    """Around words, their places, and a JPEG's scan: those are what the page holds."""
    assert _passes(copy)
    found = re.search(rb"BT .*Tj ET", copy, re.S) or re.search(
        rb"\x11\x03\x11\x00\x3f\x00.*\xff\xd9", copy, re.S
    )
    assert found is not None
    for at in (*range(found.start()), *range(found.end(), len(copy))):
        for value in (0x00, 0x0A, 0x20, 0x30, 0x39, 0xFF):
            if copy[at] != value:
                assert not _passes(copy[:at] + bytes([value]) + copy[at + 1 :]), at
            assert not _passes(copy[:at] + bytes([value]) + copy[at:]), at
        assert not _passes(copy[:at] + copy[at + 1 :]), at
        assert not _passes(copy[:at]), at


def _relined(old: bytes, new: bytes) -> bytes:
    """One line of words changed, the length of the content and the table of offsets corrected."""
    assert old in SEARCHABLE
    changed = SEARCHABLE.replace(old, new, 1)
    length = re.search(rb"8 0 obj\n<</Length (\d+)>>", changed)
    assert length is not None
    fitting = b"8 0 obj\n<</Length %d>>" % (int(length[1]) + len(new) - len(old))
    return retabled(changed.replace(length[0], fitting, 1))


_FIRST = b"BT 3 Tr /F 12 Tf 100 Tz 1 0 0 1 10 28 Tm <%s>Tj ET" % _hex("One line")
_SECOND = b"BT 3 Tr /F 12 Tf 100 Tz 1 0 0 1 10 8 Tm <%s>Tj ET" % _hex("and another")

INJECTED = {
    "visible words": _relined(b"3 Tr", b"0 Tr"),
    "another font": _relined(b"/F 12", b"/G 12"),
    "a size of nothing": _relined(b"/F 12", b"/F 0"),
    "a huge size": _relined(b"/F 12", b"/F 201"),
    "part of a point": _relined(b"1 0 0 1 10 28", b"1 0 0 1 10.25 28"),
    "a leading zero": _relined(b"1 0 0 1 10 28", b"1 0 0 1 010 28"),
    "words outside of the page": _relined(b"1 0 0 1 10 28", b"1 0 0 1 99 28"),
    "words above the page": _relined(b"1 0 0 1 10 28", b"1 0 0 1 10 99"),
    "turned words": _relined(b"1 0 0 1 10 28", b"0 1 1 0 10 28"),
    "lines in another order": _relined(_FIRST + b"\n" + _SECOND, _SECOND + b"\n" + _FIRST),
    "a line twice": _relined(_FIRST, _FIRST + b"\n" + _FIRST),
    "small letters of the codes": _relined(_hex("One line"), _hex("One line").lower()),
    "half a code": _relined(_hex("One line"), _hex("One line")[:-2]),
    "no words": _relined(_hex("One line"), b""),
    "an invisible letter": _relined(_hex("One line"), _hex("One\u200bline")),
    "a tag": _relined(_hex("One line"), _hex("One\U000e0041line")),
    "half of a pair": _relined(_hex("One line"), _hex("One line") + b"D800"),
    "a private letter": _relined(_hex("One line"), _hex("One \ue000line")),
    "a form that isn't normal": _relined(_hex("One line"), _hex("\uff2fne line")),
    "two spaces": _relined(_hex("One line"), _hex("One  line")),
    "a space at the end": _relined(_hex("One line"), _hex("One line ")),
    "a line's end": _relined(_hex("One line"), _hex("One\nline")),
    "another operator": _relined(b"Tj ET\nBT", b"Tj ET /P Do\nBT"),
    "a comment": _relined(b"Tj ET\nBT", b"Tj ET\n%CANARY\nBT"),
    "a marked content": _relined(b"Tj ET\nBT", b"Tj ET\n/CANARY BMC EMC\nBT"),
    "an embedded font": retabled(SEARCHABLE.replace(b"/StemV 80", b"/StemV 80/FontFile2 6 0 R")),
    "another map of letters": retabled(SEARCHABLE.replace(b"<0000><FFFF><0000>", b"<0000><FFFF><0001>")),
    "gray words in a colour copy": COLOR.replace(b"/P Do", b"/P Do BT"),
    "a comment in the JPEG": COLOR.replace(b"\xff\xdb", b"\xff\xfe\0\4ab\xff\xdb", 1),
    "a gray page among coloured ones": COLOR.replace(b"/DeviceRGB", b"/DeviceGray"),
}


def test_a_hyphen_at_a_lines_end_is_a_hyphen() -> None:
    """PDFium gives it as U+0002, by which the whole document was refused."""
    words = b"BT /F 9 Tf 10 100 Td (rules changed without infor-) Tj 0 -14 Td (mation to anybody) Tj ET"
    content = _clean(document(words), "searchable").content
    assert _hex("rules changed without infor-") in content
    assert _hex("mation to anybody") in content


def test_control_letters_of_a_font_are_spaces() -> None:
    """As subset fonts without a map, or with an odd one, have."""
    numbered = b"/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[19/A/B 22/C]>>/ToUnicode 6 0 R"
    letters = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
    )
    letters += (
        b"1 begincodespacerange <00><FF> endcodespacerange 2 beginbfrange <13><16><0013> <41><5A><0041> "
    )
    data = document(
        b"BT /F 24 Tf 20 100 Td <411314164243> Tj ET", extra=[stream(letters + b"endbfrange endcmap end end")]
    ).replace(b"/Subtype/Type1/BaseFont/Helvetica", numbered)
    assert words_of(_clean(data, "searchable").content).split() == ["A", "BC"]


def test_a_letter_that_is_printed_twice_is_found() -> None:
    """As some programs make bold letters, and as a double under another one takes its dots away."""
    for shift in (b"0", b".3"):
        twice = b"BT /F 24 Tf 20 100 Td (Hello) Tj ET BT /F 24 Tf 20%s 100 Td (Hello) Tj ET" % shift[1:]
        assert "H" in words_of(_clean(document(twice), "searchable").content)


@pytest.mark.parametrize("name", INJECTED)
def test_an_injection_into_a_style_is_caught(name: str) -> None:
    assert INJECTED[name] not in (SEARCHABLE, COLOR)
    assert not _passes(INJECTED[name])
