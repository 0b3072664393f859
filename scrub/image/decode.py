"""Opens an image with exactly the decoder that its content names, and brings any mode to 8-bit L, RGB or
RGBA in sRGB.

Pillow's registry and its guessing are not used: `open_image` calls one plugin class. The rules
(orientation, colour profiles, transparent pixels) are in `docs/scrub.md`.
"""

import io

import pi_heif
from pi_heif.as_plugin import HeifImageFile
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from scrub.image.color import convert_to_srgb
from scrub.report import Refusal

MAX_PIXELS = 100_000_000
"""Width x height of one picture."""

_PLUGINS: dict[str, type[ImageFile.ImageFile]] = {
    "image/jpeg": JpegImagePlugin.JpegImageFile,
    "image/png": PngImagePlugin.PngImageFile,
    "image/gif": GifImagePlugin.GifImageFile,
    "image/webp": WebPImagePlugin.WebPImageFile,
    "image/tiff": TiffImagePlugin.TiffImageFile,
    "image/bmp": BmpImagePlugin.BmpImageFile,
    "image/avif": AvifImagePlugin.AvifImageFile,
    "image/heic": HeifImageFile,
    "image/heif": HeifImageFile,
}
_ORIENTATION_TAG = 0x0112
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_STRIP = 256
_ALPHAS = [0 if value < 8 else 255 if value > 247 else value for value in range(256)]
_SRGB = ImageCms.createProfile("sRGB")
_LAB = ImageCms.createProfile("LAB")
_ICC_SPACES = {"RGB": "RGB", "RGBA": "RGB", "L": "GRAY", "CMYK": "CMYK"}


def load_plugins() -> None:
    """Once per process, before any outside byte."""
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # a second line behind `open_image`
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pi_heif.options.DECODE_THREADS = 1
    pi_heif.options.THUMBNAILS = False
    pi_heif.options.DEPTH_IMAGES = False
    pi_heif.options.AUX_IMAGES = False


def open_image(media_type: str, data: bytes) -> ImageFile.ImageFile:
    """Reads the header only. Raises whatever the plugin does, and Refusal("too_large") above `MAX_PIXELS`."""
    image = _PLUGINS[media_type](io.BytesIO(data))
    check_size(image.size)
    return image


def check_size(size: tuple[int, int]) -> None:
    """Raises Refusal for a picture without pixels or with more than `MAX_PIXELS`."""
    width, height = size
    if width < 1 or height < 1:
        raise Refusal("broken")
    if width * height > MAX_PIXELS:
        raise Refusal("too_large")


def orientation_of(image: Image.Image) -> Image.Transpose | None:
    """How the picture must be turned to be seen as taken; None when not at all or when its EXIF is
    unreadable.
    """
    try:
        value = image.getexif().get(_ORIENTATION_TAG)
    except Exception:  # EXIF is outside data in a dozen dialects; an unreadable one orders nothing
        return None
    return _TRANSPOSE.get(value) if isinstance(value, int) else None


def to_srgb(image: Image.Image) -> tuple[Image.Image, bool]:
    """An 8-bit L, RGB or RGBA picture in sRGB, and whether depth was lost. Works in place where it can."""
    icc = image.info.get("icc_profile")
    image, reduced = _to_8_bits(image)
    profile = _profile_for(image.mode, icc)
    if profile is not None:
        image = _convert(image, profile)
    if image.mode == "CMYK":
        image = image.convert("RGB")
    return image, reduced


def profile_of(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """None without a readable colour profile for pictures of its mode."""
    return _profile_for(image.mode, image.info.get("icc_profile"))


def _profile_for(mode: str, icc: object) -> ImageCms.ImageCmsProfile | None:
    if not isinstance(icc, bytes) or len(icc) < 128:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return profile if _ICC_SPACES.get(mode) == profile.profile.xcolor_space.strip() else None


def _convert(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    """A profile that can't be applied is dropped like one that is absent."""
    try:
        if image.mode in ("RGB", "RGBA"):
            convert_to_srgb(image, profile)
            return image
        converted = ImageCms.profileToProfile(image, profile, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, ValueError):
        return image
    if converted is None:
        return image
    return converted.convert("L") if image.mode == "L" else converted


def _to_8_bits(image: Image.Image) -> tuple[Image.Image, bool]:
    """L, RGB, RGBA or CMYK; 16-bit gray loses its lower byte. Raises Refusal("unsupported") for floats."""
    mode = image.mode
    if mode in ("L", "RGB", "RGBA", "CMYK"):
        return image, False
    if mode == "1":
        return image.convert("L"), False
    if mode == "P":
        return image.convert("RGBA" if image.has_transparency_data else "RGB"), False
    if mode.startswith("I"):
        wide = image if mode == "I" else image.convert("I")
        low, high = wide.getextrema()
        if not isinstance(low, int | float) or not isinstance(high, int | float) or low < 0 or high > 0xFFFF:
            raise Refusal("unsupported")
        return wide.point(lambda value: value * (1 / 256)).convert("L"), True
    if mode == "LAB":
        converted = ImageCms.profileToProfile(image, _LAB, _SRGB, outputMode="RGB")
        return (converted or image.convert("RGB")), False
    if mode in ("RGBX", "YCbCr", "HSV"):
        return image.convert("RGB"), False
    if mode in ("LA", "PA", "La", "RGBa"):
        straight = {"La": "LA", "PA": "RGBA"}.get(mode)
        return (image.convert(straight) if straight else image).convert("RGBA"), False
    raise Refusal("unsupported")


def apply_transparent_black(image: Image.Image) -> Image.Image:
    """RGBA only, in place: drops an alpha that is opaque everywhere, else every colour that can't be seen
    (`keep_what_shows`).
    """
    keep_what_shows(image)
    low, _ = image.getchannel("A").getextrema()
    return image.convert("RGB") if low == 255 else image


def keep_what_shows(image: Image.Image) -> None:
    """RGBA only, in place: what is nearly transparent gets no colour at all, what is nearly opaque no alpha,
    and a colour between only as many levels as its alpha shows. A whole picture fits under an alpha of 1.
    """
    width, height = image.size
    for top in range(0, height, _STRIP):  # a copy of the whole would be 400 MB
        box = (0, top, width, min(height, top + _STRIP))
        strip = image.crop(box)
        strip.putalpha(strip.getchannel("A").point(_ALPHAS))
        image.paste(strip.convert("RGBa").convert("RGBA"), box)
