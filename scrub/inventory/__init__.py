"""Tells which KINDS of metadata an input carries, never their values, by its structure and without a decoder.

Runs in the confined child, before decoding, over hostile bytes. It only serves the report: nothing is
removed on its account, because nothing but pixels is ever copied. So a reader that stumbles costs a line
of the report, not the cleaning. It also refuses what would burn time in a decoder (thousands of scans or
frames).
"""

from scrub.inventory import bmff, bmp, gif, iptc, jpeg, pdf, png, tiff, webp, xmp
from scrub.inventory.findings import Inventory, Reader
from scrub.report import Refusal

__all__ = ["Inventory", "take_inventory"]

_READERS: dict[str, Reader] = {
    "image/jpeg": jpeg.read,
    "image/png": png.read,
    "image/gif": gif.read,
    "image/webp": webp.read,
    "image/tiff": tiff.read_file,
    "image/bmp": bmp.read,
    "image/heic": bmff.read_heif,
    "image/heif": bmff.read_heif,
    "image/avif": bmff.read_avif,
    "application/pdf": pdf.read,
}

_INNER: dict[str, Reader] = {
    "@exif": tiff.read_exif,
    "@xmp": xmp.read_xmp,
    "@iptc": iptc.read_iptc,
    "@photoshop": iptc.read_photoshop,
    "@jpeg": jpeg.read,
}
"""What lies inside other formats, each of which may hold the others."""


def take_inventory(media_type: str, data: bytes) -> Inventory:
    """Raises Refusal("bomb"), ("broken"), ("mislabeled") or ("unsupported"); all else is a shorter report."""
    inventory = Inventory(_INNER)
    try:
        _READERS[media_type](data, inventory)
    except Refusal:
        raise
    except Exception:  # malformed in a way that a reader didn't foresee: say that there was something
        inventory.add("other_metadata")
    return inventory
