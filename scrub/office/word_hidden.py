"""Text of a Word document that its settings hide (`w:vanish`), by itself or by its style.

White, tiny or covered text isn't judged: it stays. `vanish` itself is on no list, so what is misjudged here
comes out visible. Source: ISO/IEC 29500-1, 17.3.2.41 and 17.7.3 (toggle properties).
"""

from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, is_on, remove

_VAL = tag("w:val")
_DEPTH = 20


def hiding_styles(styles: Tree | None) -> frozenset[str]:
    """The ids of styles that hide; "" stands for paragraphs without a style."""
    if styles is None:
        return frozenset()
    known = {style.get(tag("w:styleId"), ""): style for style in styles.iter(tag("w:style"))}
    hiding = {name for name in known if _hides(name, known)}
    for name in list(hiding):
        if known[name].get(tag("w:type")) == "paragraph" and is_on(known[name].get(tag("w:default"), "0")):
            hiding.add("")
    return frozenset(hiding)


def _hides(name: str, known: dict[str, Tree]) -> bool:
    for _ in range(_DEPTH):
        style = known.get(name)
        if style is None:
            return False
        said = _said(style.find(tag("w:rPr")))
        if said is not None:
            return said
        based = style.find(tag("w:basedOn"))
        name = based.get(_VAL, "") if based is not None else ""
    return False


def _said(properties: Tree | None) -> bool | None:
    """What properties say about hiding; None when they are silent."""
    vanish = None if properties is None else properties.find(tag("w:vanish"))
    return None if vanish is None else is_on(vanish.get(_VAL))


def drop_hidden(root: Tree, hiding: frozenset[str], findings: Findings) -> None:
    """Takes away runs, formulas and rows of tables that are hidden."""
    for run in all_of(root, (tag("w:r"), tag("m:r"))):
        properties = run.find(tag("w:rPr"))
        said = _said(properties)
        hidden = _by_style(run, properties, hiding) if said is None else said
        if hidden:
            if any(child.tag != tag("w:rPr") for child in run):
                findings.add("hidden_text")
            remove(run)
    for row in all_of(root, (tag("w:tr"),)):
        settings = row.find(tag("w:trPr"))
        mark = settings.find(tag("w:hidden")) if settings is not None else None
        if mark is not None and is_on(mark.get(_VAL)):
            findings.add("hidden_text")
            remove(row)


def _by_style(run: Tree, properties: Tree | None, hiding: frozenset[str]) -> bool:
    """A style of letters that hides in a style of paragraphs that hides shows again."""
    if not hiding:
        return False
    own = properties.find(tag("w:rStyle")) if properties is not None else None
    by_letters = own is not None and own.get(_VAL, "") in hiding
    paragraph = next(run.iterancestors(tag("w:p")), None)
    style = None if paragraph is None else paragraph.find(f"{tag('w:pPr')}/{tag('w:pStyle')}")
    by_paragraph = ("" if style is None else style.get(_VAL, "")) in hiding
    return by_letters != by_paragraph
