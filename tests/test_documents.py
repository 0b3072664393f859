"""The documents do what they say: every command in them is run, and prints what they show.

docs/reviewers.md is followed by a reviewer on an offline machine with a stick, while an operator and a worker
do their part on a real server. In the daily run `silbo-admin` is the code of this folder with a quick scrypt;
with --long it is the file of a release, as it comes on the stick.
"""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import read
from crypto.minisign import SigningKey
from demo import samples
from opener.build import build
from release.__main__ import contents
from release.commit import read_commit
from release.errors import ReleaseError
from tests.document_console import Command, Desk, Likeness, Meanwhile, steps

ROOT = Path(__file__).resolve().parent.parent
PASSPHRASE = "arch poverty runway absurd license pony"
RELEASE_KEY = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
"""What stands in the document for the key of the releases."""

ENCLOSE = ("2", "6", "1")
"""The buttons to press: options, the original for the custodian, turn it on."""

READ = ("2", "2")
"""The buttons to press: I have read it, below an answer; done."""

TESTIMONY = "They sent us eight pages. A camera will watch my bedroom, and my children walk behind me."

EDITOR = """#!/bin/sh
echo "Thank you. We believe you." >> "$1"
"""
"""What a reviewer types in it."""

QUICK = """#!/usr/bin/env python3
import sys
from datetime import date
from pathlib import Path
if "age-plugin-pq" in sys.argv[0]:
    from admin.age.plugin import main
    sys.exit(main())
from admin.cli import main
today = date.fromisoformat(Path("TODAY").read_text())
sys.exit(main(today=lambda: today, work_factor=4))
"""
"""`silbo-admin` with a scrypt that takes no second for each of 27 secrets, and a clock that a test moves."""


