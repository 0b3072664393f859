"""Drops written to files: only what was authenticated to its end, only under names that are ours."""

import json
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from admin.case import extract as extract_module
from admin.case.opening import Case, Entry, content_of
from admin.errors import AdminError
from admin.home import Home
from admin.keys.keyring import KeyRing
from crypto.item import Item
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer, Seal, Server, file_item, text_item


def deliver(reviewer: Reviewer, server: Server, *items: Seal, **how: object) -> str:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), *items, **how))  # type: ignore[arg-type]  # passed on
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def extract(reviewer: Reviewer, drop: str, folder: Path) -> Outcome:
    return reviewer.run("extract", drop, folder, passphrase=PASSPHRASE)


def test_the_main_job(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    photo = os.urandom(300_000)
    drop = deliver(
        reviewer,
        server,
        text_item("Ñandú\n\x1b[31m"),
        file_item(photo, removed=["place"]),
        file_item(b"%PDF", "application/pdf", cleaned=False, extension="pdf"),
        answers={"employer": "\x1b[31m"},
    )
    done = extract(reviewer, drop[:8], tmp_path)
    assert done.status == 0
    folder = tmp_path / drop
    assert sorted(os.listdir(folder)) == [
        "0001.txt",
        "0002.jpg",
        "0003-UNCLEANED.pdf",
        "report.json",
        "report.txt",
    ]
    assert (folder / "0001.txt").read_bytes() == "Ñandú\n\x1b[31m".encode()
    assert (folder / "0002.jpg").read_bytes() == photo
    assert "1 file UNCLEANED" in done.err
    report = json.loads((folder / "report.json").read_bytes())
    assert [item["file"] for item in report["items"]] == ["0001.txt", "0002.jpg", "0003-UNCLEANED.pdf"]
    assert report["items"][1]["removed"] == ["place"]
    assert report["problems"] == []
    text = (folder / "report.txt").read_text("utf-8")
    assert "File: 0002.jpg" in text
    assert "| Ñandú\n| \\x1b[31m\n" in text
    for name in ("report.txt", "report.json"):
        assert b"\x1b" not in (folder / name).read_bytes()


def test_nobody_else_can_read_what_was_extracted(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    extract(reviewer, drop, tmp_path)
    for path in [tmp_path / drop, *(tmp_path / drop).iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(
    ("media_type", "extension"),
    [("text/html", "html"), ("application/x-sh", "sh"), ("image/svg", "svg"), ("image/x..", "jpg")],
)
def test_path_traversal_and_runnable_names(
    reviewer: Reviewer, server: Server, tmp_path: Path, media_type: str, extension: str
) -> None:
    """Media type and extension are the sealer's words: neither reaches a file name."""
    drop = deliver(reviewer, server, file_item(b"x", media_type, cleaned=False, extension=extension))
    extract(reviewer, drop, tmp_path)
    assert sorted(os.listdir(tmp_path / drop)) == ["0001-UNCLEANED.bin", "report.json", "report.txt"]


def test_every_name_that_can_be_written_is_plain() -> None:
    from codes.kinds import READ

    assert all(re.fullmatch("[a-z0-9]{1,4}", extension) for extension in READ.values())


def test_extract_never_writes_into_a_folder_that_is_there(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    (tmp_path / drop).mkdir()
    done = extract(reviewer, drop, tmp_path)
    assert (done.status, done.out) == (1, "")
    assert os.listdir(tmp_path / drop) == []


def test_a_link_in_place_of_the_new_folder_is_not_followed(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    (tmp_path / "victim").mkdir()
    (tmp_path / drop).symlink_to(tmp_path / "victim")
    assert extract(reviewer, drop, tmp_path).status == 1
    assert os.listdir(tmp_path / "victim") == []


def test_a_folder_that_does_not_exist(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    done = extract(reviewer, drop, tmp_path / "nowhere" / "below")
    assert (done.status, done.err) == (1, f"silbo-admin: The folder {tmp_path / 'nowhere'} does not exist.\n")


def test_partially_authenticated_plaintext_is_never_written(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """The item is the one that the manifest names, its first chunks are authentic, its last one is not."""
    reviewer.keygen("--weeks", "1")
    recipients = reviewer.recipients()

    def damaged(recipients_: object, day: object) -> bytes:
        sealed = bytearray(file_item(b"SECRET" * 100_000)(recipients, reviewer.today))
        sealed[-1] ^= 1
        return bytes(sealed)

    server.write(server.drop(recipients, text_item("good"), damaged))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    done = extract(reviewer, server.last_id, tmp_path)
    assert done.status == 3
    assert "Item 0002 cannot be opened" in done.err
    folder = tmp_path / server.last_id
    assert sorted(os.listdir(folder)) == ["0001.txt", "report.json", "report.txt"]
    report = json.loads((folder / "report.json").read_bytes())
    assert report["items"][1]["file"] is None
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"SECRET" not in path.read_bytes()


def test_a_drop_of_which_nothing_is_authentic(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    drop = deliver(reviewer, server, text_item("one"), spoil=lambda items: [items[0] + b"\0"])
    target = tmp_path / "out"
    target.mkdir()
    done = extract(reviewer, drop, target)
    assert (done.status, done.out) == (1, "")
    assert os.listdir(target) == []


@pytest.mark.parametrize(
    "failure", [KeyboardInterrupt(), OSError(28, "No space left on device"), AdminError("x")]
)
def test_a_failure_in_the_second_pass_leaves_nothing(
    reviewer: Reviewer,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
) -> None:
    drop = deliver(reviewer, server, text_item("one"), file_item(b"two" * 100_000))
    target = tmp_path / "out"
    target.mkdir()

    def fail(case: Case, entry: Entry, dst: BinaryIO, ring: KeyRing, home: Home) -> Item:
        item = content_of(case, entry, dst, ring, home)
        if entry.number == 2:
            raise failure
        return item

    monkeypatch.setattr(extract_module, "content_of", fail)
    done = extract(reviewer, drop, target)
    assert done.status in (1, 130)
    assert os.listdir(target) == []


def test_a_file_that_changes_between_the_two_passes(
    reviewer: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = deliver(reviewer, server, file_item(b"two" * 100_000))
    path = reviewer.home / "drops" / f"{drop}.tar"
    target = tmp_path / "out"
    target.mkdir()

    def swap(case: Case, entry: Entry, dst: BinaryIO, ring: KeyRing, home: Home) -> Item:
        data = bytearray(path.read_bytes())
        data[-5000] ^= 1
        path.write_bytes(data)
        return content_of(case, entry, dst, ring, home)

    monkeypatch.setattr(extract_module, "content_of", swap)
    assert extract(reviewer, drop, target).status == 1
    assert os.listdir(target) == []


def test_thousands_of_long_texts_do_not_hold_a_terminal_for_hours(
    reviewer: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(extract_module, "SHOWN_IN_ALL", 25)
    drop = deliver(reviewer, server, *(text_item(f"text number {number}") for number in range(4)))
    shown = reviewer.show(drop)
    assert [f"text number {number}" in shown.out for number in range(4)] == [True, False, False, False]
    assert shown.status == 0
    assert extract(reviewer, drop, tmp_path).status == 0
    assert (tmp_path / drop / "0004.txt").read_text() == "text number 3"
