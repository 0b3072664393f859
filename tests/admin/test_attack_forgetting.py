"""Routine destroys nothing that nobody read: what receipts confirm, what `rotate` takes and says before."""

import errno
import json
from datetime import date

import pytest

from admin.context import Context
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer, Server, Typist, text_item

DUE = date(2026, 12, 14)
"""The first day on which the key of a drop of 18 November is past its time."""


@pytest.fixture
def ids(reviewer: Reviewer, server: Server) -> list[str]:
    """Five drops in one batch: the first was opened, the second taken out, nobody looked at the others."""
    reviewer.keygen("--weeks", "4", "--x25519")
    server.write(*(server.drop(reviewer.recipients(), text_item(f"text {number}")) for number in range(5)))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    found = [drop.id for drop in server.batches[-1].drops]
    assert reviewer.show(found[0]).status == 0
    out = reviewer.home.parent / "out"
    out.mkdir()
    assert reviewer.run("extract", found[1], out, passphrase=PASSPHRASE).status == 0
    return found


def receipt(reviewer: Reviewer, *arguments: str) -> tuple[Outcome, set[str]]:
    """The ids that the receipt confirms; none if none was written."""
    folder = reviewer.home.parent / "receipts"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    done = reviewer.run("receipt", folder, *arguments, passphrase=PASSPHRASE)
    files = list(folder.glob("*.json"))
    batches = [batch for path in files for batch in json.loads(path.read_bytes())["batches"]]
    return done, {drop["id"] for batch in batches for drop in batch["drops"]}


def rotate(reviewer: Reviewer, *arguments: str) -> Outcome:
    return reviewer.run("rotate", "--weeks", "2", *arguments, passphrase=PASSPHRASE)


def keys(reviewer: Reviewer) -> list[str]:
    return sorted(path.name for path in (reviewer.home / "keys").glob("period-*.age"))


def test_list_says_what_was_opened_what_was_taken_out_and_when_each_key_ends(
    reviewer: Reviewer, ids: list[str]
) -> None:
    lines = reviewer.run("list").out.splitlines()
    assert lines[0].split() == ["DROP", "EXPORTED", "BATCH", "ITEMS", "KEY", "ENDS", "STATE"]
    states = {line[:12]: line.split(maxsplit=5)[4:] for line in lines[1:6]}
    assert states == {
        ids[0][:12]: ["2026-12-14", "opened"],
        ids[1][:12]: ["2026-12-14", "taken out"],
        **{drop[:12]: ["2026-12-14", "never opened"] for drop in ids[2:]},
    }


def test_a_receipt_confirms_by_itself_only_what_was_opened_or_taken_out(
    reviewer: Reviewer, ids: list[str]
) -> None:
    done, confirmed = receipt(reviewer)
    assert (done.status, confirmed) == (0, set(ids[:2]))
    assert "Receipt for 2 drops" in done.out
    assert "Not confirmed, because nobody opened them here: 3 drops" in done.out
    assert all(drop[:12] in done.out for drop in ids[2:])


def test_a_receipt_confirms_another_drop_only_by_its_id(reviewer: Reviewer, ids: list[str]) -> None:
    done, confirmed = receipt(reviewer, "--drop", ids[2][:12], "--drop", ids[3])
    assert (done.status, confirmed) == (0, set(ids[:4]))
    assert f"nobody opened it here: 1 drop ({ids[4][:12]})" in done.out
    done, confirmed = receipt(reviewer, "--drop", "ffffffff")
    assert (done.status, confirmed) == (1, set())


def test_a_script_confirms_everything_only_with_both_options(reviewer: Reviewer, ids: list[str]) -> None:
    done, confirmed = receipt(reviewer, "--all")
    assert (done.status, confirmed) == (1, set())
    assert "the server deletes its copies" in done.err
    assert "--without-asking" in done.err
    done, confirmed = receipt(reviewer, "--all", "--without-asking")
    assert (done.status, confirmed) == (0, set(ids))
    assert "from 2026-12-14 on 'rotate' destroys keys that open it" in done.out


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("answer", ["n", "y"])
def test_a_person_is_told_what_follows_before_everything_is_confirmed(
    reviewer: Reviewer, ids: list[str], answer: str
) -> None:
    folder = reviewer.home.parent / "receipts"
    asked = Typist(["--home", str(reviewer.home), "receipt", str(folder), "--all"])
    asked.type_after("Confirm them all the same? [y/N] ", answer)
    asked.type_after("Passphrase: ", PASSPHRASE)
    assert asked.finish() == 0
    assert "the server deletes its copies" in " ".join(asked.screen.split("Confirm")[0].split())
    (path,) = folder.glob("*.json")
    (batch,) = json.loads(path.read_bytes())["batches"]
    assert {drop["id"] for drop in batch["drops"]} == set(ids if answer == "y" else ids[:2])


