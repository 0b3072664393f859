#!/usr/bin/env bash
# pillow-jxl-plugin 1.3.8 with Pillow 13.0.0. A middle gray saved without loss as JPEG XL comes back with the very same
# number, at 8 and at 16 bits, but the file says that the 8 bits follow sRGB's curve and that the 16 bits are linear light.
# So who heeds the colour space shows the 16-bit file much brighter: 188 of 255 for 128. And a colour
# profile given to save() is dropped without a word: the file says sRGB. Pillow's own PNG keeps the profile.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 pillow-jxl-plugin==1.3.8
cat >"$place/look.py" <<'PY'
import io

import pillow_jxl  # noqa: F401  (registers the format)
from PIL import Image, ImageCms

SRGB = ImageCms.createProfile("sRGB")


def back(image: Image.Image, kind: str, **options: object) -> Image.Image:
    file = io.BytesIO()
    image.save(file, kind, **options)
    read = Image.open(io.BytesIO(file.getvalue()))
    read.load()
    return read


def shown(image: Image.Image) -> tuple[int, ...]:
    """The first dot in sRGB, by the profile that the file gives."""
    dot = image.getpixel((0, 0))
    one = Image.new("L", (1, 1), dot // 257) if image.mode == "I;16" else Image.new(image.mode, (1, 1), dot)
    profile = io.BytesIO(image.info["icc_profile"])
    return ImageCms.profileToProfile(one, profile, SRGB, outputMode="RGB").getpixel((0, 0))


byte = back(Image.new("L", (8, 8), 128), "JXL", lossless=True)
word = back(Image.new("I;16", (8, 8), 128 * 257), "JXL", lossless=True)
for image in (byte, word):
    name = ImageCms.getProfileName(io.BytesIO(image.info["icc_profile"])).strip()
    print(image.mode, "reads", image.getpixel((0, 0)), "in", name, "and is shown as", shown(image))
assert byte.getpixel((0, 0)) == 128 and word.getpixel((0, 0)) == 128 * 257
assert shown(byte) == (128, 128, 128) and shown(word) == (188, 188, 188)

# A profile whose red is green and whose green is red: a valid one that nobody can take for sRGB.
swapped = ImageCms.ImageCmsProfile(SRGB).tobytes()
for old, new in ((b"rXYZ", b"...."), (b"gXYZ", b"rXYZ"), (b"....", b"gXYZ")):
    assert swapped.count(old) == 1
    swapped = swapped.replace(old, new)
red = Image.new("RGB", (8, 8), (200, 30, 30))
red.info["icc_profile"] = swapped
for kind in ("PNG", "JXL"):
    image = back(red, kind, icc_profile=swapped, **({"lossless": True} if kind == "JXL" else {}))
    print(kind, "reads", image.getpixel((0, 0)), "keeps the profile:", image.info["icc_profile"] == swapped, end=" ")
    print("and is shown as", shown(image))
    assert image.getpixel((0, 0)) == (200, 30, 30)
    assert (image.info["icc_profile"] == swapped) == (kind == "PNG")
    assert (shown(image)[1] > 190) == (kind == "PNG")
print("as seen: 16-bit gray is declared linear, and a profile is lost")
PY
"$place/venv/bin/python" "$place/look.py"
