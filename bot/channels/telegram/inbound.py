"""Reads one raw Bot API update and keeps the fields that Silbo is allowed to know.

Field names: https://core.telegram.org/bots/api#update and #message. It reads the JSON itself rather than the
library's objects: a field that is newer than the library is then seen like any other, and no object exists
that holds a name, a username or the origin of a forward. What is done with each field stands in `policy`.
"""

import re
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from bot.channels.events import Command, Edited, Event, Press, Text, Unusable, Update, Upload
from bot.channels.telegram.contents import Found, Raw, contents, integer, string
from bot.channels.telegram.names import holds_name
from bot.channels.telegram.policy import SERVICE

Download = Callable[[str], AsyncGenerator[bytes, None]]
"""Opens a download by the messenger's file id."""

TEXT_PART = 16_000
"""Characters of one item: what a person can't have typed in one message comes in several."""

_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w{1,64}))?(?=\s|$)", re.ASCII)
_PAYLOAD = re.compile(r" [A-Za-z0-9_-]{1,64}")
"""What a link to the bot puts behind /start; whatever else stands there was typed."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True, repr=False)
class Arrived:
    """Something for the dialogue. `press` is the id of a pressed button's query, to be answered too; `rest`
    are the other parts of a message that holds several things: each is an update of its own.
    """

    chat: int
    update: Update
    press: str | None
    rest: tuple[Update, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Leave:
    """We are in a group or channel: several people read along there, so we go without a word."""

    chat: int


class Reader:
    """`name` is the bot's own username, which may stand behind a command; `download` opens a file."""

    def __init__(self, name: str, download: Download) -> None:
        self._name = name.lower()
        self._download = download

    def read(self, untrusted: Raw) -> Arrived | Leave | None:
        """Return what an update asks for, None for nothing. Raises KeyError, TypeError or ValueError."""
        update_id = integer(untrusted, "update_id")
        if "callback_query" in untrusted:
            return self._query(update_id, _object(untrusted, "callback_query"))
        if "my_chat_member" in untrusted:
            return _membership(_object(untrusted, "my_chat_member"))
        if "edited_message" in untrusted:
            return self._message(update_id, _object(untrusted, "edited_message"), edited=True)
        if "message" in untrusted:
            return self._message(update_id, _object(untrusted, "message"), edited=False)
        for kind in ("channel_post", "edited_channel_post"):
            if kind in untrusted:
                return Leave(integer(_object(_object(untrusted, kind), "chat"), "id"))
        return None  # business, guest, inline, payment, reaction: not asked for, and not for us

    def _message(self, update_id: int, message: Raw, *, edited: bool) -> Arrived | Leave | None:
        chat = _object(message, "chat")
        chat_id, message_id = integer(chat, "id"), integer(message, "message_id")
        if "business_connection_id" in message or "guest_query_id" in message:
            return None
        if string(chat, "type") != "private":
            return Leave(chat_id)
        if edited:
            # A live location is "edited" every few seconds; it was refused when it came.
            quiet = "location" in message or message.keys() & SERVICE
            events: list[Event] = [] if quiet else self._edited(message)
        else:
            events = self._events(message)
        if not events:
            return None
        # The update id alone is not unique for ever: Telegram restarts it at random after a quiet week.
        tag = f"{update_id}.{message_id}"
        several = len(events) > 1
        first = Update(str(chat_id), tag, events[0], message_id or None, _language(message), part=several)
        rest = enumerate(events[1:], start=1)
        parts = (replace(first, update_id=f"{tag}.{number}", event=event) for number, event in rest)
        return Arrived(chat_id, first, None, tuple(parts))

    def _query(self, update_id: int, query: Raw) -> Arrived | None:
        query_id = string(query, "id")
        if "message" not in query or "data" not in query:
            return None  # from an inline message or a game; we send neither
        message = _object(query, "message")
        chat = _object(message, "chat")
        if string(chat, "type") != "private":
            return None
        chat_id, message_id = integer(chat, "id"), integer(message, "message_id")
        event = Press(string(query, "data"), self._answered(message))
        update = Update(str(chat_id), f"{update_id}.{query_id}", event, message_id, _language(query))
        return Arrived(chat_id, update, query_id)

    def _answered(self, message: Raw) -> Upload | None:
        """The file of the message that a message of ours answers."""
        answered = message.get("reply_to_message")
        events = self._events(answered) if isinstance(answered, dict) else []
        return next((event for event in events if isinstance(event, Upload)), None)

    def _edited(self, message: Raw) -> list[Event]:
        """What a message is now, where it is one thing that can be taken."""
        events = self._events(message)
        taken = [event for event in events if isinstance(event, Text | Upload)]
        return [Edited(taken[0] if len(taken) == 1 else None)] if events else []

    def _events(self, message: Raw) -> list[Event]:
        """What a message asks for, part by part; nothing where nobody wrote it."""
        command = self._command(message.get("text"))
        if command is not None:
            return [command]
        found = contents(message)
        if found is None:
            return []
        refused = [Unusable(kind) for kind in found.refused]
        return [*self._taken(message, found), *refused]

    def _command(self, untrusted_text: object) -> Command | None:
        """A command stands alone, or is /start with what a link brought along; other words are testimony."""
        match = _COMMAND.match(untrusted_text) if isinstance(untrusted_text, str) else None
        if match is None or (match[2] or self._name).lower() != self._name:
            return None
        name, more = match[1].lower(), match.string[match.end() :]
        link = name == "start" and _PAYLOAD.fullmatch(more)
        return Command(name, more.strip()) if link or not more.strip() else None

    def _taken(self, message: Raw, found: Found) -> Iterator[Event]:
        """The words, and the files: words that are not too many go with the first one, as its caption."""
        sender = message.get("from")
        words = pieces(found.words or "")
        caption = words.pop() if found.files and len(words) == 1 else None
        if found.words is not None:
            answering = _answering(message.get("reply_to_message"))
            yield from (Text(part, holds_name(sender, part), answering) for part in words)
        group = message.get("media_group_id")
        if not isinstance(group, str):
            group = f"of {message['message_id']}" if len(found.files) > 1 else None
        for file in found.files:
            read = partial(self._download, file.file)
            named = holds_name(sender, caption or "")
            yield Upload(file.kind, file.size, caption or None, group, read, named)
            caption = None


