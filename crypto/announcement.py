"""Announcements: a desk's words for everybody who asks, signed by a reviewer, a language each, with an end.

Source: issue 11, item 4; drawn in docs/protocol.md, "Announcements". A count of people ("15 wrote of this
site") is a field of its own and a multiple of five, so that two announcements never differ by one person; in
the words its name stands in braces. Signed over the desk's id: what one desk says is not another's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crypto import canonical
from crypto.errors import FormatError
from crypto.minisign import PublicKey

MAX_SIZE = 1024 * 1024
MAX_LANGUAGES = 64
MAX_TEXT = 3000
"""Characters of a text, without its counts: one message of a messenger holds it."""
MAX_COUNTS = 16
MAX_DAYS = timedelta(days=366)
STEP = 5

_KEYS = {"type", "version", "root", "desk_id", "serial", "made", "until", "counts", "texts"}
_LANGUAGE = re.compile("[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a desk says to everybody from the day `made` to the day before `until`.

    `serial` grows with every announcement of one root for one desk (its id, 16 bytes). `texts` are by
    language; `{name}` in them stands for one of `counts`, each 5 or more and a multiple of 5.
    """

    root: PublicKey
    desk_id: bytes
    serial: int
    made: date
    until: date
    texts: Mapping[str, str]
    counts: Mapping[str, int]

    def text(self, language: str) -> str | None:
        """The words in a language, with the counts in their places; None if it has none in that one."""
        words = self.texts.get(language)
        return None if words is None else _PLACE.sub(lambda place: str(self.counts[place[1]]), words)

    def check(self, desk_id: bytes, today: date) -> None:
        """Raises FormatError if it is for another desk, or not to be shown today: early, or expired."""
        if self.desk_id != desk_id:
            raise FormatError("The announcement is for another desk.")
        if today >= self.until:
            raise FormatError("The announcement has expired.")
        if self.made - today > timedelta(days=1):  # two machines may be in two time zones
            raise FormatError("The announcement is dated in the future.")


def rounded(people: int) -> int:
    """A count of people as it may be told: rounded down to fives. Raises FormatError for fewer than five."""
    if people < STEP:
        raise FormatError("A count of fewer than five people must not be told.")
    return people - people % STEP


def announcement_bytes(announcement: Announcement) -> bytes:
    """The bytes of an announcement, to be signed by the root. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo announcement",
            "version": 1,
            "root": str(announcement.root),
            "desk_id": announcement.desk_id.hex(),
            "serial": announcement.serial,
            "made": announcement.made.isoformat(),
            "until": announcement.until.isoformat(),
            "counts": dict(announcement.counts),
            "texts": dict(announcement.texts),
        }
    )
    if _parse(data) != announcement:
        raise FormatError("The announcement holds a value that would not be accepted.")
    return data


def claimed_root(untrusted: bytes) -> PublicKey:
    """The root that an announcement says it is of, for finding the pinned one. Raises FormatError."""
    return _parse(untrusted).root


def parse_announcement(untrusted: bytes, untrusted_signature: str, root: PublicKey) -> Announcement:
    """An announcement that `root` has signed. Raises SignatureError, or FormatError if it is malformed.

    Whether it is for this desk and this day, `Announcement.check` says.
    """
    root.verify(untrusted, untrusted_signature)
    announcement = _parse(untrusted)
    if announcement.root != root:
        raise FormatError("The announcement names another root key than the one that signed it.")
    return announcement


def _parse(untrusted: bytes) -> Announcement:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo announcement", _KEYS)
    counts = fields.members("counts", canonical.NAME, maximum=MAX_COUNTS)
    for count in counts.values():
        if not isinstance(count, int) or count < STEP or count % STEP:
            raise FormatError("A count in the announcement must be five or more, rounded down to fives.")
    texts = fields.members("texts", _LANGUAGE, maximum=MAX_LANGUAGES)
    if not texts:
        raise FormatError("The announcement has no text.")
    for text in texts.values():
        if not isinstance(text, str) or not 1 <= len(text) <= MAX_TEXT:
            raise FormatError(f"A text of the announcement must have 1 to {MAX_TEXT} characters.")
        if "{" in (rest := _PLACE.sub("", text)) or "}" in rest or set(_PLACE.findall(text)) - counts.keys():
            raise FormatError("Braces in the announcement must hold the name of one of its counts.")
    made, until = fields.day("made"), fields.day("until")
    if not timedelta(0) < until - made <= MAX_DAYS:
        raise FormatError("An announcement must end after the day on which it was made, within a year.")
    return Announcement(
        root=fields.signing_key("root"),
        desk_id=fields.hex("desk_id", 16),
        serial=fields.integer("serial", minimum=1),
        made=made,
        until=until,
        texts={language: str(text) for language, text in texts.items()},
        counts={name: count for name, count in counts.items() if isinstance(count, int)},
    )
