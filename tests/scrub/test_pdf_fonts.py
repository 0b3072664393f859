"""Letters whose font isn't in the document: drawn with another one, or told."""

import subprocess
import sys

import pytest

from scrub import engine, verify
from scrub.pdf.references import CHINESE, font_files
from scrub.report import Choices, Clean
from scrub.scrubber import Scrubber
from tests.scrub.pdf_files import document, pictures, stream
from tests.scrub.test_pdf_styles import words_of

_LATIN = b"BT /F 20 Tf 20 110 Td (Latin) Tj ET "


def _hex(words: str, code_page: str = "utf-16-be") -> bytes:
    return words.encode(code_page).hex().encode()


def _composite(name: bytes, encoding: bytes, ordering: bytes, codes: bytes, more: bytes = b"") -> bytes:
    """A font of two bytes a letter that isn't there, as office programs of Asia write it."""
    content = _LATIN + b"BT /G 20 Tf 20 60 Td <%s> Tj ET" % codes
    extra = [
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/%s/DescendantFonts[7 0 R]%s>>"
        % (name, encoding, more),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(%s)"
        b"/Supplement 0>>/DW 1000/FontDescriptor 8 0 R>>" % (name, ordering),
        b"<</Type/FontDescriptor/FontName/%s/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
        b"/Descent -120/CapHeight 880/StemV 93>>" % name,
    ]
    return _with_font(content, [*extra, *([stream(more_map)] if (more_map := _maps.get(codes)) else [])])


def _with_font(content: bytes, extra: list[bytes]) -> bytes:
    data = document(content, box=b"0 0 400 144", extra=extra)
    return data.replace(b"/Font<</F 5 0 R>>", b"/Font<</F 5 0 R/G 6 0 R>>")


_maps: dict[bytes, bytes] = {}


def _by_glyphs(name: bytes, words: str) -> bytes:
    """Numbers of glyphs of the font that isn't there, and a map that says which letters they are."""
    codes = b"".join(b"%04X" % (36 + at) for at in range(len(words)))
    pairs = b"".join(b"<%04X><%s>" % (36 + at, _hex(letter)) for at, letter in enumerate(words))
    _maps[codes] = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        b"1 begincodespacerange <0000><FFFF> endcodespacerange %d beginbfchar %s endbfchar endcmap end end"
    ) % (len(words), pairs)
    return _composite(name, b"Identity-H", b"Identity", codes, b"/ToUnicode 9 0 R")


def _by_names(name: bytes, *glyphs: bytes, kind: bytes = b"TrueType") -> bytes:
    """A font of one byte a letter, whose codes are told by names."""
    codes = bytes(65 + at for at in range(len(glyphs)))
    font = b"<</Type/Font/Subtype/%s/BaseFont/%s/FirstChar 65/LastChar %d/Widths[%s]"
    font += b"/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[65%s]>>>>"
    widths = b" ".join([b"600"] * len(glyphs))
    names = b"".join(b"/" + glyph for glyph in glyphs)
    made = font % (kind, name, 64 + len(glyphs), widths, names)
    return _with_font(_LATIN + b"BT /G 20 Tf 20 60 Td (%s) Tj ET" % codes, [made])


