"""Words without what can't be seen: nothing of the way in which they were typed, copied or marked remains.

Invisible characters, odd spaces, look-alike letters and spaces at the end of lines are places for a mark that
tells one person's copy from another's. `scrub.verify.text` checks the result by rules of its own.

Sources: UAX #15 (NFKC), UAX #44 (general categories, `Default_Ignorable_Code_Point`), UTS #39 (confusables).
"""

import re
import unicodedata
from dataclasses import dataclass

from scrub.report import Refusal

MAX_MARKS = 8
"""Accents on one letter. More is decoration, and putting them in order takes quadratic time."""

_ROUNDS = 6
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TWO_SPACES = re.compile(r"(?<=[^ \t\n])  (?=[^ \t\n])")
_MANY_LINES = re.compile(r"\n{4,}")

_UNSEEN = frozenset({"Cf", "Cc", "Cs", "Co"})
_IGNORABLE = frozenset(
    {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, *range(0xFE00, 0xFE10), 0xFFA0}
    | {0x16FE4, 0x1D159, *range(0xE0000, 0xE1000), 0xFFFC}
)
"""Letters and marks that show nothing. What else shows nothing is told by its category."""

_BRAILLE_BLANK = "\u2800"
_TYPED_SPACES = frozenset(" \u00a0\u202f\u3000")  # what word processors put between words by themselves
_ALIKE = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2212", "-"),
    **dict.fromkeys("\u02b9\u02bb\u02bc\u02bd\u02c8\ua78c", "'"),
    **dict.fromkeys("\u2044\u2215\u29f8", "/"),
    **dict.fromkeys("\u204e\u2217", "*"),
    **dict.fromkeys("\u2236\ua789", ":"),
    **dict.fromkeys("\u01c0\u2223", "|"),
    **dict.fromkeys("\u2027\u2219\u22c5", "\u00b7"),
    "\u01c3": "!",
    "\u02d7": "-",
    "\u223c": "~",
    "\u2026": "...",
}
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070\u2074-\u207b]+")
_FRACTION = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215f\u2189])")

_CYRILLIC = (
    "\u0430a\u0435e\u043eo\u0440p\u0441c\u0443y\u0445x\u0456i\u0458j\u0455s\u04bbh\u0501d\u051bq\u051dw"
    "\u0410A\u0412B\u0415E\u0405S\u0406I\u0408J\u041aK\u041cM\u041dH\u041eO\u0420P\u0421C\u0422T\u0425X\u04aeY"
)
_GREEK = (
    "\u0391A\u0392B\u0395E\u0396Z\u0397H\u0399I\u039aK\u039cM\u039dN\u039fO\u03a1P\u03a4T\u03a5Y\u03a7X"
    "\u03bfo\u03bdv\u03b9i"
)
_OTHERS = (
    "\u04cfl\u04c0I\u0251a\u0261g\u0570h\u0578n\u057du\u0581g\u0566q\u0585o\u054dU\u054fS\u0555O"
    "\u13a0D\u13a1R\u13a2T\u13aaA\u13abJ\u13acE\u13b3W\u13b7M\u13bbH\u13c0G\u13c3Z\u13daS\u13d9V\u13deL"
    "\u13dfC\u13e2P\u13e6K\u13f4B\u2c9fo\u2ca3p\u2ca5c\ua4d0B\ua4d1P\ua4d3D\ua4d4T\ua4d6G\ua4d7K\ua4d9J"
    "\ua4daC\ua4dcZ\ua4ddF\ua4dfM\ua4e0N\ua4e1L\ua4e2S\ua4e3R\ua4e6V\ua4e7H\ua4eaW\ua4ebX\ua4ecY\ua4eeA"
    "\ua4f0E\ua4f2I\ua4f3O\ua4f4U"
)
"""Of rarer Cyrillic, phonetic script, Armenian, Cherokee, Coptic and Lisu."""

_LATIN_ALIKE = _CYRILLIC + _GREEK + _OTHERS
TO_LATIN = str.maketrans(_LATIN_ALIKE[::2], _LATIN_ALIKE[1::2])
"""What looks like a Latin letter, as that."""

_TO_CYRILLIC = str.maketrans(_CYRILLIC[1::2], _CYRILLIC[::2])
_WORD = re.compile(r"[^\W\d_]+")
_NOT_LATIN = re.compile(
    "[\u0251\u0261\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u13a0-\u13f5\u2c80-\u2cff\ua4d0-\ua4ff]"
)
_LATIN = re.compile("[A-Za-z]")

