"""The messages of a chat that Telegram exported as a page, read by its classes."""

import html
import re
from collections.abc import Iterator

from scrub.text.telegram_message import Message, closed

_DEEPEST = 200
_PIECE = re.compile(r"<(/?)(div|span|a|br|p)\b([^<>]*)>|<[^<>]*>|([^<]+)|<", re.I)
_CLASS = re.compile(r"\sclass=\"([^\"]*)\"")
_TITLE = re.compile(r"\stitle=\"(\d{2}\.\d{2}\.\d{4})( \d{2}:\d{2}):\d{2}")
_HREF = re.compile(r"\shref=\"([^\":]{1,255})\"")
_LINK = re.compile(r"\shref=\"((?:https?|ftp|tg|mailto):[^\"]{1,2000})\"")
_NUMBERED = re.compile(r"\sid=\"message(\d{1,20})\"")
_ANSWERED = re.compile(r"\shref=\"#go_to_message(\d{1,20})\"")
_MEDIA = frozenset({"photo_wrap", "video_file_wrap", "animated_wrap", "sticker_wrap", "media"})
_WITH_WORDS = frozenset({"contact", "call"})
_EMOJI = frozenset({"emoji", "count"})
_INITIALS = re.compile(r"\stitle=\"([^\"]{1,200})\"")
_LABELS = frozenset({"title", "status"})
_PLACES = _LABELS | {
    "text",
    "from_name",
    "question",
    "answer",
    "details",
    "date",
    "reply_to",
    "initials",
    "media",
    "emoji",
    "count",
}
_SAID = frozenset({"text", "question", "answer"})


def messages_of_page(text: str) -> Iterator[Message]:
    """Words count by the innermost element around them that has one of the classes in `_PLACES`."""
    message = Message()
    around: list[tuple[str, frozenset[str]]] = []
    for piece in _PIECE.finditer(text):
        closing, tag, rest, words = piece.groups()
        if words is not None:
            _hear(message, html.unescape(words).replace("\n", " "), around)
        elif tag is None:
            continue
        elif tag.lower() in ("br", "p"):
            _hear(message, "\n", around)
        elif closing:
            if tag.lower() == "a":
                _end_link(message)
            elif around and around[-1][0] == tag.lower():
                around.pop()
        else:
            found = _CLASS.search(rest)
            classes = frozenset(found[1].split() if found else ())
            if "message" in classes:
                yield message
                joined = "joined" in classes
                number = _NUMBERED.search(rest)
                message = Message(
                    message.day,
                    message.who if joined else "",
                    is_service="service" in classes,
                    key=number[1] if number else "",
                )
            _date(message, rest, forwarded=_is_within("forwarded", around))
            _react(message, classes, rest, within=_is_within("reaction", around))
            _answer(message, classes, rest, within=_is_within("reply_to", around))
            if tag.lower() == "a":
                _begin_link(message, rest, classes, in_words=bool(_place(around) & _SAID))
            message.shown += _shown(classes, rest)
            if tag.lower() != "a" and len(around) < _DEEPEST:
                around.append((tag.lower(), classes))
    yield message


def _hear(message: Message, words: str, around: list[tuple[str, frozenset[str]]]) -> None:
    classes = _place(around)
    if classes & _LABELS:
        if message.shown and message.shown[-1][0] in _WITH_WORDS and not _is_within("page_header", around):
            message.shown[-1][1].append(words)
    elif classes & _EMOJI:
        if message.reactions and _is_within("reaction", around):
            message.reactions[-1].append(words)
    elif "from_name" in classes and _is_within("forwarded", around):
        message.origin += words
    elif "from_name" in classes:
        message.who += words
    elif classes & _SAID or (message.is_service and "details" in classes):
        message.words.append(words)


def _place(around: list[tuple[str, frozenset[str]]]) -> frozenset[str]:
    return next((each for _, each in reversed(around) if each.intersection(_PLACES)), frozenset())


def _shown(classes: frozenset[str], rest: str) -> list[tuple[str, list[str]]]:
    """Of an element that shows something which is no file."""
    kind = next((each for each in classes if each.startswith("media_")), "")
    return (
        [(kind[6:].replace("_", " "), [])] if "media" in classes and kind and not _HREF.search(rest) else []
    )


def _is_within(name: str, around: list[tuple[str, frozenset[str]]]) -> bool:
    return any(name in classes for _, classes in around)


def _date(message: Message, rest: str, *, forwarded: bool) -> None:
    day = _TITLE.search(rest)
    if day and not forwarded:
        message.day = day[1] + day[2]


def _react(message: Message, classes: frozenset[str], rest: str, *, within: bool) -> None:
    """Where one begins, and where the name of somebody hides behind a little picture."""
    if "reaction" in classes:
        message.reactions.append([])
    who = _INITIALS.search(rest) if within and "initials" in classes else None
    if who and message.reactions:
        message.reactions[-1].append(html.unescape(who[1]))


def _answer(message: Message, classes: frozenset[str], rest: str, *, within: bool) -> None:
    """Where it says that it answers one, and where it says which."""
    if "reply_to" in classes:
        message.answers = ""
    which = _ANSWERED.search(rest) if within else None
    if which:
        message.answers = which[1]


def _begin_link(message: Message, rest: str, classes: frozenset[str], *, in_words: bool) -> None:
    file = _HREF.search(rest) if classes & _MEDIA else None
    message.files += [html.unescape(file[1])] if file else []
    link = _LINK.search(rest) if in_words else None
    message.link, message.linked_from = html.unescape(link[1]) if link else "", len(message.words)


def _end_link(message: Message) -> None:
    """An address stands behind the words that hide it."""
    said = "".join(message.words[message.linked_from :]).strip().strip("@/")
    if message.link and not message.link.rstrip("/").endswith(said or "\n"):
        message.words.append(f" ({closed(message.link)})")
    message.link = ""
