"""One spelling for words and for what is searched, so that they meet however they were typed.

SQLite's `unicode61` folds case and accents. It does not fold full-width letters and ligatures (Unicode's
NFKC), splits words at invisible joiners, and knows nothing of Devanagari, where one word has several
spellings: with and without the dot of borrowed letters (nukta), a nasal written as a letter or as a dot
above. That is done here, on both sides. Source: Unicode Standard Annex 15; The Unicode Standard 12.1
(Devanagari).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from admin.errors import AdminError
from admin.words import tr

TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
"""With the default categories, the vowel signs of Hindi would end words."""

_NUKTA, _ANUSVARA = "\u093c", "\u0902"
_NASAL = re.compile("[\u0919\u091e\u0923\u0928\u092e]\u094d(?=[\u0915-\u0939])|\u0901")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
MOST_PARTS = 32
_NEVER = {ord('"'): " ", 0: " ", **dict.fromkeys(range(0xD800, 0xE000), " ")}
"""What ends a phrase, a text, or is no letter at all: half of one, as a broken terminal gives it."""

_MARKS_IN_A_ROW = 30
"""As many as any language writes on one letter (Unicode Standard Annex 15, Stream-Safe Text Format). Putting
more into order costs their number squared: two million of them, hours.
"""

LONGEST = 4 << 20
"""Characters that are folded at most: twice those of a drop. There are letters that become eighteen."""

_FIRST_MARK = "\u0300"
_FROM_FIRST_MARK = re.compile("[\u0300-\U0010ffff]")
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_ROUNDS = 4
"""Letters without case give another normal form once they are folded, a handful; twice is enough for all."""


def fold(text: str) -> str:
    """The text in the spelling that is indexed; case and Latin accents are left to the tokenizer.

    Folded again, it stays as it is: segments are joined from words that were folded.
    """
    for _ in range(_ROUNDS):
        before, text = text, _folded(text)
        if text == before:
            break
    return text


def _folded(text: str) -> str:
    text = _INVISIBLE.sub("", _normal("NFKC", text)[:LONGEST]).casefold()
    if _DEVANAGARI.search(text):
        text = _normal("NFD", text).replace(_NUKTA, "")
        text = _NASAL.sub(_ANUSVARA, _normal("NFC", text))
    return text


def _normal(form: Literal["NFC", "NFD", "NFKC"], text: str) -> str:
    """A normal form, of which the marks on one letter are at most so many."""
    if _FROM_FIRST_MARK.search(text):
        marks = [char for char in set(text) if _is_mark(char)]
        if marks:
            mark = f"[{''.join(map(re.escape, marks))}]"
            many = f"({mark}{{{_MARKS_IN_A_ROW}}}){mark}+"
            text = re.sub(many, r"\1", text)
    return unicodedata.normalize(form, text)


def _is_mark(char: str) -> bool:
    """Whether it is put into order behind a letter, or begins with what is."""
    return char >= _FIRST_MARK and unicodedata.combining(unicodedata.normalize("NFKD", char)[0]) != 0


def matching(query: str) -> str:
    """An FTS5 expression for what a person typed: words that all must be there, `"phrases"`, beginnings
    (`camer*`), and, behind a minus, what must not be there.

    Raises `AdminError` if there is nothing to look for. Nothing typed reaches SQLite but in quotes.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _PART.findall(query):
        folded = fold(phrase or word)
        if not any(_is_token(char) for char in folded):
            continue
        prefix = "*" if not phrase and folded.endswith("*") else ""
        (unwanted if minus else wanted).append('"' + folded.translate(_NEVER) + '"' + prefix)
    if not wanted:
        raise AdminError(tr("There is no word to look for in that."))
    if len(wanted) + len(unwanted) > MOST_PARTS:
        raise AdminError(tr("At most {most} words can be looked for at once.", most=MOST_PARTS))
    found = " ".join(wanted)
    return f"({found}) NOT ({' OR '.join(unwanted)})" if unwanted else found


def _is_token(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LN" or category in {"Co", "Mn", "Mc"}
