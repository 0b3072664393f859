"""What a channel may tell the rest of Silbo about a message, and how the rest answers.

Only the fields named here leave a channel module; everything else that a messenger sends along (names,
usernames, origins of forwards, file names and ids) is dropped there. See "Telegram" in the design.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

FILE_BYTES = 20 << 20
"""What a bot may download (https://core.telegram.org/bots/api#getfile), and so the cap of every channel."""


REWORKS = ("retype", "cover", "words", "cover_words", "plain")
"""What else a file can become where it is: words set anew, marks covered, as it was."""

AGAIN = tuple(f"{name}:" for name in ("disguise", *REWORKS))
"""How the action of a button begins that asks for a file again."""


class DownloadError(Exception):
    """The channel could not deliver the bytes of a file; trying again may help."""


class TooBig(Exception):
    """A file turned out larger than the cap while it was read."""


class CannotPlay(Exception):
    """The channel has no way to let the person hear or see this."""


@dataclass(frozen=True, slots=True, repr=False)
class Text:
    """Words that the source sent, with the addresses behind their links and what they quote. `named`: the
    name by which the messenger shows them seems to stand there. `answering` is the earlier message of this
    chat that they answer, 0 for none.
    """

    body: str
    named: bool = False
    answering: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """A file that the source sent.

    `size` is the length in bytes that the channel declares, or None; `group` ties the files of one album
    together (an opaque key, unique within the chat). `read()` opens a new download: it yields non-empty
    chunks of any length and raises `DownloadError` or `TooBig`, or an error of the channel's own that is
    passed on: then the update comes again. `named` is that of the caption.
    """

    kind: str
    size: int | None
    caption: str | None
    group: str | None
    read: Callable[[], AsyncGenerator[bytes, None]]
    named: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Command:
    """A slash command, without the slash, in lower case. `brought` is what the link to the chat had behind it
    (or a person wrote there): outside words.
    """

    name: str
    brought: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Press:
    """A pressed button: the `action` of the `Button`, as the channel returned it (so: outside input). `file`
    is that of the message that was answered by the one with the button, where it is still there.
    """

    action: str
    file: Upload | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Edited:
    """An earlier message was changed in the messenger; `content` is what it is now, None for what can't be
    taken.
    """

    content: Text | Upload | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Unusable:
    """A message of a kind that is never taken; `kind` picks the sentence that says why."""

    kind: str


Event = Text | Upload | Command | Press | Edited | Unusable


def content_of(event: Event) -> Event:
    """What came, or what an earlier message was changed to."""
    return event.content if isinstance(event, Edited) and event.content is not None else event


def file_of(event: Event) -> Upload | None:
    """The file that is to be cleaned: one that came, or one whose button was pressed."""
    content = content_of(event)
    if isinstance(content, Press):
        return content.file if content.action.startswith(AGAIN) else None
    return content if isinstance(content, Upload) else None


@dataclass(frozen=True, slots=True, repr=False)
class Update:
    """One thing that happened in one chat.

    `chat` and `update_id` identify a person at the messenger: they are hashed with the runtime key before
    they are used, and never stored. `language` is the messenger's hint for the first notice.
    `more` tells that another update of this chat waits already, so that acknowledgements can go out together,
    `behind` how many files do; `part` that it is one of several parts of a message.
    """

    chat: str
    update_id: str
    event: Event
    message_id: int | None
    language: str | None
    more: bool = False
    part: bool = False
    behind: int = 0


Count = Callable[[str, BaseException | None], None]
"""Counts what went wrong, by a code and the error where there is one: a line would keep the moment."""


@dataclass(frozen=True, slots=True)
class Button:
    """`action` is at most 64 bytes (the Bot API's callback_data). One without it opens the `page` (an
    address), where the channel can do that without telling the page who opens it.
    """

    label: str
    action: str
    page: str = ""


TAKEN_AWAY = Button("", "")
"""Said alone, it takes the button that opens a page away."""


class Chat(Protocol):
    """The way back to one source."""

    async def say(
        self,
        text: str,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        replace: int | None = None,
        hidden: str = "",
        answering: int = 0,
    ) -> int | None:
        """Send a message, or edit message `replace` where that still works.

        `hidden` stands below the text, covered until it is touched, where the channel can do that. It is
        said as an answer to message `answering` where that is still there; a press of its buttons brings
        that message's file along. Returns
        the id of the message, 0 if it was sent and the messenger did not tell its id, or None if the person
        cannot be reached (they blocked the bot).
        """

    async def play(self, content: bytes, media_type: str) -> int | None:
        """Let the person hear a sound (`audio/ogg`) or see a video (`video/mp4`) that is not kept yet, or a
        picture of a place to look at (`image/png`).

        Returns like `say`; it is deleted like what was said. Raises CannotPlay.
        """

    async def forget(self, message_ids: Sequence[int]) -> int:
        """Delete messages on both sides; return how many could not be deleted."""
