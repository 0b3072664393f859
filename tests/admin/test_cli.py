"""The command line as a whole: isolation, hardening, bad input, and the real program as its own process."""

import ast
import ctypes
import getpass
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
import warnings
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from admin.cli import main
from admin.errors import AdminError
from admin.home import default_path
from admin.keys.passphrase import from_terminal
from tests.admin.stage import (
    PASSPHRASE,
    SILBO_ADMIN,
    TODAY,
    Reviewer,
    Server,
    Typist,
    file_item,
    pipe_with,
    run_apart,
    text_item,
)

ADMIN = Path(__file__).resolve().parents[2] / "admin"
NETWORK = {"socket", "_socket", "ssl", "_ssl", "http", "http.client", "urllib.request", "asyncio", "ftplib"}


def test_no_module_of_admin_imports_the_network() -> None:
    allowed = set(sys.stdlib_module_names) | {
        "admin",
        "codes",
        "crypto",
        "segno",
        "_typeshed",
    }  # the last for types only
    forbidden = {"socket", "ssl", "http", "urllib", "asyncio", "ftplib", "smtplib", "socketserver", "xmlrpc"}
    for path in ADMIN.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            roots = {name.split(".")[0] for name in names}
            also = (
                {"rich", "scrub", "textual", "typst"} if "workspace" in path.parts else set()
            )  # an event loop is loaded when it is used; what sets pages is a compiled file of its own
            assert roots <= (allowed | also) - forbidden, path.name


def test_no_command_loads_the_network() -> None:
    """Also not through a library: `import segno` alone would bring socket and ssl."""
    code = (
        "import sys; from admin import cli; from admin.keys import qr;"
        "[cli.load(name) for name in cli.COMMANDS]; qr.encode('silbo');"
        f"print(sorted(set(sys.modules) & {NETWORK!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_process_leaves_no_core_and_is_not_dumpable(reviewer: Reviewer) -> None:
    reviewer.run("keygen", "--suggest")
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    if sys.platform == "linux":
        get_dumpable = 3
        assert ctypes.CDLL(None).prctl(get_dumpable, 0, 0, 0, 0) == 0


def without_network() -> list[str]:
    prefix = ["unshare", "-rn"]
    try:
        allowed = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("left out: this kernel does not permit unshare -rn")
    return prefix


def test_the_program_itself_without_a_network(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    prefix = without_network()
    made = run_apart(reviewer.home, "keygen", "--weeks", "1", passphrase=PASSPHRASE, prefix=prefix)
    assert (made.status, made.err) == (0, "")
    reviewer.today = server.day = datetime.now(UTC).date()  # after that: a Sunday's midnight may have passed
    server.write(server.drop(reviewer.recipients(), text_item("sin red"), file_item(b"photo")))
    taken = run_apart(reviewer.home, "import", server.stick, "--server", server.public, prefix=prefix)
    assert (taken.status, taken.err) == (0, "")
    shown = run_apart(reviewer.home, "show", server.last_id, passphrase=PASSPHRASE, prefix=prefix)
    assert (shown.status, shown.err) == (0, "")
    assert "| sin red\n" in shown.out
    done = run_apart(reviewer.home, "extract", server.last_id, tmp_path, passphrase=PASSPHRASE, prefix=prefix)
    assert done.status == 0
    assert (tmp_path / server.last_id / "0002.jpg").read_bytes() == b"photo"


def test_full_disk(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    """A real file system of 256 KiB: the import says so in one sentence and leaves nothing half done."""
    without_network()
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), file_item(os.urandom(400_000))))
    small = tmp_path / "small"
    small.mkdir()
    script = (
        'mount -t tmpfs -o size=256k,mode=700 none "$1" || exit 77; shift; "$@"; status=$?;'
        ' ls -A "$HOME_FOLDER/drops" >&2; exit $status'
    )
    words = [
        "unshare",
        "-rm",
        "sh",
        "-c",
        script,
        "sh",
        str(small),
        *SILBO_ADMIN,
        "--home",
        str(small / "home"),
    ]
    words += ["import", str(server.stick), "--server", server.public]
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        env=os.environ | {"HOME_FOLDER": str(small / "home")},
        check=False,
    )
    if done.returncode == 77:
        pytest.skip("left out: this kernel does not permit a mount of one's own")
    assert (done.returncode, "0 new drops" in done.stdout) == (3, True), done
    (finding,) = done.stderr.splitlines()  # and no name of anything in the folder of drops
    assert finding.startswith("! Batch 1, drop ")
    assert finding.endswith(": there is no room for its 1 MiB here; make room and import again.")


