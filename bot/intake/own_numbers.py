"""Whether words seem to hold a number, a telephone or an address that their writer calls their own.

Behind a word that makes it somebody's ("passport", "call me at"), or behind one that stands before
such a thing on a form ("WhatsApp: +57 ..."); an address of an office or a number free
of charge is nobody's there.
"""

import re
from collections.abc import Iterable

from bot.intake.own_words import BADGES, BETWEEN, CONTACTS, LABELS, LABELS_OF_NUMBERS, OFFICES, PAPERS
from scrub.marks.labels import EVERYBODYS
from scrub.marks.words import MAIL

LETTER = r"[\w\u0900-\u097f]"
_NOBODYS = EVERYBODYS | OFFICES
END = 200
"""Letters of the end of a testimony, in which its writer may have signed it."""


def any_of(*tables: Iterable[str]) -> str:
    return "|".join(f"(?:{each})" for table in tables for each in table)


_FILL = rf"(?:[ :=#.'\"()>º°]|-(?= )|(?<!{LETTER})(?:{BETWEEN})(?!{LETTER})){{1,16}}"
_CODE = r"(?P<code>(?:[A-Z]{0,5}-?|[A-Z]{1,2} (?=\d{6}))\d(?:[A-Z\d]|[ .-]\d){3,22})(?![A-Z0-9%$€])"
_PAPER = re.compile(rf"(?<!{LETTER})(?:{any_of(PAPERS)})(?!{LETTER}){_FILL}{_CODE}")
_BADGE = re.compile(rf"(?<!{LETTER})(?:{any_of(BADGES)})(?!{LETTER}){_FILL}{_CODE}")
_BEGINS = r"(?<![^\n.,;:!(। ])(?<![^\W\d_] )"
"""Where a line or a clause begins: a letter and a space before it make it part of a sentence."""
_BADGE_ALONE = re.compile(rf"{_BEGINS}(?:{any_of(LABELS_OF_NUMBERS)})(?!{LETTER}){_FILL}{_CODE}")
_DAY = re.compile(
    r"(?:19|20)\d\d(?:[ .-](?:0?[1-9]|1[0-2])(?:[ .-]\d{1,2})?)?|\d{1,2}[ .-]\d{1,2}[ .-](?:\d\d){1,2}"
)
_REACH = r"(?:\+|00)?\(?\d(?:[ .()-]{0,2}\d){6,14}(?!\d)"
_HANDLE = r"@[A-Z0-9_.]{3,32}"
_CONTACT = re.compile(
    rf"(?<!{LETTER})(?:{any_of(CONTACTS)})(?!{LETTER}){_FILL}(?:(?P<phone>{_REACH})|{_HANDLE}(?![\w.]*\.))"
)
_LABEL = rf"{_BEGINS}(?:{any_of(LABELS)})(?!{LETTER}){_FILL}"
_LABELLED = re.compile(
    rf"{_LABEL}(?:(?P<phone>{_REACH})|(?P<mail>[^\s@]{{1,64}}@[^\s@]{{3,64}})"
    rf"|{_HANDLE}(?![\w.]*\.))"
)
_FREE = re.compile(r"(?:001|1)?8(?:00|88|77|66|55)\d{6,7}|0?1?0?[189]00\d+|0?1?8000\d+")
"""Numbers free of charge: nobody's own."""
_SPELLED = re.compile(
    r"[\w.-]{3,40} ?[\[(]?(?:AT|ARROBA|AROBASE|एट)[\])]? ?"
    r"(?:GMAIL|HOTMAIL|YAHOO|OUTLOOK|PROTON|PROTONMAIL|ICLOUD|जीमेल)\b"
)
"""An address in words, as nobody writes an office's."""
_MAILED = re.compile(rf"(?<!{LETTER})(?:{any_of(CONTACTS)})(?!{LETTER}){_FILL}(?P<mail>\S{{3,120}})")
_LAST = re.compile(
    r"(?:\A|\n)(?:(?:TEL|CEL|E-?MAIL|MAIL|CORREO|WHATSAPP)\.?:? ?)?"
    r"(?P<last>[^\s@]+@[^\s@]+|(?<=\n)[\d ()-]{10,18}|\+[\d ()-]{10,18})\Z"
)


def numbered(upper: str) -> bool:
    return any(_is_code(found["code"], 5) for found in _PAPER.finditer(upper)) or any(
        _is_code(found["code"], 4) for form in (_BADGE, _BADGE_ALONE) for found in form.finditer(upper)
    )


def _is_code(code: str, least: int) -> bool:
    """No day, no year, no amount."""
    code = code.strip(" .-")
    return sum(map(str.isdigit, code)) >= least and _DAY.fullmatch(code) is None


def reached(upper: str) -> bool:
    if any(found["phone"] is None or _is_code(found["phone"], 7) for found in _CONTACT.finditer(upper)):
        return True
    if _SPELLED.search(upper) is not None:
        return True
    for found in _LABELLED.finditer(upper):
        if (phone := found["phone"]) is not None:
            if _is_code(phone, 7) and _FREE.fullmatch(re.sub(r"\D", "", phone)) is None:
                return True
        elif (mail := found["mail"]) is None or mail.partition("@")[0].lower() not in _NOBODYS:
            return True
    ends = [found["mail"] for found in _MAILED.finditer(upper)] if "@" in upper else []
    if (last := _LAST.search(upper[-END:])) is not None:
        ends.append(last["last"])
        if "@" not in last["last"] and _is_code(last["last"], 10):
            return True
    return any(
        mail[0].partition("@")[0].lower() not in _NOBODYS for end in ends for mail in MAIL.finditer(end)
    )
