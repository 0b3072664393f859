"""Signs that a drop may be bait, or was written to find out who reads it. Told, and never acted upon.

Looked for in words alone, offline, by rules that a person can check. What has none of these signs may be a
trap all the same. Sources: Unicode Technical Standard 39 (mixed scripts); RFC 3492 (`xn--`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from admin.words import mark

TRAPS = {
    "link_marked": mark("a link with a mark of its own: who opens it is seen"),
    "look_alike": mark("an address with letters that look like others"),
    "macros": mark("a document that can hold macros"),
    "not_whole": mark("it is not whole: something in it was changed, or is missing ('show' says what)"),
    "long_text": mark("more than 8 million letters: links and addresses behind them were not looked for"),
    "same_text": mark("the same testimony came in another drop, for another desk"),
    "near_text": mark(
        "nearly the same testimony came in another drop, for another desk: the words that differ may tell "
        "who passes it on"
    ),
    "many_texts": mark(
        "thousands of testimonies for other desks have words in common with it: not all were compared, and "
        "one of them may be nearly the same"
    ),
    "seen_before": mark("a file that came in another drop before"),
}
"""Codes of signs, in words. `not_whole` comes from the verification; the last four compare drops
(`admin.workspace.opened`).
"""

_LINK = re.compile(r"(?:h(?:tt|xx)ps?://|www\.)[^\s<>\"']{4,2000}", re.I)
_SCHEME = re.compile(r"(?:h(?:tt|xx)ps?://)?(?:([^/?#]*)@)?", re.I)
_TOKEN = re.compile("[^\\s<>\"']+")
_NAME = re.compile(r"(?:[^\W_][^\W_-]*(?:-+[^\W_]+)*\.){1,10}(?:xn--[\w-]{1,60}|[a-z]{2,24})", re.I)
"""A host's name with nothing before or behind it, as people write it without a scheme."""

_MARK = re.compile(
    r"[?&#](?:utm_[a-z]+|fbclid|gclid|mc_eid|_hsenc|token|uid|user|id|e|u|ref|key|sig)=",
    re.I,
)
_LONG = re.compile("[a-z0-9_-]{20,}", re.I)
_DIGIT = re.compile("[0-9]")
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff]"
)
_BETWEEN = re.compile("[^\\w.@-]+")
_MACROS = ("macroenabled", "msword", "ms-excel", "ms-powerpoint", "x-ole-storage")
MOST_LETTERS = 8 << 20
"""So many of a drop are looked at: a second of words, 19 of addresses with hidden letters one after the
other, on a busy machine (docs/adr/0435).
"""

_LONGEST = 2000

_LATIN_TWINS = frozenset("ıȷɑɡɩɪʏɴʀʟ")
_TWINS = frozenset("асԁеһіјӏоԛрѕԝхуѵүԍαγιϲϳνορτυχօոսհցզ")  # Cyrillic, Greek, Armenian
"""Letters that look like a to z: in Latin words, and as whole words (UTS 39, `confusables.txt`)."""


class Signs:
    """What the words and kinds of one drop by itself show; texts are given one after the other."""

    def __init__(self) -> None:
        self._found: set[str] = set()
        self._left = MOST_LETTERS

    @property
    def all_looked_at(self) -> bool:
        return "long_text" not in self._found

    def look(self, text: str) -> None:
        """Looks at a text, as long as there are not too many letters in all."""
        if len(text) > self._left:
            self._found.add("long_text")
        head = text[: self._left].replace("[.]", ".")
        self._left = max(self._left - len(text), 0)
        for link in _LINK.finditer(head):
            self._found |= _signs(link[0])
        for token in _TOKEN.finditer(head):
            if "." in token[0]:
                self._found |= _bare(token[0])

    def codes(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """The codes that hold, in the order of `TRAPS`."""
        if any(word in kind.lower() for kind in kinds for word in _MACROS):
            self._found.add("macros")
        return tuple(code for code in TRAPS if code in self._found)


def _signs(link: str) -> set[str]:
    found = set()
    start = _SCHEME.match(link)
    before, rest = (start[1] or "", link[start.end() :]) if start else ("", link)
    if "." in before or looks_alike(
        re.split("[/?#:]", rest, maxsplit=1)[0]
    ):  # https://bank.example@other.example
        found.add("look_alike")
    if _is_marked(link):
        found.add("link_marked")
    return found


def _bare(token: str) -> set[str]:
    """Of a word with a dot: each name of a host in it, also of an e-mail's, and what stands behind one."""
    found = set()
    shown = _HIDDEN.sub("", token)
    if len(shown) < len(token) and _NAME.fullmatch(shown.strip(".,;:!?()")):
        found.add("look_alike")
    for piece in _BETWEEN.split(shown):
        host = piece.rpartition("@")[2].strip(".-")
        # A hyphen between words of two scripts is usual in a file's name.
        asked = host if "xn--" in host else host.replace("-", ".")
        if "." in host and _NAME.fullmatch(host[:_LONGEST]) and looks_alike(asked):
            found.add("look_alike")
    start, sign, _ = shown.partition("/")
    if sign and _NAME.fullmatch(_BETWEEN.split(start)[-1]) and _is_marked(shown[:_LONGEST]):
        found.add("link_marked")
    return found


def _is_marked(link: str) -> bool:
    """Two steps, each as long as the link: in one expression they cost its length squared."""
    return _MARK.search(link) is not None or any(_DIGIT.search(run) for run in _LONG.findall(link))


def looks_alike(host: str) -> bool:
    """Whether a host's name mixes letters of two scripts in one label, is written in letters of another that
    look like Latin ones, or hides letters behind `xn--` or signs that draw nothing.
    """
    labels = host.lower().strip(".,;:!?()[]").split(".")
    for label in labels:
        if label.startswith("xn--"):
            return True
        letters = [char for char in label if char.isalpha()]
        scripts = {unicodedata.name(char, "").partition(" ")[0] for char in set(letters)}
        if len(scripts) > 1 and scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}:
            return True
        if "LATIN" in scripts and (_LATIN_TWINS.intersection(letters) or _HIDDEN.search(label)):
            return True
        if len(letters) > 1 and _TWINS.issuperset(letters) and labels[-1].isascii():
            return True
    return False
