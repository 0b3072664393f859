"""Paragraphs of DrawingML (`a:p`), as diagrams have them, written as paragraphs of Word (`w:p`).

Source: ISO/IEC 29500-1, 21.1.2 and 17.3.
"""

from collections.abc import Iterator

from scrub.office.covering import local
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree, is_count, is_on
from scrub.office.word_unseen import THEME_COLORS

_ALIGNED = {"ctr": "center", "r": "right", "just": "both"}
_VAL = tag("w:val")
_HUNDREDTHS_OF_HALF_A_POINT = 50


def paragraphs_of_word(body: Tree) -> Iterator[Tree]:
    """One for each `a:p` of a shape's text."""
    for old in body.iter(tag("a:p")):
        new = etree.Element(tag("w:p"))
        settings = old.find(tag("a:pPr"))
        looks = etree.SubElement(new, tag("w:pPr"))
        etree.SubElement(looks, tag("w:spacing")).set(tag("w:after"), "0")
        aligned = None if settings is None else _ALIGNED.get(settings.get("algn", ""))
        if aligned is not None:
            etree.SubElement(looks, tag("w:jc")).set(_VAL, aligned)
        bullet = None if settings is None else settings.find(tag("a:buChar"))
        if bullet is not None and bullet.get("char"):
            _add_run(new, None, f"{bullet.get('char')} ")
        for child in old:
            if child.tag in (tag("a:r"), tag("a:fld")):
                text = child.find(tag("a:t"))
                _add_run(new, child.find(tag("a:rPr")), "" if text is None else text.text or "")
            elif child.tag == tag("a:br"):
                etree.SubElement(etree.SubElement(new, tag("w:r")), tag("w:br"))
        yield new


def _add_run(paragraph: Tree, settings: Tree | None, text: str) -> None:
    run = etree.SubElement(paragraph, tag("w:r"))
    looks = etree.SubElement(run, tag("w:rPr"))
    if settings is not None:
        for key, name in (("b", "w:b"), ("i", "w:i")):
            if is_on(settings.get(key, "0")):
                etree.SubElement(looks, tag(name))
        _add_color(looks, settings)
        size = settings.get("sz")
        if size is not None and is_count(size):
            etree.SubElement(looks, tag("w:sz")).set(_VAL, str(int(size) // _HUNDREDTHS_OF_HALF_A_POINT))
    etree.SubElement(run, tag("w:t")).text = text


def _add_color(looks: Tree, settings: Tree) -> None:
    fill = settings.find(tag("a:solidFill"))
    color = None if fill is None or not len(fill) else fill[0]
    if color is None:
        return
    new = etree.SubElement(looks, tag("w:color"))
    if local(color) == "srgbClr":
        new.set(_VAL, color.get("val", ""))
    else:
        new.set(_VAL, "auto")
        if local(color) == "schemeClr":
            new.set(tag("w:themeColor"), THEME_COLORS.get(color.get("val", ""), color.get("val", "")))
