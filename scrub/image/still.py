"""One still picture: turned as it is seen, in sRGB, its pixels in a new picture with fixed settings."""

from collections.abc import Callable

from PIL import Image

from scrub.image import decode
from scrub.image.format import fits_jpeg, is_graphic
from scrub.inventory import Inventory
from scrub.pixels import fresh, jpeg, png

_LOSSLESS = frozenset({"image/png", "image/gif", "image/tiff", "image/bmp", "image/jxl"})


def rebuild_still(
    image: Image.Image,
    media_type: str,
    inventory: Inventory,
    notes: set[str],
    *,
    lower: bool,
    seen: Callable[[Image.Image], None] | None = None,
) -> tuple[bytes, str]:
    """Content and media type of the copy. `image` is closed; what was lost goes into `notes`. `seen` is shown
    the copy's dots.
    """
    lossless = media_type in _LOSSLESS or inventory.lossless
    turned = _turned(image)
    picture, reduced = decode.to_srgb(turned)
    if picture is not turned:
        turned.close()
    if reduced or turned.info.get("reduced"):
        notes.add("depth_reduced")
    if lower:
        from scrub.image.lower import SMALLEST, lowered  # the rest needs no numpy  # noqa: PLC0415

        if min(picture.size) >= SMALLEST:
            picture = lowered(picture)
            notes.add("resolution_lowered")
    if picture.mode == "RGBA":
        picture = decode.apply_transparent_black(picture)
    picture = fresh(picture)
    if seen is not None:
        seen(picture)
    if fits_jpeg(picture) and not (lossless and is_graphic(picture)):
        return jpeg(picture), "image/jpeg"
    return png(picture), "image/png"


def _turned(image: Image.Image) -> Image.Image:
    """The decoded picture as it was meant to be seen. TIFF turns itself while it loads, and so does HEIF."""
    image.load()
    decode.check_size(image.size)
    turn = decode.orientation_of(image)
    if turn is None:
        return image
    turned = image.transpose(turn)
    turned.info = image.info.copy()
    image.close()
    return turned
