"""What a Word document squeezes into nothing: too low lines, rows, frames and boxes, too narrow letters.

Word cuts off what is higher than an exact line, an exact row or a box. Others draw a picture in such a line
whole, over what is above it: its shape stays. Sources: ISO/IEC 29500-1, 17.3.1.33
(`spacing`), 17.4.80 (`trHeight`), 20.4.2.37 (`txbx`).
"""

from scrub.office.covers import COLOR, paint_over
from scrub.office.findings import Findings
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, all_of, is_count, remove

_LOWEST, _LOWEST_BOX = 40, 25_400
"""Two points: in twips, and in EMU."""

_DEPTH = 20
_VAL = tag("w:val")
_LINE, _RULE = tag("w:line"), tag("w:lineRule")
_NARROW = 5
"""In per cent: letters squeezed to so much of their width are no letters."""

_LETTERS = tuple(map(tag, ("w:t", "w:sym", "m:t", "a:blip")))

Lines = dict[str, int]


def exact_lines(styles: Tree | None) -> Lines:
    """Of each style's id how high its lines are exactly, in twips, or 0; "" stands for paragraphs without a
    style.
    """
    if styles is None:
        return {}
    known = {style.get(tag("w:styleId"), ""): style for style in styles.iter(tag("w:style"))}
    usual = styles.find("/".join(map(tag, ("w:docDefaults", "w:pPrDefault", "w:pPr"))))
    default = next(
        (
            name
            for name, style in known.items()
            if style.get(tag("w:type")) == "paragraph"
            and style.get(tag("w:default"), "0") in ("1", "true", "on")
        ),
        None,
    )
    found = {name: _of_style(name, known, usual) for name in known}
    found[""] = found[default] if default is not None else _exact(usual) or 0
    return found


def _of_style(name: str, known: dict[str, Tree], usual: Tree | None) -> int:
    for _ in range(_DEPTH):
        style = known.get(name)
        if style is None:
            break
        said = _exact(style.find(tag("w:pPr")))
        if said is not None:
            return said
        based = style.find(tag("w:basedOn"))
        name = based.get(_VAL, "") if based is not None else ""
    return _exact(usual) or 0


def _exact(looks: Tree | None) -> int | None:
    """0 for lines that grow; None where their height isn't said."""
    spacing = None if looks is None else looks.find(tag("w:spacing"))
    if spacing is None or spacing.get(_LINE) is None:
        return None
    height = spacing.get(_LINE)
    exact = spacing.get(_RULE) == "exact" and is_count(height)
    return max(int(height), 1) if exact else 0


def exact_line(paragraph: Tree, styles: Lines) -> int:
    """How high its lines are exactly, in twips, or 0. `styles`: of `exact_lines`."""
    looks = paragraph.find(tag("w:pPr"))
    said = _exact(looks)
    if said is None:
        style = None if looks is None else looks.find(tag("w:pStyle"))
        said = styles.get("" if style is None else style.get(_VAL, ""), styles.get("", 0))
    return said


def drop(root: Tree, styles: Lines, findings: Findings) -> None:
    """Takes the words, and pictures that stand in the line, out of what is too low for them."""
    for paragraph in all_of(root, (tag("w:p"),)):
        looks = paragraph.find(tag("w:pPr"))
        if 0 < exact_line(paragraph, styles) <= _LOWEST:
            _empty(paragraph, paragraph, findings)
        frame = None if looks is None else looks.find(tag("w:framePr"))
        if frame is not None and frame.get(tag("w:hRule")) == "exact" and _is_at_most(frame, "w:h", _LOWEST):
            _empty(paragraph, paragraph, findings)
    for squeezed, most in (("w:w", _NARROW), ("w:fitText", _LOWEST)):
        for looks in all_of(root, (tag(squeezed),)):
            run = next(looks.iterancestors(tag("w:r")), None)
            if run is not None and _is_at_most(looks, "w:val", most):
                _empty(run, None, findings)
    for row in all_of(root, (tag("w:tr"),)):
        height = row.find(f"{tag('w:trPr')}/{tag('w:trHeight')}")
        value = None if height is None else height.get(_VAL)
        exact = height is not None and height.get(tag("w:hRule")) == "exact"
        if exact and is_count(value) and int(value or 0) <= _LOWEST:
            _empty(row, None, findings)
    for words in all_of(root, (tag("wps:txbx"),)):
        if _is_flat(words.getparent()):
            _empty(words, None, findings)


def _is_at_most(element: Tree, name: str, most: int) -> bool:
    value = element.get(tag(name), "").removesuffix("%")
    return is_count(value) and int(value) <= most


def _is_flat(shape: Tree) -> bool:
    """Whether a box of text is lower or narrower than two points, and doesn't grow with its words."""
    size = shape.find("/".join(map(tag, ("wps:spPr", "a:xfrm", "a:ext"))))
    grouped = next(shape.iterancestors(tag("wpg:wgp")), None) is not None  # in lengths of its group
    if size is None or grouped or shape.find(f"{tag('wps:bodyPr')}/{tag('a:spAutoFit')}") is not None:
        return False
    sides = [size.get(name) for name in ("cx", "cy")]
    return all(map(is_count, sides)) and min(int(side or 0) for side in sides) <= _LOWEST_BOX


def _empty(holder: Tree, paragraph: Tree | None, findings: Findings) -> None:
    """`paragraph`: only its own words, not those of boxes and notes that hang on it."""
    for found in all_of(holder, _LETTERS):
        if paragraph is not None and next(found.iterancestors(tag("w:p")), None) is not paragraph:
            continue
        if found.tag == tag("a:blip"):
            if next(found.iterancestors(tag("wp:inline")), None) is not None:
                findings.add("hidden_image")
                paint_over(found.getparent(), COLOR)
            continue
        if (found.text or "").strip() or found.tag == tag("w:sym"):
            findings.add("hidden_text")
        remove(found)
