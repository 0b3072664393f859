"""Number formats of workbooks: a date stays a date, a unit a unit, and no word stays that no value shows."""

import html
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrub.office import archive
from scrub.office.number_codes import rewritten
from scrub.report import Clean
from scrub.tables.kinds import KINDS
from scrub.verify import verify
from scrub.verify.errors import Unverified
from tests.scrub.office_files import odf, part, relations, xlsx, zipped
from tests.scrub.test_office import entries

Cleaner = Callable[[bytes], Clean]
DAY = "45730.375"


def _copy(
    clean: Cleaner, code: str, *values: str, styles: str = ""
) -> tuple[Clean, dict[str, str], list[str]]:
    """The copy, its codes by number, and the numbers that its looks have."""
    cells = "".join(
        f'<x:row r="{at}"><x:c r="A{at}" s="1"'
        + (
            f"><x:v>{value}</x:v>"
            if value[-1:].isdigit()
            else f' t="inlineStr"><x:is><x:t>{value}</x:t></x:is>'
        )
        + "</x:c></x:row>"
        for at, value in enumerate(values, 2)
    )
    written = html.escape(code).replace("\n", "&#10;")
    styles = styles or (
        f'<x:numFmts><x:numFmt numFmtId="170" formatCode="{written}"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="170"/></x:cellXfs>'
    )
    result = clean(zipped(xlsx(cells, styles=styles)))
    looks = entries(result.content)["xl/styles.xml"].decode()
    codes = {
        number: html.unescape(kept)
        for kept, number in re.findall('<x:numFmt formatCode="([^"]*)" numFmtId="([0-9]+)"', looks)
    }
    return result, codes, re.findall('numFmtId="([0-9]+)" xfId', looks)


@pytest.mark.parametrize(
    "code",
    [
        *('[$-C0A]d" de "mmmm" de "yyyy;@', '[$-416]d\\ "de"\\ mmmm\\ "de"\\ yyyy', "d. mmmm yyyy"),
        *('yyyy"\u5e74"m"\u6708"d"\u65e5"', "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", '[h]"h "mm"min"'),
        *('dd"/"mm"/"yy', '0.0" h"', "#,##0.00\\ [$\u20ac-C0A]", '0" d\u00edas"', '#,##0" pesos"', "[h]:mm"),
        *("[$-en-US]d-mmm-yy", "[$-x-sysdate]dddd, mmmm dd, yyyy", "[DBNum1][$-804]yyyy", "[$-411]ge.m.d"),
        *("#,##0.00\\ [$z\u0142-415]", '[$-D000000]"H"0', "# ??/??", "# ?/8", "[Color10]0;[Red]-0"),
        *("[$-409]h:mm\\ AM/PM;@", "0.00E+00", '"Lunes "d', "[mm]:ss.0", "[$CO$-240A]0", 'h:mm" Uhr"'),
        "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####",
    ],
)  # fmt: skip
def test_a_date_and_a_unit_stay_as_they_are_seen(code: str, clean: Cleaner) -> None:
    result, codes, looks = _copy(clean, code, DAY)
    assert codes.get(looks[-1]) == code
    assert set(result.removed) <= {"date"}  # the hour that isn't shown
    assert "numbers_look" not in result.notes
    assert clean(result.content).content == result.content


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("yyyy\u5e74m\u6708d\u65e5", 'yyyy"\u5e74"m"\u6708"d"\u65e5"'),
        ("[$-404]\u4e0a\u5348/\u4e0b\u5348hh\u6642", '[$-404]AM/PMhh"\u6642"'),
        ("d\\d\\e mm", 'd"d""e" mm'),
        ("h:mm am/pm", "h:mm AM/PM"),
        ("GENERAL\\ \u20ac", "General\\ \u20ac"),
        ("yyyy-mm-ddThh:mm", 'yyyy-mm-dd"T"hh:mm'),
        ("[Rojo]0", "0"),
        ('0"a\u200bb"', '0"ab"'),
        ('0"line\nbreak"', '0"line break"'),
        ("[$CANARY word-FFFFFFFFFFFF]0", "[$CANARY word]0"),
        ('0" h', '0" h"'),
    ],
)
def test_other_spellings_become_one(code: str, kept: str, clean: Cleaner) -> None:
    _, codes, looks = _copy(clean, code, DAY)
    assert codes.get(looks[-1]) == kept


