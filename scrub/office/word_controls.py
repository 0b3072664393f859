"""A form's controls (`w:sdt`) are what stands in them: their titles, their tags and the data behind them go.

Sources: ISO/IEC 29500-1, 17.5.2; [MS-DOCX] 2.6.1 (`checkbox`).
"""

from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, etree, is_on, remove, unwrap
from scrub.office.word_bound import BoundData
from scrub.office.word_forms import EMPTY, TICKED
from scrub.office.word_telling import told_by_binding, withhold

_TEXT = tag("w:t")
_SHOWN = tuple(map(tag, ("w:t", "w:sym", "w:drawing", "w:pict")))


def unwrap_controls(root: Tree, findings: Findings, data: BoundData) -> None:
    """One that shows who wrote the document shows it no more; a box that is only said is drawn."""
    for control in all_of(root, (tag("w:sdt"),)):
        settings, content = (control.find(tag(name)) for name in ("w:sdtPr", "w:sdtContent"))
        if content is not None and settings is not None:
            _fill(settings, content, data)
            _settle(settings, content, findings)
        for child in list(control):
            if child is not content:
                control.remove(child)
        if content is not None:
            unwrap(content)
        unwrap(control)


def _fill(settings: Tree, content: Tree, data: BoundData) -> None:
    """A control that still asks for words shows those of its data, if it has some."""
    kinds = {local(setting) for setting in settings}
    words = [one for one in content.iter(_TEXT) if (one.text or "").strip()]
    if "dataBinding" not in kinds or "date" in kinds or (words and "showingPlcHdr" not in kinds):
        return
    text = data.shown_by(settings)
    if text is None:
        return
    if "checkbox" in kinds:
        text = TICKED if text.strip() in ("1", "true") else EMPTY
    run = words[0].getparent() if words else _new_run(content)
    for old in [*words, *run.findall(f"{tag('w:rPr')}/{tag('w:rStyle')}")]:
        remove(old)
    for number, line in enumerate(text.splitlines()):
        if number:
            etree.SubElement(run, tag("w:br"))
        etree.SubElement(run, _TEXT).text = line


def _settle(settings: Tree, content: Tree, findings: Findings) -> None:
    for setting in settings:
        if local(setting) == "dataBinding":
            told = told_by_binding(setting.get(tag("w:xpath")) or "")
            if told is not None and withhold(content.iter()):
                findings.add(told)
        elif local(setting) == "checkbox" and next(content.iter(*_SHOWN), None) is None:
            said = next((one for one in setting if local(one) == "checked"), None)
            value = None if said is None else next(iter(said.attrib.values()), None)
            box = TICKED if said is not None and is_on(value) else EMPTY
            runs = all_of(content, (tag("w:r"),))
            place = runs[0] if runs else _new_run(content)
            etree.SubElement(place, _TEXT).text = box


def _new_run(content: Tree) -> Tree:
    paragraphs = all_of(content, (tag("w:p"),))
    return etree.SubElement(paragraphs[0] if paragraphs else content, tag("w:r"))
