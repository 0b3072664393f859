"""Sticks that were tampered with on the way: one sentence each, and what is intact is still taken in."""

import os
import resource
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto.batch import MAX_SEQUENCE, Batch, BatchDrop, batch_bytes
from crypto.minisign import SigningKey
from crypto.words import fingerprint
from tests.admin.stage import Outcome, Reviewer, Server, sha256, text_item


@pytest.fixture
def filled(reviewer: Reviewer, server: Server) -> Server:
    """A stick with three batches of one drop each."""
    reviewer.keygen("--weeks", "1")
    for text in ("first", "second", "third"):
        server.write(server.drop(reviewer.recipients(), text_item(text)))
    return server


def take(reviewer: Reviewer, server: Server, folder: Path | None = None) -> Outcome:
    return reviewer.run("import", folder or server.stick, "--server", server.public)


def ids(reviewer: Reviewer) -> set[str]:
    return {path.stem for path in (reviewer.home / "drops").iterdir()}


def batch(server: Server, number: int) -> Path:
    return server.stick / f"batch-{number:06d}"


def drop_file(server: Server, number: int) -> Path:
    return batch(server, number) / f"{server.batches[number - 1].drops[0].id}.tar"


def all_ids(server: Server) -> set[str]:
    return {drop.id for one in server.batches for drop in one.drops}


