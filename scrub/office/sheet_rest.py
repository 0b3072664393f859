"""What a workbook holds besides cells: what nobody sees is told by its kind, and so is what is seen and can't
be copied. A sheet that is one chart becomes an empty one with that chart on it.

Source: ISO/IEC 29500-1, 18.2 (workbook) and 18.3 (sheets); [MS-XLSX] 2.6 (extensions).
"""

from collections.abc import Iterable

from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree

_OTHER = "other_metadata"
_KINDS = {
    **dict.fromkeys(("fileSharing", "userInfo"), "author"),
    **dict.fromkeys(("customWorkbookView", "customSheetView", "scenario", "protectedRange"), _OTHER),
    **dict.fromkeys(("dataValidation", "cellWatch", "customPr", "smartTagType", "cellSmartTag"), _OTHER),
    **dict.fromkeys(("webPublishObject", "webPublishItem", "sheetProtection", "workbookProtection"), _OTHER),
    "picture": "members_left_out",  # behind the cells
    "sparklineGroup": "charts_left_out",
    "slicerRef": "members_left_out",
}
_REVISIONS = "xl/revisions/"


def tell(root: Tree, findings: Findings) -> None:
    """Of a workbook or a sheet."""
    for part in root:
        if part.tag != tag("x:sheetData"):
            for element in part.iter():
                if (code := _KINDS.get(local(element))) is not None:
                    findings.add(code)
    for cell in root.iter(tag("x:c")):
        if cell.get("vm") is not None and cell.get("t") == "e":  # a picture in a cell
            findings.add("members_left_out")


def tell_of_parts(names: Iterable[str], findings: Findings) -> None:
    """The log of a shared workbook has what cells held before, and who changed them."""
    if any(name.startswith(_REVISIONS) for name in names):
        findings.add("revision")
        findings.add("author")


def make_worksheet(root: Tree) -> None:
    """Changes a sheet that is one chart in place."""
    for child in list(root):
        if child.tag not in (tag("x:sheetPr"), tag("x:drawing")):
            root.remove(child)
    root.tag = tag("x:worksheet")
    drawing = root.find(tag("x:drawing"))
    cells = etree.Element(tag("x:sheetData"))
    root.insert(len(root) if drawing is None else root.index(drawing), cells)