class Story:
    """A reviewer's machine and stick, and a server far away from both."""

    def __init__(self, folder: Path, silbo_admin: bytes, workspace: bytes = b"") -> None:
        self.folder = folder
        self.home, self.stick, self.shm = (folder / name for name in ("home", "stick", "shm"))
        for place in (self.home, self.stick, self.shm, folder / "bin"):
            place.mkdir(parents=True)
        self.today = folder / "today"
        self.today.write_text(str(datetime.now(UTC).date()))
        self.release_key = SigningKey.generate()
        self._fill_the_stick(silbo_admin, workspace)
        python = folder / "bin" / "python3"
        python.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        editor = folder / "bin" / "editor"
        editor.write_text(EDITOR)
        editor.chmod(0o755)
        self.settings = folder / "silbo.toml"
        self.settings.write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n')

    def _fill_the_stick(self, silbo_admin: bytes, workspace: bytes) -> None:
        files = {"silbo-admin": silbo_admin.replace(b"TODAY", bytes(self.today)), "silbo-open.py": build()}
        files["silbo-workspace"] = workspace
        for name, content in files.items():
            (self.stick / name).write_bytes(content)
        files["silbo-0.1.1.tar"] = b"the source, which is not needed offline"
        sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
        (self.stick / "SHA256SUMS").write_text(sums)
        signature = self.release_key.sign(sums.encode(), f"Silbo 0.1.1, commit {'0' * 40}")
        (self.stick / "SHA256SUMS.minisig").write_text(signature)

    def desk(self, language: str = "C") -> Desk:
        judges = [shutil.which(name) for name in ("age", "minisign")]
        places = [self.folder / "bin", ROOT / ".tools" / "bin", Path("/usr/bin"), Path("/bin")]
        places += [Path(judge).parent for judge in judges if judge is not None]
        environment = {
            "PATH": os.pathsep.join(map(str, places)),
            "HOME": str(self.home),
            "LANG": f"{language}.UTF-8",
            "TERM": "dumb",
            "NO_COLOR": "1",
            "EDITOR": "editor",
        }
        called = {"/media/stick": self.stick, "/home/ana": self.home, "/dev/shm": self.shm}
        desk = Desk(self.home, environment, {name: str(path) for name, path in called.items()}, PASSPHRASE)
        desk.likeness.known[RELEASE_KEY] = str(self.release_key.public())
        return desk

    def silbo(self, *arguments: str, typed: str = "") -> str:
        command = [sys.executable, "-P", "-m", "bot", *arguments, "--config", str(self.settings)]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "LANG": "en_GB.UTF-8"}
        done = subprocess.run(
            command, input=typed, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def a_worker_writes(self, *buttons: str, export: bool = True) -> None:
        photo = self.folder / "photo.jpg"
        if not photo.exists():
            (self.folder / "phone").mkdir()
            samples.testimony_files(self.folder / "phone")[0].rename(photo)
        said = [TESTIMONY, *buttons, f"/attach {photo}", "/send", "1", "/quit"]
        shown = self.silbo("chat", typed="".join(f"{line}\n" for line in said))
        self.codename = re.findall(r"(?m)^ *((?:[a-z]+ ){6}[a-z]+)$", shown)[-1]
        if export:
            self.silbo("export", str(self.stick))

    def take_the_list(self) -> None:
        """The operator's part: the words come from the reviewer's own machine, as over the telephone."""
        self.silbo("init")
        words = subprocess.run(
            [sys.executable, str(self.home / "silbo-admin"), "fingerprint", "--words"],
            env={"HOME": str(self.home), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        self.silbo("reviewers", "add", str(self.stick), "--words", words)
        self.a_worker_writes()

    def deliver_the_reply(self) -> None:
        assert "1 reply delivered" in self.silbo("import-replies", str(self.stick))
        said = ["/answers", self.codename, *READ, "/quit"]
        shown = self.silbo("chat", typed="".join(f"{line}\n" for line in said))
        assert "We believe you." in shown
        assert "will see that you read it" in shown
        self.silbo("export", str(self.stick))

    def take_the_receipt(self) -> None:
        assert "1 drop" in self.silbo("receipts", str(self.stick))

    def another_worker_writes(self) -> None:
        self.a_worker_writes()

    def five_weeks_pass(self) -> None:
        shutil.copytree(self.home, self.folder / "before", symlinks=True)
        self.today.write_text(str(date.fromisoformat(self.today.read_text()) + timedelta(days=35)))

    def name_the_custodian(self) -> None:
        """Those five weeks did not pass on the server: the reviewer's machine is what it was before."""
        public = (self.home / "custodian.pub").read_text().strip()
        made = {name: (self.home / name).read_bytes() for name in ("custodian.age", "custodian.pub")}
        shutil.rmtree(self.home)
        (self.folder / "before").rename(self.home)
        for name, content in made.items():
            (self.home / name).write_bytes(content)
        self.today.write_text(str(datetime.now(UTC).date()))
        custodian = f'custodian = "{public}"\ncustodian_name = "the notary of the union"\n'
        self.settings.write_text(self.settings.read_text() + custodian)
        self.a_worker_writes(*ENCLOSE)

    def meanwhile(self) -> dict[str, Callable[[], None]]:
        return {
            "the operator adds this reviewer, a worker writes, the operator exports": self.take_the_list,
            "the operator delivers the reply, which is read, and exports": self.deliver_the_reply,
            "the operator takes the receipt": self.take_the_receipt,
            "another worker writes, the operator exports": self.another_worker_writes,
            "five weeks pass": self.five_weeks_pass,
            "the operator names the custodian, and a worker encloses an original": self.name_the_custodian,
        }


def test_reviewers_md_leads_from_nothing_to_the_first_drop(tmp_path: Path) -> None:
    story = Story(tmp_path, QUICK.encode())
    desk = story.desk()
    assert desk.follow(ROOT / "docs" / "reviewers.md", story.meanwhile()) > 20
    if desk.left_out:
        pytest.skip(f"left out: no {' and no '.join(sorted(desk.left_out))}; the other commands did as shown")


@pytest.mark.long
def test_reviewers_es_md_leads_there_in_spanish(tmp_path: Path) -> None:
    story = Story(tmp_path, QUICK.encode())
    desk = story.desk("es_CO")
    assert desk.follow(ROOT / "docs" / "reviewers.es.md", story.meanwhile()) > 20


def _shape(page: Path) -> tuple[list[int], list[str]]:
    """The levels of its headings, and all that is typed in it, in order."""
    text = page.read_text("utf-8")
    levels = [len(marks) for marks in re.findall(r"(?m)^(#+) ", text)]
    return levels, re.findall(r"(?m)^(?:\$|silbo>) .*", text)


def test_the_spanish_page_has_the_headings_and_the_commands_of_the_english_one() -> None:
    pages = [ROOT / "docs" / name for name in ("reviewers.md", "reviewers.es.md")]
    assert _shape(pages[0]) == _shape(pages[1])


@pytest.mark.long
def test_reviewers_md_with_the_file_of_a_release(tmp_path: Path) -> None:
    """As it comes on the stick, with the real scrypt and a real clock: up to where weeks pass."""
    try:
        made = contents(read_commit(ROOT), ROOT / "build" / "wheels")
    except ReleaseError as error:
        pytest.skip(f"left out: {error}")
    story = Story(tmp_path, made["silbo-admin"], made["silbo-workspace"])

    class Enough(Exception):
        pass

    def enough() -> None:
        raise Enough

    with pytest.raises(Enough):
        story.desk().follow(ROOT / "docs" / "reviewers.md", story.meanwhile() | {"five weeks pass": enough})


def test_operators_md_does_by_hand_what_it_shows(tmp_path: Path) -> None:
    story = Story(tmp_path, QUICK.encode())
    desk = story.desk()
    (story.home / "bin").mkdir()
    silbo = story.home / "bin" / "silbo"
    silbo.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -P -m bot "$@"\n')
    silbo.chmod(0o755)

    def prepare() -> None:
        shutil.copy(story.stick / "silbo-admin", story.home)
        for command in ("keygen --label ana", "publish /media/stick"):
            status, _ = desk.run(f"python3 silbo-admin {command}")
            assert status == 0
        story.settings = story.settings.rename(story.home / "silbo.toml")

    meanwhile = {
        "a reviewer publishes on the stick, and silbo.toml is written": prepare,
        "a worker writes": lambda: story.a_worker_writes(export=False),
    }
    assert desk.follow(ROOT / "docs" / "operators.md", meanwhile) == 5


def test_the_commands_of_root_that_operators_md_names_exist() -> None:
    """They change a machine: tests/deploy runs such in a root of its own; here a typing error is caught."""
    usage = subprocess.run([ROOT / "deploy.sh"], capture_output=True, text=True, check=True).stdout
    count = 0
    for step in steps(ROOT / "docs" / "operators.md", root=True):
        assert isinstance(step, Command | Meanwhile)
        words = shlex.split(step.text) if isinstance(step, Command) else []
        if words[:1] == ["./deploy.sh"]:
            assert words[1] in usage.split(), step
            count += 1
        elif words[:1] == ["silbo"]:
            read([*words[1:], "--config", "silbo.toml"])
            count += 1
    assert count > 10


# The judge itself


DOCUMENT = """
<!-- meanwhile: it rains -->
```console
$ echo 0a3c1b2c9fd8 of 2026-11-22
5b1e70d2c48a of 2026-01-01
$ echo 5b1e70d2
5b1e70d2
```
```console root
$ rm -rf /
```
"""


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a  b\nc", "a b c", True),
        ("a b", "a c", False),
        ("a ... c", "a b b c", True),
        ("a\n...\nc", "a\nc", True),
        ("a\n...", "a\nb\nc", True),
        ("... kB", "5.2 kB", True),
        ("on 2026-11-22", "on 1999-01-01", True),
        ("on 2026-11-22 and 2026-11-22", "on 1999-01-01 and 1999-01-02", False),
        ("on 2026-11-22", "on a day", False),
        ("drop 0a3c1b2c9fd8", "drop 5b1e70d2c48a", True),
        ("drop 0a3c1b2c9fd8", "drop 5b1e", False),
        ("0a3c1b2c9fd8 0a3c1b2c", "5b1e70d2c48a 5b1e70d2", True),
        ("0a3c1b2c9fd8 0a3c1b2c", "5b1e70d2c48a 00000000", False),
        ("one two three four five", "six seven eight nine ten", True),
        ("one two three four five", "six seven eight nine", False),
        ("It is one two three four five.", "It is six seven eight nine ten.", False),
    ],
)
def test_a_document_that_shows_something_else_is_caught(shown: str, printed: str, same: bool) -> None:
    assert Likeness().compare(shown, printed) is same


def test_a_document_is_read_in_order_and_root_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(DOCUMENT)
    first, *commands = steps(tmp_path / "page.md")
    assert first == Meanwhile(2, "it rains")
    assert [command.text for command in commands if isinstance(command, Command)] == [
        "echo 0a3c1b2c9fd8 of 2026-11-22",
        "echo 5b1e70d2",
    ]


def test_what_was_printed_is_used_in_later_commands(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(DOCUMENT)
    rained: list[bool] = []
    story = Story(tmp_path / "story", QUICK.encode())
    assert story.desk().follow(tmp_path / "page.md", {"it rains": lambda: rained.append(True)}) == 2
    assert rained == [True]
    (tmp_path / "page.md").write_text("```console\n$ echo yes\nno\n```\n")
    with pytest.raises(AssertionError, match="echo yes"):
        story.desk().follow(tmp_path / "page.md", {})
