"""What a person laid on a page of a PDF: covers stay closed, marks and filled fields stay, notes are gone."""

from collections.abc import Sequence

import pytest

from scrub import engine, verify
from scrub.report import Choices, Clean, Refusal
from tests.scrub.pdf_files import document, pictures, stream

NAME = b"BT /F 20 Tf 45 65 Td (CANARY) Tj ET"
RECT = b"/Rect[40 40 160 100]"
QUADS = b"/QuadPoints[40 100 160 100 40 40 160 40]"
_FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 120 60]/Resources<</Font<</F 5 0 R>>>>"
BLACK, WHITE = stream(b"0 g 0 0 120 60 re f", _FORM), stream(b"1 g 0 0 120 60 re f", _FORM)
TYPED = stream(b"BT /F 20 Tf 5 10 Td (typed) Tj ET", _FORM)
NOTHING = stream(b"/Tx BMC EMC", _FORM)


def _annotation(kind: bytes, more: bytes = b"", *, rect: bytes = RECT) -> bytes:
    return b"<</Type/Annot/Subtype/%s%s%s>>" % (kind, rect, more)


def _page(content: bytes, *laid: bytes, catalog: bytes = b"", page: bytes = b"") -> bytes:
    """Objects 6 to 9 are appearances: black, white, typed words, none."""
    annotations = b"/Annots[%s]" % b" ".join(laid) if laid else b""
    extra: Sequence[bytes] = (BLACK, WHITE, TYPED, NOTHING, b"<</Type/OCG/Name(layer)>>")
    return document(content, page=annotations + page, catalog=catalog, extra=extra)


def _clean(data: bytes, style: str = "gray") -> Clean:
    result = engine.scrub(data, Choices(pdf=style))
    verify.verify(result.content, result.media_type)
    return result


def _assert_closed(*laid: bytes, catalog: bytes = b"", page: bytes = b"") -> None:
    """No letter beneath changes a byte of the copy, and the cover itself can be seen."""
    for style in ("gray", "color"):
        with_name, without = (
            _clean(_page(content, *laid, catalog=catalog, page=page), style).content
            for content in (NAME, b"0 g")
        )
        assert with_name == without
    assert _clean(_page(NAME, *laid, catalog=catalog, page=page)).content != _clean(_page(NAME)).content


COVERS = {
    "square": _annotation(b"Square", b"/IC[0 0 0]/F 4/AP<</N 6 0 R>>"),
    "pen": _annotation(b"Ink", b"/InkList[[40 70 160 70]]/BS<</W 60>>/AP<</N 6 0 R>>"),
    "white text box": _annotation(b"FreeText", b"/Contents()/DA(/F 12 Tf)/AP<</N 7 0 R>>"),
    "stamp": _annotation(b"Stamp", b"/AP<</N 6 0 R>>"),
    "field": _annotation(b"Widget", b"/FT/Tx/V(CANARY)/AP<</N 6 0 R>>"),
    "unknown kind": _annotation(b"Silbo", b"/AP<</N 6 0 R>>"),
    "square that nobody drew": _annotation(b"Square", b"/IC[0 0 0]"),
    "white square that nobody drew": _annotation(b"Square", b"/IC[1 1 1]/C[1 1 1]"),
    "pen that nobody drew": _annotation(b"Ink", b"/C[0 0 0]/InkList[[40 70 160 70]]/BS<</W 60>>"),
    "pen beyond its rectangle": _annotation(
        b"Ink", b"/C[0 0 0]/InkList[[40 70 160 70]]/BS<</W 60>>", rect=b"/Rect[40 69 160 71]"
    ),
    "highlight in the colour of the words": _annotation(b"Highlight", b"/C[0 0 0]" + QUADS),
    "highlight without a colour": _annotation(b"Highlight", QUADS),
    "highlight with its corners in a circle": _annotation(
        b"Highlight", b"/C[0 0 0]/QuadPoints[40 40 160 40 160 100 40 100]"
    ),
    "line": _annotation(b"Line", b"/L[40 70 160 70]/BS<</W 60>>"),
    "polygon": _annotation(b"Polygon", b"/Vertices[40 40 160 40 160 100 40 100]/IC[0 0 0]"),
    "polygon beyond its rectangle": _annotation(
        b"Polygon", b"/Vertices[40 40 160 40 160 100 40 100]/IC[1 0 0]", rect=b"/Rect[0 0 1 1]"
    ),
    "polyline": _annotation(b"PolyLine", b"/Vertices[40 70 160 70]/BS<</W 60>>"),
    "stamp that nobody drew": _annotation(b"Stamp", b"/Name/Draft"),
    "redaction that was never applied": _annotation(b"Redact", QUADS),
    "redaction that shows a frame": _annotation(b"Redact", b"/AP<</N 8 0 R>>" + QUADS),
    "film": _annotation(b"Movie"),
    "insertion": _annotation(b"Caret"),
    "link with a thick border": _annotation(b"Link", b"/Border[0 0 60]"),
    "filled field that nobody drew": _annotation(b"Widget", b"/FT/Tx/V(8)/DA(/F 14 Tf)/MK<</BG[1 1 0]>>"),
    "typed words without an appearance": _annotation(b"FreeText", b"/C[0 0 0]/Contents(x)/DA(/F 9 Tf)"),
    "typed words in another colour space": _annotation(b"FreeText", b"/C[0 1 1 0]/Contents(x)/DA(/F 9 Tf)"),
    "square that is all border": _annotation(b"Square", b"/C[1 0 0]/IC[0 0 0]/BS<</W 70>>"),
    "film with states but no state": _annotation(b"Screen", b"/AP<</N<</On 6 0 R>>>>"),
    "field with states but no state": _annotation(b"Widget", b"/FT/Tx/MK<</BG[1]>>/AP<</N<</On 6 0 R>>>>"),
    "link with a thick border of another style": _annotation(b"Link", b"/BS<</W 60>>"),
    "square with an opacity that is no number": _annotation(b"Square", b"/IC[0 0 0]/CA null"),
    "highlight with three corners": _annotation(b"Highlight", b"/C[0 0 0]/QuadPoints[40 100 160 100 40 40]"),
    "field that is all border": _annotation(b"Widget", b"/FT/Tx/V(8)/MK<</BC[0 0 0]>>/BS<</W 35>>"),
    "without the print flag": _annotation(b"Square", b"/F 0/AP<</N 6 0 R>>"),
}