def test_unreadable_folder(reviewer: Reviewer, server: Server) -> None:
    prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    reviewer.today = server.day = datetime.now(UTC).date()  # the real program reads the real clock
    reviewer.keygen("--weeks", "1")
    folder = server.write(server.drop(reviewer.recipients(), text_item("one")))
    (folder / "batch.json").chmod(0)
    server.write(server.drop(reviewer.recipients(), text_item("two")))
    try:
        done = run_apart(reviewer.home, "import", server.stick, "--server", server.public, prefix=prefix)
        assert (done.status, done.err) == (
            3,
            "! A file of folder batch-000001 cannot be read by this user, only by who wrote it: "
            "'sudo chmod -R a+rX DIR' opens it.\n! Missing before batch 2: batch 1.\n"
            "! What is missing is most often on a stick that was left behind, or comes with the next one: "
            "ask the operator. If the operator gave you all of it, it was taken off on the way.\n",
        )
        server.stick.chmod(0)
        done = run_apart(reviewer.home, "import", server.stick, "--server", server.public, prefix=prefix)
        assert (done.status, done.out) == (1, "")
        assert done.err == (
            "silbo-admin: The folder to import cannot be read by this user, only by who wrote it: "
            "'sudo chmod -R a+rX DIR' opens it.\n"
        )
    finally:
        server.stick.chmod(0o700)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.usefixtures("signals_of_a_terminal")
