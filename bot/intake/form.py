"""A drop that came as a plain form: the server reads, cleans and seals it, as what came in a chat."""

import hashlib
import secrets
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import date

from bot.channels.events import Upload
from bot.conversation.outcomes import Refused, Sent, StoredFile, StoredPart, StoredText, StoredWaiting
from bot.intake import Intake
from bot.intake.codenames import Thread
from bot.intake.receivers import Chosen
from bot.store.errors import StorageError
from scrub.scrubber import ScrubberError

CHANNEL = "form"
FORM_LABEL = b"silbo/v1 form"


def drop_id_of(once: str, language: str) -> str:
    """The id of a form's drop, by the form's own random number (32 hexadecimal digits each): with no key of
    the server, so that it is the same drop after a power cut, too.
    """
    return hashlib.sha256(FORM_LABEL + bytes.fromhex(once) + language.encode()).hexdigest()[:32]


@dataclass(slots=True, repr=False)
class FormDrop:
    """One form on its way in, to the drop `id`: the same again for the same form. With `as_is` its source
    wants what can't be cleaned to go as it is. Of the `seed` (32 bytes that are on no disk) is its codename
    made: an answer that was lost can be given again. Raises StorageError.
    """

    intake: Intake
    id: str
    day: date
    language: str
    desks: Chosen
    seed: bytes
    as_is: bool = False
    kept: int = 0
    refused: list[str] = field(default_factory=list)
    """Why something was not taken, a code each."""

    async def begin(self) -> bool:
        """What is left of an attempt that was cut off goes; False if the form was sent already."""
        return not isinstance(await self.intake.discard(self.id, self.desks), Sent)

    async def text(self, body: str) -> None:
        """Keep words, if there are any."""
        if body.strip():
            end = await self.intake.text(self.id, secrets.token_hex(16), body, day=self.day, desks=self.desks)
            self._tell(end)

    async def file(self, read: Callable[[], AsyncGenerator[bytes, None]]) -> None:
        """Clean and keep a file. One that would have to be heard or looked at first is not taken."""
        item = secrets.token_hex(16)
        upload = Upload("document", None, None, None, read)
        try:
            end, _ = await self.intake.file(self.id, item, upload, day=self.day, desks=self.desks)
        except ScrubberError as error:
            raise StorageError(str(error)) from None
        if isinstance(end, StoredWaiting) and self.as_is:
            await self.intake.keep(item, self.desks)
            self.kept += 1
            return
        self._tell(end)  # what still waits goes when the drop is closed

    async def send(self) -> str | None:
        """Close the drop, and return its codename; None where that could not be."""
        codename = self.codename()
        root = await self.intake.codenames.new_root(codename, self.language)
        end = await self.intake.closing.submit(
            self.id,
            self.language,
            CHANNEL,
            tuple(self.refused),
            day=self.day,
            thread=Thread(root),
            desks=self.desks,
        )
        if isinstance(end, Sent):
            return codename
        self._tell(end)
        return None

    def codename(self) -> str:
        """What the drop has once it is sent, whenever it is asked."""
        return self.intake.codenames.new(self.language, self.seed)

    async def codename_again(self) -> str | None:
        """That of a drop that was sent before; None where the key is gone of which it was made."""
        codename = self.codename()
        root = await self.intake.codenames.new_root(codename, self.language)
        return codename if await self.intake.codenames.owns(root, self.id) else None

    async def discard(self) -> None:
        """Let go of what was kept, unless it was sent."""
        await self.intake.discard(self.id, self.desks)

    def _tell(self, end: object) -> None:
        if isinstance(end, StoredFile | StoredText | StoredPart):
            self.kept += 1
        else:
            self.refused.append(end.reason if isinstance(end, Refused) else "not_clean")
