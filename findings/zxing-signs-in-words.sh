#!/usr/bin/env bash
# zxing-cpp 3.1.1, with segno 1.6.6 as the writer. What read_barcodes() gives as `text` is not always what stands in a code:
# control signs come as words, the separator of fields of GS1 as "<GS>", an escape as "<ESC>"; a line feed stays. So a text that
# holds the four letters "<GS>" and one that holds the sign are the same `text`, and fields can't be told apart. `bytes` are right, and
# so is `text` with text_mode=TextMode.Plain.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check zxing-cpp==3.1.1 segno==1.6.6 pillow numpy
cat >"$place/look.py" <<'PY'
import io

import segno
import zxingcpp
from PIL import Image


def read(text, **how):
    drawn = io.BytesIO()
    segno.make(text, micro=False, encoding="utf-8").save(drawn, kind="png", scale=6)
    (found,) = zxingcpp.read_barcodes(Image.open(drawn), **how)
    return found


fields = read("0104\x1d21A1")
print("with the sign:", repr(fields.text), "bytes:", fields.bytes)
assert fields.text == "0104<GS>21A1"
assert fields.bytes == b"0104\x1d21A1"
assert read("0104<GS>21A1").text == fields.text, "two codes, one text"
assert read("one\ntwo").text == "one\ntwo"
assert read("0104\x1d21A1", text_mode=zxingcpp.TextMode.Plain).text == "0104\x1d21A1"
print("as seen: control signs but a line feed come as words by default")
PY
"$place/venv/bin/python" "$place/look.py"
