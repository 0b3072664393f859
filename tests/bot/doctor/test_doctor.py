"""`silbo doctor`: each thing that is wrong is one line with its fix, also beside a bot that runs."""

import ast
import asyncio
import contextlib
import inspect
import json
import os
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.bots import bots_of
from bot.cli import main
from bot.doctor import data as doctor_data
from bot.doctor import examine
from bot.doctor import host as doctor_host
from bot.doctor import telegram as doctor_telegram
from bot.doctor.finding import EXIT_STATUS, Finding, report, worst
from bot.doctor.quiet import quiet
from bot.doctor.telegram import examine_telegram
from bot.doctor.told import told
from bot.keys.signing import create_signing_key
from bot.runtime import POLL_STEP, RuntimeFolder
from bot.server import run_telegram
from bot.settings import load_settings
from bot.store.copies import memory_left, read_through
from bot.store.store import Store
from crypto.age import X25519Identity
from crypto.hardening import harden
from tests.bot.conftest import Pin
from tests.bot.export import exporting
from tests.bot.export.exporting import run_export, snapshot, submit
from tests.ports import free_port
from tests.telegram_api import Fault, TelegramApi, until

DAY = date(2026, 11, 18)
PATIENCE = 240.0
SETTINGS = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n'


@pytest.fixture(autouse=True)
def hardened() -> None:
    harden()  # as `silbo` does first of all


@pytest.fixture
def day() -> date:
    """When the reviewer's keys begin."""
    return DAY


@pytest.fixture
async def config(tmp_path: Path, pin: Pin, day: date) -> Path:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    pin([X25519Identity.generate(), X25519Identity.generate()], day)
    (tmp_path / "reviewers").rename(state / "reviewers")
    create_signing_key(state / "signing.key")
    await (await Store.open(f"sqlite+aiosqlite:///{state / 'silbo.db'}")).close()
    RuntimeFolder.open(tmp_path / "runtime")
    file = tmp_path / "silbo.toml"
    file.write_text(SETTINGS)
    return file


def with_bot(config: Path, api: TelegramApi, more: str = "", url: str = "") -> Path:
    token = config.with_name("token")
    token.write_text(api.token)
    token.chmod(0o600)
    bot = f'[telegram]\ntoken_file = "token"\nbase_url = "{url or api.url}"\n{more}'
    config.write_text(SETTINGS + bot)
    return config


def by_check(found: Iterable[Finding]) -> dict[str, Finding]:
    """Return the worst finding of each check."""
    findings: dict[str, Finding] = {}
    for finding in found:
        before = findings.setdefault(finding.check, finding)
        if EXIT_STATUS[finding.state] > EXIT_STATUS[before.state]:
            findings[finding.check] = finding
    return findings


def on_disk(config: Path, day: date = DAY) -> dict[str, Finding]:
    """What is found in the folders, without starting a scrub child."""
    settings = load_settings(config)
    return by_check(
        [
            *doctor_host.config_file(config),
            *doctor_host.state_folder(settings.state),
            *doctor_host.runtime_folder(settings.runtime),
            *doctor_data.secrets(settings.signing_key, bots_of(settings)),
            *doctor_data.reviewers(settings.reviewers, day),
            *doctor_data.database(settings.state / "silbo.db", day),
            *doctor_data.backups(settings.backup, day),
        ]
    )


async def at_telegram(config: Path) -> dict[str, Finding]:
    return by_check(await examine_telegram(load_settings(config)))


# The report


async def test_a_good_server_has_nothing_broken(config: Path) -> None:
    async with TelegramApi() as api:
        found = by_check(await examine(with_bot(config, api), DAY))
    assert [finding for finding in found.values() if finding.state == "broken"] == []
    assert set(found) >= {
        *("config", "state", "tmpfs", "room", "swap", "core", "memory", "landlock", "seccomp", "sandbox"),
        *("signing_key", "token_file", "reviewers", "database", "schema", "export", "backup"),
        *("token", "webhook", "clock", "poll"),
    }


