"""Writes the journeys into docs/journeys as they are now: `python -m tests.journeys --write`.

Without `--write` it compares them, as the tests do.
"""

import os
import subprocess
import sys

if __name__ == "__main__":
    wanted = {"SILBO_WRITE_JOURNEYS": "1"} if "--write" in sys.argv[1:] else {}
    run = [sys.executable, "-m", "pytest", "-q", "--long", "tests/bot/dialogue/test_journeys.py"]
    sys.exit(subprocess.run(run, env={**os.environ, **wanted}, check=False).returncode)
