"""Words for the codes in a drop: what was removed, what changed, what remains, what was refused.

The tables are those of `codes/`. A newer server may send other codes: they are shown as they are, with blanks
for the underscores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from admin.display import visible
from admin.words import tr
from codes.notes import NOTES
from codes.reasons import REASONS

NOTED = {code: note.english for code, note in NOTES.items()}
REFUSED = {code: reason.english for code, reason in REASONS.items()}


def in_words(codes: Iterable[str], words: Mapping[str, str]) -> list[str]:
    """The words for each code, in the order given."""
    return [tr(words[code]) if code in words else visible(code.replace("_", " ")) for code in codes]


def remains(note: str) -> bool:
    """Whether a note tells what may still identify somebody; of one that we do not know, its ending tells."""
    known = NOTES.get(note)
    return note.endswith(("_remain", "_remains", "_kept")) if known is None else known.remains
