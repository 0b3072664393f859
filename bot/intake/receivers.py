"""The desks as the intake sees them: whose keys seal an item, and what its copy for each desk is called.

A drop for two desks is two drops: each item is sealed to each desk apart, under another id, so that nothing
in the one leads to the other ("Desks" in the design). The ids of the copies are made of the first one's with
a key that is on no disk.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.desks import Desk
from bot.keys import Reviewers

Chosen = tuple[str, ...]
"""The short names of the desks that a source has chosen; empty where there is nothing to choose."""


class DeskGone(Exception):
    """A desk that was chosen is in the settings no more: nothing can be sealed to it."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A desk and its reviewers."""

    desk: Desk
    reviewers: Reviewers


class Receivers:
    """All desks, the first one first. `apart` makes an id (32 hex digits) out of the name of a desk and an
    id, the same each time.
    """

    def __init__(self, receivers: Sequence[Receiver], apart: Callable[[str, str], str]) -> None:
        self._all = tuple(receivers)
        self._apart = apart

    def __iter__(self) -> Iterator[Receiver]:
        return iter(self._all)

    @property
    def several(self) -> bool:
        return len(self._all) > 1

    @property
    def first(self) -> Desk:
        """Who gets what is for no chosen desk."""
        return self._all[0].desk

    def of(self, chosen: Chosen) -> tuple[Receiver, ...]:
        """Those that were chosen. Raises DeskGone."""
        known = {receiver.desk.short: receiver for receiver in self._all}
        if not all(short in known for short in chosen):
            raise DeskGone
        return tuple(known[short] for short in chosen) or self._all[:1]

    def ids(self, plain_id: str, chosen: Chosen) -> tuple[str, ...]:
        """What an id is called at each of the chosen desks, in their order; of desks that are gone, too."""
        return plain_id, *(self._apart(short, plain_id) for short in chosen[1:])

    def id_at(self, plain_id: str, desk: Desk) -> str:
        """What an id that all desks may have is called at one of them."""
        return plain_id if desk is self._all[0].desk else self._apart(desk.short, plain_id)
