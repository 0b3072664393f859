"""What the events amount to, drop by drop: a projection that can be thrown away and made again.

A *register* is one thing that can be decided: the state of a drop, whether it has a tag, who it is assigned
to. Its *heads* are the events in it that no later event in it names in `after`. One head is a decision; two
heads with different values were decided by two people who did not know of one another: both are shown, and
the next decision, which names both, ends it. Notes are never replaced. Source: SecureDrop Inbox, ADR 001
(data sync).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from crypto.events import Event
from crypto.record import Record

Register = tuple[str, str, str]
"""Drop ("" for none), kind, name."""


class Work(Record):
    """How a drop stands. `states`, `assigned` and `due` have one value, or more where people disagree."""

    tags: tuple[str, ...]
    flagged: bool
    notes: tuple[Event, ...]
    states: tuple[str, ...]
    assigned: tuple[str, ...]
    due: tuple[str, ...]

    @property
    def disputed(self) -> bool:
        """Whether two people have decided differently at the same time."""
        return max(len(self.states), len(self.assigned), len(self.due)) > 1


UNTOUCHED = Work((), False, (), ("new",), (), ())


class View:
    """`add` takes events in any order, and one twice is once."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: dict[Register, dict[tuple[bytes, bytes], Event]] = defaultdict(dict)
        self._replaced: dict[Register, set[bytes]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._works: dict[str, Work] = {}
        self._touched: set[str] = set()
        self.add(events)

    def add(self, events: Iterable[Event]) -> None:
        for event in events:
            register = register_of(event)
            self._events[register][event.author.key, event.id] = event
            self._replaced[register].update(event.after)
            if event.kind == "tag":
                self._names[register[0]].add(event.name)
            self._works.pop(register[0], None)
            self._touched.add(register[0])

    def heads(self, register: Register) -> list[Event]:
        """By day, author and id, so that every home has the same order."""
        events = self._events.get(register, {})
        replaced = self._replaced.get(register, set())
        last = [event for event in events.values() if event.id not in replaced]
        return sorted(last or events.values(), key=_order)  # events that replace one another: all are shown

    def of(self, drop: str) -> Work:
        if drop not in self._touched:  # most of a long list
            return UNTOUCHED
        if drop not in self._works:
            self._works[drop] = self._work(drop)
        return self._works[drop]

    def touched(self) -> set[str]:
        """The drops that there are events of."""
        return self._touched - {""}

    def history(self, drop: str) -> list[Event]:
        """Everything that was done with a drop."""
        found = [
            event for (of, _, _), events in self._events.items() if of == drop for event in events.values()
        ]
        return sorted(found, key=_order)

    def searches(self) -> dict[str, tuple[str, ...]]:
        """Saved searches by their names; more than one where two people saved different ones."""
        found = {}
        for register in [register for register in self._events if register[1] == "search"]:
            if queries := self._values(register):
                found[register[2]] = queries
        return dict(sorted(found.items()))

    def disputed(self) -> list[str]:
        """Drops on which people disagree."""
        return sorted(drop for drop in self.touched() if self.of(drop).disputed)

    def _work(self, drop: str) -> Work:
        notes = self._events.get((drop, "note", ""), {}).values()
        tags = self._names.get(drop, set())
        return Work(
            tuple(sorted(name for name in tags if "on" in self._values((drop, "tag", name)))),
            "on" in self._values((drop, "flag", "")),
            tuple(sorted(notes, key=_order)),
            self._values((drop, "state", "")) or UNTOUCHED.states,
            self._values((drop, "assign", "")),
            self._values((drop, "due", "")),
        )

    def _values(self, register: Register) -> tuple[str, ...]:
        """What the heads say, each once; an empty value takes something back, and says nothing beside
        another.
        """
        return tuple(dict.fromkeys(event.value for event in self.heads(register) if event.value))


def register_of(event: Event) -> Register:
    return event.drop or "", event.kind, event.name


def _order(event: Event) -> tuple[str, bytes, bytes]:
    return event.day.isoformat(), event.author.key, event.id
