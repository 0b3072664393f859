"""One picture in, a new one with the same pixels out: JPEG, PNG, or APNG for an animation.

Steps: take the inventory (which also counts scans and frames before a decoder burns time on them); decode;
turn; convert to sRGB; copy the pixels into a new picture; encode with fixed settings. Runs in a confined
child.
"""

from scrub.image import decode
from scrub.image.animation import rebuild_animation
from scrub.image.still import rebuild_still
from scrub.image.tiff import open_page
from scrub.image.tiff_directory import pages
from scrub.inventory import take_inventory
from scrub.pixels import decoding
from scrub.report import Clean

_ANIMATED = frozenset({"image/png", "image/gif", "image/webp", "image/avif"})


def scrub_image(media_type: str, untrusted: bytes, *, lower: bool) -> Clean:
    """Raises Refusal, whatever the bytes are. `lower`: without the detail that carries a sensor's
    fingerprint.
    """
    inventory, notes = take_inventory(media_type, untrusted), {"picture_remains"}
    with decoding():
        if media_type == "image/tiff":
            page = open_page(untrusted, pages(untrusted)[0], decode.check_size)
            content, out_type = rebuild_still(page, media_type, inventory, notes, lower=lower)
            return Clean.of(content, out_type, inventory.removed, notes)
        image = decode.open_image(media_type, untrusted)
        frames = int(getattr(image, "n_frames", 1))
        if frames > 1 and media_type in _ANIMATED:
            content, out_type = rebuild_animation(image, frames, inventory), "image/png"
        else:
            if frames > 1:
                notes.add("frames_dropped")
            content, out_type = rebuild_still(image, media_type, inventory, notes, lower=lower)
    return Clean.of(content, out_type, inventory.removed, notes)
