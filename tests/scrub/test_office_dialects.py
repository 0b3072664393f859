"""Documents in other dialects: strict OOXML, and OpenDocument with the document type of old programs."""

import re
from collections.abc import Callable

import pytest

from scrub.report import Clean, Refusal
from tests.scrub.office_files import DOCX, PPTX, XLSX, docx, odf, part, picture, pptx, run, xlsx, zipped
from tests.scrub.office_marks import jpeg
from tests.scrub.test_office import entries, words

Cleaner = Callable[[bytes], Clean]
Files = dict[str, bytes]
_NAMES = (
    "spreadsheetml|wordprocessingml|presentationml|drawingml|officeDocument/relationships|officeDocument/math"
)
_ADDRESS = re.compile(rf"http://schemas\.openxmlformats\.org/({_NAMES})(?:/2006)?".encode())


def strict(files: Files) -> bytes:
    """As Excel's and Word's "Strict Open XML" writes it."""
    out = {}
    for name, content in files.items():
        text = content.replace(b"/officeDocument/2006/", b"/officeDocument/")
        text = _ADDRESS.sub(rb"http://purl.oclc.org/ooxml/\1", text).replace(b"/2006/main", b"/main")
        out[name] = content if name == "[Content_Types].xml" else text
    assert any(b"purl.oclc.org" in content for content in out.values())
    return zipped(out)


def _styled(code: str = "dd/mm/yyyy") -> str:
    return (
        f'<x:numFmts><x:numFmt numFmtId="164" formatCode="{code}"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="164"/><x:xf numFmtId="14"/></x:cellXfs>'
    )


def _values(result: Clean) -> list[str]:
    sheet = entries(result.content)["xl/worksheets/sheet1.xml"].decode()
    return re.findall("<x:[tv](?: [^>]*)?>([^<]*)", sheet)


def test_the_sheets_of_a_strict_workbook_stay(clean: Cleaner) -> None:
    second = part(
        "x:worksheet", '<x:sheetData><x:row r="1"><x:c r="A1"><x:v>160</x:v></x:c></x:row></x:sheetData>'
    )
    rows = '<x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c><x:c r="B2" s="1"><x:v>2.5</x:v></x:c></x:row>'
    more = '<x:sheet name="Two" sheetId="2" r:id="s2"/>'
    more += '<x:sheet name="CANARY" state="hidden" sheetId="3" r:id="s3"/>'
    files = xlsx(rows, sheets=more, styles=_styled("0.00"), parts={"xl/worksheets/sheet2.xml": second})
    result = clean(strict(files))
    assert result.media_type == XLSX
    assert words(result.content).split() == ["Visible", "Shared", "2.5", "160"]
    assert b"CANARY" not in entries(result.content)["xl/workbook.xml"]
    assert "hidden_part" in result.removed
    assert b'formatCode="0.00"' in entries(result.content)["xl/styles.xml"]


def test_a_strict_workbook_gives_the_same_copy_as_the_other(clean: Cleaner) -> None:
    files = xlsx('<x:row r="2"><x:c r="A2" s="1"><x:v>45730</x:v></x:c></x:row>', styles=_styled())
    assert clean(strict(files)).content == clean(zipped(files)).content


@pytest.mark.parametrize(
    ("files", "kind"), [(docx(f"<w:p>{run('x')}</w:p>"), DOCX), (pptx(), PPTX)], ids=["docx", "pptx"]
)
def test_strict_documents_and_slides_give_the_same_copy_as_the_others(
    files: Files, kind: str, clean: Cleaner
) -> None:
    result = clean(strict(files))
    assert result.media_type == kind
    assert result.content == clean(zipped(files)).content


