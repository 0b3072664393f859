"""Formulas, charts, heads and feet of OpenDocument: what a person reads in them stays, or is named."""

import re
from collections.abc import Callable

import pytest

from scrub.report import Clean
from tests.scrub.office_files import CANARY, Files, odf, open_part, xml, zipped
from tests.scrub.office_marks import jpeg
from tests.scrub.test_office import entries, words

Cleaner = Callable[[bytes], Clean]
MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'
CHART = 'xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"'


def formula(math: str) -> bytes:
    """An embedded formula of MathML."""
    return xml(f"<math {MATH}><semantics>{math}</semantics></math>")


def frame(anchor: str = "as-char", more: str = "", style: str = "") -> str:
    """An object in its frame."""
    return (
        f'<draw:frame text:anchor-type="{anchor}" svg:width="3cm" svg:height="1cm" {style}>'
        f'<draw:object xlink:href="./Object 1"/>{more}</draw:frame>'
    )


def _document(content: bytes, framed: str = "", parts: Files | None = None) -> bytes:
    inside = f"<text:p>Visible {framed or frame()} end</text:p>"
    return zipped(odf(inside=inside, parts={"Object 1/content.xml": content, **(parts or {})}))


def _text(result: Clean) -> str:
    content = entries(result.content)["content.xml"].decode()
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", content.split("<office:body>")[1]))


@pytest.mark.parametrize(
    ("math", "line"),
    [
        ("<mrow><mn>160</mn><mo>\u00d7</mo><mn>12</mn></mrow>", "160 \u00d7 12"),
        ("<mfrac><mrow><mn>9</mn><mo>+</mo><mn>8</mn></mrow><msup><mi>x</mi><mn>2</mn></msup></mfrac>",
         "(9 + 8)/(x^2)"),
        ("<mrow><msqrt><mi>a</mi></msqrt><mi>b</mi></mrow>", "\u221a(a)b"),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x_1^2"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "\u221a[3](x)"),
        ("<mrow><mi>pay</mi><mo>=</mo><mi>hours</mi><mi>wage</mi></mrow>", "pay = hours wage"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a,b)"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mn>3</mn></mtr></mtable>",
         "[1, 2; 3]"),
        (f"<mrow><mn>7</mn><mphantom><mi>{CANARY}</mi></mphantom></mrow>", "7"),
        (f'<maction selection="2"><mi>{CANARY}</mi><mn>8</mn></maction>', "8"),
        (f"<mn>7</mn><annotation-xml><mi>{CANARY}</mi></annotation-xml>", "7"),
    ],
)  # fmt: skip
def test_a_formula_stays_as_words_and_that_is_told(math: str, line: str, clean: Cleaner) -> None:
    for framed in (frame(), frame("paragraph")):
        result = clean(_document(formula(math), framed))
        assert line in _text(result)
        assert "formulas_in_line" in result.notes
        assert "members_left_out" not in result.notes
        assert CANARY.encode() not in b"".join(entries(result.content).values())


def test_a_formula_that_programs_draw_in_two_ways_is_left_out_and_told(clean: Cleaner) -> None:
    math = f'<mi>{CANARY}</mi><annotation encoding="StarMath 5.0">160 times 12</annotation>'
    result = clean(_document(formula(math)))
    assert CANARY not in _text(result)
    assert "members_left_out" in result.notes
    same = "<mrow><mn>160</mn><mo>\u00d7</mo><mn>12</mn></mrow><annotation>160 times 12</annotation>"
    assert "160 \u00d7 12" in _text(clean(_document(formula(same))))


def test_a_picture_of_a_formula_that_can_be_cleaned_stays(clean: Cleaner) -> None:
    more = '<draw:image xlink:href="./ObjectReplacements/Object 1"/>'
    result = clean(
        _document(formula("<mn>160</mn>"), frame(more=more), {"ObjectReplacements/Object 1": jpeg()})
    )
    assert "Pictures/1.jpg" in entries(result.content)
    assert "formulas_in_line" not in result.notes


def test_a_picture_that_only_old_programs_draw_is_not_missed(clean: Cleaner) -> None:
    more = '<draw:image xlink:href="./ObjectReplacements/Object 1"/>'
    result = clean(
        _document(formula("<mn>160</mn>"), frame(more=more), {"ObjectReplacements/Object 1": b"VCLMTF"})
    )
    assert "160" in _text(result)
    assert "members_left_out" not in result.notes


