"""What is a PDF and what is only its notice: files behind a printer's lines, and forms that no page shows."""

import pytest

from scrub import engine, verify
from scrub.marks.search import search
from scrub.report import Clean, Refusal
from scrub.retype.gather import gather
from scrub.sniff import SNIFF_BYTES, sniff
from tests.scrub.pdf_files import document, stream

BEFORE = {
    "printer": b"\x1b%-12345X@PJL JOB\r\n@PJL SET RESOLUTION=600\r\n@PJL ENTER LANGUAGE=PDF\r\n",
    "printer with a long job": b"\x1b%-12345X" + b"@PJL SET JOBATTR=CANARY\r\n" * 30,
    "printer with a longer job": b"\x1b%-12345X" + b"@PJL SET JOBATTR=CANARY\r\n" * 200,
    "web server with much to say": b"HTTP/1.1 200 OK\r\n"
    + b"Set-Cookie: CANARY=CANARY; Path=/\r\n" * 90
    + b"\r\n",
    "web server": b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nServer: CANARY\r\n\r\n",
    "web form": b'------CANARY\r\nContent-Disposition: form-data; filename="CANARY.pdf"\r\n\r\n',
    "empty lines": b"\r\n" * 200,
    "a printer's own language": b"\x1bE\x1b&l1O" + b"\x1b&f0S" * 20 + b"CANARY",
}


def _clean(data: bytes) -> Clean:
    result = engine.scrub(data)
    verify.verify(result.content, result.media_type)
    return result


@pytest.mark.parametrize("name", BEFORE)
def test_a_pdf_behind_other_lines_is_one(name: str) -> None:
    result = _clean(BEFORE[name] + document())
    assert result.content == _clean(document()).content
    assert "trailer" in result.removed


@pytest.mark.parametrize("name", BEFORE)
def test_marks_and_words_of_a_pdf_behind_other_lines_are_found(name: str) -> None:
    data = BEFORE[name] + document(b"BT /F 9 Tf 20 100 Td (Nights of ana@example.org) Tj ET")
    found = search("application/pdf", _clean(data).content, data)
    assert found.complete
    assert [mark.kind for mark in found.marks] == ["mail"]
    assert "Nights of" in " ".join(map(str, gather("application/pdf", data).blocks))


def test_words_behind_which_there_is_no_pdf_are_neither() -> None:
    for data in (
        b"about files of a kind " * 5 + b"\n%PDF-1.7\nand others",
        b"HTTP/1.1 200 OK\r\n" * 5 + b"\r\n%PDF-1.7",
    ):
        with pytest.raises(Refusal, match="mislabeled"):
            engine.scrub(data)


def test_a_pdf_behind_many_words_is_not_called_a_text_of_doubtful_letters() -> None:
    with pytest.raises(Refusal, match="mislabeled"):
        engine.scrub(b"said of it\n" * 150 + document(b"% \xe1\xe9\xf3"))


def test_words_about_a_pdf_are_words_and_a_printers_lines_alone_nothing() -> None:
    assert sniff(b"about files of a kind " * 5 + b"that begin with %PDF-1.7, all of them") == "text/plain"
    assert sniff(BEFORE["printer"]) is None
    assert sniff(b" " * SNIFF_BYTES + document()) == "text/plain"


_XFA = (
    b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><xfa:datasets xmlns:xfa='http://www.xfa.org/schema/xfa-data/1.0/'>"
    b"<xfa:data><Incident>CANARY</Incident></xfa:data></xfa:datasets></xdp:xdp>"
)
_FIELD = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(typed)/Rect[10 10 90 30]>>"


def _form(xfa: bytes, *, rendered: bytes, field: bool = False, fields: bytes = b"") -> bytes:
    return document(
        catalog=rendered + b"/AcroForm<</Fields[%s]/XFA %s>>" % (b"7 0 R" if field else fields, xfa),
        page=b"/Annots[7 0 R]" if field else b"",
        extra=[stream(_XFA), _FIELD],
    )


@pytest.mark.parametrize("xfa", [b"6 0 R", b"[(template) 6 0 R]", b"[(preamble) 6 0 R(datasets) 6 0 R]"])
@pytest.mark.parametrize("field", [False, True])
def test_a_notice_in_place_of_a_form_is_no_page(xfa: bytes, field: bool) -> None:
    with pytest.raises(Refusal, match="unsupported"):
        engine.scrub(_form(xfa, rendered=b"/NeedsRendering true", field=field))


@pytest.mark.parametrize("xfa", [b"6 0 R", b"[(template) 6 0 R]"])
def test_a_form_without_fields_on_any_page_is_told(xfa: bytes) -> None:
    result = _clean(_form(xfa, rendered=b""))
    assert "form_missing" in result.notes
    assert "form" in result.removed


def test_a_form_whose_fields_are_on_its_pages_is_drawn() -> None:
    result = _clean(_form(b"6 0 R", rendered=b"", field=True))
    assert "form_missing" not in result.notes
    assert "marks_kept" in result.notes


def test_a_damaged_form_costs_one_sentence() -> None:
    for xfa in (b"9 0 R", b"[]", b"null", b"[(template) 9 0 R(datasets)]"):
        result = _clean(_form(xfa, rendered=b"/NeedsRendering 1"))
        assert result.content == _clean(document()).content


_PICTURE = stream(
    b"\0" * 64, b"/Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceGray"
)
UNSEEN = {
    "wholly transparent": b"/Clear gs q 60 0 0 60 20 20 cm /I Do Q",
    "under a mask that hides it": b"q 60 0 0 60 20 20 cm /M Do Q",
    "off the page": b"q 60 0 0 60 900 20 cm /I Do Q",
    "clipped away": b"q 0 0 9 9 re W n 60 0 0 60 20 20 cm /I Do Q",
    "of no size": b"q 0 0 0 0 20 20 cm /I Do Q",
    "below white": b"q 60 0 0 60 20 20 cm /I Do Q 1 g 0 0 100 95 re f",
    "in a layer that is off": b"/OC /L BDC q 60 0 0 60 20 20 cm /I Do Q EMC",
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_picture_that_nobody_sees_leaves_no_dot(name: str) -> None:
    words = b"BT /F 24 Tf 20 100 Td (Hello) Tj ET "
    masked = _PICTURE.replace(b"/DeviceGray", b"/DeviceGray/SMask 6 0 R")
    data = document(
        words + UNSEEN[name],
        catalog=b"/OCProperties<</OCGs[8 0 R]/D<</OFF[8 0 R]>>>>",
        resources=b"/XObject<</I 6 0 R/M 7 0 R>>/ExtGState<</Clear<</ca 0>>>>/Properties<</L 8 0 R>>",
        extra=[_PICTURE, masked, b"<</Type/OCG/Name(x)>>"],
    )
    assert _clean(data).content == _clean(document(words)).content


def test_a_pdf_whose_end_is_missing_is_kept_as_far_as_it_goes() -> None:
    data = document()
    whole = _clean(data)
    table = data.index(b"xref")
    for end in (len(data) - 40, table + 30, table):
        cut = _clean(data[:end])
        assert cut.content == whole.content
        assert "cut_short" in cut.notes or end == len(data) - 40
    for end in (60, data.index(b"3 0 obj")):  # no page is there
        with pytest.raises(Refusal, match="truncated"):
            engine.scrub(data[:end])
    with pytest.raises(Refusal, match="broken"):
        engine.scrub(data[:60] + b"%%EOF\n")
