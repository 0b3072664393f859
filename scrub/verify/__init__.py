"""Compares a rebuilt file with the allow-list of `docs/scrub.md`, byte by byte, without any image library.

Independent of the engine: it knows from the standards what our encoders must have written, and runs in a
second child that never saw the input. Anything else, however harmless, raises `Unverified`.
"""

import struct

from codes.kinds import CLEAN
from scrub.verify import office as verify_office
from scrub.verify.archive import verify_archive
from scrub.verify.errors import Unverified, require
from scrub.verify.jpeg import verify_jpeg
from scrub.verify.mail import verify_mail
from scrub.verify.mp4 import verify_mp4
from scrub.verify.ogg import verify_ogg
from scrub.verify.pdf import verify_pdf
from scrub.verify.png import verify_png
from scrub.verify.text import verify_csv, verify_plain, verify_subrip, verify_webvtt

__all__ = ["Unverified", "verify"]

_MAX_DEPTH = 3
_MEDIA_TYPES = {extension: media_type for media_type, extension in CLEAN.items()}
_WORDS = {
    "text/plain": verify_plain,
    "text/csv": verify_csv,
    "application/x-subrip": verify_subrip,
    "text/vtt": verify_webvtt,
}


def verify(untrusted_output: bytes, media_type: str, depth: int = 0) -> None:
    """Raises Unverified unless every byte is accounted for by the allow-list of `media_type`. `depth` counts
    the files around this one.
    """
    try:
        _verify(untrusted_output, media_type, depth)
    except (ValueError, IndexError, struct.error):  # a ragged end
        raise Unverified from None


def _verify(untrusted_output: bytes, media_type: str, depth: int) -> None:
    require(depth <= _MAX_DEPTH)

    def inner(content: bytes, inner_type: str) -> None:
        verify(content, inner_type, depth + 1)

    match media_type:
        case "image/jpeg":
            verify_jpeg(untrusted_output)
        case "image/png":
            verify_png(untrusted_output)
        case "application/pdf":
            verify_pdf(untrusted_output)
        case "audio/ogg":
            verify_ogg(untrusted_output)
        case "video/mp4":
            verify_mp4(untrusted_output)
        case "text/plain" | "text/csv" | "application/x-subrip" | "text/vtt":
            _WORDS[media_type](untrusted_output)
        case "message/rfc822":
            verify_mail(untrusted_output, _MEDIA_TYPES, inner)
        case _ if media_type in verify_office.MEDIA_TYPES:
            verify_office.verify_office(untrusted_output, media_type, inner)
        case "application/zip":
            verify_archive(untrusted_output, _MEDIA_TYPES, inner)
        case _:
            raise Unverified