def snapshot(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_a_whole_stick(reviewer: Reviewer, filled: Server) -> None:
    done = take(reviewer, filled)
    assert (done.status, done.err) == (0, "")
    assert ids(reviewer) == all_ids(filled)
    for one in filled.batches:
        assert reviewer.show(one.drops[0].id[:8]).status == 0


def test_a_single_batch_folder(reviewer: Reviewer, filled: Server) -> None:
    assert take(reviewer, filled, batch(filled, 1)).status == 0
    assert len(ids(reviewer)) == 1


def test_names_of_a_batch_are_on_the_disk_before_it_is_told(
    reviewer: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut takes no drop that was told of; one look at the disk serves all names of a batch."""
    reviewer.keygen("--weeks", "1")
    server.write(*(server.drop(reviewer.recipients(), text_item(f"text {n}")) for n in range(5)))
    drops = reviewer.home / "drops"
    done: list[str] = []
    sync, move = os.fsync, os.replace

    def synced(handle: int) -> None:
        sync(handle)
        done.append("names" if os.readlink(f"/proc/self/fd/{handle}") == str(drops) else "bytes")

    def moved(src: Path, dst: Path) -> None:
        move(src, dst)
        if dst.parent == drops:
            done.append("moved")

    monkeypatch.setattr("os.fsync", synced)
    monkeypatch.setattr("os.replace", moved)
    assert take(reviewer, server).status == 0
    of_drops = [each for each in done if each != "bytes"]
    assert of_drops == [*["moved"] * 5, "names"]
    assert all(done[place - 1] == "bytes" for place, each in enumerate(done) if each == "moved")


def test_the_same_stick_again_changes_nothing(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    before = snapshot(reviewer.home)
    again = take(reviewer, filled)
    assert (again.status, again.err) == (0, "")
    assert "nothing new" in again.out
    assert snapshot(reviewer.home) == before


def test_missing_batch(reviewer: Reviewer, filled: Server) -> None:
    os.rename(batch(filled, 2), filled.stick.parent / "kept")
    done = take(reviewer, filled)
    assert done.status == 3
    assert done.err.count("\n") == 2
    assert "batch 2" in done.err
    assert "on a stick that was left behind" in done.err
    assert "Never seen so far: batch 2." in done.out
    assert len(ids(reviewer)) == 2
    # It turns up later: taken in, no longer missing, and no alarm.
    late = take(reviewer, filled, filled.stick.parent / "kept")
    assert (late.status, late.err) == (0, "")
    assert "Batch 2 came late: batch 3 was here before it." in late.out
    assert "Never seen" not in late.out
    assert ids(reviewer) == all_ids(filled)


def test_replayed_batch_under_a_new_number(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    fake = filled.stick.parent / "later" / "batch-000004"
    fake.parent.mkdir()
    os.rename(batch(filled, 2), fake)
    done = take(reviewer, filled, fake.parent)
    assert done.status == 3
    assert "holds batch 2: it is not what its name says" in done.err
    assert ids(reviewer) == all_ids(filled)


def test_batch_that_is_on_the_stick_twice(reviewer: Reviewer, filled: Server) -> None:
    copy = filled.stick / "copy"
    copy.mkdir()
    for file in batch(filled, 2).iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    done = take(reviewer, filled)
    assert done.status == 3
    assert "repeated" in done.err
    assert ids(reviewer) == all_ids(filled)


def test_old_stick_from_which_newer_batches_were_taken(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    done = take(reviewer, filled, batch(filled, 2))
    assert done.status == 3
    assert "Nothing here is newer than batch 2" in done.err


def test_forked_server(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    other = Server(filled.stick.parent / "fork", key=filled.key, batches=filled.batches[:1])
    other.write(other.drop(reviewer.recipients(), text_item("another second")))
    done = take(reviewer, other, other.stick)
    assert done.status == 3
    assert "two different batches with number 2" in done.err
    assert other.last_id in ids(reviewer)
    assert "| another second" in reviewer.show(other.last_id).out
    assert "| second" in reviewer.show(filled.batches[1].drops[0].id).out


def test_batch_that_does_not_follow_the_one_before(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    drop = filled.drop(reviewer.recipients(), text_item("fourth"))
    listed = BatchDrop("ab" * 16, sha256(drop), len(drop))
    filled.put(Batch(4, b"\x01" * 32, filled.day, (listed,)), {listed.id: drop})
    done = take(reviewer, filled)
    assert done.status == 3
    assert "batch 4 does not follow the batch before it" in done.err
    assert listed.id in ids(reviewer)


def test_truncated_batch(reviewer: Reviewer, filled: Server) -> None:
    drop_file(filled, 2).unlink()
    done = take(reviewer, filled)
    assert done.status == 3
    assert "cut short" in done.err
    assert len(ids(reviewer)) == 2
    assert "file missing" in reviewer.run("list").out


def test_drop_cut_short_on_the_stick_and_whole_on_the_next(reviewer: Reviewer, filled: Server) -> None:
    whole = drop_file(filled, 2).read_bytes()
    drop_file(filled, 2).write_bytes(whole[:-1])
    done = take(reviewer, filled)
    assert done.status == 3
    assert "shorter than listed" in done.err
    assert len(ids(reviewer)) == 2
    drop_file(filled, 2).write_bytes(whole)
    again = take(reviewer, filled)
    assert (again.status, again.err) == (0, "")
    assert "Batch 2 of 2026-11-18: 1 new drop." in again.out
    assert ids(reviewer) == all_ids(filled)


@pytest.mark.parametrize("where", ["flip", "append"])
def test_altered_drop(reviewer: Reviewer, filled: Server, where: str) -> None:
    data = bytearray(drop_file(filled, 2).read_bytes())
    if where == "flip":
        data[len(data) // 2] ^= 1
    else:
        data.append(0)
    drop_file(filled, 2).write_bytes(data)
    done = take(reviewer, filled)
    assert done.status == 3
    assert "changed after it was signed" in done.err
    assert len(ids(reviewer)) == 2
    assert not list((reviewer.home / "drops").glob(".partial-*"))


def test_altered_batch_list(reviewer: Reviewer, filled: Server) -> None:
    listing = batch(filled, 2) / "batch.json"
    changed = filled.batches[1].replaced(day=date(2026, 11, 17))
    listing.write_bytes(batch_bytes(changed))
    done = take(reviewer, filled)
    assert done.status == 3
    assert "Folder batch-000002 was not imported" in done.err
    assert len(ids(reviewer)) == 2


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"version":2}', b"x" * (17 << 20)]
)
def test_hostile_batch_list(reviewer: Reviewer, filled: Server, content: bytes) -> None:
    (batch(filled, 2) / "batch.json").write_bytes(content)
    done = take(reviewer, filled)
    assert done.status == 3
    assert "Folder batch-000002 was changed or cut short" in done.err
    assert "Traceback" not in done.err
    assert len(ids(reviewer)) == 2


@pytest.mark.parametrize("content", [b"", b"\xff" * 10, b"\n\n\n\n", b"x" * 100_000])
def test_hostile_signature(reviewer: Reviewer, filled: Server, content: bytes) -> None:
    (batch(filled, 2) / "batch.json.minisig").write_bytes(content)
    done = take(reviewer, filled)
    assert done.status == 3
    assert "Folder batch-000002 was not imported" in done.err
    assert len(ids(reviewer)) == 2


def test_batch_without_a_signature(reviewer: Reviewer, filled: Server) -> None:
    (batch(filled, 2) / "batch.json.minisig").unlink()
    done = take(reviewer, filled)
    assert "Folder batch-000002 was changed or cut short: its list or its signature is missing" in done.err
    assert len(ids(reviewer)) == 2


def test_batch_signed_by_somebody_else(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    intruder = Server(filled.stick.parent / "other", batches=list(filled.batches))
    intruder.write(intruder.drop(reviewer.recipients(), text_item("forged")))
    before = ids(reviewer)
    done = take(reviewer, filled, intruder.stick)
    assert (done.status, done.out) == (1, "")
    assert "signed by another key than the server's" in done.err
    assert ids(reviewer) == before


def test_the_server_key_is_pinned(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    other = SigningKey.generate().public()
    done = reviewer.run("import", filled.stick, "--server", str(other))
    assert done.status == 1
    assert "Another server key is already pinned" in done.err


def test_without_a_terminal_the_first_import_needs_the_key(reviewer: Reviewer, filled: Server) -> None:
    (filled.stick / "server.pub").write_text(filled.public + "\n")
    done = reviewer.run("import", filled.stick)
    assert done.status == 1
    assert "--server" in done.err
    assert ids(reviewer) == set()
    assert not (reviewer.home / "head.json").exists()


def test_the_key_is_known_by_its_ten_words(reviewer: Reviewer, filled: Server) -> None:
    words = " ".join(fingerprint(filled.key.public())).upper()
    done = reviewer.run("import", filled.stick, "--server", words)
    assert done.status == 1
    assert "carries no server.pub" in done.err
    (filled.stick / "server.pub").write_text(f"untrusted comment: minisign public key\n{filled.public}\n")
    done = reviewer.run("import", filled.stick, "--server", words)
    assert (done.status, done.err) == (0, "")


def test_a_stick_with_another_servers_key_is_not_believed(reviewer: Reviewer, filled: Server) -> None:
    (filled.stick / "server.pub").write_text(f"{SigningKey.generate().public()}\n")
    words = " ".join(fingerprint(filled.key.public()))
    done = reviewer.run("import", filled.stick, "--server", words)
    assert done.status == 1
    assert "other words" in done.err
    assert not (reviewer.home / "head.json").exists()


@pytest.mark.parametrize("key", ["x", "RWQ", "a" * 56, ""])
def test_a_malformed_server_key_is_refused(reviewer: Reviewer, filled: Server, key: str) -> None:
    done = reviewer.run("import", filled.stick, "--server", key)
    assert done.status == 1
    assert "56 characters" in done.err


def test_signed_hand_over_of_the_server_key(reviewer: Reviewer, filled: Server) -> None:
    first_key = filled.public
    heir = SigningKey.generate()
    filled.write(successor=heir)
    filled.write(filled.drop(reviewer.recipients(), text_item("under the new key")))
    done = reviewer.run("import", filled.stick, "--server", first_key)
    assert (done.status, done.err) == (0, "")
    assert " ".join(fingerprint(heir.public())) in done.out
    assert ids(reviewer) == all_ids(filled)
    assert reviewer.run("import", filled.stick).status == 0


def test_retired_server_key(reviewer: Reviewer, filled: Server) -> None:
    first_key = filled.key
    filled.write(successor=SigningKey.generate())
    filled.key = first_key
    filled.write(filled.drop(reviewer.recipients(), text_item("forged with the old key")))
    done = take(reviewer, filled)
    assert done.status == 3
    assert "had been handed over" in done.err
    assert filled.last_id not in ids(reviewer)


def test_one_drop_in_two_batches(reviewer: Reviewer, filled: Server) -> None:
    repeated = filled.batches[0].drops[0]
    data = drop_file(filled, 1).read_bytes()
    following = Batch(4, filled.batches[-1].digest(), filled.day, (repeated,))
    filled.put(following, {repeated.id: data})
    done = take(reviewer, filled)
    assert done.status == 3
    assert f"Batch 4 lists drop {repeated.id[:8]} again, which came with batch 1." in done.err
    assert reviewer.run("list").out.count(repeated.id[:8]) == 1


def test_batch_from_the_future(reviewer: Reviewer, filled: Server) -> None:
    filled.write(day=reviewer.today + timedelta(days=40))
    done = take(reviewer, filled)
    assert done.status == 3
    assert "Batch 4 is dated in the future" in done.err


def test_symlink_on_the_stick_instead_of_a_drop(reviewer: Reviewer, filled: Server) -> None:
    real = filled.stick.parent / "elsewhere.tar"
    os.rename(drop_file(filled, 2), real)
    drop_file(filled, 2).symlink_to(real)
    done = take(reviewer, filled)
    assert done.status == 3
    assert "not followed" in done.err
    assert len(ids(reviewer)) == 2


@pytest.mark.parametrize("name", ["batch.json", "batch.json.minisig"])
def test_symlink_on_the_stick_instead_of_a_list(reviewer: Reviewer, filled: Server, name: str) -> None:
    path = batch(filled, 2) / name
    os.rename(path, filled.stick.parent / name)
    path.symlink_to(filled.stick.parent / name)
    done = take(reviewer, filled)
    assert done.status == 3
    assert "not followed" in done.err
    assert len(ids(reviewer)) == 2


def test_symlink_on_the_stick_instead_of_a_batch(reviewer: Reviewer, filled: Server) -> None:
    os.rename(batch(filled, 2), filled.stick.parent / "elsewhere")
    batch(filled, 2).symlink_to(filled.stick.parent / "elsewhere")
    done = take(reviewer, filled)
    assert done.status == 3
    assert "Folder batch-000002 is a link" in done.err
    assert len(ids(reviewer)) == 2


def test_named_pipe_on_the_stick_does_not_stall(reviewer: Reviewer, filled: Server) -> None:
    drop_file(filled, 2).unlink()
    os.mkfifo(drop_file(filled, 2))
    (batch(filled, 3) / "batch.json").unlink()
    os.mkfifo(batch(filled, 3) / "batch.json")
    done = take(reviewer, filled)
    assert done.status == 3
    assert done.err.count("not a plain file") == 2
    assert len(ids(reviewer)) == 1


def test_folder_instead_of_a_drop(reviewer: Reviewer, filled: Server) -> None:
    drop_file(filled, 2).unlink()
    drop_file(filled, 2).mkdir()
    done = take(reviewer, filled)
    assert done.status == 3
    assert "not a plain file" in done.err


def test_hostile_names_on_the_stick_are_not_printed(reviewer: Reviewer, filled: Server) -> None:
    hostile = filled.stick / "\x1b[31mbatch-000009"
    hostile.mkdir()
    (hostile / "batch.json").write_bytes(b"{}")
    done = take(reviewer, filled)
    assert done.status == 3
    assert "\x1b" not in done.out + done.err
    assert "A folder on the stick" in done.err


def test_what_an_interrupted_export_left_on_the_stick_is_passed_over(
    reviewer: Reviewer, filled: Server
) -> None:
    os.rename(batch(filled, 3), filled.stick / ".batch-000003.partial")
    done = take(reviewer, filled)
    assert (done.status, done.err) == (0, "")
    assert len(ids(reviewer)) == 2


def test_more_batches_than_files_can_be_open(reviewer: Reviewer, server: Server) -> None:
    for _ in range(60):
        server.write()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 16, hard))
    try:
        done = take(reviewer, server)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (done.status, done.err) == (0, "")
    assert done.out.count("0 new drops") == 60


def test_server_pub_that_is_not_a_key(reviewer: Reviewer, filled: Server) -> None:
    (filled.stick / "server.pub").write_bytes(b"\x1b[31m\xff")
    done = reviewer.run("import", filled.stick, "--server", " ".join(fingerprint(filled.key.public())))
    assert (done.status, done.out) == (1, "")
    assert "server.pub on the stick is malformed" in done.err


def test_wrong_server_key_at_the_first_import_is_not_pinned(reviewer: Reviewer, filled: Server) -> None:
    done = reviewer.run("import", filled.stick, "--server", str(SigningKey.generate().public()))
    assert (done.status, done.out) == (1, "")
    assert "Nothing was imported." in done.err
    assert take(reviewer, filled).status == 0


def test_folder_without_batches(reviewer: Reviewer, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = reviewer.run("import", tmp_path / "empty", "--server", "x")
    assert (done.status, done.err) == (1, "silbo-admin: There is no batch in that folder.\n")
    done = reviewer.run("import", tmp_path / "nowhere")
    assert (done.status, done.err) == (1, "silbo-admin: The folder to import does not exist.\n")
    (tmp_path / "file").write_bytes(b"")
    done = reviewer.run("import", tmp_path / "file")
    assert (done.status, done.err) == (1, "silbo-admin: What is to be imported is not a folder.\n")


def test_interrupted_import_can_be_repeated(
    reviewer: Reviewer, filled: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = Path.replace

    def stop(self: Path, target: Path) -> Path:
        if target.name == f"{filled.batches[1].drops[0].id}.tar":
            raise KeyboardInterrupt
        return replaced(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        done = take(reviewer, filled)
    assert done.status == 130
    assert not list(reviewer.home.rglob(".partial-*"))
    assert len(ids(reviewer)) == 1
    again = take(reviewer, filled)
    assert (again.status, again.err) == (0, "")
    assert ids(reviewer) == all_ids(filled)


def test_what_was_imported_keeps_its_evidence(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    records = sorted((reviewer.home / "batches").glob("*.json"))
    assert [record.read_bytes() for record in records] == [batch_bytes(one) for one in filled.batches]
    for record in records:
        signature = record.with_name(record.name + ".minisig").read_text()
        filled.key.public().verify(record.read_bytes(), signature)


def test_a_damaged_record_is_named(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    record = min((reviewer.home / "batches").glob("*.json"))
    record.write_bytes(record.read_bytes()[:-2])
    done = reviewer.run("list")
    assert (done.status, done.out) == (1, "")
    assert "damaged" in done.err


def test_a_damaged_head_is_named(reviewer: Reviewer, filled: Server) -> None:
    take(reviewer, filled)
    (reviewer.home / "head.json").write_bytes(b"{}")
    done = take(reviewer, filled)
    assert (done.status, done.err) == (1, "silbo-admin: The file head.json in the home is damaged.\n")


def test_a_huge_batch_number_does_not_stall_this_import_or_the_next(
    reviewer: Reviewer, filled: Server
) -> None:
    """A hostile server signs a number far away; counting up to it would fill the memory for ever after."""
    far = Batch(MAX_SEQUENCE, bytes(32), filled.day, ())
    filled.put(far, {})
    for words in ([], ["--jump", str(MAX_SEQUENCE)], []):
        done = reviewer.run("import", filled.stick, "--server", filled.public, *words)
        assert ("Never seen so far" in done.out) == (bool(words) or done.err == "")
    assert f"Never seen so far: batches 4 to {MAX_SEQUENCE - 1}." in done.out
    assert ids(reviewer) == all_ids(filled)


@pytest.mark.skipif(os.geteuid() != 0, reason="left out: only root can give a folder to another user")
def test_a_stick_that_another_user_wrote_for_itself_is_not_called_empty(
    reviewer: Reviewer, filled: Server
) -> None:
    """As 0.1.0 wrote it: folders 0700. Its server.pub is there, but nobody else can look."""
    for folder in filled.stick.iterdir():
        (folder / "server.pub").write_text(f"comment\n{filled.public}\n")
        folder.chmod(0o700)
        os.chown(folder, 12345, 12345)
    words = [sys.executable, "-m", "admin", "--home", str(reviewer.home), "import", str(filled.stick)]
    as_another = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    done = subprocess.run([*as_another, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    *each, last = (line for line in done.stderr.splitlines() if line.startswith("!"))
    assert last == "! Nothing was imported."
    assert each == [
        f"! Folder batch-00000{number} cannot be read by this user, only by who wrote it: "
        "'sudo chmod -R a+rX DIR' opens it."
        for number in (1, 2, 3)
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="left out: only root can give a file to another user")
def test_downloads_that_another_user_saved_are_not_called_missing(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    downloads = tmp_path / "downloads"
    (downloads / "lost+found").mkdir(parents=True, mode=0o700)
    (downloads / "batch-000001.part-001-of-001.age").write_bytes(b"age-encryption.org/v1\n")
    for path in downloads.iterdir():
        path.chmod(0o600)
        os.chown(path, 12345, 12345)
    words = [sys.executable, "-m", "admin", "--home", str(reviewer.home), "import", str(downloads)]
    as_another = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    done = subprocess.run([*as_another, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "silbo-admin: There is no batch in that folder that this user can read; 1 of what is there"
    )