def test_nothing_is_confirmed_where_nobody_opened_anything(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    server.write(server.drop(reviewer.recipients(), text_item("one")))
    reviewer.run("import", server.stick, "--server", server.public)
    done, confirmed = receipt(reviewer)
    assert (done.status, confirmed) == (1, set())
    assert "nothing is confirmed" in done.err


def test_a_rotation_in_a_script_does_not_destroy_what_nobody_opened(
    reviewer: Reviewer, ids: list[str]
) -> None:
    """Five weeks later: the list is extended, the keys stay, and the drops are named."""
    reviewer.today = DUE
    before = keys(reviewer)
    done = rotate(reviewer)
    assert done.status == 3
    assert set(before) < set(keys(reviewer))
    assert "Key list number 2" in done.out
    assert "Kept: 1 period secret, because 3 drops were never opened" in done.err
    assert "--destroy-unread" in done.err
    for drop in ids[2:]:
        assert drop[:8] in done.err
        assert reviewer.show(drop).status == 0
    done = rotate(reviewer)
    assert done.status == 0, "all was opened by now"
    assert f"{ids[2][:12]}  2026-11-18  batch 1  opened, not taken out" in done.out
    assert "period-2026-11-16.age" not in keys(reviewer)


def test_a_rotation_names_what_goes_before_it_goes(reviewer: Reviewer, ids: list[str]) -> None:
    reviewer.today = DUE
    done = rotate(reviewer, "--destroy-unread")
    assert done.status == 0
    named, report = done.out.split("Key list number 2")
    assert named.count("never opened") == 3
    assert f"{ids[0][:12]}  2026-11-18  batch 1  opened, not taken out" in named
    assert ids[1][:8] not in named
    assert "What you took out stays in its folder: 1 drop." in named
    assert report.count("Can no longer be read") == 5
    assert "never opened" not in reviewer.run("list").out


def test_a_key_that_opens_nothing_unread_is_destroyed_beside_one_that_does(
    reviewer: Reviewer, server: Server, ids: list[str]
) -> None:
    """Batches a week apart: what came later is tried, and does not keep a key that it was not sealed to."""
    reviewer.today = server.day = date(2026, 11, 30)
    server.write(server.drop(reviewer.recipients(), text_item("later")))
    reviewer.run("import", server.stick)
    for drop in ids[2:]:
        reviewer.show(drop)
    reviewer.today = DUE
    assert (
        f"{server.last_id[:12]}  2026-11-30      2      1  2026-12-14  never opened"
        in reviewer.run("list").out
    )
    done = rotate(reviewer)
    assert (done.status, "later" in done.out) == (0, False)
    assert "period-2026-11-16.age" not in keys(reviewer)
    assert reviewer.show(server.last_id).status == 0
    reviewer.today = date(2026, 12, 28)
    assert rotate(reviewer).status == 0
    assert "| later" not in reviewer.show(server.last_id).out


def test_from_a_week_before_every_command_warns(reviewer: Reviewer, server: Server, ids: list[str]) -> None:
    words = "the keys of 4 drops: 3 never opened, 1 opened, but not taken out"
    reviewer.today = date(2026, 12, 6)
    assert words not in reviewer.run("list").err
    reviewer.today = date(2026, 12, 7)
    for done in (
        reviewer.run("list"),
        reviewer.show(ids[0]),
        reviewer.run("import", server.stick),
        rotate(reviewer),
    ):
        assert f"From 2026-12-14 on, 'rotate' destroys {words}" in done.err
        assert done.err.count("\n") <= 2
    out = reviewer.home.parent / "more"
    out.mkdir()
    for drop in (ids[0], *ids[2:]):
        reviewer.run("extract", drop, out, passphrase=PASSPHRASE)
    assert "destroys" not in reviewer.run("list").err


def test_a_drop_whose_file_never_came_is_named_too(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "4", "--x25519")
    folder = server.write(server.drop(reviewer.recipients(), text_item("cut off")))
    (folder / f"{server.last_id}.tar").unlink()
    reviewer.run("import", server.stick, "--server", server.public)
    reviewer.today = DUE
    done = rotate(reviewer)
    assert done.status == 3
    assert "never opened, its file is missing" in done.out


def test_keys_that_are_simply_not_there_are_not_called_destroyed(reviewer: Reviewer, ids: list[str]) -> None:
    for path in (reviewer.home / "keys").glob("period-*"):
        path.unlink()
    assert reviewer.run("list").out.count("key missing") == 5


def test_what_0_1_0_wrote_of_opened_drops_still_counts(reviewer: Reviewer, ids: list[str]) -> None:
    state = reviewer.home / "state.json"
    state.write_text(json.dumps({"newest_day": "2026-11-18", "opened": {ids[0]: "2026-11-16"}}))
    assert receipt(reviewer)[1] == {ids[0]}
    assert f"{ids[0][:12]}  2026-11-18      1      1  2026-12-14  opened" in reviewer.run("list").out


def test_a_damaged_note_of_what_was_opened_is_one_sentence(reviewer: Reviewer, ids: list[str]) -> None:
    (reviewer.home / "state.json").write_text('{"opened": {"a": "soon"}}')
    done = reviewer.run("list")
    assert (done.status, done.err) == (1, "silbo-admin: The file state.json in the home is damaged.\n")


def test_what_could_not_be_shown_or_written_was_not_opened(
    reviewer: Reviewer, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal that closed, a full disk: the receipt would let the server delete what nobody saw."""

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = reviewer.home.parent / "full"
    out.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr("admin.case.extract.write_atomic", fails)
        assert reviewer.run("extract", ids[2], out, passphrase=PASSPHRASE).status == 1
        patch.setattr(Context, "say", fails)
        assert reviewer.show(ids[3]).status == 1
    assert receipt(reviewer)[1] == set(ids[:2])
    assert reviewer.run("list").out.count("never opened") == 3
