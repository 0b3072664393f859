"""What the tests of `crypto` share: Node with tests/npm, the CCTV vectors."""

from __future__ import annotations

import json
import subprocess
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto import age
from tests import node_packages
from tests.node_packages import NPM

ROOT = Path(__file__).parents[2]

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
    """Path of a Node that can import the packages of tests/npm."""
    return node_packages.node()


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
            timeout=240,
        )
        return [b64decode(result) for result in json.loads(done.stdout)]

    return run


@pytest.fixture(scope="session")
def vectors(node: str, tmp_path_factory: pytest.TempPathFactory) -> list[Vector]:
    """All the CCTV vectors of npm's cctv-age."""
    folder = tmp_path_factory.mktemp("cctv")
    subprocess.run([node, "vectors.mjs", folder], cwd=NPM, check=True, timeout=240)
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
