"""No line is caused by one message: what goes wrong with it is counted, and told at a fixed hour."""

import ast
import asyncio
import logging
import sys
import threading
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import redact
from bot.channels.events import Chat, Command, Press, Text, Update, Upload
from bot.channels.telegram import polling
from bot.channels.telegram.channel import Account, run
from bot.channels.telegram.errors import Unavailable
from bot.store.errors import StorageError
from bot.tally import KINDS, Tally, next_telling, tell_daily
from scrub.marks.found import Found
from scrub.report import Choices, Clean, Refused
from tests.bot.conftest import House
from tests.telegram_api import Fault, TelegramApi, until
from tests.telegram_people import buttons

ROOT = Path(__file__).resolve().parents[2]
SPEAKS = {
    ("bot/server/opening.py", "warning"): 2,
    ("bot/server/duties.py", "warning"): 5,
    ("bot/server/__init__.py", "info"): 2,
    ("bot/accounts.py", "error"): 1,
    ("bot/duty.py", "info"): 1,
    ("bot/store/postgres_settling.py", "warning"): 1,
    ("bot/tally.py", "info"): 1,
    ("bot/redact.py", "critical"): 1,
    ("bot/channels/telegram/channel.py", "error"): 1,
    ("bot/channels/telegram/profile.py", "warning"): 1,
    ("bot/dialogue/catalogues.py", "warning"): 2,
    ("bot/channels/telegram/polling.py", "warning"): 1,
    ("bot/channels/telegram/polling.py", "info"): 1,
}
"""Every call of a logger in the product, judged: at the start or the end, each hour, at the fixed hour, or of
the network. A new one is judged here first: can one message cause it?"""


def test_every_line_of_the_log_was_judged() -> None:
    found: dict[tuple[str, str], int] = {}
    for file in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if ast.unparse(node.func.value) in ("_log", "logging", "logger", "log", "warnings"):
                key = (file.relative_to(ROOT).as_posix(), node.func.attr)
                found[key] = found.get(key, 0) + 1
    told = {
        key: number
        for key, number in found.items()
        if key[1] in ("debug", "info", "warning", "warn", "error", "exception", "critical", "log")
    }
    assert told == SPEAKS


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-29T05:59:59", "2026-11-29T06:00:00"),
        ("2026-11-29T06:00:00", "2026-11-30T06:00:00"),
        ("2026-12-31T23:59:50", "2027-01-01T06:00:00"),
        ("2028-02-28T06:00:01", "2028-02-29T06:00:00"),
    ],
)
def test_the_hour_does_not_depend_on_who_writes_when(now: str, due: str) -> None:
    assert next_telling(datetime.fromisoformat(f"{now}+00:00")) == datetime.fromisoformat(f"{due}+00:00")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (1, "fewer than 5"),
        (4, "fewer than 5"),
        (5, "5 or more"),
        (9, "5 or more"),
        (10, "10 or more"),
        (104, "100 or more"),
    ],
)
def test_an_amount_that_could_name_a_person_is_not_told(number: int, told: str) -> None:
    tally = Tally()
    for _ in range(number):
        tally.count("refused")
    assert tally.take() == [f"{told} files were refused"]
    assert tally.take() == []


def test_of_an_error_its_class_and_place_are_told_and_only_a_few() -> None:
    tally = Tally()
    for number in range(40):
        try:
            exec(compile("\n" * number + "raise ValueError('CANARY')", f"place{number}.py", "exec"))
        except ValueError as error:
            tally.count("failed", error)
    (told,) = tally.take()
    assert told.startswith("40 or more tries to handle an update failed (ValueError at place0.py:1, ")
    assert told.count("ValueError") == 8
    assert "CANARY" not in told


def test_a_kind_that_nobody_wrote_down_is_an_error() -> None:
    with pytest.raises(KeyError):
        Tally().count("CANARY")
    assert all("message" not in text or "librar" in text for text in KINDS.values())


async def test_it_is_told_at_the_hour_by_the_clock_that_is_passed_in(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    clock = datetime(2026, 11, 29, 17, 3, 21, tzinfo=UTC)
    tally = Tally()
    tally.count("crashed")
    told: list[tuple[datetime, str]] = []

    async def sleep(seconds: float) -> None:
        nonlocal clock
        told.extend((clock, record.getMessage()) for record in caplog.records)
        caplog.clear()
        clock += timedelta(seconds=seconds)
        if clock > datetime(2026, 12, 1, 12, tzinfo=UTC):
            raise KeyError

    with pytest.raises(KeyError):
        await tell_daily(tally, lambda: clock, sleep)
    assert told == [
        (datetime(2026, 11, 30, 6, tzinfo=UTC), "in the last day: fewer than 5 files broke their decoder"),
        (datetime(2026, 12, 1, 6, tzinfo=UTC), "in the last day: nothing went wrong with an update"),
    ]


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """Everything that reaches a handler of the root logger as the command sets it up, at DEBUG."""
    found: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record)

    uninstall = redact.install()
    root, handler = logging.getLogger(), Keep()
    levels = {name: logging.getLogger(name).level for name in (None, *root.manager.loggerDict)}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield found
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    uninstall()


