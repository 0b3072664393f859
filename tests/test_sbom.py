"""The bill of materials of a release, read by the library of those who made the format."""

import json
import re
from pathlib import Path

import pytest
from cyclonedx.model.bom import Bom

from release.errors import ReleaseError
from release.sbom import bill_of_materials

ROOT = Path(__file__).resolve().parents[1]
PATHS = ("requirements/run.lock", "docs/licenses.md", "page/package-lock.json")
FILES = {path: (ROOT / path).read_bytes() for path in PATHS}


def test_every_package_is_in_it_with_its_hashes_and_what_needs_it() -> None:
    data = bill_of_materials("1.2.3", "0" * 40, FILES)
    bom = Bom.from_json(json.loads(data))  # type: ignore[attr-defined]
    bom.validate()
    lock = FILES["requirements/run.lock"].decode()
    packages = dict(re.findall(r"(?m)^([A-Za-z0-9_.-]+)==([^ \\;]+)", lock))
    python = {each.name: each for each in bom.components if each.purl.type == "pypi"}
    assert {name: each.version for name, each in python.items()} == packages
    assert {each.content for each in python["pillow"].hashes} <= set(
        re.findall("sha256:([0-9a-f]{64})", lock)
    )
    assert all(each.hashes and each.licenses for each in python.values())
    page = {each.name for each in bom.components if each.purl.type == "npm"}
    assert "age-encryption" in page
    needs = {each.ref.value: {on.ref.value for on in each.dependencies} for each in bom.dependencies}
    ours = needs["pkg:generic/silbo@1.2.3"]
    assert python["cryptography"].bom_ref.value in ours
    assert python["cffi"].bom_ref.value not in ours
    assert python["cffi"].bom_ref.value in needs[python["pynacl"].bom_ref.value]
    reached, waiting = set(), list(ours)
    while waiting:
        if (reference := waiting.pop()) not in reached:
            reached.add(reference)
            waiting += needs[reference]
    assert reached == {each.bom_ref.value for each in bom.components}, "each is needed by something"


def test_the_same_commit_gives_the_same_bytes_without_a_time() -> None:
    data = bill_of_materials("1.2.3", "0" * 40, FILES)
    assert data == bill_of_materials("1.2.3", "0" * 40, FILES)
    assert not {"timestamp", "serialNumber"} & set(re.findall('"([A-Za-z]+)":', data.decode()))


def test_a_package_without_a_licence_makes_no_release() -> None:
    with pytest.raises(ReleaseError, match=r"licenses\.md does not name aiosqlite"):
        bill_of_materials("1", "0" * 40, FILES | {"docs/licenses.md": b""})
