#!/usr/bin/env bash
# shamir-mnemonic 0.3.0 (SLIP-39 by its authors), a wheel of pure Python. It can't be imported from an archive, as zipapps and
# tools in one file do (PEP 441): its list of words is opened by a path beside the module, which inside an archive is none.
# mnemonic 0.21 (BIP-39), by the same people and with lists of words in the same way, can be imported so; it fails only when a list
# is asked for.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$place" shamir-mnemonic==0.3.0 mnemonic==0.21
cat >"$place/look.py" <<'PY'
import sys
from pathlib import Path

for wheel in Path(sys.argv[1]).glob("*.whl"):
    sys.path.insert(0, str(wheel))


def outcome(work):
    try:
        return work()
    except Exception as error:
        return type(error).__name__


def shamir():
    import shamir_mnemonic

    return shamir_mnemonic.__file__


def mnemonic():
    from mnemonic import Mnemonic

    return Mnemonic


first, second = outcome(shamir), outcome(mnemonic)
third = outcome(lambda: second("english").generate())
print("shamir_mnemonic:", first, "| mnemonic:", second, "then", third)
assert first == "NotADirectoryError"
assert second.__name__ == "Mnemonic"
assert third == "ConfigurationError" or third.endswith("Error")
print("as seen: one is not imported from an archive, the other fails at its list")
PY
"$place/venv/bin/python" "$place/look.py" "$place"
