"""A clean copy for a page whose source wants this server to clean one file: nothing of it is kept here."""

import asyncio

from bot.channels.events import FILE_BYTES
from scrub.isolation.zygote_process import ScrubberError
from scrub.report import Clean
from scrub.scrubber import Scrubber

LARGEST = FILE_BYTES


class Unable(Exception):
    """Nothing is cleaned here for now."""


class Copies:
    """Cleans as what comes in a chat is cleaned, with nothing asked; one at a time, so that the scrubber's
    other child is left to the chat.
    """

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self._turn = asyncio.Semaphore(1)

    async def of(self, untrusted: bytes) -> Clean | None:
        """The clean copy of a file of at most `LARGEST` bytes; None where there is none. Raises Unable."""
        try:
            async with self._turn:
                copy = await self._scrubber.scrub(untrusted)
        except ScrubberError as error:
            raise Unable from error
        return copy if isinstance(copy, Clean) else None
