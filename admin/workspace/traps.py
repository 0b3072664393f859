"""Signs that a drop may be bait, or was written to find out who reads it. Told, and never acted upon.

Looked for in words alone, offline, by rules that a person can check. What has none of these signs may be a
trap all the same. Sources: Unicode Technical Standard 39 (mixed scripts); RFC 3492 (`xn--`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from admin.words import mark

TRAPS = {
    "link_marked": mark("a link with a mark of its own: who opens it is seen"),
    "look_alike": mark("an address with letters that look like others"),
    "macros": mark("a document that can hold macros"),
    "same_text": mark("the same testimony came in another drop, for another desk"),
    "seen_before": mark("a file that came in another drop before"),
}
"""Codes of signs, in words. The last two compare drops (`admin.workspace.view`)."""

_LINK = re.compile(r"(?:https?://|hxxps?://|www\.)[^\s<>\"']{4,2000}", re.I)
_MARK = re.compile(
    r"[?&#](?:utm_[a-z]+|fbclid|gclid|mc_eid|_hsenc|token|uid|user|id|e|u|ref|key|sig)=",
    re.I,
)
_LONG = re.compile("[a-z0-9_-]{20,}", re.I)
_DIGIT = re.compile("[0-9]")
_HOST = re.compile(r"(?:https?://|hxxps?://|@|\bwww\.)([^\s/?#<>\"'@:]{3,253})", re.I)
_MACROS = ("macroenabled", "msword", "ms-excel", "ms-powerpoint", "x-ole-storage")
_MOST = 200_000


def traps_in(kinds: Iterable[str], words: Sequence[str]) -> tuple[str, ...]:
    """The codes that hold for one drop by itself."""
    found = set()
    for text in words:
        head = text[:_MOST]
        if any(_is_marked(link) for link in _LINK.findall(head)):
            found.add("link_marked")
        if any(looks_alike(host) for host in _HOST.findall(head)):
            found.add("look_alike")
    if any(word in kind.lower() for kind in kinds for word in _MACROS):
        found.add("macros")
    return tuple(code for code in TRAPS if code in found)


def _is_marked(link: str) -> bool:
    """Two steps, each as long as the link: in one expression they cost its length squared."""
    return _MARK.search(link) is not None or any(_DIGIT.search(run) for run in _LONG.findall(link))


def looks_alike(host: str) -> bool:
    """Whether a host's name mixes letters of two scripts in one label, or hides letters behind `xn--`."""
    for label in host.lower().split("."):
        if label.startswith("xn--"):
            return True
        scripts = {unicodedata.name(char, "").partition(" ")[0] for char in label if char.isalpha()}
        if len(scripts) > 1 and scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}:
            return True
    return False
