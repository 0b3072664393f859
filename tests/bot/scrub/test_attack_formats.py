"""Attacks on the makers of clean copies: words in places that nobody sees, by whoever prepared the document.

Each must be gone, or where anybody can see it, and never pass unseen. The employer chooses the place.
"""

import io
import zipfile
from collections.abc import Callable

import pytest

from bot.scrub import Clean
from tests.bot.scrub.office_files import CANARY, docx, part, run, xlsx, zipped

Cleaner = Callable[[bytes], Clean]
Files = dict[str, bytes]

_MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
_FORMULA = f"<m:r><m:t>{CANARY}</m:t></m:r>"


def _level(number: int, words: str) -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="{words}"/></w:lvl>'
    )


def _list(level: int) -> Files:
    numbering = part(
        "w:numbering",
        f'<w:abstractNum w:abstractNumId="3">{_level(0, "%1.")}{_level(7, CANARY)}</w:abstractNum>'
        '<w:num w:numId="5"><w:abstractNumId w:val="3"/></w:num>',
    )
    properties = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr></w:pPr>'
    return docx(
        f"<w:p>{properties}{run('x')}</w:p>",
        parts={"word/numbering.xml": numbering},
        rels=(("n", "numbering", "numbering.xml"),),
    )


def _header(kind: str, more: str = "") -> Files:
    files = docx(
        parts={"word/header1.xml": part("w:hdr", f"<w:p>{run(CANARY)}</w:p>")},
        rels=(("h", "header", "header1.xml"),),
    )
    section = f'<w:sectPr><w:headerReference w:type="{kind}" r:id="h"/>{more}</w:sectPr>'
    files["word/document.xml"] = files["word/document.xml"].replace(b"<w:sectPr/>", section.encode())
    return files


def _math(inside: str) -> Files:
    return docx(f"<w:p><m:oMath {_MATH}>{inside}</m:oMath></w:p>")


def _cell(place: str, words: str, more: str = "") -> str:
    return f'<x:c r="{place}" {more} t="inlineStr"><x:is><x:t>{words}</x:t></x:is></x:c>'


def _row(number: int, *cells: str, more: str = "") -> str:
    return f'<x:row r="{number}" {more}>{"".join(cells)}</x:row>'


def _tiny_column() -> Files:
    return xlsx(
        _row(2, _cell("B2", CANARY)), before='<x:cols><x:col min="2" max="2" width="0.001"/></x:cols>'
    )


_UNSEEN: dict[str, Files] = {
    "words of a list level that no paragraph stands on": _list(0),
    "a header of even pages where these have none": _header("even"),
    "a header of the first page where that has none": _header("first"),
    "a root's hidden degree": _math(
        f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg>{_FORMULA}</m:deg><m:e/></m:rad>'
    ),
    "a sum's hidden limit": _math(
        f'<m:nary><m:naryPr><m:supHide m:val="1"/></m:naryPr><m:sup>{_FORMULA}</m:sup><m:e/></m:nary>'
    ),
    "a formula's phantom": _math(
        f'<m:phant><m:phantPr><m:show m:val="0"/></m:phantPr><m:e>{_FORMULA}</m:e></m:phant>'
    ),
    "a table's cell under a merged one": docx(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr>'
        f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p>{run(CANARY)}</w:p></w:tc></w:tr></w:tbl>"
    ),
    "a cell under a merged one": xlsx(
        _row(2, _cell("A2", "top"), _cell("B2", CANARY)),
        sheet='<x:mergeCells><x:mergeCell ref="A2:B3"/></x:mergeCells>',
    ),
    "the second of two cells of one place": xlsx(_row(2, _cell("A2", "top"), _cell("A2", CANARY))),
    "the second of two rows of one number": xlsx(_row(2, _cell("A2", "top")) + _row(2, _cell("A2", CANARY))),
    "a column beyond the last": xlsx(_row(2, _cell("ZZZ2", CANARY))),
    "a row beyond the last": xlsx(_row(9_999_999, _cell("A9999999", CANARY))),
    "a row too flat to see": xlsx(_row(2, _cell("A2", CANARY), more='ht="0.01"')),
    "a row of no height, written in another way": xlsx(_row(2, _cell("A2", CANARY), more='ht="0.00"')),
    "a column too narrow to see": _tiny_column(),
    "a sheet's header of even pages": xlsx(
        sheet=f"<x:headerFooter><x:evenHeader>{CANARY}</x:evenHeader></x:headerFooter>"
    ),
}


def _words(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("place", _UNSEEN)
def test_words_where_nobody_sees_them_are_gone_and_told(place: str, clean: Cleaner) -> None:
    copy = clean(zipped(_UNSEEN[place]))

    assert CANARY.encode() not in _words(copy.content)
    assert {"hidden_part", "hidden_text"} & set(copy.removed)


def test_words_in_the_same_places_stay_where_they_are_seen(clean: Cleaner) -> None:
    for files in (
        _list(7),
        _header("first", "<w:titlePg/>"),
        _math(f'<m:rad><m:radPr><m:degHide m:val="0"/></m:radPr><m:deg>{_FORMULA}</m:deg><m:e/></m:rad>'),
        xlsx(_row(2, _cell("A2", CANARY)), sheet='<x:mergeCells><x:mergeCell ref="A2:B3"/></x:mergeCells>'),
    ):
        copy = clean(zipped(files))

        assert CANARY.encode() in _words(copy.content)
        assert not {"hidden_part", "hidden_text"} & set(copy.removed)


def test_rows_that_are_flat_unless_they_say_otherwise_come_out_visible(clean: Cleaner) -> None:
    flat = '<x:sheetFormatPr defaultRowHeight="0" defaultColWidth="0.0"/>'

    words = _words(clean(zipped(xlsx(_row(2, _cell("A2", "2")), before=flat))).content)

    assert b'<x:sheetFormatPr defaultRowHeight="15"/>' in words


def test_a_palette_that_spells_a_name_is_gone_and_its_colours_stay(clean: Cleaner) -> None:
    letters = "".join(f'<x:rgbColor rgb="{letter:02X}CAFE01"/>' for letter in b"Juan Perez")
    styles = (
        '<x:fonts><x:font><x:color indexed="3"/></x:font></x:fonts><x:cellXfs><x:xf fontId="0"/></x:cellXfs>'
        f"<x:colors><x:indexedColors>{letters}</x:indexedColors></x:colors>"
    )

    words = _words(clean(zipped(xlsx(styles=styles))).content)

    assert words.count(b"CAFE01") == 1
    assert b'<x:color rgb="FFCAFE01"/>' in words


@pytest.mark.parametrize(
    "code", ["0;0;0;", '"EUR";"EUR"', "[$DDD];0", "AM/PM;0", '0;0;"CAN""ARY"', "[$-12345678]0"]
)
def test_a_number_format_that_hides_or_speaks_is_the_general_one(code: str, clean: Cleaner) -> None:
    quoted = code.replace('"', "&quot;")
    styles = (
        f'<x:numFmts><x:numFmt numFmtId="170" formatCode="{quoted}"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="170"/></x:cellXfs>'
    )

    words = _words(clean(zipped(xlsx(_row(2, _cell("A2", "x", 's="1"')), styles=styles))).content)

    assert b"formatCode" not in words
