"""What a scrub may say: fixed codes only, so that no byte of a file crosses the boundary as text.

The codes and their English are in `codes/`; sources read `bot/translations`.
"""

from collections.abc import Set
from dataclasses import dataclass, field, replace
from typing import Self

from codes import kinds, notes, reasons, removed

REMOVED = tuple(removed.REMOVED)
NOTES = tuple(notes.NOTES)
REFUSALS = tuple(reasons.SCRUB)
EXTENSIONS = kinds.CLEAN
"""The codes, in the order in which they are numbered on the pipe (`isolation/wire.py`)."""

LETTERS = (
    *("cp1252", "cp1250", "cp1251", "cp1254", "cp1253", "cp1255", "cp1256", "cp1257", "cp1258", "cp874"),
    *("koi8-r", "koi8-u", "cp866", "cp850", "cp852", "cp437", "mac-roman"),
    *("iso8859-2", "iso8859-5", "iso8859-9", "iso8859-15", "cp932", "euc-jp", "gb18030", "big5", "cp949"),
    *("cp855", "cp857", "cp737", "mac-cyrillic", "mac-latin2", "mac-romanian", "iso8859-6"),
)
"""The code pages by which a text may be read, as Python's codecs are called. The position is the number on
the pipe: append, never reorder.
"""

MAX_ASKED = 3
"""About so many ways to read a text a person is asked at most."""

PDF_STYLES = ("gray", "color", "searchable")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person asked for; everything is off unless asked.

    `disguise`: a fresh random seed (32 bytes) with which voices are disguised, or None. `lower_resolution`:
    pictures lose the detail that carries a sensor's fingerprint. `pdf`: one of `PDF_STYLES`; color keeps a
    printer's tracking dots, searchable keeps text that a black box may only cover. `letters`: one of
    `LETTERS`, by which a text is read that doesn't say its own, or nothing. `times`: messages of a chat keep
    their hours.
    """

    disguise: bytes | None = field(default=None, repr=False)
    lower_resolution: bool = False
    pdf: str = "gray"
    letters: str = ""
    times: bool = False


@dataclass(frozen=True, slots=True)
class Clean:
    """A rebuilt file. `content` never shows in a repr; `removed` and `notes` keep the order of the tuples
    above.
    """

    content: bytes = field(repr=False)
    media_type: str
    extension: str
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, content: bytes, media_type: str, removed: Set[str], notes: Set[str]) -> Self:
        """With the extension of its type, and the codes in their order."""
        return cls(
            content=content,
            media_type=media_type,
            extension=EXTENSIONS[media_type],
            removed=tuple(code for code in REMOVED if code in removed),
            notes=tuple(code for code in NOTES if code in notes),
        )

    def noting(self, note: str) -> Self:
        """The same with one more of `NOTES`."""
        return replace(self, notes=tuple(code for code in NOTES if code in (*self.notes, note)))


@dataclass(frozen=True, slots=True)
class Refused:
    """No clean copy, and why (one of `REFUSALS`). `letters`: the ways to read a text, to ask about."""

    reason: str
    letters: tuple[str, ...] = ()


class Refusal(Exception):
    """Raised inside the engine; its arguments are a code of `REFUSALS` and codes of `LETTERS`."""

    def __init__(self, reason: str, letters: tuple[str, ...] = ()) -> None:
        if reason not in REFUSALS or not set(letters) <= set(LETTERS):
            raise ValueError("not a refusal code")
        super().__init__(reason)
        self.reason = reason
        self.letters = letters
