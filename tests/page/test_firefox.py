"""The main path in Debian's Firefox with `privacy.resistFingerprinting`, as the Tor Browser has it."""

import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.page.conftest import PageReviewer, on_device
from tests.page.firefox import WORDS
from tests.page.test_page import PDF, opened

ALONE = ("unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "alone")


def _needs_firefox() -> None:
    if shutil.which("firefox-esr") is None:
        pytest.skip("left out: firefox-esr is not on this machine; on Debian: apt-get install firefox-esr")
    if subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("left out: this kernel gives nobody a network namespace, and Firefox calls home")


@pytest.mark.long
def test_the_main_path_in_firefox_that_resists_fingerprinting(
    address: str, reviewers: list[PageReviewer], photo: bytes, screenshot: bytes, tmp_path: Path
) -> None:
    _needs_firefox()
    files = on_device(tmp_path, {"a.jpg": photo, "b.png": screenshot, "c.pdf": PDF})
    command = [*ALONE, sys.executable, "-m", "tests.page.firefox", address, *map(str, files)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    parts = []
    for number, line in enumerate(done.stdout.split()):
        parts.append(tmp_path / f"part-{number}")
        parts[-1].write_bytes(base64.b64decode(line))
    for reviewer in reviewers:
        _, items = opened(parts, reviewer)
        assert [item.cleaning for item, _ in items] == ["text", "clean", "clean", "uncleaned"]
        assert items[0][1].decode() == WORDS
        assert not any(b"CANARY" in content for _, content in items[1:3])


@pytest.mark.long
def test_the_door_in_firefox_that_resists_fingerprinting(
    built: str, photo: bytes, screenshot: bytes, tmp_path: Path
) -> None:
    """Sent, and found again with the codename; its canvas gives noise, so that nothing is painted over."""
    assert built
    _needs_firefox()
    files = on_device(tmp_path, {"a.jpg": photo, "b.png": screenshot, "c.pdf": PDF})
    (tmp_path / "server").mkdir()
    command = [*ALONE, sys.executable, "-m", "tests.page.firefox_door", str(tmp_path / "server")]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert (found["channel"], found["before"], found["paint"]) == ("page", 1, 0)
    assert "nothing can be painted over here" in found["said"]
    cleaning, contents = zip(*found["items"], strict=True)
    assert cleaning == ("text", "clean", "clean", "uncleaned")
    assert contents[0].encode("latin-1").decode() == WORDS
    assert not any("CANARY" in content for content in contents[1:3])