def pieces(words: str) -> list[str]:
    """The words in parts of at most `TEXT_PART` characters, cut between lines or words if there are."""
    parts = []
    while len(words) > TEXT_PART:
        cut = max(words.rfind("\n", 0, TEXT_PART), words.rfind(" ", 0, TEXT_PART)) + 1 or TEXT_PART
        parts.append(words[:cut])
        words = words[cut:]
    return [*parts, words]


def _membership(change: Raw) -> Leave | None:
    """Added to a group or channel: leave. Blocked, unblocked, removed: nothing to do."""
    chat = _object(change, "chat")
    if string(chat, "type") == "private":
        return None
    status = string(_object(change, "new_chat_member"), "status")
    return None if status in ("left", "kicked") else Leave(integer(chat, "id"))


def _answering(untrusted: object) -> int:
    """The number of the message of this chat that is answered, 0 for none."""
    number = untrusted.get("message_id") if isinstance(untrusted, dict) else None
    return number if type(number) is int else 0


def _language(untrusted: Raw) -> str | None:
    sender = untrusted.get("from")
    code = sender.get("language_code") if isinstance(sender, dict) else None
    return code if isinstance(code, str) and _LANGUAGE.fullmatch(code) else None


def _object(untrusted: Raw, key: str) -> Raw:
    value = untrusted[key]
    if not isinstance(value, dict):
        raise TypeError(f"{key} is not an object")
    return value
