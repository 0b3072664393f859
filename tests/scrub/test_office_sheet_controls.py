"""Controls of forms over the cells of a workbook: what is ticked, chosen and written on them stays."""

from collections.abc import Callable

import pytest

from scrub.report import Clean
from tests.scrub.office_files import Files, relations, xlsx, zipped
from tests.scrub.test_office import entries

Cleaner = Callable[[bytes], Clean]

_SPACES = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"'
_SHAPE = (
    '<v:shape id="CANARY" type="#_x0000_t201" style="width:90pt;height:20pt" filled="f">'
    "<v:textbox><div><font>{}</font></div></v:textbox>"
    '<x:ClientData ObjectType="{}"><x:Anchor>0, 0, 1, 0, 6, 0, 3, 0</x:Anchor>{}'
    "<x:FmlaLink>CANARY!$A$1</x:FmlaLink></x:ClientData></v:shape>"
)


def _sheet(shape: str) -> Files:
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("v1", "vmlDrawing", "../drawings/vml1.vml"), ("c1", "ctrlProp", "../ctrlProps/ctrlProp1.xml")
        ),
        "xl/drawings/vml1.vml": f"<xml {_SPACES}>{shape}</xml>".encode(),
        "xl/ctrlProps/ctrlProp1.xml": b'<formControlPr objectType="CheckBox" fmlaLink="CANARY"/>',
    }
    control = '<x:controls><x:control shapeId="1025" r:id="c1" name="CANARY"/></x:controls>'
    return xlsx("", sheet=f'<x:legacyDrawing r:id="v1"/>{control}', parts=parts)


@pytest.mark.parametrize(
    ("kind", "more", "label", "said"),
    [
        ("Checkbox", "<x:Checked>1</x:Checked>", "Signed", "☒ Signed"),
        ("Checkbox", "<x:Checked>2</x:Checked>", "Signed", "▣ Signed"),
        ("Checkbox", "<x:Checked>0</x:Checked>", "Signed", "☐ Signed"),
        ("Checkbox", "", "Signed", "☐ Signed"),
        ("Radio", "<x:Checked>1</x:Checked>", "Nights<br/> only", "◉ Nights only"),
        ("Radio", "<x:FirstButton/>", "Nights", "○ Nights"),
        ("Button", "<x:FmlaMacro>CANARY</x:FmlaMacro>", "Send", "Send"),
        ("Label", "", "Twelve hours", "Twelve hours"),
        ("GBox", "", "Shift", "Shift"),
    ],
)
def test_what_a_control_of_a_sheet_shows_stays(
    kind: str, more: str, label: str, said: str, clean: Cleaner
) -> None:
    result = clean(zipped(_sheet(_SHAPE.format(label, kind, more))))
    whole = entries(result.content)
    assert said in whole["xl/drawings/drawing1.xml"].decode()
    assert not any(b"CANARY" in part for part in whole.values())
    assert "form" in result.removed
    assert not {"embedded_file"} & set(result.removed)
    assert "members_left_out" not in result.notes


@pytest.mark.parametrize(
    "shape", ["", _SHAPE.format("", "Drop", "<x:Sel>2</x:Sel>").replace(' filled="f"', "")]
)
def test_what_a_control_shows_that_is_not_kept_is_told(shape: str, clean: Cleaner) -> None:
    files = _sheet(shape)
    if not shape:
        files["xl/worksheets/sheet1.xml"] = files["xl/worksheets/sheet1.xml"].replace(
            b'<x:legacyDrawing r:id="v1"/>', b""
        )
    assert "members_left_out" in clean(zipped(files)).notes
    assert "form" in clean(zipped(files)).removed


def test_a_hidden_control_says_nothing(clean: Cleaner) -> None:
    hidden = _SHAPE.format("CANARY", "Checkbox", "").replace("width:", "visibility:hidden;width:")
    assert not any(b"CANARY" in part for part in entries(clean(zipped(_sheet(hidden))).content).values())
