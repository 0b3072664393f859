"""Where a file lies and who is logged in: fields and formulas show it, and nobody means to send it."""

import re
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from scrub.report import Clean
from tests.scrub.office_files import docx, odf, open_part, part, relations, run, xlsx, zipped
from tests.scrub.test_office import entries, words

LOGIN = "ana.lopez"
WINDOWS = f"C:\\Users\\{LOGIN}\\[pay.xlsx]One"
LINUX = f"'file:///home/{LOGIN}/pay.ods'#$One"
CLOUD = f"https://firm-my.sharepoint.com/personal/{LOGIN}/Documents/[pay.xlsx]One"
SITE = f"https://firm.sharepoint.com/sites/{LOGIN}/Documents/[pay.xlsx]One"
MAC = f"Macintosh HD:Users:{LOGIN}:Desktop:[pay.xlsx]One"

Cleaner = Callable[[bytes], Clean]


def _cell(formula: str, value: str, at: str = "A2", kind: str = "str") -> str:
    return f'<x:c r="{at}" t="{kind}"><x:f>{escape(formula)}</x:f><x:v>{escape(value)}</x:v></x:c>'


def _sheet(*cells: str, **more: str) -> bytes:
    return zipped(xlsx(f'<x:row r="2">{"".join(cells)}</x:row>', sheet=more.get("sheet", "")))


def _holds_login(result: Clean) -> bool:
    return any(LOGIN.encode() in content for content in entries(result.content).values())


@pytest.mark.parametrize("value", [WINDOWS, LINUX, CLOUD, SITE, MAC, f"\\\\server\\{LOGIN}\\[pay.xlsx]One"])
def test_where_a_workbook_lies_goes_and_is_told(value: str, clean: Cleaner) -> None:
    result = clean(_sheet(_cell('CELL("filename")', value)))
    assert not _holds_login(result)
    assert "file_name" in result.removed
    assert "paths_remain" not in result.notes
    assert words(result.content).split() == ["Visible", "[…]"]


@pytest.mark.parametrize(
    ("formula", "value", "code"),
    [
        ("A9", WINDOWS, "file_name"),
        ("A9", SITE, "file_name"),
        ("A9", f"[{LOGIN}.xlsx]One", "file_name"),
        ('INFO("directory")', f"C:\\Users\\{LOGIN}\\", "file_name"),
        ('MID(CELL("nomfichier"),4,9)', LOGIN, "file_name"),
        ("UserName()", LOGIN, "author"),
        ('MyName(ENVIRON("USERNAME"))', LOGIN, "author"),
    ],
)
def test_what_is_made_of_it_goes_too(formula: str, value: str, code: str, clean: Cleaner) -> None:
    result = clean(_sheet(_cell(formula, value)))
    assert not _holds_login(result)
    assert code in result.removed


def test_a_login_that_another_formula_cuts_out_of_the_path_goes(clean: Cleaner) -> None:
    result = clean(
        _sheet(
            _cell('CELL("filename")', WINDOWS), _cell("MID(A2,10,9)", LOGIN, "B2"), _cell("B9", "paid", "C2")
        )
    )
    assert not _holds_login(result)
    assert words(result.content).split() == ["Visible", "[…]", "[…]", "paid"]


def test_the_name_of_a_sheet_and_numbers_of_a_cell_stay(clean: Cleaner) -> None:
    result = clean(
        _sheet(
            _cell('MID(CELL("filename",A1),9,31)', "One"),
            _cell('CELL("row",A1)', "12", "B2", "n"),
            _cell('CELL("address",A1)', "$A$1", "C2"),
        )
    )
    assert words(result.content).split() == ["Visible", "One", "12", "$A$1"]
    assert result.removed == ()


def test_a_shared_formula_and_a_range_of_results_hide_nothing_of_it(clean: Cleaner) -> None:
    shared = (
        '<x:c r="A2" t="str"><x:f t="shared" si="0" ref="A2:B2">'
        'MID(CELL("filename"),1,3)</x:f><x:v>abc</x:v></x:c>'
        '<x:c r="B2" t="str"><x:f t="shared" si="0"/><x:v>def</x:v></x:c>'
        f'<x:c r="C2" t="str"><x:v>{WINDOWS}</x:v></x:c>'
    )
    assert words(clean(_sheet(shared)).content).split() == ["Visible", "[…]", "[…]", "[…]"]


