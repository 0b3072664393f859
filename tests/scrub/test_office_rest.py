"""What workbooks and OpenDocument files hold that nobody sees, and what is seen that can't be copied."""

import re
from collections.abc import Callable

import pytest

from scrub.report import Clean, Refusal
from tests.scrub.office_files import CANARY, Files, odf, open_part, part, relations, xlsx, zipped
from tests.scrub.test_office import entries, words

Cleaner = Callable[[bytes], Clean]

CHART = part(
    "c:chartSpace",
    "<c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>Hours</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    "<c:plotArea><c:barChart><c:barDir val='col'/><c:ser><c:idx val='0'/><c:order val='0'/><c:val><c:numRef>"
    "<c:f>x</c:f><c:numCache><c:ptCount val='1'/><c:pt idx='0'><c:v>160</c:v></c:pt></c:numCache></c:numRef>"
    "</c:val></c:ser><c:axId val='1'/><c:axId val='2'/></c:barChart></c:plotArea></c:chart>",
)
FRAME = part(
    "xdr:wsDr",
    "<xdr:absoluteAnchor><xdr:pos x='0' y='0'/><xdr:ext cx='9000' cy='6000'/><xdr:graphicFrame>"
    "<xdr:nvGraphicFramePr><xdr:cNvPr id='2' name='x'/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>"
    "<xdr:xfrm><a:off x='0' y='0'/><a:ext cx='0' cy='0'/></xdr:xfrm><a:graphic><a:graphicData"
    " uri='http://schemas.openxmlformats.org/drawingml/2006/chart'><c:chart r:id='c1'/></a:graphicData>"
    "</a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:absoluteAnchor>",
)


def _with_chartsheet(chartsheet: bytes, state: str = "visible") -> bytes:
    parts = {
        "xl/chartsheets/sheet1.xml": chartsheet,
        "xl/chartsheets/_rels/sheet1.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
        "xl/drawings/drawing1.xml": FRAME,
        "xl/drawings/_rels/drawing1.xml.rels": relations(("c1", "chart", "../charts/chart1.xml")),
        "xl/charts/chart1.xml": CHART,
    }
    sheets = f'<x:sheet name="Graph" state="{state}" sheetId="2" r:id="g1"/>'
    return zipped(xlsx(sheets=sheets, parts=parts, rels=(("g1", "chartsheet", "chartsheets/sheet1.xml"),)))


SHEET = part(
    "x:chartsheet",
    f'<x:sheetPr codeName="{CANARY}"/><x:sheetViews><x:sheetView workbookViewId="0"/></x:sheetViews>'
    '<x:drawing r:id="d1"/>',
)


def test_a_sheet_that_is_one_chart_stays(clean: Cleaner) -> None:
    result = clean(_with_chartsheet(SHEET))
    found = entries(result.content)
    assert b'name="Graph"' in found["xl/workbook.xml"]
    assert b"<x:sheetData/><x:drawing" in found["xl/worksheets/sheet2.xml"]
    assert b"160" in found["xl/charts/chart1.xml"]
    assert "members_left_out" not in result.notes
    assert not any(CANARY.encode() in content for content in found.values())


def test_a_hidden_one_goes_and_a_broken_one_costs_nothing_else(clean: Cleaner) -> None:
    result = clean(_with_chartsheet(SHEET, "hidden"))
    assert "hidden_part" in result.removed
    assert "xl/charts/chart1.xml" not in entries(result.content)
    for broken in (part("x:chartsheet", ""), part("x:dialogsheet", CANARY)):
        result = clean(_with_chartsheet(broken))
        assert words(result.content).split()[0] == "Visible"
        assert not any(CANARY.encode() in content for content in entries(result.content).values())
    with pytest.raises(Refusal, match="broken"):
        clean(_with_chartsheet(b"<"))


SEEN = [
    ('<x:picture r:id="p1"/>', "members_left_out"),
    (
        "<x:extLst><x:ext>"
        '<s:sparklineGroups xmlns:s="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        f"<s:sparklineGroup><s:f>{CANARY}</s:f></s:sparklineGroup></s:sparklineGroups></x:ext></x:extLst>",
        "charts_left_out",
    ),
]


@pytest.mark.parametrize(("sheet", "note"), SEEN, ids=["picture behind", "small charts"])
def test_what_is_seen_and_cannot_be_copied_is_told(sheet: str, note: str, clean: Cleaner) -> None:
    result = clean(zipped(xlsx(sheet=sheet)))
    assert note in result.notes
    assert not any(CANARY.encode() in content for content in entries(result.content).values())


