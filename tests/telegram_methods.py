"""The Bot API's methods, by their own names (https://core.telegram.org/bots/api#available-methods)."""

from tests.telegram_people import BOT, People
from tests.telegram_updates import ApiError, Json

DOWNLOAD_LIMIT = 20 << 20
UPLOAD_LIMIT = 50_000_000
BOT_ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}


class Methods:
    """The parameters are those that the stand-in understands; any other is an error."""

    def __init__(self, api: People) -> None:
        self._api = api

    async def getMe(self) -> Json:
        return {**BOT, **BOT_ABILITIES}

    async def getUpdates(
        self,
        offset: int = 0,
        limit: int = 100,
        timeout: int = 0,  # noqa: ASYNC109 -- the API's own name
        allowed_updates: list[str] | None = None,
    ) -> list[Json]:
        return await self._api.wait_for_updates(offset, limit, timeout, allowed_updates)

    async def setWebhook(
        self,
        url: str,
        secret_token: str | None = None,
        allowed_updates: list[str] | None = None,
        max_connections: int = 40,
        drop_pending_updates: bool = False,
    ) -> bool:
        if drop_pending_updates:
            raise ApiError(400, "Bad Request: this bot must never drop updates")
        if allowed_updates is not None:
            self._api.allowed = allowed_updates
        await self._api.hook(url, secret_token, max_connections)
        return True

    async def deleteWebhook(self, drop_pending_updates: bool = False) -> bool:
        if drop_pending_updates:
            raise ApiError(400, "Bad Request: this bot must never drop updates")
        await self._api.hook("", None, 1)
        return True

    async def getWebhookInfo(self) -> Json:
        return {
            "url": self._api.hooked(),
            "has_custom_certificate": False,
            "pending_update_count": self._api.pending(),
        }

    async def sendMessage(  # noqa: PLR0917 -- called with keywords only
        self,
        chat_id: int,
        text: str,
        entities: Json | None = None,
        reply_markup: Json | None = None,
        link_preview_options: Json | None = None,
        disable_notification: bool = False,
        protect_content: bool = False,
        reply_parameters: Json | None = None,
    ) -> Json:
        return self._api.say(chat_id, text, reply_markup, (reply_parameters or {}).get("message_id"))

    async def sendDocument(
        self,
        chat_id: int,
        document: tuple[str, bytes],
        disable_notification: bool = False,
        protect_content: bool = False,
    ) -> Json:
        name, content = document
        if len(content) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        return self._api.post_document(chat_id, name, content)

    async def sendVoice(
        self,
        chat_id: int,
        voice: tuple[str, bytes],
        disable_notification: bool = False,
        protect_content: bool = False,
    ) -> Json:
        return self._api.play(chat_id, "voice", *voice)

    async def sendPhoto(
        self,
        chat_id: int,
        photo: tuple[str, bytes],
        disable_notification: bool = False,
        protect_content: bool = False,
    ) -> Json:
        return self._api.play(chat_id, "photo", *photo)

    async def sendVideo(
        self,
        chat_id: int,
        video: tuple[str, bytes],
        disable_notification: bool = False,
        protect_content: bool = False,
    ) -> Json:
        return self._api.play(chat_id, "video", *video)

    async def editMessageText(
        self,
        text: str,
        chat_id: int,
        message_id: int,
        reply_markup: Json | None = None,
        link_preview_options: Json | None = None,
    ) -> Json:
        return self._api.change(chat_id, message_id, text, reply_markup)

    async def deleteMessage(self, chat_id: int, message_id: int) -> bool:
        if message_id not in self._api.held(chat_id):
            raise ApiError(400, "Bad Request: message to delete not found")
        self._api.delete(chat_id, [message_id])
        return True

    async def deleteMessages(self, chat_id: int, message_ids: list[int]) -> bool:
        if not 1 <= len(message_ids) <= 100:
            raise ApiError(400, "Bad Request: wrong number of message identifiers")
        self._api.delete(chat_id, message_ids)
        return True

    async def answerCallbackQuery(self, callback_query_id: str, text: str | None = None) -> bool:
        self._api.answered.append(callback_query_id)
        return True

    async def getFile(self, file_id: str) -> Json:
        size = 1 if self._api.lie_about_size else len(self._api.file(file_id))
        if size > DOWNLOAD_LIMIT:
            raise ApiError(400, "Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": f"unique-{file_id}",
            "file_size": size,
            "file_path": f"{self._api.file_path_prefix}{file_id}",
        }

    async def leaveChat(self, chat_id: int) -> bool:
        self._api.left.append(chat_id)
        return True

    async def setMyCommands(
        self, commands: list[Json], language_code: str | None = None, scope: Json | None = None
    ) -> bool:
        self._named(language_code)
        self._api.commands[language_code] = commands
        return True

    async def getMyCommands(self, language_code: str | None = None, scope: Json | None = None) -> list[Json]:
        return self._api.commands.get(self._named(language_code), [])

    async def setMyDescription(self, description: str = "", language_code: str | None = None) -> bool:
        return self._introduced("description", description, language_code, 512)

    async def getMyDescription(self, language_code: str | None = None) -> Json:
        return self._introduction("description", language_code)

    async def setMyShortDescription(
        self, short_description: str = "", language_code: str | None = None
    ) -> bool:
        return self._introduced("short_description", short_description, language_code, 120)

    async def getMyShortDescription(self, language_code: str | None = None) -> Json:
        return self._introduction("short_description", language_code)

    async def setMyName(self, name: str = "", language_code: str | None = None) -> bool:
        return self._introduced("name", name, language_code, 64)

    async def getMyName(self, language_code: str | None = None) -> Json:
        return self._introduction("name", language_code)

    def _introduced(self, what: str, text: str, code: str | None, longest: int) -> bool:
        if len(text.encode("utf-16-le")) // 2 > longest:
            raise ApiError(400, "Bad Request: the text is too long")
        self._api.introductions[what, self._named(code)] = text
        return True

    def _introduction(self, what: str, code: str | None) -> Json:
        """Of a language that has none, the one for everybody else."""
        texts = self._api.introductions
        return {what: texts.get((what, self._named(code)), texts.get((what, None), ""))}

    def _named(self, code: str | None) -> str | None:
        if code and len(code) != 2:
            raise ApiError(400, "Bad Request: LANG_CODE_INVALID")
        return code or None
