"""A chat that Telegram's desktop program exported, as a page or as JSON, turned into a log of lines.

Nobody's number, id or picture comes along: of a message only day and time (which the log loses unless
somebody wants it), who speaks, the words, the links, the names of its files, what else was shown, and which
other one it answers, by numbers that only the answered ones have, from 1 in the order of the log. The page
is read by its classes and the JSON by its keys, as that program writes them.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_DEEPEST = 200
_PAGE = re.compile(r"<div class=\"(?:page_wrap|page_body|history)[ \"]")
_MESSAGE = re.compile(r"<div class=\"message (?:default|service)[ \"]")
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
_ONLY_A_DAY = re.compile(r"\d{1,2} \w+ \d{4}")

_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")
_FILES = ("photo", "file", "contact_vcard")
_CONTACT = ("first_name", "last_name")
_BRACKETS = {ord("("): "%28", ord(")"): "%29"}
_NOT_HERE = "(left out)"
_SPOKEN_TEXT = ("text", "title", "sticker_emoji", "action")


@dataclass(slots=True)
class _Message:
    """One, as far as it was read."""

    day: str = ""
    who: str = ""
    origin: str = ""
    words: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    shown: list[tuple[str, list[str]]] = field(default_factory=list)
    """What no file stands for: its kind, and its words."""
    is_service: bool = False
    link: str = ""
    linked_from: int = 0
    reactions: list[list[str]] = field(default_factory=list)
    """What each is, and how many or who."""
    key: str = ""
    """What Telegram calls it; never written."""
    answers: str | None = None
    """The key of the one it answers, empty if that is elsewhere."""
    marks: str = ""
    """Its number if somebody answers it, and the number of the one it answers."""

    def lines(self) -> Iterator[str]:
        words = "\n".join(" ".join(line.split()) for line in "".join(self.words).split("\n")).strip("\n")
        origin = f"({' '.join(self.origin.split())}) " if self.origin.strip() else ""
        if self.is_service and _ONLY_A_DAY.fullmatch(words):
            return
        who = " ".join(self.who.split())
        head = f"[{self.day}] " if self.day else ""
        marks = self.marks
        if words or origin:
            yield f"{head}{who}: {marks}{origin}{words}" if who else head + marks + words
            marks = ""
        for name in self.files:
            yield f"{head}{who}: {marks}<file: {name}>"
            marks = ""
        if self.reactions:
            each_said = (" ".join(" ".join(each).split()) for each in self.reactions)
            yield f"{head}<reactions: {', '.join(filter(None, each_said)) or _NOT_HERE}>"
        for kind, said in self.shown:
            about = ", ".join(filter(None, (" ".join(each.split()) for each in said)))
            yield f"{head}{who}: {marks}<{kind}: {about or _NOT_HERE}>"
            marks = ""

    def has_said(self) -> bool:
        return bool("".join(self.words).strip() or self.origin.strip() or self.files or self.shown)

    def date(self, rest: str, *, forwarded: bool) -> None:
        day = _TITLE.search(rest)
        if day and not forwarded:
            self.day = day[1] + day[2]

    def react(self, classes: frozenset[str], rest: str, *, within: bool) -> None:
        """Where one begins, and where the name of somebody hides behind a little picture."""
        if "reaction" in classes:
            self.reactions.append([])
        who = _INITIALS.search(rest) if within and "initials" in classes else None
        if who and self.reactions:
            self.reactions[-1].append(html.unescape(who[1]))

    def answer(self, classes: frozenset[str], rest: str, *, within: bool) -> None:
        """Where it says that it answers one, and where it says which."""
        if "reply_to" in classes:
            self.answers = ""
        which = _ANSWERED.search(rest) if within else None
        if which:
            self.answers = which[1]

    def begin_link(self, rest: str, classes: frozenset[str], *, in_words: bool) -> None:
        file = _HREF.search(rest) if classes & _MEDIA else None
        self.files += [html.unescape(file[1])] if file else []
        link = _LINK.search(rest) if in_words else None
        self.link, self.linked_from = html.unescape(link[1]) if link else "", len(self.words)

    def end_link(self) -> None:
        """An address stands behind the words that hide it."""
        said = "".join(self.words[self.linked_from :]).strip().strip("@/")
        if self.link and not self.link.rstrip("/").endswith(said or "\n"):
            self.words.append(f" ({_closed(self.link)})")
        self.link = ""


def read_telegram(text: str) -> str | None:
    """The log, or None if it is no such export (also where it has no message)."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "<" and _PAGE.search(text) and _MESSAGE.search(text):
        messages = list(_messages_of_page(text))
    elif start == "{" and '"messages"' in text:
        messages = list(_messages_of_json(text))
    else:
        return None
    _number(messages)
    lines = [line for message in messages for line in message.lines()]
    return "\n".join(lines) + "\n" if lines else None


def _number(messages: list[_Message]) -> None:
    answered = {each.answers for each in messages if each.answers}
    numbers: dict[str, int] = {}
    for message in messages:
        if message.key in answered and message.key not in numbers and message.has_said():
            numbers[message.key] = len(numbers) + 1
            message.marks = f"<message: {numbers[message.key]}> "
    for message in messages:
        if message.answers is not None:
            message.marks += f"<reply to: {numbers.get(message.answers, _NOT_HERE)}> "


