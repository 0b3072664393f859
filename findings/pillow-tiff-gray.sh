#!/usr/bin/env bash
# Pillow 13.0.0, with PyMuPDF 1.26.7 beside it. One gray wedge from black to white, four dots as an uncompressed TIFF, told
# with 0 as white (MinIsWhite). At 8 bits Pillow turns it round, and the wedge comes out right. At 16 bits it doesn't,
# without a word: black is white. The way back is left to the caller, whom tag 262 doesn't help: it says 0 in both.
# MuPDF turns both. Also: 12 bits stay as they are in a 16-bit picture (white is 4095), signed 8 bits are taken for
# unsigned, so that -1 is brighter than 127, and unsigned 32 bits for signed, so that white is -1.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 pymupdf==1.26.7
cat >"$place/look.py" <<'PY'
import io
import struct

import pymupdf
from PIL import Image

UNSIGNED, SIGNED = 1, 2
WHITE_IS_ZERO, BLACK_IS_ZERO = 0, 1


def tiff(bits: int, meaning: int, dots: bytes, kind: int = UNSIGNED) -> bytes:
    fields = [(256, 4), (257, 1), (258, bits), (259, 1), (262, meaning), (273, 0), (277, 1), (278, 1), (279, len(dots))]
    fields.append((339, kind))
    start = 8 + 2 + 12 * len(fields) + 4
    entries = b"".join(struct.pack("<HHII", tag, 4 if tag in (273, 279) else 3, 1, start if tag == 273 else value)
                       for tag, value in fields)
    return struct.pack("<2sHIH", b"II", 42, 8, len(fields)) + entries + bytes(4) + dots


def seen(name: str, data: bytes) -> tuple[str, list[int]]:
    image = Image.open(io.BytesIO(data))
    dots = [image.getpixel((x, 0)) for x in range(4)]
    print(f"{name}: Pillow {image.mode} {dots}, tag 262 is {image.tag_v2[262]}")
    return image.mode, dots


byte = tiff(8, WHITE_IS_ZERO, bytes([255, 170, 85, 0]))
word = tiff(16, WHITE_IS_ZERO, struct.pack("<4H", 65535, 43690, 21845, 0))
assert seen("8 bits, 0 is white", byte) == ("L", [0, 85, 170, 255])
assert seen("16 bits, 0 is white", word) == ("I;16", [65535, 43690, 21845, 0])
other = [list(pymupdf.Pixmap(data).samples) for data in (byte, word)]
print("MuPDF, both:", *other)
assert other == [[0, 85, 170, 255]] * 2
twelve = tiff(12, BLACK_IS_ZERO, bytes.fromhex("000555aaafff"))
assert seen("12 bits, 0 is black", twelve) == ("I;16", [0, 1365, 2730, 4095])
signed = tiff(8, BLACK_IS_ZERO, struct.pack("4b", -128, -1, 0, 127), SIGNED)
assert seen("8 bits signed", signed) == ("L", [128, 255, 0, 127])
large = tiff(32, BLACK_IS_ZERO, struct.pack("<4I", 0, 2**31 - 1, 2**31, 2**32 - 1))
assert seen("32 bits unsigned", large) == ("I", [0, 2**31 - 1, -(2**31), -1])
print("as seen: the wedge is turned round at 8 bits and not at 16; three more kinds change their values")
PY
"$place/venv/bin/python" "$place/look.py"
