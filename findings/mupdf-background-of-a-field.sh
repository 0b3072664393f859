#!/usr/bin/env bash
# PyMuPDF 1.26.7 and pypdfium2 5.15.2. A text field whose appearance names an object that isn't in the file, on a page of a
# document without any /AcroForm. MuPDF makes an appearance by itself and paints the field's background (/MK /BG); PDFium
# draws nothing. So one file has a black box for readers of the one kind and none for those of the other.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pymupdf==1.26.7 pypdfium2==5.15.2
cat >"$place/look.py" <<'PY'
import pymupdf
import pypdfium2

pymupdf.TOOLS.mupdf_display_errors(False)
data = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[4 0 R]>>endobj\n"
    b"4 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/F 4/Rect[10 10 70 30]/MK<</BG[0]>>/AP<</N 99 0 R>>>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
one = pymupdf.open(stream=data)[0].get_pixmap(colorspace="gray", annots=True).samples
two = pypdfium2.PdfDocument(data)[0].render(grayscale=True, may_draw_forms=True).to_numpy().tobytes()
dark = [sum(dot < 128 for dot in dots) for dots in (one, two)]
print("dark dots: MuPDF", dark[0], " PDFium", dark[1])
assert dark[0] > 1000 and dark[1] == 0, dark
print("as seen: MuPDF paints the background, PDFium draws nothing")
PY
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.3.5
"$place/venv/bin/python" "$place/look.py"
