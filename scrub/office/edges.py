"""Pictures that lie partly beside their page or slide: their crop becomes that of what is on it.

Source: ISO/IEC 29500-1, 20.1.8.55 (`srcRect`).
"""

from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree

_WHOLE, _LONGEST = 100_000, 10**12
_LINE = "9525"


def is_plain(looks: Tree, filling: Tree) -> bool:
    """Whether the picture fills a rectangle that isn't turned. `looks`: its `spPr`."""
    frame, shape = looks.find(tag("a:xfrm")), looks.find(tag("a:prstGeom"))
    inset = filling.find(f"{tag('a:stretch')}/{tag('a:fillRect')}")
    turns = {"0" if frame is None else frame.get(key, "0").strip() for key in ("rot", "flipH", "flipV")}
    return (
        turns <= {"", "0", "false", "off"}
        and filling.find(tag("a:tile")) is None
        and looks.find(tag("a:custGeom")) is None
        and (shape is None or shape.get("prst") == "rect")
        and not (inset is not None and inset.attrib)
    )


def room(looks: Tree, side: float) -> tuple[int, int]:
    """Along a page of that length in EMU, and as far beside it as the line around the picture reaches."""
    spare = line_width(looks)
    return -spare, int(side) + spare


def line_width(looks: Tree) -> int:
    """Of the line around it, in EMU; 0 where none is drawn."""
    line = looks.find(tag("a:ln"))
    width = "0" if line is None or line.find(tag("a:noFill")) is not None else line.get("w", _LINE)
    return int(width) if width.isdecimal() and len(width) < len(str(_LONGEST)) else 0


def crop(
    filling: Tree, axis: int, start: str | None, size: Tree, room: tuple[int, int]
) -> tuple[int, int] | None:
    """Crops the picture along one axis to what is in `room`, from where to where something is seen.

    Gives its new beginning and length, in EMU; None where nothing is to be cropped, or can't be reckoned.
    """
    rest = filling.find(tag("a:srcRect"))
    before, behind = ("lt"[axis], "rb"[axis])
    try:
        begin, length = int(start or ""), int(size.get(("cx", "cy")[axis], ""))
        cropped = [0 if rest is None else int(rest.get(key, "0")) for key in (before, behind)]
    except ValueError:
        return None
    first, last = max(begin, room[0]), min(begin + length, room[1])
    if min(cropped) < 0 or not 0 < last - first < length <= _LONGEST:
        return None
    if rest is None:
        rest = etree.Element(tag("a:srcRect"))
        blip = filling.find(tag("a:blip"))
        filling.insert(0 if blip is None else filling.index(blip) + 1, rest)
    share = (_WHOLE - sum(cropped)) / length
    rest.set(before, str(round(cropped[0] + (first - begin) * share)))
    rest.set(behind, str(round(cropped[1] + (begin + length - last) * share)))
    return first, last - first
