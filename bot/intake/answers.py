"""Seals the answer to a desk's question at once, as a text of the drop: in clear it waits nowhere.

What is sealed is the question as its source read it, an empty line, and the answer; a note on the item says
that it is one, and to which question (docs/protocol.md, "Answers to questions").
"""

from collections.abc import Awaitable, Callable
from datetime import date

from bot.conversation.outcomes import Expired, Refused
from bot.intake.files import pieces
from bot.intake.receivers import Chosen
from bot.intake.sealing import Facts, Place, Sealer
from bot.store.errors import DropClosed
from crypto.item import ANSWER

ANSWER_BYTES = 64 * 1024


class AnswerTaker:
    """`refused` tells why a desk can take nothing, of the exceptions `unwilling`; `room` raises
    one of them where there is none.
    """

    def __init__(
        self,
        sealer: Sealer,
        trial_sealer: Sealer,
        unwilling: tuple[type[Exception], ...],
        refused: Callable[[Exception, Chosen, str | None], Awaitable[Refused]],
        room: Callable[[Chosen, str, int], Awaitable[None]],
    ) -> None:
        self._room = room
        self._sealer = sealer
        self._trial_sealer = trial_sealer
        self._unwilling = unwilling
        self._refused = refused

    async def take(
        self,
        drop_id: str,
        item_id: str,
        body: str,
        *,
        question: str,
        question_id: str,
        day: date,
        trial: bool = False,
        desks: Chosen = (),
        asked_by: Chosen = (),
    ) -> int | Refused | Expired:
        """Seal and store it for those of the `desks` that asked; return the size of the ciphertext. Raises
        StorageError.
        """
        if not body.strip():
            return Refused("empty")
        if len(body.encode("utf-8", "replace")) > ANSWER_BYTES:
            return Refused("text_too_long")
        content = f"{question}\n\n{body}".encode("utf-8", "replace")
        facts = Facts("text", "text/plain", "txt", "text", notes=(ANSWER + question_id,))
        place = Place(drop_id, item_id, day, desks=desks, only=asked_by)
        try:
            await self._room(asked_by or desks, drop_id, len(content))
            sealer = self._trial_sealer if trial else self._sealer
            return await sealer.item(place, facts, len(content), pieces(content))
        except self._unwilling as error:
            return await self._refused(error, desks, item_id)
        except DropClosed:
            return Expired()
