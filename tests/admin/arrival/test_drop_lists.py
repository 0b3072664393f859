"""Batches of version 2 on a stick: mixed with version 1, without their list, or with another."""

from pathlib import Path

import pytest

from crypto.head import parse_head
from crypto.minisign import SigningKey
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer, Server, text_item


@pytest.fixture
def mixed(reviewer: Reviewer, server: Server) -> Server:
    """A stick with a batch of version 1 and two of version 2, a drop each."""
    reviewer.keygen("--weeks", "1", "--x25519")
    for number in range(3):
        server.old = number == 0
        server.write(server.drop(reviewer.recipients(), text_item(f"text {number}")))
    return server


def take(reviewer: Reviewer, server: Server) -> Outcome:
    return reviewer.run("import", server.stick, "--server", server.public)


def head_of(reviewer: Reviewer) -> int:
    return parse_head((reviewer.home / "head.json").read_bytes()).sequence


def test_both_versions_on_one_stick_are_one_chain(reviewer: Reviewer, mixed: Server, tmp_path: Path) -> None:
    done = take(reviewer, mixed)
    assert (done.status, done.err) == (0, "")
    assert done.out.count("1 new drop.") == 3
    assert head_of(reviewer) == 3
    for batch, text in zip(mixed.batches, ("text 0", "text 1", "text 2"), strict=True):
        assert text in reviewer.show(batch.drops[0].id).out
    assert (take(reviewer, mixed).status, take(reviewer, mixed).err) == (0, "")
    assert reviewer.run("receipt", tmp_path / "receipts", passphrase=PASSPHRASE).status == 0
    (receipt,) = (tmp_path / "receipts").glob("*.json")
    for batch in mixed.batches:
        assert batch.digest().hex() in receipt.read_text()


def test_the_list_is_kept_as_evidence(reviewer: Reviewer, mixed: Server) -> None:
    take(reviewer, mixed)
    lists = sorted((reviewer.home / "batches").glob("*.drops"))
    assert [path.read_bytes() for path in lists] == [
        (mixed.stick / f"batch-00000{n}" / "drops.json").read_bytes() for n in (2, 3)
    ]
    lists[0].write_bytes(lists[1].read_bytes())
    done = reviewer.run("list")
    assert (done.status, done.out) == (1, "")
    assert "damaged" in done.err


@pytest.mark.parametrize("how", ["missing", "changed", "of another batch", "newer"])
def test_without_its_list_a_batch_keeps_the_chain_and_its_drops_come_later(
    reviewer: Reviewer, mixed: Server, how: str
) -> None:
    path = mixed.stick / "batch-000002" / "drops.json"
    whole = path.read_bytes()
    other = {
        "missing": b"",
        "changed": whole.replace(b'"size":', b'"size":1'),
        "of another batch": (mixed.stick / "batch-000003" / "drops.json").read_bytes(),
        "newer": b'{"type":"silbo drops","version":2}',
    }[how]
    path.write_bytes(other)
    if how == "missing":
        path.unlink()
    for _ in range(2):
        done = take(reviewer, mixed)
        assert done.status == 3
        assert "list of" in done.err
        assert "None of its 1 drop can be taken from this stick." in done.err
        assert "The list of drops is missing of batch 2" in done.out
        assert ("newer Silbo" in done.err) == (how == "newer")
        assert head_of(reviewer) == 3
        assert reviewer.run("list").out.count("never opened") == 2
    path.write_bytes(whole)
    done = take(reviewer, mixed)
    assert (done.status, done.err) == (0, "")
    assert "Batch 2 of 2026-11-18: 1 new drop." in done.out
    assert "list of drops is missing" not in done.out
    assert "text 1" in reviewer.show(mixed.batches[1].drops[0].id).out


def test_a_missing_list_does_not_keep_a_hand_over_out(reviewer: Reviewer, mixed: Server) -> None:
    pinned = mixed.public
    folder = mixed.write(successor=SigningKey.generate())
    mixed.write(mixed.drop(reviewer.recipients(), text_item("after")))
    (folder / "drops.json").unlink()
    done = reviewer.run("import", mixed.stick, "--server", pinned)
    assert "Batch 4: the batch is cut short: the list of its drops is missing." in done.err
    assert "None of its" not in done.err, "it had no drops"
    assert head_of(reviewer) == 5


def test_a_list_that_was_here_already_serves_a_stick_without(reviewer: Reviewer, mixed: Server) -> None:
    take(reviewer, mixed)
    id_ = mixed.batches[1].drops[0].id
    (reviewer.home / "drops" / f"{id_}.tar").unlink()
    (mixed.stick / "batch-000002" / "drops.json").unlink()
    done = take(reviewer, mixed)
    assert "the list of its drops is missing" in done.err
    assert "1 new drop" in done.out


def test_a_list_beside_a_batch_of_version_1_means_nothing(reviewer: Reviewer, mixed: Server) -> None:
    (mixed.stick / "batch-000001" / "drops.json").write_bytes(b"anything")
    assert (take(reviewer, mixed).status, head_of(reviewer)) == (0, 3)


def test_a_batch_of_a_later_version_is_named_and_the_rest_is_taken(reviewer: Reviewer, mixed: Server) -> None:
    folder = mixed.stick / "batch-000004"
    folder.mkdir()
    data = b'{"type":"silbo batch","version":3}'
    (folder / "batch.json").write_bytes(data)
    (folder / "batch.json.minisig").write_text(mixed.key.sign(data, "x"))
    done = take(reviewer, mixed)
    assert "batch-000004 was not imported: the batch was written by a newer Silbo." in done.err
    assert "changed" not in done.err
    assert done.out.count("1 new drop.") == 3


@pytest.mark.parametrize("name", ["head.json", "batches/batch-000002-*.json"])
def test_what_a_newer_silbo_left_in_the_home_is_not_called_damaged(
    reviewer: Reviewer, mixed: Server, name: str
) -> None:
    take(reviewer, mixed)
    (path,) = reviewer.home.glob(name)
    path.write_bytes(path.read_bytes().replace(b'"version":2', b'"version":3'))
    done = take(reviewer, mixed)
    assert done.status == 1
    assert f"The file {path.name} in the home was written by a newer Silbo" in done.err
    assert "damaged" not in done.err
