"""The log of a chat as a messenger exports it: who said what stays, of times the day, files have numbers.

Recognised by its lines alone: WhatsApp's of both systems, what Telegram copies, and what the exporters of
Signal write. A time clock's list has times too, but nobody speaks in it: it isn't touched.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scrub.words.clean import tidy
from scrub.words.links import cut_links

NOT_HERE = "(left out)"
"""Stands for a file of the chat that isn't beside it."""

_MONTH = r"[^\W\d_]{3,12}\.?"
_DATE = (
    r"(?:\d{1,4}(?:[./-] ?\d{1,2}){2}\d{0,2}\.?(?: \u0433\.)?|\d{4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일]"
    rf"|(?:[^\W\d_]{{2,12}}\.?, )?"
    rf"(?:\d{{1,2}}\.? (?:de )?{_MONTH}(?: de)? \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}))"
)
_THIS_YEAR = r"\d{1,2}[./-] ?\d{1,2}\.?"
_WORD = r"[^\s\d()\[\]<>:;,/-]{1,14}"
_HALF = rf"{_WORD}(?: {_WORD})?"
_CLOCK = r"\d{1,2}(?:[:.]| ?h ?)\d{2}(?:[:.]\d{2})?(?:[.,]\d{1,6})?(?: ?Z| ?[+-]\d\d:?\d\d)?"
_TIME = rf"(?:{_HALF} ?)?{_CLOCK}(?: ?{_HALF})?"
_GAP = "[,،]? {1,2}"
_HEADS = (
    re.compile(rf"^(?P<before>\[)(?P<day>{_DATE}|{_THIS_YEAR})(?:{_GAP}|T){_TIME}(?P<behind>\] )", re.M),
    re.compile(rf"^(?P<before>)(?P<day>{_DATE}){_GAP}{_TIME}(?P<behind> [-\u2013] )", re.M),
    re.compile(
        rf"^(?P<before>[^\n\[\]]{{1,100}}, \[)(?P<day>{_DATE}){_GAP}{_TIME}(?P<behind>\]:?)(?=[ \n])", re.M
    ),
    re.compile(rf"^(?P<before>)(?P<day>{_DATE}),? {_TIME}(?P<behind>, )(?=[^\n:]{{1,100}} : )", re.M),
    re.compile(
        r"^(?P<before>)(?P<day>)\d\d:\d\d:\d\d[ \t]+(?P<behind>\w{2,4} [^\n:]{1,100} ?: )", re.M
    ),  # Zoom
    re.compile(rf"^(?P<before>\[){_TIME}{_GAP}(?P<day>{_DATE}|{_THIS_YEAR})(?P<behind>\] )", re.M),
    re.compile(rf"^(?P<before>){_TIME}{_GAP}(?P<day>{_DATE})(?P<behind> [-\u2013] )", re.M),
    re.compile(
        rf"^(?P<before>)(?P<day>{_DATE}){_GAP}{_CLOCK}(?: ?[AaPp]\.? ?[Mm]\.?)?(?P<behind>: )"
        r"(?=[^\n:]{1,100}: )",
        re.M,
    ),
)
_CUT_HEADS = (
    re.compile(rf"^\[(?:{_DATE}|{_THIS_YEAR})\] ", re.M),
    re.compile(rf"^{_DATE} [-\u2013] ", re.M),
)
"""What is left of the first two: a copy is a chat, too."""
_SPOKEN = re.compile(r"[^\n:]{1,100}: ?|(?:\*\*\* )?<[^<>\n]{1,100}> ")
_MIN_HEADS = 2
_SHORT = re.compile(
    r"^(?P<before>)(?P<day>\d{4}-\d\d-\d\d) \d\d:\d\d(?P<behind> )(?=[^\n:]{1,100}:[ \n])", re.M
)
_QUOTED = re.compile(
    r"(?P<before> \[reply to [^\n\[\]]{1,100} on )(?P<day>\d{4}-\d\d-\d\d) \d\d:\d\d(?=[\],])"
)
_OWN = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d You:", re.M)
"""The short form of an exporter of Signal: a list of hours says nobody's "You"."""

_FIELDS = re.compile(
    r"^(?P<before>(?:Sent|Received|Edited|Date): )(?:[A-Z][a-z]{2}, )?"
    r"(?P<day>\d{1,2} [A-Z][a-z]{2} \d{4}) \d\d:\d\d[^\n]{0,12}$",
    re.M,
)
_BY_FIELDS = re.compile(r"Conversation: [^\n]{0,300}\n(?:[A-Z][a-z]+: [^\n]*\n)*\nFrom: [^\n]*\nType: ")

