"""One picture in, a new one with the same pixels out: JPEG, PNG, or APNG for an animation.

Steps: take the inventory (which also counts scans and frames before a decoder burns time on them); decode;
turn; convert to sRGB; copy the pixels into a new picture; encode with fixed settings. Runs in a confined
child.
"""

from collections.abc import Callable

from PIL.Image import Image
from PIL.ImageFile import ImageFile

from scrub.image import decode, jxl
from scrub.image.animation import EndsEarly, rebuild_animation
from scrub.image.cut import as_far_as_it_goes, ends_early, is_cut, without_cut_frames
from scrub.image.jpeg_end import has_plain_end, lacks_rows
from scrub.image.photo import is_photo, rebuild_photo
from scrub.image.still import rebuild_still
from scrub.image.tiff_directory import pages
from scrub.inventory import Inventory, take_inventory
from scrub.pixels import decoding
from scrub.report import Clean, Refusal

_ANIMATED = frozenset({"image/png", "image/gif", "image/webp", "image/avif"})


Seen = Callable[[Image], None]


def scrub_image(media_type: str, untrusted: bytes, *, lower: bool, seen: Seen | None = None) -> Clean:
    """Raises Refusal, whatever the bytes are. `lower`: without the detail that carries a sensor's
    fingerprint. `seen` is shown the dots of a still copy, as large as they are; a photo's perhaps not yet in
    sRGB.
    """
    try:
        return _scrubbed(media_type, untrusted, lower=lower, seen=seen)
    except Refusal as refusal:
        if refusal.reason not in ("broken", "truncated") or not ends_early(media_type, untrusted):
            raise
    with decoding():
        return _without_its_end(media_type, untrusted, lower=lower, seen=seen)


def _without_its_end(media_type: str, untrusted: bytes, *, lower: bool, seen: Seen | None) -> Clean:
    """Of a kind of which decoders read all or nothing. Raises Refusal("truncated") where nothing is there."""
    whole = without_cut_frames(untrusted)
    if whole is not None:
        return _scrubbed(media_type, whole, lower=lower, seen=seen).noting("cut_short")
    there, cut = as_far_as_it_goes(media_type, untrusted)
    inventory, notes = take_inventory(media_type, untrusted), {"picture_remains"}
    if cut:
        notes.add("cut_short")
    content, out_type = rebuild_still(there, media_type, inventory, notes, lower=lower, seen=seen)
    return Clean.of(content, out_type, inventory.removed, notes)


def _scrubbed(media_type: str, untrusted: bytes, *, lower: bool, seen: Seen | None) -> Clean:
    inventory, notes = take_inventory(media_type, untrusted), {"picture_remains"}
    if inventory.film:
        notes.add("film_left_out")
    if inventory.short:
        notes.add("cut_short")
    with decoding():
        if media_type == "image/tiff":
            from scrub.image.tiff import open_page  # the rest needs no numpy  # noqa: PLC0415

            found, lost = pages(untrusted)
            page = open_page(untrusted, found[0], decode.check_size)
            notes |= ({"frames_dropped"} if lost else set()) | ({"cut_short"} if page.info["cut"] else set())
            content, out_type = rebuild_still(page, media_type, inventory, notes, lower=lower)
            return Clean.of(content, out_type, inventory.removed, notes)
        if media_type == "image/jxl":
            if jxl.header(untrusted).animated:
                notes.add("frames_dropped")
            picture, profiled = jxl.decoded(untrusted, decode.check_size)
            if profiled:
                inventory.add("color_profile")
            content, out_type = rebuild_still(picture, media_type, inventory, notes, lower=lower)
            return Clean.of(content, out_type, inventory.removed, notes)
        image = decode.open_image(media_type, untrusted)
        frames = int(getattr(image, "n_frames", 1))
        if frames > 1 and media_type in _ANIMATED:
            out_type = "image/png"
            try:
                content = rebuild_animation(image, frames, inventory)
            except EndsEarly as end:
                notes.add("cut_short")
                image = decode.open_image(media_type, untrusted)
                content = rebuild_animation(image, end.frames, inventory)
        else:
            if frames > 1:
                notes.add("frames_dropped")
            content, out_type = _rebuilt(
                image, media_type, untrusted, inventory, notes, lower=lower, seen=seen
            )
    return Clean.of(content, out_type, inventory.removed, notes)


def _rebuilt(
    image: ImageFile,
    media_type: str,
    untrusted: bytes,
    inventory: Inventory,
    notes: set[str],
    *,
    lower: bool,
    seen: Seen | None,
) -> tuple[bytes, str]:
    """With its dots, as far as they are there."""
    try:
        if is_photo(image) and not lower:
            content, plain = rebuild_photo(image, untrusted, seen)
            if plain and lacks_rows(untrusted):
                notes.add("cut_short")
            return content, "image/jpeg"
        image.load()
        there: Image = image
        if media_type == "image/jpeg" and has_plain_end(image) and lacks_rows(untrusted):
            notes.add("cut_short")
    except OSError as error:
        if not is_cut(error):
            raise
        there, cut = as_far_as_it_goes(media_type, untrusted)
        if cut:
            notes.add("cut_short")
    return rebuild_still(there, media_type, inventory, notes, lower=lower, seen=seen)
