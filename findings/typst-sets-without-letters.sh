#!/usr/bin/env bash
# typst 0.15.2 (the Python package), its pages read by pypdfium2 5.15.2. A compiler that was made with font_paths knows the fonts' names from then
# on, but opens each file only when it first draws with it. Where the file is gone by then (a sandbox without files, a folder that was
# tidied up), compile() raises nothing and compile_with_warnings() warns of nothing: it returns a PDF with a page and no letter on it.
# A font that was never there is warned of.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check typst==0.15.2 fontpkg-noto-sans==2.15 pypdfium2==5.15.2
cat >"$place/look.py" <<'PY'
import shutil
import sys
from importlib.resources import files
from pathlib import Path

import pypdfium2
import typst

folder = Path(sys.argv[1], "fonts")
shutil.copytree(str(files("fontpkg_noto_sans").joinpath("files")), folder)
WORDS = b'#set text(font: "%s", fallback: false)\nThe manager said so.'


def made(compiler):
    pdf, warnings = compiler.compile_with_warnings(format="pdf")
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    return page.get_text_range(), [warning.message for warning in warnings]


def compiler(family):
    return typst.Compiler(WORDS % family, font_paths=[str(folder)], ignore_system_fonts=True)


there, absent, late = compiler(b"Noto Sans"), compiler(b"Nobody Sans"), compiler(b"Noto Sans")
seen = {"the font is there": made(there), "no such font": made(absent)}
shutil.rmtree(folder)
seen["its file went before the first letter"] = made(late)
for name, (words, warnings) in seen.items():
    print(f"{name}: {words!r}, warnings {warnings}")
assert seen["the font is there"] == ("The manager said so.", [])
assert any("unknown font family" in warning for warning in seen["no such font"][1])
assert seen["its file went before the first letter"] == ("", [])
print("as seen: an empty page, without a word about it")
PY
"$place/venv/bin/python" "$place/look.py" "$place"
