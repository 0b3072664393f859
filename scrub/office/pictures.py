"""Pictures inside a document: each goes through the engine like one that was sent alone, and is cropped for
real.

What an author cropped away is still in the file: a word processor only hides it.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from scrub.pixels import fresh, jpeg, png
from scrub.report import Clean, Refusal

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}
_SIZED = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
_SCREEN, _INCH = 96.0, 2.54
_WHOLE = 100_000  # thousandths of a per cent

Inner = Callable[[bytes], Clean]


@dataclass(slots=True)
class CleanPictures:
    """`inner` is the engine, one level deeper. `removed` and `notes` gather what it says."""

    inner: Inner
    removed: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)

    def copy(self, untrusted: bytes, crop: str | None) -> tuple[str, bytes] | None:
        """Extension and content of a JPEG or PNG. `crop`: left, top, right, bottom in thousandths of a per
        cent.
        """
        try:
            clean = self.inner(untrusted)
        except Refusal:  # a drawing of Windows (EMF), for example
            clean = None
        if clean is None or clean.media_type not in _EXTENSIONS:
            self.notes.add("members_left_out")
            return None
        self.removed.update(clean.removed)
        self.notes.update(note for note in clean.notes if note in ("depth_reduced", "resolution_lowered"))
        content, extension = clean.content, _EXTENSIONS[clean.media_type]
        return (extension, content) if crop is None else self._cropped(content, crop)

    def _cropped(self, content: bytes, crop: str) -> tuple[str, bytes]:
        self.removed.add("hidden_image")
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            width, height = image.size
            left, top, right, bottom = (int(side) for side in crop.split(","))
            box = (
                min(width - 1, width * left // _WHOLE),
                min(height - 1, height * top // _WHOLE),
                max(1, width - width * right // _WHOLE),
                max(1, height - height * bottom // _WHOLE),
            )
            box = (*box[:2], max(box[0] + 1, box[2]), max(box[1] + 1, box[3]))
            lossy = image.format == "JPEG"
            picture = fresh(image.crop(box))
        return ("jpg", jpeg(picture)) if lossy else ("png", png(picture))

    def natural_size(self, untrusted: bytes) -> tuple[float, float] | None:
        """In cm, as word processors reckon: by the resolution that the file names, or 96 dots an inch."""
        try:
            with Image.open(io.BytesIO(untrusted), formats=_SIZED) as image:
                named = image.info.get("jfif_unit") or image.format != "JPEG"  # not by its EXIF
                dots = image.info.get("dpi", (_SCREEN, _SCREEN)) if named else (_SCREEN, _SCREEN)
                width, height = (
                    side / (float(dpi) if float(dpi) > 1 else _SCREEN) * _INCH
                    for side, dpi in zip(image.size, dots, strict=True)
                )
        except (OSError, ValueError, TypeError, SyntaxError, ZeroDivisionError, Image.DecompressionBombError):
            return None
        return (width, height) if 0 < width < math.inf and 0 < height < math.inf else None