def test_a_picture_in_a_cell_is_told(clean: Cleaner) -> None:
    cell = (
        '<x:row r="2"><x:c r="A2" t="e" vm="1"><x:v>#VALUE!</x:v></x:c>'
        '<x:c r="B2" vm="2"><x:v>5</x:v></x:c></x:row>'
    )
    assert "members_left_out" in clean(zipped(xlsx(cell))).notes


UNSEEN = {
    "scenario": '<x:scenarios>'
     f'<x:scenario name="{CANARY}" user="{CANARY}" comment="{CANARY}"/></x:scenarios>',
    "validation": f'<x:dataValidations><x:dataValidation prompt="{CANARY}" sqref="A1"/></x:dataValidations>',
    "view": f'<x:customSheetViews><x:customSheetView guid="{CANARY}"/></x:customSheetViews>',
    "range": '<x:protectedRanges>'
     f'<x:protectedRange name="{CANARY}" securityDescriptor="{CANARY}"/></x:protectedRanges>',
    "watch": f'<x:cellWatches><x:cellWatch r="{CANARY}"/></x:cellWatches>',
    "tags": f'<x:smartTags><x:cellSmartTags><x:cellSmartTag type="{CANARY}"/>'
     '</x:cellSmartTags></x:smartTags>',
    "custom": f'<x:customProperties><x:customPr name="{CANARY}" r:id="z"/></x:customProperties>',
    "web": '<x:webPublishItems>'
     f'<x:webPublishItem title="{CANARY}" destinationFile="{CANARY}"/></x:webPublishItems>',
    "password": f'<x:sheetProtection password="{CANARY}" sheet="1"/>',
    "sort": f'<x:sortState ref="{CANARY}"/>',
    "source": f'<x:dataConsolidate><x:dataRefs><x:dataRef name="{CANARY}"/></x:dataRefs></x:dataConsolidate>',
    "filter": '<x:autoFilter ref="A1"><x:filterColumn><x:filters>'
     f'<x:filter val="{CANARY}"/></x:filters></x:filterColumn></x:autoFilter>',
    "phonetic": f'<x:phoneticPr fontId="{CANARY}"/>',
    "table": f'<x:tableParts><x:tablePart r:id="{CANARY}"/></x:tableParts>',
}  # fmt: skip


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_a_sheet_holds_and_nobody_sees_goes(kind: str, clean: Cleaner) -> None:
    result = clean(zipped(xlsx(sheet=UNSEEN[kind])))
    assert words(result.content) == "Visible"
    assert not any(CANARY.encode() in content for content in entries(result.content).values())
    if kind in ("scenario", "validation", "view", "range", "watch", "tags", "custom", "web", "password"):
        assert "other_metadata" in result.removed


@pytest.mark.parametrize(
    ("book", "code"),
    [
        (f'<x:fileSharing userName="{CANARY}"/>', "author"),
        (
            f'<x:customWorkbookViews><x:customWorkbookView name="{CANARY}"/></x:customWorkbookViews>',
            "other_metadata",
        ),
        (
            f'<x:webPublishObjects><x:webPublishObject title="{CANARY}"/></x:webPublishObjects>',
            "other_metadata",
        ),
        (f'<x:workbookProtection workbookPassword="{CANARY}"/>', "other_metadata"),
    ],
)
def test_what_a_workbook_holds_and_nobody_sees_goes_and_is_told(book: str, code: str, clean: Cleaner) -> None:
    result = clean(zipped(xlsx(book=book)))
    assert code in result.removed
    assert not any(CANARY.encode() in content for content in entries(result.content).values())


def test_the_log_of_a_shared_workbook_goes_and_is_told(clean: Cleaner) -> None:
    files: Files = {"xl/revisions/revisionHeaders.xml": part("x:headers", f'<x:header userName="{CANARY}"/>')}
    result = clean(zipped(xlsx(parts=files)))
    assert {"revision", "author"} <= set(result.removed)


def test_earlier_versions_inside_an_open_document_go_and_are_told(clean: Cleaner) -> None:
    files: Files = {
        "VersionList.xml": open_part("office:x", CANARY),
        "Versions/Version1": zipped(odf(inside=f"<text:p>{CANARY}</text:p>")),
    }
    result = clean(zipped(odf(parts=files)))
    assert "revision" in result.removed
    assert CANARY.encode() not in b"".join(entries(result.content).values())