@pytest.mark.parametrize("name", COVERS)
def test_a_name_under_a_cover_cannot_be_read(name: str) -> None:
    _assert_closed(COVERS[name])


def test_the_thick_border_of_a_field_that_asks_for_its_looks_covers() -> None:
    field = _annotation(b"Widget", b"/FT/Tx/T(a)/V(8)/DA(/F 9 Tf)/MK<</BC[0 0 0]>>/BS<</W 35>>")
    _assert_closed(field, catalog=b"/AcroForm<</NeedAppearances true/Fields[]/DA(/F 9 Tf)>>")


BROKEN = {
    "refers to nothing": b"/AP<</N 99 0 R>>",
    "is null": b"/AP null",
    "has no states": b"/AP<</N<<>>>>",
    "is there when pressed only": b"/AP<</D 6 0 R>>",
    "has states but no state": b"/AP<</N<</On 6 0 R>>>>",
    "has another state": b"/AS/Gone/AP<</N<</On 6 0 R>>>>",
    "is its own page": b"/AP<</N 3 0 R>>",
    "is a number": b"/AP<</N 7>>",
}


@pytest.mark.parametrize(
    "kind", [b"Square/IC[0 0 0]", b"FreeText/Contents(x)", b"Stamp", b"Polygon", b"Caret"]
)
@pytest.mark.parametrize("name", BROKEN)
def test_a_cover_whose_appearance_is_broken_stays_closed(name: str, kind: bytes) -> None:
    _assert_closed(_annotation(kind, BROKEN[name]))


UNDRAWABLE = {
    "garbage": stream(b"\x80 ((( 0 g [ 0 0 120 60 re f S", _FORM),
    "a box of no size": stream(b"0 g 0 0 120 60 re f", _FORM.replace(b"120 60", b"0 0")),
    "a picture that is missing": stream(b"/Nothing Do", _FORM),
    "a file that isn't compressed": stream(b"0 g 0 0 120 60 re f", _FORM + b"/Filter/FlateDecode"),
}


@pytest.mark.parametrize("name", UNDRAWABLE)
def test_a_cover_that_means_to_draw_and_cannot_stays_closed(name: str) -> None:
    laid = _annotation(b"Stamp", b"/AP<</N 6 0 R>>")
    copies = [
        _clean(document(content, page=b"/Annots[%s]" % laid, extra=[UNDRAWABLE[name]]))
        for content in (NAME, b"0 g")
    ]
    assert copies[0].content == copies[1].content


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("name", ["square", "polygon", "line", "highlight without a colour", "field"])
def test_a_cover_of_a_turned_page_lies_where_it_is_seen(name: str, turn: int) -> None:
    _assert_closed(COVERS[name], page=b"/Rotate %d/CropBox[20 20 200 140]/UserUnit 2" % turn)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_cover_that_some_readers_turn_covers_there_too(turn: int) -> None:
    """Measured with poppler: around its upper left corner."""
    place = {1: b"100 72 130 132", 2: b"40 72 100 102", 3: b"70 12 100 72"}[turn]
    laid = _annotation(b"Stamp", b"/F 16/AP<</N 6 0 R>>", rect=b"/Rect[100 42 160 72]")
    inner = b"0 g %s re f" % b" ".join(
        b"%d" % part for part in _inside(*(int(number) for number in place.split()))
    )
    with_name, without = (
        _clean(_page(content, laid, page=b"/Rotate %d" % (90 * turn))).content for content in (inner, b"0 g")
    )
    assert with_name == without


