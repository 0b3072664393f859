#!/usr/bin/env bash
# PyAV 18.1.0, the wheel for Linux x86-64. Its metadata says BSD-3-Clause, and FFmpeg inside calls itself "LGPL version 3 or
# later": it was configured without --enable-gpl. Yet the same configuration has --enable-libx264 and --enable-libx265, and
# the wheel carries both libraries, which their authors give out under the GPL. Who reads the metadata, or asks FFmpeg, to
# learn under what terms the wheel may be passed on is told of neither.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: av==18.1.0
cat >"$place/look.py" <<'PY'
import importlib.metadata
import pathlib

import av
import av._core

about = importlib.metadata.metadata("av")
says = about.get("License-Expression") or about.get("License") or ""
library = av._core.library_meta["libavcodec"]
options = library["configuration"].split()
carried = sorted(
    file.name.split("-")[0].split(".")[0]
    for file in pathlib.Path(av.__file__).parents[1].glob("av.libs/*")
    if "x264" in file.name or "x265" in file.name
)
print("metadata:", says)
print("FFmpeg:", library["license"], "| --enable-gpl:", "--enable-gpl" in options)
print("configured with:", [option for option in options if option.endswith(("x264", "x265"))], "carried:", carried)
assert says == "BSD-3-Clause", says
assert library["license"].startswith("LGPL") and "--enable-gpl" not in options
assert {"--enable-libx264", "--enable-libx265"} <= set(options)
assert carried == ["libx264", "libx265"], carried
PY
"$place/venv/bin/python" "$place/look.py"
