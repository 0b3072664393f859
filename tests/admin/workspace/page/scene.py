"""A drop that has something of every kind, for tests of its page and for the pictures in docs/case."""

import io
import random
from functools import cache

import av
import numpy as np
from PIL import Image, ImageDraw

from crypto.codename import generate, root
from scrub.engine import load, scrub
from scrub.report import Choices, Clean
from tests.admin.stage import Seal, file_item, text_item
from tests.scrub import known_files, office_files, pdf_files
from tests.scrub.test_reading import zipped

MAILBOX = root(generate("es")).mailbox(bytes(range(16)))
TEXT = (
    "Trabajo en la campaña de una aerolínea. Nos dieron ocho páginas para firmar: cámara en el dormitorio, "
    "micrófono siempre abierto, datos de nuestros hijos.\n\n"
    "Quien no firma, dijeron, “no sigue en el proyecto”."
)
ANSWERS = {"how_many": "Unas cuarenta personas de mi turno.", "since_when": "Desde septiembre."}


def photo(width: int = 960, height: int = 640) -> bytes:
    """A desk with a sheet of paper on it, as a JPEG with a camera's marks."""
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    image = Image.blend(image, Image.new("RGB", (width, height), (150, 110, 70)), 0.6)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 4, height // 8, width * 3 // 4, height * 7 // 8), fill="white")
    rows = random.Random(15)
    for row in range(height // 8 + 30, height * 7 // 8 - 20, 22):
        length = rows.randrange(width // 8, width // 2 - 60)
        draw.rectangle((width // 4 + 30, row, width // 4 + 30 + length, row + 8), fill=(70, 70, 75))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[271] = "Canon"
    image.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def video() -> bytes:
    """Two seconds of a bar that moves."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        track = file.add_stream("libx264", rate=10)
        track.width, track.height, track.pix_fmt = 320, 240, "yuv420p"
        for number in range(20):
            image = Image.new("RGB", (320, 240), (30, 60, 90))
            ImageDraw.Draw(image).rectangle((number * 15, 60, number * 15 + 30, 180), fill="orange")
            for packet in track.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")):
                file.mux(packet)
        for packet in track.encode(None):
            file.mux(packet)
    return out.getvalue()


def contract() -> bytes:
    """Two pages of a PDF."""
    lines = b"BT /F 14 Tf 30 240 Td 18 TL (Addendum to the contract, page 1 of 8) Tj T* (4.2 The worker consents to a camera) Tj T* (in the place of work at home.) Tj ET"  # noqa: E501
    return pdf_files.document(lines, box=b"0 0 300 280")


@cache
def cleaned(name: str) -> Clean:
    """What a scrub makes of one of the files above."""
    files = {
        "photo": lambda: (photo(), Choices()),
        "contract": lambda: (contract(), Choices(pdf="searchable")),
        "sound": lambda: (known_files.sound("libopus", "ogg"), Choices()),
        "video": lambda: (video(), Choices()),
        "document": lambda: (
            zipped(*office_files.docx(f"<w:p>{office_files.run('El horario de la cámara')}</w:p>").items()),
            Choices(),
        ),
    }
    load()
    result = scrub(*files[name]())
    assert isinstance(result, Clean), result
    return result


def item_of(name: str) -> Seal:
    """A clean file as the server puts it away."""
    clean = cleaned(name)
    return file_item(
        clean.content, clean.media_type, removed=clean.removed, notes=clean.notes, extension=clean.extension
    )


def everything() -> tuple[Seal, ...]:
    """A testimony, a file of each kind, and one that nobody cleaned."""
    return (
        text_item(TEXT),
        *(item_of(name) for name in ("photo", "contract", "sound", "video", "document")),
        file_item(photo(320, 240), "image/jpeg", cleaned=False),
    )