def _inside(left: int, bottom: int, right: int, top: int) -> tuple[int, int, int, int]:
    """As a rectangle in a content stream, two points smaller on each side."""
    return left + 2, bottom + 2, right - left - 4, top - bottom - 4


def test_a_field_whose_form_was_lost_is_drawn() -> None:
    with_form = b"/AcroForm<</Fields[]/DR<</Font<</F 5 0 R>>>>>>"
    laid = _annotation(b"Widget", b"/FT/Tx/V(typed)/AP<</N 8 0 R>>")
    assert _clean(_page(b"0 g", laid)).content == _clean(_page(b"0 g", laid, catalog=with_form)).content
    assert _clean(_page(b"0 g", laid)).content != _clean(_page(b"0 g")).content


@pytest.mark.parametrize("kind", [b"FreeText", b"Ink", b"Stamp", b"Widget/FT/Tx/V(typed)"])
def test_what_was_typed_stamped_signed_or_filled_in_is_part_of_the_picture(kind: bytes) -> None:
    result = _clean(_page(b"0 g", _annotation(kind, b"/AP<</N 8 0 R>>")))
    ((_, _, dots),) = pictures(result.content)
    ((_, _, printed),) = pictures(_clean(_page(b"BT /F 20 Tf 45 50 Td (typed) Tj ET")).content)
    seen, expected = (sum(0xFF - byte for byte in page) for page in (dots, printed))
    assert abs(seen - expected) < expected / 5
    assert "marks_kept" in result.notes
    assert "comment" not in result.removed


@pytest.mark.parametrize("catalog", [b"", b"/AcroForm<</Fields[]/NeedAppearances true>>"])
def test_a_filled_field_without_an_appearance_gets_one(catalog: bytes) -> None:
    laid = _annotation(b"Widget", b"/FT/Tx/V(typed)/DA(/F 20 Tf)")
    ((_, _, filled),) = pictures(_clean(_page(b"0 g", laid, catalog=catalog)).content)
    assert 100 < sum(byte != 0xFF for byte in filled) < 3000


def test_a_field_that_is_empty_covers_nothing() -> None:
    for laid in (
        _annotation(b"Widget", b"/FT/Tx/V(CANARY)/AP<</N 9 0 R>>"),
        _annotation(b"Widget", b"/FT/Tx"),
        _annotation(b"Widget", b"/FT/Sig/AP<</N 9 0 R>>"),
        _annotation(b"Link", b"/Border[0 0 1]"),
    ):
        assert _clean(_page(NAME, laid)).content == _clean(_page(NAME)).content


@pytest.mark.parametrize("hidden", [b"/F 2", b"/F 32", b"/F 6"])
@pytest.mark.parametrize("kind", [b"FreeText", b"Stamp", b"Widget/FT/Tx/V(typed)"])
def test_what_a_reader_hides_stays_hidden(kind: bytes, hidden: bytes) -> None:
    for more in (b"/AP<</N 8 0 R>>", b"/Contents(CANARY)"):
        assert _clean(_page(NAME, _annotation(kind, hidden + more))).content == _clean(_page(NAME)).content


def test_a_pop_up_stays_out_and_its_words_are_told_as_removed() -> None:
    result = _clean(_page(NAME, _annotation(b"Popup", b"/Open true/Contents(CANARY)/AP<</N 6 0 R>>")))
    assert result.content == _clean(_page(NAME)).content
    assert set(result.removed) - set(_clean(_page(NAME)).removed) == {"comment"}
    assert "marks_kept" not in result.notes


def test_only_what_is_gone_is_told_as_removed() -> None:
    told = {
        b"Square/C[0 0 0]": (),
        b"Square/C[0 0 0]/Contents(note)": ("comment",),
        b"Square/C[0 0 0]/T(Jane Roe)/M(D:20260102)/NM(1)": ("date", "author", "identifier"),
        b"FreeText/Contents(typed)": (),
        b"FreeText/Contents(typed)/F 2": ("comment",),
        b"Text/Contents(note)": ("comment",),
        b"Link": (),
    }
    plain = set(_clean(_page(NAME)).removed)  # a stream there can't be read by anybody
    for kind, removed in told.items():
        assert set(_clean(_page(NAME, _annotation(kind))).removed) - plain == set(removed)