@pytest.mark.parametrize("content", [b"<math", xml("<a/>"), formula(""), xml(f"<math {MATH}/>")])
def test_a_broken_formula_costs_only_itself(content: bytes, clean: Cleaner) -> None:
    result = clean(_document(content))
    assert _text(result).split()[:1] == ["Visible"]
    assert _text(result).split()[-1:] == ["end"]
    assert {"formulas_in_line", "members_left_out"} & set(result.notes)


def test_words_that_a_file_puts_where_ours_stand_are_not_believed(clean: Cleaner) -> None:
    framed = f'<draw:frame words="{CANARY}" svg:width="3cm" svg:height="1cm"><draw:object/></draw:frame>'
    assert CANARY not in _text(clean(_document(b"", framed)))


def chart(
    data: str, series: str, *, legend: str = "<chart:legend/>", axis: str = "", styles: str = ""
) -> bytes:
    """An embedded chart with its own table."""
    inside = (
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:chart>"
        f"<chart:chart {CHART}><chart:title><text:p>Hours by month</text:p></chart:title>{legend}"
        f"<chart:plot-area>{axis}{series}</chart:plot-area>"
        f'<table:table table:name="local-table">{data}</table:table></chart:chart></office:chart>'
        "</office:body>"
    )
    return open_part("office:document-content", inside)


def _row(*cells: str) -> str:
    inside = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
    return f"<table:table-row>{inside}</table:table-row>"


def _said(text: str, place: str = "") -> str:
    return f"<text:p>{text}</text:p>" + (f"<draw:g><svg:desc>{place}</svg:desc></draw:g>" if place else "")


LOCAL = "".join(
    _row(_said(first), _said(second), _said(CANARY))
    for first, second in (("", "Paid"), ("Jan", "160"), ("Feb", "172"))
)
LOCAL_SERIES = (
    '<chart:series chart:values-cell-range-address="local-table.$B$2:.$B$3"'
    ' chart:label-cell-address="local-table.$B$1"/>'
)
LOCAL_AXIS = (
    '<chart:axis chart:dimension="x" chart:style-name="ch1"><chart:title><text:p>Month</text:p></chart:title>'
    '<chart:categories table:cell-range-address="local-table.$A$2:.$A$3"/></chart:axis>'
)
NAMED = _row(_said(""), _said("Paid", "One.B1:One.B1")) + _row(
    _said("Jan", "One.A2:One.A3"), _said("160", "One.B2:One.B3")
) + _row(_said("Feb"), _said("172"))  # fmt: skip
NAMED_SERIES = (
    '<chart:series chart:values-cell-range-address="One.B2:One.B3" chart:label-cell-address="One.B1:One.B1"/>'
)
NAMED_AXIS = '<chart:axis><chart:categories table:cell-range-address="One.A2:One.A3"/></chart:axis>'


@pytest.mark.parametrize(
    ("data", "series", "axis"),
    [(LOCAL, LOCAL_SERIES, LOCAL_AXIS), (NAMED, NAMED_SERIES, NAMED_AXIS)],
    ids=["its own table", "a sheet"],
)
@pytest.mark.parametrize("anchor", ["as-char", "page"])
def test_the_words_and_numbers_of_a_chart_stay_and_that_is_told(
    anchor: str, data: str, series: str, axis: str, clean: Cleaner
) -> None:
    result = clean(_document(chart(data, series, axis=axis), frame(anchor)))
    text = _text(result)
    for line in ("Hours by month", "Paid", "Jan: 160", "Feb: 172"):
        assert line in text
    assert "charts_in_words" in result.notes
    assert "members_left_out" not in result.notes
    assert CANARY not in text
    assert 'draw:fill-color="#ffffff"' in entries(result.content)["content.xml"].decode()


def test_names_that_a_chart_does_not_show_go(clean: Cleaner) -> None:
    off = (
        f'<style:style style:name="ch1" style:family="chart"><style:chart-properties {CHART}'
        ' chart:display-label="false"/></style:style>'
    )
    result = clean(_document(chart(LOCAL, LOCAL_SERIES, legend="", axis=LOCAL_AXIS, styles=off)))
    text = _text(result)
    assert "160" in text
    assert "Paid" not in text
    assert "Jan" not in text


