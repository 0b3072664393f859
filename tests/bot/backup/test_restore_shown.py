"""What a restore shows and asks: a thief of the disk has the server's key, and makes backups with it.

With the real command, in a script and at a terminal.
"""

import io
import os
import pty
import re
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backup.present import Present
from bot.backup.restore import unpack
from bot.backup.shown import Shown
from bot.keys import Reviewers, ShutOut
from bot.keys.keyfolder import tag_of
from crypto.age import HybridIdentity, X25519Identity
from crypto.keylist import KeyList, keylist_bytes, make_periods, monday_of
from crypto.minisign import SigningKey
from crypto.revocation import make_revocation
from crypto.words import fingerprint
from tests.bot.backup.backups import OPERATOR, Server, make_server, members, sealed
from tests.bot.conftest import Pin
from tests.bot.export.exporting import DAY, write_key

ROOT = Path(__file__).resolve().parents[3]
THIEF = SigningKey(bytes(range(32)))
ANA = SigningKey(bytes(range(1, 33)))
TAKEN = b'[telegram]\ntoken_file = "token"\nbase_url = "https://thief.example"\nproxy = "socks5://192.0.2.7:9050"\n'


@dataclass(slots=True)
class Operator:
    """At the server with a backup and the identity that opens it."""

    server: Server
    folder: Path

    def command(self, backup: bytes, *more: str) -> list[str]:
        (self.folder / "backup.age").write_bytes(backup)
        (self.folder / "identity").write_text(OPERATOR.to_string())
        (self.folder / "into").mkdir(exist_ok=True)
        return [
            *(str(ROOT / "bin/silbo"), "restore", str(self.folder / "backup.age")),
            *("--identity", str(self.folder / "identity"), "--into", str(self.folder / "into")),
            *("--over", str(self.server.settings.state), "--over-settings", str(self.server.config), *more),
        ]

    def restore(self, backup: bytes, *more: str, zero: Path = Path(os.devnull)) -> tuple[int, str, str]:
        """In a script, without a terminal, `zero` as descriptor 0: status, output, error."""
        with zero.open("r+b", buffering=0) as stdin:
            done = subprocess.run(
                self.command(backup, *more),
                stdin=stdin,
                capture_output=True,
                text=True,
                check=False,
                start_new_session=True,
            )
        return done.returncode, done.stdout, done.stderr

    def unpacked(self, backup: bytes, *, over: bool = True) -> tuple[Shown, Path]:
        """What the operator sees, and then accepts."""
        seen: list[Shown] = []
        into = self.folder / f"seen-{os.urandom(4).hex()}"
        into.mkdir()

        def accept(shown: Shown) -> bool:
            seen.append(shown)
            return True

        present = Present.look(self.server.settings.state, self.server.config) if over else None
        words = " ".join(fingerprint(self.server.key()))
        unpack(io.BytesIO(backup), [OPERATOR], into, accept=accept, words=words, over=present)
        return seen[0], into

    def shown(self, backup: bytes, *, over: bool = True) -> Shown:
        return self.unpacked(backup, over=over)[0]

    def left(self) -> list[str]:
        return sorted(entry.name for entry in (self.folder / "into").iterdir())


@pytest.fixture
def operator(tmp_path: Path, pin: Pin) -> Operator:
    return Operator(make_server(tmp_path, pin), tmp_path)


def listed(root: SigningKey, label: str, serial: int = 1) -> dict[str, bytes]:
    """A reviewer's key list, as members of a backup."""
    made = make_periods(monday_of(DAY), 2, X25519Identity.generate)
    data = keylist_bytes(KeyList(root.public(), serial, DAY, label, tuple(new.period for new in made)))
    files = {
        "root.pub": f"untrusted comment: root key of a reviewer\n{root.public()}\n".encode(),
        "keys.json": data,
        "keys.json.minisig": root.sign(data, "key list").encode(),
    }
    return {f"reviewers/{tag_of(root.public())}.{serial}/{name}": data for name, data in files.items()}


def with_settings(operator: Operator, old: bytes, new: bytes) -> bytes:
    config = operator.server.config.read_bytes()
    assert old in config
    return sealed(members(operator.server, {"silbo.toml": config.replace(old, new)})).getvalue()


def spoken(key: SigningKey) -> str:
    return " ".join(fingerprint(key.public()))


def added(operator: Operator, root: SigningKey, label: str, serial: int = 1) -> Reviewers:
    """Pinned on the server, as an operator does it."""
    folder = operator.folder / f"{label}-{serial}"
    folder.mkdir()
    for name, data in listed(root, label, serial).items():
        (folder / name.rpartition("/")[2]).write_bytes(data)
    reviewers = Reviewers(operator.server.settings.reviewers)
    reviewers.add(folder / "keys.json", today=DAY, words=spoken(root))
    return reviewers


