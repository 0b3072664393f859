#!/usr/bin/env bash
# NumPy 2.4.6. `import numpy` is not all of it: the first median(), percentile() or unique() imports numpy.ma from its file, and the first use
# of numpy.fft imports that, while sort(), partition() and linalg.norm() import nothing. A process that lets go of the file system
# after its imports (a sandbox, a chroot, a limit on open files) has a median that raises, and only with the first real input.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
cat >"$place/look.py" <<'PY'
import resource
import sys

import numpy

numbers = numpy.arange(9.0)
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, most))  # as in a process that can open nothing any more
seen = {}
for name, what in (
    ("partition", lambda: numpy.partition(numbers, 4)[4]),
    ("sort, sum, linalg.norm", lambda: numpy.sort(numbers).sum() + numpy.linalg.norm(numbers)),
    ("percentile", lambda: numpy.percentile(numbers, 50)),
    ("median", lambda: numpy.median(numbers)),
    ("unique", lambda: numpy.unique(numbers)),
    ("fft", lambda: numpy.fft.rfft(numbers)),
):
    before = set(sys.modules)
    try:
        what()
        seen[name] = "works"
    except Exception as error:
        seen[name] = type(error).__name__
    print(f"{name}: {seen[name]}, modules loaded: {sorted(set(sys.modules) - before)}")
resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))
before = set(sys.modules)
assert numpy.median(numbers) == numpy.partition(numbers, 4)[4] == 4
loaded = set(sys.modules) - before
print("median, with files again: modules loaded:", sorted(loaded))
assert "numpy.ma" in loaded
assert seen["partition"] == seen["sort, sum, linalg.norm"] == "works"
assert {seen[name] for name in ("percentile", "median", "unique", "fft")} == {"OSError"}
print("as seen: one number by two ways, and one of them needs a file at its first use")
PY
"$place/venv/bin/python" "$place/look.py"
