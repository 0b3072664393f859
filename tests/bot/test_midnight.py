"""A message, a drop and a batch on the stroke of midnight: each has one day, and a key of that day.

A day that differs from the key beside it, or between the words and the file of one message, would tell to the
second when somebody wrote; the design promises that nothing finer than a day is stored.
"""

import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.channels.events import Press, Text
from crypto.age import Identity
from crypto.errors import NoMatch
from crypto.item import open_item
from crypto.manifest import open_manifest
from tests.bot.conftest import Clock, House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload

SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)
"""The last day of the first key, and the first day of the second, which is the newest from then on."""
KEYS = {0: SUNDAY, 1: MONDAY}
CUSTODIAN = 2


class Striking(Clock):
    """Shows Sunday's last second, and midnight after `strike_after` looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.strike_after(1_000)

    def strike_after(self, looks: int) -> None:
        self.now, self._left = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), looks

    def seconds(self) -> float:
        if self._left == 0:
            self.pass_(seconds=2)
        self._left -= 1
        return super().seconds()


@pytest.fixture
def clock() -> Clock:
    return Striking()


def strike_after(house: House, looks: int) -> None:
    assert isinstance(house.clock, Striking)
    house.clock.strike_after(looks)


async def days(house: House) -> list[list[tuple[date, int]]]:
    """For each drop, of its items and of its manifest at the end: the day in it, and which key opens it."""
    assert house.custodian is not None
    keys: Sequence[Identity] = (*house.identities, house.custodian)
    plan = await house.store.plan_batch(house.clock.day()) or pytest.fail("no drop")
    drops: list[list[tuple[date, int]]] = []
    for drop_id in plan.drop_ids:
        drops.append([])
        for stored in await house.store.items(drop_id):
            ciphertext = b"".join([piece async for piece in house.store.read(stored.id)])
            for number, key in enumerate(keys):
                with suppress(NoMatch):
                    if stored.state == "manifest":
                        day = open_manifest(ciphertext, [key]).day
                    else:
                        day = open_item(io.BytesIO(ciphertext), io.BytesIO(), [key]).day
                    drops[-1].append((day, number))
    return drops


async def test_a_message_at_midnight_has_one_day(house_with_custodian: House, photo: bytes) -> None:
    house = house_with_custodian
    for looks in range(6):
        await house.tell(Press("on:original"))
        strike_after(house, looks)
        await house.tell(upload(photo, caption="pie"))
        await tell_all(house, *SEND)
    found = await days(house)
    assert len(found) == 6
    for words, clean, original, _ in found:
        assert words == clean
        assert words[0] == KEYS[words[1]]
        assert original == (words[0], CUSTODIAN)


async def test_a_drop_sent_at_midnight_has_the_key_of_its_day(house_with_custodian: House) -> None:
    house = house_with_custodian
    for looks in range(6):
        strike_after(house, 1_000)
        await tell_all(house, Text("hola"), Press("review"))
        strike_after(house, looks)
        await house.tell(Press("send"))
    found = await days(house)
    assert len(found) == 6
    for words, (day, key) in found:
        assert words == (SUNDAY, 0)
        assert day == KEYS[key]


@pytest.mark.parametrize(("ahead", "told"), [(0, SUNDAY), (1, MONDAY), (30, MONDAY)])
async def test_a_batch_at_midnight_is_not_older_than_its_drops(house: House, ahead: int, told: date) -> None:
    """Else a reviewer whose first key began at midnight reads "key destroyed" of what that key opens. What a
    clock that was wrong has left dates no batch for weeks: retention counts from there.
    """
    await house.store.commit_manifest(await draft(house), "m" * 32, b"sealed", SUNDAY + timedelta(days=ahead))
    plan = await house.store.plan_batch(SUNDAY)
    assert plan is not None
    assert plan.day == told


async def draft(house: House) -> str:
    async with house.store.stage() as blob:
        await blob.write(b"sealed")
        await blob.commit_item(drop_id="d" * 32, item_id="i", day=SUNDAY, waiting=False)
    return "d" * 32