HELD = {
    "messages": '<table:content-validations>'
     f'<table:content-validation table:name="{CANARY}"/></table:content-validations>',
    "names": f'<table:named-expressions><table:named-range table:name="{CANARY}"/></table:named-expressions>',
    "ranges": f'<table:database-ranges><table:database-range table:name="{CANARY}"/></table:database-ranges>',
    "pivot": f'<table:data-pilot-tables><table:data-pilot-table table:name="{CANARY}"/>'
     '</table:data-pilot-tables>',
    "links": '<table:dde-links><table:dde-link>'
     f'<office:dde-source office:dde-topic="{CANARY}"/></table:dde-link></table:dde-links>',
    "labels": '<table:label-ranges>'
     f'<table:label-range table:data-cell-range-address="{CANARY}"/></table:label-ranges>',
    "merging": f'<table:consolidation table:source-cell-range-addresses="{CANARY}"/>',
}  # fmt: skip


@pytest.mark.parametrize("kind", HELD)
def test_what_a_sheet_of_open_document_holds_and_nobody_sees_goes(kind: str, clean: Cleaner) -> None:
    cell = "<table:table-cell><text:p>Visible</text:p></table:table-cell>"
    more = (
        f'<table:scenario table:comment="{CANARY}"/>'
        f"<table:title>{CANARY}</table:title><table:desc>{CANARY}</table:desc>"
    )
    table = f'<table:table table:name="One" table:protection-key="{CANARY}">{more}<table:table-row>{cell}'
    result = clean(zipped(odf("spreadsheet", f"{table}</table:table-row></table:table>{HELD[kind]}")))
    assert words(result.content) == "Visible"
    assert not any(CANARY.encode() in content for content in entries(result.content).values())


TEXT = {
    "bookmark": f'<text:bookmark text:name="{CANARY}"/>',
    "reference": f'<text:reference-mark-start text:name="{CANARY}"/>',
    "index mark": f'<text:alphabetical-index-mark text:string-value="{CANARY}"/>',
    "toc mark": f'<text:toc-mark text:string-value="{CANARY}"/>',
    "set page": f'<text:page-variable-set text:page-adjust="1">{CANARY}</text:page-variable-set>',
    "script": f'<text:script script:language="x">{CANARY}</text:script>',
    "about": f'<text:meta xhtml:about="{CANARY}" xmlns:xhtml="http://www.w3.org/1999/xhtml"/>',
    "area": '<draw:a><draw:frame svg:width="1cm"><draw:image-map>'
     f'<draw:area-rectangle office:name="{CANARY}"/></draw:image-map></draw:frame></draw:a>',
    "contour": f'<draw:frame svg:width="1cm"><draw:contour-path draw:name="{CANARY}"/>'
     f'<svg:desc>{CANARY}</svg:desc></draw:frame>',
    "event": '<office:event-listeners>'
     f'<script:event-listener script:macro-name="{CANARY}"/></office:event-listeners>',
}  # fmt: skip


@pytest.mark.parametrize("kind", TEXT)
def test_what_a_text_of_open_document_holds_and_nobody_sees_goes(kind: str, clean: Cleaner) -> None:
    result = clean(zipped(odf(inside=f"<text:p>Visible{TEXT[kind]}</text:p>")))
    assert "Visible" in words(result.content)
    assert not any(CANARY.encode() in content for content in entries(result.content).values())


def _of_cells(values: str, categories: str) -> bytes:
    """A chart that keeps no values, as openpyxl writes one."""
    chart = part(
        "c:chartSpace",
        "<c:chart><c:plotArea><c:barChart><c:barDir val='col'/><c:ser><c:idx val='0'/><c:order val='0'/>"
        "<c:tx><c:strRef><c:f>'Two'!A1</c:f></c:strRef></c:tx>"
        f"<c:cat><c:numRef><c:f>{categories}</c:f></c:numRef></c:cat>"
        f"<c:val><c:numRef><c:f>{values}</c:f></c:numRef></c:val></c:ser>"
        "<c:axId val='1'/><c:axId val='2'/></c:barChart><c:catAx><c:axId val='1'/><c:crossAx val='2'/>"
        "</c:catAx></c:plotArea><c:legend/></c:chart>",
    )
    rows = "".join(
        f'<x:row r="{row}" {hidden}><x:c r="A{row}" t="inlineStr"><x:is><x:t>{word}</x:t></x:is></x:c>'
        f'<x:c r="B{row}"><x:v>{row * 11}</x:v></x:c></x:row>'
        for row, word, hidden in (
            (1, "Turnos", ""),
            (2, "Ene", ""),
            (3, CANARY, "hidden='1'"),
            (4, "Mar", ""),
        )
    )
    parts = {
        "xl/worksheets/sheet2.xml": part("x:worksheet", f"<x:sheetData>{rows}</x:sheetData>"),
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
        "xl/drawings/drawing1.xml": FRAME,
        "xl/drawings/_rels/drawing1.xml.rels": relations(("c1", "chart", "../charts/chart1.xml")),
        "xl/charts/chart1.xml": chart,
    }
    sheets = '<x:sheet name="Two" sheetId="2" r:id="s2"/>'
    return zipped(xlsx(sheets=sheets, sheet='<x:drawing r:id="d1"/>', parts=parts))


