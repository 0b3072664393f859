"""What chats hold and what people do in them: messages, files, buttons, and Telegram's rules for both."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tests.telegram_spec import Spec
from tests.telegram_updates import ApiError, Json, Updates

DELETE_LIFE = 48 * 3600
BOT = {"id": 987654321, "is_bot": True, "first_name": "Stand-in", "username": "standin_bot"}


@dataclass
class Stored:
    """A message that a chat holds."""

    content: Json
    date: float


class People(Updates):
    """The chats. `sent` is what the bot said, per chat."""

    def __init__(self, spec: Spec | None, webhook_pause: float) -> None:
        super().__init__(spec, webhook_pause)
        self.sent: dict[int, list[Json]] = defaultdict(list)
        self.documents: dict[int, list[tuple[str, bytes]]] = defaultdict(list)
        self.deleted: list[tuple[int, int]] = []
        self.answered: list[str] = []
        self.left: list[int] = []
        self.commands: dict[str | None, list[Json]] = {}
        self.introductions: dict[tuple[str, str | None], str] = {}
        self.blocked: set[int] = set()
        self.forbidding: set[int] = set()
        self.file_path_prefix = "files/"
        self.lie_about_size = False
        self._next = 1000
        self._messages: dict[int, dict[int, Stored]] = defaultdict(dict)
        self._files: dict[str, bytes] = {}

    def user(self, chat: int, language: str | None = "es") -> Json:
        user = {"id": chat, "is_bot": False, "first_name": f"First{chat}", "username": f"user{chat}"}
        return user if language is None else {**user, "language_code": language}

    def chat(self, chat: int, kind: str = "private") -> Json:
        if kind == "private":
            return {"id": chat, "type": kind, "first_name": f"First{chat}", "username": f"user{chat}"}
        return {"id": chat, "type": kind, "title": f"Title{chat}"}

    def message(
        self, chat: int, *, kind: str = "private", language: str | None = "es", **content: Any
    ) -> int:
        """Somebody sends a message with these fields; return its message id."""
        message = self._store(chat, {"from": self.user(abs(chat), language), **content}, kind)
        self.inject({"message": message}, chat)
        return int(message["message_id"])

    def text(self, chat: int, text: str, **more: Any) -> int:
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            more = {"entities": [{"type": "bot_command", "offset": 0, "length": length}], **more}
        return self.message(chat, text=text, **more)

    def add_file(self, content: bytes, *, size: int | None = None) -> Json:
        """Store a file, and return what tells about it; `size` declares another length than it has."""
        file_id = f"file-{self._number()}"
        self._files[file_id] = content
        declared = len(content) if size is None else size
        return {"file_id": file_id, "file_unique_id": f"unique-{file_id}", "file_size": declared}

    def photo(self, chat: int, content: bytes, **more: Any) -> int:
        small = {**self.add_file(content[: len(content) // 2 or 1]), "width": 90, "height": 60}
        large = {**self.add_file(content), "width": 1280, "height": 853}
        return self.message(chat, photo=[small, large], **more)

    def document(self, chat: int, content: bytes, *, name: str = "scan.pdf", **more: Any) -> int:
        return self.message(chat, document={**self.add_file(content), "file_name": name}, **more)

    def voice(self, chat: int, content: bytes, **more: Any) -> int:
        return self.message(
            chat, voice={**self.add_file(content), "duration": 2, "mime_type": "audio/ogg"}, **more
        )

    def album(self, chat: int, contents: list[bytes], **more: Any) -> list[int]:
        group = f"group-{self._number()}"
        return [self.photo(chat, content, media_group_id=group, **more) for content in contents]

    def edit(self, chat: int, message_id: int, text: str) -> None:
        message = {**self._messages[chat][message_id].content, "text": text, "edit_date": int(self.now())}
        self.inject({"edited_message": message}, chat)

    def press(self, chat: int, action: str, message_id: int | None = None) -> str:
        """Press a button of a message of the bot (the newest with this action); return the query's id."""
        if message_id is None:
            message_id = next(m["message_id"] for m in reversed(self.sent[chat]) if action in buttons(m))
        query = {
            "id": f"query-{self._number()}",
            "from": self.user(chat),
            "chat_instance": "1",
            "message": self._messages[chat][message_id].content,
            "data": action,
        }
        self.inject({"callback_query": query}, chat)
        return str(query["id"])

    def block(self, chat: int) -> None:
        """The person blocks the bot."""
        self.blocked.add(chat)
        bot, moment = {"user": BOT}, int(self.now())
        change = {
            "chat": self.chat(chat),
            "from": self.user(chat),
            "date": moment,
            "old_chat_member": {"status": "member", **bot},
            "new_chat_member": {"status": "kicked", "until_date": 0, **bot},
        }
        self.inject({"my_chat_member": change}, chat)

    def added_to_group(self, chat: int, kind: str = "group") -> None:
        bot = {"user": BOT}
        change = {
            "chat": self.chat(chat, kind),
            "from": self.user(7),
            "date": int(self.now()),
            "old_chat_member": {"status": "left", **bot},
            "new_chat_member": {"status": "member", **bot},
        }
        self.inject({"my_chat_member": change}, chat)

    # -- what the bot does

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _store(self, chat: int, content: Json, kind: str = "private") -> Json:
        message = {
            "message_id": self._number(),
            "date": int(self.now()),
            "chat": self.chat(chat, kind),
            **content,
        }
        self._messages[chat][message["message_id"]] = Stored(message, self.now())
        return message

    def say(self, chat: int, text: str, markup: Json | None, answering: int | None = None) -> Json:
        self._writable(chat)
        _check_text(text, markup)
        more: Json = {"reply_markup": markup} if markup and "inline_keyboard" in markup else {}
        if answering in self._messages[chat]:
            more["reply_to_message"] = self._messages[chat][answering].content
        message = self._store(chat, {"from": BOT, "text": text, **more})
        self.sent[chat].append(message)
        return message

    def open_group(self, chat: int) -> None:
        """A group or channel in which the bot may write; nobody tells it so."""
        self._store(chat, {"from": BOT, "text": "made"}, "supergroup")

    def post_document(self, chat: int, name: str, content: bytes) -> Json:
        """The bot sends a file."""
        self._writable(chat)
        self.documents[chat].append((name, content))
        document = {**self.add_file(content), "file_name": name}
        return self._store(chat, {"from": BOT, "document": document}, "supergroup" if chat < 0 else "private")

    def play(self, chat: int, kind: str, name: str, content: bytes) -> Json:
        """The bot sends a sound, a video or a picture. `forbidding` are those who allow no voice."""
        self._writable(chat)
        if kind == "voice" and chat in self.forbidding:
            raise ApiError(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
        self.documents[chat].append((name, content))
        known: Json = {**self.add_file(content), "duration": 1}
        if kind == "photo":
            size = {**self.add_file(content), "width": 48, "height": 48}
            return self._store(chat, {"from": BOT, kind: [size]})
        if kind == "video":
            known |= {"width": 48, "height": 48}
        return self._store(chat, {"from": BOT, kind: known})

    def change(self, chat: int, message_id: int, text: str, markup: Json | None) -> Json:
        self._writable(chat)
        _check_text(text, markup)
        stored = self._messages[chat].get(message_id)
        if stored is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if stored.content["from"] != BOT:
            raise ApiError(400, "Bad Request: message can't be edited")
        if (stored.content["text"], stored.content.get("reply_markup")) == (text, markup):
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup "
                "are exactly the same as a current content and reply markup of the message",
            )
        stored.content["text"] = text
        stored.content.pop("reply_markup", None)
        if markup is not None:
            stored.content["reply_markup"] = markup
        stored.content["edit_date"] = int(self.now())
        return stored.content

    def delete(self, chat: int, message_ids: list[int]) -> None:
        found = [i for i in message_ids if i in self._messages[chat]]
        if any(self.now() - self._messages[chat][i].date >= DELETE_LIFE for i in found):
            raise ApiError(400, "Bad Request: message can't be deleted for everyone")
        for message_id in found:
            del self._messages[chat][message_id]
            self.deleted.append((chat, message_id))

    def held(self, chat: int) -> list[int]:
        """The ids of the messages that the chat still holds."""
        return sorted(self._messages[chat])

    def _writable(self, chat: int) -> None:
        if chat in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not self._messages[chat]:
            raise ApiError(400, "Bad Request: chat not found")

    def file(self, file_id: str) -> bytes:
        if file_id not in self._files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        return self._files[file_id]


def buttons(message: Json) -> list[str]:
    """The actions of a message's buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]


def _check_text(text: str, markup: Json | None) -> None:
    if not 1 <= len(text) <= 4096:
        raise ApiError(
            400, "Bad Request: message is too long" if text else "Bad Request: message text is empty"
        )
    for action in buttons({"reply_markup": markup} if markup else {}):
        if not 1 <= len(action.encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
