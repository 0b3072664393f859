"""Names that nobody sees in documents: of shapes, sections, shows and looks of cells. Gone, and told."""

from collections.abc import Callable

import pytest

from scrub.report import Clean
from tests.scrub.office_files import Files, odf, pptx, shape, xlsx, zipped
from tests.scrub.test_office import entries

Scrub = Callable[[bytes], Clean]
_LOOKS = (
    '<x:cellStyleXfs><x:xf/></x:cellStyleXfs><x:cellXfs><x:xf xfId="0"/></x:cellXfs>'
    '<x:cellStyles><x:cellStyle name="{name}" xfId="0" {more}/></x:cellStyles>'
)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (pptx(shape("x", name="CANARY")), "other_metadata"),
        (pptx(show='<p:custShowLst><p:custShow name="CANARY" id="1"/></p:custShowLst>'), "other_metadata"),
        (
            odf("text", '<text:section text:name="CANARY"><text:p>Visible</text:p></text:section>'),
            "other_metadata",
        ),
        (xlsx(styles=_LOOKS.format(name="CANARY", more="")), "style_name"),
    ],
)
def test_a_name_that_somebody_gave_is_gone_and_told(files: Files, told: str, clean: Scrub) -> None:
    copy = clean(zipped(files))
    assert told in copy.removed
    assert not any(b"CANARY" in part for part in entries(copy.content).values())
    assert clean(copy.content).removed == ()


@pytest.mark.parametrize(
    "files",
    [pptx(shape("x", name="Rectangle 3")), xlsx(styles=_LOOKS.format(name="Normal", more='builtinId="0"'))],
)
def test_a_name_that_programs_give_is_nobodys(files: Files, clean: Scrub) -> None:
    assert clean(zipped(files)).removed == ()
