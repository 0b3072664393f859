"""A colleague whose stick, or whose words on it, are hostile; and two terminals at one home."""

import os
from pathlib import Path

import pytest

from admin.errors import AdminError
from admin.home import Home
from admin.keys import keylists
from admin.keys.keyring import KeyRing
from admin.keys.root import unlock_root
from admin.workspace import colleagues
from crypto.events import Event
from crypto.keylist import keylist_bytes, parse_keylist
from crypto.minisign import SigningKey
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, Typist, text_item
from tests.admin.workspace.people import session
from tests.admin.workspace.test_work import ana, ben, do, drop, know, sealed_for

__all__ = ["ana", "ben", "drop"]


def root_of(reviewer: Reviewer) -> SigningKey:
    return unlock_root(Home(reviewer.home), KeyRing(lambda _: PASSPHRASE.encode(), may_retry=False))


@pytest.fixture
def hostile(ana: Reviewer, ben: Reviewer, tmp_path: Path) -> SigningKey:
    """The root of a colleague who was taken in good faith."""
    know(ana, ben, tmp_path / "from ben")
    return root_of(ben)


def event(root: SigningKey, number: int, drop: str, kind: str, value: str, *after: int) -> Event:
    ids = tuple(of.to_bytes(16, "big") for of in after)
    return Event(number.to_bytes(16, "big"), root.public(), TODAY, drop, kind, "", value, ids)


def test_a_colleague_does_not_speak_as_you_or_as_another(
    ana: Reviewer, ben: Reviewer, tmp_path: Path
) -> None:
    """Anybody may call themselves anything, and most are called 'reviewer'."""
    know(ana, ben, tmp_path / "from ben")
    (known,) = colleagues.load(Home(ana.home))
    assert colleagues.titles([known], "ana") == {known.root: "ben"}
    for label in ("you", "You", "ana", "ＡＮＡ"):
        (title,) = colleagues.titles([known.replaced(label=label)], "ana").values()
        assert title.startswith(f"{label} ("), label
    other = known.replaced(root=SigningKey.generate().public())
    assert len(set(colleagues.titles([known, other], "ana").values())) == 2


def test_a_newer_list_with_another_name_is_looked_at_again(
    ana: Reviewer, ben: Reviewer, tmp_path: Path
) -> None:
    know(ana, ben, tmp_path)
    signature = (tmp_path / "keys.json.minisig").read_text()
    keys = parse_keylist((tmp_path / "keys.json").read_bytes(), signature, None)
    for serial, label, asked in ((keys.serial + 1, "ben", False), (keys.serial + 2, "cara", True)):
        data = keylist_bytes(keys.replaced(serial=serial, label=label))
        (tmp_path / "keys.json").write_bytes(data)
        (tmp_path / "keys.json.minisig").write_text(root_of(ben).sign(data, "keys"))
        own = keylists.outline(Home(ana.home)).root
        if asked:
            with pytest.raises(AdminError, match="not confirmed"):
                colleagues.add(Home(ana.home), tmp_path, own, lambda _: False)
        else:
            colleagues.add(Home(ana.home), tmp_path, own, None)
    assert [each.label for each in colleagues.load(Home(ana.home))] == ["ben"]


def test_decisions_without_end_are_decided_at_once(
    ana: Reviewer, drop: str, hostile: SigningKey, tmp_path: Path
) -> None:
    """More of them than one event can name in `after`."""
    events = [
        event(hostile, number, drop, "state", ("closed", "checking")[number % 2]) for number in range(1, 200)
    ]
    stick = tmp_path / "stick of ben"
    stick.mkdir()
    (stick / f"events-{'0' * 16}.age").write_bytes(sealed_for(ana, *events, by=hostile))
    assert "decided differently" in do(ana, "merge", stick).err
    assert "1 drop now 'new'." in do(ana, "state", "new", drop).out
    assert "No drop." in do(ana, "list", "--disputed").out
    assert "State: new." in do(ana, "about", drop).out
    assert "before: nothing changed" in do(ana, "state", "new", drop).out