def test_a_picture_in_a_strict_document_is_cropped_by_shares_of_a_hundred(clean: Cleaner) -> None:
    for crop, change in (('<a:srcRect r="50000"/>', zipped), ('<a:srcRect r="50%"/>', strict)):
        files = docx(
            picture('r:embed="i1"', crop=crop),
            parts={"word/media/x.jpg": jpeg()},
            rels=(("i1", "image", "media/x.jpg"),),
        )
        result = clean(change(files))
        assert "hidden_image" in result.removed
        assert any(name.startswith("word/media/image1") for name in entries(result.content))


@pytest.mark.parametrize(
    ("iso", "number"),
    [
        ("2025-03-14", "45730"),
        ("2025-03-14T21:30:00", "45730.8958333333"),
        ("2025-03-14T21:30:00.500Z", "45730.8958391204"),
        ("T06:00:00", "0.25"),
    ],
)
def test_a_day_in_iso_form_stays_a_day(iso: str, number: str, clean: Cleaner) -> None:
    rows = "".join(
        f'<x:row r="{at}"><x:c r="A{at}" s="{look}" t="d"><x:v>{iso}</x:v></x:c></x:row>'
        for at, look in ((2, 1), (3, 2), (4, 0))
    )
    day = number.partition(".")[0] if iso[0] == "2" else number  # shown without its hour
    assert _values(clean(strict(xlsx(rows, styles=_styled())))) == ["Visible", day, day, iso]
    with_hour = xlsx(rows, styles=_styled("dd/mm/yyyy hh:mm"))
    assert _values(clean(strict(with_hour))) == ["Visible", number, day, iso]


def test_days_from_1904_are_counted_from_1904(clean: Cleaner) -> None:
    rows = '<x:row r="2"><x:c r="A2" s="1" t="d"><x:v>1904-01-02</x:v></x:c></x:row>'
    files = xlsx(rows, styles=_styled())
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(
        b"<x:sheets>", b'<x:workbookPr date1904="1"/><x:sheets>'
    )
    assert _values(clean(zipped(files))) == ["Visible", "1"]


@pytest.mark.parametrize(
    "wrong", ["2025-02-30", "2025-03-14T25:00:00", "1900-01-05", "soon", "", "T", "+2025-03-14"]
)
def test_what_is_no_day_stays_as_words(wrong: str, clean: Cleaner) -> None:
    rows = f'<x:row r="2"><x:c r="A2" s="1" t="d"><x:v>{wrong}</x:v></x:c></x:row>'
    assert " ".join(_values(clean(zipped(xlsx(rows, styles=_styled()))))).split() == [
        "Visible",
        *wrong.split(),
    ]


def test_a_strict_workbook_whose_sheet_is_missing_keeps_the_others(clean: Cleaner) -> None:
    """One more thing wrong: a relation to nowhere."""
    files = xlsx(sheets='<x:sheet name="Gone" sheetId="2" r:id="s2"/>')
    result = clean(strict(files))
    assert words(result.content).split() == ["Visible"]


def test_strict_names_in_utf_16_are_read_too(clean: Cleaner) -> None:
    files = xlsx()
    text = files["xl/workbook.xml"].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    text = text.replace(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/", "http://purl.oclc.org/ooxml/spreadsheetml/"
    )
    files["xl/workbook.xml"] = text.encode("utf-16")
    assert words(clean(zipped(files)).content).split() == ["Visible"]


_MANIFEST = b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
_CONTENT = (
    b'<!DOCTYPE office:document-content PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd">'
)


def _with_type(types: dict[str, bytes], head: bytes = b"\n") -> bytes:
    files = odf()
    for name, declared in types.items():
        files[name] = files[name].replace(b"?>", b"?>" + head + declared, 1)
        assert declared in files[name]
    return zipped(files)


