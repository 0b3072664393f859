"""`silbo status`: right numbers, coarse ones, and none that names a person or the moment of a message."""

import asyncio
import contextlib
import re
import shutil
import socket
import subprocess
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.alone import alone, runs
from bot.cli import main
from bot.commands.status import _listening, serve
from bot.runtime import RuntimeFolder
from bot.settings import SettingsError, load_settings
from bot.status import as_prometheus, as_text, measure
from bot.store.store import Store
from bot.tally import FILES, Tally, tell_daily
from crypto.age import X25519Identity
from tests.bot.conftest import Pin
from tests.bot.export import exporting

DAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()
SETTINGS = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n'


@pytest.fixture
async def config(tmp_path: Path, pin: Pin) -> Path:
    (tmp_path / "state").mkdir(mode=0o700)
    pin([X25519Identity.generate()], DAY)
    (tmp_path / "reviewers").rename(tmp_path / "state" / "reviewers")
    await (await Store.open(f"sqlite+aiosqlite:///{tmp_path}/state/silbo.db")).close()
    file = tmp_path / "silbo.toml"
    file.write_text(SETTINGS)
    return file


def numbers(config: Path, today: date = TODAY) -> dict[str, int]:
    metrics = measure(load_settings(config), today, NOW.timestamp())
    return {metric.name + "".join(metric.labels.values()): metric.value for metric in metrics}


def test_a_server_without_anything_has_numbers_too(tmp_path: Path) -> None:
    (tmp_path / "silbo.toml").write_text(SETTINGS)
    found = numbers(tmp_path / "silbo.toml")
    assert found == {"silbo_reviewers_validmain": 0, "silbo_runs": 0}