@pytest.mark.parametrize(
    ("data", "series"),
    [
        ("", LOCAL_SERIES.replace("local-table", "Other")),
        (LOCAL, LOCAL_SERIES.replace("$B$2", "$ZZZ$999999")),
        (LOCAL, ""),
    ],
)
def test_a_chart_whose_numbers_are_not_there_is_named(data: str, series: str, clean: Cleaner) -> None:
    result = clean(_document(chart(data, series)))
    assert {"charts_left_out", "charts_in_words"} & set(result.notes)
    assert _text(result).split()[0] == "Visible"


def test_the_foot_of_a_sheet_and_of_a_text_stays(clean: Cleaner) -> None:
    """LibreOffice writes letters in the usual colour as wholly seen through, and draws them."""
    usual = (
        '<style:style style:name="MT1" style:family="text"><style:text-properties'
        ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
        ' style:use-window-font-color="true" loext:opacity="0%"/></style:style>'
    )
    foot = '<text:p><text:span text:style-name="MT1">Foot <text:page-number/></text:span></text:p>'
    masters = (
        f"<office:automatic-styles>{usual}</office:automatic-styles><office:master-styles>"
        f'<style:master-page style:name="Standard"><style:footer>{foot}</style:footer></style:master-page>'
        "</office:master-styles>"
    )
    table = '<table:table table:name="One"><table:table-row><table:table-cell>'
    table += "<text:p>Visible</text:p></table:table-cell>"
    for kind, inside in (
        ("text", "<text:p>Visible</text:p>"),
        ("spreadsheet", table + "</table:table-row></table:table>"),
    ):
        result = clean(zipped(odf(kind, inside, masters=masters)))
        assert "Foot " in entries(result.content)["styles.xml"].decode()
        assert "hidden_text" not in result.removed


@pytest.mark.parametrize(
    ("looks", "stays"),
    [
        ('style:use-window-font-color="true" loext:opacity="0%"', True),
        ('style:use-window-font-color="true" loext:opacity="1%"', False),
        ('style:use-window-font-color="true" loext:opacity="100%"', False),
        ('fo:color="#ff0000" loext:opacity="0%"', True),
        ('fo:color="#ff0000" loext:opacity="1%"', False),
        ('fo:color="#ff0000" loext:opacity="60%"', True),
    ],
)
def test_letters_are_seen_at_the_opacities_at_which_libreoffice_draws_them(
    looks: str, stays: bool, clean: Cleaner
) -> None:
    spelled = 'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    looks = f"<style:text-properties {spelled} {looks}/>"
    style = f'<style:style style:name="T1" style:family="text">{looks}</style:style>'
    words = '<text:p>Visible <text:span text:style-name="T1">SECRET</text:span></text:p>'
    result = clean(zipped(odf("text", words, styles=style)))
    assert ("SECRET" in _text(result)) is stays
    assert ("hidden_text" in result.removed) is not stays


def slides(*pages: str, declared: str = "") -> bytes:
    """A presentation whose master has a foot, a day and a number."""

    def style(name: str, shown: str) -> str:
        kinds = " ".join(
            f'presentation:display-{kind}="{shown}"' for kind in ("footer", "date-time", "page-number")
        )
        looks = f"<style:drawing-page-properties {kinds}/>"
        return f'<style:style style:name="{name}" style:family="drawing-page">{looks}</style:style>'

    def place(kind: str, field: str) -> str:
        return (
            f'<draw:frame svg:width="6cm" svg:height="1cm" presentation:class="{kind}">'
            f"<draw:text-box><text:p>{field}</text:p></draw:text-box></draw:frame>"
        )

    masters = (
        '<office:master-styles><style:master-page style:name="Default">'
        + place("footer", "<presentation:footer/>")
        + place("date-time", "<presentation:date-time/>")
        + place("page-number", "<text:page-number>1</text:page-number>")
        + place("title", CANARY)
        + "</style:master-page></office:master-styles>"
    )
    return zipped(
        odf(
            "presentation",
            declared + "".join(pages),
            styles=style("on", "true") + style("off", "false"),
            masters=masters,
        )
    )


def page(text: str, style: str = "on", foot: str = "f1") -> str:
    """A slide with one box of text."""
    return (
        f'<draw:page draw:style-name="{style}" draw:master-page-name="Default"'
        f' presentation:use-footer-name="{foot}" presentation:use-date-time-name="d1">'
        '<draw:frame svg:width="6cm" svg:height="1cm" svg:x="1cm" svg:y="1cm">'
        f"<draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>"
    )


