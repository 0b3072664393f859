"""Attacks with a hash: an endpoint agent, a messenger or a seized phone is asked for the file that has it.

A report is copied, printed and mailed. No hash in it may be one of a file that the source has, unless the
reviewer asked for that.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from crypto.age import Recipient, X25519Identity, decrypt, encrypt
from tests.admin.stage import PASSPHRASE, Reviewer, Seal, Server, file_item, original_item, text_item
from tests.opener.test_opener_fuzz import of_version

CLEAN, AS_SENT, UNCHANGED, WORDS = b"the clean copy", b"\x7fELF as it was sent", b"a,b\n1,2\n", "they film us"
ORIGINAL = b"\xff\xd8 as the camera wrote it"
CUSTODIAN = X25519Identity.generate()


def first_version(seal: Seal) -> Seal:
    """The same item as Silbo 0.1 wrote it: with the hash of what arrived."""

    def again(recipients: Sequence[Recipient], day: date) -> bytes:
        middle = X25519Identity.generate()
        return encrypt(of_version(1, decrypt(seal([middle.recipient()], day), [middle])), recipients)

    return again


@pytest.fixture(params=[1, 2])
def version(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture
def drop(reviewer: Reviewer, server: Server, version: int) -> str:
    """A text, a clean file, one as it was sent, one that was clean as it came and an original. Its id."""
    reviewer.keygen("--weeks", "1")
    notes = ("unchanged",) if version == 2 else ()
    items = [
        text_item(WORDS),
        file_item(CLEAN),
        file_item(AS_SENT, "application/octet-stream", cleaned=False, extension="bin"),
        file_item(UNCHANGED, "text/csv", extension="csv", notes=notes),
        original_item(CUSTODIAN.recipient(), ORIGINAL),
    ]
    if version == 1:
        items = [first_version(seal) for seal in items[:4]] + items[4:]
    server.write(server.drop(reviewer.recipients(), *items, originals=[5]))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def hashes(*contents: bytes) -> list[str]:
    return [hashlib.sha256(content).hexdigest() for content in contents]


FINDING = hashes(WORDS.encode(), AS_SENT, ORIGINAL)


def test_a_report_has_no_hash_by_which_the_file_is_found_on_its_senders_device(
    reviewer: Reviewer, drop: str, version: int, tmp_path: Path
) -> None:
    finding = FINDING + (hashes(UNCHANGED) if version == 2 else ["00" * 32])
    shown = reviewer.show(drop)
    assert shown.status == 0
    assert reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE).status == 0
    report = json.loads((tmp_path / drop / "report.json").read_bytes())
    assert report["version"] == 2
    assert [item.get("sha256") for item in report["items"]][:3] == [None, *hashes(CLEAN), None]
    assert not any("arrived_sha256" in item for item in report["items"])
    for told in (shown.out, *((tmp_path / drop / f"report.{kind}").read_text() for kind in ("txt", "json"))):
        assert not [digest for digest in finding if digest in told]


def test_a_reviewer_who_asks_for_hashes_gets_all_of_them(
    reviewer: Reviewer, drop: str, version: int, tmp_path: Path
) -> None:
    shown = reviewer.run("show", drop, "--hashes", passphrase=PASSPHRASE)
    assert reviewer.run("extract", drop, tmp_path, "--hashes", passphrase=PASSPHRASE).status == 0
    report = json.loads((tmp_path / drop / "report.json").read_bytes())
    all_four = hashes(WORDS.encode(), CLEAN, AS_SENT, UNCHANGED)
    assert [item.get("sha256") for item in report["items"]] == [*all_four, None]
    assert sum("arrived_sha256" in item for item in report["items"]) == (4 if version == 1 else 0)
    for told in (shown.out, (tmp_path / drop / "report.txt").read_text()):
        assert all(f"SHA-256:\n      {digest}\n" in told for digest in all_four)
        assert told.count("SHA-256 of what arrived:\n") == (4 if version == 1 else 0)


def test_a_reviewer_is_told_that_a_clean_copy_is_what_arrived(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), file_item(UNCHANGED, "text/csv", notes=("unchanged",))))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    said = " ".join(reviewer.show(server.last_id).out.split())
    assert "whoever has the same file can see that it is the same" in said


def test_an_item_of_a_newer_silbo_is_named_and_hides_no_other(reviewer: Reviewer, server: Server) -> None:
    def newer(recipients: Sequence[Recipient], day: date) -> bytes:
        middle = X25519Identity.generate()
        return encrypt(
            of_version(3, decrypt(text_item("x")([middle.recipient()], day), [middle])), recipients
        )

    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), newer, text_item("one that opens")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    shown = reviewer.show(server.last_id)
    assert shown.status == 3
    assert "Item 0001 cannot be opened. The item was written by a newer Silbo." in shown.out
    assert "| one that opens" in shown.out
