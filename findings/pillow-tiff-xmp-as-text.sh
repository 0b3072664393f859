#!/usr/bin/env bash
# Pillow 13.0.0 and tifffile 2025.5.10. The XMP packet of a TIFF is of type BYTE or UNDEFINED; here one and the same file calls it
# ASCII instead. tifffile shows such a picture. Pillow opens it, tells its size, and raises TypeError from load(), though nothing of the dots
# depends on the packet: when the picture has been read, it looks into the packet for which way is up.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 tifffile==2025.5.10 numpy==2.3.5
cat >"$place/look.py" <<'PY'
import io
import struct

import tifffile
from PIL import Image

XMP = 700
made = io.BytesIO()
Image.new("L", (8, 8), 77).save(made, "TIFF", tiffinfo={XMP: b"<x:xmpmeta>     "})
data = bytearray(made.getvalue())
place = data.index(struct.pack("<HH", XMP, 1)) + 2
seen = {}
for name, kind in (("BYTE", 1), ("UNDEFINED", 7), ("ASCII", 2)):
    struct.pack_into("<H", data, place, kind)
    picture = Image.open(io.BytesIO(data))
    try:
        picture.load()
        seen[name] = picture.getpixel((3, 3))
    except TypeError as error:
        seen[name] = f"TypeError: {error}"
    print(f"{name}: opened, {picture.size}; load() gives {seen[name]}; tifffile {tifffile.imread(io.BytesIO(data))[3, 3]}")
    assert tifffile.imread(io.BytesIO(data))[3, 3] == 77
picture = Image.open(io.BytesIO(data))
picture.info.pop("xmp")
picture.load()
assert picture.getpixel((3, 3)) == seen["BYTE"] == seen["UNDEFINED"] == 77
assert seen["ASCII"].startswith("TypeError")
print("as seen: a word about the packet keeps the dots from being read; without the packet in `info` they are")
PY
"$place/venv/bin/python" "$place/look.py"
