"""Attacks with what a signed list claims: sizes that fill the disk, and days that were never."""

import os
from datetime import date
from pathlib import Path

import pytest

from crypto.batch import BatchDrop
from crypto.drop_list import make_batch
from tests.admin.stage import PASSPHRASE, Reviewer, Server, sha256, text_item


@pytest.mark.parametrize("size", [1 << 45, (1 << 45) + 1])
def test_a_signed_huge_sparse_drop_keeps_no_good_drop_out(
    reviewer: Reviewer, server: Server, size: int
) -> None:
    reviewer.keygen("--weeks", "1")
    good = server.drop(reviewer.recipients(), text_item("words"))
    listed = (BatchDrop("0" * 32, bytes(32), size), BatchDrop("f" * 32, sha256(good), len(good)))
    batch = make_batch(1, None, server.day, listed, None)
    folder = server.put(batch, {"f" * 32: good})
    with (folder / f"{'0' * 32}.tar").open("wb") as sparse:
        try:
            os.truncate(sparse.fileno(), size)
        except OSError:  # a file system without such files; the disk's limit is below
            os.truncate(sparse.fileno(), 1 << 40)
    done = reviewer.run("import", server.stick, "--server", server.public)
    assert done.status == 3, done
    assert "1 new drop" in done.out
    assert "drop 00000000: there is no room" in done.err or "shorter than listed" in done.err
    assert reviewer.show("f" * 32).status == 0


def test_a_disk_that_is_full_half_way_is_a_finding(
    reviewer: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("words")))
    server.write(server.drop(reviewer.recipients(), text_item("more words")))
    first = server.batches[0].drops[0].id

    def check(listed: BatchDrop, src: object) -> None:
        if listed.id == first:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("crypto.batch.check_drop", check)
        done = reviewer.run("import", server.stick, "--server", server.public)
    assert (done.status, "no room" in done.err) == (3, True), done
    assert not [path for path in (reviewer.home / "drops").iterdir() if path.name.startswith(".partial")]
    assert reviewer.run("import", server.stick).status in {0, 3}
    assert (reviewer.home / "drops" / f"{first}.tar").exists()


@pytest.mark.parametrize("day", [date.min, date(1970, 1, 1)])
def test_a_batch_of_the_year_1_says_nothing_of_a_key(
    reviewer: Reviewer, server: Server, day: date, tmp_path: Path
) -> None:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("words")), day=day)
    first = server.last_id
    server.write(server.drop(reviewer.recipients(), text_item("words")))
    assert reviewer.run("import", server.stick, "--server", server.public).status in {0, 3}
    assert reviewer.run("rotate", "--weeks", "1", passphrase=PASSPHRASE).status in {0, 3}
    listed = reviewer.run("list")
    assert "destroyed" not in listed.out
    assert listed.out.count("never opened") >= 2
    assert reviewer.show(first).status == 0
