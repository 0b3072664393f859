"""Whether words seem to hold a number of a person's papers: pointed at before it goes, never kept from going.

Colombia: the cedula (a NUIP begins with 1 and has ten digits; older ones of six to ten count only after their
name; no check digit is published). Albania: the NID (a letter, the year, month and day, with 50 on a woman's
month, a serial, a letter). Philippines: the PhilSys card (16 digits in fours), SSS (2-7-1), UMID (4-7-1), TIN
(3-3-3 and a branch). India: Aadhaar (12 digits, Verhoeff's check) and PAN. Mexico: the CURP (with its check
digit). Spain: DNI and NIE (a letter by the remainder of 23).
"""

import re
import unicodedata
from collections.abc import Callable

_D = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_P = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
"""Verhoeff's tables: the dihedral group of ten, and the permutation of each place (J. Verhoeff, 1969)."""
_CURP = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_ANY = re.compile(r"\d\D?\d")
_DIGITS = re.compile(r"(?![0-9])\d")
_ACCENTS = re.compile("[\u0300-\u036f]")
_SIGNS = str.maketrans(
    dict.fromkeys(map(chr, [*range(0x2010, 0x2016), 0x2E3A, 0x2E3B, 0xFE58, 0xFE63, 0xFF0D]), "-")
    | dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'")
    | {"\u0130": "I"}
)
"""Signs that a keyboard and a phone choose differently for the same."""


def seems_number(text: str) -> bool:
    """Whether a person's document number seems to stand in `text`, in any script's digits."""
    return in_plain(plain(text))


def in_plain(upper: str) -> bool:
    """The same of words as `plain` writes them."""
    return _ANY.search(upper) is not None and any(
        check(match) for form, check in _FORMS for match in form.finditer(upper)
    )


def plain(text: str) -> str:
    """Capitals, ASCII digits, one kind of hyphen and of apostrophe; no accents but the tilde."""
    upper = same_signs(text).upper()
    if upper.isascii():
        return upper
    return _ACCENTS.sub("", unicodedata.normalize("NFD", upper).replace("N\u0303", "Ñ"))


def same_signs(text: str) -> str:
    """ASCII digits, one kind of hyphen and of apostrophe."""
    if text.isascii():
        return text
    signs = unicodedata.normalize("NFC", text).translate(_SIGNS)
    return _DIGITS.sub(lambda digit: str(unicodedata.decimal(digit[0])), signs)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _always(_: re.Match[str]) -> bool:
    return True


def _nuip(match: re.Match[str]) -> bool:
    return "1000000000" <= _digits(match[0]) <= "1399999999"


def _cedula(match: re.Match[str]) -> bool:
    return 6 <= len(_digits(match[1])) <= 10


def _aadhaar(match: re.Match[str]) -> bool:
    check = 0
    for place, digit in enumerate(reversed(_digits(match[0]))):
        check = int(_D[check][int(_P[place % 8][int(digit)])])
    return check == 0


def _curp(match: re.Match[str]) -> bool:
    total = sum(
        _CURP.index(letter) * weight for letter, weight in zip(match[0][:17], range(18, 1, -1), strict=True)
    )
    return match[0][17] == str(-total % 10)


def _dni(match: re.Match[str]) -> bool:
    number = {"X": "0", "Y": "1", "Z": "2"}.get(match[1], match[1]) + _digits(match[2])
    return _DNI[int(number) % 23] == match[3]


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (re.compile(r"(?<![\d.,$])(?<!\$ )1(?:\d{9}|([. ])\d{3}\1\d{3}\1\d{3})(?![\d]|[.,]\d)"), _nuip),
    (
        re.compile(
            r"\b(?:CEDULA|C\.? ?C\.?|NUIP|TARJETA DE IDENTIDAD|IDENTIFICACION|DOCUMENTO)(?: DE CIUDADANIA)?"
            r"(?:\W| N[O°º]?\.? | NUMERO | ES ){0,3}(\d{1,4}(?:[. ]?\d{3}){1,3})(?!\d)"
        ),
        _cedula,
    ),
    (re.compile(r"\b[A-T]\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[A-W]\b"), _always),
    (re.compile(r"(?<!\d)\d{4}([- ])\d{4}\1\d{4}\1\d{4}(?!\d)"), _always),
    (re.compile(r"(?<![\d-])\d{2}-\d{7}-\d(?![\d-])|(?<![\d-])\d{4}-\d{7}-\d(?![\d-])"), _always),
    (re.compile(r"(?<![\d-])\d{3}-\d{3}-\d{3}-\d{3,5}(?![\d-])"), _always),
    (re.compile(r"(?<![\d+])[2-9]\d{3}([- ]?)\d{4}\1\d{4}(?!\d)"), _aadhaar),
    (re.compile(r"\b[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]\b"), _always),
    (re.compile(r"\b[A-ZÑ][AEIOUX][A-ZÑ]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-ZÑ]{3}[0-9A-Z]\d\b"), _curp),
    (re.compile(r"\b([XYZ]?)-?(\d{7,8}|\d{1,2}\.\d{3}\.\d{3})[- ]?([A-HJ-NP-TV-Z])\b"), _dni),
)
