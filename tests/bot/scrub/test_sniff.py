"""Types are told by content."""

from collections.abc import Callable

import pytest
from PIL import Image

from bot.scrub import SNIFF_BYTES, sniff


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("MPO", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("TIFF", "image/tiff"),
        ("BMP", "image/bmp"),
        ("AVIF", "image/avif"),
    ],
)
def test_what_pillow_writes(
    name: str, media_type: str, photo: Image.Image, encode: Callable[..., bytes]
) -> None:
    assert sniff(encode(photo, name)[:SNIFF_BYTES]) == media_type


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "image/avif"),
        (b"\0\0\0\x14ftypmif1\0\0\0\0mif1avif", "image/heif"),  # avif is beyond the box
        (b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc", "image/heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isomavif", None),
        (b"MM\0*", "image/tiff"),
        (b"MM\0+", "image/tiff"),
        (b"GIF88a", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"BM I wrote to you yesterday", None),
        (b"\xff\xd8", None),
        (b"%PDF-1.7", "application/pdf"),
        (b"\n\n%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_brands_and_strangers(head: bytes, media_type: str | None) -> None:
    assert sniff(head) == media_type
