"""Tells which KINDS of metadata an input carries, never their values, by its structure and without a decoder.

Runs in the confined child, before decoding, over hostile bytes. It only serves the report: nothing is
removed on its account, because nothing but pixels is ever copied. So a reader that stumbles costs a line
of the report, not the cleaning. It also refuses what would burn time in a decoder (thousands of scans or
frames).
"""

from scrub.inventory import (
    amr,
    bmff,
    bmp,
    chunks,
    flac,
    gif,
    id3,
    info,
    iptc,
    jpeg,
    jpx,
    jxl,
    matroska,
    mp4,
    mpeg,
    ogg,
    pdf,
    png,
    tags,
    tiff,
    wave,
    webp,
    xmp,
)
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
    "image/jxl": jxl.read,
    "application/pdf": pdf.read,
    "audio/aac": mpeg.read,
    "audio/aiff": chunks.read_aiff,
    "audio/amr": amr.read,
    "audio/flac": flac.read,
    "audio/mp4": mp4.read,
    "audio/mpeg": mpeg.read,
    "audio/ogg": ogg.read,
    "audio/wav": wave.read,
    "audio/x-caf": chunks.read_caf,
    "video/mp2t": chunks.read_transport,
    "video/mp4": mp4.read,
    "video/quicktime": mp4.read,
    "video/webm": matroska.read,
    "video/x-msvideo": chunks.read_avi,
}
"""Each goes over a whole file: what it doesn't know for content or structure is told as `other_metadata`."""

_IN_PART = frozenset({"video/mp2t"})
"""Formats of which a reader finds what it knows, and no more."""

_INNER: dict[str, Reader] = {
    "@exif": tiff.read_exif,
    "@xmp": xmp.read_xmp,
    "@iptc": iptc.read_iptc,
    "@photoshop": iptc.read_photoshop,
    "@jpeg": jpeg.read,
    "@jpx": jpx.read,
    "@mp4": mp4.read,
    "@info": info.read,
    "@id3": id3.read_id3v2,
    "@id3v1": id3.read_id3v1,
    "@ape": id3.read_ape,
    "@tag": tags.read_name,
}
"""What lies inside other formats, each of which may hold the others."""


def take_inventory(media_type: str, data: bytes) -> Inventory:
    """Raises Refusal("bomb"), ("broken"), ("mislabeled") or ("unsupported"); all else is a shorter report.

    Of a format without a reader here nobody can say that there was nothing: it has `other_metadata`.
    """
    inventory = Inventory(_INNER)
    reader = _READERS.get(media_type)
    if reader is None or media_type in _IN_PART:
        inventory.add("other_metadata")
    if reader is None:
        return inventory
    try:
        reader(data, inventory)
    except Refusal:
        raise
    except Exception:  # malformed in a way that a reader didn't foresee: say that there was something
        inventory.add("other_metadata")
    return inventory
