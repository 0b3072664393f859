#!/usr/bin/env bash
# pypdfium2 5.15.2 and PyMuPDF 1.26.7. A layer (optional content group) may say what it is meant for: /Intent /View, which
# is the default, or /Design, or a word of one's own. With the layer switched off in the document's default state, MuPDF
# draws nothing whatever the intent is. PDFium heeds the switch for /View and /All only: a layer for /Design that is off is
# drawn. (The standard sides with PDFium: a state counts for groups of the intent that the reader works by.)
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2 pymupdf==1.26.7 numpy==2.3.5
cat >"$place/look.py" <<'PY'
import pymupdf
import pypdfium2

CONTENT = b"/OC /L BDC 0 g 0 0 50 50 re f EMC"


def dark(intent: bytes) -> tuple[int, int]:
    data = (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R"
        b"/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]/Order[5 0 R]>>>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R"
        b"/Resources<</Properties<</L 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n5 0 obj<</Type/OCG/Name(notes)%s>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n"
    ) % (len(CONTENT), CONTENT, intent)
    one = pypdfium2.PdfDocument(data)[0].render(grayscale=True).to_numpy().tobytes()
    two = pymupdf.open(stream=data)[0].get_pixmap(colorspace="gray").samples
    return sum(dot < 128 for dot in one), sum(dot < 128 for dot in two)


seen = {}
for intent in (b"", b"/Intent/View", b"/Intent/All", b"/Intent[/Design/View]", b"/Intent/Design", b"/Intent/Mine"):
    seen[intent] = dark(intent)
    print(f"off, {intent.decode() or 'no intent'}: dark dots by PDFium {seen[intent][0]}, by MuPDF {seen[intent][1]}")
assert [one for one, _ in seen.values()] == [0, 0, 0, 0, 2500, 2500]
assert not any(two for _, two in seen.values())
print("as seen: a layer that is off and not meant for viewing is drawn by PDFium, not by MuPDF")
PY
"$place/venv/bin/python" "$place/look.py"
