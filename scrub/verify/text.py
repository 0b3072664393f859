"""Compares tidied words with the allow-list of `docs/scrub.md`. Independent of `scrub.words.clean`.

A letter passes if its category is one that shows something and it is no exception; then the whole must be in
its normal form, and so must lines, tables and subtitles. Sources: UAX #15, #44; RFC 4180; WebVTT.
"""

import csv
import io
import itertools
import re
import unicodedata

from scrub.verify.errors import Unverified, require

_MAX_BYTES = 128 << 20
_CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So"
_SHOWN = frozenset(_CATEGORIES.split())
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\U00016fe4\U0001d159"
    "\U000e0000-\U000e0fff\u2018-\u201f\u2010-\u2012\u2032\u2033\u2035\u2036\u2044\u2212\u2026"
    "\u02b9\u02bb-\u02bd\u02c8\ua78c\u2215\u29f8\u204e\u2217\u2236\ua789\u01c0\u2223\u2027\u2219\u22c5\u01c3\u02d7\u223c]"
)
"""Categories say that these are letters, marks and signs; they show nothing, or look like others."""

_PERSIAN_GAP = re.compile("[\u0600-\u08ff]\u200c[\u0600-\u08ff]")
_AFTER_VIRAMA = re.compile("[\u0900-\u17d2][\u200c\u200d][\u0900-\u17d2]")
_JOINERS = re.compile("[\u200c\u200d]")
_ODD_LAYOUT = re.compile(r"[ \t](?:\n|\Z)|\A\n|\n\n\n\n|[^ \t\n]  [^ \t\n]")
_MAX_MARKS = 8
_VIRAMA = 9

_PAGE = re.compile(r"<(?:!doctype\s{1,9}(?:html|svg)|html|svg|script|iframe|body|foreignobject)[\s/>]", re.I)
_PAGE_START = re.compile(
    r"\s*(?:%!PS|BEGIN:V(?:CARD|CALENDAR)\b|age-encryption\.org|-----BEGIN (?:AGE|PGP MESSAGE)"
    r"|<(?:!--|(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg|meta)[\s/>]))",
    re.I,
)
_PDF_PIECE = re.compile(r"(?:^|\n)[0-9]{1,10} [0-9]{1,5} obj\b")
_BEFORE_PDF = 1024
_RAW_MAIL = re.compile(
    r"^(received|message-id|dkim-signature|return-path|delivered-to|authentication-results|arc-seal)[ \t]*:",
    re.I | re.M,
)

_NUMBER = re.compile(r"[-+]?[0-9(][-0-9 ().,/:%]*|[-+]|--+")
_CUE_TIME = r"([0-9]{2,4}):([0-5][0-9]):([0-5][0-9])%s([0-9]{3})"
_SUBRIP_TIMES = re.compile(_CUE_TIME % "," + " --> " + _CUE_TIME % ",")
_WEBVTT_TIMES = re.compile(_CUE_TIME % r"\." + " --> " + _CUE_TIME % r"\.")
_CUE_MARKUP = re.compile(r"<[^<>\n]*>|\{\\[^{}\n]*\}|-->")


def verify_plain(data: bytes) -> None:
    """Raises Unverified unless the bytes are tidied words that nothing takes for a page or a document."""
    require(0 < len(data) <= _MAX_BYTES and not data.startswith(b"\xef\xbb\xbf"))
    text = data.decode()
    verify_words(text)
    require(len({name.lower() for name in _RAW_MAIL.findall(text)}) < 2)
    require("%PDF-" not in text[:_BEFORE_PDF] and not _PDF_PIECE.search(text))
    require(not _PAGE.search(text) and not _PAGE_START.match(text))


def verify_csv(data: bytes) -> None:
    """A table as RFC 4180 writes it, with line feeds, without a cell that a spreadsheet would run."""
    verify_plain(data)
    text = data.decode()
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise Unverified from None
    require(len({len(row) for row in rows}) == 1 and len(rows[0]) > 1)
    for cell in itertools.chain.from_iterable(rows):
        require(cell == cell.strip())
        require(cell[:1] not in tuple("=@+-") or bool(_NUMBER.fullmatch(cell)))
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    require(written.getvalue() == text)


def verify_subrip(data: bytes) -> None:
    """Blocks of a number, two times and words, numbered from 1, with an empty line between them."""
    verify_plain(data)
    for number, block in enumerate(data.decode()[:-1].split("\n\n"), 1):
        head, _, rest = block.partition("\n")
        require(head == str(number))
        _verify_cue(rest, _SUBRIP_TIMES)


def verify_webvtt(data: bytes) -> None:
    """`WEBVTT`, then blocks of two times and words."""
    verify_plain(data)
    head, *blocks = data.decode()[:-1].split("\n\n")
    require(head == "WEBVTT" and len(blocks) > 0)
    for block in blocks:
        _verify_cue(block, _WEBVTT_TIMES)


def verify_words(text: str) -> None:
    """Raises Unverified unless `text` is tidied: only what shows, one normal form, one way to be laid out."""
    require(text.endswith("\n") and not text.isspace() and not _ODD_LAYOUT.search(text))
    require(not text.endswith("\n\n"))
    if text.isascii():
        require(not re.search(r"[^\t\n -~]", text))
        return
    letters = set(text)
    for letter in letters:
        require(letter in "\t\n \u200c\u200d" or unicodedata.category(letter) in _SHOWN)
    require(not _BLANK.search(text))
    marks = "".join(letter for letter in letters if unicodedata.category(letter) in ("Mn", "Me"))
    require(not marks or not re.search(f"[{marks}]{{{_MAX_MARKS + 1}}}", text))
    require(unicodedata.is_normalized("NFKC", text))
    for found in _JOINERS.finditer(text):
        around = text[max(0, found.start() - 1) : found.end() + 1]
        require(bool(_PERSIAN_GAP.fullmatch(around)) or _joins_after_virama(around))


def _joins_after_virama(around: str) -> bool:
    return bool(_AFTER_VIRAMA.fullmatch(around)) and unicodedata.combining(around[0]) == _VIRAMA


def _verify_cue(block: str, times: re.Pattern[str]) -> None:
    timing, _, words = block.partition("\n")
    require(times.fullmatch(timing) is not None and words != "" and not _CUE_MARKUP.search(words))
    for line in words.split("\n"):
        require(line != "" and line == " ".join(line.split()))
    for hours in re.findall(r"(?:^|> )([0-9]+):", timing):
        require(len(hours) == 2 or hours[0] != "0")
