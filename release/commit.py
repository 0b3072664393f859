"""What a release is made from: the files of one commit as git has them, not the working folder's."""

import io
import subprocess
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from release.errors import ReleaseError


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: its 40 hexadecimal digits, the version it says it is, its archive (tar) and its files."""

    id: str
    version: str
    archive: bytes
    files: dict[str, bytes]
    dirty: bool
    """Whether the working folder has changes that are not in it."""


def read_commit(root: Path) -> Commit:
    """The commit that is checked out in `root`. Raises ReleaseError."""
    commit = _git(root, "rev-parse", "--verify", "HEAD^{commit}").decode().strip()
    try:
        version = tomllib.loads(_git(root, "show", f"{commit}:pyproject.toml").decode())["project"]["version"]
    except (tomllib.TOMLDecodeError, KeyError):
        raise ReleaseError("pyproject.toml of this commit names no version") from None
    prefix = f"silbo-{version}/"
    # Members have the commit's time and modes that no setting of this user changes: the same bytes each time.
    archive = _git(root, "-c", "tar.umask=0022", "archive", "--format=tar", f"--prefix={prefix}", commit)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        files = {
            member.name.removeprefix(prefix): content.read()
            for member in tar
            if (content := tar.extractfile(member)) is not None
        }
    dirty = bool(_git(root, "status", "--porcelain", "--untracked-files=no").strip())
    return Commit(commit, version, archive, files, dirty)


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except OSError:
        raise ReleaseError("git is needed") from None
    if done.returncode != 0:
        raise ReleaseError("a release is made from a git checkout with a commit; git can't read one here")
    return done.stdout
