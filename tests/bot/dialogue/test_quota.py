"""Room: a chat, a desk and the server have an end, told before anything is downloaded; open drafts have a
reserve.
"""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.channels.events import Command, Press, Text, Upload
from bot.dialogue.allowance import count, hours_to_wait
from bot.intake.quota import AGAIN_SECONDS, REFRESH_SECONDS, Full, Limits, Quota
from tests.bot.conftest import House
from tests.bot.dialogue.test_desks import BOTH, Two, two
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload

__all__ = ["two"]

MB = 1_000_000


def unread(size: int) -> Upload:
    """A file that nobody may download."""

    async def read() -> AsyncGenerator[bytes, None]:
        if size:
            raise AssertionError
        yield b""

    return Upload("document", size, None, None, read)


def quota(house: House, limits: Limits, free: int = 10**12) -> Quota:
    return Quota(limits, house.store.used, lambda: free, house.clock.seconds)


async def test_a_chat_reads_when_it_may_go_on_and_nothing_is_downloaded(house: House, photo: bytes) -> None:
    house.chat_bytes = 100_000
    house.restart()
    await tell_all(house, *(Text(f"número {number}") for number in range(3)))
    house.clock.pass_(hours=3)
    await house.tell(unread(60_000))
    assert "Hours until you can send more: 21." in house.chat.last
    await tell_all(house, *SEND)
    assert "Received" in house.chat.last
    await house.tell(unread(60_000))
    assert "Hours until" in house.chat.last, "what was sent counts on"
    house.clock.pass_(hours=21)
    await tell_all(house, upload(photo), *SEND)
    assert len(await house.sent()) == 2


async def test_a_full_server_takes_nothing_new_and_lets_an_open_draft_go_on(house: House) -> None:
    house.quota = quota(house, Limits(total=300_000, reserve=200_000))
    house.restart()
    await tell_all(house, Text("uno"), Text("dos"))
    for chat in range(43, 50):
        await house.tell(Text("de otra persona"), chat=str(chat))
    assert "There is no room" in house.chat.last
    await house.tell(Text("tres"))
    assert "1 message" in house.chat.last, "whoever has begun goes on"
    await house.tell(unread(4 * MB))
    assert "There is no room here now" in house.chat.last
    await tell_all(house, *SEND)
    assert "Received" in house.chat.last


async def test_a_full_disk_is_said_before_anything_is_downloaded(house: House) -> None:
    house.quota = quota(house, Limits(reserve=MB), free=MB)
    house.restart()
    await house.tell(unread(1000))
    assert "There is no room here now" in house.chat.last
    assert house.session().state.items == 0


async def test_a_full_desk_is_named_and_another_can_be_chosen(two: Two) -> None:
    house = two.house
    house.quota = quota(house, Limits(desks={"news": 60_000}))
    house.restart()
    await tell_all(house, Command("start"), *BOTH, Text("uno"))
    await house.tell(Text("dos"))
    assert "There is no room now at Noticias" in house.chat.last
    assert "discard" in house.chat.actions
    await tell_all(house, *SEND)
    assert len(await two.drops("news")) == 1
    await tell_all(
        house, Command("start"), Press("desk_off:news"), Press("desk_on:union"), Text("tres"), *SEND
    )
    assert len(await two.drops("union")) == 2


async def test_what_waits_for_room_is_counted_while_it_comes(house: House) -> None:
    """Fifty at once must not all find the same room."""
    room = quota(house, Limits(total=10 * MB))

    async def new() -> bool:
        return False

    for _ in range(5):
        await room.check([""], 2 * MB, new)
    with pytest.raises(Full):
        await room.check([""], 2 * MB, new)
    house.clock.pass_(seconds=REFRESH_SECONDS - 1)
    for late in range(2):
        house.clock.pass_(seconds=late)  # the database is asked again, and knows nothing of them yet
    with pytest.raises(Full):
        await room.check([""], 2 * MB, new)


async def test_a_sum_that_is_slow_is_asked_for_once_and_seldom(house: House) -> None:
    asked = 0

    async def used() -> dict[str, int]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        house.clock.pass_(seconds=2)
        return {"": MB}

    async def new() -> bool:
        return False

    limited = Quota(Limits(total=2 * MB), used, lambda: 10**12, house.clock.seconds)
    await asyncio.gather(*(limited.check([""], 1000, new) for _ in range(10)))
    assert asked == 1
    for _ in range(3):
        house.clock.pass_(seconds=REFRESH_SECONDS)
        await limited.check([""], 100_000, new)
    assert asked == 1, "a hundred times as long as it took has not passed"
    with pytest.raises(Full):  # what came meanwhile counts
        await limited.check([""], 500_000, new)
    house.clock.pass_(seconds=REFRESH_SECONDS * 4)
    await limited.check([""], 500_000, new)
    assert asked == 2


async def test_room_that_is_back_is_seen_before_anybody_is_refused(house: House) -> None:
    """A full disk is looked at again, at most once a second, and so is what lies in the database."""
    free, looks = [0], 0
    used = {"": 0}

    def look() -> int:
        nonlocal looks
        looks += 1
        return free[0]

    async def sums() -> dict[str, int]:
        return dict(used)

    async def new() -> bool:
        return False

    room = Quota(Limits(total=10 * MB), sums, look, house.clock.seconds)
    for _ in range(9):
        with pytest.raises(Full):
            await room.check([""], MB, new)
        with pytest.raises(Full):
            await room.promise("", MB, 0, 0)
    assert looks == 1, "whoever is refused in the same second costs no look"
    free[0] = 10**12
    house.clock.pass_(seconds=AGAIN_SECONDS)
    await room.promise("", MB, 0, 0)
    await room.check([""], MB, new)
    used[""] = 10 * MB
    house.clock.pass_(seconds=REFRESH_SECONDS)
    with pytest.raises(Full):
        await room.check([""], MB, new)
    used[""] = 0
    house.clock.pass_(seconds=AGAIN_SECONDS)
    await room.check([""], MB, new)
    assert looks == 4


def test_hours_of_a_day_ago_are_forgotten_and_a_clock_set_back_locks_nobody_out() -> None:
    hour = 3600
    taken = count({}, 600, 100 * hour)
    taken = count(taken, 300, 110 * hour)
    assert hours_to_wait(taken, 100, 1000, 110 * hour) == 0
    assert hours_to_wait(taken, 200, 1000, 110 * hour) == 14
    assert hours_to_wait(taken, 2000, 1000, 110 * hour) == 24
    assert count(taken, 0, 124 * hour) == {"110": 300, "124": 0}
    assert hours_to_wait(taken, 1000, 1000, 50 * hour) == 0
