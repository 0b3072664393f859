"""Packages of Pages, Numbers and Keynote, by the names in them: also in a folder of a ZIP, as macOS packs
them.

What they hold is Apple's own (IWA, or the older XML), beside small pictures of the first page. Sources: iWork
'09's `index.xml` and `index.apxl`; what Pages, Numbers and Keynote write since 2013.
"""

import re
from collections.abc import Iterable

_INSIDE = re.compile(
    r"(?P<folder>(?:.{1,300}/)??)"
    r"(?:Index/[^/]{1,200}\.iwa|Index\.zip|[Ii]ndex\.(?:apxl|xml)(?:\.gz)?|buildVersionHistory\.plist"
    r"|Metadata/(?:BuildVersionHistory|Properties|DocumentIdentifier)(?:\.plist)?)"
)
_SURE = re.compile(r"Index/[^/]{1,200}\.iwa|Index\.zip|[Ii]ndex\.apxl(?:\.gz)?")
_NAMED = re.compile(r"\.(?:pages|numbers|key)(?:-tef)?/", re.IGNORECASE)
_LOCKED = (".iwpv2", ".iwph")
_AT_LEAST = 2


def apple_packages(names: Iterable[str]) -> frozenset[str]:
    """The folders (with `/` at the end, "" for the whole) that are such a package: by a part that only they
    have, or by two of the others.
    """
    found: dict[str, list[bool]] = {}
    for name in names:
        if match := _INSIDE.fullmatch(name):
            folder = match["folder"]
            sure = _SURE.fullmatch(name[len(folder) :]) is not None or _NAMED.search(folder) is not None
            found.setdefault(folder, []).append(sure)
    return frozenset(folder for folder, hits in found.items() if any(hits) or len(hits) >= _AT_LEAST)


def is_locked_package(names: Iterable[str]) -> bool:
    """Whether a password locks the package."""
    return any(name.rpartition("/")[2] in _LOCKED for name in names)
