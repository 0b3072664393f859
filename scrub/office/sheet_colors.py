"""Colours of a workbook as numbers, to tell whether words stand on a ground of (nearly) their own colour.

Source: ISO/IEC 29500-1, 18.3.1.15 (`color`), 18.8.27 (`indexedColors`), 20.1.6.2 (`clrScheme`).
"""

import colorsys
import re

from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, is_count

Rgb = tuple[int, int, int]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)

_BASIC = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
_MORE = ("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080")
_INDEXED = {
    **{str(number): value for number, value in enumerate((*_BASIC, *_BASIC, *_MORE))},
    "64": "000000",
    "65": "FFFFFF",
}
_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_HEX = re.compile(r"[0-9a-fA-F]{6}")
_NEAR = 48
"""Of 255, in each of the three: what the eye takes for one colour."""


class Colors:
    """`theme` is the workbook's, if it has one."""

    def __init__(self, theme: Tree | None) -> None:
        self._theme = {"lt1": "FFFFFF", "dk1": "000000"}
        scheme = None if theme is None else next(theme.iter(tag("a:clrScheme")), None)
        for entry in [] if scheme is None else scheme:
            value = next((one.get("lastClr") or one.get("val") or "" for one in entry), "")
            self._theme[entry.tag.rpartition("}")[2]] = value

    def rgb(self, color: Tree | None) -> Rgb | None:
        """None where there is no colour, or one that can't be told."""
        if color is None:
            return None
        number, theme = color.get("indexed"), color.get("theme")
        value = (color.get("rgb") or "")[-6:]
        if not value and theme is not None and is_count(theme) and int(theme) < len(_THEME):
            value = self._theme.get(_THEME[int(theme)], "")
        elif not value and number is not None:
            value = _INDEXED.get(number, "")
        if not _HEX.fullmatch(value):
            return None
        red, green, blue = (int(value[at : at + 2], 16) for at in (0, 2, 4))
        return _tinted((red, green, blue), color.get("tint"))


def _tinted(rgb: Rgb, tint: str | None) -> Rgb:
    try:
        share = min(max(float(tint or 0), -1.0), 1.0)
    except ValueError:
        return rgb
    if not share:
        return rgb
    hue, light, full = colorsys.rgb_to_hls(*(part / 255 for part in rgb))
    light = light * (1 + share) if share < 0 else light * (1 - share) + share
    red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, light, full))
    return red, green, blue


def is_near(first: Rgb, second: Rgb) -> bool:
    """Whether words of the one can't be read on the other."""
    return all(abs(one - other) <= _NEAR for one, other in zip(first, second, strict=True))
