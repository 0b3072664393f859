#!/usr/bin/env bash
# Debian's tesseract-ocr-spa, -fra and -eng 1:4.1.0-2 (data "fast"), tesserocr 2.13.0 (Tesseract 5.5.4). The list of letters that the Spanish data can read has no "@", so
# that an e-mail address on a Spanish page, drawn large and black on white, is read with "Q", "O", "G" or "C" in its place, at every size. The French and the English data have it, and
# with English before Spanish ("eng+spa") it is read.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check tesserocr==2.13.0 pillow==13.0.0 fontpkg-noto-sans==2.15
mkdir "$place/debs"
chmod 755 "$place" "$place/debs"
for language in eng fra spa; do
  (cd "$place/debs" && apt-get -qq download "tesseract-ocr-$language=1:4.1.0-2" 2>/dev/null)
done
for package in "$place"/debs/*.deb; do dpkg-deb -x "$package" "$place/root"; done
cat >"$place/look.py" <<'PY'
import sys
from importlib.util import find_spec
from pathlib import Path

import tesserocr
from PIL import Image, ImageDraw, ImageFont

(data,) = Path(sys.argv[1]).glob("usr/share/tesseract-ocr/*/tessdata")
fonts = Path(find_spec("fontpkg_noto_sans").submodule_search_locations[0])
font = next(path for path in sorted(fonts.rglob("NotoSans*.ttf")) if "Italic" not in path.name)
ADDRESS = "Contacto: ana@union.example"


def read(languages, size):
    drawn = ImageFont.truetype(str(font), size)
    _, _, width, height = drawn.getbbox(ADDRESS)
    picture = Image.new("L", (width + 40, height + 40), 255)
    ImageDraw.Draw(picture).text((20, 20), ADDRESS, fill=0, font=drawn)
    with tesserocr.PyTessBaseAPI(path=str(data), lang=languages, psm=tesserocr.PSM.SINGLE_LINE) as api:
        api.SetImage(picture)
        return api.GetUTF8Text().strip()


for language, knows in (("eng", True), ("fra", True), ("spa", False)):
    letters = (data / f"{language}.traineddata").read_bytes()
    print(f"{language}: has the letter a {bytes((10, 97, 32)) in letters}, has @ {bytes((10, 64, 32)) in letters}")
    assert (bytes((10, 64, 32)) in letters) == knows
for size in (20, 24, 32, 48):
    seen = {languages: read(languages, size) for languages in ("spa", "fra", "eng", "eng+spa")}
    print(size, seen)
    assert "@" not in seen["spa"] and seen["spa"].startswith("Contacto: ana")
    assert all("@" in seen[languages] for languages in ("fra", "eng", "eng+spa"))
print("as seen: for the Spanish data there is no e-mail address on any page")
PY
"$place/venv/bin/python" "$place/look.py" "$place/root"
