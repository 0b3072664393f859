"""What Word cuts off a picture that stands in a line: by a line or a row of exact height, by a box of text.

A line shows the lower end of a higher picture, a row and a box the upper one. Others draw more of it; nobody
who had the document in Word saw that. Sources: ISO/IEC 29500-1, 17.3.1.33 (`spacing`), 17.4.80 (`trHeight`),
20.4.2.37 (`txbx`); adr/0375.
"""

from scrub.office import edges
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, is_count
from scrub.office.word_clipped import Lines, exact_line

_TWIP = 635
_ENDLESS = 10**12
_UPRIGHT = ("", "t")


def cut(root: Tree, lines: Lines) -> None:
    """Before pictures are marked for cutting. `lines`: of `word_clipped.exact_lines`."""
    for inline in root.iter(tag("wp:inline")):
        picture = inline.find("/".join(map(tag, ("a:graphic", "a:graphicData", "pic:pic"))))
        if picture is None:
            continue
        paragraph = next(inline.iterancestors(tag("w:p")), None)
        height = 0 if paragraph is None else exact_line(paragraph, lines) * _TWIP
        if height:
            _crop(inline, picture, 1, height, last=True)
        for axis, room in enumerate(_box(inline)):
            if room:
                _crop(inline, picture, axis, room)
        row = _row(inline)
        if row:
            _crop(inline, picture, 1, row)


def _box(inline: Tree) -> tuple[int, int]:
    """Width and height of the box of text around it, in EMU; 0 where it grows, or isn't told."""
    inside = next(inline.iterancestors(tag("wps:txbx"), tag("w:tbl")), None)
    shape = inside.getparent() if inside is not None and inside.tag == tag("wps:txbx") else None
    looks = None if shape is None else shape.find(tag("wps:bodyPr"))
    size = None if shape is None else shape.find("/".join(map(tag, ("wps:spPr", "a:xfrm", "a:ext"))))
    grouped = shape is not None and next(shape.iterancestors(tag("wpg:wgp")), None) is not None
    if size is None or grouped or (looks is not None and looks.find(tag("a:spAutoFit")) is not None):
        return 0, 0
    if looks is not None and (looks.get("vert", "horz") != "horz" or looks.get("rot", "0") != "0"):
        return 0, 0
    width, height = (int(side) if is_count(side) else 0 for side in (size.get("cx"), size.get("cy")))
    return width, height if looks is None or looks.get("anchor", "") in _UPRIGHT else 0


def _row(inline: Tree) -> int:
    """The exact height of the row that it is in, in EMU, or 0."""
    cell = next(inline.iterancestors(tag("w:tc"), tag("w:txbxContent")), None)
    row = cell.getparent() if cell is not None and cell.tag == tag("w:tc") else None
    height = None if row is None else row.find(f"{tag('w:trPr')}/{tag('w:trHeight')}")
    looks = None if cell is None else cell.find(tag("w:tcPr"))
    told = looks is not None and any(
        looks.find(tag(name)) is not None for name in ("w:vAlign", "w:vMerge", "w:textDirection")
    )
    value = None if height is None else height.get(tag("w:val"))
    exact = height is not None and height.get(tag("w:hRule")) == "exact" and is_count(value) and not told
    return int(value or 0) * _TWIP if exact else 0


def _crop(inline: Tree, picture: Tree, axis: int, room: int, *, last: bool = False) -> None:
    """To so much of its length; its `last` part for its first."""
    extent, looks, filling = (
        inline.find(tag("wp:extent")),
        picture.find(tag("pic:spPr")),
        picture.find(tag("pic:blipFill")),
    )
    if extent is None or looks is None or filling is None or not edges.is_plain(looks, filling):
        return
    name = ("cx", "cy")[axis]
    length = extent.get(name, "")
    if not is_count(length) or int(length) <= room:
        return
    window = (int(length) - room, _ENDLESS) if last else (-_ENDLESS, room)
    seen = edges.crop(filling, axis, "0", extent, window)
    if seen is not None:
        for size in (extent, looks.find(f"{tag('a:xfrm')}/{tag('a:ext')}")):
            if size is not None:
                size.set(name, str(seen[1]))
