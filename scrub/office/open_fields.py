"""Fields and cells of OpenDocument that say who wrote a file, when, and where it lies: what they last showed
goes, and a mark stands there.

All other fields keep what they last showed. Source: OASIS OpenDocument 1.3, part 3, 7.3 and 7.5 (text
fields), 19.642 (`table:formula`); part 4, 6.13 (CELL, INFO).
"""

from scrub.office.findings import Findings
from scrub.office.open_formats import hide
from scrub.office.open_names import tag
from scrub.office.sheet_paths import Paths
from scrub.office.trees import Tree, all_of, remove
from scrub.office.word_telling import MARK
from scrub.words.paths import holds_path

_TOLD = {
    "author": "author-name author-initials initial-creator creator printed-by sender-firstname"
    " sender-lastname sender-initials sender-title sender-position sender-company",
    "date": "creation-date creation-time modification-date modification-time print-date print-time",
    "other_metadata": "user-defined editing-duration editing-cycles sender-email sender-phone-private"
    " sender-phone-work sender-fax sender-street sender-city sender-postal-code sender-country"
    " sender-state-or-province",
    "file_name": "file-name",
    "template": "template-name",
}
_CODES = {tag(f"text:{name}"): code for code, names in _TOLD.items() for name in names.split()}
_PLACES = tuple(
    map(tag, ("text:database-name", "text:placeholder", "text:user-field-get", "text:variable-get"))
)
_FORMULA, _STRING = tag("table:formula"), tag("office:string-value")
_NAME, _TYPE = tag("table:name"), tag("office:value-type")


def drop(roots: list[Tree], findings: Findings) -> None:
    """`roots`: the content and, if there is one, the styles."""
    for root in roots:
        for field in all_of(root, _CODES):
            _withhold(field, _CODES[field.tag], findings)
        for field in all_of(root, _PLACES):
            if holds_path("".join(field.itertext())):
                _withhold(field, "file_name", findings)
    cells = [
        cell
        for root in roots
        for cell in root.iter(tag("table:table-cell"), tag("table:covered-table-cell"))
        if cell.get(_FORMULA) is not None and cell.get(_TYPE, "string") == "string"
    ]
    if not cells:
        return
    words = {cell: "".join(cell.itertext()) or cell.get(_STRING, "") for cell in cells}
    shown = {table.get(_NAME, "") for root in roots for table in root.iter(tag("table:table"))}
    paths = Paths(words.values(), shown, findings)
    for cell, text in words.items():
        if paths.hides(text, cell.get(_FORMULA, "")):
            hide(cell)
            cell[0].text = MARK


def _withhold(field: Tree, code: str, findings: Findings) -> None:
    if "".join(field.itertext()).strip():
        findings.add(code)
        field.tail = MARK + (field.tail or "")
    remove(field)
