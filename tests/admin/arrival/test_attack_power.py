"""The power fails while a stick is taken in: a disk that keeps only what it was told to."""

import json
import os
import shutil
from pathlib import Path

import pytest

from admin.home import Home
from tests.admin.stage import PASSPHRASE, Reviewer, Server, sha256, text_item


class Disk:
    """What of a home would be there after a power cut. The fsync of a file keeps its bytes, that of a
    folder names; between the two, a name may or may not have arrived.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._bytes = {path.stat().st_ino: path.read_bytes() for path in home.rglob("*") if path.is_file()}
        self._names = {path: self._listed(path) for path in (home, *home.rglob("*")) if path.is_dir()}
        self.cuts: list[dict[Path, bytes]] = []

    def synced(self, handle: int) -> None:
        """After an fsync of this descriptor."""
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        if path.is_relative_to(self._home):
            if path.is_dir():
                self._names[path] = self._listed(path)
            else:
                self._bytes[os.fstat(handle).st_ino] = path.read_bytes()
            self.cut()

    def cut(self) -> None:
        """Power fails now: the names that were synced are there, or those that are not yet, too."""
        for left in (self.left(), self._content({folder: self._listed(folder) for folder in self._names})):
            if left not in self.cuts:
                self.cuts.append(left)

    def left(self) -> dict[Path, bytes]:
        """By their names in the home, the files that are there for certain."""
        return self._content(self._names)

    def _content(self, names: dict[Path, dict[str, int]]) -> dict[Path, bytes]:
        return {
            (folder / name).relative_to(self._home): self._bytes.get(number, b"")
            for folder, listed in names.items()
            for name, number in listed.items()
        }

    @staticmethod
    def _listed(folder: Path) -> dict[str, int]:
        return {path.name: path.stat().st_ino for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def damaged(reviewer: Reviewer, server: Server) -> Path:
    """A drop's file that is noted as damaged, and is whole on the stick, where another batch has come."""
    reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), text_item("first")))
    reviewer.run("import", server.stick, "--server", server.public)
    (stored,) = (reviewer.home / "drops").iterdir()
    whole = stored.read_bytes()
    stored.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert reviewer.show(stored.stem).status != 0
    assert Home(reviewer.home).noted("damaged") == {stored.stem}
    server.write(*(server.drop(reviewer.recipients(), text_item(f"{n}")) for n in range(2)))
    return stored


def watched(disk: Disk, patched: pytest.MonkeyPatch) -> None:
    sync, move = os.fsync, os.replace

    def synced(handle: int) -> None:
        sync(handle)
        disk.synced(handle)

    def moved(src: Path, dst: Path) -> None:
        move(src, dst)
        disk.cut()

    patched.setattr("os.fsync", synced)
    patched.setattr("os.replace", moved)


def laid_out(content: dict[Path, bytes], old: Path, home: Path) -> None:
    """A home with these files, and the folders of another."""
    for folder in (old, *(path for path in old.rglob("*") if path.is_dir())):
        (home / folder.relative_to(old)).mkdir(mode=0o700)
    for name, data in content.items():
        (home / name).write_bytes(data)
        (home / name).chmod(0o600)


def test_attack_power_fails_in_an_import_and_nothing_half_written_is_believed(
    reviewer: Reviewer, server: Server, damaged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a cut at each look at the disk and at each new name, the same stick makes all of it whole."""
    disk = Disk(reviewer.home)
    with monkeypatch.context() as patched:
        watched(disk, patched)
        assert reviewer.run("import", server.stick).status == 0
    hashes = {drop.id: drop.sha256 for batch in server.batches for drop in batch.drops}
    assert len(disk.cuts) > 10
    for number, content in enumerate(disk.cuts):
        after = Reviewer(tmp_path / f"cut-{number}", reviewer.capture)
        laid_out(content, reviewer.home, after.home)
        assert after.run("list").status == 0
        left = Home(after.home).noted("damaged")
        for path in (after.home / "drops").glob("*.tar"):
            assert path.stem in left or sha256(path.read_bytes()) == hashes[path.stem], number
        assert after.run("import", server.stick).status == 0
        got = {path.stem: sha256(path.read_bytes()) for path in (after.home / "drops").iterdir()}
        assert got == hashes, number
        shutil.rmtree(after.home)


def test_attack_power_fails_behind_a_receipt_and_all_that_it_confirms_is_there(
    reviewer: Reviewer, server: Server, damaged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the import was killed before it had the names on the disk: the server deletes its copies."""
    disk = Disk(reviewer.home)
    with monkeypatch.context() as patched:
        watched(disk, patched)
        patched.setattr("admin.arrival.drops.sync_folder", lambda _: None)  # killed there
        assert reviewer.run("import", server.stick).status == 0
    with monkeypatch.context() as patched:
        watched(disk, patched)
        receipts = tmp_path / "receipts"
        done = reviewer.run("receipt", receipts, "--all", "--without-asking", passphrase=PASSPHRASE)
        assert done.status == 0, done.err
    left = disk.left()
    (receipt,) = receipts.glob("*.json")
    listed = [drop for batch in json.loads(receipt.read_bytes())["batches"] for drop in batch["drops"]]
    assert len(listed) == 3
    for drop in listed:
        assert sha256(left[Path("drops", f"{drop['id']}.tar")]).hex() == drop["sha256"]
