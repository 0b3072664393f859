"""A mark in each place of an office document where one can hide."""

import io

from PIL import Image

from tests.scrub.office_files import (
    CANARY,
    DOCX,
    Mark,
    docx,
    odf,
    open_part,
    part,
    picture,
    pptx,
    run,
    shape,
    slide,
    xlsx,
    xml,
    zipped,
)

C = CANARY
_AUTHOR = f'w:author="{C}" w:date="2026-01-02T03:04:05Z" w:id="1"'
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_RUN = run(C)


def jpeg(*, marked: bool = True) -> bytes:
    """Left half black, right half white; the mark is in its EXIF."""
    image = Image.new("RGB", (80, 40), "white")
    image.paste((0, 0, 0), (0, 0, 40, 40))
    exif = Image.Exif()
    if marked:
        exif[0x010F], exif[0x0110] = C, C
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=C.encode() if marked else b"")
    return out.getvalue()


def _kinds(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def _word(title: str, body: str = "", *codes: str, **more: object) -> Mark:
    return Mark(f"docx: {title}", zipped(docx(body, **more)), _kinds(*codes))  # type: ignore[arg-type]  # by name


def _property(name: str, element: str, code: str) -> Mark:
    core = (
        f'<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:dcterms="http://purl.org/dc/terms/"><{element}>{C}</{element}></cp:coreProperties>'
    )
    return _word(name, "", code, parts={"docProps/core.xml": xml(core)})


def _app(name: str, element: str, code: str) -> Mark:
    return _word(
        name,
        "",
        code,
        parts={"docProps/app.xml": xml(f"<Properties><{element}>{C}</{element}></Properties>")},
    )


def _settings(name: str, inside: str, code: str) -> Mark:
    return _word(
        name,
        "",
        code,
        parts={"word/settings.xml": part("w:settings", inside)},
        rels=(("e1", "settings", "settings.xml"),),
    )


def _styles(name: str, style: str, body: str, *codes: str) -> Mark:
    parts = {"word/styles.xml": part("w:styles", style)}
    return _word(name, body, *codes, parts=parts, rels=(("y1", "styles", "styles.xml"),))


def _other(name: str, file: str, *codes: str, rels: tuple[tuple[str, str, str], ...] = ()) -> Mark:
    return _word(name, "", *codes, parts={file: xml(f"<x>{C}</x>")}, rels=rels)


_IMAGE = 'r:embed="i1"'
_IMAGE_RELS = (("i1", "image", "media/x.jpg"),)
_P = "<w:p>{}</w:p>"
_CHART = (
    f'<c:chart><c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:f>{C}!A1</c:f><c:strCache><c:pt idx="0">'
    "<c:v>Seen</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    f'<c:val><c:numRef><c:f>{C}!B1</c:f><c:numCache><c:ptCount val="1"/><c:pt idx="0"><c:v>41</c:v></c:pt>'
    "</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart>"
    '<c:externalData r:id="w1"/>'
)
_CHART_FRAME = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="1" cy="1"/><wp:docPr'
    ' id="1" name="x"/><a:graphic><a:graphicData'
    ' uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart r:id="c1"/></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r></w:p>"
)

