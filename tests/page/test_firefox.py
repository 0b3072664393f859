"""The main path in Debian's Firefox with `privacy.resistFingerprinting`, as the Tor Browser has it."""

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.page.conftest import PageReviewer, on_device
from tests.page.firefox import WORDS
from tests.page.test_page import PDF, opened

ALONE = ("unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "alone")


@pytest.mark.long
def test_the_main_path_in_firefox_that_resists_fingerprinting(
    address: str, reviewers: list[PageReviewer], photo: bytes, screenshot: bytes, tmp_path: Path
) -> None:
    if shutil.which("firefox-esr") is None or subprocess.run([*ALONE, "true"], check=False).returncode:
        pytest.skip("left out: no firefox-esr, or no network namespace for it")
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
