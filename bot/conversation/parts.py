"""What is said of the parts of a parcel that the source's own device has sealed (docs/protocol.md).

A part of the table in `bot.conversation.table`; pure like it. Nobody here can open a part or know how many
there are: the page has said it, and a part tells its number. So what is missing below the highest number is
told, and that all have to come.
"""

from dataclasses import replace

from bot.conversation.answering import Step, kept_buttons
from bot.conversation.effects import Say
from bot.conversation.listing import added
from bot.conversation.outcomes import StoredPart
from bot.conversation.state import State
from bot.conversation.things import PART

PARTS_MISSING = "parts_missing"
"""The note on a parcel that has a gap, when the source looks everything over."""

MOST_NAMED = 12
MORE = "…"


def stored_part(state: State, stored: StoredPart) -> Step:
    """Say which part it was, and which of its parcel are here, or are still to come."""
    parts = (*state.parts, (stored.parcel, stored.number))
    state = replace(state, parts=parts)
    part = (stored.parcel, stored.number)
    state = added(state, (stored.item,), PART, came=stored.came, size=stored.size, part=part)
    absent = _absent(state, stored.parcel)
    if absent:
        return state, [Say("part_gap", kept_buttons(state), count=stored.number, words=_named(absent))]
    here = sorted({number for parcel, number in parts if parcel == stored.parcel})
    return state, [Say("part_kept", kept_buttons(state), count=stored.number, words=_named(here))]


def with_gaps(say: Say, state: State) -> Say:
    """The same, with the note on the parts that are missing, if there are any."""
    absent = sorted({number for parcel, _ in state.parts for number in _absent(state, parcel)})
    if not absent:
        return say
    return replace(say, notes=(*say.notes, PARTS_MISSING), words=_named(absent))


def _absent(state: State, parcel: str) -> list[int]:
    here = {number for other, number in state.parts if other == parcel}
    return [number for number in range(1, max(here)) if number not in here]


def _named(numbers: list[int]) -> tuple[str, ...]:
    """The numbers as words; of very many the first and a mark."""
    words = tuple(str(number) for number in numbers)
    return words if len(words) <= MOST_NAMED else (*words[:MOST_NAMED], MORE)
