"""No token, id, name or text reaches a log, even when somebody turns every logger up to DEBUG."""

import asyncio
import io
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.events import Chat, Update, Upload
from bot.channels.telegram.channel import Account, run
from bot.redact import NOISY, TOKEN, install, locate, redact
from bot.tally import Tally
from tests.telegram_api import Fault, TelegramApi, until

A_TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger writes, with the guard in place and every level at DEBUG."""
    uninstall = install()
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(pathname)s %(args)s"))
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("", *root.manager.loggerDict)}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    uninstall()


def test_a_warning_of_a_library_is_withheld() -> None:
    program = f"import warnings; from bot import redact; redact.install(); warnings.warn('{A_TOKEN}')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert A_TOKEN not in done.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (A_TOKEN, "[token]"),
        (f"https://api.telegram.org/bot{A_TOKEN}/getMe", "https://api.telegram.org/bot[token]/getMe"),
        (f"token={A_TOKEN}, again {A_TOKEN}", "token=[token], again [token]"),
        ("12:30:59 and 127.0.0.1:8443", "12:30:59 and 127.0.0.1:8443"),
        ("1234:short", "1234:short"),
    ],
)
def test_tokens_are_taken_out(text: str, expected: str) -> None:
    assert redact(text) == expected


def test_our_own_records_keep_their_words(log: io.StringIO) -> None:
    logging.getLogger("bot.x").warning("%s starts with %s", "Silbo", A_TOKEN)
    assert "bot.x WARNING Silbo starts with [token]" in log.getvalue()


def test_a_librarys_record_keeps_nothing(log: io.StringIO) -> None:
    for name in ("telegram.ext", "httpx", "something.new"):
        logging.getLogger(name).critical("update %s of CANARY", {"id": 12345})
    assert "CANARY" not in log.getvalue()
    assert "12345" not in log.getvalue()
    assert "telegram.ext CRITICAL (a library" in log.getvalue()


def test_an_exception_keeps_its_class_and_its_place(log: io.StringIO) -> None:
    with pytest.raises(ValueError, match="CANARY") as caught:
        raise ValueError(f"CANARY {A_TOKEN}")
    logging.getLogger("bot.x").error("it failed", exc_info=caught.value, stack_info=True)
    assert locate(caught.value).startswith("ValueError at test_redact.py:")
    assert "it failed (ValueError at test_redact.py:" in log.getvalue()
    assert "CANARY" not in log.getvalue()
    assert "Traceback" not in log.getvalue()
    assert locate(KeyError("CANARY")) == "KeyError"


def test_a_record_that_cannot_be_put_together_prints_nothing_else(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("bot.x").warning("two %s %s", "CANARY")  # noqa: PLE1206 -- on purpose
    assert "CANARY" not in log.getvalue() + capsys.readouterr().err
    assert "could not be put together" in log.getvalue()


def test_an_uncaught_exception_of_a_thread_shows_its_place_only(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ValueError("CANARY")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "CANARY" not in log.getvalue() + capsys.readouterr().err
    assert "ValueError at test_redact.py" in log.getvalue()


def test_an_uncaught_exception_of_the_program_shows_its_place_only(tmp_path: Path) -> None:
    script = tmp_path / "fails.py"
    script.write_text("from bot.redact import install\ninstall()\nraise ValueError('CANARY')\n")
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 1
    assert "CANARY" not in ended.stdout + ended.stderr
    assert "ValueError at fails.py:3" in ended.stderr


def test_the_guard_can_be_taken_off_again() -> None:
    factory, hook = logging.getLogRecordFactory(), sys.excepthook
    install()()
    assert logging.getLogRecordFactory() is factory
    assert sys.excepthook is hook


async def test_no_canary_in_any_log_with_every_logger_at_debug(log: io.StringIO) -> None:
    """The library logs whole updates, names, file names and the token, up to CRITICAL."""
    failures, tally = 0, Tally()

    async def handle(update: Update, chat: Chat) -> None:
        nonlocal failures
        if isinstance(update.event, Upload):
            async for _ in update.event.read():
                pass
        if update.message_id is not None and update.message_id % 2:
            failures += 1
            raise ValueError(f"CANARY-TEXT of {update.chat}")
        await chat.say("CANARY-ANSWER")

    async def apologise(update: Update, chat: Chat) -> None:
        raise ValueError("CANARY-TEXT")

    chat = 4242424242
    async with TelegramApi() as api:
        stop = asyncio.Event()
        task = asyncio.create_task(
            run(Account(api.token, api.url), handle, apologise, {}, stop, count=tally.count)
        )
        for i in range(6):
            api.text(chat + i, "CANARY-TEXT", language="qxx")
            api.document(chat + i, b"CANARY-BYTES", name="CANARY-NAME", caption="CANARY-CAPTION")
        api.inject({"message": {"text": "CANARY-TEXT", "chat": {"id": chat}}}, chat, check=False)
        api.faults += [
            Fault(method="sendMessage", status=400),
            Fault(method="sendMessage", kind="cut"),
            Fault(method="getUpdates", status=500),
        ]
        await until(lambda: not api.pending())
        token = api.token
        api.token = "5:other"
        api.text(chat, "CANARY-TEXT")  # ends the long poll
        await asyncio.gather(task, return_exceptions=True)
    written = log.getvalue()
    assert failures >= 3
    assert any("tries to handle an update failed" in told for told in tally.take())
    assert "httpcore" in written, "the test is worth nothing if the libraries were silent"
    for canary in (
        token,
        token.partition(":")[2],
        "CANARY",
        "4242424242",
        "qxx",
        "First42",
        "user42",
        "unique-",
    ):
        assert canary not in written


def test_the_token_pattern_fits_the_tokens_of_the_stand_in() -> None:
    assert TOKEN.search(TelegramApi().token)
    assert "telegram" in NOISY
