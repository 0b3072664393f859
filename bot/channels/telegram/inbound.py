"""Reads one raw Bot API update and keeps the fields that Silbo is allowed to know.

Field names: https://core.telegram.org/bots/api#update and #message. It reads the JSON itself rather than the
library's objects: a field that is newer than the library is then seen like any other, and no object exists
that holds a name, a username or the origin of a forward. Every content field of `Message` is in exactly one
of the tables below; a message with none of them, or one newer than the tables, is "unknown".
"""

import re
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.channels.events import FILE_BYTES, Command, Edited, Event, Press, Text, Unusable, Update, Upload
from bot.channels.telegram.words import TooDeep, read_rich, with_links, with_quote

Raw = Mapping[str, Any]
Download = Callable[[str], AsyncGenerator[bytes, None]]
"""Opens a download by the messenger's file id."""

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

WORDS = ("text", "rich_message")

FILES = ("animation", "document", "voice", "audio", "video", "video_note")
"""Fields that hold one file. `animation` is first: its message also fills `document`, for older bots."""

REFUSED = {
    "contact": "contact",
    "venue": "location",
    "location": "location",
    "poll": "poll",
    "sticker": "sticker",
    "dice": "unknown",
    "game": "unknown",
    "story": "unknown",
    "paid_media": "unknown",
    "giveaway": "unknown",
    "giveaway_winners": "unknown",
    "checklist": "unknown",
    "invoice": "unknown",
    "passport_data": "unknown",
    "web_app_data": "unknown",
}
"""What is never taken, and the kind under which the person is told why."""

SERVICE = frozenset(
    """
    new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo
    delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created
    message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id pinned_message
    successful_payment refunded_payment users_shared chat_shared gift unique_gift gift_upgrade_sent
    connected_website write_access_allowed proximity_alert_triggered boost_added chat_background_set
    checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created
    forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden
    general_forum_topic_unhidden giveaway_created giveaway_completed managed_bot_created
    paid_message_price_changed poll_option_added poll_option_deleted suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited
    """.split()  # noqa: SIM905 -- fifty quoted lines say no more than six plain ones
)
"""What the messenger itself says in a chat: nobody wrote it, so nobody is answered."""

