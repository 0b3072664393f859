"""The list of licences names every package that is installed on a server, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_every_package_of_the_lock_is_in_the_list_of_licences() -> None:
    lock = (ROOT / "requirements" / "run.lock").read_text()
    installed = set(re.findall(r"(?m)^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", lock))
    rows = re.findall(r"(?m)^\| ([A-Za-z0-9_.-]+) \| (.+) \|$", (ROOT / "docs" / "licenses.md").read_text())
    listed = {name: licence.strip() for name, licence in rows if name != "Package"}
    assert listed.keys() == installed != set()
    assert all(listed.values())
