"""What a Word document draws where nobody sees it: shapes and pictures off the page, colourless letters.

Sources: ISO/IEC 29500-1, 20.4.2.10 (`positionH`); [MS-DOCX] 2.6.1.20 (`textFill`), whose `alpha` is how far a
colour is seen through.
"""

import math

from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.ooxml_names import OTHER_NAMESPACES, tag
from scrub.office.trees import Tree, all_of, etree, is_count, remove

_W14 = {prefix: address for address, prefix in OTHER_NAMESPACES.items()}["w14"]
_TWIP = 635
_LETTER = (12240, 15840)
_MOST_SEEN_THROUGH = 97_000
_MAX_DIGITS = 12
_VAL = f"{{{_W14}}}val"
_COLORS = {
    "tx1": "text1", "tx2": "text2", "bg1": "background1", "bg2": "background2", "dk1": "dark1",
    "dk2": "dark2", "lt1": "light1", "lt2": "light2", "hlink": "hyperlink", "folHlink": "followedHyperlink",
}  # fmt: skip

_BEHIND_COLOR = frozenset(
    {"spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText"}
    | {"vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath"}
)
"""Word wants a run's looks in its own order."""

Page = tuple[int, int, int, int]


def page_of(document: Tree) -> Page:
    """The widest and highest page of all sections, and the least margins left and above, in EMU."""
    sections = all_of(document, (tag("w:sectPr"),))
    sizes = [section.find(tag("w:pgSz")) for section in sections] or [None]
    margins = [section.find(tag("w:pgMar")) for section in sections]
    width, height = (
        max(_number({} if size is None else size.attrib, tag(name), usual) for size in sizes)
        for name, usual in zip(("w:w", "w:h"), _LETTER, strict=True)
    )
    left, top = (
        min((_number(margin.attrib, tag(name), 0) for margin in margins if margin is not None), default=0)
        for name in ("w:left", "w:top")
    )
    return width * _TWIP, height * _TWIP, left * _TWIP, top * _TWIP


def _number(attributes: dict[str, str], name: str, usual: int) -> int:
    value = str(attributes.get(name, ""))
    return int(value) if is_count(value) else usual


def drop_off_page(root: Tree, page: Page, findings: Findings) -> None:
    """Takes away what is placed by the page or its margins, and lies wholly beside it."""
    for anchor in all_of(root, (tag("wp:anchor"),)):
        extent = anchor.find(tag("wp:extent"))
        if extent is None:
            continue
        size = [_number(extent.attrib, key, 0) for key in ("cx", "cy")]
        if any(place.get("rot", "0") != "0" for place in anchor.iter(tag("a:xfrm"))):
            size = [int(math.hypot(*size))] * 2
        for name, whole, margin, length in zip(
            ("wp:positionH", "wp:positionV"), page[:2], page[2:], size, strict=True
        ):
            at = _offset(anchor.find(tag(name)), margin)
            if at is not None and (at + length <= 0 or at >= whole):
                remove(anchor)
                findings.add("hidden_part")
                break


def _offset(position: Tree | None, margin: int) -> int | None:
    """From the page's edge; None where that isn't known before the page is laid out."""
    offset = None if position is None else position.find(tag("wp:posOffset"))
    text = "" if offset is None else (offset.text or "").strip()
    if position is None or not text.lstrip("-").isdecimal() or len(text) > _MAX_DIGITS:
        return None
    match position.get("relativeFrom"):
        case "page" | "leftMargin" | "topMargin":
            return int(text)
        case "margin":
            return int(text) + margin
    return None


def settle_letters(root: Tree) -> None:
    """Letters filled as shapes are: with a colour, which becomes theirs; with none, which hides them."""
    for looks in all_of(root, (tag("w:rPr"),)):
        filling = looks.find(f"{{{_W14}}}textFill")
        if filling is None or not len(filling):
            continue
        colors = [
            one for one in filling.iter() if local(one) in ("srgbClr", "schemeClr", "sysClr", "prstClr")
        ]
        if not any(_is_seen(color) for color in colors):
            if not _has_outline(looks):
                etree.SubElement(looks, tag("w:vanish"))
            continue
        first = next(color for color in colors if _is_seen(color))
        _set_color(looks, first)


def _is_seen(color: Tree) -> bool:
    alpha = next((one.get(_VAL) for one in color if local(one) == "alpha"), None)
    return not (is_count(alpha) and int(alpha or 0) >= _MOST_SEEN_THROUGH)


def _has_outline(looks: Tree) -> bool:
    line = looks.find(f"{{{_W14}}}textOutline")
    return line is not None and not any(local(one) == "noFill" for one in line) and len(line) > 0


def _set_color(looks: Tree, color: Tree) -> None:
    value = color.get(_VAL, "")
    if local(color) not in ("srgbClr", "schemeClr"):
        return
    for old in looks.findall(tag("w:color")):
        looks.remove(old)
    new = etree.Element(tag("w:color"))
    if local(color) == "srgbClr":
        new.set(tag("w:val"), value)
    else:
        new.set(tag("w:val"), "auto")
        new.set(tag("w:themeColor"), _COLORS.get(value, value))
    following = (one for one in looks if local(one) in _BEHIND_COLOR or one.tag.startswith(f"{{{_W14}}}"))
    after = next(following, None)
    if after is None:
        looks.append(new)
    else:
        after.addprevious(new)
