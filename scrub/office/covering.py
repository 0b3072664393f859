"""Whether shapes of DrawingML cover what lies under them: a fill, a picture, a thick line.

Source: ISO/IEC 29500-1, 20.1.8 (fills) and 20.1.2.2.24 (`ln`).
"""

from scrub.office.trees import Tree, is_count

_FILLS = frozenset({"solidFill", "gradFill", "pattFill", "blipFill"})
_LOOKS = frozenset({"spPr", "grpSpPr"})
_THICK = 38_100
"""In EMU: 3 points. A letter of 8 points shows above and below a thinner line."""


def covers_anything(root: Tree) -> bool:
    """Whether any shape in `root`, of whatever vocabulary, may hide what lies under it."""
    return any(_covers(element) for element in root.iter() if isinstance(element.tag, str))


def _covers(element: Tree) -> bool:
    name = local(element)
    if name in ("pic", "contentPart", "graphicFrame"):
        return True
    if name == "fillRef":
        style = element.getparent()
        shape = None if style is None else style.getparent()
        looks = [] if shape is None else [child for child in shape if local(child) in _LOOKS]
        return element.get("idx") != "0" and not any(local(fill) == "noFill" for own in looks for fill in own)
    if name not in _LOOKS:
        return False
    return any(local(child) in _FILLS or _is_thick(child) for child in element)


def _is_thick(line: Tree) -> bool:
    width = line.get("w", "")
    return local(line) == "ln" and (is_count(width) and int(width) > _THICK)


def local(element: Tree) -> str:
    """An element's name without its address; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
