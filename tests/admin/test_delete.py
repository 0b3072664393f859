"""`silbo-admin delete`: a drop is gone from this machine, and nothing brings it back."""

import io
from pathlib import Path

import pytest

from admin.context import Context
from admin.display import PLAIN
from admin.home import Home
from admin.workspace.opened import opened
from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR, Reviewer, Server, Typist, text_item
from tests.admin.workspace.people import session


@pytest.fixture
def two(reviewer: Reviewer, server: Server) -> Reviewer:
    """With two drops, of which the first was opened."""
    reviewer.keygen("--weeks", "2")
    drops = [
        server.drop(reviewer.recipients(), text_item(f"The {word} in the bedroom."))
        for word in ("camera", "mirror")
    ]
    for drop in drops:
        server.write(drop)
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    reviewer.run("show", server.batches[0].drops[0].id, passphrase=PASSPHRASE)
    return reviewer


def test_a_deleted_drop_is_not_there_and_comes_back_with_no_stick(two: Reviewer, server: Server) -> None:
    gone, kept = (batch.drops[0].id for batch in server.batches)
    assert "1 drop was deleted." in two.run("delete", gone[:8], "--yes").out
    assert sorted(path.name for path in (two.home / "drops").iterdir()) == [f"{kept}.tar"]
    two.run("import", server.stick)
    assert sorted(path.name for path in (two.home / "drops").iterdir()) == [f"{kept}.tar"]
    assert two.run("list").out.splitlines()[1].endswith("  -           deleted")
    assert "That drop was deleted on this machine." in two.run("show", gone, passphrase=PASSPHRASE).err
    again = two.run("delete", gone)
    assert (again.status, again.out) == (0, f"Deleted on this machine before: {gone[:12]}.\n")


def test_what_the_disk_did_not_let_go_of_is_not_called_deleted(
    two: Reviewer, server: Server, tmp_path: Path
) -> None:
    """A file that can't be overwritten lay on, and a second `delete` said that it was gone."""
    drop = server.batches[0].drops[0].id
    path = two.home / "drops" / f"{drop}.tar"
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    for _ in range(2):
        done = two.run("delete", drop, "--yes")
        assert (done.status, done.out) == (1, "")
        assert "Too many levels of symbolic links." in done.err
    path.unlink()
    elsewhere.rename(path)
    assert two.run("delete", drop, "--yes").status == 0
    assert not path.exists()


def test_no_receipt_names_a_deleted_drop(two: Reviewer, server: Server, tmp_path: Path) -> None:
    """A receipt says that a drop is here: one that a person deleted stays on the server until its time."""
    gone, kept = (batch.drops[0].id for batch in server.batches)
    two.run("delete", gone, "--yes")
    assert two.run("receipt", tmp_path, passphrase=PASSPHRASE).status == 1
    done = two.run("receipt", tmp_path, "--drop", kept, passphrase=PASSPHRASE)
    assert "Receipt for 1 drop: " in done.out
    receipt = next(tmp_path.glob("receipt-*.json")).read_text()
    assert kept in receipt
    assert gone not in receipt


def test_attack_the_index_does_not_find_what_was_deleted(two: Reviewer, server: Server) -> None:
    gone, kept = (batch.drops[0].id for batch in server.batches)
    index = Home(two.home).index
    assert gone[:12] in session(two.home, "search camera").out
    before = set(index.rglob("*.age"))
    assert before
    two.run("delete", gone, "--yes")
    done = session(two.home, "search camera", "search mirror")
    assert gone[:12] not in done.out
    assert kept[:12] in done.out
    assert not before & set(index.rglob("*.age"))
    assert "not in the index" not in done.out


def test_what_was_kept_goes_too_and_in_a_session_at_once(two: Reviewer, server: Server) -> None:
    gone = server.batches[0].drops[0].id
    done = session(two.home, f"keep {gone} --yes", f"delete {gone} --yes", "search camera")
    assert "Nothing was found." in done.out


def test_a_script_must_say_so_and_a_person_types_a_word(two: Reviewer, server: Server) -> None:
    gone = server.batches[0].drops[0].id
    assert "In a script --yes is needed" in two.run("delete", gone).err
    for typed, there in (("y", True), ("delete", False)):
        person = Typist(["delete", gone, "--home", str(two.home)], today=TODAY)
        person.type_after("it: ", typed)
        person.finish()
        assert (two.home / "drops" / f"{gone}.tar").exists() is there


def test_a_deleted_drop_asks_for_no_rotation(two: Reviewer, server: Server) -> None:
    for batch in server.batches:
        two.run("delete", batch.drops[0].id, "--yes")
    two.today = TODAY.replace(month=12, day=10)
    assert "destroys the key" not in two.run("list").err


def test_attack_another_session_forgets_what_was_deleted_beside_it(two: Reviewer, server: Server) -> None:
    """It was open before, with the words in its memory."""
    gone = server.batches[0].drops[0].id
    context = Context(
        home=two.home,
        today=TODAY,
        out=io.StringIO(),
        err=io.StringIO(),
        stdin=io.StringIO(),
        terminal=False,
        typed=False,
        paint=PLAIN,
        paint_err=PLAIN,
        ask=lambda _prompt: PASSPHRASE.encode(),
        work_factor=WORK_FACTOR,
    )
    with opened(context) as workspace:
        assert [entry.drop for entry in workspace.search("camera", 9)] == [gone]
        two.run("delete", gone, "--yes")
        workspace.catch_up()
        assert workspace.search("camera", 9) == []
