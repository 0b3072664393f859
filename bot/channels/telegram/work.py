"""What one update brings, part by part: each part is done, or apologised for, before the next one begins."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.channels.events import Count, Unusable, Update, file_of
from bot.channels.telegram.contents import DAMAGED
from bot.channels.telegram.delivery import is_scarce
from bot.channels.telegram.inbound import Arrived, Leave

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds between tries to say that something failed, while memory is short."""

Handle = Callable[[Update], Awaitable[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Work:
    """`parts` are those that are not done yet, in order; `press` is a query to answer, `leave` a chat to go
    from.
    """

    chat: int
    press: str | None = None
    parts: deque[Update] = field(default_factory=deque)
    leave: bool = False

    @property
    def files(self) -> int:
        """How many of the parts are files."""
        return sum(file_of(part.event) is not None for part in self.parts)

    async def each(self, handle: Handle, *, waiting: Callable[[], Sequence["Work"]]) -> None:
        """Carry out the parts; `waiting` are the other updates of the chat."""
        while self.parts:
            first, others = self.parts[0], waiting()
            files = self.files + sum(work.files for work in others)
            behind = files - (file_of(first.event) is not None)
            await handle(replace(first, more=len(self.parts) > 1 or bool(others), behind=behind))
            self.parts.popleft()

    async def surrender(
        self,
        apologise: Handle,
        patient: tuple[type[Exception], ...],
        count: Count,
        *,
        rest: Callable[[float], Awaitable[bool]],
    ) -> bool:
        """Say that a part could not be done, as soon as there is memory for that, or not at all once `rest`
        says no; return whether there are others. Raises what is `patient`, and what `rest` does.
        """
        if self.parts:
            for pause in (*PAUSES, None):
                try:
                    await apologise(self.parts[0])
                except patient:
                    raise
                except Exception as error:  # it must not cost the other parts
                    if pause is not None and is_scarce(error) and await rest(pause):
                        continue
                    count("untold", error)
                break
            self.parts.popleft()
        return bool(self.parts)


def opened(found: Arrived | Leave | None, count: Count) -> tuple[int, Work] | None:
    """The chat and the work of what was read, if there is any; what came damaged is counted."""
    if found is None:
        return None
    if isinstance(found, Leave):
        return found.chat, Work(found.chat, leave=True)
    parts = deque((found.update, *found.rest))
    if any(part.event == Unusable(DAMAGED) for part in parts):
        count("unread", None)
    return found.chat, Work(found.chat, found.press, parts)
