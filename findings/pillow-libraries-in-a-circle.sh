#!/usr/bin/env bash
# Pillow 13.0.0 (wheels for Linux, glibc). Two of the libraries in its wheel need each other: libfreetype names libharfbuzz in
# DT_NEEDED, and libharfbuzz names libfreetype. From a folder the loader walks such a circle without a word. Who loads libraries from
# memory instead (memfd_create and dlopen, each after those that it needs, so that nothing lies on a disk), finds an order for all of
# numpy 2.4.6 and for all of Pillow but these two and what needs them: PIL.Image can be had that way, PIL.ImageFont can't.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: pillow==13.0.0 numpy==2.4.6 pyelftools==0.32
cat >"$place/look.py" <<'PY'
import ctypes
import os
import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile

packages = Path(sys.prefix, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages")


def needed(library):
    with library.open("rb") as file:
        tags = ELFFile(file).get_section_by_name(".dynamic").iter_tags()
        return [tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED"]


def left_over(folder):
    """Load what has all that it needs, from memory, until nothing more has; return the rest."""
    libraries = {path.name: path for path in folder.iterdir()}
    wants = {name: [each for each in needed(path) if each in libraries] for name, path in libraries.items()}
    loaded = set()
    while ready := [name for name in wants if name not in loaded and loaded.issuperset(wants[name])]:
        for name in sorted(ready):
            memory = os.memfd_create(name)
            os.write(memory, libraries[name].read_bytes())
            ctypes.CDLL(f"/proc/self/fd/{memory}", mode=ctypes.RTLD_GLOBAL)
            loaded.add(name)
    return {name: wants[name] for name in wants if name not in loaded}


rest = left_over(packages / "numpy.libs")
print("numpy, not loaded from memory:", sorted(rest))
assert not rest
rest = left_over(packages / "pillow.libs")
short = {name.partition("-")[0]: {each.partition("-")[0] for each in wants} for name, wants in rest.items()}
print("Pillow, not loaded from memory:", {name: sorted(wants) for name, wants in sorted(short.items())})
assert "libharfbuzz" in short["libfreetype"] and "libfreetype" in short["libharfbuzz"]
assert set(short) == {"libfreetype", "libharfbuzz"}
print("as seen: the two need each other, and no order of loading them one by one is right")
PY
"$place/venv/bin/python" "$place/look.py"
