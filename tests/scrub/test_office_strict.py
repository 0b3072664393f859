"""Documents in the strict dialect of OOXML: read by the same rules as those of the transitional one."""

import re
from collections.abc import Callable

import pytest

from scrub.report import Clean, Refusal
from tests.scrub.office_files import DOCX, PPTX, Files, docx, part, picture, pptx, run, shape, slide, zipped
from tests.scrub.office_marks import jpeg
from tests.scrub.test_office import entries, words

_SCHEMAS, _STRICT = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
_NAMES = {
    b"officeDocument/2006/": b"officeDocument/",
    b"wordprocessingml/2006/": b"wordprocessingml/",
    b"presentationml/2006/": b"presentationml/",
    b"drawingml/2006/": b"drawingml/",
}


def strict(files: Files) -> Files:
    """The same document as Office writes it when told to be strict."""
    names = re.compile(re.escape(_SCHEMAS) + b"(" + b"|".join(_NAMES) + b")")
    return {
        name: names.sub(lambda found: _STRICT + _NAMES[found[1]], content) for name, content in files.items()
    }


def _document(result: Clean) -> str:
    return entries(result.content)["word/document.xml"].decode()


def test_what_is_hidden_in_a_strict_document_goes(clean: Callable[[bytes], Clean]) -> None:
    body = (
        f"<w:p>{run('hidden', '<w:vanish/>')}<w:del w:id='1' w:author='x'>{run('deleted')}</w:del></w:p>"
        f"<w:p>{run('strict')}</w:p>"
    )
    result = clean(zipped(strict(docx(body))))
    assert (result.media_type, words(result.content)) == (DOCX, "Visible strict")
    assert {"hidden_text", "tracked_change"} <= set(result.removed)


def test_lengths_of_a_strict_document_keep_their_size(clean: Callable[[bytes], Clean]) -> None:
    body = (
        '<w:p><w:pPr><w:ind w:start="36pt"/><w:spacing w:before="12pt"/></w:pPr>'
        + run("one", '<w:sz w:val="14pt"/>')
        + "</w:p>"
        '<w:p><w:pPr><w:sectPr><w:pgSz w:w="612pt" w:h="11in"/><w:pgMar w:top="2.54cm" w:left="1in"/>'
        "</w:sectPr></w:pPr></w:p>"
    )
    document = _document(clean(zipped(strict(docx(body, attributes='w:conformance="strict"')))))
    for said in ('w:start="720"', 'w:before="240"', 'w:sz w:val="28"', 'w:h="15840" w:w="12240"'):
        assert said in document
    assert 'w:left="1440" w:top="1440"' in document
    assert "conformance" not in document


def test_a_crop_of_a_strict_document_is_cut(clean: Callable[[bytes], Clean]) -> None:
    body = picture('r:embed="i1"', crop='<a:srcRect l="50%"/>')
    files = docx(body, parts={"word/media/x.jpg": jpeg()}, rels=(("i1", "image", "media/x.jpg"),))
    result = clean(zipped(strict(files)))
    assert "hidden_image" in result.removed
    assert any(name.startswith("word/media/") for name in entries(result.content))


def test_a_strict_header_stays(clean: Callable[[bytes], Clean]) -> None:
    files = docx(
        '<w:p><w:pPr><w:sectPr><w:headerReference w:type="default" r:id="h1"/></w:sectPr></w:pPr></w:p>',
        parts={"word/header9.xml": part("w:hdr", f"<w:p>{run('head')}</w:p>")},
        rels=(("h1", "header", "header9.xml"),),
    )
    assert words(clean(zipped(strict(files))).content) == "Visible head"


def test_a_strict_presentation_shows_its_visible_slides(clean: Callable[[bytes], Clean]) -> None:
    second = slide(shape("hidden slide"), attributes='show="0"')
    beside = shape("beside", at="90000000")
    result = clean(zipped(strict(pptx(shape("slide") + beside, second=second))))
    assert (result.media_type, words(result.content)) == (PPTX, "Visible slide")
    assert "hidden_part" in result.removed


def test_what_only_half_is_strict_is_read_all_the_same(clean: Callable[[bytes], Clean]) -> None:
    files = docx(f"<w:p>{run('half')}</w:p>")
    files["word/document.xml"] = strict(files)["word/document.xml"]
    assert words(clean(zipped(files)).content) == "Visible half"


def test_a_strict_part_that_is_no_xml_is_refused(clean: Callable[[bytes], Clean]) -> None:
    files = strict(docx())
    files["word/document.xml"] = re.sub(rb"</w:body>", b"</w:bod>", files["word/document.xml"])
    with pytest.raises(Refusal, match="broken"):
        clean(zipped(files))