def test_heads_and_feet_of_pages_keep_no_path_and_no_code_for_one(clean: Cleaner) -> None:
    foot = f"&amp;LC:\\Users\\{LOGIN}\\My files\\pay.xlsx&amp;CPage &amp;P of &amp;N&amp;R&amp;Z&amp;F &amp;A"
    sheet = f"<x:headerFooter><x:oddFooter>{foot}</x:oddFooter></x:headerFooter>"
    result = clean(_sheet(sheet=sheet))
    copy = entries(result.content)["xl/worksheets/sheet1.xml"].decode()
    assert "<x:oddFooter>&amp;L[…]&amp;CPage &amp;P of &amp;N&amp;R[…][…] &amp;A</x:oddFooter>" in copy
    assert "file_name" in result.removed


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        ('&amp;"CANARY,Bold"Pay', "Pay"),
        ('&amp;"Arial,Bold"&amp;12Pay', '&amp;"Arial,Bold"&amp;12Pay'),
        ("&amp;K01+000R&amp;&amp;D", "&amp;K01+000R&amp;&amp;D"),
        ("&amp;", ""),
        (
            '&amp;LPay C:&amp;"Arial,Bold"\\Users\\ana&amp;10.lopez\\x&amp;RPage',
            '&amp;LPay […]&amp;"Arial,Bold"&amp;10&amp;RPage',
        ),
        ("&amp;LPay&amp;CC:\\Users\\ana", "&amp;LPay&amp;C[…]"),
    ],
)
def test_codes_of_heads_hold_nothing_else(head: str, kept: str, clean: Cleaner) -> None:
    sheet = f"<x:headerFooter><x:oddHeader>{head}</x:oddHeader></x:headerFooter>"
    copy = entries(clean(_sheet(sheet=sheet)).content)["xl/worksheets/sheet1.xml"].decode()
    assert (re.findall("<x:oddHeader>(.*)</x:oddHeader>", copy) or [""]) == [kept]


def test_a_picture_of_a_head_is_told(clean: Cleaner) -> None:
    sheet = "<x:headerFooter><x:oddHeader>&amp;L&amp;G</x:oddHeader></x:headerFooter>"
    assert "members_left_out" in clean(_sheet(sheet=sheet)).notes


def test_a_path_that_somebody_typed_stays_and_is_told_and_nothing_claims_it_is_gone(clean: Cleaner) -> None:
    typed = f'<x:c r="A2" t="inlineStr"><x:is><x:t>C:\\Users\\{LOGIN}\\x</x:t></x:is></x:c>'
    split = f"<w:p>{run('C:')}{run(chr(92) + 'Users')}{run(chr(92) + LOGIN)}</w:p>"
    paragraph = f"<text:p>file:///home/{LOGIN}/x</text:p>"
    for data in (_sheet(typed), zipped(docx(split)), zipped(odf(inside=paragraph))):
        result = clean(data)
        assert _holds_login(result)
        assert "paths_remain" in result.notes
        assert "file_name" not in result.removed


def test_a_path_outside_of_the_words_is_told_as_gone_beside_one_that_stays(clean: Cleaner) -> None:
    typed = f'<x:c r="A2" t="inlineStr"><x:is><x:t>C:\\Users\\{LOGIN}\\x</x:t></x:is></x:c>'
    files = xlsx(f'<x:row r="2">{typed}</x:row>')
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(
        b"<x:sheets>", b'<x:absPath url="C:\\u"/><x:sheets>'
    )
    result = clean(zipped(files))
    assert "paths_remain" in result.notes
    assert "file_name" in result.removed


@pytest.mark.parametrize(
    "text", ["24:/7 and a:b", "w:/", "he/she/they", "see https://x.org/home/a", "5\\6", "/home"]
)
def test_what_is_no_path_is_not_told_as_one(text: str, clean: Cleaner) -> None:
    assert "paths_remain" not in clean(zipped(odf(inside=f"<text:p>{text}</text:p>"))).notes


FIELDS = {
    "author": [
        "author-name",
        "author-initials",
        "initial-creator",
        "creator",
        "printed-by",
        "sender-lastname",
    ],
    "other_metadata": [
        "sender-email",
        "sender-street",
        "sender-phone-private",
        "editing-cycles",
        "user-defined",
    ],
    "date": ["creation-time", "modification-date", "print-date"],
    "file_name": ["file-name"],
    "template": ["template-name"],
}


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, names in FIELDS.items() for name in names])
def test_a_field_of_open_document_that_names_somebody_goes_and_is_told(
    code: str, name: str, clean: Cleaner
) -> None:
    field = f"<text:{name}>/home/{LOGIN}</text:{name}>"
    body = f"<text:p>Visible {field} and more</text:p>"
    foot = f'<style:master-page style:name="Standard"><style:footer>{body}</style:footer></style:master-page>'
    masters = f"<office:master-styles>{foot}</office:master-styles>"
    for data in (zipped(odf(inside=body)), zipped(odf(masters=masters))):
        result = clean(data)
        assert not _holds_login(result)
        assert code in result.removed
    assert "Visible […] and more" in entries(result.content)["styles.xml"].decode()