DECLARED = (
    '<presentation:footer-decl presentation:name="f1">Foot one</presentation:footer-decl>'
    '<presentation:footer-decl presentation:name="f2">Foot two</presentation:footer-decl>'
    f'<presentation:footer-decl presentation:name="f3">{CANARY}</presentation:footer-decl>'
    '<presentation:date-time-decl presentation:name="d1" presentation:source="fixed">14 March'
    "</presentation:date-time-decl>"
)


def _masters(result: Clean) -> dict[str, str]:
    styles = entries(result.content)["styles.xml"].decode()
    found = re.findall(
        r'<style:master-page[^>]*style:name="([^"]*)"[^>]*?(?:/>|>(.*?)</style:master-page>)', styles
    )
    return {name: re.sub("<[^>]*>", " ", inside) for name, inside in found}


def test_the_foot_the_day_and_the_number_of_slides_stay(clean: Cleaner) -> None:
    result = clean(slides(page("Visible"), page("Second"), declared=DECLARED))
    (said,) = _masters(result).values()
    assert said.split() == ["Foot", "one", "14", "March", "1"]
    assert "members_left_out" not in result.notes
    assert CANARY.encode() not in b"".join(entries(result.content).values())


def test_each_slide_keeps_its_own_foot_and_none_where_it_has_none(clean: Cleaner) -> None:
    pages = (
        page("Visible"),
        page("Second", foot="f2"),
        page("Third", "off"),
        page("Fourth"),
        page("Fifth", foot="gone"),
    )
    result = clean(slides(*pages, declared=DECLARED))
    content = entries(result.content)["content.xml"].decode()
    used = re.findall(r'<draw:page draw:master-page-name="([^"]*)"', content)
    masters = _masters(result)
    assert [" ".join(masters[name].split()) for name in used] == [
        "Foot one 14 March 1", "Foot two 14 March 1", "", "Foot one 14 March 1", "14 March 1",
    ]  # fmt: skip
    assert CANARY not in content + " ".join(masters.values())


def test_a_day_that_is_always_todays_is_not_made_up(clean: Cleaner) -> None:
    today = DECLARED.replace('presentation:source="fixed">14 March', 'presentation:source="current-date">')
    (said,) = _masters(clean(slides(page("Visible"), declared=today))).values()
    assert said.split() == ["Foot", "one", "1"]


def test_words_of_the_page_are_read_with_words(clean: Cleaner) -> None:
    assert "Visible" in words(clean(slides(page("Visible"))).content)


def test_words_in_a_number_format_that_no_value_shows_go(clean: Cleaner) -> None:
    styles = (
        f'<number:number-style style:name="N2"><number:text>{CANARY} </number:text><number:number/>'
        "</number:number-style>"
        '<number:number-style style:name="N1"><number:number/><number:text> hrs</number:text>'
        '<style:map style:condition="value()&lt;0" style:apply-style-name="N2"/></number:number-style>'
        f'<number:currency-style style:name="N3"><number:currency-symbol>{CANARY}x</number:currency-symbol>'
        '<number:number/></number:currency-style><style:style style:name="c" style:family="table-cell"'
        ' style:data-style-name="N1"/><style:style style:name="d" style:family="table-cell"'
        ' style:data-style-name="N3"/>'
    )

    def sheet(value: str) -> bytes:
        cells = (
            f'<table:table-cell table:style-name="c" office:value-type="float" office:value="{value}"/>'
            '<table:table-cell table:style-name="d"><text:p>Visible</text:p></table:table-cell>'
        )
        table = f'<table:table table:name="One"><table:table-row>{cells}</table:table-row></table:table>'
        return zipped(odf("spreadsheet", table, styles=styles))

    result = clean(sheet("8"))
    content = entries(result.content)["content.xml"].decode()
    assert "<number:text> hrs</number:text>" in content
    assert CANARY not in content
    assert result.removed == ("hidden_text",)
    shown = entries(clean(sheet("-8")).content)["content.xml"].decode()
    assert shown.count(CANARY) == 1
    assert " hrs" not in shown


