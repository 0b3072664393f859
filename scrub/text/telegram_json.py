"""The messages of a chat, or of all of an account, that Telegram exported as JSON, read by its keys."""

import json
import re
from collections.abc import Iterator
from typing import Any

from scrub.text.telegram_message import Message, closed

_ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")
_FILES = ("photo", "file", "contact_vcard")
_CONTACT = ("first_name", "last_name")
_SPOKEN_TEXT = ("text", "title", "sticker_emoji", "action")


def messages_of_json(text: str) -> Iterator[Message]:
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
                yield Message(words=[chat["name"]])
            yield from (_message_of_json(each, index) for each in messages if isinstance(each, dict))


def _message_of_json(raw: dict[str, Any], chat: int) -> Message:
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
    return Message(
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
    return f"{said} ({closed(address)})" if isinstance(address, str) and address != said else said