def test_disputes_on_drops_that_are_not_here_do_not_flood_the_screen(
    ana: Reviewer, drop: str, hostile: SigningKey, tmp_path: Path
) -> None:
    events = [
        event(hostile, 2 * number + each, f"{number:032x}", "state", ("closed", "checking")[each])
        for number in range(1, 500)
        for each in range(2)
    ]
    stick = tmp_path / "stick of ben"
    stick.mkdir()
    (stick / f"events-{'0' * 16}.age").write_bytes(sealed_for(ana, *events, by=hostile))
    done = do(ana, "merge", stick)
    assert done.err.count("decided differently") == 20
    assert "And 479 drops more" in done.err
    assert "1 drop: 1 new" in do(ana, "list", "--new").out


def test_a_stick_of_links_and_pipes_is_told_and_the_rest_is_taken(
    ana: Reviewer, drop: str, hostile: SigningKey, tmp_path: Path
) -> None:
    stick = tmp_path / "stick of ben"
    stick.mkdir()
    names = [stick / f"events-{number:016x}.age" for number in range(6)]
    names[0].symlink_to(ana.home / "keys" / "root.age")
    os.mkfifo(names[1])
    names[2].mkdir()
    names[3].symlink_to(names[3])
    names[4].write_bytes(b"")
    names[5].write_bytes(sealed_for(ana, event(hostile, 1, drop, "flag", "on"), by=hostile))
    done = do(ana, "merge", stick, status=3)
    assert done.err.count("events-") == 5
    assert "1 new event by ben" in done.out
    assert "root.age" not in done.out + done.err


def test_an_event_shared_twice_with_two_meanings_changes_nothing(
    ana: Reviewer, drop: str, hostile: SigningKey, tmp_path: Path
) -> None:
    stick = tmp_path / "stick of ben"
    stick.mkdir()
    for number, state in enumerate(("closed", "publishable")):
        one = event(hostile, 1, drop, "state", state)
        (stick / f"events-{number:016x}.age").write_bytes(sealed_for(ana, one, by=hostile))
    assert "changes events that were shared before" in do(ana, "merge", stick, status=3).err
    assert "State: closed." in do(ana, "about", drop).out


def test_what_another_terminal_destroyed_a_session_finds_no_more(reviewer: Reviewer, server: Server) -> None:
    """It has the words in its memory; a key that is gone takes them out of there, too."""
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), text_item("Ocho páginas.")))
    reviewer.run("import", server.stick, "--server", server.public)
    typist = Typist(["--home", str(reviewer.home), "work"])
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("silbo> ", "search ocho")
    typist.type_after("1 drop found.", "")
    for path in (reviewer.home / "keys").glob("period-*"):
        path.unlink()
    typist.type_after("silbo> ", "search ocho")
    typist.type_after("Nothing was found.", f"keep {server.last_id}")
    typist.type_after("[y/N]", "y")
    typist.type_after("nothing to keep", "quit")
    assert typist.finish() == 0, typist.screen
    assert not list(reviewer.home.glob("workspace/index/*/*.age"))


def test_the_second_line_of_a_pasted_note_is_no_command(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), text_item("Ocho páginas.")))
    reviewer.run("import", server.stick, "--server", server.public)
    typist = Typist(["--home", str(reviewer.home), "work"])
    typist.type_after("Passphrase: ", PASSPHRASE)
    typist.type_after("silbo> ", f"note {server.last_id}")
    typist.type_after("The note:", f"She wrote:\nstate closed {server.last_id}\nquit")
    typist.type_after("1 drop noted.", "quit")
    assert typist.finish() == 0, typist.screen
    about = session(reviewer.home, f"about {server.last_id}").out
    assert "State: new." in about
    assert f"| She wrote:\n| state closed {server.last_id}\n| quit" in about
