"""Areas of a picture that is decoded: black dots, and then a file with scrub's own settings."""

import io
from collections.abc import Iterable

from PIL import Image

from scrub.pixels import fresh, jpeg, png
from scrub.redact.wishes import Area, Place, Redacted, Wishes
from scrub.report import Refusal

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
_MAX_DOTS = 120_000_000


def redact_picture(untrusted: bytes, media_type: str, wishes: Wishes) -> Redacted:
    """Raises Refusal: `unsupported` for an animation, whose frames would each need areas of their own."""
    image: Image.Image = opened(untrusted, media_type)
    if getattr(image, "n_frames", 1) > 1:
        raise Refusal("unsupported")
    image.load()
    areas = wishes.on(1)
    picture = covered(image, (area for _, area in areas))
    content = jpeg(picture) if media_type == "image/jpeg" else png(picture)
    unread = (1,) if wishes.words else ()
    return Redacted(content, media_type, tuple(Place(number, 1) for number, _ in areas), unread)


def opened(untrusted: bytes, media_type: str) -> Image.Image:
    """Not loaded yet. Raises what Pillow raises, or Refusal for more dots than a copy of ours has."""
    image = Image.open(io.BytesIO(untrusted), formats=(_FORMATS[media_type],))
    if image.width * image.height > _MAX_DOTS or image.mode not in ("L", "RGB", "RGBA"):
        raise Refusal("unsupported")
    return image


def covered(image: Image.Image, areas: Iterable[Area]) -> Image.Image:
    """A new picture of the same dots with the areas black and opaque; L, RGB or RGBA. `image` is closed."""
    picture = fresh(image)
    black = {"L": (0,), "RGB": (0, 0, 0), "RGBA": (0, 0, 0, 255)}[picture.mode]
    for area in areas:
        picture.paste(black, area.dots(*picture.size))
    return picture