def test_a_thief_who_has_the_server_key_changes_nothing_in_silence(operator: Operator) -> None:
    """The real command in a script: all is shown and nothing done, until exactly this was accepted."""
    changed = operator.server.config.read_bytes().replace(b'[telegram]\ntoken_file = "token"\n', TAKEN)
    backup = sealed(members(operator.server, {"silbo.toml": changed} | listed(THIEF, "reviewer")))
    status, out, error = operator.restore(backup.getvalue())
    assert (status, operator.left()) == (1, [])
    assert error.startswith(
        "silbo: Nothing was restored. If every line above is right, run it again with --accept "
    )
    assert 'telegram.base_url        "https://thief.example" (NOW "https://api.telegram.org")' in out
    assert 'telegram.proxy           "socks5://192.0.2.7:9050" (NOW not set)' in out
    assert f"{spoken(THIEF)} (NOT the key that this server has under this name)" in out
    words = error.split('"')[1]
    honest = operator.server.backup()
    status, out, error = operator.restore(honest, "--accept", words)
    assert (status, operator.left()) == (1, [])
    assert "The words of --accept are of something else" in error
    assert "thief.example" not in out
    honest_words = error.split('"')[1]
    assert honest_words != words
    status, out, error = operator.restore(honest, "--accept", honest_words.upper())
    assert (status, error) == (0, "")
    assert "signing.key" in operator.left()


def test_settings_that_cannot_be_passed_on_are_no_fault_of_the_backup(operator: Operator) -> None:
    """The disk of whoever wants them is full: it is said, and they stay where they are."""
    backup = operator.server.backup()
    words = operator.restore(backup)[2].split('"')[1]
    status, out, error = operator.restore(
        backup, "--accept", words, "--settings-to", "0", zero=Path("/dev/full")
    )
    assert (status, out) == (1, "")
    assert error == (
        "silbo: The backup was read, but its silbo.toml can't be passed on: No space left on device.\n"
    )
    assert {"signing.key", "silbo.toml"} <= {*operator.left()}


@pytest.mark.parametrize(("answer", "status"), [(b"yes\n", 0), (b"y\n", 1)])
def test_a_person_at_a_terminal_is_asked(operator: Operator, answer: bytes, status: int) -> None:
    command = operator.command(operator.server.backup())
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    seen = b""
    while b"Type yes: " not in seen:
        seen += os.read(terminal, 4096)
    os.write(terminal, answer)
    try:
        while more := os.read(terminal, 4096):
            seen += more
    except OSError:  # the terminal is gone, as the program is
        pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status
    assert b"telegram.base_url" in seen
    assert (operator.left() != []) == (status == 0)
    assert (b"was not accepted; nothing was restored" in seen) == (status == 1)


def test_every_fact_has_its_own_words(operator: Operator) -> None:
    """Whatever decides who can read or where something goes changes the words, a key for a key as well."""
    recipient = HybridIdentity.generate().recipient()
    mine, desk = str(OPERATOR.recipient()).encode(), b'name = "Union"\n'
    telegram = b'token_file = "token"\n'
    hook = b'mode = "webhook"\n[telegram.webhook]\nurl = "https://thief.example/x"\nsecret_file = "s"\n'
    seen = {
        " ".join(operator.shown(backup).words): name
        for name, backup in {
            "as it was": operator.server.backup(),
            "custodian": with_settings(
                operator, desk, desk + f'custodian = "{recipient}"\ncustodian_name = "x"\n'.encode()
            ),
            "recipient": with_settings(operator, mine, str(recipient).encode()),
            "export": with_settings(operator, b"[backup]", b'[export]\ndirectory = "/srv"\n[backup]'),
            "chat": with_settings(operator, b"[backup]", b"[export]\nchat = -100\n[backup]"),
            "webhook": with_settings(operator, telegram, telegram + hook),
            "token": with_settings(operator, telegram, b'token_file = "/tmp/t"\n'),
            "socket": with_settings(operator, b"[desk]", b'scrub_socket = "/tmp/s"\n[desk]'),
            "reviewer": sealed(members(operator.server, listed(THIEF, "ana"))).getvalue(),
            "next key": sealed(members(operator.server, next_key(operator))).getvalue(),
        }.items()
    }
    assert len(seen) == 10


def next_key(operator: Operator) -> dict[str, bytes]:
    return {"signing.key.next": write_key(operator.folder / "next", THIEF).read_bytes()}


def test_the_next_server_key_and_a_strange_recipient_are_named(operator: Operator) -> None:
    text = str(operator.shown(sealed(members(operator.server, next_key(operator))).getvalue()))
    assert f"next server key          {spoken(THIEF)}: the next export hands over to it" in text
    assert "(the identity that opened this backup)" in text
    other = str(X25519Identity.generate().recipient()).encode()
    text = str(operator.shown(with_settings(operator, str(OPERATOR.recipient()).encode(), other)))
    assert f'backup.recipient         "{other.decode()}" (NOT of your identity)' in text


