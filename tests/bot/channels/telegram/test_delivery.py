"""The delivery: nothing confirmed too early, nothing out of order, nobody held up by somebody else."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.channels.telegram import delivery as delivering_of
from bot.channels.telegram.delivery import REMEMBERED_SECONDS, Delivery
from bot.tally import Tally
from tests.telegram_api import until

Job = tuple[str, int]
PATIENCE = 240.0


class Busy(Exception):
    """The storage refuses for now."""


def read(update: Mapping[str, Any]) -> tuple[Hashable, Job] | None:
    chat = update["chat"]
    return None if chat is None else (chat, (chat, update["update_id"]))


def raw(update_id: int, chat: str | None = "a") -> dict[str, Any]:
    return {"update_id": update_id, "chat": chat}


class Recorder:
    """Handles updates; those in `gates` wait, those in `errors` fail first."""

    def __init__(self) -> None:
        self.begun: list[Job] = []
        self.done: dict[str, list[int]] = defaultdict(list)
        self.surrendered: list[Job] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.errors: dict[int, list[BaseException]] = defaultdict(list)
        self.at_once = self.most_at_once = 0

    async def handle(self, job: Job) -> None:
        self.begun.append(job)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if job[1] in self.gates:
                await self.gates[job[1]].wait()
            else:
                await asyncio.sleep(0)
            if self.errors[job[1]]:
                raise self.errors[job[1]].pop(0)
            self.done[job[0]].append(job[1])
        finally:
            self.at_once -= 1

    async def give_up(self, job: Job) -> None:
        self.surrendered.append(job)


@asynccontextmanager
async def delivering(
    recorder: Recorder,
    *,
    give_up: Callable[[Job], Awaitable[None]] | None = None,
    clock: Callable[[], float] = lambda: 0.0,
    limit: float = PATIENCE,
    grace: float = PATIENCE,
    tally: Tally | None = None,
    slow: asyncio.Semaphore | None = None,
    put_off: Callable[[Job], Awaitable[None]] | None = None,
    urgent: Callable[[Job], bool] = lambda _: False,
) -> AsyncIterator[Delivery[Job]]:
    async with Delivery(
        read,
        recorder.handle,
        give_up or recorder.give_up,
        again=(Busy,),
        count=(tally or Tally()).count,
        limit=limit,
        grace=grace,
        pause=0.001,
        clock=clock,
        lane=lambda job: slow if job[0].startswith("file") else None,
        put_off=put_off,
        urgent=urgent,
    ) as delivery:
        yield delivery


async def settled(*waiting: asyncio.Future[None]) -> None:
    await asyncio.wait_for(asyncio.gather(*waiting), PATIENCE)


async def test_the_offset_is_the_lowest_unfinished_update() -> None:
    recorder = Recorder()
    recorder.gates = {11: asyncio.Event()}
    async with delivering(recorder) as delivery:
        assert [delivery.offset] == [None]
        waiting = [delivery.accept(raw(i, chat)) for i, chat in ((10, "a"), (11, "b"), (12, "c"), (13, "c"))]
        await settled(waiting[0], *waiting[2:])
        assert delivery.offset == 11
        assert not waiting[1].done()
        recorder.gates[11].set()
        await settled(*waiting)
        assert delivery.offset == 14


async def test_a_chat_keeps_its_order_and_the_chats_run_side_by_side() -> None:
    recorder = Recorder()
    async with delivering(recorder) as delivery:
        waiting = [delivery.accept(raw(i, "abcdefghijklmnopqrst"[i % 20])) for i in range(400)]
        await settled(*waiting)
    assert all(ids == sorted(ids) and len(ids) == 20 for ids in recorder.done.values())
    assert recorder.most_at_once == 20


async def test_a_stuck_chat_delays_no_other() -> None:
    recorder = Recorder()
    recorder.gates = {0: asyncio.Event()}
    async with delivering(recorder) as delivery:
        stuck = [delivery.accept(raw(i, "stuck")) for i in range(3)]
        others = [delivery.accept(raw(i, f"chat {i % 7}")) for i in range(3, 100)]
        await settled(*others)
        assert recorder.done["stuck"] == []
        assert not any(future.done() for future in stuck)
        recorder.gates[0].set()
        await settled(*stuck)
    assert recorder.done["stuck"] == [0, 1, 2]


async def test_a_redelivery_joins_the_update_in_flight() -> None:
    recorder = Recorder()
    recorder.gates = {5: asyncio.Event()}
    async with delivering(recorder) as delivery:
        first, second = delivery.accept(raw(5)), delivery.accept(raw(5))
        assert first is second
        recorder.gates[5].set()
        await settled(first)
        await settled(delivery.accept(raw(5)))
    assert recorder.begun == [("a", 5)]


async def test_a_finished_update_is_forgotten_after_a_day() -> None:
    """Telegram keeps updates for 24 hours; the set of finished ids must not grow for ever."""
    recorder, time = Recorder(), [0.0]
    async with delivering(recorder, clock=lambda: time[0]) as delivery:
        await settled(delivery.accept(raw(1)))
        time[0] = REMEMBERED_SECONDS - 1
        await settled(delivery.accept(raw(1)), delivery.accept(raw(2)))
        assert recorder.done["a"] == [1, 2]
        time[0] = REMEMBERED_SECONDS
        await settled(delivery.accept(raw(3)))
        await settled(delivery.accept(raw(1)), delivery.accept(raw(2)))
        assert recorder.done["a"] == [1, 2, 3, 1]


async def test_ids_that_start_again_lower_after_a_quiet_week() -> None:
    recorder = Recorder()
    async with delivering(recorder) as delivery:
        await settled(delivery.accept(raw(900)))
        assert delivery.offset == 901
        await settled(delivery.accept(raw(17)))
        assert delivery.offset == 18
    assert recorder.done["a"] == [900, 17]


@pytest.mark.parametrize("update", [{}, {"update_id": "7"}, {"update_id": None}, {"update_id": True}])
async def test_an_update_without_an_id_stops_nobody(update: dict[str, Any]) -> None:
    recorder = Recorder()
    async with delivering(recorder) as delivery:
        await settled(delivery.accept(update), delivery.accept(raw(1)))
    assert recorder.done["a"] == [1]


async def test_an_unreadable_update_is_confirmed_without_its_content(
    caplog: pytest.LogCaptureFixture,
) -> None:
    recorder, tally = Recorder(), Tally()
    async with delivering(recorder, tally=tally) as delivery:
        await settled(
            delivery.accept({"update_id": 1, "canary-text": "canary-value"}), delivery.accept(raw(2))
        )
        assert delivery.offset == 3
    assert caplog.records == []
    (told,) = tally.take()
    assert "canary" not in told
    assert "could not be read and were skipped (KeyError" in told


async def test_nothing_to_do_is_confirmed() -> None:
    recorder = Recorder()
    async with delivering(recorder) as delivery:
        await settled(delivery.accept(raw(1, None)))
        assert delivery.offset == 2
    assert recorder.begun == []


async def test_a_storage_error_is_tried_until_it_is_gone_and_never_confirmed() -> None:
    recorder = Recorder()
    recorder.errors[1] = [Busy() for _ in range(7)]
    async with delivering(recorder) as delivery:
        update = delivery.accept(raw(1))
        later = delivery.accept(raw(2))
        await until(lambda: len(recorder.begun) > 3)
        assert delivery.offset == 1
        await settled(update, later)
    assert recorder.done["a"] == [1, 2]
    assert recorder.surrendered == []


async def test_a_waiting_storage_error_holds_up_nobody_else() -> None:
    recorder = Recorder()
    for i in range(8):
        recorder.errors[i] = [Busy() for _ in range(1000)]
    async with delivering(recorder, grace=0.01) as delivery:
        for i in range(8):
            delivery.accept(raw(i, f"refused {i}"))
        await settled(delivery.accept(raw(8, "fine")))
        assert delivery.offset == 0


async def test_a_bug_costs_one_update_and_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    recorder, tally = Recorder(), Tally()
    recorder.errors[1] = [ValueError("canary") for _ in range(9)]
    async with delivering(recorder, tally=tally) as delivery:
        await settled(delivery.accept(raw(1)), delivery.accept(raw(2)))
        assert delivery.offset == 3
    assert recorder.begun == [("a", 1)] * 3 + [("a", 2)]
    assert recorder.surrendered == [("a", 1)]
    assert recorder.done["a"] == [2]
    assert caplog.records == []
    (told,) = tally.take()
    assert "failed (ValueError at test_delivery.py" in told
    assert "canary" not in told


async def test_a_failing_apology_stops_nobody() -> None:
    async def give_up(job: Job) -> None:
        raise ValueError

    recorder = Recorder()
    recorder.errors[1] = [ValueError() for _ in range(3)]
    async with delivering(recorder, give_up=give_up) as delivery:
        await settled(delivery.accept(raw(1)), delivery.accept(raw(2)))
    assert recorder.done["a"] == [2]


async def test_a_handler_that_hangs_is_cut_off() -> None:
    recorder = Recorder()
    recorder.gates = {1: asyncio.Event()}
    async with delivering(recorder, limit=0.02) as delivery:
        await settled(delivery.accept(raw(1)), delivery.accept(raw(2)))
    assert recorder.surrendered == [("a", 1)]
    assert recorder.done["a"] == [2]


async def test_a_cancelled_handler_leaves_its_update_for_the_redelivery() -> None:
    """A library that cancels its own task must not leave an update pending that nobody works on."""
    recorder = Recorder()
    recorder.errors[1] = [asyncio.CancelledError()]
    async with delivering(recorder) as delivery:
        lost = delivery.accept(raw(1))
        await until(lost.cancelled)
        assert delivery.offset == 1
        await settled(delivery.accept(raw(1)))
    assert recorder.done["a"] == [1]


async def test_stopping_finishes_what_is_in_hand_and_leaves_the_rest_unconfirmed() -> None:
    recorder = Recorder()
    recorder.gates = {1: asyncio.Event()}
    async with delivering(recorder) as delivery:
        first, second = delivery.accept(raw(1)), delivery.accept(raw(2))
        await until(lambda: recorder.begun != [])
        asyncio.get_running_loop().call_later(0.01, recorder.gates[1].set)
    assert (first.done(), first.cancelled(), second.cancelled()) == (True, False, True)
    assert delivery.offset == 2
    assert recorder.done["a"] == [1]
    assert delivery.accept(raw(3)).cancelled()


async def test_stopping_does_not_wait_for_ever() -> None:
    recorder = Recorder()
    recorder.gates = {1: asyncio.Event()}
    async with delivering(recorder, grace=0.01) as delivery:
        stuck = delivery.accept(raw(1))
        await until(lambda: recorder.begun != [])
    assert stuck.cancelled()
    assert delivery.offset == 1


async def test_an_error_of_the_body_comes_out_as_it_is() -> None:
    with pytest.raises(LookupError):
        async with delivering(Recorder()):
            raise LookupError


async def test_a_slow_file_that_hides_others_is_put_off_after_a_while_and_no_line_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ADR 292: the messenger shows no more than a hundred updates from the lowest on."""
    monkeypatch.setattr(delivering_of, "LONGEST_PAUSE", 0.001)
    recorder, now, told = Recorder(), [0.0], []
    recorder.gates = {number: asyncio.Event() for number in (1, 2, 3)}
    errors: list[Exception] = [Busy()]

    async def put_off(job: Job) -> None:
        if errors:
            raise errors.pop()
        told.append(job)

    async with delivering(
        recorder, clock=lambda: now[0], slow=asyncio.Semaphore(1), put_off=put_off
    ) as delivery:
        delivery.hurry()
        waiting = [delivery.accept(raw(n, c)) for n, c in ((1, "file a"), (2, "file b"), (3, "c"), (4, "d"))]
        await settled(waiting[3])
        delivery.hurry()
        await asyncio.sleep(0)
        assert delivery.offset == 1
        now[0] = 31.0
        delivery.hurry()
        await settled(waiting[0])
        assert (told, delivery.offset) == ([("file a", 1)], 2)
        delivery.hurry()  # the next one waited for its place as long
        await settled(waiting[1])
        assert told == [("file a", 1), ("file b", 2)]
        delivery.hurry()  # the lowest is a line
        await asyncio.sleep(0.01)
        assert delivery.offset == 3
        recorder.gates[3].set()
        await settled(*waiting)
        await settled(delivery.accept(raw(5, "file a")))
    assert recorder.done == {"d": [4], "c": [3], "file a": [5]}


