"""What is in one message: its words, its files, and what of it can't be taken and has to be said.

What a person wrote or forwarded is never dropped without a word: what can't be read stands in `refused`, and
costs nothing of the rest. Who wrote, was forwarded, mentioned or answered is not looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.events import FILE_BYTES
from bot.channels.telegram.policy import CONTENT, FILES, MESSAGE, REFUSED, SERVICE
from bot.channels.telegram.words import (
    buttons,
    checklist,
    marked,
    preview,
    read_rich,
    with_links,
    with_quote,
)

Raw = Mapping[str, Any]

DAMAGED = "damaged"
"""The kind of what has not the form that Telegram gives it."""


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """`file` is the messenger's id for it; `size` what it declares, in bytes."""

    kind: str
    file: str
    size: int | None


@dataclass(slots=True, repr=False)
class Found:
    """`words` is None where there are none and could be none; `refused` are kinds of `events.Unusable`."""

    words: str | None = None
    files: list[File] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        """Words below those that are there already."""
        if words or self.words is None:
            self.words = f"{self.words}\n{words}" if self.words else words

    def refuse(self, kind: str) -> None:
        if kind not in self.refused:
            self.refused.append(kind)

    def guard(self, read: Callable[[], None]) -> None:
        """Run `read`; what has another form than Telegram's costs itself alone."""
        try:
            read()
        except (AttributeError, KeyError, TypeError, ValueError):
            self.refuse(DAMAGED)

    def file(self, kind: str, untrusted: object) -> None:
        def read() -> None:
            raw = _largest(untrusted) if kind == "photo" else _object(untrusted)
            size = raw.get("file_size")
            size = size if type(size) is int and size >= 0 else None
            self.files.append(File(kind, string(raw, "file_id"), size))

        self.guard(read)


def contents(message: Raw) -> Found | None:
    """What a message brings; None if the messenger itself says something that needs no answer."""
    found = Found()
    if "text" in message:
        found.guard(lambda: found.say(with_links(string(message, "text"), message.get("entities"))))
    if "caption" in message:
        found.guard(
            lambda: found.say(with_links(string(message, "caption"), message.get("caption_entities")))
        )
    _rest(found, message)
    if "rich_message" in message:
        found.guard(lambda: _rich(found, _object(message["rich_message"])))
    _beside(found, message)
    if found.words is None and not found.files and not found.refused:
        if message.keys() & SERVICE:
            return None
        later = message.keys() & CONTENT or message.keys() - MESSAGE.keys()
        found.refuse("unknown" if later else "empty")
    return found


def _rest(found: Found, holder: Raw) -> None:
    """Files, a list, and what is refused: a message has them, and what it answers in another chat."""
    live = holder.get("live_photo")
    if "photo" in holder:
        found.file("photo", holder["photo"])
    elif isinstance(live, dict) and "photo" in live:
        found.file("photo", live["photo"])
    if "live_photo" in holder:
        found.file("video", live)
    for kind in FILES:
        if kind in holder and not (kind == "document" and "animation" in holder):
            found.file(kind, holder[kind])
    if "checklist" in holder:
        found.guard(lambda: found.say(checklist(_object(holder["checklist"]))))
    for name, kind in REFUSED.items():
        if name in holder:
            found.refuse(kind)


def _rich(found: Found, untrusted: Raw) -> None:
    rich = read_rich(untrusted)
    if rich.words.strip():
        found.say(rich.words)
    for kind, file in rich.files:
        found.file(kind, file)
    if rich.place:
        found.refuse("location")
    if rich.unread:
        found.refuse("unknown")


def _beside(found: Found, message: Raw) -> None:
    """Addresses below the words, and what they answer to."""
    for words in (
        preview(found.words or "", message.get("link_preview_options")),
        buttons(message.get("reply_markup")),
    ):
        if words:
            found.say(words)
    answered = Found()
    reply = message.get("external_reply")
    quote = None if _ours_and_hidden(message) else message.get("quote")
    if isinstance(reply, dict):
        if page := preview("", reply.get("link_preview_options")):
            answered.say(page)
        _rest(answered, reply)
        if answered == Found() and not with_quote("", quote):
            answered.refuse("reply")
    found.files += answered.files
    for kind in answered.refused:
        found.refuse(kind)
    words = with_quote(marked(answered.words) if answered.words else "", quote)
    found.words = "\n\n".join(part for part in (words, found.words) if part) or found.words


def _ours_and_hidden(message: Raw) -> bool:
    """Whether it answers the message in which we showed a codename: nobody else must get that to read."""
    answered = message.get("reply_to_message")
    sender = answered.get("from") if isinstance(answered, dict) else None
    if not isinstance(answered, dict) or not isinstance(sender, dict) or sender.get("is_bot") is not True:
        return False
    entities = answered.get("entities")
    return isinstance(entities, list) and any(
        isinstance(entity, dict) and entity.get("type") == "spoiler" for entity in entities
    )


def _largest(untrusted: object) -> Raw:
    """Return the largest size that can be downloaded, or the smallest of all."""
    if not isinstance(untrusted, list) or not all(isinstance(size, dict) for size in untrusted):
        raise TypeError("photo is not a list of sizes")
    sizes: list[Raw] = sorted(untrusted, key=lambda size: integer(size, "width") * integer(size, "height"))
    if not sizes:
        raise ValueError("photo without a size")
    fitting = [size for size in sizes if not _over(size.get("file_size"))]
    return fitting[-1] if fitting else sizes[0]


def _over(size: object) -> bool:
    return type(size) is int and size > FILE_BYTES


def _object(untrusted: object) -> Raw:
    if not isinstance(untrusted, dict):
        raise TypeError("not an object")
    return untrusted


def integer(untrusted: Raw, key: str) -> int:
    value = untrusted[key]
    if type(value) is not int:
        raise TypeError(f"{key} is not an integer")
    return value


def string(untrusted: Raw, key: str) -> str:
    value = untrusted[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is not a string")
    # Half a surrogate pair can't be encoded later on; such a text was damaged on its way.
    return value.encode("utf-8", "replace").decode()