_NAME = r"[^\s<>:/\\()\[\]]"
_MARKED = (
    re.compile(r"(?<=<)([^<>:\n]{2,40}: )[^<>\n]{1,255}\.\w{1,5}()(?=>)"),
    re.compile(r"(?<=: )()[^\n:<>]{1,200}\.\w{1,5}()(?= \([^()\n]{4,60}\)$)", re.M),
    re.compile(r"(!?\[)[^\[\]\n]{0,255}(\])\((?![a-z]+:)[^()\n]{1,255}\)"),
    re.compile(r"^(\[[^\[\]\n]{1,40}\] \*\*\* <[^<>\n]{1,100}> sent file \")[^\n\"]{1,255}()(?=\")", re.M),
    re.compile(r"^(Attachment: )[^\n]*?()(?= \([^()\n]{1,80}\)$|$)", re.M),
)
_NUMBER = re.compile(r"(?:: |\()\d{4}\.\w{1,5}\)?\Z")
"""How a file is called in a copy."""
_SECOND = (
    r"(?:\d{8}[-_]WA\d{2,8}"
    r"|(?:19|20)\d\d[-.]?[01]\d[-.]?[0-3]\d[-_T ]{1,2}(?:at )?[0-2]\d[-.]?[0-5]\d(?:[-.]?[0-5]\d)?"
    r"|[0-3]\d-[01]\d-(?:19|20)\d\d[-_][0-2]\d-[0-5]\d-[0-5]\d)"
)
_ANY_SECOND = re.compile(_SECOND)
_MOMENT = re.compile(
    rf"(?<![\w/])(?:{_NAME}{{1,40}}[-_@ ])?{_SECOND}{_NAME}{{0,40}}\.(?:\w{{2,5}}(?!\w)|(?= \())"
)
"""Names by which messengers and cameras tell the second."""


@dataclass(frozen=True, slots=True)
class Chat:
    """`removed`: codes."""

    text: str
    removed: frozenset[str]


def is_chat(text: str) -> bool:
    """Whether a tidied text is the log of a chat: it begins with a day and a time, and people speak."""
    if _BY_FIELDS.match(text):
        return True
    if _SHORT.match(text) and _OWN.search(text):
        return True
    head = next((each for each in (*_HEADS, *_CUT_HEADS) if each.match(text)), None)
    if head is None:
        return False
    spoken = (_SPOKEN.match(text, found.end()) or ", [" in found[0] for found in head.finditer(text))
    return sum(map(bool, spoken)) >= _MIN_HEADS


def write_chat(text: str, names: Mapping[str, str], *, times: bool = False) -> Chat:
    """The tidied log with days only unless `times` are asked for, each file by its new name, and links cut.

    `names`: names of files that were beside the chat, and what they are called now.
    """
    names = {tidy(name).text.strip(): new for name, new in names.items()}
    removed: set[str] = set()
    heads = (*_HEADS, _FIELDS, *((_SHORT, _QUOTED) if _OWN.search(text) else ()))
    for head in () if times else heads:
        text, cut_to_day = head.subn(_day, text)
        removed |= {"date"} if cut_to_day else set()
    text, renamed = _with_new_names(text, names)
    removed |= {"file_name"} if renamed else set()
    text, cut = cut_links(text)
    removed |= {"link_end"} if cut else set()
    return Chat(tidy(text).text, frozenset(removed))


def _day(head: re.Match[str]) -> str:
    parts = head.groupdict()
    return f"{parts['before']}{parts['day']}{parts.get('behind') or ''}"


def _with_new_names(text: str, names: Mapping[str, str]) -> tuple[str, bool]:
    """The longest first, by way of letters that no tidied text has: no new name is taken for an old one."""
    before = text
    for number, name in enumerate(sorted(names, key=len, reverse=True)):
        if name in text:
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?!\w)", f"\ue000{number}\ue001", text)
    for marked in _MARKED:
        text = marked.sub(_if_unknown, text)
    if _ANY_SECOND.search(text):  # most lines have none, and to look for a name takes ten times longer
        lines = text.split("\n")
        text = "\n".join(_MOMENT.sub(NOT_HERE, each) if _ANY_SECOND.search(each) else each for each in lines)
    new = [names[name] for name in sorted(names, key=len, reverse=True)]
    text = re.sub("\ue000([0-9]+)\ue001", lambda found: new[int(found[1])], text)
    return text, text != before


def _if_unknown(marked: re.Match[str]) -> str:
    known = "\ue000" in marked[0] or _NUMBER.search(marked[0])
    return marked[0] if known else f"{marked[1]}{NOT_HERE}{marked[2]}"