@pytest.mark.parametrize(
    "data",
    [
        _with_type({"META-INF/manifest.xml": _MANIFEST}),
        _with_type({"content.xml": _CONTENT, "META-INF/manifest.xml": _MANIFEST}),
        _with_type({"styles.xml": b"<!DOCTYPE office:document-styles SYSTEM 'office.dtd'>"}),
        _with_type({"content.xml": b"<!DOCTYPE office:document-content>"}, b"<!-- made by hand -->\r\n"),
        _with_type({"META-INF/manifest.xml": _MANIFEST.replace(b'" "', b'"\n  "')}),
    ],
)
def test_a_document_type_that_defines_nothing_harms_nobody(data: bytes, clean: Cleaner) -> None:
    result = clean(data)
    assert words(result.content).split() == ["Visible"]
    assert not any(b"DOCTYPE" in content for content in entries(result.content).values())


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE manifest:manifest [<!ENTITY a "b">]>',
        b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd" []>',
        b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://192.0.2.1/">%b;]>',
        _MANIFEST + _MANIFEST,
        b'<!DOCTYPE a SYSTEM "a><!ENTITY b">',
    ],
)
def test_a_document_type_that_defines_something_is_refused(declared: bytes, clean: Cleaner) -> None:
    with pytest.raises(Refusal) as refused:
        clean(_with_type({"META-INF/manifest.xml": declared}))
    assert refused.value.reason == "bomb"


def _old_manifest(inside: bytes = b"/>") -> bytes:
    """As OpenOffice.org wrote it: only the document type declares the prefix."""
    files = odf()
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n' + _MANIFEST
    files["META-INF/manifest.xml"] = head + b"\n<manifest:manifest" + inside
    return zipped(files)


def test_a_manifest_whose_prefix_only_its_document_type_declares_harms_nobody(clean: Cleaner) -> None:
    assert words(clean(_old_manifest()).content) == "Visible"
    locked = b"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    with pytest.raises(Refusal, match="encrypted"):
        clean(_old_manifest(locked))


def test_a_broken_manifest_costs_nothing_and_a_broken_part_is_told_as_broken(clean: Cleaner) -> None:
    assert words(clean(_old_manifest(b"")).content) == "Visible"
    files = odf()
    files["content.xml"] = b"<?xml version='1.0'?>" + _CONTENT + b"<office:document-content"
    with pytest.raises(Refusal, match="broken"):
        clean(zipped(files))


@pytest.mark.parametrize("key", ["Title", "Header", "Footer", "Caption", "Heading", "List", "default-title"])
def test_a_style_of_word_keeps_its_look_whatever_its_id(key: str, clean: Cleaner) -> None:
    looks = f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="x"/><w:rPr><w:i/></w:rPr>'
    body = f'<w:p><w:pPr><w:pStyle w:val="{key}"/></w:pPr><w:r><w:t>Hola</w:t></w:r></w:p>'
    files = docx(
        body,
        parts={"word/styles.xml": part("w:styles", looks + "</w:style>")},
        rels=(("y1", "styles", "styles.xml"),),
    )
    copy = entries(clean(zipped(files)).content)
    assert b'<w:pStyle w:val="s1"/>' in copy["word/document.xml"]
    assert b'w:styleId="s1"' in copy["word/styles.xml"]
    assert b"<w:i/>" in copy["word/styles.xml"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1234567890123456789012.5", "1.2345678901234568e+21"),
        ("1.0000000000000000000000001", "1.0"),
        (" 7\n", "7"),
        (".5", "0.5"),
        ("+3", "3.0"),
        ("0.1234567890123456789", "0.1234567890123456789"),
    ],
)
def test_a_number_stays_however_it_is_written(written: str, kept: str, clean: Cleaner) -> None:
    result = clean(zipped(xlsx(f'<x:row r="2"><x:c r="A2"><x:v>{written}</x:v></x:c></x:row>')))
    assert _values(result) == ["Visible", kept]


@pytest.mark.parametrize("written", ["1,5", "NaN", "1e9999", "1_0", "siete"])
def test_a_number_that_is_none_is_told(written: str, clean: Cleaner) -> None:
    result = clean(zipped(xlsx(f'<x:row r="2"><x:c r="A2"><x:v>{written}</x:v></x:c></x:row>')))
    assert _values(result) == ["Visible"]
    assert "members_left_out" in result.notes
