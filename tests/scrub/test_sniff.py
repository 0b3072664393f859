"""Types are told by content."""

from collections.abc import Callable

import pytest
from PIL import Image

from scrub.sniff import SNIFF_BYTES, sniff


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
        (b"\0\0\0\x18ftypmp42\0\0\0\0isomavif", "video/mp4"),
        (b"\0\0\0\x14ftypM4A \0\0\0\0isom", "audio/mp4"),
        (b"\0\0\0\x14ftyp3gp5\0\0\0\0isom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"),
        (b"\0\0\0\x14ftypcrx \0\0\0\0isom", None),  # a camera raw
        (b"\0\0\0\x08wide\0\0\1\0mdat", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3", "video/webm"),
        (b"OggS", "audio/ogg"),
        (b"ID3\4", "audio/mpeg"),
        (b"\xff\xfb\x90\x44", "audio/mpeg"),
        (b"\xff\xfeh\0e\0l\0l\0o\0", "text/plain"),  # UTF-16 words
        (b"\xff\xfb\xf0\x44", None),  # no such bit rate
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"fLaC", "audio/flac"),
        (b"#!AMR\n", "audio/amr"),
        (b"#!AMR-WB\n", "audio/amr"),
        (b"\xff\x0a\x1d\x30", "image/jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
        (b"\0\0\0\x0cJXL \n\r\x87\n", None),
        (b"MM\0*", "image/tiff"),
        (b"MM\0+", "image/tiff"),
        (b"GIF88a", "text/plain"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"BM I wrote to you yesterday", "text/plain"),
        (b"\xff\xd8", None),
        (b"%PDF-1.7", "application/pdf"),
        (b"\n\n%PDF-1.7", "application/pdf"),
        (b"\x01" * 90 + b"%PDF-1.7", "application/pdf"),
        (b"#!/bin/sh\nPK\x03\x04" + bytes(60) + b"a.pdf%PDF-1.7", None),  # a file of an archive
        (b"PK\x03\x04", "application/zip"),
        (b"", None),
    ],
)
def test_brands_and_strangers(head: bytes, media_type: str | None) -> None:
    assert sniff(head) == media_type
