"""Letters of DrawingML (slides, shapes of sheets, charts) that are filled with nothing, or with what is all
seen through: nobody read them.

Source: ISO/IEC 29500-1, 21.1.2.3.9 (`rPr`), 20.1.8 (fills), 20.1.2.3.1 (`alpha`).
"""

from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, remove

_FILLS = frozenset({"noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill"})
_COLORS = frozenset({"srgbClr", "schemeClr", "sysClr", "prstClr", "scrgbClr", "hslClr"})
_SEEN_THROUGH = 3000.0
"""In thousandths of a per cent."""


def drop_unseen(root: Tree, findings: Findings) -> None:
    """Takes away the runs whose letters can't be seen, by their own looks or by their shape's list."""
    for run in all_of(root, (tag("a:r"), tag("a:fld"))):
        looks = [one for one in (run.find(tag("a:rPr")), *_of_the_list(run)) if one is not None]
        filled = next((one for one in looks if _fill(one) is not None), None)
        if filled is None or _is_seen(_fill(filled)):
            continue
        if any(_has_outline(one) for one in looks):
            continue
        if any((text.text or "").strip() for text in run.findall(tag("a:t"))):
            findings.add("hidden_text")
        remove(run)


def _of_the_list(run: Tree) -> list[Tree | None]:
    """What the paragraph's level says of letters, in the shape that holds it."""
    paragraph = run.getparent()
    body = None if paragraph is None else paragraph.getparent()
    styles = None if body is None else body.find(tag("a:lstStyle"))
    if styles is None or not len(styles):
        return []
    settings = paragraph.find(tag("a:pPr"))
    level = "0" if settings is None else settings.get("lvl", "0")
    number = int(level) + 1 if level in "012345678" and level else 1
    return [styles.find(f"{tag(name)}/{tag('a:defRPr')}") for name in (f"a:lvl{number}pPr", "a:defPPr")]


def _fill(looks: Tree) -> Tree | None:
    return next((one for one in looks if local(one) in _FILLS), None)


def _is_seen(fill: Tree | None) -> bool:
    if fill is None or local(fill) == "noFill":
        return False
    colors = [one for one in fill.iter() if local(one) in _COLORS]
    return not colors or any(_color_is_seen(color) for color in colors)


def _color_is_seen(color: Tree) -> bool:
    return all(
        _amount(one.get("val")) >= _SEEN_THROUGH for one in color if local(one) in ("alpha", "alphaMod")
    )


def _amount(value: str | None) -> float:
    try:
        return float(value[:-1]) * 1000 if value and value.endswith("%") else float(value or 100_000)
    except ValueError:
        return 100_000


def _has_outline(looks: Tree) -> bool:
    line = looks.find(tag("a:ln"))
    if line is not None and _is_seen(_fill(line)):
        return True
    effects = looks.find(tag("a:effectLst"))
    return effects is not None and len(effects) > 0