def test_fields_that_name_nobody_keep_what_they_showed(clean: Cleaner) -> None:
    field = '<text:user-field-get text:name="wage">1200</text:user-field-get>'
    result = clean(zipped(odf(inside=f"<text:p>Visible {field} <text:title>Pay</text:title></text:p>")))
    assert b"Visible 1200 Pay" in entries(result.content)["content.xml"]


@pytest.mark.parametrize(
    "formula",
    ['of:=CELL("FILENAME")', "of:=[.A1]", "of:=MID(CELL(&quot;filename&quot;);1;99)".replace("&quot;", "'")],
)
def test_where_a_sheet_of_open_document_lies_goes_and_is_told(formula: str, clean: Cleaner) -> None:
    cell = (
        f'<table:table-cell office:value-type="string" table:formula="{formula.replace(chr(34), "&quot;")}">'
        f"<text:p>{LINUX}</text:p></table:table-cell>"
    )
    seen = '<table:table-cell office:value-type="string"><text:p>Visible</text:p></table:table-cell>'
    table = f'<table:table table:name="One"><table:table-row>{seen}{cell}</table:table-row></table:table>'
    result = clean(zipped(odf("spreadsheet", table)))
    assert not _holds_login(result)
    assert "file_name" in result.removed
    assert "Visible" in words(result.content)


def test_who_changed_a_text_goes(clean: Cleaner) -> None:
    change = (
        '<text:tracked-changes><text:changed-region text:id="c"><text:insertion><office:change-info>'
        f"<dc:creator>{LOGIN}</dc:creator><dc:date>2025-01-01T00:00:00</dc:date></office:change-info>"
        "</text:insertion></text:changed-region></text:tracked-changes>"
    )
    text = "<text:p>Visible<text:change-start/> came<text:change-end/></text:p>"
    result = clean(zipped(odf(inside=change + text)))
    assert not _holds_login(result)
    assert {"author", "tracked_change"} <= set(result.removed)
    assert "Visible came" in words(result.content)


def test_a_shape_linked_to_a_cell_shows_no_path(clean: Cleaner) -> None:
    anchor = (
        "<xdr:oneCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row>"
        '<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="99999" cy="99999"/><xdr:sp textlink="$A$2">'
        '<xdr:nvSpPr><xdr:cNvPr id="2" name="x"/><xdr:cNvSpPr/></xdr:nvSpPr>'
        '<xdr:spPr><a:prstGeom prst="rect"/></xdr:spPr>'
        f"<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>{WINDOWS}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        "<xdr:clientData/></xdr:oneCellAnchor>"
    )
    files = xlsx(
        sheet='<x:drawing r:id="d1"/>',
        parts={
            "xl/drawings/drawing1.xml": part("xdr:wsDr", anchor),
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
        },
    )
    result = clean(zipped(files))
    assert "xl/drawings/drawing1.xml" in entries(result.content)
    assert not _holds_login(result)
    assert "file_name" in result.removed


def test_a_broken_field_costs_only_itself(clean: Cleaner) -> None:
    """One more thing wrong: a field in a field, an empty one, a formula without words."""
    inside = (
        f"<text:p>Visible<text:file-name><text:author-name>{LOGIN}</text:author-name></text:file-name> tail"
        "<text:creator/></text:p>"
    )
    result = clean(zipped(odf(inside=inside)))
    assert not _holds_login(result)
    assert "Visible[…] tail" in words(result.content)
    broken = '<x:c r="A2" t="str"><x:f t="shared" si="7"/></x:c><x:c r="B2" t="str"><x:f/><x:v/></x:c>'
    assert words(clean(_sheet(broken)).content).split() == ["Visible"]


def test_the_part_of_settings_is_not_there(clean: Cleaner) -> None:
    files = odf(parts={"settings.xml": open_part("office:document-settings", f"<x>{LOGIN}</x>")})
    assert not _holds_login(clean(zipped(files)))
