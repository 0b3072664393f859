"""The revocation of a reviewer's own root, and what a stick says of those of others."""

import os
import stat
from datetime import date
from pathlib import Path

import pytest

from admin.keys import qr
from admin.keys.revocations import code
from crypto.minisign import SigningKey
from crypto.revocation import FIRST_LINE, Revocation, make_revocation, parse_revocation
from crypto.words import fingerprint
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, Typist, text_item

OTHER = SigningKey(bytes(32))


def kept(reviewer: Reviewer) -> Revocation:
    return parse_revocation((reviewer.home / "keys" / "revocation.txt").read_bytes())


def put(server: Server, revocation: Revocation | bytes, name: str = "revocation-1.txt") -> Path:
    """What the server's export lays beside the batches."""
    folder = server.stick / "revocations"
    folder.mkdir(parents=True, exist_ok=True)
    data = revocation if isinstance(revocation, bytes) else revocation.text.encode()
    (folder / name).write_bytes(data)
    return folder / name


@pytest.fixture
def filled(reviewer: Reviewer, server: Server) -> Server:
    reviewer.keygen("--weeks", "1", "--x25519")
    server.write(server.drop(reviewer.recipients(), text_item("one")))
    return server


def test_keygen_makes_it_and_says_where(reviewer: Reviewer) -> None:
    done = reviewer.keygen("--weeks", "1", "--x25519")
    words = " ".join(fingerprint(kept(reviewer).root))
    assert words == reviewer.run("fingerprint", "--words").out.strip()
    assert kept(reviewer).made == TODAY
    assert f"{reviewer.home}/keys/revocation.txt" in done.out


