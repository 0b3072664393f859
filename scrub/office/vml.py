"""How a shape of VML (drawings of old Office) looks and where it is: read from its attributes and its style.

Nothing is raised: what can't be read is as VML has it by default, and a shape is filled with white by
default. Source: ISO/IEC 29500-4, 19.1 (VML).
"""

import math
import re
from dataclasses import dataclass

from scrub.office.covering import local
from scrub.office.trees import Tree

_EMU = {"pt": 12700, "in": 914400, "cm": 360000, "mm": 36000, "pc": 152400, "px": 9525, "": 9525}
_LENGTH = re.compile(r"([-+]?[0-9]{0,9}\.?[0-9]{0,20})\s*([a-z]{0,2})")
_STYLE = re.compile(r"([a-z-]{1,40})\s*:\s*([^;]{0,80})", re.IGNORECASE)
_MAX_STYLE = 2000
_MOST = 40_000_000
"""In EMU: more than a metre. No page is larger."""

_NAMES = {
    "black": "000000", "white": "FFFFFF", "red": "FF0000", "green": "008000", "blue": "0000FF",
    "yellow": "FFFF00", "gray": "808080", "grey": "808080", "silver": "C0C0C0", "maroon": "800000",
    "navy": "000080", "purple": "800080", "teal": "008080", "lime": "00FF00", "aqua": "00FFFF",
    "fuchsia": "FF00FF", "olive": "808000", "orange": "FFA500", "window": "FFFFFF", "windowtext": "000000",
    "buttonface": "F0F0F0", "infobackground": "FFFFE1", "none": "FFFFFF",
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{2,20}", re.IGNORECASE)
UNKNOWN_COLOR = "A6A6A6"


@dataclass(frozen=True, slots=True)
class Paint:
    """`color` of six digits; `alpha` in thousandths of a per cent, None where it is opaque."""

    color: str
    alpha: int | None = None


def style_of(shape: Tree) -> dict[str, str]:
    """The shape's `style` by its properties' names, which are lower case."""
    found = _STYLE.findall((shape.get("style") or "")[:_MAX_STYLE])
    return {name.lower(): value.strip().lower() for name, value in found}


def emu(text: str | None, default: int = 0) -> int:
    """A length in EMU; one without a unit is in dots of a screen."""
    found = _LENGTH.fullmatch((text or "").strip().lower())
    try:
        length = float(found[1]) * _EMU[found[2]] if found else math.nan
    except (ValueError, KeyError):
        return default
    return default if math.isnan(length) else int(min(max(length, -_MOST), _MOST))


def is_off(value: str | None) -> bool:
    """`f`, `false`, `0`, `no`."""
    return (value or "").strip().lower() in ("f", "false", "0", "no", "off")


def is_hidden(shape: Tree) -> bool:
    """Whether it, or the group it is in, isn't drawn."""
    while shape is not None:
        if style_of(shape).get("visibility") == "hidden":
            return True
        shape = shape.getparent()
    return False


def color(text: str | None, default: str) -> str:
    """Six digits, of what may be `#fff`, `black [3213]`, `fill darken(118)`."""
    value = (text or "").strip()
    if not value:
        return default
    found = _HEX.match(value)
    if found:
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return digits.upper()
    word = _WORD.match(value)
    return _NAMES.get(word[0].lower(), UNKNOWN_COLOR) if word else UNKNOWN_COLOR


def fill(shape: Tree) -> Paint | None:
    """What it is filled with; None where it isn't. A pattern, a picture and a gradient are their colour."""
    more = child(shape, "fill")
    if is_off(shape.get("filled")) or (more is not None and is_off(more.get("on"))):
        return None
    own = None if more is None else more.get("color")
    opacity = shape.get("opacity") if more is None else more.get("opacity")
    return Paint(color(shape.get("fillcolor") or own, "FFFFFF"), _alpha(opacity))


def stroke(shape: Tree) -> tuple[Paint, int] | None:
    """The colour and the width (EMU) of its line; None where it has none."""
    more = child(shape, "stroke")
    if is_off(shape.get("stroked")) or (more is not None and is_off(more.get("on"))):
        return None
    width = shape.get("strokeweight") or (None if more is None else more.get("weight"))
    own = shape.get("strokecolor") or (None if more is None else more.get("color"))
    paint = Paint(color(own, "000000"), _alpha(None if more is None else more.get("opacity")))
    return paint, max(emu(width if _has_unit(width) else f"{width}pt", 9525), 1)


def _has_unit(width: str | None) -> bool:
    return width is None or width.strip()[-1:].isalpha()


def _alpha(text: str | None) -> int | None:
    """An opacity of `.5`, `50%` or `32768f`; None for a whole one."""
    share = fraction(text, 1.0)
    return None if share >= 1 else max(0, int(share * 100_000))


def fraction(text: str | None, default: float) -> float:
    """`.5`, `50%`, `32768f`."""
    value = (text or "").strip().lower()
    try:
        if value.endswith("f"):
            number = float(value[:-1]) / 65536
        else:
            number = float(value[:-1]) / 100 if value.endswith("%") else float(value)
    except ValueError:
        return default
    return number if math.isfinite(number) and abs(number) < 1000 else default


def child(shape: Tree, name: str) -> Tree | None:
    """The first child of that name, in whatever vocabulary."""
    return next((one for one in shape if local(one) == name), None)


def pair(text: str | None, default: tuple[int, int]) -> tuple[int, int]:
    """`21600,21600`: two whole numbers; one that isn't there is 0."""
    if text is None:
        return default
    first, _, second = text.partition(",")
    try:
        numbers = int(float(first or 0)), int(float(second or 0))
    except (ValueError, OverflowError):
        return default
    return numbers if all(abs(number) <= _MOST for number in numbers) else default
