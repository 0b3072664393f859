"""Sealed originals: a reviewer sees them, the custodian alone opens them, nobody outside tells them apart."""

import json
import os
from pathlib import Path

import pytest

from crypto.age import HybridIdentity, X25519Identity, encrypt
from crypto.drop import read_drop
from crypto.errors import NoMatch
from crypto.manifest import open_manifest
from tests.admin.stage import (
    PASSPHRASE,
    TODAY,
    Outcome,
    Reviewer,
    Server,
    file_item,
    original_item,
    sha256,
    text_item,
)

ORIGINAL = b"\xff\xd8 as the camera wrote it"
CUSTODIAN = HybridIdentity.generate()


@pytest.fixture
def drop(reviewer: Reviewer, server: Server) -> str:
    """A drop with a text, a clean picture and its original, imported. Its id."""
    reviewer.keygen("--weeks", "1")
    server.write(
        server.drop(
            reviewer.recipients(),
            text_item("one"),
            file_item(b"clean"),
            original_item(CUSTODIAN.recipient(), ORIGINAL),
            originals=[3],
        )
    )
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "custodian.txt"
    path.write_text(CUSTODIAN.to_string())
    return path


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """What a reviewer hands over."""
    path = tmp_path / "0003.age"
    path.write_bytes(original_item(CUSTODIAN.recipient(), ORIGINAL)([CUSTODIAN.recipient()], TODAY))
    return path


def open_original(reviewer: Reviewer, sealed: Path, folder: Path, key: Path) -> Outcome:
    folder.mkdir(exist_ok=True)
    return reviewer.run("open-original", sealed, folder, "-i", key)


def test_a_reviewer_sees_that_it_is_there(reviewer: Reviewer, drop: str) -> None:
    shown = reviewer.show(drop)
    assert (shown.status, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert "3 items, each verified to its last byte against the manifest." in lines
    assert "0003  sealed original of 0002, by its place, 28.9 kB" in lines


def test_from_the_reviewers_machine_to_the_custodians(
    reviewer: Reviewer, drop: str, key: Path, tmp_path: Path
) -> None:
    done = reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE)
    assert done.status == 0
    assert "For the custodian, still sealed: 0003.age" in done.out
    folder = tmp_path / drop
    report = json.loads((folder / "report.json").read_bytes())
    entry = report["items"][2]
    assert entry["for"] == "custodian"
    assert entry["sealed_sha256"] == sha256((folder / entry["file"]).read_bytes()).hex()
    sealed = entry["sealed_sha256"]
    told = (folder / "report.txt").read_text()
    assert "0003  sealed original of 0002" in told
    assert f"SHA-256 of it as it is, sealed:\n      {sealed}\n" in told

    opened = open_original(reviewer, folder / "0003.age", tmp_path / "custody", key)
    assert opened.status == 0
    assert sealed in opened.out
    assert sha256(ORIGINAL).hex() not in opened.out
    assert "attack the program" in opened.err
    (written,) = (tmp_path / "custody").iterdir()
    assert written.name == f"{sealed[:16]}-ORIGINAL.jpg"
    assert written.read_bytes() == ORIGINAL
    assert written.stat().st_mode & 0o777 == 0o600

    written.unlink()
    asked = reviewer.run("open-original", folder / "0003.age", tmp_path / "custody", "-i", key, "--hashes")
    assert f"SHA-256 of the original itself:\n{sha256(ORIGINAL).hex()}\n" in asked.out


def test_from_outside_it_is_an_item_like_the_others(reviewer: Reviewer, server: Server, drop: str) -> None:
    path = reviewer.home / "drops" / f"{drop}.tar"
    data = path.read_bytes()
    with path.open("rb") as file:
        members = read_drop(file)
    text, picture, original = (data[m.offset : m.offset + m.size] for m in members[1:])
    assert len(text) == len(picture) == len(original)
    assert [item.count(b"-> mlkem768x25519 ") for item in (text, picture, original)] == [8, 8, 8]


def test_the_custodian_opens_no_manifest_and_no_other_item(
    reviewer: Reviewer, drop: str, key: Path, tmp_path: Path
) -> None:
    path = reviewer.home / "drops" / f"{drop}.tar"
    data = path.read_bytes()
    with path.open("rb") as file:
        members = read_drop(file)
    with pytest.raises(NoMatch):
        open_manifest(data[members[0].offset : members[0].offset + members[0].size], [CUSTODIAN])
    for member in members[:3]:
        sealed = tmp_path / member.name
        sealed.write_bytes(data[member.offset : member.offset + member.size])
        done = open_original(reviewer, sealed, tmp_path / "custody", key)
        assert (done.status, done.out) == (1, "")
        assert "That key does not open it" in done.err
    assert not list((tmp_path / "custody").iterdir())


def test_a_reviewers_item_passed_off_as_an_original(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("one"), text_item("two"), originals=[2]))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    shown = reviewer.show(server.last_id)
    assert shown.status == 3
    assert "| two" not in shown.out
    assert "Item 0002 is not for whom the manifest says" in shown.out


def test_a_sealed_original_unlocks_no_further_period(reviewer: Reviewer, server: Server) -> None:
    """Each of 26 would take a second and 256 MiB, and one that is damaged would make the drop look broken."""
    reviewer.keygen("--weeks", "3")
    for later in ("2026-11-23", "2026-11-30"):
        (reviewer.home / "keys" / f"period-{later}.age").write_bytes(b"damaged")
    recipients = reviewer.recipients()
    server.write(
        server.drop(
            recipients, text_item("one"), original_item(CUSTODIAN.recipient(), ORIGINAL), originals=[2]
        )
    )
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    shown = reviewer.show(server.last_id)
    assert (shown.status, shown.err) == (0, "")
    assert "0002  sealed original of 0001" in shown.out