@pytest.mark.parametrize("name", ["Title", "Default", "Heading", "Standard", "CANARY"])
def test_a_master_may_be_called_like_a_style(name: str, clean: Cleaner) -> None:
    """LibreOffice brings one along that is called Title."""
    styles = (
        f'<office:styles><style:style style:name="{name}-title" style:family="presentation"/></office:styles>'
    )
    masters = f'<style:master-page style:name="{name}"/>'
    masters = f"<office:master-styles>{masters}</office:master-styles>"
    slide = page("Visible").replace('"Default"', f'"{name}"')
    box = f'<draw:frame presentation:style-name="{name}-title"><draw:text-box><text:p/></draw:text-box>'
    slide = slide.replace("</draw:page>", f"{box}</draw:frame></draw:page>")
    result = clean(zipped(odf("presentation", slide, masters=styles + masters)))
    assert "Visible" in words(result.content)
    assert b"CANARY" not in b"".join(entries(result.content).values())


def test_the_name_of_each_sheet_stays_at_the_head_of_its_pages(clean: Cleaner) -> None:
    head = f"<style:header><text:p>Sheet <text:sheet-name>{CANARY}</text:sheet-name></text:p></style:header>"
    masters = f'<style:master-page style:name="Default">{head}</style:master-page>'
    masters = f"<office:master-styles>{masters}</office:master-styles>"
    cell = (
        "<table:table-cell><text:p>Visible <text:sheet-name>One</text:sheet-name></text:p></table:table-cell>"
    )
    table = f'<table:table table:name="One"><table:table-row>{cell}</table:table-row></table:table>'
    found = entries(clean(zipped(odf("spreadsheet", table, masters=masters))).content)
    assert b"<text:p>Sheet <text:sheet-name/></text:p>" in found["styles.xml"]
    assert b"Visible One" in found["content.xml"]


_HIDDEN_FIELD = (
    '<form:properties><form:property form:property-name="EnableVisible" office:value-type="boolean" '
    'office:boolean-value="false"/></form:properties>'
)


FIELDS: list[tuple[str, str]] = [
    ('checkbox form:label="Signed" form:current-state="checked"/', "☒ Signed"),
    ('checkbox form:label="Signed" form:state="unchecked"/', "☐ Signed"),
    ('radio form:label="Nights" form:current-selected="true"/', "◉ Nights"),
    ('text form:value="CANARY" form:current-value="Twelve hours"/', "Twelve hours"),
    ("textarea><text:p>Twelve</text:p><text:p>hours</text:p></form:textarea", "Twelve hours"),
    (
        'listbox><form:option form:label="CANARY"/>'
        '<form:option form:label="Nights" form:current-selected="true"/></form:listbox',
        "Nights",
    ),
    ('text form:value="Twelve hours"/', "Twelve hours"),
    ('checkbox form:label="Signed" form:state="checked"/', "☐ Signed"),  # cleared, as LibreOffice writes
    ('radio form:label="Nights" form:selected="true"/', "○ Nights"),
    (
        'listbox><form:option form:label="CANARY" form:selected="true"/>'
        '<form:option form:label="Nights" form:current-selected="true"/></form:listbox',
        "Nights",
    ),
    ('button form:label="Send" form:value="CANARY"/', "Send"),
    ('text form:value="CANARY" form:current-value=""/', ""),  # somebody took it out
    ('text form:visible="false" form:current-value="CANARY"/', ""),
    ('password form:current-value="CANARY"/', ""),
    ('text form:echo-char="*" form:current-value="CANARY"/', ""),
    (f'text form:current-value="CANARY">{_HIDDEN_FIELD}</form:text', ""),
]


def filled(field: str, anchor: str) -> bytes:
    """A text with a form of this one field."""
    space = 'xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0"'
    opened = (
        field.replace(" ", ' form:id="c1" ', 1)
        if " " in field.partition(">")[0]
        else field.replace(">", ' form:id="c1">', 1)
    )
    form = f'<office:forms {space}><form:form form:name="CANARY"><form:{opened}></form:form></office:forms>'
    control = (
        f'<draw:control text:anchor-type="{anchor}" svg:width="3cm" svg:height="1cm" draw:control="c1"/>'
    )
    return zipped(odf("text", f"{form}<text:p>Visible{control}</text:p>"))


@pytest.mark.parametrize("anchor", ["as-char", "paragraph"])
@pytest.mark.parametrize(("field", "said"), FIELDS)
def test_what_was_ticked_and_written_in_a_form_of_open_document_stays(
    field: str, said: str, anchor: str, clean: Cleaner
) -> None:
    result = clean(filled(field, anchor))
    content = entries(result.content)["content.xml"].decode()
    assert said in content
    assert "CANARY" not in content
    assert ("members_left_out" in result.notes) == (not said)
