"""How easily a text reads, by the published formulas that there are for a language.

English: Flesch-Kincaid grade (J. P. Kincaid and others, Navy Research Branch Report 8-75, 1975), a school
year of the United States: 5 for ten-year-olds. Spanish: Szigriszt-Pazos (F. Szigriszt Pazos, Sistemas
predictivos de legilibilidad del mensaje escrito, Madrid 1993), on Flesch's scale. French: Kandel and Moles
(Application de l'indice de Flesch à la langue française, 1958), the same scale: 80 to 90 is "easy", a fifth
school year. For Albanian, Filipino and Hindi we know of no formula that gives an age: their sentences
have to be short. Syllables are counted by groups of vowels, which is a few per cent off.
"""

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_MARKS = re.compile(r"[\u0900-\u0903\u093a-\u094f\u0962\u0963]")


def words_of(text: str) -> list[str]:
    """The words; the signs of Devanagari, which Unicode does not call letters, belong to theirs."""
    return WORD.findall(_MARKS.sub("", text))


def sentences_of(text: str) -> list[str]:
    """What stands between full stops, question marks and line ends, if it has a word."""
    return [part for part in re.split(r"[.!?…।]+(?:[\s”»]|$)|\n", text) if words_of(part)]


def kincaid(text: str) -> float:
    words, sentences, syllables = _counts(text, _english)
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def szigriszt(text: str) -> float:
    words, sentences, syllables = _counts(text, _spanish)
    return 206.835 - 62.3 * syllables / words - words / sentences


def kandel(text: str) -> float:
    words, sentences, syllables = _counts(text, _french)
    return 207 - 1.015 * words / sentences - 73.6 * syllables / words


def _counts(text: str, syllables: "re.Pattern[str]") -> tuple[int, int, int]:
    words = words_of(text)
    return (
        len(words),
        len(sentences_of(text)),
        sum(max(1, len(syllables.findall(_plain(word)))) for word in words),
    )


def _plain(word: str) -> str:
    """Lower case; an accent stays only where it parts two vowels or sounds a last e."""
    kept = "".join(
        letter if letter in "éíúïü" else unicodedata.normalize("NFD", letter)[0] for letter in word.lower()
    )
    return kept.replace("’", " ").replace("'", " ")


_english = re.compile(r"(?!e\b|es\b|(?<![dt])ed\b)[aeiouy]+|(?<=[^aeiouy]l)e\b")
_spanish = re.compile(r"[iuüy]?[aeoé][iuy]?(?![íú])|[íú]|[iuü]+|[aeo](?=[íú])")
_french = re.compile(r"(?!es?\b|ent\b|(?<=[aéiouy])e)(?:[aeéiouyïü]+)")