WORD = (
    _property("creator", "dc:creator", "author"),
    _property("last editor", "cp:lastModifiedBy", "author"),
    _property("title", "dc:title", "description"),
    _property("subject", "dc:subject", "description"),
    _property("keywords", "cp:keywords", "description"),
    _property("description", "dc:description", "description"),
    _property("date of creation", "dcterms:created", "date"),
    _property("last print", "cp:lastPrinted", "date"),
    _app("program", "Application", "software"),
    _app("company", "Company", "author"),
    _app("manager", "Manager", "author"),
    _app("template", "Template", "template"),
    _other("custom properties", "docProps/custom.xml", "other_metadata"),
    _other("thumbnail", "docProps/thumbnail.jpeg", "thumbnail"),
    _other("custom XML", "customXml/item1.xml", "other_metadata"),
    _other("people", "word/people.xml", "author"),
    _other(
        "glossary",
        "word/glossary/document.xml",
        "hidden_part",
        rels=(("g1", "glossaryDocument", "glossary/document.xml"),),
    ),
    _other("macros", "word/vbaProject.bin", "macro", rels=(("v1", "vbaProject", "vbaProject.bin"),)),
    _other("embedded font", "word/fonts/font1.odttf", "other_metadata"),
    _other("printer settings", "word/printerSettings/printerSettings1.bin", "device"),
    _other(
        "embedded workbook",
        "word/embeddings/a.xlsx",
        "embedded_file",
        rels=(("w1", "package", "embeddings/a.xlsx"),),
    ),
    _other("a part of no kind", f"word/{C}.xml"),
    _other("a signature", "_xmlsignatures/sig1.xml", "other_metadata"),
    _settings(
        "document variable", f'<w:docVars><w:docVar w:name="x" w:val="{C}"/></w:docVars>', "other_metadata"
    ),
    _settings("document id", f'<w14:docId w14:val="{C}"/>', "identifier"),
    _settings("revision id", f'<w:rsids><w:rsid w:val="{C}"/></w:rsids>', "identifier"),
    _settings("template's path", f'<w:attachedTemplate r:id="{C}"/>', "template"),
    _word(
        "comment",
        _P.format('<w:commentReference w:id="1"/>'),
        "comment",
        parts={"word/comments.xml": xml(f"<x>{C}</x>")},
        rels=(("c1", "comments", "comments.xml"),),
    ),
    _word(
        "author of an insertion",
        _P.format(f"<w:ins {_AUTHOR}>{run('Kept')}</w:ins>"),
        "tracked_change",
        "author",
    ),
    _word(
        "deletion",
        _P.format(f"<w:del {_AUTHOR}><w:r><w:delText>{C}</w:delText></w:r></w:del>"),
        "tracked_change",
    ),
    _word("moved from", _P.format(f"<w:moveFrom {_AUTHOR}>{_RUN}</w:moveFrom>"), "tracked_change"),
    _word(
        "deleted row",
        f"<w:tbl><w:tr><w:trPr><w:del {_AUTHOR}/></w:trPr><w:tc>{_P.format(_RUN)}</w:tc></w:tr></w:tbl>",
        "tracked_change",
    ),
    _word(
        "author of a change of looks",
        _P.format(run("Kept", f"<w:rPrChange {_AUTHOR}><w:rPr/></w:rPrChange>")),
        "tracked_change",
    ),
    _word("hidden text", _P.format(run(C, "<w:vanish/>")), "hidden_text"),
    _word(
        "hidden row",
        f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{_P.format(_RUN)}</w:tc></w:tr></w:tbl>",
        "hidden_text",
    ),
    _styles(
        "text that its style hides",
        '<w:style w:type="character" w:styleId="H"><w:name w:val="H"/><w:rPr><w:vanish/></w:rPr></w:style>',
        _P.format(run(C, '<w:rStyle w:val="H"/>')),
        "hidden_text",
    ),
    _styles(
        "text that a style below hides",
        '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/>'
        "<w:rPr><w:vanish/></w:rPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/></w:style>',
        f'<w:p><w:pPr><w:pStyle w:val="B"/></w:pPr>{_RUN}</w:p>',
        "hidden_text",
    ),
    _styles(
        "a style's name and id",
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{C}"><w:name w:val="{C}"/></w:style>',
        f'<w:p><w:pPr><w:pStyle w:val="{C}"/></w:pPr>{run("Kept")}</w:p>',
        "style_name",
    ),
    _styles("an unused style", f'<w:style w:styleId="{C}"><w:name w:val="{C}"/></w:style>', ""),
    _word(
        "bookmark",
        _P.format(f'<w:bookmarkStart w:id="0" w:name="{C}"/><w:bookmarkEnd w:id="0"/>'),
        "other_metadata",
    ),
    _word(
        "link",
        _P.format(f'<w:hyperlink r:id="h1" w:tooltip="{C}">{run("Kept")}</w:hyperlink>'),
        "link",
        rels=(("h1", "hyperlink", f"https://example.org/{C}"),),
    ),
    _word(
        "field's instruction",
        _P.format(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            f'<w:r><w:instrText> INCLUDETEXT "C:\\\\Users\\\\{C}" </w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("Kept")}'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "link",
    ),
    _word(
        "field's data",
        _P.format(f'<w:r><w:fldChar w:fldCharType="begin"><w:fldData>{C}</w:fldData></w:fldChar></w:r>'),
        "other_metadata",
    ),
    _word("simple field", _P.format(f'<w:fldSimple w:instr=" FILENAME {C} ">{run("Kept")}</w:fldSimple>')),
    _word(
        "form control",
        f'<w:sdt><w:sdtPr><w:alias w:val="{C}"/><w:tag w:val="{C}"/></w:sdtPr>'
        "<w:sdtContent>"
        f"{_P.format(run('Kept'))}</w:sdtContent></w:sdt>",
        "other_metadata",
    ),
    _word("smart tag", _P.format(f'<w:smartTag w:uri="{C}" w:element="{C}">{run("Kept")}</w:smartTag>')),
    _word(
        "revision id of a paragraph", f'<w:p w:rsidR="{C}" w14:paraId="{C}">{run("Kept")}</w:p>', "identifier"
    ),
    _word("language", _P.format(run("Kept", f'<w:lang w:val="{C}"/>'))),
    _word("font", _P.format(run("Kept", f'<w:rFonts w:ascii="{C}"/>'))),
    _word("number where a number belongs", _P.format(run("Kept", f'<w:sz w:val="{C}"/>'))),
    _word(
        "table's caption",
        f'<w:tbl><w:tblPr><w:tblCaption w:val="{C}"/></w:tblPr><w:tr><w:tc/></w:tr></w:tbl>',
        "description",
    ),
    _word(
        "note that nothing refers to",
        "",
        parts={
            "word/footnotes.xml": part("w:footnotes", f'<w:footnote w:id="3">{_P.format(_RUN)}</w:footnote>')
        },
        rels=(("f1", "footnotes", "footnotes.xml"),),
    ),
    _word("unknown element", f"<zz:any>{_P.format(_RUN)}</zz:any>"),
    _word("unknown attribute", f'<w:p zz:any="{C}" w:any="{C}">{run("Kept")}</w:p>'),
    _word("text where none belongs", f"<w:p>{C}<w:pPr>{C}</w:pPr></w:p>"),
    _word("address of a namespace", f'<w:p xmlns:q="urn:{C}">{run("Kept")}</w:p>'),
    _word("XML comment", _P.format(f"<!-- {C} -->")),
    _word("processing instruction", _P.format(f"<?{C} {C}?>")),
    _word(
        "unread version of a drawing",
        _P.format(
            '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:t>Kept'
            f"</w:t></mc:Choice><mc:Fallback><w:t>{C}</w:t></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        ),
    ),
    _word(
        "name of a picture",
        picture(_IMAGE, name=f"C:\\Users\\{C}.jpg"),
        "file_name",
        parts={"word/media/x.jpg": jpeg(marked=False)},
        rels=_IMAGE_RELS,
    ),
    _word(
        "words for a picture",
        picture(_IMAGE, more=f'descr="{C}" title="{C}"'),
        "description",
        parts={"word/media/x.jpg": jpeg(marked=False)},
        rels=_IMAGE_RELS,
    ),
    _word(
        "tags in a picture", picture(_IMAGE), "device", parts={"word/media/x.jpg": jpeg()}, rels=_IMAGE_RELS
    ),
    _word(
        "picture on the web",
        picture('r:link="i1"'),
        "link",
        rels=(("i1", "image", f"https://example.org/{C}.png"),),
    ),
    _word(
        "hidden picture",
        picture(_IMAGE, more=f'hidden="1" descr="{C}"'),
        "hidden_part",
        parts={"word/media/x.jpg": jpeg()},
        rels=_IMAGE_RELS,
    ),
    _word(
        "chart's workbook and references",
        _CHART_FRAME,
        "embedded_file",
        parts={"word/charts/c.xml": part("c:chartSpace", _CHART), "word/embeddings/w.xlsx": C.encode()},
        rels=(("c1", "chart", "charts/c.xml"),),
    ),
    _word(
        "embedded object",
        _P.format(f'<w:r><w:object><o:OLEObject ProgID="{C}" r:id="o1"/></w:object></w:r>'),
        "embedded_file",
    ),
    _word("old drawing", _P.format(f'<w:r><w:pict><v:shape alt="{C}" o:href="{C}"/></w:pict></w:r>')),
    _word(
        "document of another kind",
        '<w:altChunk r:id="a1"/>',
        "comment",
        "description",
        "link",
        parts={"word/a.html": f"<title>{C}</title><p><a href='https://{C}/'>x<!-- {C} --></a>".encode()},
        rels=(("a1", "aFChunk", "a.html"),),
    ),
    _word("letters of no width", _P.format(run("Vi\u200b\u2060\U000e0043\U000e0041sible"))),
    Mark(
        "docx: with macros by name",
        zipped(
            docx(
                types="application/vnd.ms-word.document.macroEnabled.main+xml",
                parts={"word/vbaProject.bin": C.encode()},
            )
        ),
        _kinds("macro"),
    ),
    Mark("docx: comment of the archive", zipped(docx(), comment=C.encode()), _kinds("comment")),
    Mark("docx: comment of an entry", zipped(docx(), entry_comment=C.encode()), _kinds("comment")),
    Mark(
        "docx: extra field",
        zipped(docx(), extra=b"\xfe\xca" + len(C).to_bytes(2, "little") + C.encode()),
        _kinds("other_metadata"),
    ),
    Mark("docx: media type of a part", zipped(docx(types=f"{DOCX}.main+xml;{C}"))),
)


def _sheet(title: str, *codes: str, **more: object) -> Mark:
    return Mark(f"xlsx: {title}", zipped(xlsx(**more)), _kinds(*codes))  # type: ignore[arg-type]  # by name


_CELL = f'<x:c r="{{}}" t="inlineStr"><x:is><x:t>{C}</x:t></x:is></x:c>'
_SECOND = {
    "xl/worksheets/sheet2.xml": part(
        "x:worksheet", f'<x:sheetData><x:row r="1">{_CELL.format("A1")}</x:row></x:sheetData>'
    )
}

SHEET = (
    _sheet(
        "hidden sheet",
        "hidden_part",
        sheets=f'<x:sheet name="{C}" sheetId="2" state="hidden" r:id="s2"/>',
        parts=_SECOND,
    ),
    _sheet(
        "very hidden sheet",
        "hidden_part",
        sheets=f'<x:sheet name="{C}" sheetId="2" state="veryHidden" r:id="s2"/>',
        parts=_SECOND,
    ),
    _sheet("hidden row", "hidden_part", rows=f'<x:row r="2" hidden="1">{_CELL.format("A2")}</x:row>'),
    _sheet(
        "row without height",
        "hidden_part",
        rows=f'<x:row r="2" ht="0" customHeight="1">{_CELL.format("A2")}</x:row>',
    ),
    _sheet(
        "hidden column",
        "hidden_part",
        before='<x:cols><x:col min="3" max="4" hidden="1"/></x:cols>',
        rows=f'<x:row r="2">{_CELL.format("D2")}</x:row>',
    ),
    _sheet(
        "column without width",
        "hidden_part",
        before='<x:cols><x:col min="2" max="2" width="0"/></x:cols>',
        rows=f'<x:row r="2">{_CELL.format("B2")}</x:row>',
    ),
    _sheet(
        "hidden cells without positions",
        "hidden_part",
        before='<x:cols><x:col min="2" max="2" hidden="1"/></x:cols>',
        rows=f"<x:row><x:c/>{_CELL.format('').replace(' r=' + chr(34) * 2, '')}</x:row>",
    ),
    _sheet("formula", rows=f"<x:row r='2'><x:c r='A2'><x:f>'C:\\[{C}]S'!A1</x:f><x:v>5</x:v></x:c></x:row>"),
    _sheet(
        "formula without a value",
        "link",
        rows=f"<x:row r='2'><x:c r='A2'><x:f>'[{C}]S'!A1</x:f></x:c></x:row>",
    ),
    _sheet("text where a number belongs", rows=f"<x:row r='2'><x:c r='A2'><x:v>{C}</x:v></x:c></x:row>"),
    _sheet(
        "defined name",
        "other_metadata",
        book=(f'<x:definedNames><x:definedName name="{C}">{C}</x:definedName></x:definedNames>'),
    ),
    _sheet(
        "path of the file",
        "file_name",
        book=(
            f'<mc:AlternateContent><mc:Choice Requires="x15"><x:absPath url="C:\\{C}"/>'
            "</mc:Choice></mc:AlternateContent>"
        ),
    ),
    _sheet("string that no cell shows", strings=f"<x:si><x:t>{C}</x:t></x:si>"),
    _sheet(
        "reading aid of a string",
        rows="<x:row r='2'><x:c r='A2' t='s'><x:v>1</x:v></x:c></x:row>",
        strings=f'<x:si><x:t>Seen</x:t><x:rPh sb="0" eb="1"><x:t>{C}</x:t></x:rPh></x:si>',
    ),
    _sheet(
        "drop-down list",
        sheet=(
            f'<x:dataValidations><x:dataValidation sqref="A1"><x:formula1>"{C}"'
            "</x:formula1></x:dataValidation></x:dataValidations>"
        ),
    ),
    _sheet(
        "condition",
        sheet=(
            '<x:conditionalFormatting sqref="A1"><x:cfRule type="cellIs" priority="1">'
            f'<x:formula>"{C}"</x:formula></x:cfRule></x:conditionalFormatting>'
        ),
    ),
    _sheet(
        "link", sheet=(f'<x:hyperlinks><x:hyperlink ref="A1" location="{C}" tooltip="{C}"/></x:hyperlinks>')
    ),
    _sheet("code's name", before=f'<x:sheetPr codeName="{C}"/>'),
    _sheet("who shares it", "author", book=f'<x:fileSharing userName="{C}"/>'),
    _sheet("comment", "comment", parts={"xl/comments1.xml": xml(f"<x>{C}</x>")}),
    _sheet(
        "threaded comment", "comment", parts={"xl/threadedComments/threadedComment1.xml": xml(f"<x>{C}</x>")}
    ),
    _sheet("person", "author", parts={"xl/persons/person.xml": xml(f"<x>{C}</x>")}),
    _sheet("other workbook", "link", parts={"xl/externalLinks/externalLink1.xml": xml(f"<x>{C}</x>")}),
    _sheet("connection", "link", parts={"xl/connections.xml": xml(f"<x>{C}</x>")}),
    _sheet(
        "pivot cache", "hidden_part", parts={"xl/pivotCache/pivotCacheDefinition1.xml": xml(f"<x>{C}</x>")}
    ),
    _sheet(
        "name of a cell style",
        styles=(
            f'<x:cellXfs><x:xf/></x:cellXfs><x:cellStyles><x:cellStyle name="{C}" xfId="0"/></x:cellStyles>'
        ),
    ),
    _sheet(
        "words in a number format",
        rows="<x:row r='2'><x:c r='A2' s='1'><x:v>5</x:v></x:c></x:row>",
        styles=f'<x:numFmts><x:numFmt numFmtId="170" formatCode="0;0;0;&quot;{C}&quot;"/></x:numFmts>'
        '<x:cellXfs><x:xf/><x:xf numFmtId="170"/></x:cellXfs>',
    ),
)


def _show(title: str, *codes: str, **more: object) -> Mark:
    return Mark(f"pptx: {title}", zipped(pptx(**more)), _kinds(*codes))  # type: ignore[arg-type]  # by name


SLIDES = (
    _show("hidden slide", "hidden_part", second=slide(shape(C), attributes='show="0"')),
    _show(
        "notes",
        "hidden_part",
        parts={"ppt/notesSlides/notesSlide1.xml": slide(shape(C), kind="p:notes")},
        rels=(("n1", "notesSlide", "../notesSlides/notesSlide1.xml"),),
    ),
    _show(
        "comment",
        "comment",
        parts={"ppt/comments/comment1.xml": xml(f"<x>{C}</x>")},
        rels=(("n1", "comments", "../comments/comment1.xml"),),
    ),
    _show("author of comments", "author", parts={"ppt/commentAuthors.xml": xml(f"<x>{C}</x>")}),
    _show("layout's prompt", layout=shape(C, placeholder='<p:ph type="body"/>')),
    _show(
        "layout that no slide uses",
        parts={"ppt/slideLayouts/slideLayout2.xml": slide(shape(C), kind="p:sldLayout")},
    ),
    _show("slide's name", name=C),
    _show("shape's name", shapes=shape("Kept", name=C)),
    _show("words for a shape", "description", shapes=shape("Kept", more=f'descr="{C}"')),
    _show("hidden shape", "hidden_part", shapes=shape(C, more='hidden="1"')),
    _show("shape beside the slide", "hidden_part", shapes=shape(C, at="9000001")),
    _show(
        "date field",
        shapes='<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:cNvSpPr/><p:nvPr/>'
        "</p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>"
        f'<a:p><a:fld id="{{{C}}}" type="datetime1"><a:t>Kept</a:t></a:fld></a:p></p:txBody></p:sp>',
    ),
    _show("movement", after=f"<p:timing><p:tnLst>{C}</p:tnLst></p:timing>"),
    _show("custom show", show=f'<p:custShowLst><p:custShow name="{C}" id="0"/></p:custShowLst>'),
    _show("tag", "other_metadata", parts={"ppt/tags/tag1.xml": xml(f"<x>{C}</x>")}),
    _show("film", "embedded_file", parts={"ppt/media/media1.mp4": C.encode()}),
    _show(
        "link",
        "link",
        shapes=shape(f'Kept</a:t></a:r><a:r><a:rPr><a:hlinkClick r:id="h1" tooltip="{C}"/></a:rPr><a:t>Kept'),
        rels=(("h1", "hyperlink", f"https://example.org/{C}"),),
    ),
    _show("section", show=f'<p:extLst><p:ext uri="{C}"/></p:extLst>'),
)


def _open(title: str, *codes: str, **more: object) -> Mark:
    return Mark(f"{more.get('kind', 'text')}: {title}", zipped(odf(**more)), _kinds(*codes))  # type: ignore[arg-type]  # by name


def _meta(name: str, element: str, code: str) -> Mark:
    inside = f"<office:meta><{element}>{C}</{element}></office:meta>"
    return _open(name, code, parts={"meta.xml": open_part("office:document-meta", inside)})


_T = "<text:p>Visible</text:p>"
_TABLE = (
    '<table:table table:name="One">{}<table:table-row><table:table-cell>'
    "<text:p>Visible</text:p></table:table-cell>{}</table:table-row>{}"
    "</table:table>"
)
_PAGE = '<draw:page draw:name="x">{}</draw:page>'
_BOX = (
    '<draw:frame {} svg:width="1cm" svg:height="1cm"><draw:text-box>'
    "<text:p>{}</text:p></draw:text-box>{}</draw:frame>"
)

OPEN_DOCUMENT = (
    _meta("first author", "meta:initial-creator", "author"),
    _meta("author", "dc:creator", "author"),
    _meta("program", "meta:generator", "software"),
    _meta("title", "dc:title", "description"),
    _meta("own field", "meta:user-defined", "other_metadata"),
    _open("thumbnail", "thumbnail", parts={"Thumbnails/thumbnail.png": C.encode()}),
    _open(
        "settings",
        "software",
        parts={
            "settings.xml": open_part(
                "office:document-settings",
                f"<config:config-item>{C}</config:config-item>".replace("config:", "meta:"),
            )
            .replace(b"meta:config-item", b"config:config-item")
            .replace(b"<office:document-settings", b'<office:document-settings xmlns:config="urn:c"')
        },
    ),
    _open("macro", "macro", parts={"Basic/Standard/Module1.xml": C.encode()}),
    _open("signature", "other_metadata", parts={"META-INF/documentsignatures.xml": C.encode()}),
    _open(
        "comment",
        "comment",
        inside=(
            f"{_T}<text:p><office:annotation><dc:creator>{C}</dc:creator><text:p>{C}"
            "</text:p></office:annotation></text:p>"
        ),
    ),
    _open(
        "deletion",
        "tracked_change",
        inside=(
            f"<text:tracked-changes><text:changed-region><text:deletion><text:p>{C}"
            f"</text:p></text:deletion></text:changed-region></text:tracked-changes>{_T}"
        ),
    ),
    _open(
        "hidden text",
        "hidden_text",
        inside=(f'{_T}<text:p><text:hidden-text text:is-hidden="true">{C}</text:hidden-text></text:p>'),
    ),
    _open(
        "hidden paragraph",
        "hidden_text",
        inside=(f'{_T}<text:p><text:hidden-paragraph text:is-hidden="true"/>{C}</text:p>'),
    ),
    _open(
        "hidden section",
        "hidden_text",
        inside=(f'{_T}<text:section text:name="x" text:display="none"><text:p>{C}</text:p></text:section>'),
    ),
    _open(
        "text that its style hides",
        "hidden_text",
        styles=(
            '<style:style style:name="H" style:family="text"><style:text-properties'
            ' text:display="none"/></style:style>'
        ),
        inside=f'{_T}<text:p><text:span text:style-name="H">{C}</text:span></text:p>',
    ),
    _open(
        "variable",
        "other_metadata",
        inside=(
            f'<text:user-field-decls><text:user-field-decl text:name="{C}"'
            f' office:string-value="{C}"/></text:user-field-decls>{_T}'
        ),
    ),
    _open("bookmark", inside=f'{_T}<text:p><text:bookmark text:name="{C}"/></text:p>'),
    _open(
        "link",
        "link",
        inside=(
            f'{_T}<text:p><text:a xlink:href="https://example.org/{C}" office:title="{C}">Kept'
            "</text:a></text:p>"
        ),
    ),
    _open(
        "field",
        inside=(
            f'{_T}<text:p><text:file-name text:display="full" text:name="{C}">Kept</text:file-name></text:p>'
        ),
    ),
    _open(
        "script",
        "script",
        more=(
            "<office:scripts><office:event-listeners><script:event-listener"
            f' xlink:href="{C}"/></office:event-listeners></office:scripts>'
        ),
    ),
    _open(
        "style's name",
        styles=f'<style:style style:name="{C}" style:display-name="{C}" style:family="text"/>',
        inside=(f'<text:p>Visible<text:span text:style-name="{C}">x</text:span></text:p>'),
    ),
    _open(
        "font",
        more=(
            f'<office:font-face-decls><style:font-face style:name="{C}" svg:font-family="{C}"/>'
            "</office:font-face-decls>"
        ),
    ),
    _open(
        "name and words of a picture",
        "description",
        inside=_T
        + "<text:p>"
        + _BOX.format(f'draw:name="{C}"', "Kept", f"<svg:desc>{C}</svg:desc>")
        + "</text:p>",
    ),
    _open(
        "tags in a picture",
        "device",
        inside=(f'{_T}<text:p><draw:frame><draw:image xlink:href="Pictures/{C}.jpg"/></draw:frame></text:p>'),
        parts={f"Pictures/{C}.jpg": jpeg()},
    ),
    _open(
        "embedded object",
        "embedded_file",
        inside=(f'{_T}<text:p><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>'),
        parts={"Object 1/content.xml": xml(f"<x>{C}</x>")},
    ),
    _open("identifier", "identifier", inside=f'{_T}<text:p xml:id="{C}">Kept</text:p>'),
    _open(
        "hidden row",
        "hidden_part",
        kind="spreadsheet",
        inside=_TABLE.format(
            "",
            "",
            '<table:table-row table:visibility="collapse"><table:table-cell>'
            f"<text:p>{C}</text:p></table:table-cell></table:table-row>",
        ),
    ),
    _open(
        "hidden column",
        "hidden_part",
        kind="spreadsheet",
        inside=_TABLE.format(
            '<table:table-column/><table:table-column table:visibility="collapse"/>',
            f"<table:table-cell><text:p>{C}</text:p></table:table-cell>",
            "",
        ),
    ),
    _open(
        "hidden sheet",
        "hidden_part",
        kind="spreadsheet",
        styles=(
            '<style:style style:name="H" style:family="table"><style:table-properties'
            ' table:display="false"/></style:style>'
        ),
        inside=_TABLE.format("", "", "")
        + f'<table:table table:name="{C}" table:style-name="H"><table:table-row>'
        f"<table:table-cell><text:p>{C}</text:p></table:table-cell></table:table-row>"
        "</table:table>",
    ),
    _open(
        "formula",
        kind="spreadsheet",
        inside=_TABLE.format(
            "",
            f'<table:table-cell table:formula="of:=\'file:///{C}\'#A1" office:value-type="float"'
            ' office:value="5"/>',
            "",
        ),
    ),
    _open(
        "named range",
        kind="spreadsheet",
        inside=_TABLE.format("", "", "") + f'<table:named-expressions><table:named-range table:name="{C}"/>'
        "</table:named-expressions>",
    ),
    _open(
        "hidden slide",
        "hidden_part",
        kind="presentation",
        styles=(
            '<style:style style:name="H" style:family="drawing-page"><style:drawing-page-properti'
            'es presentation:visibility="hidden"/></style:style>'
        ),
        inside=_PAGE.format(_BOX.format("", "Visible", ""))
        + f'<draw:page draw:style-name="H">{_BOX.format("", C, "")}</draw:page>',
    ),
    _open(
        "notes",
        "hidden_part",
        kind="presentation",
        inside=_PAGE.format(
            _BOX.format("", "Visible", "")
            + f"<presentation:notes>{_BOX.format('', C, '')}</presentation:notes>"
        ),
    ),
    _open(
        "slide's name",
        kind="presentation",
        inside=_PAGE.replace('"x"', f'"{C}"').format(_BOX.format("", "Visible", "")),
    ),
)

MARKS = (*WORD, *SHEET, *SLIDES, *OPEN_DOCUMENT)
