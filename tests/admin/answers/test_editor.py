"""A reply is written in an editor, at a real terminal: in memory, and nothing of it stays."""

import os
import re
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admin.answers import private
from admin.errors import AdminError
from crypto.codename import generate, root
from tests.admin.stage import PASSPHRASE, Reviewer, Server, Typist, run_apart, text_item
from tests.admin.test_cli import without_network

MOUNTS = """22 1 8:1 / / rw - ext4 /dev/sda1 rw
23 22 0:21 / /dev/shm rw shared:3 - tmpfs tmpfs rw
24 22 0:22 / /run/user/1000\\040x rw - tmpfs tmpfs rw
25 23 8:2 / /dev/shm/disk rw - ext4 /dev/sdb1 rw
"""

EDITOR = """#!{python}
import os, sys
from pathlib import Path
file = Path(sys.argv[-1])
log = Path({log!r})
log.write_text(repr((str(file), file.read_text(), sorted(os.environ), os.environ["HOME"], os.getcwd())))
for name in ("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
    Path(os.environ[name], "history-" + name).write_text("CANARY")
file.with_name("reply.txt~").write_text("CANARY")
{work}
"""


@pytest.fixture
def drop(reviewer: Reviewer, server: Server) -> str:
    return imported(reviewer, server)


def imported(reviewer: Reviewer, server: Server) -> str:
    """A drop in English that can be answered."""
    reviewer.keygen("--weeks", "1")
    mailbox = root(generate("en")).mailbox(server.desk_id)
    server.write(server.drop(reviewer.recipients(), text_item("x"), mailbox=mailbox, language="en"))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str) -> Path:
    """An editor of this behaviour; returns its log."""
    program, log = tmp_path / "editor", tmp_path / "log"
    program.write_text(EDITOR.format(python=sys.executable, log=str(log), work=work))
    program.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(program))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("SECRET_OF_THE_SESSION", "CANARY")
    return log


def in_memory() -> set[Path]:
    return {path for path in private.MEMORY.iterdir() if path.stat().st_uid == os.geteuid()}


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_an_editor_keeps_nothing_of_a_reply(
    reviewer: Reviewer, drop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = 'file.write_text(file.read_text() + "We believe you.\\n")'
    log = editor(tmp_path, monkeypatch, work)
    before = in_memory()
    words = ["reply", drop, "--home", str(reviewer.home), "--template", "how", "--template", "danger"]
    typist = Typist(words)
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("Seal this for the source? [y/N] ", "n")
    typist.type_after("Change it? [y/N] ", "y")
    typist.type_after("Seal this for the source? [y/N] ", "y")
    assert typist.finish() == 0, typist.screen
    file, text, names, home, folder = eval(log.read_text())
    assert Path(file).parent == Path(folder)
    assert Path(home).is_relative_to(folder)
    assert folder.startswith("/dev/shm/")
    assert not Path(folder).exists()
    assert in_memory() == before
    assert text.startswith("? How do you know this")
    assert "We believe you.\n" in text  # the second time it opens with what was written
    assert "SECRET_OF_THE_SESSION" not in names
    assert typist.screen.count("We believe you.") == 3  # once, and twice the second time
    told = reviewer.run("thread", drop, passphrase=PASSPHRASE).out
    assert told.index("We believe you.") < told.index("How do you know") < told.index("Is anybody in danger")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        ("sys.exit(1)", "The editor ended with an error; nothing was sealed."),
        ("file.unlink()", "The editor left no text behind; nothing was sealed."),
        ("file.unlink(); file.symlink_to('/etc/hostname')", "The editor left no text behind"),
        ("pass", "There is no word in it; nothing was sealed."),
    ],
)
def test_an_editor_that_fails(
    reviewer: Reviewer, drop: str, monkeypatch: pytest.MonkeyPatch, work: str, sentence: str
) -> None:
    editor(reviewer.home.parent, monkeypatch, work)
    before = in_memory()
    typist = Typist(["reply", drop, "--home", str(reviewer.home)])
    typist.type_after("Passphrase: ", PASSPHRASE)
    assert typist.finish() == 1
    assert sentence in " ".join(typist.screen.split())
    assert in_memory() == before
    assert not (reviewer.home / "replies").exists()