_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w{1,64}))?(?=\s|$)", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True, repr=False)
class Arrived:
    """Something for the dialogue. `press` is the id of a pressed button's query, to be answered too."""

    chat: int
    update: Update
    press: str | None


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
        update_id = _integer(untrusted, "update_id")
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
                return Leave(_integer(_object(_object(untrusted, kind), "chat"), "id"))
        return None  # business, guest, inline, payment, reaction: not asked for, and not for us

    def _message(self, update_id: int, message: Raw, *, edited: bool) -> Arrived | Leave | None:
        chat = _object(message, "chat")
        chat_id, message_id = _integer(chat, "id"), _integer(message, "message_id")
        if "business_connection_id" in message or "guest_query_id" in message:
            return None
        if _string(chat, "type") != "private":
            return Leave(chat_id)
        event = self._event(message)
        if edited:
            # A live location is "edited" every few seconds; it was refused when it came.
            event = None if event is None or "location" in message else Edited()
        if event is None:
            return None
        # The update id alone is not unique for ever: Telegram restarts it at random after a quiet week.
        update = Update(str(chat_id), f"{update_id}.{message_id}", event, message_id, _language(message))
        return Arrived(chat_id, update, None)

    def _query(self, update_id: int, query: Raw) -> Arrived | None:
        query_id = _string(query, "id")
        if "message" not in query or "data" not in query:
            return None  # from an inline message or a game; we send neither
        message = _object(query, "message")
        chat = _object(message, "chat")
        if _string(chat, "type") != "private":
            return None
        chat_id, message_id = _integer(chat, "id"), _integer(message, "message_id")
        event = Press(_string(query, "data"))
        update = Update(str(chat_id), f"{update_id}.{query_id}", event, message_id, _language(query))
        return Arrived(chat_id, update, query_id)

    def _event(self, message: Raw) -> Event | None:
        if "text" in message:
            return self._text(message)
        if "photo" in message:
            return self._upload(message, "photo", _photo(message["photo"]))
        for kind in FILES:
            if kind in message:
                return self._upload(message, kind, _object(message, kind))
        if "rich_message" in message:
            return self._rich(message)
        for field, kind in REFUSED.items():
            if field in message:
                return Unusable(kind)
        return None if SERVICE.intersection(message) else Unusable("unknown")

    def _text(self, message: Raw) -> Text | Command:
        """A command stands alone, or is /start with what a link brought along; other words are testimony."""
        text = _string(message, "text")
        words = Text(with_quote(with_links(text, message.get("entities")), message.get("quote")))
        command = _COMMAND.match(text)
        if command is None or (command[2] or self._name).lower() != self._name:
            return words
        name = command[1].lower()
        return Command(name) if name == "start" or not text[command.end() :].strip() else words

    def _upload(self, message: Raw, kind: str, file: Raw) -> Upload:
        caption = _string(message, "caption") if "caption" in message else ""
        words = with_quote(with_links(caption, message.get("caption_entities")), message.get("quote"))
        return self._file(message, kind, file, words or None)

    def _file(self, message: Raw, kind: str, file: Raw, caption: str | None) -> Upload:
        size = _integer(file, "file_size") if "file_size" in file else None
        group = _string(message, "media_group_id") if "media_group_id" in message else None
        return Upload(kind, size, caption, group, partial(self._download, _string(file, "file_id")))

    def _rich(self, message: Raw) -> Text | Upload | Unusable:
        """Its words, with a file if there is one. Several files, or a map, and nothing of it is taken."""
        try:
            rich = read_rich(_object(message, "rich_message"))
        except TooDeep:
            return Unusable("unknown")
        words = with_quote(rich.words, message.get("quote"))
        if rich.place:
            return Unusable("location")
        if not rich.files:
            return Text(words) if words.strip() else Unusable("unknown")
        if len(rich.files) > 1:
            return Unusable("unknown")
        kind, file = rich.files[0]
        raw = _photo(file) if kind == "photo" else _object({kind: file}, kind)
        return self._file(message, kind, raw, words or None)


def _photo(untrusted: object) -> Raw:
    """Return the largest size that can be downloaded, or the smallest of all."""
    if not isinstance(untrusted, list) or not all(isinstance(size, dict) for size in untrusted):
        raise TypeError("photo is not a list of sizes")
    sizes: list[Raw] = sorted(untrusted, key=lambda size: _integer(size, "width") * _integer(size, "height"))
    if not sizes:
        raise ValueError("photo without a size")
    fitting = [size for size in sizes if size.get("file_size") is None or size["file_size"] <= FILE_BYTES]
    return fitting[-1] if fitting else sizes[0]


def _membership(change: Raw) -> Leave | None:
    """Added to a group or channel: leave. Blocked, unblocked, removed: nothing to do."""
    chat = _object(change, "chat")
    if _string(chat, "type") == "private":
        return None
    status = _string(_object(change, "new_chat_member"), "status")
    return None if status in ("left", "kicked") else Leave(_integer(chat, "id"))


def _language(untrusted: Raw) -> str | None:
    sender = untrusted.get("from")
    code = sender.get("language_code") if isinstance(sender, dict) else None
    return code if isinstance(code, str) and _LANGUAGE.fullmatch(code) else None


def _object(untrusted: Raw, key: str) -> Raw:
    value = untrusted[key]
    if not isinstance(value, dict):
        raise TypeError(f"{key} is not an object")
    return value


def _integer(untrusted: Raw, key: str) -> int:
    value = untrusted[key]
    if type(value) is not int:
        raise TypeError(f"{key} is not an integer")
    return value


def _string(untrusted: Raw, key: str) -> str:
    value = untrusted[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is not a string")
    # Half a surrogate pair can't be encoded later on; such a text was damaged on its way.
    return value.encode("utf-8", "replace").decode()
