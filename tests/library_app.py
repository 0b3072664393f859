"""A bot as python-telegram-bot's documentation makes it: with it, the kill test shows that it bites.

`python tests/library_app.py DATABASE URL TOKEN` stores each message in SQLite (synchronous=FULL) and answers.
It is careful in its handler: it stores and commits first, and answers then. What it loses is what the library
has confirmed to Telegram before the handler saw it.
"""

import logging
import os
import sqlite3
import sys
from typing import Any

os.environ.setdefault("PTB_TIMEDELTA", "true")

from telegram import Update
from telegram.ext import Application, CallbackContext, MessageHandler, filters


def main(database: str, url: str, token: str) -> None:
    logging.disable()
    store = sqlite3.connect(database, isolation_level=None)
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE IF NOT EXISTS items (chat INTEGER, message INTEGER, content BLOB)")

    async def keep(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        message = update.effective_message
        assert message is not None
        content = (message.text or "").encode()
        if message.photo or message.document:
            file = await (message.photo[-1] if message.photo else message.document).get_file()  # type: ignore[union-attr]
            content = bytes(await file.download_as_bytearray())
        store.execute("INSERT INTO items VALUES (?, ?, ?)", (message.chat_id, message.message_id, content))
        await message.reply_text("received")

    application = (
        Application.builder().token(token).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()
    )
    application.add_handler(MessageHandler(filters.ALL, keep))
    application.run_polling(stop_signals=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
