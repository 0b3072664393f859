"""Attacks on the makers of clean copies: words in places that nobody sees, by whoever prepared the document.

Each must be gone, or where anybody can see it, and never pass unseen. The employer chooses the place.
"""

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from scrub import engine
from scrub.report import Clean, Refusal
from tests.scrub.office_files import CANARY, docx, odf, part, pptx, run, shape, xlsx, zipped

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


_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_RICH = f"<c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{CANARY}</a:t></a:r></a:p></c:rich></c:tx>"


def _chart(series: str, more: str = "", after: str = "") -> Files:
    inside = (
        f'<c:barChart><c:barDir val="bar"/><c:ser><c:idx val="0"/><c:order val="0"/>{series}</c:ser>'
        f'<c:ser><c:idx val="1"/><c:order val="1"/></c:ser><c:axId val="1"/></c:barChart>{more}'
    )
    return docx(
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr id="1" name="x"/><a:graphic>'
        f'<a:graphicData uri="{_CHART}"><c:chart r:id="c1"/></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>",
        parts={
            "word/charts/chart9.xml": part(
                "c:chartSpace", f"<c:chart><c:plotArea>{inside}</c:plotArea>{after}</c:chart>"
            )
        },
        rels=(("c1", "chart", "charts/chart9.xml"),),
    )


def _points(kind: str, place: int) -> str:
    point = f'<c:pt idx="{place}"><c:v>{CANARY}</c:v></c:pt>'
    return f'<c:{kind}><c:ptCount val="2"/><c:pt idx="0"><c:v>1</c:v></c:pt>{point}</c:{kind}>'


def _axis(more: str = "") -> str:
    return f'<c:catAx><c:axId val="1"/>{more}<c:axPos val="b"/><c:crossAx val="2"/></c:catAx>'


def _grouped(inside: str) -> str:
    frame = '<a:off x="0" y="0"/><a:ext cx="10" cy="10"/><a:chOff x="0" y="0"/><a:chExt cx="10" cy="10"/>'
    return f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm>{frame}</a:xfrm></p:grpSpPr>{inside}</p:grpSp>"


_TABLE = (
    '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="3" name="x"/><p:cNvGraphicFramePr/><p:nvPr/>'
    '</p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="999" cy="999"/></p:xfrm><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblGrid>'
    '<a:gridCol w="1"/><a:gridCol w="1"/></a:tblGrid><a:tr h="1"><a:tc gridSpan="2"/><a:tc hMerge="1">'
    f"<a:txBody><a:bodyPr/><a:p><a:r><a:t>{CANARY}</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>"
    "</a:graphicData></a:graphic></p:graphicFrame>"
)


def _hidden_layout() -> Files:
    files = pptx(layout=shape(CANARY))
    name = "ppt/slides/slide1.xml"
    files[name] = files[name].replace(b"<p:sld ", b'<p:sld showMasterSp="0" ')
    return files


_BESIDE = shape(CANARY, at="99999999")

_SEEN = "<text:p>Visible</text:p>"
_NUMBERED = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/>'
    f'<text:list-level-style-number text:level="2" style:num-format="1" style:num-prefix="{CANARY}"/>'
    "</text:list-style>"
)
_LIST = '<text:list text:style-name="L1"><text:list-item><text:p>a</text:p>%s</text:list-item></text:list>'


def _page(name: str, inside: str) -> str:
    return f'<style:master-page style:name="{name}">{inside}</style:master-page>'


def _masters(*pages: str) -> Files:
    return odf(masters=f"<office:master-styles>{''.join(pages)}</office:master-styles>")


def _table(*rows: str, kind: str = "spreadsheet", styles: str = "") -> Files:
    inside = "".join(f"<table:table-row {row}</table:table-row>" for row in rows)
    before = _SEEN if kind == "text" else ""
    return odf(kind, f'{before}<table:table table:name="a">{inside}</table:table>', styles=styles)


