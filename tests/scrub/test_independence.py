"""The judge shares nothing with what it judges: what `scrub.verify` loads, in an interpreter of its own."""

import subprocess
import sys

PROGRAM = """
import sys
before = set(sys.modules)
import scrub.verify
new = set(sys.modules) - before
print(*(name for name in new if name.partition(".")[0] not in sys.stdlib_module_names))
"""


def loaded() -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_verifier_loads_the_standard_library_the_codes_and_the_tables() -> None:
    allowed = ("scrub.verify.", "scrub.tables", "codes")
    rest = {name for name in loaded() if not name.startswith(allowed)}
    assert rest == {"scrub", "scrub.verify"}


def test_the_verifier_loads_no_decoder() -> None:
    assert loaded() & {"PIL", "pi_heif", "pypdfium2_raw", "av", "lxml", "numpy"} == set()