def test_a_chart_without_values_of_its_own_shows_those_of_its_cells(clean: Cleaner) -> None:
    result = clean(_of_cells("'Two'!$B$2:$B$4", "Two!$A$2:$A$4"))
    chart = entries(result.content)["xl/charts/chart1.xml"].decode()
    assert "<c:v>22</c:v>" in chart
    assert "<c:v>44</c:v>" in chart
    assert "<c:v>33</c:v>" not in chart  # its row is hidden
    assert "<c:v>Turnos</c:v>" in chart
    assert "<c:v>Ene</c:v>" in chart
    assert CANARY not in chart
    assert "members_left_out" not in result.notes


@pytest.mark.parametrize(
    "area", ["[1]Two!$B$2:$B$4", "Two!B:B", "'Three'!B2", "Two!A1:ZZZ9999999", "(Two!B2,Two!B4)"]
)
def test_a_chart_whose_cells_are_not_found_is_told(area: str, clean: Cleaner) -> None:
    result = clean(_of_cells(area, "Two!$A$2:$A$4"))
    assert "members_left_out" in result.notes


def test_charts_do_not_make_a_workbook_swell(clean: Cleaner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrub.office.sheet_charts.MOST_POINTS", 4)
    assert "members_left_out" in clean(_of_cells("Two!B2:B4", "Two!A2:A4")).notes


_TABLE = f'<table:table table:name="{CANARY}"><table:table-row><table:table-cell>{{}}</table:table-cell>'
_NAMED = _TABLE.format("<text:p>Visible</text:p>") + "</table:table-row></table:table>"


@pytest.mark.parametrize("inside", [_NAMED, f"<text:section>{_NAMED}</text:section>"])
def test_the_name_of_a_table_that_no_page_shows_goes(inside: str, clean: Cleaner) -> None:
    result = clean(zipped(odf(inside=inside)))
    assert CANARY.encode() not in entries(result.content)["content.xml"]
    assert "other_metadata" in result.removed
    assert not clean(result.content).removed


def test_the_name_of_a_sheet_stays_and_of_a_table_in_its_cell_goes(clean: Cleaner) -> None:
    named = _NAMED.replace(CANARY, "Turnos").replace("<text:p>", f"{_NAMED}<text:p>")
    content = entries(clean(zipped(odf("spreadsheet", named))).content)["content.xml"]
    assert b'table:name="Turnos"' in content
    assert CANARY.encode() not in content


def test_words_around_notes_that_are_not_there_go(clean: Cleaner) -> None:
    styles = "".join(
        f'<text:notes-configuration text:note-class="{kind}" style:num-prefix="{prefix}"/>'
        for kind, prefix in (("footnote", "Note"), ("endnote", CANARY))
    )
    note = (
        '<text:p>Visible<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>x</text:p></text:note-body></text:note></text:p>"
    )
    masters = f"<office:styles>{styles}</office:styles>"
    found = entries(clean(zipped(odf(inside=note, masters=masters))).content)
    assert b"Note" in found["styles.xml"]
    assert not any(CANARY.encode() in content for content in found.values())


def test_rows_and_cells_that_are_written_in_another_order_are_all_kept_where_they_are_shown(
    clean: Cleaner,
) -> None:
    rows = (
        '<x:row r="9"><x:c r="C9"><x:v>93</x:v></x:c><x:c r="A9"><x:v>91</x:v></x:c></x:row>'
        '<x:row r="5"><x:c r="B5"><x:v>52</x:v></x:c></x:row><x:row><x:c><x:v>61</x:v></x:c></x:row>'
    )
    copy = clean(zipped(xlsx(rows)))
    assert not copy.removed
    sheet = entries(copy.content)["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'r="([A-Z]+[0-9]+)"', sheet) == ["A1", "B5", "A6", "A9", "C9"]
    twice = clean(zipped(xlsx(rows + f'<x:row r="5"><x:c r="A5"><x:v>{CANARY}</x:v></x:c></x:row>')))
    assert twice.removed == ("hidden_part",)
    assert CANARY.encode() not in twice.content
