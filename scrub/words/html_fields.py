"""What the fields of a form in a web page show: as words, with the signs that forms of other kinds have here.

In linear time, like the rest of the page. Source: WHATWG HTML 4.10.5, 4.10.7, 4.10.10 and 4.10.11.
"""

import html
import re

TICKED, EMPTY = "\u2612", "\u2610"
CHOSEN, OPEN = "\u25c9", "\u25cb"

_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)(?:\"|\Z)|'([^']*)(?:'|\Z)|([^\s\"'=<>`]+)))?"
)
_OPTION = re.compile(r"<option\b([^<>]*)>([^<]*)", re.I)
_FLAT = re.compile(r"(?<![\w-])(?:width|height)\s{0,9}[:=]\s{0,9}[\"']?0(?![.\d])", re.I)
_SECRET = frozenset({"hidden", "password"})
_NO_WORDS = frozenset({"file", "image", "color"})


def shown_by_input(tag: str) -> tuple[str, bool]:
    """What an `<input ...>` shows, and whether it holds words that it doesn't show."""
    field = _attributes(tag)
    kind, value = field.get("type", "text").lower(), field.get("value", "")
    if kind in ("checkbox", "radio"):
        signs = (TICKED, EMPTY) if kind == "checkbox" else (CHOSEN, OPEN)
        return ("", True) if is_flat(tag) else (signs["checked" not in field], False)
    if kind in _SECRET or is_flat(tag):
        return "", bool(value.strip())
    return "" if kind in _NO_WORDS else value, False


def shown_by_area(content: str) -> str:
    """What somebody wrote between `<textarea>` and its end: no tag counts there."""
    return html.unescape(content)


def shown_by_select(tag: str, content: str) -> str:
    """What is chosen in a list; where nothing is, a list that opens shows its first."""
    options = [(_attributes(found[1]), html.unescape(found[2])) for found in _OPTION.finditer(content)]
    chosen = [words.strip() for attributes, words in options if "selected" in attributes]
    if not chosen and "multiple" not in _attributes(tag):
        chosen = [words.strip() for _, words in options[:1]]
    return ", ".join(chosen)


def is_flat(tag: str) -> bool:
    """Whether an element of a form says itself that it has no width or no height."""
    return bool(_FLAT.search(tag))


def _attributes(tag: str) -> dict[str, str]:
    """By their small names, the first of each; the element's own name is one."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), html.unescape("".join(values)))
    return found
