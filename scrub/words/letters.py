"""Which letters the bytes of an old text stand for, where neither a mark nor UTF-8 says it.

A code page is read if the words of a language, written in that language's letters, come out of it alone, and
if either many of its words do or the detector says the same. Everything else is doubtful, and the person is
asked: no guesser is right alone on the short sentences that people send (ADR 114). Sources: Unicode's mapping
tables, by Python's codecs; chardet.
"""

import codecs
import contextlib
import re
from dataclasses import dataclass
from encodings.aliases import aliases
from typing import Any, cast

from scrub.report import LETTERS, MAX_ASKED
from scrub.sniff.wide import script_of
from scrub.words.languages import LETTERS as ALPHABETS
from scrub.words.languages import WORDS

_SAMPLE = 48 << 10
_START = 16 << 10
_CODECS = {name: codecs.lookup(name) for name in LETTERS}
_KNOWN = tuple(page for page in LETTERS if page != "mac-romanian")  # to the detector
_MANY, _SOME, _AHEAD = 4, 2, 2
_RARE, _NEVER = 50, 4
"""One odd thing in so many different words is a sign that somebody used; in so few it is no text."""

_CEDILLAS = str.maketrans("\u0218\u0219\u021a\u021b", "\u015e\u015f\u0162\u0163")
"""Two letters of Romanian have a comma in one page, a cedilla in the others: nobody is asked about it."""

_WEIGHT = 3
"""Places in `LETTERS`, the most common first, that outweigh one place in the detector's list."""

_BOTS_OWN = ("es", "en")
_WORD = re.compile(r"[^\W\d_]+")
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u06ed\u0e31-\u0e4e"
_RUN = re.compile(f"(?:[^\\W_]|[{_MARKS}])+")
_CONTROL = re.compile("[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffd]")
_HIGH_LINE = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
_SMALL = "a-z\u00df-\u00f6\u00f8-\u00ff\u0430-\u045f\u03ac-\u03ce"
_LARGE = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0410-\u042f\u0391-\u03a9"
_SIGNS = "\u00a2-\u00a9\u00ac-\u00b1\u00b4\u00b6\u00b8\u02c6-\u02dd\u2500-\u25ff"
_ODD = re.compile(
    f"[{_SMALL}][{_LARGE}]|(?<=\\w)[\u00a1\u00bf]|[\u00a1\u00bf](?!\\w)|[^\\W\\d_][{_SIGNS}]|[{_SIGNS}][^\\W\\d_]"
    f"|(?<=[^\\W\\d_])[^\\w\\s\0-\x7f\u00b7\u2013\u2014\u2019\u3000-\u303f\uff00-\uffef{_MARKS}](?=[^\\W\\d_])"
)
"""What no writing has: a capital or a sign within a word, a question mark of Spanish but before one."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One text that the bytes may be, and the pages that give it. `rank`: the detector's, 0 is its first."""

    pages: tuple[str, ...]
    words: int
    odd: int
    support: int
    rank: int


def load() -> None:
    """Once per process, before any outside byte: the detector's models are files. Those of pages that nobody
    is asked about would be 13 MB more.
    """
    with contextlib.suppress(ImportError):
        from chardet.models import get_language_norms, get_rowmax, load_models  # noqa: PLC0415
        from chardet.registry import lookup_encoding  # noqa: PLC0415

        models, asked = load_models(), {lookup_encoding(page) for page in LETTERS}
        get_language_norms()  # those of all: the files of both tables tell the models apart by their order
        get_rowmax()
        for name in [name for name in models if lookup_encoding(name.partition("/")[2]) not in asked]:
            del models[name]
    for page in ("cp1252", "cp1250", "cp1251", "cp932", "cp1256"):
        words = " ".join(sorted(WORDS["es" if page == "cp1252" else "pl" if page == "cp1250" else "ru"]))
        pages_of(words.encode(page, "ignore") + "\u3042\u0627 \u0439\u017c".encode(page, "ignore"))


def pages_of(untrusted: bytes) -> tuple[tuple[str, ...], bool]:
    """The pages by which to read, the likeliest first, () where none fits; and whether the first is certain.

    Otherwise the person is to be asked about up to `MAX_ASKED`.
    """
    sample = _sample(untrusted)
    proposed = _proposed(sample)
    texts: dict[str, list[str]] = {}
    for page in LETTERS:
        text = _decoded(sample, page)
        if text is not None:
            texts.setdefault(text.translate(_CEDILLAS), []).append(page)
    readings = [_reading(text, tuple(pages), proposed) for text, pages in texts.items()]
    if not readings:
        return (), False
    least = min(each.odd for each in readings)
    if least * _NEVER > readings[0].words:
        return (), False
    readings = sorted(
        (each for each in readings if each.odd == least),
        key=lambda each: (-each.support, each.rank + LETTERS.index(each.pages[0]) / _WEIGHT),
    )
    best = readings[0]
    others = max((each.support for each in readings[1:]), default=0)
    ahead = best.support >= others + _AHEAD and best.support >= _SOME
    agreed = best.support >= _MANY or best.rank == 0
    certain = ahead and agreed and best.odd * _RARE <= best.words
    return tuple(each.pages[0] for each in readings[:MAX_ASKED]), certain


def _sample(untrusted: bytes) -> bytes:
    """Lines that say something of the page, and the beginning for its words."""
    lines, size = [], 0
    for found in _HIGH_LINE.finditer(untrusted):
        lines.append(found[0][:_SAMPLE])
        size += len(found[0])
        if size >= _SAMPLE:
            break
    return b"".join(lines) + b"\n" + untrusted[:_START].rpartition(b"\n")[0]


def _decoded(sample: bytes, page: str) -> str | None:
    """None where the bytes don't exist in a page, or stand for what nobody writes."""
    decoder = _CODECS[page].incrementaldecoder("strict")
    try:
        text = decoder.decode(sample)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _reading(text: str, pages: tuple[str, ...], proposed: list[str]) -> _Reading:
    words = {word.lower() for word in _WORD.findall(text)}
    beyond = {letter for word in words for letter in word if not letter.isascii()}
    support = 0
    for language, alphabet in ALPHABETS.items():
        if beyond.issubset(alphabet):
            found = sum(len(word) > 1 or not word.isascii() for word in words & WORDS[language])
            support = max(support, found + (1 if found and language in _BOTS_OWN else 0))
    ranks = [proposed.index(page) for page in pages if page in proposed]
    return _Reading(pages, len(words), _oddities(text), support, min(ranks, default=len(LETTERS)))


def _oddities(text: str) -> int:
    return len(_ODD.findall(text)) + sum(
        len({script_of(letter) for letter in run if not letter.isdecimal() or not letter.isascii()}) > 1
        for run in set(_RUN.findall(text))
        if not run.isascii()
    )


def _proposed(sample: bytes) -> list[str]:
    """The detector's pages, the likeliest first."""
    try:
        import chardet  # noqa: PLC0415 -- loads its models when it is first used
    except ImportError:  # an environment older than the lock: more is asked
        return []
    found = cast(
        list[dict[str, Any]], chardet.detect_all(sample, ignore_threshold=True, include_encodings=_KNOWN)
    )
    known = {_module(page): page for page in reversed(LETTERS)}
    names = (_module(str(each["encoding"])) for each in found)
    return list(dict.fromkeys(known[name] for name in names if name in known))


def _module(name: str) -> str:
    """What Python calls a page, without looking for a codec: a child has no files."""
    plain = name.lower().replace("-", "_").replace(" ", "_")
    return aliases.get(plain, plain)
