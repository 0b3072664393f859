"""What an office document carries besides what it shows, and what its copy looks like."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from scrub import office
from scrub.report import EXTENSIONS, Clean
from scrub.scrubber import Scrubber
from tests.scrub.office_files import (
    CANARY,
    DOCX,
    Mark,
    docx,
    odf,
    part,
    picture,
    pptx,
    run,
    shape,
    xlsx,
    zipped,
)
from tests.scrub.office_marks import MARKS, jpeg

_TEXT = re.compile(
    r"<(?:w:t|a:t|x:t|x:v|c:v|m:t)(?: [^>]*)?>([^<]*)|<text:[a-z-]+[^>]*>([^<]+)|</text:span>([^<]+)"
)


def entries(content: bytes) -> dict[str, bytes]:
    """What is in the copy."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words(content: bytes) -> str:
    """What can be read in the copy."""
    parts = entries(content).values()
    found = (match for part in parts if part.startswith(b"<?xml") for match in _TEXT.finditer(part.decode()))
    return " ".join(text for match in found for text in match.groups() if text)


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
def test_a_mark_is_gone_and_its_kind_is_told(mark: Mark, clean: Callable[[bytes], Clean]) -> None:
    result = clean(mark.data)
    assert EXTENSIONS[result.media_type] == result.extension
    found = entries(result.content)
    for spelling in (CANARY, CANARY.lower(), CANARY.encode("utf-16-le").decode("latin-1")):
        assert spelling.encode("latin-1") not in result.content
        assert not any(spelling in name for name in found)
        assert not any(spelling.encode("latin-1") in content for content in found.values())
    assert mark.removed <= set(result.removed)
    assert mark.shown in words(result.content)
    assert "document_remains" in result.notes


def test_there_are_as_many_marks_as_were_asked_for() -> None:
    assert len({mark.name for mark in MARKS}) == len(MARKS) >= 120


@pytest.mark.parametrize("files", [docx(), xlsx(), pptx(), odf()], ids=["docx", "xlsx", "pptx", "odt"])
def test_a_plain_document_has_nothing_to_tell_and_neither_has_its_copy(
    files: dict[str, bytes], clean: Callable[[bytes], Clean]
) -> None:
    first = clean(zipped(files))
    assert first.removed == ()
    second = clean(first.content)
    assert second.removed == ()
    assert second.content == first.content


@pytest.mark.parametrize("mark", MARKS[::9], ids=lambda mark: mark.name)
def test_a_copy_of_a_copy_is_the_same(mark: Mark, clean: Callable[[bytes], Clean]) -> None:
    if "picture" not in mark.name:  # a JPEG that is encoded twice isn't
        first = clean(mark.data)
        assert clean(first.content).content == first.content


async def test_the_same_document_gives_the_same_bytes_in_any_process(
    clean: Callable[[bytes], Clean], in_children: Scrubber
) -> None:
    chosen = [
        mark
        for mark in MARKS
        if mark.name.startswith(("docx: chart", "xlsx: condition", "pptx: link", "text: link"))
    ]
    assert len(chosen) == 4
    for mark in chosen:
        assert await in_children.scrub(mark.data) == await in_children.scrub(mark.data) == clean(mark.data)


def _shown(body: str, clean: Callable[[bytes], Clean]) -> str:
    return words(clean(zipped(docx(body))).content)


def test_insertions_and_moved_text_stay(clean: Callable[[bytes], Clean]) -> None:
    author = 'w:id="1" w:author="x"'
    body = f"<w:p><w:ins {author}>{run('came')}</w:ins><w:moveTo {author}>{run('moved')}</w:moveTo></w:p>"
    assert _shown(body, clean) == "Visible came moved"


def test_a_deleted_end_of_a_paragraph_joins_it_with_the_next(clean: Callable[[bytes], Clean]) -> None:
    mark = '<w:pPr><w:rPr><w:del w:id="1" w:author="x"/></w:rPr></w:pPr>'
    body = f"<w:p>{mark}{run('one')}</w:p><w:p><w:pPr/>{run('two')}</w:p>"
    document = entries(clean(zipped(docx(body))).content)["word/document.xml"]
    assert (
        b"<w:p><w:pPr/><w:r><w:rPr/><w:t>one</w:t></w:r><w:r><w:rPr/><w:t>two</w:t></w:r></w:p>" in document
    )


