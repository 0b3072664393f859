#!/usr/bin/env bash
# getrusage(2) on Linux (6.x), seen by Python 3.11's resource module and by psutil 7.1.0. ru_maxrss of a program that was just started by a large
# process is that process's peak, not its own: the kernel carries the number over execve. A benchmark that holds its test data in memory and
# starts what it measures as a child measures itself. VmHWM in /proc/self/status, and psutil's rss, are the program's own.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check psutil==7.1.0
cat >"$place/child.py" <<'PY'
import resource

import psutil

status = open("/proc/self/status").read()
peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, peak.split()[1], psutil.Process().memory_info().rss // 1024)
PY
cat >"$place/look.py" <<'PY'
import subprocess
import sys

told = []
for size in (0, 400 << 20):
    held = bytearray(size)
    for at in range(0, size, 4096):
        held[at] = 1
    run = subprocess.run([sys.executable, sys.argv[1]], capture_output=True, text=True, check=True)
    told.append([int(number) >> 10 for number in run.stdout.split()])
    print(f"parent holds {size >> 20} MiB; the child says: ru_maxrss {told[-1][0]}, VmHWM {told[-1][1]}, psutil {told[-1][2]} MiB")
(_, _, _), (wrong, right, other) = told
assert wrong >= 400 and right < 100 and other < 100
print("as seen: the child is told its parent's peak as its own")
PY
"$place/venv/bin/python" "$place/look.py" "$place/child.py"