def _messages_of_page(text: str) -> Iterator[_Message]:
    """Words count by the innermost element around them that has one of the classes in `_PLACES`."""
    message = _Message()
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
                message.end_link()
            elif around and around[-1][0] == tag.lower():
                around.pop()
        else:
            found = _CLASS.search(rest)
            classes = frozenset(found[1].split() if found else ())
            if "message" in classes:
                yield message
                joined = "joined" in classes
                number = _NUMBERED.search(rest)
                message = _Message(
                    message.day,
                    message.who if joined else "",
                    is_service="service" in classes,
                    key=number[1] if number else "",
                )
            message.date(rest, forwarded=_is_within("forwarded", around))
            message.react(classes, rest, within=_is_within("reaction", around))
            message.answer(classes, rest, within=_is_within("reply_to", around))
            if tag.lower() == "a":
                message.begin_link(rest, classes, in_words=bool(_place(around) & _SAID))
            message.shown += _shown(classes, rest)
            if tag.lower() != "a" and len(around) < _DEEPEST:
                around.append((tag.lower(), classes))
    yield message


def _hear(message: _Message, words: str, around: list[tuple[str, frozenset[str]]]) -> None:
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


def _messages_of_json(text: str) -> Iterator[_Message]:
    """Of one chat, or of all in a whole account's export; nothing else of an account."""
    try:
        whole = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return
    chats = [whole]
    for name in ("chats", "left_chats"):
        part = whole.get(name) if isinstance(whole, dict) else None
        chats += part["list"] if isinstance(part, dict) and isinstance(part.get("list"), list) else []
    for index, chat in enumerate(chats):
        messages = chat.get("messages") if isinstance(chat, dict) else None
        if isinstance(messages, list) and any(
            isinstance(each, dict) and "from_id" in each for each in messages
        ):
            if isinstance(chat.get("name"), str):
                yield _Message(words=[chat["name"]])
            yield from (_message_of_json(each, index) for each in messages if isinstance(each, dict))


def _message_of_json(raw: dict[str, Any], chat: int) -> _Message:
    day = _ISO_DAY.match(str(raw.get("date", "")))
    who = raw.get("from") or raw.get("actor")
    origin = raw.get("forwarded_from")
    words = [_words(raw[name]) for name in _SPOKEN_TEXT if raw.get(name)]
    members = raw.get("members")
    if isinstance(members, list):
        words.append(", ".join(each for each in members if isinstance(each, str)))
    poll = raw.get("poll")
    if isinstance(poll, dict) and isinstance(poll.get("answers"), list):
        words += [_words(poll.get("question")), *_answers(poll["answers"])]
    files = [raw[name] for name in _FILES if isinstance(raw.get(name), str) and "." in raw[name]]
    absent = [
        " ".join(str(raw.get("media_type") or name).replace("_", " ").split())
        for name in ("photo", "file")
        if isinstance(raw.get(name), str) and raw[name].startswith("(")
    ]
    shown: list[tuple[str, list[str]]] = [(kind, []) for kind in absent]
    if "location_information" in raw:
        shown.append(("location", [_words(raw.get(name)) for name in ("place_name", "address")]))
    contact = raw.get("contact_information")
    if isinstance(contact, dict):
        name = " ".join(_words(contact.get(each)) for each in _CONTACT)
        shown.append(("contact", [name, _words(contact.get("phone_number"))]))
    return _Message(
        f"{day[1]} {day[2]}" if day else "",
        who if isinstance(who, str) else "",
        origin if isinstance(origin, str) else "",
        ["\n".join(filter(None, words))],
        [" ".join(name.split()) for name in files if not name.startswith("(")],
        shown,
        reactions=_reactions(raw.get("reactions")),
        key=_key(chat, raw.get("id")),
        answers=_key(chat, None if "reply_to_peer_id" in raw else raw["reply_to_message_id"])
        if raw.get("reply_to_message_id")
        else None,
    )


def _key(chat: int, untrusted: object) -> str:
    """Of a message: two chats of an account may count alike."""
    return f"{chat} {untrusted}" if type(untrusted) is int else ""


def _answers(untrusted: list[object]) -> list[str]:
    """Each with how many chose it, where the export knows."""
    found = [each for each in untrusted if isinstance(each, dict)]
    return [
        f"{_words(each.get('text'))} ({each['voters']})"
        if type(each.get("voters")) is int
        else _words(each.get("text"))
        for each in found
    ]


def _reactions(untrusted: object) -> list[list[str]]:
    """What each is, how many, and who of the last ones."""
    found = []
    for each in untrusted if isinstance(untrusted, list) else ():
        what = (each.get("emoji") or each.get("type")) if isinstance(each, dict) else None
        if isinstance(what, str):
            count, recent = each.get("count"), each.get("recent")
            who = (
                [one.get("from") for one in recent if isinstance(one, dict)]
                if isinstance(recent, list)
                else []
            )
            found.append([what, str(count) if type(count) is int else "", ", ".join(_names(who))])
    return found


def _names(untrusted: list[object]) -> list[str]:
    return [each for each in untrusted if isinstance(each, str)]


def _words(untrusted: object) -> str:
    """Words, or a list of words and pieces that have them; a piece's address stands behind it."""
    if isinstance(untrusted, str):
        return untrusted
    if isinstance(untrusted, list):
        return "".join(_words(each) for each in untrusted if not isinstance(each, list))
    if not isinstance(untrusted, dict):
        return ""
    text, address = untrusted.get("text"), untrusted.get("href")
    said = text if isinstance(text, str) else ""
    return f"{said} ({_closed(address)})" if isinstance(address, str) and address != said else said


def _closed(address: str) -> str:
    """An address that ends where the bracket around it does."""
    return address.translate(_BRACKETS)
