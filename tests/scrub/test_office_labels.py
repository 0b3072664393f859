"""A sensitivity label names a tenant and whoever set it: it is told as an identifier, in all documents."""

from collections.abc import Callable

import pytest

from scrub.report import Clean
from tests.scrub.office_files import Files, docx, odf, part, picture, pptx, shape, xlsx, xml, zipped
from tests.scrub.test_office import entries

_PROPERTY = '<property fmtid="{{D5CDD505}}" pid="{}" name="{}"><vt:lpwstr>9f1c-CANARY</vt:lpwstr></property>'
_LABEL = "MSIP_Label_2a6f_"
_MAKERS: dict[str, Callable[..., Files]] = {"docx": docx, "xlsx": xlsx, "pptx": pptx}


def _properties(*names: str) -> Files:
    inside = "".join(_PROPERTY.format(number, name) for number, name in enumerate(names, 2))
    return {"docProps/custom.xml": xml(f'<Properties xmlns:vt="urn:vt">{inside}</Properties>')}


def _told(files: Files, clean: Callable[[bytes], Clean]) -> set[str]:
    result = clean(zipped(files))
    assert b"CANARY" not in b"".join(entries(result.content).values())
    return set(result.removed)


@pytest.mark.parametrize("kind", _MAKERS)
def test_a_sensitivity_label_is_told_as_an_identifier(kind: str, clean: Callable[[bytes], Clean]) -> None:
    properties = _properties(_LABEL + "Enabled", _LABEL + "SiteId", "ClassificationContentMarkingFooterText")
    assert _told(_MAKERS[kind](parts=properties), clean) == {"identifier"}
    info = {
        "docMetadata/LabelInfo.xml": xml('<clbl:labelList xmlns:clbl="urn:l"><x>CANARY</x></clbl:labelList>')
    }
    assert _told(_MAKERS[kind](parts=info), clean) == {"identifier"}
    both = _properties(_LABEL + "Name", "Client")
    assert _told(_MAKERS[kind](parts=both), clean) == {"identifier", "other_metadata"}


def test_the_box_that_a_label_put_into_a_header_is_told(clean: Callable[[bytes], Clean]) -> None:
    assert "identifier" in _told(docx(picture('r:embed="i1"', name="MSIPCM-CANARY")), clean)
    assert "identifier" in _told(pptx(shape("Internal", name="MSIPCMContentMarking-CANARY")), clean)
    refer = '<w:p><w:pPr><w:sectPr><w:headerReference w:type="default" r:id="h1"/></w:sectPr></w:pPr></w:p>'
    header = part(
        "w:hdr", picture('r:embed="i1"', name="MSIPCM-CANARY", more='descr="{&quot;HashCode&quot;:1}"')
    )
    files = docx(refer, parts={"word/header1.xml": header}, rels=(("h1", "header", "header1.xml"),))
    assert "identifier" in _told(files, clean)


def test_ids_of_a_store_of_documents_are_told_as_such(clean: Callable[[bytes], Clean]) -> None:
    assert "identifier" in _told(docx(parts=_properties("_dlc_DocIdItemGuid")), clean)
    meta = '<meta:user-defined meta:name="MSIP_Label_2a6f_SiteId">CANARY</meta:user-defined>'
    assert "identifier" in _told(odf(parts={"meta.xml": xml(f"<x xmlns:meta='urn:m'>{meta}</x>")}), clean)


def test_broken_properties_cost_no_more_than_their_name(clean: Callable[[bytes], Clean]) -> None:
    files = docx(parts={"docProps/custom.xml": b'<property name="MSIP_Label_' + b"<property " * 20_000})
    assert "date" not in _told(files, clean)


def test_who_changed_what_and_who_may_is_told_as_names(clean: Callable[[bytes], Clean]) -> None:
    change = '<p:chgInfo xmlns:p="urn:p"><p:chgData name="CANARY" userId="s::1"/></p:chgInfo>'
    assert "author" in _told(pptx(parts={"ppt/changesInfos/changesInfo1.xml": xml(change)}), clean)
    assert "author" in _told(docx('<w:permStart w:id="1" w:ed="CORP\\CANARY"/>'), clean)
