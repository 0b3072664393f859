"""Clear text never lands on the stick that goes back to the operator; one's own folder is not refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from admin.case.exchange import refuse_clear_text
from admin.errors import AdminError
from crypto.minisign import SigningKey
from crypto.revocation import make_revocation
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, text_item


@pytest.fixture
def drop(reviewer: Reviewer, server: Server) -> str:
    reviewer.keygen("--weeks", "1", "--x25519")
    server.write(server.drop(reviewer.recipients(), text_item("words")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def extract(reviewer: Reviewer, drop: str, folder: Path) -> Outcome:
    return reviewer.run("extract", drop, folder, passphrase=PASSPHRASE)


@pytest.mark.parametrize("place", [".", "cases", "cases/more", "batch-000001"])
def test_a_drop_is_not_extracted_onto_the_stick_with_the_batches(
    reviewer: Reviewer, server: Server, drop: str, place: str
) -> None:
    folder = server.stick / place
    folder.mkdir(parents=True, exist_ok=True)
    before = sorted(server.stick.rglob("*"))
    done = extract(reviewer, drop, folder)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("silbo-admin: That folder is on the stick that carries batches or receipts")
    assert sorted(server.stick.rglob("*")) == before


def test_nor_by_a_link_to_it(reviewer: Reviewer, server: Server, drop: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(server.stick)
    assert extract(reviewer, drop, tmp_path / "link").status == 1


def test_nor_onto_a_stick_with_a_receipt_or_a_key_list_or_parts_or_revocations(
    reviewer: Reviewer, drop: str, tmp_path: Path
) -> None:
    empty = tmp_path / "another"
    assert reviewer.show(drop).status == 0
    for command, secret in (("publish", None), ("receipt", PASSPHRASE), ("revocation", None)):
        assert reviewer.run(command, empty / command, passphrase=secret).status == 0
    (empty / "parts").mkdir()
    (empty / "parts" / "batch-000001.part-001-of-002.age").touch()
    (empty / "gone" / "revocations").mkdir(parents=True)
    revocation = make_revocation(SigningKey(bytes(32)), TODAY).text
    (empty / "gone" / "revocations" / "revocation-12345678.txt").write_text(revocation)
    (empty / "answered" / "outbox-12345678").mkdir(parents=True)
    (empty / "answered" / "outbox-12345678" / "outbox.json").touch()
    (empty / "read").mkdir()
    (empty / "read" / "read.json.minisig").touch()
    refused = {place.name for place in empty.iterdir() if extract(reviewer, drop, place).status == 1}
    assert refused == {"publish", "receipt", "parts", "gone", "answered", "read"}


def test_a_folder_of_ones_own_is_never_refused(
    reviewer: Reviewer, server: Server, drop: str, tmp_path: Path
) -> None:
    """Also where somebody copied a stick into the folder that the home is in."""
    for name in ("cases", "batch-000009", "revocations"):
        (tmp_path / name).mkdir()
    (tmp_path / "server.pub").touch()
    server.stick.joinpath("batch-000001").rename(tmp_path / "batch-000001")
    for name in ("cases", "batch-000009", "revocations"):
        assert extract(reviewer, drop, tmp_path / name).status == 0, name
    assert extract(reviewer, drop, tmp_path).status == 1, "right beside the batch"


MOUNTED = """
import os, sys
from pathlib import Path
from admin.errors import AdminError
from admin.case.exchange import refuse_clear_text
stick, home = map(Path, sys.argv[1:])
(stick / "silbo" / "batch-000001").mkdir(parents=True)
(stick / "cases").mkdir()
refuse_clear_text(stick / "cases", home)  # nothing is there yet
(stick / "silbo" / "batch-000001" / "batch.json").touch()
try:
    refuse_clear_text(stick / "cases", home)
except AdminError:
    refuse_clear_text(stick / "cases", stick / "home")  # a home on that very stick: it goes nowhere
    sys.exit(42)
"""


def test_a_stick_whose_batches_are_in_a_folder_of_it(tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    script = 'mount -t tmpfs none "$1" || exit 77; exec "$2" -c "$3" "$1" "$4"'
    words = ["unshare", "-rm", "sh", "-c", script, "sh", str(tmp_path / "stick"), sys.executable, MOUNTED]
    done = subprocess.run([*words, str(tmp_path / "home")], capture_output=True, text=True, check=False)
    if done.returncode in {1, 77} and not done.stderr.startswith("Traceback"):
        pytest.skip("left out: this kernel does not permit a mount of one's own")
    assert done.returncode == 42, done.stderr


def test_a_folder_that_cannot_be_listed_is_left_to_what_writes_there(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o300)
    refuse_clear_text(closed, tmp_path / "home")
    (tmp_path / "batch.json.minisig").touch()
    with pytest.raises(AdminError):
        refuse_clear_text(tmp_path, tmp_path / "home")
