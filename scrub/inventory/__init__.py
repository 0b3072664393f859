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
    dv,
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
    packets,
    pdf,
    png,
    sounds,
    streams,
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
    "audio/ac3": sounds.read_ac3,
    "audio/aiff": chunks.read_aiff,
    "audio/amr": amr.read,
    "audio/basic": sounds.read_au,
    "audio/eac3": sounds.read_ac3,
    "audio/flac": flac.read,
    "audio/mp4": mp4.read,
    "audio/mpeg": mpeg.read,
    "audio/ogg": ogg.read,
    "audio/qcelp": sounds.read_qcp,
    "audio/vnd.dts": sounds.read_dts,
    "audio/wav": wave.read,
    "audio/x-ape": sounds.read_ape,
    "audio/x-caf": chunks.read_caf,
    "audio/x-tta": sounds.read_tta,
    "audio/x-voc": sounds.read_voc,
    "audio/x-w64": sounds.read_w64,
    "audio/x-wavpack": sounds.read_wavpack,
    "video/h264": streams.read_h264,
    "video/h265": streams.read_h265,
    "video/mp2t": packets.read_transport,
    "video/mp4": mp4.read,
    "video/mpeg": streams.read_program,
    "video/mxf": packets.read_mxf,
    "video/quicktime": mp4.read,
    "video/vnd.rn-realvideo": sounds.read_real,
    "video/webm": matroska.read,
    "video/x-dv": dv.read,
    "video/x-flv": packets.read_flv,
    "video/x-ivf": streams.read_ivf,
    "video/x-mpeg-pictures": streams.read_pictures,
    "video/x-mpeg4-pictures": streams.read_pictures,
    "video/x-ms-asf": packets.read_asf,
    "video/x-msvideo": chunks.read_avi,
}
"""Each goes over a whole file: what it doesn't know for content or structure is told as `other_metadata`.
Digital
dictation (DSS) and recordings of Windows' television (WTV) have none: they always hold who, when and where
from.
"""

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
    "@wave": wave.read,
}
"""What lies inside other formats, each of which may hold the others."""


def take_inventory(media_type: str, data: bytes) -> Inventory:
    """Raises Refusal("bomb"), ("broken"), ("mislabeled") or ("unsupported"); all else is a shorter report.

    Of a format without a reader here nobody can say that there was nothing: it has `other_metadata`.
    """
    inventory = Inventory(_INNER)
    reader = _READERS.get(media_type)
    if reader is None:
        inventory.add("other_metadata")
        return inventory
    try:
        reader(data, inventory)
    except Refusal:
        raise
    except Exception:  # malformed in a way that a reader didn't foresee: say that there was something
        inventory.add("other_metadata")
    return inventory
