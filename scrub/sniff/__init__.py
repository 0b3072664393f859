"""Names a type by its first bytes, never by a file name and never by a decoder.

Signatures: JPEG ITU-T T.81 B.1, PNG 3rd edition 5.2, GIF89a, RIFF/WebP RFC 9649, TIFF 6.0 and BigTIFF,
BITMAPFILEHEADER, PDF ISO 32000-1 7.5.2, ISO/IEC 23008-12 (HEIF brands), AV1 Image File Format 1.1, ISO/IEC
18181-2 (JPEG XL); sound and video: `sniff_media`; archives: `sniff_archive`; words: `sniff_text`.
"""

import re

from scrub.sniff.archive import sniff_archive
from scrub.sniff.media import sniff_media
from scrub.sniff.text import looks_like_text

SNIFF_BYTES = 8192
"""How many leading bytes `sniff` wants; with fewer it may answer None for a file that it would know."""

_PDF_WITHIN = 1024
_SPOOLED = re.compile(rb"\s*(?:\x1b?%-12345X|@PJL\b|HTTP/[0-9])")
"""A printer's job, or a web server's answer: of these a PDF may be behind more lines than readers allow."""

_SIGNED = 64
"""Within which all other signatures stand."""

_PDF_LINE = re.compile(rb"[\r\n]%PDF-[0-9]")
_PDF_FIRST = re.compile(rb"(?:(?!PK\x03\x04).)*?%PDF-", re.S)
"""Where a ZIP begins before it, the PDF is one of its files."""

_BMP_HEADER_SIZES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_HEIF_BRANDS = frozenset({b"mif1", b"msf1"})


def is_picture(media_type: str) -> bool:
    """Whether it is for the decoders of pictures alone. A TIFF may be a document of many pages."""
    return media_type.startswith("image/") and media_type != "image/tiff"


def is_recording(media_type: str) -> bool:
    """Sound or video."""
    return media_type.startswith(("audio/", "video/"))


def sniff(head: bytes) -> str | None:
    """Returns the media type of what can be scrubbed or explained, or None when it is nothing of the kind.

    `text/plain` stands for all that is made of letters.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    within, head = head[: SNIFF_BYTES if _SPOOLED.match(head) else _PDF_WITHIN], head[:_SIGNED]
    if b"%PDF-" in head:  # readers allow bytes before it
        return "application/pdf"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "image/tiff"
    if head[:2] == b"\xff\x0a" or head[:12] == b"\0\0\0\x0cJXL \r\n\x87\n":
        return "image/jxl"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "image/bmp"
    known = (
        (_sniff_brands(head) if head[4:8] == b"ftyp" else None) or sniff_media(head) or sniff_archive(head)
    )
    text = looks_like_text(head)
    if known is None and (_PDF_LINE.search(within) if text else _PDF_FIRST.match(within)):
        return "application/pdf"  # behind a printer's or a web server's lines
    return known or ("text/plain" if text else None)


def is_behind_words(untrusted: bytes) -> bool:
    """Whether a PDF, if it is one, comes after lines of words."""
    return b"%PDF-" not in untrusted[:_SIGNED] and looks_like_text(untrusted[:_SIGNED])


def from_its_head(untrusted: bytes) -> bytes:
    """A PDF without what lies before it, where that is more than readers look through."""
    at = untrusted.find(b"%PDF-", 0, SNIFF_BYTES)
    return untrusted[at:] if at > _PDF_WITHIN - _SIGNED else untrusted


def _sniff_brands(head: bytes) -> str | None:
    """`ftyp`: size (4), type (4), major brand (4), minor version (4), compatible brands (4 each)."""
    end = min(int.from_bytes(head[:4], "big"), SNIFF_BYTES, len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))]
    if brands[0] in _AVIF_BRANDS:
        return "image/avif"
    if brands[0] in _HEIC_BRANDS:
        return "image/heic"
    if brands[0] not in _HEIF_BRANDS:
        return None
    # `mif1` and `msf1` name the container only: the codec is told by the compatible brands.
    if _AVIF_BRANDS.intersection(brands):
        return "image/avif"
    return "image/heic" if _HEIC_BRANDS.intersection(brands) else "image/heif"