@pytest.mark.parametrize(
    ("code", "values", "kept"),
    [
        ('0;"CANARY"0', ("5",), '0;" "0'),
        ('0;"paid "0', ("-5",), '0;"paid "0'),
        ('0" up";0" down"', ("5", "-5"), '0" up";0" down"'),
        ('0;0;0;"CANARY"@', ("5",), '0;0;0;" "@'),
        ('0;0;0;"for "@', ("Ana",), '0;0;0;"for "@'),
        ('[>100]0" CANARY";0', ("5",), '[>100]0" ";0'),
        ("0;612345678-0", ("5",), '0;" "" "" "" "" "" "" "" "" "-0'),
        ("0;[$CANARY-409]0", ("5",), "0;[$-409]0"),
        ('0\\ "\u20ac";-0\\ "\u20ac";"CANARY"', ("5",), '0\\ "\u20ac";-0\\ "\u20ac";" "'),
        ('0" CANARY"', (), '0" "'),
    ],
)
def test_words_in_a_format_that_no_value_shows_go(
    code: str, values: tuple[str, ...], kept: str, clean: Cleaner
) -> None:
    result, codes, looks = _copy(clean, code, *values)
    if values:
        assert codes.get(looks[-1]) == kept
        assert ("hidden_text" in result.removed) is (code != kept)
    assert b"CANARY" not in b"".join(entries(result.content).values())


def test_a_value_that_a_condition_hides_shows_no_words_of_its_format(clean: Cleaner) -> None:
    condition = (
        '<x:conditionalFormatting sqref="A2"><x:cfRule type="cellIs" dxfId="0" priority="1"'
        ' operator="greaterThan"><x:formula>0</x:formula></x:cfRule></x:conditionalFormatting>'
    )
    styles = (
        '<x:numFmts><x:numFmt numFmtId="170" formatCode="0&quot; CANARY&quot;"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="170"/></x:cellXfs>'
        '<x:dxfs><x:dxf><x:numFmt numFmtId="171" formatCode=";;;"/></x:dxf></x:dxfs>'
    )
    cells = '<x:row r="2"><x:c r="A2" s="1"><x:v>5</x:v></x:c></x:row>'
    result = clean(zipped(xlsx(cells, sheet=condition, styles=styles)))
    assert b"CANARY" not in b"".join(entries(result.content).values())


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ('d" de "mmmm' + '"x"y' * 90, "yyyy-mm-dd"),
        ("h:mm" + '"x"' * 120, "[h]:mm"),
        ("yyyy h" + '"x"' * 120, "yyyy-mm-dd hh:mm"),
        ("0" + "\\x" * 120, "General"),
    ],
)
def test_a_format_that_is_too_long_becomes_a_plain_one_of_its_kind_and_that_is_told(
    code: str, kept: str, clean: Cleaner
) -> None:
    result, codes, looks = _copy(clean, code, DAY)
    assert codes.get(looks[-1], "General") == kept
    assert "numbers_look" in result.notes


def test_a_look_of_a_format_that_is_not_there_is_the_general_one(clean: Cleaner) -> None:
    """One more thing wrong: an id that nothing defines, one that is no number, one twice."""
    styles = (
        '<x:numFmts><x:numFmt numFmtId="170" formatCode="0&quot; h&quot;"/>'
        '<x:numFmt formatCode="0"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="170"/><x:xf numFmtId="999"/><x:xf numFmtId="x"/></x:cellXfs>'
    )
    cells = "".join(
        f'<x:row r="{at}"><x:c r="A{at}" s="{at - 1}"><x:v>8</x:v></x:c></x:row>' for at in range(2, 6)
    )
    result = clean(zipped(xlsx(cells, styles=styles)))
    looks = entries(result.content)["xl/styles.xml"].decode()
    assert (
        re.findall('numFmtId="([0-9]+)" xfId', looks) == ["0", "164", "0", "0"] or 'numFmtId="164"' in looks
    )
    assert not re.search('numFmtId="(?:170|999|x)"', looks)


def test_the_axis_of_a_chart_keeps_days_and_units(clean: Cleaner) -> None:
    chart = (
        "<c:chart><c:plotArea><c:barChart><c:barDir val='col'/><c:ser><c:idx val='0'/><c:order val='0'/>"
        "<c:val><c:numRef><c:f>One!A1</c:f><c:numCache><c:formatCode>0&quot; hrs&quot;;&quot;CANARY&quot;0"
        "</c:formatCode><c:ptCount val='1'/><c:pt idx='0'><c:v>8</c:v></c:pt></c:numCache></c:numRef></c:val>"
        "</c:ser><c:axId val='1'/><c:axId val='2'/></c:barChart><c:catAx><c:axId val='1'/>"
        "<c:crossAx val='2'/></c:catAx><c:valAx><c:axId val='2'/>"
        "<c:numFmt formatCode='d&quot; de &quot;mmmm' sourceLinked='0'/><c:crossAx val='1'/>"
        "</c:valAx></c:plotArea></c:chart>"
    )
    anchor = (
        "<xdr:absoluteAnchor><xdr:pos x='0' y='0'/><xdr:ext cx='99' cy='99'/><xdr:graphicFrame>"
        "<xdr:nvGraphicFramePr><xdr:cNvPr id='1' name='x'/><xdr:cNvGraphicFramePr/>"
        "</xdr:nvGraphicFramePr><xdr:xfrm><a:off x='0' y='0'/><a:ext cx='9' cy='9'/></xdr:xfrm><a:graphic>"
        "<a:graphicData uri='http://schemas.openxmlformats.org/drawingml/2006/chart'><c:chart r:id='c1'/>"
        "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:absoluteAnchor>"
    )
    files = xlsx(
        sheet='<x:drawing r:id="d1"/>',
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": part("xdr:wsDr", anchor),
            "xl/drawings/_rels/drawing1.xml.rels": relations(("c1", "chart", "../charts/chart1.xml")),
            "xl/charts/chart1.xml": part("c:chartSpace", chart),
        },
    )
    copy = html.unescape(entries(clean(zipped(files)).content)["xl/charts/chart1.xml"].decode())
    assert '<c:formatCode>0" hrs";" "0</c:formatCode>' in copy
    assert 'formatCode="d" de "mmmm"' in copy
    assert "CANARY" not in copy


