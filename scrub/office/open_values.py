"""Cells of OpenDocument say what they are twice: as a value and in words. Readers show the one or the other,
so a copy keeps both only where they agree, and then no digit of the value that isn't in the words.

Source: OASIS OpenDocument 1.3, part 3, 9.1.4 and 19.385.
"""

import re

from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of

_TYPE, _VALUE = tag("office:value-type"), tag("office:value")
_VALUES = tuple(
    tag(f"office:{name}")
    for name in ("value", "date-value", "time-value", "boolean-value", "string-value", "currency")
)
_NUMBERS = frozenset({"float", "percentage", "currency"})
_CURRENCY = r"(?:[A-Z]{2,3}|[$\u20ac\u00a3\u00a5\u20b1\u20b9\u20bd\u20ba\u00a2\u20a1]|)"
_SHOWN = re.compile(
    rf"(?P<minus>[-\u2212(]?) ?{_CURRENCY} ?(?P<after>[-\u2212]?)"
    rf"(?P<digits>[0-9](?:[0-9.,' \u00a0\u202f]*[0-9])?)[ \u00a0]?{_CURRENCY}(?P<percent>%?)\)?"
)
_MOST_DIGITS = 15


def agree(root: Tree) -> None:
    """A number that says what its words say stays one, rounded to them; all else becomes words."""
    for cell in all_of(root, map(tag, ("table:table-cell", "table:covered-table-cell"))):
        words = [paragraph for paragraph in cell if paragraph.tag == tag("text:p")]
        if not words:  # shown from its value alone
            continue
        kind = cell.get(_TYPE, "string")
        text = "".join(words[0].itertext()).strip() if len(words) == 1 else ""
        rounded = _rounded(text, cell.get(_VALUE, "")) if kind in _NUMBERS else None
        if rounded is not None:
            cell.set(_VALUE, rounded)
        else:
            for key in (_TYPE, *_VALUES):
                cell.attrib.pop(key, None)


def _rounded(text: str, value: str) -> str | None:
    """The value as the words have it, or None where they say another."""
    found = _SHOWN.fullmatch(text)
    try:
        number = float(value)
    except ValueError:
        return None
    if found is None:
        return None
    sign = "-" if found["minus"] or found["after"] else ""
    shift = 2 if found["percent"] else 0
    for digits, decimals in _readings(found["digits"]):
        if len(digits) > _MOST_DIGITS:
            continue
        shown = int(sign + digits) / 10 ** (decimals + shift)
        if abs(shown - number) <= 0.500001 / 10 ** (decimals + shift):
            return f"{shown:.{decimals + shift}f}"
    return None


def _readings(text: str) -> list[tuple[str, int]]:
    """The digits, and how many of them stand behind the decimal mark: the last mark, or none."""
    digits = re.sub("[^0-9]", "", text)
    last = max(text.rfind("."), text.rfind(","))
    return [(digits, 0), *([(digits, len(text) - last - 1)] if last >= 0 else [])]