def test_whatever_is_not_well_has_its_fix(config: Path) -> None:
    config.chmod(0o666)
    config.with_name("state").chmod(0o755)
    for finding in asyncio.run(examine(config, DAY + timedelta(days=400))):
        assert "\n" not in str(finding)
        if finding.state != "ok":
            assert finding.fix, finding


def test_the_exit_status_is_that_of_the_worst_finding(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.with_name("state").chmod(0o755)
    config.with_name("state").joinpath("signing.key").unlink()
    assert main(["doctor", "--config", str(config), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "broken"
    assert main(["doctor", "--config", str(config), "--strict"]) == 2
    states = {finding["check"]: finding["state"] for finding in told["findings"]}
    assert (states["signing_key"], states["state"], states["database"]) == ("broken", "warning", "ok")


@pytest.mark.parametrize("day", [datetime.now(UTC).date()], ids=["today"])  # the command reads the clock
@pytest.mark.parametrize(("strict", "status"), [([], 0), (["--strict"], 1)])
def test_warnings_alone_fail_only_the_strict(config: Path, strict: list[str], status: int) -> None:
    config.with_name("state").chmod(0o755)
    assert main(["doctor", "--config", str(config), *strict]) == status


def test_monitoring_reads_it() -> None:
    ok, warning = (
        Finding("sun", "ok", "the sun shines"),
        Finding("rain", "warning", "it rains", "take a coat"),
    )
    assert str(warning) == "warning it rains: take a coat"
    assert str(ok) == "ok      the sun shines"
    assert report([ok, warning], as_json=False) == f"{ok}\n{warning}"
    assert json.loads(report([ok], as_json=True)) == {
        "state": "ok",
        "findings": [{"check": "sun", "state": "ok", "what": "the sun shines", "fix": ""}],
    }
    assert (worst([]), worst([ok]), worst([ok, warning])) == ("ok", "ok", "warning")
    assert EXIT_STATUS == {"ok": 0, "warning": 1, "broken": 2}


async def test_it_changes_nothing(config: Path) -> None:
    async with TelegramApi() as api:
        with_bot(config, api)
        before = snapshot(config.parent)
        await examine(config, DAY)
        assert {method for method, _ in api.calls} == {"getMe", "getWebhookInfo"}
    assert snapshot(config.parent) == before


# The settings


def test_every_wrong_setting_is_named_with_its_line_and_never_its_value(config: Path) -> None:
    secret = "123456789:AAsecret-token-in-the-wrong-line"
    config.write_text(
        f'state = "state"\n\n[desk]\nname = ""\nretention_days = "{secret}"\n"{secret}" = 1\n'
        f'[telegram]\ntoken = "{secret}"\nproxy = "{secret}"\n'
    )
    said = [str(finding) for finding in asyncio.run(examine(config, DAY))]
    assert secret not in "\n".join(said)
    assert said == [
        "broken  silbo.toml: runtime: is missing",
        "broken  silbo.toml: line 4: desk.name: String should have at least 1 character",
        "broken  silbo.toml: line 5: desk.retention_days: should be a valid integer",
        "broken  silbo.toml: line 3: desk.(a key): "
        "is not a key that Silbo knows; is it a typing error, or in the wrong section?",
        "broken  silbo.toml: line 7: telegram.token_file: is missing",
        "broken  silbo.toml: line 9: telegram.proxy: "
        "is not of the form that this key takes; docs/operators.md shows it",
        "broken  silbo.toml: line 8: telegram.token: "
        "is not a key that Silbo knows; is it a typing error, or in the wrong section?",
    ]


def test_settings_that_others_can_change_are_told(config: Path) -> None:
    config.chmod(0o622)
    assert "others may change" in on_disk(config)["config"].what


# The machine


def test_folders_that_others_look_into_are_told(config: Path) -> None:
    config.with_name("state").chmod(0o755)
    config.with_name("runtime").chmod(0o755)
    found = on_disk(config)
    assert (found["state"].state, found["state"].fix) == ("warning", "chmod 700 it")
    assert found["runtime"].state == "warning"


def test_a_file_of_root_in_the_state_folder_is_told(config: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("left out: only root makes files of another user")
    os.chown(config.with_name("state") / "silbo.db", 4242, 4242)
    found = on_disk(config)["state"]
    assert (found.state, "another user" in found.what) == ("broken", True)


def test_a_runtime_folder_that_is_not_there_yet_is_judged_by_its_place(config: Path) -> None:
    memory = Path("/dev/shm")
    if not memory.is_dir() or not RuntimeFolder(memory, b"").is_memory():
        pytest.skip("left out: no tmpfs at the usual place")
    config.write_text(SETTINGS.replace('"runtime"', '"/dev/shm/silbo-that-is-not-there"'))
    assert on_disk(config)["tmpfs"].state == "ok"
    assert not Path("/dev/shm/silbo-that-is-not-there").exists()


def test_a_full_disk_or_a_quota_is_told(config: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        found = list(doctor_host.room(config.with_name("state"), config.with_name("runtime")))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [finding.state for finding in found] == ["broken", "broken"]


@pytest.mark.parametrize(
    ("devices", "state"),
    [
        ([], "ok"),
        (["/dev/zram0"], "ok"),
        (["/dev/dm-1"], "ok"),
        (["/dev/dm-2"], "warning"),
        (["/dev/zram0", "/dev/sda2"], "warning"),
        (["/swapfile"], "warning"),
    ],
)
def test_swap_on_a_disk_is_told_but_not_in_memory_or_encrypted(
    tmp_path: Path, devices: list[str], state: str
) -> None:
    table = tmp_path / "swaps"
    lines = [f"{device} partition 1048576 0 -2" for device in devices]
    table.write_text("\n".join(["Filename Type Size Used Priority", *lines]) + "\n")
    for name, uuid in (("dm-1", "CRYPT-PLAIN-swap"), ("dm-2", "LVM-abc")):
        (tmp_path / name / "dm").mkdir(parents=True)
        (tmp_path / name / "dm" / "uuid").write_text(uuid + "\n")
    assert [finding.state for finding in doctor_host.swap(table, tmp_path)] == [state]


@pytest.mark.parametrize(
    ("pattern", "state"), [("core", "ok"), ("|/usr/lib/systemd/systemd-coredump", "warning")]
)
def test_a_program_that_takes_core_dumps_is_told(tmp_path: Path, pattern: str, state: str) -> None:
    (tmp_path / "core_pattern").write_text(pattern + "\n")
    assert [finding.state for finding in doctor_host.core_dumps(tmp_path / "core_pattern")] == [state]


def test_memory_that_is_not_overwritten_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONMALLOC", "malloc")
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.perturb=165")
    assert [finding.state for finding in doctor_host.allocator()] == ["ok"]
    monkeypatch.delenv("GLIBC_TUNABLES")
    assert [finding.state for finding in doctor_host.allocator()] == ["warning"]


# Keys


def test_secrets_that_others_can_read_are_told(config: Path) -> None:
    with_bot(config, TelegramApi(), url="http://127.0.0.1:9")
    (config.parent / "token").chmod(0o644)
    (config.parent / "state" / "signing.key").chmod(0o644)
    found = on_disk(config)
    assert (found["signing_key"].state, found["token_file"].state) == ("broken", "broken")


def test_a_server_key_that_waits_is_told(config: Path) -> None:
    create_signing_key(config.parent / "state" / "signing.key.next")
    assert on_disk(config)["new_key"].state == "warning"


def test_keys_that_end_are_told_before_they_have_ended(config: Path) -> None:
    half = on_disk(config, date(2026, 12, 1))["reviewers"]
    over = on_disk(config, date(2027, 3, 1))["reviewers"]
    assert (half.state, "spent half" in half.what) == ("warning", True)
    assert (over.state, "no key" in over.what) == ("broken", True)


def test_no_reviewer_is_broken(config: Path) -> None:
    for folder in (config.parent / "state" / "reviewers").iterdir():
        folder.rename(folder.with_name(".away"))
    found = on_disk(config)["reviewers"]
    assert (found.state, found.fix) == ("broken", "silbo reviewers add")


# The database


@contextlib.contextmanager
def changed(config: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(config.parent / "state" / "silbo.db")) as connection:
        yield connection
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_damaged_database_is_told(config: Path) -> None:
    file = config.parent / "state" / "silbo.db"
    with file.open("r+b") as database:
        database.seek(4096)
        database.write(os.urandom(8192))
    found = on_disk(config)
    assert (found["database"].state, found["database"].fix) == ("broken", "silbo restore the last backup")
    file.write_bytes(b"not a database, but long enough to look like one" * 100)
    assert on_disk(config)["database"].state == "broken"


@pytest.mark.parametrize(
    ("version", "state", "words"),
    [
        ("silbo_9999", "broken", "newer"),
        ("silbo_0001", "warning", "older"),
        ("wordpress_7", "broken", "another program"),
    ],
)
def test_a_database_of_another_version_is_told_and_left_as_it_is(
    config: Path, version: str, state: str, words: str
) -> None:
    with changed(config) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    found = on_disk(config)["schema"]
    assert (found.state, words in found.what) == (state, True)
    with changed(config) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(version,)]


async def test_drops_that_wait_for_long_and_the_last_export_are_told(config: Path) -> None:
    state = config.parent / "state"
    store = await Store.open(f"sqlite+aiosqlite:///{state / 'silbo.db'}")
    try:
        assert "nothing was exported yet" in on_disk(config)["export"].what
        await submit(store, 1, b"a testimony")
        fresh, late = on_disk(config)["export"], on_disk(config, DAY + timedelta(days=30))["export"]
        assert (fresh.state, late.state, late.fix) == ("ok", "warning", "silbo export")
        (config.parent / "stick").mkdir()
        await run_export(store, state / "signing.key", config.parent / "stick", exporting.DAY)
        found = on_disk(config, DAY + timedelta(days=30))["export"]
        assert (found.state, found.what) == (
            "ok",
            f"the last export was on {exporting.DAY}, and no drop waits",
        )
    finally:
        await store.close()


def test_backups_that_stopped_are_told(config: Path) -> None:
    backups = config.parent / "backups"
    recipient = X25519Identity.generate().recipient()
    config.write_text(f'{SETTINGS}[backup]\ndirectory = "backups"\nrecipient = "{recipient}"\n')
    assert on_disk(config)["backup"].state == "broken"
    backups.mkdir()
    assert "no backup yet" in on_disk(config)["backup"].what
    (backups / f"silbo-{DAY}.tar.age").touch()
    assert on_disk(config)["backup"].state == "ok"
    assert on_disk(config, DAY + timedelta(days=5))["backup"].state == "warning"


# Telegram


async def test_beside_a_running_bot_it_disturbs_nothing_and_hears_of_its_polls(
    config: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with TelegramApi() as api:
        with_bot(config, api)
        assert (await at_telegram(config))["poll"].state == "warning"
        server = asyncio.create_task(run_telegram(load_settings(config)))
        api.text(42, "/start")
        await until(lambda: bool(api.sent[42]))
        found = await at_telegram(config)
        assert (found["poll"].state, found["token"].state, found["webhook"].state) == ("ok", "ok", "ok")
        api.text(42, "words after it")
        await until(lambda: len(api.sent[42]) >= 2)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(server, PATIENCE)
    mark = (config.parent / "runtime" / "polled").stat()
    assert (mark.st_size, mark.st_mtime % POLL_STEP) == (0, 0)
    assert "42" not in capfd.readouterr().out


async def test_a_bot_that_has_stopped_is_broken(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with TelegramApi() as api:
        with_bot(config, api)
        RuntimeFolder.open(config.parent / "runtime").note_poll(1_000_000_000.0)
        monkeypatch.setattr("bot.doctor.telegram.time", SimpleNamespace(time=lambda: 1_000_000_000.0 + 3600))
        found = (await at_telegram(config))["poll"]
    assert found.state == "broken"
    assert "for 6" in found.what


@pytest.mark.parametrize(("off", "state"), [(0, "ok"), (-600, "warning"), (90, "warning"), (86400, "broken")])
async def test_a_wrong_clock_is_told_by_the_answers_of_telegram(
    config: Path, monkeypatch: pytest.MonkeyPatch, off: int, state: str
) -> None:
    monkeypatch.setattr("bot.doctor.telegram.time", SimpleNamespace(time=lambda: time.time() + off))
    async with TelegramApi() as api:
        assert (await at_telegram(with_bot(config, api)))["clock"].state == state


async def test_a_webhook_that_was_left_over_is_told(config: Path) -> None:
    async with TelegramApi() as api:
        await api.hook("http://127.0.0.1:9/left-over", None, 1)
        found = (await at_telegram(with_bot(config, api)))["webhook"]
        assert (found.state, "left over" in found.what) == ("broken", True)


async def test_a_webhook_that_telegram_does_not_know_is_told(config: Path) -> None:
    async with TelegramApi() as api:
        hook = 'mode = "webhook"\n[telegram.webhook]\n'
        hook += 'url = "https://silbo.example.org/hook"\nsecret_file = "secret"\n'
        found = await at_telegram(with_bot(config, api, hook))
        assert (found["webhook"].state, found["webhook"].what) == ("broken", "Telegram has no webhook")
        assert "poll" not in found
        await api.hook("https://silbo.example.org/hook", None, 1)
        assert (await at_telegram(config))["webhook"].state == "ok"
        await api.hook("https://silbo.example.org/hook?m=0123456789abcdef", None, 1)  # as Silbo sets it
        assert (await at_telegram(config))["webhook"].state == "ok"


async def test_a_token_that_telegram_refuses_is_broken_and_never_shown(
    config: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    other = "123456789:AAanother_token_that_is_not_valid_0"
    async with TelegramApi() as api:
        with_bot(config, api)
        (config.parent / "token").write_text(other)
        loop = asyncio.get_running_loop()
        status = await loop.run_in_executor(None, main, ["doctor", "--config", str(config)])
        api.violations.clear()
    said = capfd.readouterr()
    assert status == 2
    assert "Telegram does not accept the bot token" in said.out
    assert "AAanother" not in said.out + said.err


async def test_a_telegram_that_does_not_answer_is_broken(config: Path) -> None:
    async with TelegramApi() as api:
        with_bot(config, api)
    found = (await at_telegram(config))["telegram"]
    assert (found.state, found.what) == ("broken", "Telegram can't be reached (no connection)")


def behind_a_proxy(config: Path, proxy: str) -> None:
    config.write_text(config.read_text().replace("[telegram]", f'[telegram]\nproxy = "{proxy}"'))


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_a_wrong_proxy_is_told_from_a_network_that_is_down(config: Path, kind: str) -> None:
    async with TelegramApi() as api:
        with_bot(config, api)
        behind_a_proxy(config, f"{kind}://127.0.0.1:{free_port()}")
        found = (await at_telegram(config))["telegram"]
    assert "telegram.proxy`; does the proxy run" in found.what


async def test_an_answer_of_somebody_else_is_no_missing_network(config: Path) -> None:
    async with TelegramApi() as api:
        with_bot(config, api)
        api.faults.append(Fault("getMe", kind="page", times=9))
        found = (await at_telegram(config))["telegram"]
    assert found.what == "Telegram can't be reached (something else than Telegram answers)"


def test_what_can_be_no_token_is_found_without_a_network(config: Path) -> None:
    with config.open("a") as file:
        file.write('[telegram]\ntoken_file = "token"\n')
    (config.parent / "token").write_text("my-bots-token")
    (config.parent / "token").chmod(0o600)
    found = on_disk(config)["token_file"]
    assert found.state == "broken"
    assert "that is no bot token" in found.what
    assert "my-bots" not in str(found)


def test_what_a_desk_tells_sources_is_looked_at(config: Path) -> None:
    asked = 'languages = ["en", "fr"]\nposter_words = ["rosas"]\nquota_mb = 900\nnotice = { en = "We." }\n'
    text = SETTINGS.replace("[desk]\n", f"[desk]\n{asked}") + "[quota]\ntotal_mb = 600\n"
    config.write_text(text)
    found = list(told(load_settings(config)))
    assert [finding.check for finding in found] == ["poster_words", "notice", "quota"]
    assert all(finding.fix for finding in found)
    assert "rosas" not in str(found)
    config.write_text(SETTINGS)
    assert list(told(load_settings(config))) == []


def test_nothing_that_is_ok_gives_an_order() -> None:
    for source in (doctor_host, doctor_data, doctor_telegram, sys.modules[quiet.__module__]):
        tree = ast.parse(inspect.getsource(source))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            words = [each.value for each in call.args if isinstance(each, ast.Constant)]
            if "ok" in words:
                assert len(call.args) == 3, ast.unparse(call)


@pytest.mark.parametrize(
    ("changed", "content", "said"),
    [
        (None, "", "writes nothing when a file breaks its decoder"),
        ("proc/sys/debug/exception-trace", "1\n", "the kernel tells of a program that crashes"),
        ("proc/sys/kernel/seccomp/actions_logged", "kill_process errno\n", "a program that a filter ends"),
        (
            "etc/systemd/journald.conf.d/silbo.conf",
            "[Journal]\n#Audit=no\n",
            "journald takes the kernel's audit",
        ),
        ("run/auditd.pid", "7", "auditd writes of what programs do"),
    ],
)
def test_a_machine_that_would_tell_of_a_broken_decoder_is_seen(
    tmp_path: Path, changed: str | None, content: str, said: str
) -> None:
    """What deploy.sh has set holds for the whole machine, and another program may set it back."""
    files = {
        "proc/sys/debug/exception-trace": "0\n",
        "proc/sys/kernel/seccomp/actions_logged": "trap errno user_notif trace log\n",
        "etc/systemd/journald.conf.d/silbo.conf": "[Journal]\nAudit=no\n",
        "socket": "",
    }
    for name, text in (files if changed is None else files | {changed: content}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = list(quiet(Path("scrub"), tmp_path / "socket", tmp_path))
    assert [finding.check for finding in found] == ["quiet"]
    assert said in found[0].what
    assert (found[0].state == "ok") == (changed is None)
    assert list(quiet(None, None, tmp_path)) == []
    if (
        changed == "proc/sys/debug/exception-trace"
    ):  # without LibreOffice there is nothing that dies of a signal
        assert next(quiet(Path("scrub"), tmp_path / "none", tmp_path)).state == "ok"


def test_a_database_that_fits_into_memory_is_read_in_order_before_it_is_checked(tmp_path: Path) -> None:
    """Its pages stand in another order than the check asks for them."""
    file = tmp_path / "silbo.db"
    file.write_bytes(bytes(3_000_000))
    assert read_through(file, 3_000_000) == 3_000_000
    assert read_through(file, 2_999_999) == 0
    assert read_through(tmp_path / "none", 1) == 0
    assert memory_left() > 0
