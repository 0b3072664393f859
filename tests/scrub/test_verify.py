"""The second reading: accepts what the engine writes, and catches whatever is slipped into it."""

import struct
import zlib
from collections.abc import Callable, Iterator

import pytest
from PIL import Image, ImageDraw

from scrub import pixels
from scrub.isolation import judge
from scrub.isolation.wire import pack_media_type
from scrub.report import EXTENSIONS, Clean
from scrub.sniff import sniff
from scrub.verify.jpeg_tables import jpeg_head


def _accepted(data: bytes) -> bool:
    media_type = sniff(data)
    media_type = media_type if media_type in EXTENSIONS else "image/png"
    return judge.verify_task(pack_media_type(media_type), data) == (b"\x01",)


@pytest.fixture
def jpeg(photo: Image.Image) -> bytes:
    return pixels.jpeg(pixels.fresh(photo.copy()))


@pytest.fixture
def png(screenshot: Image.Image) -> bytes:
    return pixels.png(pixels.fresh(screenshot))


@pytest.fixture
def apng(encode: Callable[..., bytes], clean: Callable[[bytes], Clean]) -> bytes:
    frames = [Image.new("RGB", (20, 16), (index * 80, 0, 90)) for index in range(3)]
    return clean(encode(frames[0], "GIF", save_all=True, append_images=frames[1:])).content


def test_our_own_outputs_pass_whatever_their_size(photo: Image.Image, screenshot: Image.Image) -> None:
    for width in (1, 2, 7, 8, 9, 15, 16, 17, 33):
        for height in (1, 8, 17):
            for mode in ("L", "RGB"):
                piece = photo.resize((width, height)).convert(mode)
                assert _accepted(pixels.jpeg(pixels.fresh(piece.copy())))
                assert _accepted(pixels.png(pixels.fresh(piece.copy())))
            assert _accepted(pixels.png(pixels.fresh(screenshot.resize((width, height)).convert("RGBA"))))


def test_a_noisy_picture_passes() -> None:
    """Every code of the Huffman tables and every padding of the last byte occurs."""
    for seed in range(20):
        noise = Image.effect_noise((64 + seed, 64), 120)
        assert _accepted(pixels.jpeg(noise))
        assert _accepted(pixels.png(noise))


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each segment up to the scan's header."""
    at = 2
    while data[at + 1] != 0xDA:
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield at, at + 2 + length
        at += 2 + length
    yield at, at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def test_an_injected_segment_is_caught_at_every_place(jpeg: bytes) -> None:
    places = [2, *(end for _, end in _segments(jpeg))]
    for marker in (*range(0xE0, 0xF0), 0xFE, 0xDB, 0xC4, 0xDD, 0xDC, 0x01, 0xFF):
        for place in places:
            assert not _accepted(jpeg[:place] + _segment(marker, b"CANARY") + jpeg[place:])


def test_any_changed_byte_before_the_scan_is_caught(jpeg: bytes) -> None:
    """But for the four bytes of the size, where another size is another (unreadable) picture of ours."""
    scan = list(_segments(jpeg))[-1][1]
    size = range(20 + 2 * 69 + 5, 20 + 2 * 69 + 9)
    for at in range(scan):
        if at not in size:
            assert not _accepted(jpeg[:at] + bytes([jpeg[at] ^ 0x41]) + jpeg[at + 1 :])


def test_what_hides_inside_or_after_the_scan_is_caught(jpeg: bytes) -> None:
    middle = len(jpeg) - 200
    for hidden in (
        b"\xff\xfe\0\6MARK",
        b"\xff\xd9MARK",
        b"\xff\xd0",
        b"\xff\xda\0\2",
        b"\xff\xff",
        b"\xff\xe1\0\2",
    ):
        assert not _accepted(jpeg[:middle] + hidden + jpeg[middle:])
    for trailer in (b"\0", b"M", b"\xff\xd9", jpeg, b"PK\3\4", b"\xff\xd8\xff\xd9"):
        assert not _accepted(jpeg + trailer)
    assert not _accepted(jpeg[:-2])
    assert not _accepted(jpeg[:-1])


@pytest.mark.parametrize(
    "options",
    [
        {"quality": 91},
        {"quality": 90, "subsampling": 0},
        {"quality": 90, "progressive": True},
        {"quality": 90, "optimize": True},
        {"quality": 90, "dpi": (72, 72)},
        {"quality": 90, "comment": b"x"},
        {"quality": 90, "restart_marker_blocks": 1},
        {"quality": 90, "icc_profile": b"x" * 128},
    ],
)
def test_a_jpeg_of_another_making_is_caught(
    options: dict[str, object], photo: Image.Image, encode: Callable[..., bytes]
) -> None:
    assert not _accepted(encode(photo, "JPEG", **options))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunk_ends(data: bytes) -> list[int]:
    ends, at = [8], 8
    while at < len(data):
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        ends.append(at)
    return ends


@pytest.mark.parametrize(
    "kind",
    [
        *(b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"tIME", b"pHYs", b"gAMA", b"sRGB", b"bKGD", b"prVt"),
        *(b"caBX", b"PLTE", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"IDAT", b"IEND", b"IHDR", b"\0\0\0\0"),
    ],
)
def test_an_injected_chunk_is_caught_at_every_place(kind: bytes, png: bytes, apng: bytes) -> None:
    for data in (png, apng):
        for place in _chunk_ends(data):
            assert not _accepted(data[:place] + _chunk(kind, b"CANARY") + data[place:])
            assert not _accepted(data[:place] + _chunk(kind, b"") + data[place:])


