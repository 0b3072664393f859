"""Bombs, lies, ragged ends and random damage: a code or a clean picture, in bounded time, and nothing
else.
"""

import asyncio
import io
import random
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from scrub import engine
from scrub.inventory import jpeg as jpeg_inventory
from scrub.report import REFUSALS, Clean, Refused
from scrub.scrubber import Scrubber
from tests.scrub.fates import fate

Encode = Callable[..., bytes]
_NAMES = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF")


@pytest.fixture
def hosts(photo: Image.Image, encode: Encode, heif: Callable[..., bytes]) -> dict[str, bytes]:
    exif = Image.Exif()
    exif[271] = "maker"
    return {name: encode(photo, name, exif=exif) for name in _NAMES} | {"HEIC": heif()}


def test_empty_and_tiny_inputs() -> None:
    assert fate(b"") == "unsupported"
    for head in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"II*\0", b"MM\0+"):
        assert fate(head) in ("broken", "truncated")
    assert fate(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic") == "broken"


def test_a_file_cut_anywhere_is_refused_or_kept_as_far_as_it_goes(hosts: dict[str, bytes]) -> None:
    for name, data in hosts.items():
        for end in range(0, len(data), 64):
            fate(data[:end])
        in_part = name in ("JPEG", "PNG", "BMP", "GIF", "TIFF")
        assert fate(data[: len(data) * 19 // 20]) in (
            ("clean",) if in_part else ("truncated", "broken", "clean")
        )


def test_two_thousand_scans_are_a_bomb(photo: Image.Image, encode: Encode) -> None:
    progressive = encode(photo, "JPEG", progressive=True)
    last = progressive.rindex(b"\xff\xda")
    bomb = progressive[:last] + progressive[last:-2] * 2000 + b"\xff\xd9"
    assert fate(progressive) == "clean"
    assert fate(bomb) == "bomb"


def test_few_scans_of_a_huge_picture_are_a_bomb(
    monkeypatch: pytest.MonkeyPatch, photo: Image.Image, encode: Encode
) -> None:
    monkeypatch.setattr(jpeg_inventory, "MAX_SCAN_PIXELS", 96 * 64 * 5)
    assert fate(encode(photo, "JPEG", progressive=True)) == "bomb"
    assert fate(encode(photo, "JPEG")) == "clean"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + _chunk(b"IEND", b"")


def _huge(hosts: dict[str, bytes]) -> dict[str, bytes]:
    """65535 x 65535 (WebP: 16384 x 16384) declared in a few kilobytes."""
    side = 0xFFFF
    jpeg = bytearray(hosts["JPEG"])
    struct.pack_into(">HH", jpeg, jpeg.index(b"\xff\xc0") + 5, side, side)
    bmp = bytearray(hosts["BMP"])
    struct.pack_into("<ii", bmp, 18, side, side)
    tiff = io.BytesIO()
    Image.new("1", (1, 1)).save(tiff, "TIFF")
    wide = tiff.getvalue().replace(struct.pack("<HHII", 256, 4, 1, 1), struct.pack("<HHII", 256, 4, 1, side))
    wide = wide.replace(struct.pack("<HHII", 257, 4, 1, 1), struct.pack("<HHII", 257, 4, 1, side))
    webp = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (0x3FFF).to_bytes(3, "little") * 2
    return {
        "JPEG": bytes(jpeg),
        "PNG": _png(side, side, _chunk(b"IDAT", zlib.compress(bytes(1000)))),
        "GIF": b"GIF89a" + struct.pack("<HHBBB", side, side, 0, 0, 0) + hosts["GIF"][13:],
        "BMP": bytes(bmp),
        "TIFF": wide,
        "WEBP": webp,
    }


def test_declared_sizes_are_not_believed(hosts: dict[str, bytes]) -> None:
    for name, data in _huge(hosts).items():
        assert len(data) < 64_000
        assert fate(data) in ("too_large", "bomb", "broken"), name


def test_a_stream_that_inflates_without_end_is_stopped() -> None:
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    stream = b"".join([*(packer.compress(block) for _ in range(64)), packer.flush()])
    assert fate(_png(10, 10, _chunk(b"IDAT", stream))) in ("clean", "broken")
    profile = _chunk(b"iCCP", b"x\0\0" + stream)
    assert fate(_png(10, 10, profile, _chunk(b"IDAT", zlib.compress(bytes(310))))) in ("clean", "broken")


def test_too_many_frames_are_a_bomb(encode: Encode, hosts: dict[str, bytes]) -> None:
    gif = hosts["GIF"]
    image = gif.index(b"\x2c", 13 + 768)
    assert fate(gif[:-1] + gif[image:-1] * 1100 + b";") == "bomb"
    frames = _chunk(b"acTL", struct.pack(">II", 1 << 30, 0))
    assert fate(_png(10, 10, frames, _chunk(b"IDAT", zlib.compress(bytes(310))))) == "bomb"
    webp = encode(
        Image.new("RGB", (8, 8)), "WEBP", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")]
    )
    frame = webp[webp.rindex(b"ANMF") :]
    body = webp[8:] + frame * 1100
    assert fate(b"RIFF" + struct.pack("<I", len(body)) + body) == "bomb"


def test_a_directory_that_points_to_itself_ends(encode: Encode, photo: Image.Image) -> None:
    tiff = bytearray(encode(photo, "TIFF"))
    (first,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, first)
    struct.pack_into("<I", tiff, first + 2 + 12 * count, first)
    assert fate(bytes(tiff)) in ("clean", "broken")


def test_lies_about_the_type(hosts: dict[str, bytes], heif: Callable[..., bytes]) -> None:
    avif = hosts["AVIF"]
    assert fate(avif[:8] + b"heic" + avif[12:]) in ("mislabeled", "broken")
    assert fate(heif(brand=b"avif")) == "mislabeled"
    assert fate(b"\xff\xd8\xff" + hosts["PNG"]) == "broken"
    assert fate(b"GIF89a" + hosts["JPEG"]) != "clean"
    assert fate(b"RIFF\xff\xff\xff\xffWEBP" + hosts["PNG"]) in ("broken", "truncated")
    assert fate(b"PK\3\4" + bytes(100)) in ("broken", "truncated")
    for other in (b"<svg xmlns=''/>", b"<html>", b"MZ", b"\x7fELF", b"8BPS\0\1"):
        assert fate(other + bytes(100)) == "unsupported"


def test_a_polyglot_leaves_its_second_self_behind(hosts: dict[str, bytes]) -> None:
    for name in ("JPEG", "PNG", "GIF", "BMP", "WEBP"):
        result = engine.scrub(hosts[name] + b"PK\3\4<script>CANARY</script>%PDF-1.7")
        assert "trailer" in result.removed
        assert b"CANARY" not in result.content


def test_an_item_whose_kind_kills_the_heif_decoder_never_reaches_it(heif: Callable[..., bytes]) -> None:
    assert fate(heif([(b"E\xeaif", b"anything")])) == "broken"


def test_a_raw_file_is_refused_and_not_reduced_to_its_preview(photo: Image.Image, encode: Encode) -> None:
    assert fate(b"II*\0\x10\0\0\0CR\2\0" + bytes(100)) == "unsupported"
    info = {50706: b"\1\4\0\0"}
    assert fate(encode(photo, "TIFF", tiffinfo=info)) == "unsupported"


_ABSURD = [
    b"",
    b"Exif\0\0",
    b"II*\0\xff\xff\xff\xff",
    b"MM\0*\0\0\0\x08\xff\xff",
    b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\x08\0\0\0",  # the next directory is this one
    b"II*\0\x08\0\0\0\1\0\x25\x88\4\0\1\0\0\0\x08\0\0\0\0\0\0\0",  # GPS is this one
    b"II*\0\x08\0\0\0\1\0\x12\1\5\0\xff\xff\xff\xff\0\0\0\0",  # 4 billion rationals
    b"II*\0\x08\0\0\0\1\0\x12\1\x0c\0\1\0\0\0\x1a\0\0\0\0\0\0\0" + struct.pack("<d", float("nan")),
    b"II*\0\x08\0\0\0\1\0\x1a\1\5\0\1\0\0\0\x1a\0\0\0\0\0\0\0" + bytes(8),  # 0/0
    b"II*\0\x08\0\0\0\1\0\x12\1\xee\xee\1\0\0\0\6\0\0\0\0\0\0\0",  # a type that doesn't exist
    b"MM\0*\0\0\0\x08" + b"\0\xff" + b"\xff" * 3000,
    b"\xff" * 60_000,
]


def test_absurd_exif_harms_nobody(
    photo: Image.Image, encode: Encode, clean: Callable[[bytes], Clean]
) -> None:
    jpeg, png = encode(photo, "JPEG"), encode(photo, "PNG")
    for block in _ABSURD:
        segment = b"\xff\xe1" + struct.pack(">H", len(block) + 8) + b"Exif\0\0" + block
        assert isinstance(clean(jpeg[:20] + segment + jpeg[20:]), Clean)
        assert isinstance(clean(png[:33] + _chunk(b"eXIf", block) + png[33:]), Clean)
        fate(b"II*\0" + block)


def test_ragged_metadata_blocks_never_stop_a_scrub(
    photo: Image.Image, encode: Encode, clean: Callable[[bytes], Clean]
) -> None:
    jpeg = encode(photo, "JPEG")
    for body in (
        b"Photoshop 3.0\0" + b"8BIM\4\4\xff",
        b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\xff\xff\xff\xff",
        b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\5\x1c\2\x50\xff\xff",
    ):
        segment = b"\xff\xed" + struct.pack(">H", len(body) + 2) + body
        assert "other_metadata" in clean(jpeg[:20] + segment + jpeg[20:]).removed or body[-1] == 0xFF
    png = encode(photo, "PNG")
    for kind, body in (
        (b"zTXt", b""),
        (b"iTXt", b"\0\1"),
        (b"tEXt", b"Raw profile type exif\0zz"),
        (b"iCCP", b""),
    ):
        fate(png[:33] + _chunk(kind, body) + png[33:])


def _mutations(hosts: dict[str, bytes], count: int, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    mutated = []
    for number in range(count):
        data = bytearray(hosts[sorted(hosts)[number % len(hosts)]])
        for _ in range(chance.choice((1, 1, 2, 8, 40))):
            at = chance.randrange(12, len(data)) if chance.random() < 0.5 else chance.randrange(12, 200)
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    data[at : at + 4] = struct.pack(">I", chance.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF)))
                case 2:
                    del data[at : at + chance.randrange(1, 30)]
                case _:
                    data[at:at] = chance.randbytes(chance.randrange(1, 30))
        mutated.append(bytes(data))
    return mutated


async def _scrub_all(scrubber: Scrubber, inputs: list[bytes]) -> list[Clean | Refused]:
    return await asyncio.gather(*(scrubber.scrub(data) for data in inputs))


def _check(results: list[Clean | Refused]) -> None:
    for result in results:
        if isinstance(result, Refused):
            assert result.reason in REFUSALS
            assert result.reason not in ("unverified", "timeout")


async def test_random_damage_is_clean_or_refused(hosts: dict[str, bytes], in_children: Scrubber) -> None:
    """Through the real processes: a decoder that crashes would take only its child along."""
    results = await _scrub_all(in_children, _mutations(hosts, 300, seed=1))
    _check(results)
    assert any(isinstance(result, Clean) for result in results)
    assert any(isinstance(result, Refused) for result in results)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 6))
async def test_much_random_damage_is_clean_or_refused(
    seed: int, hosts: dict[str, bytes], in_children: Scrubber
) -> None:
    _check(await _scrub_all(in_children, _mutations(hosts, 2000, seed)))