_COVERED = (
    '><table:table-cell table:number-columns-spanned="2"><text:p>V</text:p></table:table-cell>'
    f"<table:covered-table-cell><text:p>{CANARY}</text:p></table:covered-table-cell>"
)
_FLAT = (
    '<style:style style:name="ro" style:family="table-row"><style:table-row-properties'
    ' style:row-height="0.001cm"/></style:style>'
)

_UNSEEN: dict[str, Files] = {
    "words of an open list's unused level": odf(inside=_SEEN + _LIST % "", styles=_NUMBERED),
    "a header of a page that nothing uses": _masters(
        _page("Standard", ""), _page("Z", f"<style:header><text:p>{CANARY}</text:p></style:header>")
    ),
    "an open header that is off": _masters(
        _page("S", f'<style:header style:display="false"><text:p>{CANARY}</text:p></style:header>')
    ),
    "an open sheet's cell under a merged one": _table(_COVERED),
    "an open table's cell under a merged one": _table(_COVERED, kind="text"),
    "an open row too flat to see": _table(
        "><table:table-cell><text:p>V</text:p></table:table-cell>",
        f'table:style-name="ro"><table:table-cell><text:p>{CANARY}</text:p></table:table-cell>',
        styles=_FLAT,
    ),
    "words where a chart has numbers": _chart(f"<c:val>{_points('numLit', 1)}</c:val>", _axis()),
    "a chart's point beyond the last": _chart(f"<c:cat>{_points('strLit', 77)}</c:cat>", _axis()),
    "a second point of one place": _chart(f"<c:cat>{_points('strLit', 0)}</c:cat>", _axis()),
    "the title of an axis that is off": _chart("", _axis(f'<c:delete val="1"/><c:title>{_RICH}</c:title>')),
    "categories without an axis": _chart(
        f"<c:cat>{_points('strLit', 1)}</c:cat>", _axis('<c:delete val="1"/>')
    ),
    "a series' name without a legend": _chart(f"<c:tx><c:v>{CANARY}</c:v></c:tx>", _axis()),
    "a trend's name without a legend": _chart(
        f'<c:trendline><c:name>{CANARY}</c:name><c:trendlineType val="linear"/></c:trendline>', _axis()
    ),
    "a label that is off": _chart(
        f'<c:dLbls><c:dLbl><c:idx val="0"/><c:delete val="1"/>{_RICH}</c:dLbl></c:dLbls>', _axis()
    ),
    "a second wording of a title": _chart(
        "", _axis(f"<c:title>{_RICH[:6]}<c:v>a</c:v>{_RICH[6:]}</c:title>")
    ),
    "a slide's table cell under a merged one": pptx(_TABLE),
    "a layout's shape that no slide shows": _hidden_layout(),
    "a turned shape beside the slide": pptx(_BESIDE.replace("<a:xfrm>", '<a:xfrm rot="5400000">')),
    "a shape beside the slide in a group on it": pptx(_grouped(_BESIDE)),
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
        _chart(f"<c:cat>{_points('strLit', 1)}</c:cat>", _axis()),
        _chart(f"<c:tx><c:v>{CANARY}</c:v></c:tx>", after='<c:legend><c:legendPos val="b"/></c:legend>'),
        pptx(_grouped(shape(CANARY))),
        pptx(layout=shape(CANARY)),
        odf(inside=_SEEN + _LIST % (_LIST % ""), styles=_NUMBERED),
        _masters(_page("Standard", f"<style:header><text:p>{CANARY}</text:p></style:header>")),
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
    ("code", "kept"),
    [
        ("0;0;0;", "0;0;0;"),
        ('"EUR";"EUR"', ""),
        ("[$DDD];0", ";0"),  # the section stays, or the digits that it hides would show
        ("AM/PM;0", "AM/PM;0"),
        ('0;0;"CAN""ARY"', "0;0;&quot; &quot;&quot; &quot;"),
        ("[$-12345678]0", "0"),
        ("[$-es-CANARY7f]0", "0"),
        ("[$-1FFFFFF]0", "0"),
        ("[$-D07041E]0", "[$-D07041E]0"),
        ("[$-C0A]0", "[$-C0A]0"),
        ("[$-zh-Hant-TW]0", "[$-zh-Hant-TW]0"),
    ],
)
def test_a_number_format_loses_its_words_and_hides_what_it_hid(code: str, kept: str, clean: Cleaner) -> None:
    quoted = code.replace('"', "&quot;")
    styles = (
        f'<x:numFmts><x:numFmt numFmtId="170" formatCode="{quoted}"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="170"/></x:cellXfs>'
    )

    words = _words(clean(zipped(xlsx(_row(2, _cell("A2", "x", 's="1"')), styles=styles))).content)

    found = re.search(rb'formatCode="([^"]*)"', words)
    assert (found[1].decode() if found else "") == kept
    assert (b"<x:t>x</x:t>" in words) == (code != "0;0;0;")