def test_an_original_among_the_items_for_reviewers(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    recipient = reviewer.recipients()[0]
    server.write(server.drop(reviewer.recipients(), original_item(recipient, ORIGINAL)))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    shown = reviewer.show(server.last_id)
    assert shown.status == 3
    assert "Item 0001 is not for whom the manifest says" in shown.out


def test_an_original_that_was_exchanged_is_reported_though_nobody_here_could_open_it(
    reviewer: Reviewer, server: Server
) -> None:
    reviewer.keygen("--weeks", "1")
    recipients = reviewer.recipients()
    seal = original_item(CUSTODIAN.recipient(), ORIGINAL)
    server.write(
        server.drop(recipients, seal, originals=[1], spoil=lambda _: [seal(recipients, TODAY)]),
    )
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    shown = reviewer.show(server.last_id)
    assert shown.status == 3
    assert "Item 0001 was changed or exchanged" in shown.out


def test_one_that_the_reviewers_key_opens_after_all_is_shown_with_its_warning(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """A small desk may name a reviewer's key as the custodian's."""
    reviewer.keygen("--weeks", "1")
    recipient = reviewer.recipients()[0]
    server.write(server.drop(reviewer.recipients(), original_item(recipient, ORIGINAL), originals=[1]))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    assert "2026-11-18  ORIGINAL" in reviewer.show(server.last_id).out
    done = reviewer.run("extract", server.last_id, tmp_path, passphrase=PASSPHRASE)
    assert "1 file ORIGINAL: opening can reveal or attack" in done.err
    assert (tmp_path / server.last_id / "0001-ORIGINAL.jpg").read_bytes() == ORIGINAL


def test_another_key(reviewer: Reviewer, sealed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(X25519Identity.generate().to_string())
    done = open_original(reviewer, sealed, tmp_path / "custody", other)
    assert (done.status, done.out) == (1, "")
    assert done.err == "silbo-admin: That key does not open it: it is sealed for somebody else.\n"


@pytest.mark.parametrize("cut", [100, 20_000, -1])
def test_nothing_is_written_of_an_original_that_was_cut_off(
    reviewer: Reviewer, sealed: Path, key: Path, tmp_path: Path, cut: int
) -> None:
    sealed.write_bytes(sealed.read_bytes()[:cut])
    done = open_original(reviewer, sealed, tmp_path / "custody", key)
    assert done.status == 1
    assert "The original cannot be opened." in done.err
    assert not list((tmp_path / "custody").iterdir())


def test_an_item_that_is_no_original_and_a_file_that_is_no_item(
    reviewer: Reviewer, sealed: Path, key: Path, tmp_path: Path
) -> None:
    for data, words in (
        (file_item(b"x")([CUSTODIAN.recipient()], TODAY), "That is an item for the reviewers"),
        (encrypt(b"junk", [CUSTODIAN.recipient()]), "The original cannot be opened."),
    ):
        sealed.write_bytes(data)
        done = open_original(reviewer, sealed, tmp_path / "custody", key)
        assert done.status == 1
        assert words in done.err
    assert not list((tmp_path / "custody").iterdir())


def test_an_original_is_never_written_over_a_file_or_through_a_link(
    reviewer: Reviewer, sealed: Path, key: Path, tmp_path: Path
) -> None:
    custody = tmp_path / "custody"
    assert open_original(reviewer, sealed, custody, key).status == 0
    (written,) = custody.iterdir()
    written.write_bytes(b"mine")
    assert "written there before" in open_original(reviewer, sealed, custody, key).err
    assert written.read_bytes() == b"mine"
    written.unlink()
    os.symlink(tmp_path / "elsewhere", written)
    assert open_original(reviewer, sealed, custody, key).status == 1
    assert not (tmp_path / "elsewhere").exists()


def test_a_custodians_key_is_made_under_a_passphrase_and_used(reviewer: Reviewer, tmp_path: Path) -> None:
    path = tmp_path / "custodian.age"
    made = reviewer.run("age", "keygen", "-p", "-o", path, passphrase=PASSPHRASE)
    assert made.status == 0
    assert path.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert path.stat().st_mode & 0o777 == 0o600
    public = tmp_path / "custodian.pub"
    assert reviewer.run("age", "keygen", "-y", path, "-o", public, passphrase=PASSPHRASE).status == 0
    recipient = public.read_text().strip()
    assert made.err == f"Public key: {recipient}\n"
    assert recipient.startswith("age1pq1")
    sealed = tmp_path / "0003.age"
    key = type(CUSTODIAN.recipient()).parse(recipient)
    sealed.write_bytes(original_item(key, ORIGINAL)([key], TODAY))
    custody = tmp_path / "custody"
    custody.mkdir()
    wrong = reviewer.run("open-original", sealed, custody, "-i", path, passphrase="another one")
    assert wrong.err == "silbo-admin: The passphrase does not open the identity file.\n"
    assert reviewer.run("open-original", sealed, custody, "-i", path, passphrase=PASSPHRASE).status == 0


def test_a_weak_passphrase_guards_no_custodians_key(reviewer: Reviewer, tmp_path: Path) -> None:
    done = reviewer.run("age", "keygen", "-p", "-o", tmp_path / "custodian.age", passphrase="short")
    assert done.status == 1
    assert "too short" in done.err
    assert not (tmp_path / "custodian.age").exists()
