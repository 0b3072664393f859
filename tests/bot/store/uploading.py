"""What tests of uploads send: bytes in pieces, files by their names, and no check of what they are."""

import hashlib
from collections.abc import AsyncIterator
from datetime import date

from bot.store.uploads import File

DAY = date(2026, 11, 21)
UPLOAD = "1" * 32


async def body(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 65536):
        yield data[start : start + 65536]


def check(_start: bytes, _size: int) -> None:
    """Any file will do here."""


def file(name: str, content: bytes) -> File:
    return File(name * 32, len(content), hashlib.sha256(content).digest())
