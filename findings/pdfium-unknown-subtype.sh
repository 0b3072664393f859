#!/usr/bin/env bash
# pypdfium2 5.15.2. FPDF_ANNOT draws form fields (Widget) not at all: they need a form environment and FPDF_FFLDraw. But
# an annotation whose /Subtype PDFium doesn't know is drawn with its appearance, like a stamp. Written over with a
# made-up word in memory (the API writes a string where a name stood, and PDFium takes it), a field appears on the page
# without any form. The same page before and after differs in dark dots only by that word.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2
cat >"$place/look.py" <<'PY'
import ctypes
import pypdfium2
import pypdfium2.raw as pdfium

look = b"0 g 0 0 60 20 re f"
data = (
    b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[4 0 R]>>endobj\n"
    b"4 0 obj<</Type/Annot/Subtype/Widget/FT/Tx/F 4/Rect[10 10 70 30]/AP<</N 5 0 R>>>>endobj\n"
    b"5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 60 20]/Length %d>>stream\n%s\nendstream endobj\n"
    b"trailer<</Root 1 0 R>>\n%%%%EOF\n"
) % (len(look), look)
page = pypdfium2.PdfDocument(data)[0]

def dark() -> int:
    bitmap = pdfium.FPDFBitmap_CreateEx(100, 100, pdfium.FPDFBitmap_Gray, None, 0)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, 100, 100, 0xFFFFFFFF)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, 100, 100, 0, pdfium.FPDF_ANNOT)
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    dots = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * 100)
    return sum(dots[row * stride + x] < 128 for row in range(100) for x in range(100))

before = dark()
field = pdfium.FPDFPage_GetAnnot(page, 0)
word = ("Whatever\0").encode("utf-16-le")
wide = ctypes.cast(ctypes.create_string_buffer(word), ctypes.POINTER(ctypes.c_ushort))
assert pdfium.FPDFAnnot_SetStringValue(field, b"Subtype", wide)
pdfium.FPDFPage_CloseAnnot(field)
after = dark()
print("dark dots as a field:", before, " as something unknown:", after)
assert before == 0 and after == 1200
print("as seen: an unknown kind is drawn by its appearance, a field is not")
PY
"$place/venv/bin/python" "$place/look.py"
