"""Three files as a worker's phone would make them, with traces in every usual place, and a reader for traces.

`MARKS` are planted as metadata. `traces` looks for them and for any metadata, with no code of the scrubber.
"""

import io
import struct
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

MARKS = {
    "model": b"SilboPhone X9",
    "owner": b"Rosa Ejemplo",
    "date": b"2026:11:20 23:41:07",
    "comment": b"tomada en mi cuarto",
    "author": b"rosa.ejemplo",
    "host": b"PC-ROSA-114",
    "serial": b"SN-4471-0092",
}
ENTRY = struct.Struct("<HHI4s")


def testimony_files(folder: Path) -> list[Path]:
    """Write the three files into `folder` and return their paths."""
    jpeg, png, avif = (folder / name for name in ("IMG_2041.jpg", "Captura.png", "IMG_2042.avif"))
    photo = _picture((1600, 1200))
    photo.save(jpeg, quality=92, exif=_exif(_thumbnail(photo)), comment=MARKS["comment"])
    text = PngInfo()
    text.add_text("Author", MARKS["author"].decode())
    text.add_itxt("Source", MARKS["host"].decode())
    text.add_text("Software", MARKS["serial"].decode(), zip=True)
    _picture((1280, 720)).quantize(64).save(png, pnginfo=text, dpi=(96, 96))
    _picture((1200, 900)).save(avif, quality=70, exif=_exif(b""))
    return [jpeg, png, avif]


def traces(file: Path) -> list[str]:
    """Return what is left of the marks and of metadata in `file`; empty if it is clean."""
    content = file.read_bytes()
    found = [name for name, mark in MARKS.items() if mark in content]
    with Image.open(file) as image:
        image.load()
        found += [f"tag {tag}" for tag in image.getexif()]
        found += [f"field {key}" for key in image.info if not str(key).startswith("jfif")]
    return found


def _picture(size: tuple[int, int]) -> Image.Image:
    """A desk with a contract on it, with enough detail to be a photograph for the encoder."""
    noise = Image.effect_noise(size, 40).convert("RGB")
    image = Image.blend(Image.radial_gradient("L").resize(size).convert("RGB"), noise, 0.25)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rectangle((width // 4, height // 6, width * 3 // 4, height * 5 // 6), fill="white", outline="black")
    for line in range(8):
        top = height // 4 + line * height // 16
        draw.text((width // 3, top), f"{line + 1}. El trabajador acepta camaras en su casa", fill="black")
    return image


def _thumbnail(photo: Image.Image) -> bytes:
    small = io.BytesIO()
    photo.resize((160, 120)).save(small, "JPEG", comment=MARKS["serial"])
    return small.getvalue()


def _exif(thumbnail: bytes) -> bytes:
    """Return an Exif block (TIFF, little-endian): camera, owner, date, GPS position, and a thumbnail."""
    rational = struct.Struct("<6I")
    gps = [
        (1, 2, b"N\0"),
        (2, 5, rational.pack(4, 1, 42, 1, 3976, 100)),
        (3, 2, b"W\0"),
        (4, 5, rational.pack(74, 1, 4, 1, 2012, 100)),
    ]
    first = [
        (0x0110, 2, MARKS["model"] + b"\0"),
        (0x0112, 3, struct.pack("<H", 1)),
        (0x0132, 2, MARKS["date"] + b"\0"),
        (0x013B, 2, MARKS["owner"] + b"\0"),
        (0x8825, 4, b""),
    ]
    header = b"II*\0" + struct.pack("<I", 8)
    size = len(_directory(first, 8, 0))
    gps_at = 8 + size
    gps_bytes = _directory(gps, gps_at, 0)
    small_at = gps_at + len(gps_bytes)
    first[-1] = (0x8825, 4, struct.pack("<I", gps_at))
    small = b""
    if thumbnail:
        empty = [(0x0201, 4, bytes(4)), (0x0202, 4, struct.pack("<I", len(thumbnail)))]
        data_at = small_at + len(_directory(empty, small_at, 0))
        small = _directory([(0x0201, 4, struct.pack("<I", data_at)), empty[1]], small_at, 0) + thumbnail
    return b"Exif\0\0" + header + _directory(first, 8, small_at if small else 0) + gps_bytes + small


def _directory(entries: list[tuple[int, int, bytes]], at: int, following: int) -> bytes:
    """Return an image file directory that starts at offset `at`, with its long values behind it."""
    sizes = {2: 1, 3: 2, 4: 4, 5: 8}
    out, values = struct.pack("<H", len(entries)), b""
    values_at = at + 2 + ENTRY.size * len(entries) + 4
    for tag, kind, value in entries:
        padded = value.ljust(4, b"\0")
        if len(value) > 4:
            padded = struct.pack("<I", values_at + len(values))
            values += value + b"\0" * (len(value) % 2)
        out += ENTRY.pack(tag, kind, max(len(value) // sizes[kind], 1), padded)
    return out + struct.pack("<I", following) + values