def test_a_bot_that_does_not_run_or_hears_nothing_is_a_number_not_a_gap(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped service takes its runtime folder along, and with it when the bot was last answered: the alert
    on that age never came.
    """
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)  # a unit of its own never sees the bot's token
    config.write_text(SETTINGS + '[telegram]\ntoken_file = "$CREDENTIALS_DIRECTORY/token"\n')
    found = numbers(config)
    assert (found["silbo_runs"], found["silbo_hears"]) == (0, 0)
    assert "silbo_poll_age_seconds" not in found
    with alone(config.parent / "state"):
        assert numbers(config)["silbo_runs"] == 1
    with alone(config.parent / "state", with_others=True):
        RuntimeFolder.open(config.parent / "runtime").note_poll(NOW.timestamp() - 1000)
        found = numbers(config)
    assert (found["silbo_runs"], found["silbo_hears"], found["silbo_poll_age_seconds"]) == (1, 1, 1200)
    assert numbers(config)["silbo_runs"] == 0
    assert runs(config.parent / "state", config.parent / "missing") is None


def test_of_how_many_files_some_were_refused_is_told_and_in_no_line(config: Path) -> None:
    tally = Tally()
    for _ in range(27):
        tally.count(FILES)
    RuntimeFolder.open(config.parent / "runtime").note_told(tally.numbers())
    found = numbers(config)
    assert (found["silbo_files"], found["silbo_failuresrefused"]) == (25, 0)
    assert "silbo_failuresfiles" not in found
    assert tally.take() == []


async def test_drops_are_counted_in_fives_and_those_of_today_not_at_all(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{config.parent}/state/silbo.db")
    for day, numbers_of in ((DAY, range(7)), (TODAY, range(7, 13))):
        monkeypatch.setattr(exporting, "DAY", day)
        for number in numbers_of:
            await exporting.submit(store, number, b"x")
    await store.close()
    found = numbers(config)
    assert found["silbo_drops_waiting"] == 5
    assert found["silbo_drop_wait_days"] == 2
    assert numbers(config, TODAY + timedelta(days=1))["silbo_drops_waiting"] == 10


def test_keys_that_end_are_told(config: Path) -> None:
    found = numbers(config)
    assert found["silbo_reviewers_validmain"] == 1
    assert 0 < found["silbo_key_list_daysmain"] <= 14
    later = numbers(config, TODAY + timedelta(days=60))
    assert later["silbo_reviewers_validmain"] == 0
    assert later["silbo_key_list_daysmain"] < 0


def test_failures_are_those_that_the_log_was_told(config: Path) -> None:
    runtime = RuntimeFolder.open(config.parent / "runtime")
    tally = Tally()
    for _ in range(13):
        tally.count("refused")
    times = iter([NOW, NOW + timedelta(days=1), NOW + timedelta(days=1)])

    async def once() -> None:
        with contextlib.suppress(StopIteration, RuntimeError):
            await tell_daily(tally, lambda: next(times), note=runtime.note_told)

    asyncio.run(once())
    assert numbers(config)["silbo_failuresrefused"] == 10
    assert numbers(config)["silbo_failurescrashed"] == 0


def test_the_format_is_that_of_prometheus_and_names_nobody(config: Path) -> None:
    text = as_prometheus(measure(load_settings(config), TODAY, NOW.timestamp()))
    line = re.compile(r'(# (HELP|TYPE) silbo_[a-z_]+ .+|silbo_[a-z_]+(\{[a-z]+="[^"\n]*"\})? -?\d+)')
    assert text.endswith("\n")
    assert all(line.fullmatch(each) for each in text.splitlines())
    assert len(re.findall("# TYPE", text)) == len(set(re.findall(r"^silbo_[a-z_]+", text, re.MULTILINE)))
    assert "Union" not in text
    assert str(config.parent) not in text


def test_a_person_reads_the_same(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--config", str(config)]) == 0
    assert "reviewers with a key" in capsys.readouterr().out
    assert main(["status", "--prometheus", "--config", str(config)]) == 0
    assert capsys.readouterr().out.startswith("# HELP silbo_")
    assert as_text([]) == ""


def ask(path: Path, request: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(str(path))
        client.sendall(request)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
        return answer


def test_the_socket_answers_its_group_alone_and_nothing_but_the_numbers(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "status.sock"
    listening = _listening(path)
    assert path.stat().st_mode & 0o777 == 0o660
    loop = asyncio.new_event_loop()
    task = loop.create_task(serve(load_settings(config), listening))
    thread = threading.Thread(target=lambda: loop.run_until_complete(asyncio.wait([task])))
    thread.start()
    try:
        answer = ask(path, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"200 OK" in head
        assert f"Content-Length: {len(body)}".encode() in head
        assert b"silbo_reviewers_valid" in body
        assert ask(path, b"GET /../../etc/passwd HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 404")
        assert ask(path, b"x" * 20_000 + b"\r\n\r\n") == b""
        assert ask(path, b"GET / HTTP/1.0\r\n\r\n") == answer, "the same for a minute"
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(60)
        loop.close()
    with pytest.raises(SettingsError, match="--serve"):
        _listening(tmp_path / "missing" / "status.sock")


def test_a_file_that_lies_where_the_socket_should_be_is_not_deleted(config: Path) -> None:
    before = config.read_bytes()
    assert main(["status", "--serve", str(config), "--config", str(config)]) == 1
    assert config.read_bytes() == before


def test_a_database_that_is_none_leaves_its_numbers_out(config: Path) -> None:
    (config.parent / "state" / "silbo.db").write_bytes(b"no database" * 1000)
    found = numbers(config)
    assert "silbo_drops_waiting" not in found
    assert found["silbo_reviewers_validmain"] == 1


MONITORING = Path(__file__).resolve().parents[2] / "docs" / "monitoring"


def test_alerts_and_dashboard_name_numbers_that_exist() -> None:
    source = (Path(__file__).resolve().parents[2] / "bot" / "status.py").read_text()
    known = set(re.findall(r'Metric\(\s*"(silbo_[a-z_]+)"', source))
    for name in ("alerts.yml", "alerts_test.yml", "dashboard.json"):
        named = set(re.findall(r"\bsilbo_[a-z_]+", (MONITORING / name).read_text()))
        assert named <= known, name
        assert {"silbo_runs", "silbo_poll_age_seconds", "silbo_drop_wait_days"} <= named


def test_each_alert_was_raised_by_numbers_and_by_good_ones_it_was_not() -> None:
    alerts = set(re.findall(r"alert: (\w+)", (MONITORING / "alerts.yml").read_text()))
    tried = (MONITORING / "alerts_test.yml").read_text()
    good, _, bad = tried.partition("nothing comes from the server")
    assert set(re.findall(r"alertname: (\w+)}", good)) == alerts
    assert set(re.findall(r"alertname: (\w+)(?:\n +|, )exp_alerts", bad)) == alerts


@pytest.mark.long
def test_prometheus_raises_each_alert() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("left out: promtool is not installed (Debian: prometheus)")
    done = subprocess.run(
        ["promtool", "test", "rules", "alerts_test.yml"],
        cwd=MONITORING,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