def test_it_is_shown_as_text_and_as_a_code_without_the_passphrase(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    done = reviewer.run("revocation")
    assert done.status == 0
    assert done.out.startswith(kept(reviewer).text)
    drawn = [line for line in done.out.splitlines() if "█" in line]
    assert len(drawn) == 36  # and one of half blocks
    assert max(map(len, drawn)) <= 80
    assert qr.terminal(code(kept(reviewer)), colour=False) in done.out


def test_the_code_holds_the_text(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    text = kept(reviewer).text.rstrip("\n")
    assert code(kept(reviewer)) == qr.encode(text, error="l")
    assert len(code(kept(reviewer))) == 69


def test_on_a_terminal_that_is_too_small_it_says_what_to_do(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    typist = Typist(["--home", str(reviewer.home), "revocation"])
    assert typist.finish() == 0
    assert "make it 73 columns wide" in " ".join(typist.screen.split())
    assert "█" not in typist.screen


def test_a_copy_can_be_read_by_whoever_gets_it(reviewer: Reviewer, tmp_path: Path) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    before = os.umask(0o077)
    try:
        assert reviewer.run("revocation", tmp_path / "new" / "elsewhere").status == 0
    finally:
        os.umask(before)
    copy = tmp_path / "new" / "elsewhere"
    text, picture = sorted(copy.iterdir(), key=lambda path: path.suffix, reverse=True)
    assert parse_revocation(text.read_bytes()) == kept(reviewer)
    assert picture.read_bytes().startswith(b"\x89PNG")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (copy.parent, copy, text, picture)]
    assert modes == [0o755, 0o755, 0o644, 0o644]


def test_keys_of_an_older_version_get_one_afterwards(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    path = reviewer.home / "keys" / "revocation.txt"
    path.unlink()
    assert reviewer.run("revocation", passphrase="not the one that it is").status == 1
    assert not path.exists()
    assert reviewer.run("revocation", passphrase=PASSPHRASE).status == 0
    assert kept(reviewer).made == TODAY
    path.write_bytes(path.read_bytes()[:-9])  # a damaged one is made anew
    assert reviewer.run("revocation", passphrase=PASSPHRASE).status == 0
    assert kept(reviewer).made == TODAY


def test_an_import_tells_once_who_was_revoked(reviewer: Reviewer, filled: Server) -> None:
    put(filled, make_revocation(OTHER, TODAY))
    words = " ".join(fingerprint(OTHER.public()))
    done = reviewer.run("import", filled.stick, "--server", filled.public)
    assert (done.status, done.err) == (0, "")
    assert f"The stick says that keys were revoked, with these ten words: {words}." in done.out
    assert "1 new drop" in done.out
    again = reviewer.run("import", filled.stick)
    assert (again.status, words in again.out) == (0, False)


def test_a_stick_with_a_revocation_alone(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    put(server, make_revocation(OTHER, TODAY))
    done = reviewer.run("import", server.stick)
    assert (done.status, done.err) == (0, "")
    assert "were revoked" in done.out


def test_a_reviewer_whose_own_keys_were_revoked_is_told(reviewer: Reviewer, filled: Server) -> None:
    put(filled, kept(reviewer))
    done = reviewer.run("import", filled.stick, "--server", filled.public)
    assert done.status == 3
    assert done.err.startswith("! YOUR keys were revoked")
    assert reviewer.show(filled.last_id).status == 0  # what is here stays readable
    refused = reviewer.run("publish", filled.stick)
    assert (refused.status, refused.out) == (1, "")
    assert "were revoked" in refused.err
    assert "These keys were revoked" in reviewer.run("list").err
    rotated = reviewer.run("rotate", passphrase=PASSPHRASE)  # which still destroys what is past
    assert (rotated.status, "no server takes the list" in rotated.out) == (0, True)


def test_a_copy_of_ones_own_on_the_stick_alarms_nobody(reviewer: Reviewer, filled: Server) -> None:
    """It was written there to be given away; only what lies in `revocations` was taken by a server."""
    reviewer.run("revocation", filled.stick)
    done = reviewer.run("import", filled.stick, "--server", filled.public)
    assert (done.status, done.err) == (0, "")


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        make_revocation(OTHER, TODAY).text.encode()[:-20],
        make_revocation(OTHER, TODAY).text.encode() + b"more\n",
        make_revocation(OTHER, TODAY).text.encode().replace(b"2026", b"2025"),
        b"x" * 100_000,
        (FIRST_LINE + "\n" + OTHER.sign(b"", "{}").partition("\n")[2]).encode(),
    ],
    ids=["empty", "cut", "trailing", "changed", "large", "not one"],
)
def test_a_bad_revocation_is_one_sentence_and_the_batch_is_taken(
    reviewer: Reviewer, filled: Server, untrusted: bytes
) -> None:
    put(filled, untrusted)
    done = reviewer.run("import", filled.stick, "--server", filled.public)
    assert done.status == 3
    assert "1 new drop" in done.out
    (line,) = done.err.splitlines()
    assert line.startswith("! A revocation was not taken.")
    assert not (reviewer.home / "revoked").exists()


def test_one_signed_by_another_key_is_not_believed(reviewer: Reviewer, filled: Server) -> None:
    document = kept(reviewer).text.splitlines()[2].removeprefix("trusted comment: ")
    put(filled, (FIRST_LINE + "\n" + OTHER.sign(b"", document).partition("\n")[2]).encode())
    done = reviewer.run("import", filled.stick, "--server", filled.public)
    assert done.err == "! A revocation was not taken. Its signature is wrong, or was made with another key.\n"
    assert reviewer.run("publish", filled.stick).status == 0


def test_links_and_pipes_and_other_names_in_the_folder_hold_nobody_up(
    reviewer: Reviewer, filled: Server, tmp_path: Path
) -> None:
    folder = put(filled, make_revocation(OTHER, date(2026, 1, 1)), "\x1b[31m.txt").parent
    os.mkfifo(folder / "revocation-2.txt")
    (folder / "revocation-3.txt").symlink_to(tmp_path / "home" / "keys" / "revocation.txt")
    done = reviewer.run("import", filled.stick, "--server", filled.public)
    assert done.status == 3
    assert [line.split(" ")[-1] for line in done.err.splitlines()] == ["read.", "followed."]
    assert "revoked" not in done.out


def test_a_link_instead_of_the_folder_is_not_followed(
    reviewer: Reviewer, filled: Server, tmp_path: Path
) -> None:
    (tmp_path / "real").mkdir()
    (filled.stick / "revocations").symlink_to(tmp_path / "real")
    done = reviewer.run("import", filled.stick, "--server", filled.public)
    assert done.err == "! Folder revocations is a link or a file, not a folder: it was not followed.\n"
    assert "1 new drop" in done.out


def test_a_hundred_revocations_are_read_up_to_a_limit(reviewer: Reviewer, filled: Server) -> None:
    for number in range(65):
        put(filled, make_revocation(OTHER, TODAY), f"revocation-{number:03}.txt")
    done = reviewer.run("import", filled.stick, "--server", filled.public)
    assert done.err == "! More than 64 revocations are there; the rest was not read.\n"
    assert done.out.count("were revoked") == 1
