"""The seeds of the office fuzzer: a document of each kind, with what is newest in its reader."""

from tests.scrub.office_files import docx, odf, part, pptx, relations, run, shape, xlsx, zipped
from tests.scrub.office_marks import MARKS
from tests.scrub.test_office_dialects import strict
from tests.scrub.test_office_open import (
    DECLARED,
    FIELDS,
    LOCAL,
    LOCAL_AXIS,
    LOCAL_SERIES,
    NAMED,
    NAMED_AXIS,
    NAMED_SERIES,
    chart,
    filled,
    formula,
    frame,
    page,
    slides,
)
from tests.scrub.test_office_rest import CHART, FRAME

_SMALL = 8_000


def office_seeds() -> list[bytes]:
    """Each a whole document."""
    cells = (
        '<x:row r="2"><x:c r="A2" s="1"><x:v>45730.5</x:v></x:c><x:c r="B2" t="str">'
        '<x:f>CELL("filename")</x:f><x:v>C:\\Users\\a\\[b.xlsx]One</x:v></x:c>'
        '<x:c r="C2" s="2" t="d"><x:v>2025-03-14T21:30:00</x:v>'
        '</x:c><x:c r="D2" s="3"><x:v>-5</x:v></x:c></x:row>'
    )
    styles = (
        '<x:numFmts><x:numFmt numFmtId="164" formatCode="[$-C0A]d &quot;de&quot; mmmm;@"/>'
        '<x:numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/><x:numFmt numFmtId="166"'
        ' formatCode="0.00&quot; hrs&quot;;[Red]\\(0\\)&quot; down&quot;"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="164"/><x:xf numFmtId="165"/><x:xf numFmtId="166"/></x:cellXfs>'
    )
    foot = "&amp;L&amp;Z&amp;F&amp;C&amp;P&amp;RC:\\Users\\a"
    heads = f"<x:headerFooter><x:oddFooter>{foot}</x:oddFooter></x:headerFooter>"
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
        "xl/drawings/drawing1.xml": FRAME,
        "xl/drawings/_rels/drawing1.xml.rels": relations(("c1", "chart", "../charts/chart1.xml")),
        "xl/charts/chart1.xml": CHART,
        "xl/worksheets/sheet2.xml": part("x:chartsheet", '<x:drawing r:id="d1"/>'),
        "xl/worksheets/_rels/sheet2.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
    }
    book = xlsx(
        cells,
        styles=styles,
        sheet=heads + '<x:drawing r:id="d1"/>',
        parts=parts,
        sheets='<x:sheet name="Two" sheetId="3" r:id="g1"/>',
        rels=(("g1", "chartsheet", "worksheets/sheet2.xml"),),
    )
    math = "<mrow><mfrac><mn>1</mn><msup><mi>x</mi><mn>2</mn></msup></mfrac><mo>=</mo><mi>pay</mi></mrow>"
    texts = [
        odf(inside=f"<text:p>Visible {frame(anchor)}</text:p>", parts={"Object 1/content.xml": content})
        for anchor, content in (
            ("as-char", formula(math)),
            ("page", formula(math)),
            ("page", chart(LOCAL, LOCAL_SERIES, axis=LOCAL_AXIS)),
            ("as-char", chart(NAMED, NAMED_SERIES, axis=NAMED_AXIS)),
        )
    ]
    return [
        zipped(book),
        strict(book),
        strict(docx(f"<w:p>{run('x')}</w:p>")),
        zipped(pptx(shape("x"))),
        *map(zipped, texts),
        slides(page("Visible"), page("Second", foot="f2"), page("Third", "off"), declared=DECLARED),
        *(filled(field, anchor) for field, _ in FIELDS for anchor in ("as-char", "paragraph")),
        *[mark.data for mark in MARKS[::7] if len(mark.data) < _SMALL],
    ]