async def test_good_bad_and_crashing_messages_leave_no_line(
    house: House, photo: bytes, records: list[logging.LogRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk with its real store and decoders behind the real channel, every logger at DEBUG."""
    tally, handle = house.tally, house.dialogue.handle
    failing = [ValueError("CANARY"), StorageError("full"), ValueError("CANARY")]
    searched = house.scrubber.searched

    async def handled(update: Update, chat: Chat) -> None:
        if failing and isinstance(update.event, Text) and "again" in update.event.body:
            raise failing.pop()
        await handle(update, chat)

    async def scrubbed(data: bytes, choices: Choices) -> tuple[Clean | Refused, Found]:
        if data.endswith(b"BREAK"):
            return Refused("crashed"), Found()
        return await searched(data, choices)

    monkeypatch.setattr(house.scrubber, "searched", scrubbed)
    async with TelegramApi() as api:
        stop = asyncio.Event()
        with redact.counting(lambda error: tally.count("withheld", error)):
            task = asyncio.create_task(
                run(
                    Account(api.token, api.url),
                    handled,
                    house.dialogue.apologise,
                    {},
                    stop,
                    count=tally.count,
                    again=(StorageError,),
                )
            )
            await until(lambda: any(method == "getUpdates" for method, _ in api.calls))
            records.clear()
            api.text(7, "They film us at home.")
            api.photo(7, photo)
            api.document(7, photo[:300])
            api.document(7, photo + b"BREAK")
            api.text(8, "try it again")
            api.inject({"message": {"text": "CANARY", "chat": {"id": 9}}}, 9, check=False)
            api.faults += [
                Fault(method="answerCallbackQuery", status=400),
                Fault(method="sendMessage", status=500),
                Fault(method="getUpdates", status=500),
            ]
            await until(lambda: not api.pending())
            api.press(7, buttons(api.sent[7][-1])[0])
            await until(lambda: not api.pending() and not api.faults)
            assert [record.getMessage() for record in records] == []
            stop.set()
            await task
    told = " / ".join(tally.take())
    for kind in ("failed", "unread", "waited", "unanswered", "refused", "crashed", "unreached", "withheld"):
        assert KINDS[kind] in told
    assert "CANARY" not in told


async def test_a_session_that_cannot_be_read_leaves_no_line(
    house: House, records: list[logging.LogRecord]
) -> None:
    await house.tell(Text("hola"))
    for file in (house.folder / "runtime" / "sessions").iterdir():
        file.write_bytes(b"of another version")
    records.clear()
    await house.tell(Command("start"))
    await house.tell(Press("nonsense"))
    assert [record for record in records if record.name.startswith("bot")] == []
    assert house.tally.take() == [f"fewer than 5 {KINDS['forgotten']}"]


async def test_an_error_that_nobody_waits_for_leaves_no_line(records: list[logging.LogRecord]) -> None:
    class Late:
        def __del__(self) -> None:
            raise ValueError("CANARY")

    def fail() -> None:
        raise ValueError("CANARY")

    tally = Tally()
    records.clear()
    with redact.counting(lambda error: tally.count("withheld", error)):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        late = Late()
        del late
        asyncio.get_running_loop().call_exception_handler({"message": "CANARY", "exception": ValueError()})
        logging.getLogger("a.library").critical("CANARY")
        assert records == []
    (told,) = tally.take()
    assert f"{KINDS['withheld']} (ValueError" in told
    assert "CANARY" not in told
    logging.getLogger("a.library").critical("CANARY")
    assert len(records) == 1, "outside, a library may say that it spoke"
    assert sys.unraisablehook.__name__ == "<lambda>"


async def test_files_that_are_refused_are_counted_by_what_an_operator_can_do(house: House) -> None:
    async def read() -> AsyncGenerator[bytes, None]:
        yield b"\xff\xd8\xff\xe0 broken"

    await house.tell(Upload("document", 12, None, None, read))
    assert house.tally.take() == [f"fewer than 5 {KINDS['refused']}"]


@pytest.mark.parametrize(("outage", "lines"), [(3600.0, 0), (0.0, 1)], ids=["a moment", "a minute"])
async def test_one_call_of_telegram_that_fails_has_no_line_and_an_outage_has_one(
    outage: float, lines: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(polling, "OUTAGE_SECONDS", outage)
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.001)
    failing = [Unavailable() for _ in range(3)]

    async def call() -> str:
        if failing:
            raise failing.pop()
        return "here again"

    tally = Tally()
    assert await polling.persist(call, asyncio.Event(), tally.count) == "here again"
    assert len([record for record in caplog.records if "can't be reached" in record.getMessage()]) == lines
    (told,) = tally.take()
    assert KINDS["unreached"] in told
