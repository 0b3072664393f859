"""What a searchable copy says is what a reader of the page reads, whatever the document claims it says."""

from collections.abc import Sequence

import pytest

from scrub import engine, pdf, verify
from scrub.report import Choices, Clean
from tests.scrub.pdf_files import document, stream, written
from tests.scrub.test_pdf_styles import words_of

SEEN = b"BT /F 24 Tf 20 100 Td (Hello) Tj ET "
_MAP = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "


def _words(data: bytes) -> tuple[list[str], Clean]:
    result = engine.scrub(data, Choices(pdf="searchable"))
    verify.verify(result.content, result.media_type)
    return words_of(result.content).split(), result


def _line(words: bytes) -> bytes:
    return b"BT /F 24 Tf 20 50 Td %s ET " % words


def lying(content: bytes, said: Sequence[tuple[int, str]]) -> bytes:
    """Helvetica whose map of letters says something else of some codes."""
    pairs = b"".join(b"<%02X><%s>" % (code, words.encode("utf-16-be").hex().encode()) for code, words in said)
    table = (
        _MAP + b"1 begincodespacerange <00><FF> endcodespacerange %d beginbfchar %s endbfchar endcmap end end"
    )
    data = document(content, extra=[stream(table % (len(said), pairs))])
    return data.replace(b"/BaseFont/Helvetica", b"/BaseFont/Helvetica/ToUnicode 6 0 R")


SPANS = {
    "a name over initials": (b"/Span<</ActualText(Jorge Canary)>>BDC (J.C.) Tj EMC", "J.C."),
    "over two pieces": (b"/Span<</ActualText(Jorge Canary)>>BDC (J.) Tj 30 0 Td (C.) Tj EMC", "J. C."),
    "of the same length": (b"/Span<</ActualText(CANARY)>>BDC (others) Tj EMC", "others"),
    "letter by letter": (
        b"".join(
            b"/Span<</ActualText(%c)>>BDC (%c) Tj EMC " % pair
            for pair in zip(b"CANARY", b"others", strict=True)
        ),
        "others",
    ),
    "in a list of its own": (b"/Span /Said BDC (others) Tj EMC", "others"),
    "one in another": (b"/P<</ActualText(CANARY)>>BDC /Span<</MCID 1>>BDC (others) Tj EMC EMC", "others"),
    "in UTF-16": (b"/Span<</ActualText<FEFF00430041004E004100520059>>>BDC (others) Tj EMC", "others"),
    "empty": (b"/Span<</ActualText()>>BDC (others) Tj EMC", "others"),
}


@pytest.mark.parametrize("name", SPANS)
def test_words_for_other_ears_are_not_searched_but_those_that_are_drawn(name: str) -> None:
    drawn, expected = SPANS[name]
    resources = b"/Properties<</Said<</ActualText(CANARY)>>>>"
    words, result = _words(document(SEEN + _line(drawn), resources=resources))
    assert words == ["Hello", *expected.split()]
    assert "words_unchecked" not in result.notes


def test_words_for_other_ears_inside_a_form() -> None:
    form = stream(
        b"/Span<</ActualText(CANARY)>>BDC BT /F 24 Tf 20 50 Td (others) Tj ET EMC",
        b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<</Font<</F 5 0 R>>>>",
    )
    data = document(SEEN + b"/X Do", resources=b"/XObject<</X 6 0 R>>", extra=[form])
    assert _words(data)[0] == ["Hello", "others"]


LIES = {
    "another word": (b"(xyzabc) Tj", list(zip(b"xyzabc", "CANARY", strict=True))),
    "initials that claim a name": (b"(JC) Tj", [(0x4A, "Jorge"), (0x43, "Canary")]),
    "two letters for one": (b"(xyz) Tj", list(zip(b"xyz", ("CA", "NA", "RY"), strict=True))),
    "one figure for another": (b"(1200) Tj", [(0x31, "7")]),
    "a ligature's letters": (b"(xbc) Tj", [(0x78, "fi")]),
    "letters of another script": (b"(xyz) Tj", list(zip(b"xyz", "имя", strict=True))),
    "one letter of a word": (b"(Smxth) Tj", [(0x78, "i")]),
    "an ideograph": (b"(x) Tj", [(0x78, "名")]),
}


@pytest.mark.parametrize("name", LIES)
def test_a_font_that_lies_about_its_letters_is_not_searched(name: str) -> None:
    drawn, said = LIES[name]
    words, result = _words(lying(SEEN + _line(drawn), said))
    assert words == ["Hello"]
    assert "words_unchecked" in result.notes


