"""UTF-16 without its mark: told by its first bytes, if they are words of one writing in either order.

Source: Unicode's names and categories, as this Python has them.
"""

import codecs
import re
import unicodedata

BEGINNING = 64
"""Bytes that are looked at."""

_FEW = 12
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x19\x1c-\x1f]")
"""No other text begins with one so soon: each letter has a byte for its alphabet, and these are low.
A tab, the end of a page, DOS's end of a text and the escapes of ISO-2022-JP are no such signs.
"""

_ORDERS = {name: codecs.getincrementaldecoder(name) for name in ("utf-16-le", "utf-16-be")}
"""Looked up now: a child has no files to load one from."""

_LATIN = "\u0250"
_DIFFERENT = 4
_TOGETHER = frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "IDEOGRAPHIC", "FULLWIDTH"})


def order_of(untrusted: bytes) -> str | None:
    """The name of the encoding; None where it is no such text, or too short to be told."""
    head = untrusted[:BEGINNING]
    if len(head) < _FEW or not _CONTROL.search(head):
        return None
    plain = {name: count for name in _ORDERS if (count := _plain_letters(head, name)) is not None}
    return max(plain, key=lambda name: plain[name], default=None)


def script_of(letter: str) -> str:
    """The first word of its name: those of Chinese, Japanese and Korean stand side by side, and are one."""
    script = "LATIN" if letter.isascii() else unicodedata.name(letter, "?").partition(" ")[0]
    return "CJK" if script in _TOGETHER else script


def _plain_letters(head: bytes, name: str) -> int | None:
    """How many of them are ASCII; None where it is nothing that anybody writes."""
    try:
        text = _ORDERS[name]().decode(head)
    except UnicodeDecodeError:
        return None
    kinds = {unicodedata.category(letter) for letter in text if letter not in "\t\r\n"}
    if kinds & {"Cc", "Cn", "Co", "Cs"}:
        return None
    scripts = {script_of(letter) for letter in text if letter >= _LATIN and letter.isalpha()}
    odd = len(scripts) > 1 or len(set(text)) < _DIFFERENT
    return None if odd else sum(map(str.isascii, text))