CHINESE_PAGES = {
    "simplified": _composite(b"STSong-Light", b"UniGB-UCS2-H", b"GB1", _hex("\u52a0\u73ed\u5de5\u8d44")),
    "simplified by code page": _composite(b"SimSun", b"GBK-EUC-H", b"GB1", _hex("\u52a0\u73ed", "gbk")),
    "traditional": _composite(b"MSung-Light", b"UniCNS-UCS2-H", b"CNS1", _hex("\u52a0\u73ed\u8cbb")),
    "traditional by code page": _composite(b"MingLiU", b"ETen-B5-H", b"CNS1", _hex("\u52a0\u73ed", "big5")),
    "Japanese": _composite(b"HeiseiMin-W3", b"UniJIS-UCS2-H", b"Japan1", _hex("\u6b8b\u696d\u4ee3\u304c")),
    "Japanese by code page": _composite(
        b"MS-Gothic", b"90ms-RKSJ-H", b"Japan1", _hex("\u6b8b\u696d", "cp932")
    ),
    "Korean": _composite(b"HYSMyeongJo-Medium", b"UniKS-UCS2-H", b"Korea1", _hex("\uc5f0\uc7a5\uadfc")),
    "by glyphs": _by_glyphs(b"SimSun", "\u52a0\u73ed\u5de5\u8d44"),
}
OTHERS = {
    "Arabic": _by_glyphs(b"Arial", "\u0623\u062c\u0648\u0631"),
    "Arabic in a font of its own": _by_glyphs(b"TraditionalArabic", "\u0645\u062f\u0641"),
    "Arabic by names": _by_names(b"Arial", b"afii57415", b"afii57416", b"afii57419"),
    "Devanagari": _by_glyphs(b"Mangal", "\u092e\u091c\u0917"),
    "Devanagari by names": _by_names(b"Mangal", b"uni0915", b"uni0916", b"uni0917"),
    "Thai": _by_glyphs(b"AngsanaNew", "\u0e04\u0e08\u0e07"),
    "Cyrillic": _by_glyphs(b"TimesNewRomanPSMT", "\u0421\u0432\u0435\u0440\u0445"),
    "Cyrillic by names": _by_names(b"Arial", b"afii10017", b"afii10018", b"afii10019"),
    "Greek": _by_glyphs(b"Arial", "\u0394\u03b9\u03ba"),
}
TOLD = {
    "a script that no font has": _by_glyphs(b"Nyala", "\u1200\u1201\u1202"),
    "glyphs without a map": _composite(b"Mangal", b"Identity-H", b"Identity", b"00240025"),
    "letters that a font without them is asked for": _by_names(
        b"Helvetica", b"Lslash", b"zacute", kind=b"Type1"
    ),
    "a map that lies beyond": _by_glyphs(b"Arial", "\ufdd0\ufdd1"),
}


def _clean(data: bytes, style: str = "gray") -> Clean:
    result = engine.scrub(data, Choices(pdf=style))
    verify.verify(result.content, result.media_type)
    return result


def _ink(result: Clean) -> int:
    """Dots below the first line."""
    ((width, height, dots),) = pictures(result.content)
    return sum(byte != 0xFF for byte in dots[width // 2 * (height * 2 // 5) :])


@pytest.mark.parametrize("name", CHINESE_PAGES)
def test_chinese_japanese_and_korean_letters_are_drawn_or_told(name: str) -> None:
    result = _clean(CHINESE_PAGES[name])
    if any(font.path.name == CHINESE for font in font_files()):
        assert _ink(result) > 200
        assert "letters_missing" not in result.notes
    else:
        assert "letters_missing" in result.notes


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("style", ["gray", "color"])
def test_letters_of_other_scripts_are_drawn(name: str, style: str) -> None:
    result = _clean(OTHERS[name], style)
    assert style == "color" or _ink(result) > 100
    assert "letters_missing" not in result.notes


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("style", ["gray", "searchable"])
def test_letters_that_cannot_be_drawn_are_told(name: str, style: str) -> None:
    result = _clean(TOLD[name], style)
    assert "letters_missing" in result.notes
    assert style == "gray" or words_of(result.content).split() == ["Latin"]


def test_a_plain_document_asks_for_no_other_font() -> None:
    assert "letters_missing" not in _clean(document()).notes
    result = _clean(_by_names(b"Helvetica", b"A", b"eacute", b"space", b"B", kind=b"Type1"))
    assert "letters_missing" not in result.notes


async def test_the_fonts_can_be_reached_in_the_confined_child(in_children: Scrubber) -> None:
    for data in (CHINESE_PAGES["simplified"], OTHERS["Arabic"], OTHERS["Devanagari"]):
        first, second = await in_children.scrub(data), await in_children.scrub(data)
        assert first == second == _clean(data)


def test_a_font_that_lies_costs_one_sentence() -> None:
    """Its parts are missing, or of another kind."""
    whole = CHINESE_PAGES["simplified"]
    for old, new in (
        (b"/DescendantFonts[7 0 R]", b"/DescendantFonts[6 0 R]"),
        (b"/DescendantFonts[7 0 R]", b"/DescendantFonts 99 0 R"),
        (b"/Ordering(GB1)", b"/Ordering(Nothing)"),
        (b"/Encoding/UniGB-UCS2-H", b"/Encoding/Identity-H"),
        (b"/FontDescriptor 8 0 R", b"/FontDescriptor 3 0 R"),
        (b"/DW 1000", b"/DW -99999999"),
    ):
        assert old in whole
        assert "rasterized" in _clean(whole.replace(old, new)).notes


def test_where_freetype_cannot_be_loaded_pages_are_read_without_fonts() -> None:
    """From a stick Pillow's FreeType can't be, and with a font in the system no copy was cleaned there."""
    program = (
        "import sys; sys.modules['PIL._imagingft'] = None\n"
        "from scrub.pdf import load, references\n"
        "load(); assert references.font_files() and references.fonts_with('a') == []"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