@pytest.mark.parametrize("laid", [b"Stamp/AP<</N 8 0 R>>", b"Square/IC[0 0 0]", b"FreeText/Contents(typed)"])
def test_in_a_layer_that_is_off_neither_the_mark_nor_what_it_covers_is_seen(laid: bytes) -> None:
    """PDFium shows the mark, other readers what lies beneath."""
    off = b"/OCProperties<</OCGs[10 0 R]/D<</OFF[10 0 R]>>>>"
    _assert_closed(_annotation(laid, b"/OC 10 0 R"), catalog=off)
    on = b"/OCProperties<</OCGs[10 0 R]/D<</OFF[]>>>>"
    marked, plain = (
        _clean(_page(NAME, _annotation(laid, layer), catalog=on)) for layer in (b"/OC 10 0 R", b"")
    )
    assert marked.content == plain.content
    assert "marks_covered" not in marked.notes


@pytest.mark.parametrize("blend", [b"/Hue", b"[/Saturation]", b"/Color", b"/Exclusion"])
def test_a_cover_that_readers_blend_differently_stays_closed(blend: bytes) -> None:
    look = b"/Type/XObject/Subtype/Form/BBox[0 0 120 60]/Resources<</ExtGState<</G<</BM%s>>>>>>" % blend
    laid = _annotation(b"Stamp", b"/AP<</N 6 0 R>>")
    copies = [
        _clean(document(content, page=b"/Annots[%s]" % laid, extra=[stream(b"/G gs 0 0 120 60 re f", look)]))
        for content in (NAME, b"0 g")
    ]
    assert copies[0].content == copies[1].content


def test_a_cover_of_a_stack_hides_what_lies_under_it_and_is_not_taken_for_its_neighbour() -> None:
    below = _annotation(b"Stamp", b"/AP<</N 8 0 R>>")
    cover = _annotation(b"Square", b"/AP<</N 6 0 R>>")
    assert _clean(_page(NAME, below, cover)).content == _clean(_page(b"0 g", cover)).content
    broken = _annotation(b"Stamp", b"/AP<</N 10 0 R>>", rect=b"/Rect[20 20 190 120]")
    extra = [BLACK, WHITE, TYPED, NOTHING, UNDRAWABLE["garbage"]]
    copies = [
        _clean(document(words, page=b"/Annots[%s %s]" % (broken, cover), extra=extra)).content
        for words in (b"BT /F 20 Tf 25 105 Td (CANARY) Tj ET", b"0 g")
    ]
    assert copies[0] == copies[1]


@pytest.mark.parametrize("kind", [b"Square/AP<</N 6 0 R>>", b"Square/IC[0 0 0]", b"Widget/AP<</N 6 0 R>>"])
def test_a_cover_that_a_page_lists_twice_stays_closed(kind: bytes) -> None:
    extra = [BLACK, b"<</Type/Annot/Subtype/%s%s>>" % (kind, RECT)]
    copies = [
        _clean(document(words, page=b"/Annots[7 0 R 7 0 R]", extra=extra)).content for words in (NAME, b"0 g")
    ]
    assert copies[0] == copies[1] != _clean(_page(b"0 g")).content


def test_too_many_annotations_are_refused() -> None:
    with pytest.raises(Refusal, match="too_large"):
        _clean(_page(NAME, *(_annotation(b"Link") for _ in range(10_001))))


def test_odd_lists_of_annotations_break_nothing() -> None:
    odd = [
        b"null",
        b"5",
        b"99 0 R",
        b"(x)",
        b"[1]",
        b"3 0 R",
        b"<<>>",
        b"<</Subtype/Square/Rect[1 2]/IC[0]>>",
    ]
    odd += [
        _annotation(kind, b"/Rect[1e30 0 0 -1e30]/IC[9 9 9]/Vertices[1]") for kind in (b"Polygon", b"Stamp")
    ]
    odd += [_annotation(b"Highlight", b"/QuadPoints[1 2 3]"), _annotation(b"Ink", b"/InkList[[] 5 [1]]")]
    for laid in (*((each,) for each in odd), tuple(odd)):
        assert _clean(_page(NAME, *laid)).media_type == "application/pdf"


def test_a_marked_page_gives_the_same_bytes_every_time() -> None:
    data = _page(NAME, *COVERS.values())
    assert _clean(data) == _clean(data)