def test_words_between_a_charts_labels_are_no_separator(clean: Cleaner) -> None:
    series = f'<c:dLbls><c:showVal val="0"/><c:separator>{CANARY}</c:separator></c:dLbls>'

    assert CANARY.encode() not in _words(clean(zipped(_chart(series))).content)


def test_a_presentation_without_its_master_is_broken() -> None:
    files = pptx()
    del files["ppt/slideMasters/slideMaster1.xml"]

    with pytest.raises(Refusal, match="broken"):
        engine.scrub(zipped(files))


@pytest.mark.parametrize(
    "inside",
    [
        f'<draw:connector svg:d="M 0 0 {CANARY}" svg:x1="0cm" svg:x2="1cm" svg:y1="0cm" svg:y2="1cm"/>',
        f'<draw:custom-shape><draw:enhanced-geometry draw:enhanced-path="M 0 0 N {CANARY}"/>'
        "</draw:custom-shape>",
        f'<draw:rect svg:width="1cm" svg:height="1cm" draw:transform="rotate ({CANARY.lower()})"/>',
        f'<text:note text:note-class="footnote"><text:note-citation text:label="1">{CANARY}'
        "</text:note-citation><text:note-body><text:p>n</text:p></text:note-body></text:note>",
    ],
)
def test_words_in_a_path_a_transform_or_behind_a_label(inside: str, clean: Cleaner) -> None:
    words = _words(clean(zipped(odf(inside=f"{_SEEN}<text:p>{inside}</text:p>"))).content)

    assert CANARY.lower().encode() not in words.lower()


@pytest.mark.parametrize(
    "styles",
    [
        f'<text:list-style style:name="L1"><text:list-level-style-number style:num-prefix="{CANARY}"/>'
        "</text:list-style>",
        f'<number:date-style style:name="N1"><number:text>{CANARY}</number:text></number:date-style>',
    ],
)
def test_open_styles_that_nothing_uses_are_gone(styles: str, clean: Cleaner) -> None:
    assert CANARY.encode() not in _words(clean(zipped(odf(styles=styles))).content)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "kept"),
    [
        ("float", "1234.5", "1,234.50", "1234.50"),
        ("float", "1234.567890123", "1.234,57", "1234.57"),
        ("percentage", "0.125", "12.5%", "0.125"),
        ("currency", "-3", "-$3.00", "-3.00"),
        ("float", "43512345678", "1", None),
        ("float", "1", "Juan", None),
        ("float", "nan", "1", None),
        ("date", "1975-03-14", "today", None),
    ],
)
def test_an_open_cell_whose_value_is_not_what_it_shows(
    kind: str, value: str, shown: str, kept: str | None, clean: Cleaner
) -> None:
    which = "date-value" if kind == "date" else "value"
    cell = f'<table:table-cell office:value-type="{kind}" office:{which}="{value}"><text:p>{shown}</text:p>'

    words = _words(clean(zipped(_table(f">{cell}</table:table-cell>"))).content)

    assert shown.encode() in words
    assert (f'office:value="{kept}"'.encode() in words) if kept else (b"value=" not in words)