_ARABIC = "\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0710-\u074f\u0750-\u077f\u08a0-\u08c7"
_VIRAMA = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2"
_INDIC = (
    "\u0904-\u0939\u0958-\u0961\u0985-\u09b9\u09dc-\u09e1\u0a05-\u0a39\u0a85-\u0ab9\u0b05-\u0b39\u0b83-\u0bb9"
    "\u0c05-\u0c39\u0c85-\u0cb9\u0d05-\u0d3a\u0d85-\u0dc6\u1000-\u102a\u1780-\u17a2"
)
_JOINERS = frozenset("\u200c\u200d")
_JOINER = re.compile(
    f"((?<=[{_ARABIC}])\u200c(?=[{_ARABIC}])|(?<=[{_VIRAMA}])[\u200c\u200d](?=[{_INDIC}]))|[\u200c\u200d]"
)
"""Group 1: where Persian needs a gap between letters, and Indic scripts choose between two shapes."""


@dataclass(frozen=True, slots=True)
class Tidy:
    """`unseen`: something that shows nothing went. `lossy`: letters became others."""

    text: str
    unseen: bool
    lossy: bool


def tidy(text: str) -> Tidy:
    """The words, ending in one line feed; tidied words come back unchanged. In linear time.

    Raises Refusal("broken") when nothing to read is left.
    """
    unseen = lossy = False
    for _ in range(_ROUNDS):
        before, text = text, _LINE_ENDS.sub("\n", text)
        if not text.isascii():
            table, hides, loses = _table(text)
            text = text.translate(table) if table else text
            joined = _JOINER.sub(r"\1", text) if any(each in text for each in _JOINERS) else text
            unseen, lossy = unseen or hides or joined != text, lossy or loses
            text = joined = _few_marks(joined)
            if not unicodedata.is_normalized("NFKC", joined):
                text = _few_marks(unicodedata.normalize("NFKC", _spelled_out(joined)))
                lossy = lossy or text != unicodedata.normalize("NFC", joined)
            unmixed = _unmixed(text)
            lossy, text = lossy or unmixed != text, unmixed
        text = _spaced(text)
        if text == before:
            return Tidy(text, unseen, lossy)
    raise Refusal("broken")


def _spaced(text: str) -> str:
    """No space before a line's end, no double space between words, at most two empty lines, one final end."""
    text = "\n".join(line.rstrip(" \t") for line in text.split("\n")).strip("\n")
    if not text.strip():
        raise Refusal("broken")
    return _MANY_LINES.sub("\n\n\n", _TWO_SPACES.sub(" ", text)) + "\n"


def _table(text: str) -> tuple[dict[int, str | None], bool, bool]:
    """For `str.translate`; whether it drops what can't be seen; whether it drops unknown letters."""
    table: dict[int, str | None] = {}
    hides = loses = False
    for letter in set(text):
        code, category = ord(letter), unicodedata.category(letter)
        if letter == " ":
            continue
        if letter in _ALIKE:
            table[code] = _ALIKE[letter]
        elif category == "Zs" or letter == _BRAILLE_BLANK:
            table[code] = " "
            hides = hides or letter not in _TYPED_SPACES
        elif category == "Cn" and code not in _IGNORABLE:
            table[code], loses = None, True
        elif code in _IGNORABLE or (category in _UNSEEN and letter not in "\t\n" and letter not in _JOINERS):
            table[code], hides = None, True
    return table, hides, loses


def _few_marks(text: str) -> str:
    marks = "".join(letter for letter in set(text) if unicodedata.category(letter) in ("Mn", "Me"))
    if not marks:
        return text
    return re.sub(f"([{marks}]{{{MAX_MARKS}}})[{marks}]+", r"\1", text)


def _spelled_out(text: str) -> str:
    """10 to the third stays `10^3` and two and a half `2 1/2`, where the normal form says 103 and 21/2."""
    return _FRACTION.sub(" ", _RAISED.sub(r"^\g<0>", text))


def _unmixed(text: str) -> str:
    """Latin words with a few Cyrillic or Greek letters that look the same, and the reverse, in one script."""
    if not _NOT_LATIN.search(text) or not _LATIN.search(text):
        return text
    return _WORD.sub(lambda found: _in_one_script(found[0]), text)


def _in_one_script(word: str) -> str:
    if word.isascii() or not _LATIN.search(word) or not _NOT_LATIN.search(word):
        return word
    latin = word.translate(TO_LATIN)
    if not _NOT_LATIN.search(latin):
        return latin
    cyrillic = word.translate(_TO_CYRILLIC)
    return word if _LATIN.search(cyrillic) else cyrillic
