"""What goes on a stick can be read by whoever holds it: between two users, on a folder, on ext4, on FAT."""

import errno
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from admin.files import make_public_folder, write_public
from bot.export import on_stick

SETPRIV = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
PROGRAM = [sys.executable, "-m", "tests.two_users"]
OWNER = "12345"
NOT_PERMITTED = 77


def test_another_user_reads_what_was_written_under_umask_077(tmp_path: Path) -> None:
    places = [tmp_path / "stick", tmp_path / "work"]
    for place in places:
        place.mkdir()
    prefix = SETPRIV if os.geteuid() == 0 else []  # else the modes alone are looked at
    done = subprocess.run([*prefix, *PROGRAM, *places, OWNER], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    ("make", "mount", "owner"),
    [
        (["mkfs.ext4", "-q"], "mount -o loop", OWNER),
        (["mkfs.vfat"], "mount -o loop,umask=077", "0"),
    ],
    ids=["ext4", "FAT"],
)
def test_a_stick_with_a_file_system_of_its_own(
    make: list[str], mount: str, owner: str, tmp_path: Path
) -> None:
    """A real image, mounted where nobody else sees it. FAT has no modes: who mounts it says who may read."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    if shutil.which(make[0], path=path) is None:
        pytest.skip(f"left out: there is no {make[0]} on this machine")
    image, stick, work = tmp_path / "image", tmp_path / "stick", tmp_path / "work"
    image.touch()
    os.truncate(image, 16 << 20)
    stick.mkdir()
    work.mkdir()
    subprocess.run([*make, image], check=True, capture_output=True, env={"PATH": path})
    script = (
        f'{mount} "$1" "$2" || exit {NOT_PERMITTED}; shift; "${{@:2}}"; status=$?; umount "$1"; exit $status'
    )
    words = ["unshare", "-m", "bash", "-c", script, "bash", str(image), str(stick)]
    done = subprocess.run(
        [*words, *SETPRIV, *PROGRAM, str(stick), str(work), owner],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PATH": path},
    )
    if done.returncode == NOT_PERMITTED or (os.geteuid() != 0 and done.returncode == 1):
        pytest.skip(f"left out: this kernel or user may not do '{mount}'")
    assert done.returncode == 0, done.stderr
    assert subprocess.run(["fsck", "-n", image], check=False, env={"PATH": path}).returncode == 0


def test_a_file_system_that_refuses_modes_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some FUSE drivers and network shares answer chmod with an error."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(os, "chmod", refuse)
    monkeypatch.setattr(os, "fchmod", refuse)
    make_public_folder(tmp_path / "a" / "b")
    write_public(tmp_path / "a" / "b" / "file", b"bytes")
    on_stick.make_folder(tmp_path / "c")
    with on_stick.Output(tmp_path / "c" / "file", date(2026, 11, 21)) as output:
        output.write(b"bytes")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == (tmp_path / "c" / "file").read_bytes()