def test_what_is_in_memory_and_what_is_on_a_disk() -> None:
    places = ["/dev/shm", "/dev/shm/x", "/run/user/1000 x", "/tmp", "/dev/shm/disk/x", "/"]
    found = [private.is_in_memory(Path(place), MOUNTS) for place in places]
    assert found == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], False),
        (["/dev/zram0 partition 1 0 100"], False),
        (["/dev/zram0 partition 1 0 100", "/dev/sda2 partition 1 0 -2"], True),
        (["/swapfile file 1 0 -2"], True),
    ],
)
def test_memory_that_is_moved_to_a_disk(tmp_path: Path, lines: list[str], told: bool) -> None:
    (tmp_path / "swaps").write_text("\n".join(["Filename Type Size Used Priority", *lines, ""]))
    assert private.swaps_to_disk(tmp_path / "swaps") is told
    assert private.swaps_to_disk(tmp_path / "none") is False


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_what_a_person_has_typed_is_not_thrown_away(
    reviewer: Reviewer, drop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was too long: the editor opens again with all of it."""
    work = "file.write_text(file.read_text()[:60_000] or 'a' * 70_000)"
    editor(reviewer.home.parent, monkeypatch, work)
    typist = Typist(["reply", drop, "--home", str(reviewer.home)])
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("Change it? [y/N] ", "y")
    typist.type_after("Seal this for the source? [y/N] ", "y")
    assert typist.finish() == 0, typist.screen
    assert "The text has 70000 characters" in " ".join(typist.screen.split())


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_text_that_is_typed_into_the_terminal(reviewer: Reviewer, drop: str) -> None:
    typist = Typist(["reply", drop, "--home", str(reviewer.home), "--file", "-"])
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("Unlocking...", b"We believe you.\n\x04")
    typist.type_after("Seal this for the source? [y/N] ", "y")
    assert typist.finish() == 0, typist.screen
    assert "| We believe you." in re.sub(r"\x1b\[[0-9]*m", "", typist.screen)


def test_without_memory_no_editor_opens(tmp_path: Path) -> None:
    """On a disk the words could be found again, whoever deletes them."""
    for place in (tmp_path / "none", Path("/proc")):
        with (
            pytest.raises(AdminError, match="There is no folder in memory here"),
            private.folder_in_memory(place),
        ):
            pytest.fail("it was opened")


def test_what_is_left_in_memory_is_overwritten_first(tmp_path: Path) -> None:
    with private.folder_in_memory() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "swap").write_bytes(b"CANARY")
        os.link(folder / "swap", beside := folder.with_name(f"{folder.name}-beside"))
    try:
        assert not folder.exists()
        assert beside.read_bytes() in (b"", bytes(6))
    finally:
        beside.unlink()


def test_a_question_and_its_outbox_without_a_network(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    prefix = without_network()
    reviewer.today = server.day = datetime.now(UTC).date()
    drop, home = imported(reviewer, server), reviewer.home
    (tmp_path / "text").write_text("Thank you.")
    words = ["reply", drop, "--file", str(tmp_path / "text"), "--yes"]
    done = run_apart(home, *words, passphrase=PASSPHRASE, prefix=prefix)
    assert (done.status, done.err) == (0, "")
    done = run_apart(home, "outbox", server.stick, passphrase=PASSPHRASE, prefix=prefix)
    assert (done.status, done.err) == (0, "")
    done = run_apart(home, "import", server.stick, prefix=prefix)
    assert (done.status, done.err) == (0, "")
    done = run_apart(home, "thread", drop, passphrase=PASSPHRASE, prefix=prefix)
    assert (done.status, done.err) == (0, "")
    assert "| Thank you." in done.out
