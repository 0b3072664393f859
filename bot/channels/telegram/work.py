"""What one update brings, part by part: each part is done, or apologised for, before the next one begins."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from bot.channels.events import Count, Unusable, Update
from bot.channels.telegram.contents import DAMAGED
from bot.channels.telegram.inbound import Arrived, Leave

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

    async def each(self, handle: Handle, *, more: Callable[[], bool]) -> None:
        """Carry out the parts; `more` tells whether another update of the chat waits."""
        while self.parts:
            await handle(replace(self.parts[0], more=len(self.parts) > 1 or more()))
            self.parts.popleft()

    async def surrender(self, apologise: Handle, patient: tuple[type[Exception], ...], count: Count) -> bool:
        """Say that a part could not be done; return whether there are others. Raises what is `patient`."""
        if self.parts:
            try:
                await apologise(self.parts[0])
            except patient:
                raise
            except Exception as error:  # it must not cost the other parts
                count("untold", error)
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