def test_an_interrupt_is_one_sentence(reviewer: Reviewer, number: signal.Signals) -> None:
    """Ctrl-C, a shutdown, or a terminal that is closed, while scrypt works."""
    words = [*SILBO_ADMIN, "--home", str(reviewer.home), "keygen"]
    handle = pipe_with(PASSPHRASE)
    with subprocess.Popen(
        [*words, "--passphrase-fd", str(handle)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=(handle,),
    ) as process:
        os.close(handle)
        deadline = time.monotonic() + 240
        while not list(reviewer.home.glob(".partial-*/list-*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err == "\nStopped; nothing half done was left.\n"
    assert not list(reviewer.home.rglob(".partial-*"))
    assert list((reviewer.home / "keys").iterdir()) == []


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_person_at_a_terminal(reviewer: Reviewer, server: Server) -> None:
    home = ["--home", str(reviewer.home)]
    keygen = Typist([*home, "keygen", "--weeks", "1"])
    keygen.type_after("New passphrase: ", PASSPHRASE)
    keygen.type_after("The same again: ", PASSPHRASE)
    assert keygen.finish() == 0
    assert PASSPHRASE not in keygen.screen
    assert "Sealing secrets under the passphrase: 2 of 2" in keygen.screen

    differ = Typist(["--home", str(reviewer.home) + "2", "keygen", "--weeks", "1"])
    for _ in range(3):
        differ.type_after("New passphrase: ", PASSPHRASE)
        differ.type_after("The same again: ", PASSPHRASE + "x")
    assert differ.finish() == 1
    assert "The two passphrases differ. Nothing was made." in differ.screen

    server.write(server.drop(reviewer.recipients(), text_item("hola\u202e")))
    (server.stick / "server.pub").write_text(server.public + "\n")
    no = Typist([*home, "import", str(server.stick)])
    no.type_after("[y/N] ", "")
    assert no.finish() == 1
    assert "not confirmed" in no.screen
    yes = Typist([*home, "import", str(server.stick)])
    yes.type_after("[y/N] ", "y")
    assert yes.finish() == 0

    show = Typist([*home, "show", server.last_id])
    show.type_after("Passphrase: ", "wrong wrong wrong")
    show.type_after("Passphrase: ", PASSPHRASE)
    assert show.finish() == 0
    assert "try again" in show.screen
    assert "hola\x1b[7m\\u202e\x1b[0m" in show.screen


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_keyboard_that_types_no_utf8_leaves_no_byte_of_the_passphrase_on_the_screen(
    reviewer: Reviewer,
) -> None:
    keygen = Typist(["--home", str(reviewer.home), "keygen", "--weeks", "1"])
    keygen.type_after("New passphrase: ", b"contrase\xf1a secreta")
    assert keygen.finish() == 1
    assert "silbo-admin: The passphrase holds something that is not text." in keygen.screen
    assert "Traceback" not in keygen.screen
    assert "f1" not in keygen.screen


def test_a_terminal_that_cannot_hide_the_passphrase_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def echoing(_prompt: str) -> str:
        warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)
        raise AssertionError("it was read with echo")

    monkeypatch.setattr("getpass.getpass", echoing)
    with pytest.raises(AdminError, match="cannot hide"):
        from_terminal("Passphrase: ")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_wrong_passphrase_from_a_descriptor_is_called_wrong_on_a_terminal_too(
    reviewer: Reviewer, tmp_path: Path
) -> None:
    reviewer.keygen("--weeks", "1")
    (tmp_path / "wrong").write_text("not the passphrase\n")
    with (tmp_path / "wrong").open("rb") as file:
        os.set_inheritable(file.fileno(), True)
        words = ["--home", str(reviewer.home), "rotate", "--passphrase-fd", str(file.fileno())]
        rotate = Typist(words)
        assert rotate.finish() == 1
    assert "The passphrase does not open root.age." in rotate.screen


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("answer", ["", "y", "yes", "destroy"])
def test_a_person_types_a_word_before_unread_drops_are_lost(
    reviewer: Reviewer, server: Server, answer: str
) -> None:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("never read")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    rotate = Typist(["--home", str(reviewer.home), "rotate", "--weeks", "1"], date(2026, 12, 14))
    rotate.type_after("Passphrase: ", PASSPHRASE)
    rotate.type_after("else keeps them: ", answer)
    assert rotate.finish() == 0
    before, after = " ".join(rotate.screen.split()).split("type the word destroy")
    assert f"{server.last_id[:12]} 2026-11-18 batch 1 \x1b[1;31mnever opened" in before
    assert ("Can no longer be read" in after) == (answer == "destroy")
    assert (reviewer.home / "keys" / "period-2026-11-16.age").exists() == (answer != "destroy")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_clock_that_once_was_wrong_does_not_stop_rotation_for_ever(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    reviewer.today = date(2099, 1, 1)
    reviewer.run("list")
    reviewer.today = TODAY
    refused = reviewer.run("rotate", "--weeks", "1", passphrase=PASSPHRASE)
    assert (refused.status, refused.out) == (1, "")
    rotate = Typist(["--home", str(reviewer.home), "rotate", "--weeks", "1"])
    rotate.type_after("Is today 2026-11-18 (UTC), for certain? [y/N] ", "y")
    rotate.type_after("Passphrase: ", PASSPHRASE)
    assert rotate.finish() == 0
    assert reviewer.run("list").err == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["show", "abcd"], "There is no silbo-admin home there yet"),
        (["list"], "There is no silbo-admin home there yet"),
        (["rotate"], "There is no silbo-admin home there yet"),
        (["publish", "x"], "There is no silbo-admin home there yet"),
        (["fingerprint"], "There is no silbo-admin home there yet"),
        (["keygen"], "A passphrase is needed"),
    ],
)
def test_before_anything_was_made(reviewer: Reviewer, words: list[str], sentence: str) -> None:
    done = reviewer.run(*words)
    assert (done.status, done.out) == (1, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "words", [[], ["nonsense"], ["show"], ["keygen", "--start", "tomorrow"], ["keygen", "--weeks", "many"]]
)
def test_wrong_usage_exits_2(reviewer: Reviewer, words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        reviewer.run(*words)
    assert stopped.value.code == 2


def test_a_command_that_is_none_is_one_sentence(
    reviewer: Reviewer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The names of all 45 ran over the screen as one line."""
    with pytest.raises(SystemExit) as stopped:
        reviewer.run("nonsense")
    told = capsys.readouterr()
    assert (stopped.value.code, told.out) == (2, "")
    assert " ".join(told.err.split()).startswith("silbo-admin: There is no such command; '")
    assert "--help' lists them." in told.err
    assert told.err.count("silbo-admin: ") == 1
    assert "fingerprint" not in told.err


@pytest.mark.parametrize("words", [["read", "--language", "es"], ["fingerprint", "--language=es"]])
def test_a_language_behind_the_command_is_told_where_it_stands(
    reviewer: Reviewer, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        reviewer.run(*words)
    assert stopped.value.code == 2
    told = " ".join(capsys.readouterr().err.split())
    assert told.startswith("silbo-admin: --language stands before the command: ")
    assert told.endswith(f" --language es {words[0]}")
    with pytest.raises(SystemExit):
        reviewer.run("fingerprint", "--speak", "es")
    assert "unrecognized arguments: --speak es" in capsys.readouterr().err


def test_a_home_that_holds_something_else(reviewer: Reviewer) -> None:
    reviewer.home.mkdir(mode=0o700)
    (reviewer.home / "letters.txt").write_text("dear")
    done = reviewer.run("keygen", passphrase=PASSPHRASE)
    assert (done.status, done.out) == (1, "")
    assert "not a silbo-admin home" in done.err
    assert os.listdir(reviewer.home) == ["letters.txt"]


def test_a_home_that_others_can_read(reviewer: Reviewer) -> None:
    reviewer.keygen()
    reviewer.home.chmod(0o755)
    done = reviewer.run("list")
    assert (done.status, done.out) == (1, "")
    assert "chmod 700" in done.err


def test_a_home_of_another_user(reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch) -> None:
    reviewer.keygen()
    monkeypatch.setattr("admin.home.os.geteuid", lambda: 12345)
    done = reviewer.run("list")
    assert done.status == 1
    assert "belongs to another user" in done.err


def test_a_home_of_a_later_version(reviewer: Reviewer) -> None:
    reviewer.keygen()
    (reviewer.home / "silbo-admin-home").write_text("silbo-admin home, version 2\n")
    assert "another version" in reviewer.run("list").err


def test_the_home_is_where_the_xdg_specification_says(tmp_path: Path) -> None:
    assert default_path({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "silbo-admin"
    assert default_path({}) == Path.home() / ".local" / "share" / "silbo-admin"
    assert default_path({"XDG_DATA_HOME": "relative"}) == default_path({})


def test_a_home_that_is_a_file(reviewer: Reviewer) -> None:
    reviewer.home.write_text("x")
    done = reviewer.run("keygen", passphrase=PASSPHRASE)
    assert (done.status, done.err) == (1, "silbo-admin: The home is not a folder.\n")


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"newest_day": "soon"}'])
def test_a_damaged_state(reviewer: Reviewer, content: bytes) -> None:
    reviewer.keygen()
    (reviewer.home / "state.json").write_bytes(content)
    done = reviewer.run("list")
    assert (done.status, done.err) == (1, "silbo-admin: The file state.json in the home is damaged.\n")


def test_two_commands_at_the_same_time(reviewer: Reviewer, server: Server) -> None:
    from admin.home import Home

    reviewer.keygen("--weeks", "1")
    server.write()
    with Home(reviewer.home).lock():
        done = reviewer.run("import", server.stick, "--server", server.public)
    assert done.status == 1
    assert "Another silbo-admin is at work" in done.err


@pytest.mark.parametrize("number", ["999", "-1"])
def test_a_descriptor_that_is_not_open(reviewer: Reviewer, number: str) -> None:
    done = reviewer.run("keygen", f"--passphrase-fd={number}")
    assert done.status == 1
    assert "No passphrase can be read" in done.err


def test_an_endless_passphrase(reviewer: Reviewer) -> None:
    done = reviewer.run("keygen", passphrase="x" * 5000)
    assert done.status == 1
    assert "longer than" in done.err


def test_the_passphrase_is_the_first_line(reviewer: Reviewer) -> None:
    assert reviewer.run("keygen", "--weeks", "1", passphrase=PASSPHRASE + "\r\nsecond").status == 0
    assert reviewer.run("rotate", "--weeks", "1", passphrase=PASSPHRASE).status == 0


def show_apart(reviewer: Reviewer, server: Server, handle: int) -> list[str]:
    home = str(reviewer.home)
    return [*SILBO_ADMIN, "--home", home, "show", server.last_id, "--passphrase-fd", str(handle)]


def test_output_into_a_closed_pipe_is_quiet(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("line\n" * 100_000)))
    reviewer.run("import", server.stick, "--server", server.public)
    handle = pipe_with(PASSPHRASE)
    words = [
        *SILBO_ADMIN,
        "--home",
        str(reviewer.home),
        "show",
        server.last_id,
        "--passphrase-fd",
        str(handle),
    ]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(handle,)
    ) as process:
        os.close(handle)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 1


def test_a_terminal_without_unicode(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("ñandú")))
    reviewer.run("import", server.stick, "--server", server.public)
    handle = pipe_with(PASSPHRASE)
    words = [
        *SILBO_ADMIN,
        "--home",
        str(reviewer.home),
        "show",
        server.last_id,
        "--passphrase-fd",
        str(handle),
    ]
    done = subprocess.run(
        words,
        capture_output=True,
        pass_fds=(handle,),
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    os.close(handle)
    assert b"| \\xf1and\\xfa\n" in done.stdout


def test_files_stay_private_whatever_the_umask(reviewer: Reviewer) -> None:
    before = os.umask(0)
    try:
        reviewer.keygen("--weeks", "1")
    finally:
        os.umask(before)
    assert all(not stat.S_IMODE(path.stat().st_mode) & 0o077 for path in reviewer.home.rglob("*"))


def test_age_is_one_of_the_commands(reviewer: Reviewer, tmp_path: Path) -> None:
    assert reviewer.run("age", "keygen", "-o", tmp_path / "key").status == 0
    assert "AGE-SECRET-KEY-PQ-1" in (tmp_path / "key").read_text()
    assert main(["age", "decrypt", "-i", str(tmp_path / "nowhere"), str(tmp_path / "key")]) == 1


def test_only_one_thread_is_left(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    assert threading.active_count() == 1
