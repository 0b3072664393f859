"""Diagrams (SmartArt) and charts of new kinds: their words are read in the copy, or the person is told."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from scrub.report import Clean
from tests.scrub.office_files import Files, docx, part, pptx, relations, run, xlsx, xml, zipped
from tests.scrub.test_office import entries, words

_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_CHART = "http://schemas.microsoft.com/office/drawing/2014/chartex"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NS = f'xmlns:dgm="{_DIAGRAM}" xmlns:a="{_MAIN}" xmlns:r="{_RELATIONS}"'
_DSP = 'xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram"'
_IDS = f'<dgm:relIds xmlns:dgm="{_DIAGRAM}" r:dm="d1" r:lo="d2" r:qs="d3" r:cs="d4"/>'
_SIZE = '<a:off x="10" y="20"/><a:ext cx="4000000" cy="2000000"/>'

Point = tuple[str, str, str]


def model(*points: Point, links: str = "", drawing: str = "", ground: str = "") -> bytes:
    """The data of a diagram; each point: id, kind, words."""
    made = "".join(
        f'<dgm:pt modelId="{key}" type="{kind}"><dgm:prSet/><dgm:t><a:bodyPr/><a:p><a:r><a:t>{text}</a:t>'
        f"</a:r>"
        "</a:p></dgm:t></dgm:pt>"
        for key, kind, text in points
    )
    known = links or "".join(
        f'<dgm:cxn modelId="c{key}" srcId="0" destId="{key}" srcOrd="{number}" destOrd="0"/>'
        for number, (key, _, _) in enumerate(points)
    )
    extension = f'<dgm:extLst><a:ext uri="x"><x relId="{drawing}"/></a:ext></dgm:extLst>'.replace(
        "<x ", '<dsp:dataModelExt xmlns:dsp="urn:d" '
    )
    return xml(
        f'<dgm:dataModel {_NS}><dgm:ptLst><dgm:pt modelId="0" type="doc"/>{made}</dgm:ptLst>'
        f"<dgm:cxnLst>{known}</dgm:cxnLst><dgm:bg>{ground}</dgm:bg>{extension if drawing else ''}"
        "</dgm:dataModel>"
    )


def drawn(*boxes: str, fill: str = '<a:solidFill><a:srgbClr val="336699"/></a:solidFill>') -> bytes:
    """A saved drawing of a diagram: a shape for each text."""
    shapes = "".join(
        f'<dsp:sp modelId="{{{number}}}"><dsp:nvSpPr><dsp:cNvPr id="0" name="secret name"/><dsp:cNvSpPr/>'
        f'</dsp:nvSpPr><dsp:spPr><a:xfrm><a:off x="{number * 1000}" y="0"/><a:ext cx="900" cy="900"/>'
        f"</a:xfrm>"
        f'<a:prstGeom prst="roundRect"><a:avLst/></a:prstGeom>{fill}</dsp:spPr>'
        '<dsp:style><a:lnRef idx="2"><a:schemeClr val="lt1"/></a:lnRef><a:fillRef idx="1">'
        '<a:schemeClr val="accent1"/></a:fillRef><a:effectRef idx="0"><a:schemeClr val="accent1"/>'
        "</a:effectRef>"
        '<a:fontRef idx="minor">'
        '<a:schemeClr val="lt1"/></a:fontRef></dsp:style><dsp:txBody><a:bodyPr lIns="100"/><a:lstStyle/>'
        f'<a:p><a:pPr algn="ctr"/><a:r><a:rPr b="1" sz="1800"/><a:t>{text}</a:t></a:r></a:p></dsp:txBody>'
        "</dsp:sp>"
        for number, text in enumerate(boxes)
    )
    return xml(f"<dsp:drawing {_NS} {_DSP}><dsp:spTree>{shapes}</dsp:spTree></dsp:drawing>")


def _in_word(inside: str, uri: str, parts: Files, *rels: tuple[str, str, str]) -> Files:
    body = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="4000000" cy="2000000"/><wp:docPr id="1" name="x"/>'
        f'<a:graphic><a:graphicData uri="{uri}">{inside}</a:graphicData></a:graphic></wp:inline>'
        f"</w:drawing></w:r></w:p>"
    )
    held = {f"word/{name}": content for name, content in parts.items()}
    return docx(body + f"<w:p>{run('after')}</w:p>", parts=held, rels=rels)


def _on_a_slide(inside: str, uri: str, parts: Files, *rels: tuple[str, str, str]) -> Files:
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="x"/><p:cNvGraphicFramePr/><p:nvPr/>'
        f"</p:nvGraphicFramePr><p:xfrm>{_SIZE}</p:xfrm><a:graphic>"
        f'<a:graphicData uri="{uri}">{inside}</a:graphicData></a:graphic></p:graphicFrame>'
    )
    held = {f"ppt/{name}": content for name, content in parts.items()}
    return pptx(frame, parts=held, rels=tuple((key, kind, f"../{target}") for key, kind, target in rels))


def _in_a_sheet(inside: str, uri: str, parts: Files, *rels: tuple[str, str, str]) -> Files:
    anchor = (
        '<xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="900000" cy="900000"/>'
        '<xdr:graphicFrame macro="">'
        '<xdr:nvGraphicFramePr><xdr:cNvPr id="1" name="x"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        "<xdr:xfrm>"
        '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{uri}">{inside}</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/>'
        "</xdr:absoluteAnchor>"
    )
    held = {f"xl/{name}": content for name, content in parts.items()}
    refer = relations(*((key, kind, f"../{target}") for key, kind, target in rels))
    return xlsx(
        sheet='<x:drawing r:id="g1"/>',
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("g1", "drawing", "../drawings/drawing1.xml")),
            "xl/drawings/drawing1.xml": part("xdr:wsDr", anchor),
            "xl/drawings/_rels/drawing1.xml.rels": refer,
            **held,
        },
    )


_PLACES = {"docx": _in_word, "pptx": _on_a_slide, "xlsx": _in_a_sheet}
_DATA = ("d1", "diagramData", "diagrams/data1.xml")
_DRAWING = ("d9", "diagramDrawing", "diagrams/drawing1.xml")


@pytest.mark.parametrize("kind", _PLACES)
def test_a_diagram_stays_as_it_was_drawn(kind: str, clean: Callable[[bytes], Clean]) -> None:
    parts = {
        "diagrams/data1.xml": model(("1", "node", "hidden in the data"), drawing="d9"),
        "diagrams/drawing1.xml": drawn("Gerencia", "ordena las horas extra"),
    }
    result = clean(zipped(_PLACES[kind](_IDS, _DIAGRAM, parts, _DATA, _DRAWING)))
    shown = words(result.content)
    assert "Gerencia" in shown
    assert "ordena las horas extra" in shown
    assert "hidden in the data" not in shown
    assert "members_left_out" not in result.notes
    content = b"".join(entries(result.content).values())
    assert content.count(b'prst="roundRect"') == 2
    assert b"336699" in content
    assert b"secret name" not in content


@pytest.mark.parametrize("kind", _PLACES)
def test_the_words_of_a_diagram_without_a_drawing_stay(kind: str, clean: Callable[[bytes], Clean]) -> None:
    data = model(
        ("1", "node", "Gerencia"),
        ("2", "asst", "Turnos"),
        ("3", "pres", "layout"),
        ("4", "sibTrans", "arrow"),
    )
    result = clean(zipped(_PLACES[kind](_IDS, _DIAGRAM, {"diagrams/data1.xml": data}, _DATA)))
    shown = words(result.content)
    assert "Gerencia Turnos" in shown
    assert "layout" not in shown
    assert "arrow" not in shown
    assert "diagrams_in_words" in result.notes


def test_a_picture_in_a_diagram_is_cleaned_with_it(clean: Callable[[bytes], Clean]) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "CANARY"
    Image.new("RGB", (40, 40), "red").save(out, "JPEG", exif=exif)
    fill = '<a:blipFill><a:blip r:embed="p1"/><a:stretch><a:fillRect/></a:stretch></a:blipFill>'
    parts = {
        "diagrams/data1.xml": model(drawing="d9"),
        "diagrams/drawing1.xml": drawn("Foto", fill=fill),
        "diagrams/_rels/drawing1.xml.rels": relations(("p1", "image", "../media/i.jpg")),
        "media/i.jpg": out.getvalue(),
    }
    result = clean(zipped(_in_word(_IDS, _DIAGRAM, parts, _DATA, _DRAWING)))
    assert [name for name in entries(result.content) if "/media/" in name]
    assert b"CANARY" not in b"".join(entries(result.content).values())
    assert "device" in result.removed


def test_what_a_diagram_lies_on_still_covers(clean: Callable[[bytes], Clean]) -> None:
    ground = '<a:solidFill><a:srgbClr val="112233"/></a:solidFill>'
    parts = {
        "diagrams/data1.xml": model(drawing="d9", ground=ground),
        "diagrams/drawing1.xml": drawn("Gerencia"),
    }
    document = entries(clean(zipped(_in_word(_IDS, _DIAGRAM, parts, _DATA, _DRAWING))).content)
    assert (
        b'<a:ext cx="4000000" cy="2000000"/></a:xfrm><a:prstGeom prst="rect">'
        in document["word/document.xml"]
    )
    assert b"112233" in document["word/document.xml"]


_ROUND = "".join(
    f'<dgm:cxn modelId="c{a}{b}" srcId="{a}" destId="{b}" srcOrd="0"/>' for a, b in ("01", "12", "21", "10")
)


@pytest.mark.parametrize(
    "parts",
    [
        {"diagrams/data1.xml": model(("1", "node", "one"), ("2", "node", "two"), links=_ROUND)},
        {"diagrams/data1.xml": model(("1", "node", "one two"), drawing="d1")},
        {
            "diagrams/data1.xml": model(("1", "node", "one two"), drawing="d9"),
            "diagrams/drawing1.xml": b"<dsp:drawing",
        },
        {"diagrams/data1.xml": b"no XML"},
        {},
    ],
    ids=["round", "itself", "broken drawing", "broken", "gone"],
)
def test_a_diagram_whose_parts_point_at_each_other_costs_itself_at_most(
    parts: Files, clean: Callable[[bytes], Clean]
) -> None:
    result = clean(zipped(_in_word(_IDS, _DIAGRAM, parts, _DATA, _DRAWING)))
    shown = words(result.content)
    assert shown in ("Visible one two after", "Visible after")
    assert ("diagrams_in_words" if "one" in shown else "members_left_out") in result.notes


def test_a_thousand_links_around_are_followed_once(clean: Callable[[bytes], Clean]) -> None:
    links = "".join(
        f'<dgm:cxn modelId="c{n}" srcId="{n % 50}" destId="{(n * 7) % 50}" srcOrd="{n}"/>'
        for n in range(2000)
    )
    points = [(str(n), "node", f"w{n}") for n in range(1, 50)]
    result = clean(
        zipped(_in_word(_IDS, _DIAGRAM, {"diagrams/data1.xml": model(*points, links=links)}, _DATA))
    )
    shown = words(result.content).split()
    assert len(shown) == len(set(shown))


_NEW = f'<cx:chart xmlns:cx="{_CHART}" r:id="d1"/>'
_NEW_DATA = ("d1", "chartEx", "charts/chartEx1.xml")
_NEW_CHART = xml(
    f'<cx:chartSpace xmlns:cx="{_CHART}" xmlns:a="{_MAIN}"><cx:chartData><cx:data id="0">'
    f'<cx:strDim type="cat">'
    '<cx:f>secret!A1</cx:f><cx:lvl ptCount="2"><cx:pt idx="0">Turno A</cx:pt><cx:pt idx="1">Turno B</cx:pt>'
    '</cx:lvl></cx:strDim><cx:numDim type="val"><cx:lvl ptCount="2"><cx:pt idx="0">12</cx:pt>'
    '<cx:pt idx="1">30</cx:pt>'
    "</cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart><cx:title><cx:tx><cx:rich><a:p><a:r>"
    "<a:t>Horas</a:t></a:r></a:p></cx:rich></cx:tx></cx:title><cx:plotArea><cx:plotAreaRegion><cx:series>"
    "<cx:tx><cx:txData>"
    "<cx:v>sin pagar</cx:v></cx:txData></cx:tx></cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart>"
    "</cx:chartSpace>"
)


@pytest.mark.parametrize("kind", _PLACES)
def test_the_words_of_a_chart_of_a_new_kind_stay(kind: str, clean: Callable[[bytes], Clean]) -> None:
    files = _PLACES[kind](_NEW, _CHART, {"charts/chartEx1.xml": _NEW_CHART}, _NEW_DATA)
    result = clean(zipped(files))
    assert "Horas sin pagar Turno A 12 Turno B 30" in words(result.content)
    assert "secret" not in words(result.content)
    assert "charts_in_words" in result.notes


def test_a_chart_is_not_replaced_by_the_sentence_that_it_cannot_be_shown(
    clean: Callable[[bytes], Clean],
) -> None:
    files = _in_word(_NEW, _CHART, {"charts/chartEx1.xml": _NEW_CHART}, _NEW_DATA)
    document = files["word/document.xml"].decode()
    fallback = f"<mc:Fallback>{run('This chart is not available')}</mc:Fallback>"
    choice = f'<mc:AlternateContent><mc:Choice Requires="cx1" xmlns:cx1="{_CHART}">'
    document = document.replace("<w:drawing>", choice + "<w:drawing>")
    document = document.replace("</w:drawing>", f"</w:drawing></mc:Choice>{fallback}</mc:AlternateContent>")
    files["word/document.xml"] = document.encode()
    result = clean(zipped(files))
    assert words(result.content) == "Visible Horas sin pagar Turno A 12 Turno B 30 after"


def _chart(series: str) -> Files:
    body = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="x"/><a:graphic>'
        f'<a:graphicData uri="{_CHARTS}"><c:chart r:id="c1"/></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r></w:p>"
    )
    bars = f"<c:barChart><c:ser>{series}</c:ser></c:barChart>"
    plot = f"<c:plotArea>{bars}<c:catAx/></c:plotArea><c:legend/>"
    chart = part("c:chartSpace", f"<c:chart>{plot}</c:chart>")
    return docx(body, parts={"word/charts/chart1.xml": chart}, rels=(("c1", "chart", "charts/chart1.xml"),))


_CHARTS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_POINT = '<c:pt idx="{}"><c:v>{}</c:v></c:pt>'
_VALUES = (
    f'<c:val><c:numLit><c:ptCount val="2"/>{_POINT.format(0, 5)}{_POINT.format(1, 7)}</c:numLit></c:val>'
)


def test_names_in_several_levels_are_all_read(clean: Callable[[bytes], Clean]) -> None:
    inner = "".join(_POINT.format(number, f"T{number}") for number in range(4))
    outer = _POINT.format(0, "2025") + _POINT.format(2, "2026")
    levels = f'<c:ptCount val="4"/><c:lvl>{inner}</c:lvl><c:lvl>{outer}</c:lvl>'
    cache = f"<c:multiLvlStrCache>{levels}</c:multiLvlStrCache>"
    names = f"<c:cat><c:multiLvlStrRef>{cache}</c:multiLvlStrRef></c:cat>"
    shown = words(clean(zipped(_chart(names + _VALUES))).content)
    assert "2025 T0 2025 T1 2026 T2 2026 T3" in shown


def test_labels_that_show_cells_keep_their_words(clean: Callable[[bytes], Clean]) -> None:
    fields = "".join(
        f'<a:fld id="{{1}}" type="{kind}"><a:t>[{kind}]</a:t></a:fld>'
        for kind in ("CELLRANGE", "VALUE", "SERIESNAME", "CELLREF")
    )
    text = f"<c:tx><c:rich><a:bodyPr/><a:p>{fields}</a:p></c:rich></c:tx>"
    label = f'<c:dLbl><c:idx val="1"/>{text}</c:dLbl>'
    cells = (
        "<c:extLst><c:ext><zz:datalabelsRange><zz:dlblRangeCache>{}</zz:dlblRangeCache></zz:datalabelsRange>"
    )
    cells = cells.format(_POINT.format(1, "sin pagar")) + "</c:ext></c:extLst>"
    name = "<c:tx><c:v>Horas</c:v></c:tx>"
    result = clean(zipped(_chart(f"{name}<c:dLbls>{label}</c:dLbls>{_VALUES}{cells}")))
    assert "sin pagar 7 Horas [CELLREF]" in words(result.content)
    assert "members_left_out" not in result.notes
    untold = clean(zipped(_chart(f"{name}{_VALUES}{cells}")))
    assert "members_left_out" in untold.notes


def test_a_part_whose_root_is_the_frame_itself_ends_in_a_copy(clean: Callable[[bytes], Clean]) -> None:
    frame = f'<a:graphic><a:graphicData uri="{_DIAGRAM}">{_IDS}</a:graphicData></a:graphic>'
    for root, inside in (
        ("xdr:graphicFrame", frame * 2),
        ("a:blipFill", '<a:blip r:embed="i1"><a:lum bright="100000"/></a:blip>'),
        ("pic:pic", "<pic:blipFill><a:blip><a:alphaModFix amt='0'/></a:blip></pic:blipFill>"),
    ):
        files = _in_a_sheet(_IDS, _DIAGRAM, {"diagrams/data1.xml": model(("1", "node", "w"))}, _DATA)
        files["xl/drawings/drawing1.xml"] = part(root, inside)
        assert words(clean(zipped(files)).content) == "Visible"


def test_what_somebody_wrote_over_a_chart_is_told(clean: Callable[[bytes], Clean]) -> None:
    files = _chart(_VALUES)
    files["word/charts/_rels/chart1.xml.rels"] = relations(
        ("u1", "chartUserShapes", "../drawings/drawing1.xml")
    )
    text = "<a:p><a:r><a:t>despidos</a:t></a:r></a:p>"
    files["word/drawings/drawing1.xml"] = part("c:userShapes", text)
    result = clean(zipped(files))
    assert "members_left_out" in result.notes
    assert "word/charts/chart1.xml" in entries(result.content)
    box = f"<zz:spPr><a:solidFill><a:srgbClr val='000000'/></a:solidFill></zz:spPr>{text}"
    files["word/drawings/drawing1.xml"] = part("c:userShapes", box)
    result = clean(zipped(files))
    assert "charts_left_out" in result.notes
    assert "word/charts/chart1.xml" not in entries(result.content)
