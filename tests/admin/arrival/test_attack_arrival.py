"""What comes in beside another command, and what a stick says that its server never said."""

import gc
import secrets
from datetime import date
from pathlib import Path

import pytest

from admin.arrival import imports
from admin.arrival.stick import Folder
from admin.case import casefile, endings, register
from admin.home import Home
from crypto.batch import Batch, BatchDrop
from crypto.minisign import SigningKey
from crypto.revocation import make_revocation
from tests.admin.stage import PASSPHRASE, Reviewer, Server, sha256, text_item

DUE = date(2026, 12, 14)


@pytest.fixture
def imported(reviewer: Reviewer, server: Server) -> str:
    """The id of one drop, imported and not opened."""
    reviewer.keygen("--weeks", "4", "--x25519")
    server.write(server.drop(reviewer.recipients(), text_item("first")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


@pytest.mark.parametrize("place", [(casefile, "_records"), (register, "read"), (casefile, "_settled")])
def test_a_command_beside_an_import_finds_no_damage(
    reviewer: Reviewer,
    server: Server,
    imported: str,
    monkeypatch: pytest.MonkeyPatch,
    place: tuple[object, str],
) -> None:
    """Two batches arrive right after one step of `show`, which then sees half of them."""
    drops = [server.drop(reviewer.recipients(), text_item(text)) for text in ("second", "third")]
    for drop in drops:
        server.write(drop)
    module, name = place
    if name == "_settled":  # a home of before, where the register is only now written
        (reviewer.home / "register").unlink()
    real = getattr(module, name)
    calls = []

    def beside(*arguments: object) -> object:
        found = real(*arguments)
        calls.append(name)
        if len(calls) == 1:
            assert reviewer.run("import", server.stick).status == 0
        return found

    monkeypatch.setattr(module, name, beside)
    done = reviewer.show(imported)
    assert (done.status, done.err) == (0, "")
    assert len(calls) > 1
    assert reviewer.run("list").out.count("opened") == 3


def test_an_id_made_like_another_does_not_hide_it(
    reviewer: Reviewer, server: Server, imported: str, tmp_path: Path
) -> None:
    """Ids are chosen by whoever has the server's key: so that nobody could name the true one any more."""
    forged = server.drop(reviewer.recipients(), text_item("forged"))
    last = server.batches[-1]
    for length in (12, 31):
        name = imported[:length] + ("0" if imported[length] != "0" else "1") + secrets.token_hex(16)
        name = name[:32]
        last = Batch(
            last.sequence + 1, last.digest(), server.day, (BatchDrop(name, sha256(forged), len(forged)),)
        )
        server.put(last, {name: forged})
    assert reviewer.run("import", server.stick).status == 0
    shown = [line.split()[0] for line in reviewer.run("list").out.splitlines()[1:]]
    assert len(set(shown)) == 3
    texts = {short: reviewer.show(short).out for short in shown}
    assert sum("| first" in text for text in texts.values()) == 1
    unread = reviewer.run("receipt", tmp_path / "out", "--drop", imported, passphrase=PASSPHRASE)
    assert unread.status == 0


def test_what_arrives_while_rotate_looks_is_not_destroyed_unread(
    reviewer: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick from the drawer, imported in another window: it waits, or is among what is named."""
    reviewer.keygen("--weeks", "4", "--x25519")
    server.write(server.drop(reviewer.recipients(), text_item("found again")))
    reviewer.today = DUE
    real = endings.standings
    arrived: list[str] = []

    def beside(home: Home, case_file: casefile.CaseFile) -> list[endings.Standing]:
        found = real(home, case_file)
        if not arrived:
            arrived.append("")
            arrived[0] = reviewer.run("import", server.stick, "--server", server.public).err
        return found

    monkeypatch.setattr(endings, "standings", beside)
    reviewer.run("rotate", "--weeks", "2", passphrase=PASSPHRASE)
    assert "Another silbo-admin is at work in this home" in arrived[0]


def test_the_news_of_ones_own_revocation_outlives_a_stick_that_is_refused(
    reviewer: Reviewer, server: Server, imported: str
) -> None:
    """The batches are another server's: the import ends there, and says first what it has learned."""
    folder = server.stick / "revocations"
    folder.mkdir()
    seed = SigningKey.generate()
    (folder / "revocation-1.txt").write_text(make_revocation(seed, server.day).text)
    (folder / "revocation-2.txt").write_bytes((reviewer.home / "keys/revocation.txt").read_bytes())
    done = reviewer.run("import", server.stick, "--server", str(SigningKey.generate().public()))
    assert done.status == 1
    assert "Another server key is already pinned" in done.err
    assert "YOUR keys were revoked" in done.err
    assert "revoked" in done.out


def test_a_revocation_that_anybody_put_there_is_not_called_the_servers_word(
    reviewer: Reviewer, server: Server, imported: str
) -> None:
    """A stick passes through many hands, and a revocation is not signed by the server."""
    folder = server.stick / "revocations"
    folder.mkdir()
    (folder / "revocation-1.txt").write_text(make_revocation(SigningKey.generate(), server.day).text)
    said = " ".join(reviewer.run("import", server.stick).out.split())
    assert "The stick says that keys were revoked" in said
    assert "ask the operator, by voice, whose they were and whether the server has taken it" in said
    assert "The server seals nothing to them" not in said


def test_lists_that_nobody_signed_are_not_held_all_at_once(
    reviewer: Reviewer, server: Server, imported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick can hold thousands of them, of 16 MiB each."""
    stranger = Server(server.stick.parent / "strange", server.day)
    for number in range(1, 6):
        drops = tuple(BatchDrop(f"{drop:032x}", bytes(32), 1024) for drop in range(200))
        stranger.put(Batch(number + 1, bytes(32), server.day, drops), {})
    held = []
    real = imports._Intake.take_all

    def counted(intake: imports._Intake, folders: list[Folder]) -> None:
        held.append(sum(isinstance(found, BatchDrop) for found in gc.get_objects()))
        real(intake, folders)

    monkeypatch.setattr(imports._Intake, "take_all", counted)
    done = reviewer.run("import", stranger.stick)
    assert (done.status, done.err.count("was not imported")) == (1, 5)
    assert held[0] < 400


def test_a_stick_of_thousands_of_names_buries_nothing(
    reviewer: Reviewer, server: Server, imported: str
) -> None:
    """What is good comes in, and of the rest no more is told than somebody reads."""
    server.write(server.drop(reviewer.recipients(), text_item("second")))
    for number in range(900_000, 903_000):
        name = server.stick / f"batch-{number}"
        match number % 3:
            case 0:
                name.write_bytes(b"")
            case 1:
                name.symlink_to("/")
            case _:
                name.mkdir()
                (name / "batch.json").write_bytes(b"{}")
    done = reviewer.run("import", server.stick)
    assert "1 new drop" in done.out
    told = done.err.splitlines()
    assert len(told) < 50
    assert [line for line in told if "much the same" in line] == [
        "! It is much the same with 1980 more.",
        "! It is much the same with 980 more.",
    ]