@given(
    st.text(st.sampled_from('"\\_*[]$-;0#?@ymdhsEeGgab./, €年xT1<=>+%\n\u200b'), max_size=40),
    st.sets(st.integers(0, 4)),
)
def test_any_code_is_written_as_the_table_allows_and_stays_so(code: str, shown: set[int]) -> None:
    written, _ = rewritten(code, shown)
    if written is not None:
        assert re.fullmatch(KINDS["numberformat"], written)
        assert rewritten(written, shown)[0] == written


@pytest.mark.parametrize("wrong", ["h\u200brs", "h\U000e0041rs", "h\u2009rs", "h" * 65, '"CANARY'])
def test_the_judge_finds_what_a_format_may_not_hold(wrong: str, clean: Cleaner) -> None:
    result, codes, _ = _copy(clean, '0.00" hrs"', DAY)
    assert codes == {"164": '0.00" hrs"'}
    files = entries(result.content)
    files["xl/styles.xml"] = files["xl/styles.xml"].replace(b" hrs", html.escape(wrong).encode())
    with pytest.raises(Unverified):
        verify(archive.write(files), result.media_type)


@pytest.mark.parametrize(
    ("code", "value", "kept"),
    [
        ("dd/mm/yyyy", "45001.60635", "45001"),
        ("[$-C0A]d mmm yy", "45001.60635", "45001"),
        ('d" de "mmmm', "4.500160635E4", "45001"),
        ("dd/mm/yyyy", "45001.99999999999", "45002"),
        ("dd/mm/yyyy hh:mm", "45001.60635", "45001.60635"),
        ("[h]:mm", "45001.60635", "45001.60635"),
        ("mm:ss", "45001.60635", "45001.60635"),
        ("0.00", "45001.60635", "45001.60635"),
        ('0.00" day"', "45001.60635", "45001.60635"),
        ("yyyy", "0.5", "0.5"),
    ],
)
def test_an_hour_that_a_day_hides_is_gone_and_told(code: str, value: str, kept: str, clean: Cleaner) -> None:
    copy, _, _ = _copy(clean, code, value)
    sheet = next(text for name, text in entries(copy.content).items() if "worksheets/sheet" in name)
    assert f"<x:v>{kept}</x:v>".encode() in sheet
    assert ("date" in copy.removed) == (kept == "45001")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('0" CANARY"', True),
        ("\\C\\A\\N\\A\\R\\Y\\ 0", True),
        ('0.00" EUR"', False),
        ("[$CHF-807]\\ 0", False),
        ("0.00", False),
    ],
)
def test_words_of_a_format_that_no_cell_has_are_told(code: str, told: bool, clean: Cleaner) -> None:
    formats = f'<x:numFmts><x:numFmt numFmtId="171" formatCode="{html.escape(code)}"/></x:numFmts>'
    result = clean(zipped(xlsx(styles=formats + "<x:cellXfs><x:xf/></x:cellXfs>")))
    assert ("hidden_text" in result.removed) == told
    assert b"CANARY" not in b"".join(entries(result.content).values())


@pytest.mark.parametrize(("said", "told"), [("CANARY", True), (" EUR", False), (".", False)])
def test_words_of_a_format_of_opendocument_that_no_cell_has_are_told(
    said: str, told: bool, clean: Cleaner
) -> None:
    cell = "<table:table-row><table:table-cell><text:p>Visible</text:p></table:table-cell></table:table-row>"
    number = f"<number:number/><number:text>{said}</number:text>"
    style = f'<number:number-style style:name="N9">{number}</number:number-style>'
    sheet = f'<table:table table:name="One">{cell}</table:table>'
    result = clean(zipped(odf("spreadsheet", sheet, styles=style)))
    assert ("hidden_text" in result.removed) == told
    assert b"CANARY" not in b"".join(entries(result.content).values())


@pytest.mark.parametrize(("name", "told"), [("CANARY", True), ("page1", False), ("", False)])
def test_a_name_that_somebody_gave_a_slide_of_opendocument_is_told(
    name: str, told: bool, clean: Cleaner
) -> None:
    page = f'<draw:page draw:name="{name}" draw:master-page-name="M"/>'
    result = clean(zipped(odf("presentation", page)))
    assert ("description" in result.removed) == told
    again = clean(result.content)
    assert (again.content, again.removed) == (result.content, ())
