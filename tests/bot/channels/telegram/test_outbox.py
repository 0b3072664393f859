"""The outbox: a clock that only the outbox moves, and the times at which messages would have gone out."""

import asyncio

import pytest

from bot.channels.telegram.errors import TooManyRequests, Unreachable
from bot.channels.telegram.outbox import Bucket, Outbox


class Clock:
    """`sleep` really lets others run, and wakes in the order of the times."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, future))
        await future

    async def run(self, *work: asyncio.Task[object]) -> None:
        while not all(task.done() for task in work):
            for _ in range(50):
                await asyncio.sleep(0)
            if self._sleepers:
                self._sleepers.sort(key=lambda sleeper: sleeper[0])
                self.now, future = self._sleepers.pop(0)
                future.set_result(None)


class Line:
    """A messenger that notes when what came through."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.passed: list[tuple[int, int, float]] = []
        self.outbox = Outbox(clock=lambda: clock.now, sleep=clock.sleep)
        self.limits: dict[int, list[float]] = {}

    async def one(self, chat: int, number: int) -> int | None:
        async def call() -> int:
            if self.limits.get(chat):
                raise TooManyRequests(self.limits[chat].pop(0))
            self.passed.append((chat, number, self.clock.now))
            return number

        return await self.outbox.send(chat, call)

    async def send(self, *messages: tuple[int, int]) -> None:
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(self.one(*message)) for message in messages]
        await self.clock.run(*tasks)

    def times(self, chat: int) -> list[float]:
        return [when for where, _, when in self.passed if where == chat]


async def test_a_chat_gets_a_short_burst_and_then_one_a_second() -> None:
    line = Line(Clock())
    await line.send(*((1, i) for i in range(23)))
    assert line.times(1) == [0] * 20 + [1, 2, 3]
    assert [number for _, number, _ in line.passed] == list(range(23))


async def test_thirty_a_second_in_all_once_a_burst_is_over() -> None:
    line = Line(Clock())
    await line.send(*((chat, 0) for chat in range(1060)))
    when = sorted(time for _, _, time in line.passed)
    assert when[999] == pytest.approx(0)
    assert when[1000] == pytest.approx(1 / 30)
    assert when[1059] == pytest.approx(2)


async def test_told_that_it_is_too_many_in_all_it_is_thirty_a_second_at_once() -> None:
    line = Line(Clock())
    await line.send(*((chat, 0) for chat in range(100)))
    line.limits = {100: [5]}
    await line.send((100, 0), *((chat, 0) for chat in range(101, 131)))
    assert line.times(100) == [5]
    assert line.times(130) == [pytest.approx(29 / 30)]


async def test_one_chats_limit_stalls_no_other() -> None:
    line = Line(Clock())
    line.limits = {1: [30, 5]}
    await line.send((1, 0), (1, 1), (2, 0), (2, 1), (3, 0))
    assert line.times(2) == [0, 0]
    assert line.times(3) == [0]
    assert line.times(1) == [35, 36]
    assert [number for chat, number, _ in line.passed if chat == 1] == [0, 1]


async def test_an_hour_of_silence_holds_no_worker_and_is_kept() -> None:
    line = Line(Clock())
    line.limits = {1: [3600]}
    for _ in range(3):
        with pytest.raises(TooManyRequests):
            await line.one(1, 0)
    await line.send((2, 0))
    assert line.times(2) == [0]
    line.clock.now += 3600
    await line.send((1, 1))
    assert line.times(1) == [3600]


async def test_a_blocked_bot_gets_no_message_out() -> None:
    async def blocked() -> int:
        raise Unreachable

    assert await Outbox().send(1, blocked) is None


async def test_an_error_is_the_callers_and_the_chat_goes_on() -> None:
    line = Line(Clock())

    async def broken() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        await line.outbox.send(1, broken)
    await line.send((1, 7))
    assert line.passed == [(1, 7, 0)]


async def test_who_wrote_to_us_is_not_kept_in_memory() -> None:
    line = Line(Clock())
    for chat in range(20):
        await line.send((chat, 0))
    assert len(line.outbox._lanes) == 20
    line.clock.now += 60
    await line.send((1000, 0))
    assert list(line.outbox._lanes) == [1000]


def test_a_bucket_that_has_rested_is_like_a_new_one() -> None:
    bucket = Bucket(rate=1, burst=3)
    assert [bucket.take(100) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert not bucket.rested(103.9)
    assert bucket.rested(105)
    assert [bucket.take(105) for _ in range(4)] == [0, 0, 0, 1]


def test_after_silence_a_bucket_lets_one_through_at_first() -> None:
    bucket = Bucket(rate=1, burst=5)
    bucket.hold(10)
    assert [bucket.take(0), bucket.take(0)] == [10, 11]