def test_trailing_bytes_are_caught(png: bytes, apng: bytes) -> None:
    for data in (png, apng):
        for trailer in (b"\0", b"CANARY", data):
            assert not _accepted(data + trailer)
        for cut in (1, 4, 12, 40):
            assert not _accepted(data[:-cut])


def test_any_changed_byte_is_caught_by_a_checksum(apng: bytes) -> None:
    for at in range(len(apng)):
        assert not _accepted(apng[:at] + bytes([apng[at] ^ 0x11]) + apng[at + 1 :])


def _rebuilt(width: int, height: int, stream: bytes, *, ihdr: bytes = b"\x08\0\0\0\0") -> bytes:
    header = struct.pack(">II", width, height) + ihdr
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", stream) + _chunk(b"IEND", b"")


def test_what_hides_in_the_compressed_stream_is_caught() -> None:
    rows = b"\0abcd" * 4
    assert _accepted(_rebuilt(4, 4, zlib.compress(rows)))
    assert not _accepted(_rebuilt(4, 4, zlib.compress(rows + b"CANARY")))  # more than the picture
    assert not _accepted(_rebuilt(4, 4, zlib.compress(rows)[:-4] + b"\0\0\0\0"))  # Adler-32
    assert not _accepted(_rebuilt(4, 4, zlib.compress(rows) + b"CANARY"))  # after the stream
    assert not _accepted(_rebuilt(4, 4, zlib.compress(rows)[:-5]))  # cut
    assert not _accepted(_rebuilt(4, 4, zlib.compress(rows[:-1])))  # less than the picture
    assert not _accepted(_rebuilt(4, 4, zlib.compress(b"\5abcd" * 4)))  # a filter type that PNG doesn't have
    assert not _accepted(_rebuilt(4, 4, b""))
    for ihdr in (
        b"\x08\0\0\0\1",
        b"\x10\0\0\0\0",
        b"\x08\3\0\0\0",
        b"\x08\0\1\0\0",
        b"\x08\0\0\1\0",
        b"\x08\4\0\0\0",
    ):
        assert not _accepted(_rebuilt(4, 4, zlib.compress(rows), ihdr=ihdr))


def test_a_stream_that_inflates_without_end_is_caught_early() -> None:
    bomb = zlib.compress(bytes(64 << 20), 9)
    assert not _accepted(_rebuilt(4, 4, bomb))
    assert not _accepted(_rebuilt(0x7FFFFFFF, 0x7FFFFFFF, bomb))


def test_animations_are_checked_frame_by_frame(apng: bytes) -> None:
    """Sequence numbers, rectangles, disposal and count: each changed with a correct checksum."""
    at = apng.index(b"fcTL", apng.index(b"fcTL") + 4) + 4
    body = apng[at : at + 26]
    for place, value in ((3, 9), (7, 200), (15, 19), (23, 7), (24, 2), (25, 1)):
        changed = body[:place] + bytes([value]) + body[place + 1 :]
        assert not _accepted(apng.replace(_chunk(b"fcTL", body), _chunk(b"fcTL", changed)))
    for frames, plays in ((2, 1), (4, 1), (3, 7), (0, 0), (0xFFFFFFFF, 0)):
        control = apng[41 : 41 + 8]
        changed = apng.replace(_chunk(b"acTL", control), _chunk(b"acTL", struct.pack(">II", frames, plays)))
        assert changed != apng
        assert not _accepted(changed)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF",
        bytes(100),
        b"%PDF-1.7",
        jpeg_head(8, 8, 3),
        jpeg_head(8, 8, 3) + b"\xff\xd9",
        jpeg_head(0, 8, 3) + b"a\xff\xd9",
        jpeg_head(65500, 65500, 3) + b"a\xff\xd9",
    ],
)
def test_what_is_no_output_of_ours_is_caught(data: bytes) -> None:
    assert not _accepted(data)


def test_the_head_is_what_libjpeg_writes(photo: Image.Image) -> None:
    """Two sources of one truth: tables from the standard here, from the library there."""
    assert pixels.jpeg(pixels.fresh(photo.copy())).startswith(jpeg_head(96, 64, 3))
    assert pixels.jpeg(pixels.fresh(photo.convert("L"))).startswith(jpeg_head(96, 64, 1))


def test_many_outputs_pass_and_many_injections_do_not() -> None:
    for seed in range(40):
        image = Image.new("RGB", (30 + seed, 20), (seed * 6, 90, 255 - seed * 5))
        ImageDraw.Draw(image).ellipse((3, 3, 12 + seed % 9, 15), fill=(255, seed, 0))
        outputs = (pixels.jpeg(image), b"\xff\xfe\0\3x"), (pixels.png(image), _chunk(b"tEXt", b"Comment\0x"))
        for data, hidden in outputs:
            assert _accepted(data)
            for place in (2, 20, 33, len(data) - 12, len(data)):
                assert not _accepted(data[:place] + hidden + data[place:])