def test_a_lie_told_once_among_many_true_letters_is_found() -> None:
    """Two codes with one letter: most of what claims to be an a is one."""
    words, result = _words(
        lying(b"BT /F 12 Tf 20 100 Td (banana papaya) Tj 0 -40 Td (c\\330t) Tj ET", [(0xD8, "a")])
    )
    assert words == ["banana", "papaya"]
    assert "words_unchecked" in result.notes


@pytest.mark.parametrize("font", [b"Helvetica", b"Times-Roman", b"Times-BoldItalic", b"Courier-Oblique"])
@pytest.mark.parametrize("size", [8, 12, 30])
def test_honest_words_are_searched(font: bytes, size: int) -> None:
    words = b"The quick brown fox jumps over 1,234,567.89 lazy dogs (at 50%)"
    content = b"BT /F %d Tf 5 100 Td (%s) Tj ET" % (size, words)
    data = document(content, box=b"0 0 1300 144").replace(b"/BaseFont/Helvetica", b"/BaseFont/" + font)
    found, result = _words(data)
    assert found == words.decode().split()
    assert "words_unchecked" not in result.notes


@pytest.mark.parametrize(
    "turn", [b"0 1 -1 0 100 10", b"-1 0 0 -1 200 60", b"0 -1 1 0 100 140", b".6 0 0 1 20 50"]
)
def test_turned_and_narrow_words_are_compared_as_they_lie(turn: bytes) -> None:
    words, result = _words(document(b"BT /F 14 Tf %s Tm (Nombre) Tj ET" % turn))
    assert "".join(words) in ("Nombre", "erbmoN")
    assert "words_unchecked" not in result.notes


LAYERS = {
    "off by its intent": (b"/Intent/Design", b"/OFF[6 0 R]"),
    "off by one of its intents": (b"/Intent[/Design/Other]", b"/OFF[6 0 R]"),
    "off by usage": (
        b"/Usage<</View<</ViewState/OFF>>>>",
        b"/AS[<</Event/View/Category[/View]/OCGs[6 0 R]>>]",
    ),
    "off at first": (b"", b"/BaseState/OFF"),
    "off": (b"", b"/OFF[6 0 R]"),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("inside", ["page", "form"])
def test_words_of_a_layer_that_is_off_are_not_searched(name: str, inside: str) -> None:
    group, state = LAYERS[name]
    hidden = b"BT /F 20 Tf 20 40 Td (CANARY) Tj ET"
    resources = b"/Properties<</L 6 0 R>>/XObject<</X 7 0 R>>"
    form = stream(
        hidden, b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]/OC 6 0 R/Resources<</Font<</F 5 0 R>>>>"
    )
    drawn = b"/OC /L BDC %s EMC" % hidden if inside == "page" else b"/X Do"
    data = document(
        SEEN + drawn,
        catalog=b"/OCProperties<</OCGs[6 0 R]/D<<%s>>>>" % state,
        resources=resources,
        extra=[b"<</Type/OCG/Name(x)%s>>" % group, form],
    )
    assert _words(data)[0] == ["Hello"]


def test_words_of_pages_beyond_a_limit_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_LETTERS", 5)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 2/Kids[5 0 R 5 0 R]>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        stream(SEEN),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 216 144]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>",
    ]
    words, result = _words(written(objects))
    assert words == ["Hello"]
    assert result.content.count("Hello".encode("utf-16-be").hex().upper().encode()) == 1
    assert "words_unchecked" in result.notes


def test_a_page_of_more_kinds_of_letters_than_anybody_reads_is_not_searched() -> None:
    """A font that claims another letter for each code: comparing them all would take its time."""
    pairs = b"".join(b"<%04X><%04X>" % (code, 0x4E00 + code) for code in range(3100))
    table = (
        _MAP
        + b"1 begincodespacerange <0000><FFFF> endcodespacerange 3100 beginbfchar %s "
        + b"endbfchar endcmap end end"
    )
    shown = b"".join(
        b"1 0 0 1 %d %d Tm <%04X> Tj " % (10 + code % 62 * 9, 10 + code // 62 * 9, code)
        for code in range(3100)
    )
    fonts = b"/Font<</F 5 0 R/G 6 0 R>>"
    data = document(
        b"BT /G 7 Tf %s ET" % shown,
        box=b"0 0 595 842",
        extra=[
            b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/Identity-H/DescendantFonts[7 0 R]"
            b"/ToUnicode 8 0 R>>",
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            b"/Supplement 0>>/DW 1000>>",
            stream(table % pairs),
        ],
    ).replace(b"/Font<</F 5 0 R>>", fonts)
    assert _words(data)[0] == []
