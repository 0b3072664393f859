#!/usr/bin/env bash
# pypdfium2 5.15.2. A marked-content span with /ActualText (the words that a screen reader says) gives its letters to
# PDFium's text page one by one, each with a box of its own. The boxes are not where anything is drawn: PDFium cuts the
# drawn object's box into as many equal strips as the spoken text has letters, and all of them have one and the same
# origin. Two drawn letters "AB" spoken as "hello" are five letters with five boxes of equal width.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2
cat >"$place/look.py" <<'PY'
import ctypes
import pypdfium2
import pypdfium2.raw as pdfium

content = b"BT /F 20 Tf 20 100 Td /Span <</ActualText (hello)>> BDC (AB) Tj EMC ET"
data = (
    b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F"
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n"
) % (len(content), content)
text = pypdfium2.PdfDocument(data)[0].get_textpage()
letters = text.get_text_range()
print("text:", letters)
assert letters == "hello", letters
widths, origins = [], set()
for index in range(len(letters)):
    left, bottom, right, top = text.get_charbox(index)
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, index, x, y)
    widths.append(right - left)
    origins.add((round(x.value, 2), round(y.value, 2)))
print("widths:", [round(width, 2) for width in widths], "origins:", origins)
assert max(widths) - min(widths) < 0.01
assert len(origins) == 1
print("as seen: equal strips of the drawn object, one origin for all")
PY
"$place/venv/bin/python" "$place/look.py"