def test_an_open_shapes_equations_keep_their_references(clean: Cleaner) -> None:
    geometry = (
        '<draw:custom-shape><draw:enhanced-geometry draw:enhanced-path="M ?f7 0 L ?Juan 1 N">'
        '<draw:equation draw:name="f7" draw:formula="left+1"/>'
        '<draw:equation draw:name="Juan" draw:formula="?f7 *2"/></draw:enhanced-geometry></draw:custom-shape>'
    )

    words = _words(clean(zipped(odf(inside=f"{_SEEN}<text:p>{geometry}</text:p>"))).content)

    assert b'draw:enhanced-path="M ?g1 0 L ?g2 1 N"' in words
    assert b'draw:formula="?g1 *2" draw:name="g2"' in words


def test_an_arrow_with_a_longer_shaft_does_not_become_a_time(clean: Cleaner) -> None:
    lines = b"1\n00:00:01,000 --> 00:00:02,000\nHola\n00:00:03,000 ---> 00:00:04,000\n"

    assert clean(lines).content.count(b"-->") == 1


@pytest.mark.parametrize("number", ["\u00b2", "\u0663", "9" * 5000, "-1", "1e3", ""])
@pytest.mark.parametrize("place", ['<x:row r="{}">', '<x:row r="2"><x:c t="s"><x:v>{}</x:v></x:c>'])
def test_odd_numbers_crash_no_sheet(place: str, number: str, clean: Cleaner) -> None:
    columns = f'<x:cols><x:col hidden="1" min="{number}" max="{number}"/></x:cols>'
    merged = f'<x:mergeCells><x:mergeCell ref="A{number}:B2"/></x:mergeCells>'
    styles = (
        f'<x:cellXfs><x:xf numFmtId="{number}" fontId="{number}"/></x:cellXfs><x:fonts><x:font>'
        f'<x:color indexed="{number}"/></x:font></x:fonts><x:colors><x:indexedColors/></x:colors>'
    )
    rows = place.format(number) + "</x:row>"

    clean(zipped(xlsx(rows, before=columns, sheet=merged, styles=styles)))


def test_a_part_that_claims_to_be_two_kinds_is_one(clean: Cleaner) -> None:
    files = pptx()
    name = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
    files[name] = files[name].replace(b"../theme/theme1.xml", b"../slideLayouts/slideLayout1.xml")

    with pytest.raises(Refusal, match="broken"):
        clean(zipped(files))


def test_a_frame_as_wide_as_a_share_of_the_page_stays_so(clean: Cleaner) -> None:
    frame = '<draw:frame style:rel-width="61%"><draw:text-box><text:p>a</text:p></draw:text-box>'

    words = _words(clean(zipped(odf(inside=f"{_SEEN}<text:p>{frame}</draw:frame></text:p>"))).content)

    assert b'style:rel-width="61%"' in words


def test_styles_of_a_presentations_master_stay_its_own(clean: Cleaner) -> None:
    masters = (
        '<office:styles><style:style style:name="Juan-title" style:family="presentation"/></office:styles>'
        '<office:master-styles><style:master-page style:name="Juan"/></office:master-styles>'
    )
    page = (
        '<draw:page draw:master-page-name="Juan"><draw:frame presentation:style-name="Juan-title">'
        "<draw:text-box><text:p>a</text:p></draw:text-box></draw:frame></draw:page>"
    )

    words = _words(clean(zipped(odf("presentation", page, masters=masters))).content)

    assert b"Juan" not in words
    assert b'draw:master-page-name="s1"' in words
    assert b'presentation:style-name="s1-title"' in words


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("s\ua4f3l", "sOl"),
        ("\u0570ola", "hola"),
        ("\u13aana", "Ana"),
        ("a\u0261ua", "agua"),
        ("pa\u04cfo", "palo"),
        ("don\u02bct", "don't"),
        ("12\u223630", "12:30"),
        ("a\u2215b \u2217 c\u01c3", "a/b * c!"),
        ("so\U0001d159l", "sol"),
    ],
)
def test_look_alike_letters_and_signs_of_rarer_scripts(marked: str, plain: str, clean: Cleaner) -> None:
    assert clean(f"uno {marked} dos\n".encode()).content == f"uno {plain} dos\n".encode()


def test_whole_words_of_other_scripts_stay(clean: Cleaner) -> None:
    words = "\u0570\u0561\u0575 \u13e3\u13b3\u13a9 \u0434\u0430 \u03bd\u03b1\u03b9 5 \u03b1-x\n"

    assert clean(words.encode()).content == words.encode()