def test_page_numbers_go_on_counting(clean: Callable[[bytes], Clean]) -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>'
        " PAGE \\* MERGEFORMAT </w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("7")}<w:r>'
        '<w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    document = entries(clean(zipped(docx(body))).content)["word/document.xml"]
    assert b'<w:fldSimple w:instr="PAGE"><w:r><w:rPr/><w:t>7</w:t></w:r></w:fldSimple>' in document


def test_text_in_boxes_controls_and_old_drawings_stays(clean: Callable[[bytes], Clean]) -> None:
    box = f"<w:txbxContent><w:p>{run('boxed')}</w:p></w:txbxContent>"
    body = (
        f"<w:p><w:r><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('controlled')}</w:p></w:sdtContent></w:sdt>"
    )
    assert _shown(body, clean) == "Visible boxed controlled"


def test_text_that_shows_in_spite_of_its_style_stays(clean: Callable[[bytes], Clean]) -> None:
    assert (
        _shown(f"<w:p>{run('shown', '<w:vanish w:val=' + chr(34) + '0' + chr(34) + '/>')}</w:p>", clean)
        == "Visible shown"
    )


def test_tabs_spaces_margins_and_frames_stay(clean: Callable[[bytes], Clean]) -> None:
    """Elements of one name that have an attribute in one place and none in another."""
    kept = (
        '<w:tab w:pos="720" w:val="left"/>',
        '<w:spacing w:after="120" w:line="240"/>',
        '<w:left w:type="dxa" w:w="108"/>',
        '<w:top w:color="auto" w:sz="4" w:val="single"/>',
    )
    tabs, spacing, margin, border = kept
    body = (
        f"<w:p><w:pPr><w:pBdr>{border}</w:pBdr><w:tabs>{tabs}</w:tabs>{spacing}</w:pPr>"
        f"<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r></w:p>"
        f"<w:tbl><w:tblPr><w:tblCellMar>{margin}</w:tblCellMar></w:tblPr><w:tr><w:tc/></w:tr></w:tbl>"
    )
    document = entries(clean(zipped(docx(body))).content)["word/document.xml"].decode()
    for element in (*kept, "<w:t>a</w:t><w:tab/><w:t>b</w:t>"):
        assert element in document


def test_a_chart_shows_the_values_that_it_last_had(clean: Callable[[bytes], Clean]) -> None:
    (mark,) = (mark for mark in MARKS if mark.name == "docx: chart's workbook and references")
    chart = entries(clean(mark.data).content)["word/charts/chart1.xml"].decode()
    assert "<c:tx><c:v>Seen</c:v></c:tx>" in chart
    assert (
        '<c:val><c:numLit><c:ptCount val="1"/><c:pt idx="0"><c:v>41</c:v></c:pt></c:numLit></c:val>' in chart
    )


def test_what_was_cropped_away_is_not_in_the_picture(clean: Callable[[bytes], Clean]) -> None:
    body = picture('r:embed="i1"', crop='<a:srcRect l="50000"/>')
    files = docx(body, parts={"word/media/x.jpg": jpeg()}, rels=(("i1", "image", "media/x.jpg"),))
    result = clean(zipped(files))
    assert "hidden_image" in result.removed
    with Image.open(io.BytesIO(entries(result.content)["word/media/image1.jpg"])) as image:
        assert image.size == (40, 40)
        assert image.convert("L").getextrema()[0] > 200  # type: ignore[operator]  # one band: two numbers


def test_a_cropped_picture_of_open_document_is_cropped_too(clean: Callable[[bytes], Clean]) -> None:
    style = (
        '<style:style style:name="g" style:family="graphic"><style:graphic-properties'
        ' fo:clip="rect(0cm, 0cm, 0cm, 1.0583cm)"/></style:style>'  # 40 of 80 dots at 96 an inch
    )
    frame = (
        '<text:p>Visible<draw:frame draw:style-name="g"><draw:image xlink:href="Pictures/a.jp'
        'g"/></draw:frame></text:p>'
    )
    result = clean(zipped(odf(inside=frame, styles=style, parts={"Pictures/a.jpg": jpeg()})))
    assert "hidden_image" in result.removed
    with Image.open(io.BytesIO(entries(result.content)["Pictures/1.jpg"])) as image:
        assert image.size[1] == 40
        assert 40 <= image.size[0] <= 41