def test_a_value_cannot_write_a_line_of_its_own(operator: Operator) -> None:
    """Letters that a terminal obeys, or that turn the line around, are shown as numbers."""
    evil = b'name = "a\\"\\n  server key \\u202e\\u001b[1A (as here)"\n'
    shown = operator.shown(with_settings(operator, b'name = "Union"\n', evil))
    line = next(line for line in shown.lines if line.startswith("  desk.name"))
    assert '"a\\u{22}\\u{a}  server key \\u{202e}\\u{1b}[1A (as here)" (NOW "Union")' in line
    assert all(line.isprintable() for line in shown.lines)


def test_on_an_empty_machine_every_reviewer_is_named(operator: Operator) -> None:
    reviewers = added(operator, ANA, "ana")
    lines = operator.shown(operator.server.backup(), over=False).lines
    for reviewer in reviewers.pinned():
        assert f"  reviewer {reviewer.keys.label}".ljust(27) + " ".join(reviewer.words) in lines


def test_a_reviewer_who_came_after_the_backup_is_missed_aloud(operator: Operator) -> None:
    backup = operator.server.backup()
    added(operator, ANA, "ana")
    assert f"{spoken(ANA)} (here now, GONE then)" in str(operator.shown(backup))


@pytest.mark.parametrize("how", ["removed", "revoked"])
def test_an_old_backup_brings_no_reviewer_back_whom_this_server_shut_out(
    operator: Operator, how: str
) -> None:
    reviewers = added(operator, ANA, "ana")
    backup = operator.server.backup()
    if how == "removed":
        reviewers.remove("ana")
    else:
        paper = operator.folder / "revocation.txt"
        paper.write_text(make_revocation(ANA, DAY).text)
        ShutOut(operator.server.settings.reviewers).revoke(paper)
    shown, into = operator.unpacked(backup)
    assert f"{spoken(ANA)} ({how} here, so STAYS OUT)" in str(shown)
    assert [reviewer.keys.label for reviewer in Reviewers(into / "reviewers").pinned()] == ["reviewer"]
    # And so it goes on: what was restored knows it, as does each backup of it.
    later = ShutOut(into / "reviewers")
    assert tag_of(ANA.public()) in (later.removed_tags() if how == "removed" else later.revoked_tags())
    again = operator.unpacked(operator.server.backup(), over=False)[1]
    assert [reviewer.keys.label for reviewer in Reviewers(again / "reviewers").pinned()] == ["reviewer"]


def test_whoever_was_removed_and_added_again_is_a_reviewer_after_a_restore(operator: Operator) -> None:
    reviewers = added(operator, ANA, "ana")
    reviewers.remove("ana")
    reviewers.add(operator.folder / "ana-1/keys.json", today=DAY, words=spoken(ANA))
    into = operator.unpacked(operator.server.backup())[1]
    assert {reviewer.keys.label for reviewer in Reviewers(into / "reviewers").pinned()} == {"ana", "reviewer"}


def test_a_newer_key_list_stays_newer(operator: Operator) -> None:
    """The keys of the older one may be stolen, or destroyed already."""
    added(operator, ANA, "ana")
    backup = operator.server.backup()
    Reviewers(operator.server.settings.reviewers).update("ana", update(operator), today=DAY)
    restored = Reviewers(operator.unpacked(backup)[1] / "reviewers").find("ana")
    assert restored.keys.serial == 2


def update(operator: Operator) -> Path:
    """List 2 of ana, which holds the periods of list 1 and a later one."""
    old = Reviewers(operator.server.settings.reviewers).find("ana").keys
    later = make_periods(old.periods[-1].start + timedelta(days=7), 1, X25519Identity.generate)
    data = keylist_bytes(KeyList(old.root, 2, DAY, "ana", (*old.periods, later[0].period)))
    path = operator.folder / "newer.json"
    path.write_bytes(data)
    Path(f"{path}.minisig").write_text(ANA.sign(data, "key list"))
    return path


def test_bad_backups_are_one_sentence_each(operator: Operator) -> None:
    """The real command: cut off, changed, of a newer version, with a wrong signature."""
    good = operator.server.backup()
    state = operator.server.settings.state
    before = {path: path.read_bytes() for path in state.rglob("*") if path.is_file()}
    head = {"backup.json": b'{"silbo": "backup", "version": 2, "day": "2026-11-21"}', "desks.json": b"{}"}
    forged = listed(ANA, "ana")
    forged[next(name for name in forged if name.endswith("minisig"))] = THIEF.sign(b"", "").encode()
    other = {"signing.key": write_key(operator.folder / "other", THIEF).read_bytes()}
    for backup, sentence in {
        good[:-70]: "The backup can't be opened",
        sealed(members(operator.server, head)).getvalue(): "made by a newer Silbo; upgrade this one",
        sealed(
            members(operator.server, forged)
        ).getvalue(): "key list in the backup is damaged or was changed",
        sealed(members(operator.server, other)).getvalue(): "was not confirmed by its ten words",
    }.items():
        status, out, error = operator.restore(backup)
        assert (status, out, operator.left()) == (1, "", [])
        assert sentence in error
        assert re.fullmatch(r"silbo: [^\n]+\n", error)
    assert {path: path.read_bytes() for path in state.rglob("*") if path.is_file()} == before
