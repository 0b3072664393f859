"""Letters of a Word document that are filled with a colour, or with none.

Source: [MS-DOCX] 2.6.1.20 (`textFill`), whose `alpha` is how far a colour is seen through.
"""

from scrub.office.covering import local
from scrub.office.ooxml_names import OTHER_NAMESPACES, tag
from scrub.office.trees import Tree, all_of, etree, is_count

_W14 = {prefix: address for address, prefix in OTHER_NAMESPACES.items()}["w14"]
_MOST_SEEN_THROUGH = 97_000

_VAL = f"{{{_W14}}}val"
THEME_COLORS = {
    "tx1": "text1", "tx2": "text2", "bg1": "background1", "bg2": "background2", "dk1": "dark1",
    "dk2": "dark2", "lt1": "light1", "lt2": "light2", "hlink": "hyperlink", "folHlink": "followedHyperlink",
}  # fmt: skip

_BEHIND_COLOR = frozenset(
    {"spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText"}
    | {"vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath"}
)
"""Word wants a run's looks in its own order."""


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
        new.set(tag("w:themeColor"), THEME_COLORS.get(value, value))
    following = (one for one in looks if local(one) in _BEHIND_COLOR or one.tag.startswith(f"{{{_W14}}}"))
    after = next(following, None)
    if after is None:
        looks.append(new)
    else:
        after.addprevious(new)