def test_a_picture_that_cannot_be_cleaned_is_left_out_and_told(clean: Callable[[bytes], Clean]) -> None:
    files = docx(
        picture('r:embed="i1"'),
        parts={"word/media/x.emf": b"\1\0\0\0EMF"},
        rels=(("i1", "image", "media/x.emf"),),
    )
    result = clean(zipped(files))
    assert "members_left_out" in result.notes
    assert not any("media" in name for name in entries(result.content))


def test_a_workbook_keeps_values_looks_and_visible_sheets(clean: Callable[[bytes], Clean]) -> None:
    rows = (
        '<x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c><x:c r="B2"'
        ' s="1"><x:f>1+1</x:f><x:v>2.5</x:v></x:c>'
        '<x:c r="C2" t="b"><x:v>1</x:v></x:c><x:c r="D2" t="e"><x:v>#N/A'
        '</x:v></x:c><x:c r="E2" t="str"><x:f>A1</x:f>'
        '<x:v>said</x:v></x:c><x:c r="F2"><x:f>SUM(A1:A3)</x:f></x:c></x:row>'
    )
    styles = (
        "<x:fonts><x:font/><x:font><x:b/></x:font></x:fonts><x:cellXfs>"
        '<x:xf/><x:xf fontId="1" numFmtId="2"/></x:cellXfs>'
    )
    found = entries(clean(zipped(xlsx(rows, styles=styles))).content)
    sheet = found["xl/worksheets/sheet1.xml"].decode()
    assert re.findall("<x:[tv]>([^<]*)", sheet) == [
        "Visible",
        "Shared",
        "2.5",
        "1",
        "#N/A",
        "said",
        "=SUM(A1:A3)",
    ]
    assert "<x:f" not in sheet
    assert b'fontId="1" numFmtId="2"' in found["xl/styles.xml"]


def test_a_number_format_that_shows_nothing_becomes_the_general_one(clean: Callable[[bytes], Clean]) -> None:
    styles = (
        '<x:numFmts><x:numFmt numFmtId="170" formatCode=";;;"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="170"/></x:cellXfs>'
    )
    rows = '<x:row r="2"><x:c r="A2" s="1"><x:v>5</x:v></x:c></x:row>'
    found = entries(clean(zipped(xlsx(rows, styles=styles))).content)
    assert b"numFmts" not in found["xl/styles.xml"]
    assert b'numFmtId="170"' not in found["xl/styles.xml"]


def test_a_presentation_keeps_only_the_layouts_of_its_slides(clean: Callable[[bytes], Clean]) -> None:
    result = clean(
        zipped(
            pptx(shape("more"), second=part("p:sld", f"<p:cSld><p:spTree>{shape('two')}</p:spTree></p:cSld>"))
        )
    )
    assert words(result.content) == "Visible more two"
    names = [name for name in entries(result.content) if "rels" not in name]
    assert names == [
        "[Content_Types].xml",
        "ppt/presentation.xml",
        "ppt/slideLayouts/slideLayout1.xml",
        "ppt/slideMasters/slideMaster1.xml",
        "ppt/slides/slide1.xml",
        "ppt/slides/slide2.xml",
        "ppt/theme/theme1.xml",
    ]


def test_strict_documents_are_read_as_well(clean: Callable[[bytes], Clean]) -> None:
    files = docx(f"<w:p>{run('strict')}</w:p>")
    files["word/document.xml"] = files["word/document.xml"].replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    result = clean(zipped(files))
    assert result.media_type == DOCX
    assert words(result.content) == "Visible strict"


def test_the_page_about_a_paragraph_is_true(clean: Callable[[bytes], Clean]) -> None:
    page = Path(office.__file__).with_name("README.md")
    text = page.read_text("utf-8")
    (before, after) = re.findall(r"`(<w:p[ >].*?</w:p>)`", text)
    copy = entries(clean(zipped(docx(before))).content)["word/document.xml"].decode()
    assert after in copy
    assert "00A1" not in copy
    scrub = page.parents[1]
    named = re.findall(r"`((?:[a-z_]+/)*[a-z_]+)\.py`", text)
    assert named
    places = (scrub.parent, page.parent, scrub / "verify")
    assert [name for name in named if not any((place / f"{name}.py").is_file() for place in places)] == []
