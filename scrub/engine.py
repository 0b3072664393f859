"""One file in, one rebuilt file and the kinds of metadata it carried out. Runs in a confined child.

Steps for an image (`pdf`, `media`, `text`, `mail`, `office` and `archive` do the rest): name the type by
content; take the inventory (which also counts scans and frames before a decoder burns time on them); decode;
turn; convert to sRGB; copy the pixels into a new picture; encode with fixed settings.
"""

import warnings
from dataclasses import replace

from PIL import Image, ImageFile

from scrub import office, pdf
from scrub.archive import scrub_archive
from scrub.image import decode, encode
from scrub.image.apng import ApngWriter
from scrub.image.lower import SMALLEST, lowered
from scrub.inventory import Inventory, take_inventory
from scrub.mail import scrub_mail
from scrub.media import scrub_media
from scrub.report import EXTENSIONS, NOTES, REMOVED, Choices, Clean, Refusal
from scrub.sniff import SNIFF_BYTES, sniff
from scrub.sniff.archive import ZIP, why_closed
from scrub.text import mail_in, scrub_text

MAX_FRAMES = 1000
MAX_ANIMATION_PIXELS = 120_000_000
"""Frames x width x height."""

MAX_DEPTH = 3
"""A picture in a document in an archive in an e-mail, and no deeper."""

_NOTHING_ASKED = Choices()
_MAX_ANIMATION_BYTES = 100 << 20
_LOSSLESS = frozenset({"image/png", "image/gif", "image/tiff", "image/bmp"})
_ANIMATED = frozenset({"image/png", "image/gif", "image/webp", "image/avif"})


def load() -> None:
    """Once per process, before any outside byte."""
    decode.load_plugins()
    pdf.load()


def scrub(untrusted: bytes, choices: Choices = _NOTHING_ASKED, depth: int = 0) -> Clean:
    """Raises Refusal, whatever the bytes are. `depth` counts the files around this one."""
    clean = _scrub(untrusted, choices, depth)
    shows = clean.media_type == "video/mp4" or clean.media_type.startswith("image/")
    if choices.lower_resolution and shows and "resolution_lowered" not in clean.notes:
        return replace(clean, notes=tuple(code for code in NOTES if code in (*clean.notes, "detail_kept")))
    return clean


def _scrub(untrusted: bytes, choices: Choices, depth: int) -> Clean:
    if depth > MAX_DEPTH:
        raise Refusal("bomb")
    media_type = sniff(untrusted[:SNIFF_BYTES])
    if media_type is None:
        raise Refusal("unsupported")
    if reason := why_closed(media_type, untrusted):
        raise Refusal(reason)

    def inner(data: bytes) -> Clean:
        return scrub(data, choices, depth + 1)

    if media_type == ZIP:
        office_type = office.kind(untrusted)
        if office_type is not None:
            return office.scrub_office(office_type, untrusted, inner)
        return scrub_archive(untrusted, inner)
    if media_type == "text/plain":
        mail = mail_in(untrusted)
        return scrub_text(untrusted) if mail is None else scrub_mail(mail, inner)
    if media_type.startswith(("audio/", "video/")):
        return scrub_media(media_type, untrusted, choices.disguise)
    inventory = take_inventory(media_type, untrusted)
    notes: set[str] = set()
    with warnings.catch_warnings(), decode.decoding():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if media_type == "application/pdf":
            notes.add("document_remains")
            content, out_type = pdf.rebuild(untrusted, inventory, notes, choices.pdf), media_type
        else:
            notes.add("picture_remains")
            lower = choices.lower_resolution
            content, out_type = _rebuild_image(untrusted, media_type, inventory, notes, lower=lower)
    return Clean(
        content=content,
        media_type=out_type,
        extension=EXTENSIONS[out_type],
        removed=tuple(code for code in REMOVED if code in inventory.removed),
        notes=tuple(code for code in NOTES if code in notes),
    )


def _rebuild_image(
    untrusted: bytes, media_type: str, inventory: Inventory, notes: set[str], *, lower: bool
) -> tuple[bytes, str]:
    image = decode.open_image(media_type, untrusted)
    frames = int(getattr(image, "n_frames", 1))
    if frames > 1 and media_type in _ANIMATED:
        return _rebuild_animation(image, frames, inventory, notes), "image/png"
    if frames > 1:
        notes.add("frames_dropped")
    return _rebuild_still(image, media_type, inventory, notes, lower=lower)


def _rebuild_still(
    image: ImageFile.ImageFile, media_type: str, inventory: Inventory, notes: set[str], *, lower: bool
) -> tuple[bytes, str]:
    lossless = media_type in _LOSSLESS or inventory.lossless
    turned = _turned(image)
    picture, reduced = decode.to_srgb(turned)
    if picture is not turned:
        turned.close()
    if reduced:
        notes.add("depth_reduced")
    if lower and min(picture.size) >= SMALLEST:
        picture = lowered(picture)
        notes.add("resolution_lowered")
    if picture.mode == "RGBA":
        picture = decode.apply_transparent_black(picture)
    picture = encode.fresh(picture)
    if encode.fits_jpeg(picture) and not (lossless and encode.is_graphic(picture)):
        return encode.jpeg(picture), "image/jpeg"
    return encode.png(picture), "image/png"


def _turned(image: ImageFile.ImageFile) -> Image.Image:
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


def _rebuild_animation(
    image: ImageFile.ImageFile, frames: int, inventory: Inventory, notes: set[str]
) -> bytes:
    """Raises Refusal("bomb") for more frames or more pixels in all than a chat ever sends."""
    width, height = image.size
    if frames > MAX_FRAMES or frames * width * height > MAX_ANIMATION_PIXELS:
        raise Refusal("bomb")
    first = 0
    if getattr(image, "default_image", False):  # an APNG whose still picture isn't part of the animation
        inventory.removed.add("hidden_image")
        first = 1
    turn = decode.orientation_of(image)
    writer: ApngWriter | None = None
    for index in range(first, frames):
        image.seek(index)
        image.load()
        frame = image.convert("RGBA")
        frame.info = {"icc_profile": image.info.get("icc_profile")}
        frame, _ = decode.to_srgb(frame)
        if turn is not None:
            frame = frame.transpose(turn)
        decode.keep_what_shows(frame)
        if writer is None:
            unsaid = 0 if image.format == "AVIF" else 1  # Pillow doesn't tell; players of AVIF loop
            writer = ApngWriter(frame.size, frames - first, loop=image.info.get("loop", unsaid) == 0)
        writer.add(frame, _delay_ms(image))
        if writer.size > _MAX_ANIMATION_BYTES:
            raise Refusal("too_large")
    if writer is None:
        raise Refusal("broken")
    return writer.finish()


def _delay_ms(image: ImageFile.ImageFile) -> float:
    delay = image.info.get("duration", 0)
    return float(delay) if isinstance(delay, int | float) else 0.0
