#!/usr/bin/env bash
# typst 0.15.2 (the Python package, wheels of 2026). A PDF that it sets names another version of its maker than the package has:
# /Creator and xmp:CreatorTool say "Typst 0.15.1". Who pins the package and compares files, or looks a weakness up by the maker
# that a file names, is led to the wrong release. The package's own number is right in its metadata.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check typst==0.15.2 pikepdf
cat >"$place/look.py" <<'PY'
import io
from importlib.metadata import version

import pikepdf
import typst

made = typst.Compiler(b"Hello").compile(format="pdf")
with pikepdf.open(io.BytesIO(made)) as pdf:
    creator = str(pdf.docinfo.get("/Creator"))
    with pdf.open_metadata() as xmp:
        tool = xmp.get("xmp:CreatorTool")
print("package:", version("typst"), "file:", creator, "and", tool)
assert version("typst") == "0.15.2"
assert creator == tool == "Typst 0.15.1"
print("as seen: the file names another version than the package that made it")
PY
"$place/venv/bin/python" "$place/look.py"
