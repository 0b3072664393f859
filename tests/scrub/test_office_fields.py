"""Fields and form controls of Word: what tells of the author and the computer goes, what is ticked stays."""

import re
from collections.abc import Callable

import pytest

from scrub.report import Clean
from tests.scrub.office_files import Files, docx, part, pptx, relations, run, zipped
from tests.scrub.test_office import entries, words

_PATH = r"C:\Users\nombre.apellido\Documents\aviso.docx"
_MARK = "[…]"


def simple(code: str, result: str) -> str:
    """A field in one element."""
    return f'<w:p><w:fldSimple w:instr=" {code} ">{run(result)}</w:fldSimple></w:p>'


def char(kind: str, inside: str = "") -> str:
    """The run of a field's beginning, middle or end."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{inside}</w:fldChar></w:r>'


def code(text: str) -> str:
    """A piece of an instruction."""
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def field(instruction: str, result: str) -> str:
    """A field in many runs; `instruction` and `result` are runs."""
    return char("begin") + instruction + char("separate") + result + char("end")


def _shown(clean: Callable[[bytes], Clean], body: str, **more: object) -> tuple[str, tuple[str, ...]]:
    result = clean(zipped(docx(body, **more)))  # type: ignore[arg-type]  # by name
    return words(result.content).removeprefix("Visible "), result.removed


@pytest.mark.parametrize(
    ("instruction", "result", "told"),
    [
        (r"FILENAME \p", _PATH, "file_name"),
        (r"filename \p \* MERGEFORMAT", _PATH, "file_name"),
        (r"FILENAME\p", _PATH, "file_name"),
        ("DOCVARIABLE place", _PATH, "file_name"),
        ("AUTHOR", "Nombre Apellido", "author"),
        ("LASTSAVEDBY", "Nombre Apellido", "author"),
        (r"USERNAME \* Upper", "NOMBRE", "author"),
        ("USERINITIALS", "N.A.", "author"),
        ("USERADDRESS", "Calle 1", "author"),
        (r"TEMPLATE \p", "nombre.dotm", "template"),
        (r'SAVEDATE \@ "d/M/yyyy H:mm"', "3/4/2026 22:41", "date"),
        ('DOCPROPERTY "Manager"', "Nombre", "author"),
        ("DOCPROPERTY DocID", "4711-v3", "other_metadata"),
        ("DOCPROPERTY MSIP_Label_1_SiteId", "tenant", "identifier"),
        ("INFO LastSavedBy", "Nombre", "author"),
    ],
)
def test_a_field_that_tells_of_the_author_or_the_path_shows_nothing(
    instruction: str, result: str, told: str, clean: Callable[[bytes], Clean]
) -> None:
    assert _shown(clean, simple(instruction.replace('"', "&quot;"), result)) == (_MARK, (told,))
    half = len(instruction) // 2
    complex_field = field(
        code(instruction[:half]) + code(instruction[half:]), run(result[:3]) + run(result[3:])
    )
    body = f"<w:p>{run('before')}{complex_field}{run('after')}</w:p>"
    assert _shown(clean, body) == (f"before {_MARK} after", (told,))


@pytest.mark.parametrize(
    "instruction", ["TITLE", "DOCPROPERTY Title", "INFO Subject", "MERGEFIELD Name", "DOCVARIABLE x", "DATE"]
)
def test_words_of_the_document_stay_though_a_field_shows_them(
    instruction: str, clean: Callable[[bytes], Clean]
) -> None:
    assert _shown(clean, simple(instruction, "Aviso interno")) == ("Aviso interno", ())


def test_a_path_in_a_header_and_a_footer_is_withheld(clean: Callable[[bytes], Clean]) -> None:
    refer = '<w:headerReference w:type="default" r:id="h1"/><w:footerReference w:type="default" r:id="f1"/>'
    body = f"<w:p><w:pPr><w:sectPr>{refer}</w:sectPr></w:pPr></w:p>"
    parts = {
        "word/header1.xml": part("w:hdr", simple(r"FILENAME \p", _PATH)),
        "word/footer1.xml": part("w:ftr", f"<w:p>{field(code('FILENAME'), run('aviso.docx'))}</w:p>"),
    }
    rels = (("h1", "header", "header1.xml"), ("f1", "footer", "footer1.xml"))
    assert _shown(clean, body, parts=parts, rels=rels) == (f"{_MARK} {_MARK}", ("file_name",))


def test_a_field_in_one_run_is_read_as_one_in_many(clean: Callable[[bytes], Clean]) -> None:
    chars = [f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end")]
    inside = "{}<w:instrText>{}</w:instrText>{}<w:t>{}</w:t>{}"
    path = inside.format(chars[0], "FILENAME", chars[1], _PATH, chars[2])
    page = inside.format(chars[0], "PAGE", chars[1], "7", chars[2])
    body = f"<w:p><w:r><w:t>by</w:t>{path}<w:t>, page</w:t>{page}<w:t>of</w:t></w:r></w:p>"
    result = clean(zipped(docx(body)))
    assert words(result.content) == f"Visible by {_MARK} , page 7 of"
    document = entries(result.content)["word/document.xml"].decode()
    assert re.search(r'<w:fldSimple w:instr="PAGE"><w:r><w:t>7</w:t></w:r></w:fldSimple>', document)


def test_a_path_that_another_field_computes_with_is_withheld(clean: Callable[[bytes], Clean]) -> None:
    inner = field(code("FILENAME"), run("aviso.docx"))
    quote = field(code("QUOTE ") + inner, run("aviso.docx"))
    chosen = field(code("IF ") + inner + code(' = "x" "one" "two"'), run("two"))
    nested = field(code("IF 1 = 1 ") + inner, run("see ") + inner)
    body = f"<w:p>{quote}</w:p><w:p>{chosen}</w:p><w:p>{nested}</w:p>"
    shown, told = _shown(clean, body)
    assert shown.split(" ", 1)[0] == _MARK
    assert "two" in shown
    assert "aviso.docx" not in shown
    assert told == ("file_name",)


def test_a_field_without_an_end_takes_nothing_else_with_it(clean: Callable[[bytes], Clean]) -> None:
    lone = char("begin") + code("FILENAME")
    path = lone + char("separate") + run(_PATH)
    body = f"<w:p>{path}</w:p><w:p>{run('one')}{lone}{run('two')}</w:p><w:p>{run('three')}</w:p>"
    shown, told = _shown(clean, body)
    assert (shown, told) == (f"{_MARK} one two three", ("file_name",))
    assert _shown(clean, f"<w:p>{char('end')}{char('separate')}{run('three')}</w:p>") == ("three", ())


def test_thousands_of_fields_in_each_other_are_read_in_time(clean: Callable[[bytes], Clean]) -> None:
    deep = (char("begin") + code("FILENAME") + char("separate") + run("x")) * 3000
    shown, told = _shown(clean, f"<w:p>{deep}</w:p><w:p>{run('end')}</w:p>")
    assert (shown.split()[-1], told) == ("end", ("file_name",))
    shown, told = _shown(clean, f"<w:p>{deep}{char('end') * 3000}</w:p><w:p>{run('end')}</w:p>")
    assert (shown.split()[-1], told) == ("end", ("file_name",))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/ns1:coreProperties[1]/ns0:creator[1]", ("author",)),
        ("/ns0:Properties[1]/ns0:Manager[1]", ("author",)),
        ("/ns1:coreProperties[1]/ns0:title[1]", ()),
        ("/form[1]/creator[1]", ()),
    ],
)
def test_a_control_that_shows_the_author_of_the_document_does_so_no_more(
    path: str, told: tuple[str, ...], clean: Callable[[bytes], Clean]
) -> None:
    settings = f'<w:sdtPr><w:dataBinding w:xpath="{path}"/></w:sdtPr>'
    body = f"<w:sdt>{settings}<w:sdtContent><w:p>{run('Nombre')}</w:p></w:sdtContent></w:sdt>"
    assert _shown(clean, body) == (_MARK if told else "Nombre", told)


def test_a_slide_shows_no_path_and_no_author(clean: Callable[[bytes], Clean]) -> None:
    fields = "".join(
        f'<a:fld id="{{1}}" type="{kind}"><a:t>{_PATH}</a:t></a:fld>' for kind in ("file4", "author")
    )
    box = f"<p:sp><p:nvSpPr/><p:spPr/><p:txBody><a:bodyPr/><a:p>{fields}</a:p></p:txBody></p:sp>"
    result = clean(zipped(pptx(box)))
    assert words(result.content) == f"Visible {_MARK} {_MARK}"
    assert {"file_name", "author"} <= set(result.removed)


def _box(inside: str) -> str:
    begin = char("begin", f"<w:ffData>{inside}</w:ffData>")
    return f"<w:p>{begin}{code('FORMCHECKBOX')}{char('end')}{run('x')}</w:p>"


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>', "☒ x"),
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "☒ x"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "☐ x"),
        ("<w:checkBox><w:sizeAuto/></w:checkBox>", "☐ x"),
        ('<w:name w:val="c"/>', "☐ x"),
    ],
)
def test_a_ticked_box_of_an_old_form_stays_ticked(
    settings: str, shown: str, clean: Callable[[bytes], Clean]
) -> None:
    assert _shown(clean, _box(settings))[0] == shown


def test_boxes_of_new_forms_stay_as_they_are(clean: Callable[[bytes], Clean]) -> None:
    box = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent>{}</w:sdtContent></w:sdt>"
    )
    body = f"<w:p>{box.format(1, run('☒'))}{box.format(1, '')}{box.format(0, '<w:r/>')}</w:p>"
    assert _shown(clean, body)[0] == "☒ ☒ ☐"
    sign = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    document = entries(clean(zipped(docx(f"<w:p>{box.format(1, sign)}</w:p>"))).content)["word/document.xml"]
    assert b'<w:sym w:char="F0FE" w:font="Wingdings"/>' in document


def test_what_fields_show_without_a_result_is_written_out(clean: Callable[[bytes], Clean]) -> None:
    choices = "".join(f'<w:listEntry w:val="{name}"/>' for name in ("night", "day"))
    data = f'<w:ffData><w:ddList><w:result w:val="1"/>{choices}</w:ddList></w:ffData>'
    sign = r"SYMBOL 254 \f &quot;Wingdings&quot;"
    body = (
        f"<w:p>{char('begin', data)}{code('FORMDROPDOWN')}{char('end')}</w:p>"
        f"<w:p>{char('begin')}{code('MACROBUTTON NoMacro Click here')}{char('end')}</w:p>"
        f"<w:p>{char('begin')}{code(sign)}{char('end')}</w:p>"
        f"<w:p>{char('begin')}{code('SYMBOL 0')}{char('end')}</w:p>"
    )
    result = clean(zipped(docx(body)))
    assert words(result.content) == "Visible day Click here"
    assert "night" not in entries(result.content)["word/document.xml"].decode()
    assert b'<w:sym w:char="F0FE" w:font="Wingdings"/>' in entries(result.content)["word/document.xml"]
    numbered = clean(zipped(docx(f"<w:p>{char('begin')}{code('AUTONUM')}{char('end')}</w:p>")))
    assert "members_left_out" in numbered.notes


def test_old_page_numbers_and_formulas_between_paragraphs_stay(clean: Callable[[bytes], Clean]) -> None:
    formula = "<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>".replace(
        "<m:oMath>", '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    )
    result = clean(zipped(docx(f"<w:p><w:r><w:t>page</w:t><w:pgNum/><w:t>end</w:t></w:r></w:p>{formula}")))
    assert words(result.content) == "Visible page 1 end a+b"
    assert b'<w:fldSimple w:instr="PAGE">' in entries(result.content)["word/document.xml"]


def test_a_picture_behind_the_page_is_told(clean: Callable[[bytes], Clean]) -> None:
    files = docx()
    ground = b'<w:background w:color="FF0000"><v:background><v:fill r:id="i1" type="frame"/></v:background>'
    ground += b"</w:background><w:body>"
    files["word/document.xml"] = files["word/document.xml"].replace(b"<w:body>", ground)
    assert "members_left_out" in clean(zipped(files)).notes


def test_a_table_of_contents_stays_whatever_its_headings_say(clean: Callable[[bytes], Clean]) -> None:
    def entry(words_of_it: str, page: str) -> str:
        number = field(code("PAGEREF _T \\h"), run(page))
        return field(code('HYPERLINK \\l "_T"'), run(words_of_it) + number)

    first, last = char("begin") + code("TOC \\o") + char("separate"), char("end")
    body = f"<w:p>{first}{entry('Horas', '3')}</w:p><w:p>{entry(_PATH, '4')}{last}</w:p>"
    included = (
        f"<w:p>{field(code('INCLUDETEXT ') + field(code('FILENAME'), run('x')), run('a long text'))}</w:p>"
    )
    shown, told = _shown(clean, body + included)
    assert shown == f"Horas 3 {_PATH} 4 a long text"
    assert "file_name" not in told
    counted = field(code("IF ") + field(code("REVNUM"), run("2")) + code(' > 1 "new" "old"'), run("in 2026"))
    assert _shown(clean, f"<w:p>{counted}</w:p>") == ("in 2026", ())


def test_a_tick_in_another_font_of_signs_stays_or_is_told(clean: Callable[[bytes], Clean]) -> None:
    sign = '<w:p><w:r><w:sym w:font="{}" w:char="F034"/></w:r></w:p>'
    known = clean(zipped(docx(sign.format("ZapfDingbats"))))
    assert b'w:font="ZapfDingbats"' in entries(known.content)["word/document.xml"]
    assert "lossy_text" not in known.notes
    assert "lossy_text" in clean(zipped(docx(sign.format("Nobody Knows")))).notes


def _bound(
    path: str, data: str, *, settings: str = "<w:text/><w:showingPlcHdr/>", content: str = "Click here"
) -> Files:
    binding = f'<w:dataBinding w:prefixMappings="xmlns:f=\'urn:f\'" w:xpath="{path}" w:storeItemID="{{9}}"/>'
    body = (
        f"<w:sdt><w:sdtPr>{binding}{settings}</w:sdtPr><w:sdtContent><w:p>{run(content)}{run('.')}</w:p></w:sdtContent>"
        "</w:sdt>"
    )
    parts = {
        "customXml/item1.xml": data.encode(),
        "customXml/itemProps1.xml": b'<ds:datastoreItem xmlns:ds="urn:d" ds:itemID="{9}"/>',
        "customXml/_rels/item1.xml.rels": relations(("p1", "customXmlProps", "itemProps1.xml")),
    }
    return docx(body, parts=parts, rels=(("x1", "customXml", "../customXml/item1.xml"),))


_FORM = '<f:form xmlns:f="urn:f"><f:what>no</f:what><f:what kind="k">Accidente\nen prensa 4</f:what></f:form>'


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/f:form[1]/f:what[2]", "Accidente en prensa 4"),
        ("/f:form/f:what[2]/@kind", "k"),
        ("/f:form/f:what[3]", "Click here ."),
        ("/f:form/f:*[2]", "Click here ."),
        ("//f:what", "Click here ."),
        ("/f:other/f:what", "Click here ."),
        ("", "Click here ."),
    ],
)
def test_a_control_that_asks_for_words_shows_those_of_its_data(
    path: str, shown: str, clean: Callable[[bytes], Clean]
) -> None:
    assert words(clean(zipped(_bound(path, _FORM))).content) == f"Visible {shown}"


def test_data_never_replaces_what_a_control_shows(clean: Callable[[bytes], Clean]) -> None:
    files = _bound("/f:form/f:what[2]", _FORM, settings="<w:text/>", content="seen")
    result = clean(zipped(files))
    assert words(result.content) == "Visible seen ."
    assert "other_metadata" in result.removed
    choices = (
        '<w:dropDownList><w:listItem w:value="no" w:displayText="Nobody"/></w:dropDownList><w:showingPlcHdr/>'
    )
    assert words(clean(zipped(_bound("/f:form/f:what", _FORM, settings=choices))).content) == "Visible Nobody"
    broken = _bound("/f:form/f:what", "<f:form", settings=choices)
    assert words(clean(zipped(broken)).content) == "Visible Click here ."


@pytest.mark.parametrize(
    ("instruction", "told"),
    [
        ('XE "CANARY:ana"', ("hidden_text",)),
        ('TC "CANARY" \\f C', ("hidden_text",)),
        ("ADDIN ZOTERO_ITEM CANARY", ("other_metadata",)),
        ("PAGE", ()),
    ],
)
def test_words_in_an_instruction_that_no_page_shows_are_told(
    instruction: str, told: tuple[str, ...], clean: Callable[[bytes], Clean]
) -> None:
    shown, removed = _shown(clean, f"<w:p>{field(code(instruction), run('7'))}</w:p>")
    assert "CANARY" not in shown
    assert removed == told
