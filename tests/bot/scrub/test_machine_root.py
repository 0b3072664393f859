"""A zygote that the kernel gives no namespaces must leave the machine's own file system where it is."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRUB = """
import asyncio
from pathlib import Path
from bot.scrub import Scrubber
async def main():
    async with Scrubber() as scrubber:
        print(*scrubber.isolation)
before = Path("/proc/self/mountinfo").read_text()
asyncio.run(main())
print(Path("/proc/self/mountinfo").read_text() == before)
"""


def test_root_without_namespaces_keeps_its_file_system() -> None:
    """As in a chroot, where the kernel refuses user namespaces: here a mount hides the real root."""
    script = 'mount -t tmpfs none / && exec "$0" -c "$1"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, sys.executable, SCRUB],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("left out: not root, or in a container that permits no mounts")
    assert done.returncode == 0, done.stderr
    held, same = done.stdout.splitlines()
    assert same == "True", "the zygote mounted something over the machine"
    assert "seccomp" in held