async def test_attack_in_panic_nobody_waits_for_memory_that_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else who wants the chat emptied now waits two minutes behind a line of words."""
    monkeypatch.setattr(delivering_of, "LOOK_SECONDS", 0.001)
    recorder, resting, went_on = Recorder(), asyncio.Event(), []
    recorder.errors[1] = [MemoryError() for _ in range(9)]

    async def give_up(job: Job) -> None:
        resting.set()
        went_on.append(await delivery.rest(job[0], 3600.0))

    async with delivering(recorder, give_up=give_up, urgent=lambda job: job[1] in (2, 4)) as delivery:
        await settled(*(delivery.accept(raw(i)) for i in (1, 2)))
        assert recorder.begun == [("a", 1)] * 3 + [("a", 2)]
        recorder.errors[3] = [KeyError() for _ in range(3)]
        resting.clear()
        first = delivery.accept(raw(3))
        await resting.wait()
        await settled(first, delivery.accept(raw(4)))
    assert recorder.done == {"a": [2, 4]}
    assert went_on == [False, False]


async def test_an_apology_that_waits_for_memory_ends_with_the_delivery_and_is_owed() -> None:
    recorder, resting = Recorder(), asyncio.Event()
    recorder.errors[1] = [KeyError() for _ in range(3)]

    async def give_up(job: Job) -> None:
        resting.set()
        await delivery.rest(job[0], 3600.0)

    async with delivering(recorder, give_up=give_up) as delivery:
        owed = delivery.accept(raw(1))
        await resting.wait()
    assert owed.cancelled(), "it is not confirmed"
