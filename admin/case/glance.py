"""What a list tells of a drop whose key is unlocked: language, kinds, size and first words."""

from __future__ import annotations

import io
from collections.abc import Iterable

from admin.case.casefile import StoredDrop
from admin.case.opening import Case, Entry, content_of, open_case
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.words import mark, tr
from codes.kinds import READ
from crypto.record import Record

FIRST_WORDS = 160
_LONGEST = 64 * 1024
"""Bytes of a text of which the first words are looked for."""

PARCEL = mark("parcel")
"""The kind of what the source's own device has sealed."""

KINDS = {
    "text": ("text",),
    "picture": ("image/",),
    "pdf": ("application/pdf",),
    "sound": ("audio/",),
    "film": ("video/",),
    "office": ("officedocument", "opendocument", "msword", "ms-excel", "ms-powerpoint"),
    "mail": ("message/",),
    "archive": ("zip", "x-7z", "x-rar", "x-tar", "gzip"),
}
"""Kinds by their names, and pieces of the media types that they stand for."""


class Glance(Record):
    """`kinds` are "text", `PARCEL` and media types, without what is for a custodian. `size` is bytes of
    contents, `first` the first words as they were written.
    """

    language: str
    kinds: tuple[str, ...]
    size: int
    first: str

    def __repr__(self) -> str:
        return "Glance()"


def glance(home: Home, drop: StoredDrop, ring: KeyRing) -> Glance:
    """Looks into a drop, which does not count as opened by that. Raises what `open_case` does."""
    ring.forget_opened()
    contents: dict[int, bytes] = {}
    case = open_case(home, drop, ring, contents)
    items = [entry.item for entry in case.entries if entry.item is not None]
    kinds = dict.fromkeys(
        PARCEL if item.cleaning == "sealed" else "text" if item.kind == "text" else item.media_type
        for item in items
    )
    first = _first_words(home, case, ring, contents)
    ring.forget_opened()
    return Glance(case.manifest.language, tuple(kinds), sum(item.size for item in items), first)


def _first_words(home: Home, case: Case, ring: KeyRing, contents: dict[int, bytes]) -> str:
    for entry in case.entries:
        item = entry.item
        if item is None or item.kind != "text" or item.answers is not None or item.size > _LONGEST:
            continue
        text = contents.get(entry.number) or _content(home, case, entry, ring)
        if words := " ".join(text.decode("utf-8", "replace")[: 4 * FIRST_WORDS].split()):
            return words[:FIRST_WORDS]
    return ""


def _content(home: Home, case: Case, entry: Entry, ring: KeyRing) -> bytes:
    content = io.BytesIO()
    content_of(case, entry, content, ring, home)
    return content.getvalue()


def of_kinds(kinds: Iterable[str]) -> str:
    """'text, docx, picture'."""
    return ", ".join(dict.fromkeys(_short_kind(kind) for kind in kinds)) or tr("nothing")


def _short_kind(media_type: str) -> str:
    for word in (mark("picture"), mark("sound"), mark("film")):
        if any(piece in media_type for piece in KINDS[word]):
            return tr(word)
    return tr(media_type) if media_type in {"text", PARCEL} else READ.get(media_type, tr("file"))
