#!/usr/bin/env bash
# pypdfium2 5.15.2. Words that a page draws twice at nearly the same place, as programs do that have no bold font, are
# drawn twice by PDFium and told once: its text page leaves out the second run of letters. Moved by more than a few
# tenths of a letter, both are told. Whoever counts text objects and letters gets two numbers that don't fit.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2
cat >"$place/look.py" <<'PY'
import pypdfium2

def page(moved: float) -> tuple[int, str]:
    content = b"BT /F 20 Tf 20 100 Td (salary) Tj %.2f 0 Td (salary) Tj ET" % moved
    data = (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F"
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n"
    ) % (len(content), content)
    opened = pypdfium2.PdfDocument(data)[0]
    return len(list(opened.get_objects())), opened.get_textpage().get_text_range()

near, far = page(0.4), page(80)
print("moved by 0.4 points:", near, " moved by 80 points:", far)
assert near == (2, "salary"), near
assert far[0] == 2 and far[1].count("salary") == 2, far
print("as seen: two objects are drawn, one word is told")
PY
"$place/venv/bin/python" "$place/look.py"