def test_a_note_that_shows_nothing_in_a_document(clean: Cleaner) -> None:
    words = _words(clean(zipped(docx(f"<w:p>{run('so' + chr(0x1D159) + 'l')}</w:p>"))).content)

    assert b">sol<" in words


def test_subtitles_without_times_take_linear_time(clean: Cleaner) -> None:
    many = b"1\n00:00:01,000 --> 00:00:02,000\n" + b"a\n\n" * 400_000

    assert clean(many).content.count(b"a\n") == 400_000


@pytest.mark.parametrize(
    "inside",
    [
        "<w:ins><w:r><w:t>a</w:t></w:r></w:ins>",
        "<w:sdt><w:sdtContent><w:r><w:t>a</w:t></w:r></w:sdtContent></w:sdt>",
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>a</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    ],
)
def test_a_paragraph_of_many_changes_takes_linear_time(inside: str, clean: Cleaner) -> None:
    """Half a minute of a child's 40 s, before; a second since."""
    words = _words(clean(zipped(docx(f"<w:p>{inside * 20_000}</w:p>"))).content)

    assert words.count(b"<w:t>a</w:t>") == 20_000


def test_paragraphs_joined_by_deleted_ends_keep_their_order(clean: Cleaner) -> None:
    gone = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    joined = "".join(f"<w:p>{gone}{run(letter)}</w:p>" for letter in "abc") + f"<w:p>{run('d')}</w:p>"

    words = _words(clean(zipped(docx(joined))).content)

    assert re.findall(rb"<w:t>(\w)</w:t>", words) == [b"a", b"b", b"c", b"d"]
    assert b"<w:t>c</w:t></w:r><w:r><w:rPr/><w:t>d" in words


def test_the_order_of_attributes_decides_nothing(clean: Cleaner) -> None:
    style = '<style:style style:name="a" style:family="paragraph" {} {}/>'
    names = 'style:list-style-name="L1"', 'style:parent-style-name="b"'
    body = f'{_SEEN}<text:p text:style-name="a">x</text:p>'

    one, other = (
        clean(zipped(odf(inside=body, styles=style.format(*order) + _NUMBERED)))
        for order in (names, names[::-1])
    )

    assert one.content == other.content


def test_a_document_says_what_it_may_still_hide(clean: Cleaner) -> None:
    assert "marks_remain" in clean(zipped(docx())).notes


@pytest.mark.parametrize(
    "page",
    [
        '<p style="display:none">CANARY<p>seen',
        '<p style="display:none">CANARY</p>seen',
        '<p style="display:none">CANARY <b>x</b><div>seen</div>',
        '<table><tr><td style="display: none">CANARY<td>seen</table>',
        '<table><tr style="visibility:hidden"><td>CANARY<tr><td>seen</table>',
        '<ul><li style="display:none">CANARY<li>seen</ul>',
        '<a style="font-size:1px">CANARY</a>seen',
        '<font style="font-size: 0.1pt;">CANARY</font>seen',
        '<div style="opacity:0.0">CANARY</div>seen',
        '<div style="max-height:0px; overflow:hidden">CANARY</div>seen',
    ],
)
def test_words_that_an_e_mails_page_hides(page: str, clean: Cleaner) -> None:
    mail = b"From: a@b.c\nSubject: x\nContent-Type: text/html\n\n" + page.encode()

    copy = clean(mail)

    assert b"seen" in copy.content
    assert b"CANARY" not in copy.content
    assert "hidden_text" in copy.removed


@pytest.mark.parametrize("style", ["font-size:1em", "opacity:0.5", "line-height:1.2", "font-size:10px", ""])
def test_words_that_an_e_mails_page_shows(style: str, clean: Cleaner) -> None:
    page = f'<p style="{style}">seen <p style="{style}">and this'

    copy = clean(b"From: a@b.c\nSubject: x\nContent-Type: text/html\n\n" + page.encode())

    assert b"seen" in copy.content
    assert b"and this" in copy.content
