"""What the page calls clean, judged by exiftool and Pillow: wherever a picture says more than it shows."""

import base64
import io
import json
import random
import shutil
import struct
import subprocess
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from page import build

CANARY = b"CANARY"
TOOLS = str(build.HERE.parent / ".tools" / "bin")
SAYS_NOTHING = {
    "bare",
    "palette",
    "one bit",
    "sixteen bits",
    "alpha",
    "in a stored block",
    "behind the zlib stream",
    "odd density",
}
GROUPS = (
    "XMP",
    "IPTC",
    "ICC_Profile",
    "Photoshop",
    "MPF",
    "JUMBF",
    "GPS",
    "MakerNotes",
    "ExifIFD",
    "IFD1",
    "File:Comment",
)


def cleaned(files: dict[str, bytes]) -> dict[str, tuple[bytes, list[str]] | str]:
    """What the page's own code makes of files: the copy and what was removed, or the family of the others."""
    given = json.dumps({name: base64.b64encode(data).decode() for name, data in files.items()})
    command = [build.node(), str(Path(__file__).with_name("run.mjs")), "clean.ts", str(build.HERE)]
    done = subprocess.run(command, input=given.encode(), capture_output=True, check=False, timeout=300)
    assert done.stderr == b""
    return {
        name: made if isinstance(made, str) else (base64.b64decode(made["content"]), made["removed"])
        for name, made in json.loads(done.stdout).items()
    }


def exiftool(files: list[Path]) -> dict[str, list[str]]:
    """The tags that exiftool finds, with their groups, by file name. Leaves the test out where it is not
    installed.
    """
    program = shutil.which("exiftool") or shutil.which("exiftool", path=TOOLS)
    if program is None:
        pytest.skip("left out: exiftool is not installed")
    done = subprocess.run([program, "-G1", "-a", "-u", "-j", *files], capture_output=True, check=False)
    return {Path(found["SourceFile"]).name: list(found) for found in json.loads(done.stdout)}


def pixels(data: bytes) -> bytes | None:
    with warnings.catch_warnings(action="ignore"):
        try:
            return Image.open(io.BytesIO(data)).convert("RGB").tobytes()
        except (OSError, SyntaxError):
            return None


def picture(mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((80, 60), 60).convert(mode)


def jpeg(mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    picture(mode).save(out, "JPEG", **options)
    return out.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def with_segments(data: bytes, *segments: bytes) -> bytes:
    return data[:2] + b"".join(segments) + data[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    picture(mode).save(out, "PNG", **options)
    return out.getvalue()


def with_chunks(data: bytes, *chunks: bytes, before: bytes = b"IDAT") -> bytes:
    at = data.index(before) - 4
    return data[:at] + b"".join(chunks) + data[at:]


def jpegs() -> Iterator[tuple[str, bytes]]:
    data = jpeg()
    everywhere = [segment(0xE0 + number, CANARY * 4) for number in range(16)]
    yield "every APP", with_segments(data, *everywhere, segment(0xFE, CANARY))
    yield "XMP", with_segments(data, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + CANARY))
    yield (
        "IPTC",
        with_segments(
            data, segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x50\0\x06" + CANARY)
        ),
    )
    yield "C2PA", with_segments(data, segment(0xEB, b"JP\0\1\0\0\0\1" + b"\0\0\0\x20jumb" + CANARY))
    yield "MPF", with_segments(data, segment(0xE2, b"MPF\0" + CANARY)) + data + CANARY
    yield (
        "JFIF with a picture",
        with_segments(data[:2] + data[20:], segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\1\2" + CANARY)),
    )
    yield "Adobe with more", with_segments(data, segment(0xEE, b"Adobe\0d\0\0\0\0\1" + CANARY))
    yield "odd density", data[:2] + segment(0xE0, b"JFIF\0\1\2\2\x43\x41\x4e\x41\0\0") + data[20:]
    scan = data.index(b"\xff\xda")
    yield "between tables and scan", data[:scan] + segment(0xFE, CANARY) + data[scan:]
    progressive = jpeg(progressive=True)
    second = progressive.index(b"\xff\xda", progressive.index(b"\xff\xda") + 2)
    yield "between scans", progressive[:second] + segment(0xE5, CANARY) + progressive[second:]
    yield "CMYK", with_segments(jpeg("CMYK"), segment(0xFE, CANARY))
    yield "gray", with_segments(jpeg("L"), segment(0xFE, CANARY))
    yield "fill bytes", data[:2] + b"\xff" * 9 + segment(0xFE, CANARY) + data[2:]
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x927C] = 8, "CANARY", b"CANARY"
    exif.get_ifd(0x8825)[29] = "CANARY"
    yield "EXIF", jpeg(exif=exif, icc_profile=CANARY * 9, comment=CANARY)
    yield (
        "EXIF twice",
        with_segments(
            jpeg(exif=exif), segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\3CA")
        ),
    )
    yield (
        "EXIF in a circle",
        with_segments(
            data, segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x08" + CANARY)
        ),
    )


def pngs() -> Iterator[tuple[str, bytes]]:
    data = png()
    kinds = [
        b"tEXt",
        b"zTXt",
        b"iTXt",
        b"tIME",
        b"eXIf",
        b"iCCP",
        b"pHYs",
        b"sPLT",
        b"caBX",
        b"vpAg",
        b"gAMA",
    ]
    yield "every chunk", with_chunks(data, *(chunk(kind, CANARY * 3) for kind in kinds))
    yield "behind the pixels", with_chunks(data, chunk(b"tEXt", CANARY), before=b"IEND")
    yield "trailer", data + CANARY
    packed = zlib.compress(bytes(61 * 80 * 3))
    body = data.index(b"IDAT")
    size = struct.unpack(">I", data[body - 4 : body])[0]
    pixels = zlib.decompress(data[body + 4 : body + 4 + size])
    head, tail = data[: body - 4], data[body + 8 + size :]
    yield "behind the zlib stream", head + chunk(b"IDAT", zlib.compress(pixels) + CANARY) + tail
    yield "more pixels than there are", head + chunk(b"IDAT", zlib.compress(pixels + CANARY)) + tail
    yield "in a stored block", head + chunk(b"IDAT", zlib.compress(pixels, 0)) + tail
    yield "fewer pixels", head + chunk(b"IDAT", packed[:40]) + tail
    yield "palette", png("P")
    yield "one bit", png("1")
    yield "sixteen bits", png("I;16")
    yield "alpha", png("RGBA")
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "CANARY")
    yield "XMP", png(pnginfo=info)
    yield "a palette beside colours", with_chunks(data, chunk(b"PLTE", CANARY * 128))
    yield "bomb", head + chunk(b"IDAT", zlib.compress(bytes(10**8))) + tail
    yield "an unknown chunk that has to be understood", with_chunks(data, chunk(b"CANA", CANARY))
    frames = io.BytesIO()
    picture().save(frames, "PNG", save_all=True, append_images=[picture()])
    yield "animation", frames.getvalue()


def webp(mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    shown = picture(mode if mode != "RGBA" else "RGB")
    if mode == "RGBA":
        shown.putalpha(picture("L"))
    shown.save(out, "WEBP", **options)
    return out.getvalue()


def with_riff(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    more = b"".join(
        kind + struct.pack("<I", len(body)) + body + b"C" * (len(body) % 2) for kind, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(data) + len(more) - 8) + data[8:] + more


def webps() -> Iterator[tuple[str, bytes]]:
    exif = Image.Exif()
    exif[0x0110] = "CANARY"
    told: dict[str, Any] = {"exif": exif, "icc_profile": CANARY * 9, "xmp": CANARY}
    yield "all of it", webp(**told)
    yield "lossless", webp(lossless=True, **told)
    yield "alpha", webp("RGBA", **told)
    yield "alpha, lossless", webp("RGBA", lossless=True, **told)
    yield "bare", webp()
    yield "unknown chunks", with_riff(webp(), (b"CANA", CANARY + b"x"), (b"JUNK", CANARY))
    yield "trailer", webp() + CANARY
    exif[0x0112] = 6
    yield "on its side", webp(exif=exif)
    yield "animation", webp(save_all=True, append_images=[picture()])
    yield "two pictures", with_riff(webp(), (b"VP8 ", CANARY))
    yield "longer than the file", webp()[:-9]


KINDS = (("JPEG", jpegs()), ("PNG", pngs()), ("WebP", webps()))
FILES = {f"{kind}: {name}": data for kind, made in KINDS for name, data in made}
NOT_TAKEN = {
    "PNG: more pixels than there are",
    "PNG: fewer pixels",
    "PNG: bomb",
    "PNG: an unknown chunk that has to be understood",
    "PNG: animation",
    "WebP: on its side",
    "WebP: animation",
    "WebP: two pictures",
    "WebP: longer than the file",
    "WebP: alpha",  # what was rubbed out may lie beneath, and it is not decoded
    "WebP: alpha, lossless",
}


def test_nothing_of_what_a_picture_says_beside_its_pixels_is_left(tmp_path: Path) -> None:
    made, compared = cleaned(FILES), 0
    # A browser refuses bytes behind the zlib stream, Node passes over them.
    assert {name for name, of in made.items() if isinstance(of, str)} == NOT_TAKEN
    for name, of in made.items():
        if isinstance(of, str):
            continue
        copy, removed = of
        assert CANARY not in copy, name
        assert removed or name.split(": ")[1] in SAYS_NOTHING, name
        (tmp_path / name).write_bytes(copy)
        assert pixels(copy) is not None, name
        if (before := pixels(FILES[name])) is not None:  # Pillow reads no PNG with damaged text
            assert pixels(copy) == before, name
            compared += 1
    tags = exiftool(list(tmp_path.iterdir()))
    assert {name: [tag for tag in found if tag.startswith(GROUPS)] for name, found in tags.items()} == {
        name: [] for name in FILES if name not in NOT_TAKEN
    }
    assert compared > len(FILES) - len(NOT_TAKEN) - 3


def hidden_below(mode: str, alpha: int, **options: object) -> bytes:
    """A picture of which one half is clear, with another picture beneath."""
    shown = picture("RGB").convert(mode)
    clear = Image.new("L", shown.size, 255)
    clear.paste(alpha, (0, 0, 40, 60))
    shown.putalpha(clear)
    out = io.BytesIO()
    shown.save(out, "PNG", **options)
    return out.getvalue()


def interlaced(data: bytes) -> bytes:
    """The same pixels in the seven passes of Adam7: RGBA with eight bits."""
    shown = Image.open(io.BytesIO(data))
    raw = b""
    for x, y, dx, dy in (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):
        for row in range(y, shown.height, dy):
            line = [shown.getpixel((column, row)) for column in range(x, shown.width, dx)]
            raw += b"\0" + b"".join(bytes(pixel) for pixel in line if isinstance(pixel, tuple))
    head = struct.pack(">IIBBBBB", shown.width, shown.height, 8, 6, 0, 0, 1)
    return data[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def test_what_was_rubbed_out_is_not_beneath_what_is_clear() -> None:
    """An eraser in many a program makes a name clear, and leaves it where it was."""
    files = {f"{mode} {alpha}": hidden_below(mode, alpha) for mode in ("RGB", "L") for alpha in (0, 1, 7)}
    files["Adam7"] = interlaced(hidden_below("RGB", 0))
    for name, of in cleaned(files).items():
        assert not isinstance(of, str), name
        copy, removed = of
        assert removed == ["other_metadata"], name
        now, before = (Image.open(io.BytesIO(data)).convert("RGBA") for data in (copy, files[name]))
        assert now.crop((0, 0, 40, 60)).getextrema() == ((0, 0),) * 4, name
        assert now.crop((40, 0, 80, 60)).tobytes() == before.crop((40, 0, 80, 60)).tobytes(), name


def test_nothing_is_written_in_a_palettes_colours_that_no_pixel_has() -> None:
    shown = Image.new("P", (9, 9))
    shown.putpalette(b"\1\2\3" + (CANARY * 128)[:765])
    for bits in (8, 4):
        out = io.BytesIO()
        shown.save(out, "PNG", bits=bits)
        assert CANARY in out.getvalue()
        of = cleaned({"palette": out.getvalue()})["palette"]
        assert not isinstance(of, str)
        assert of[1] == ["other_metadata"]
        assert CANARY not in of[0]
        assert pixels(of[0]) == b"\1\2\3" * 81


def test_two_clear_colours_of_a_palette_draw_nothing_that_is_called_clean() -> None:
    shown = Image.new("P", (8, 8), 1)
    shown.putpalette(bytes(9))
    shown.paste(2, (2, 2, 5, 5))
    out = io.BytesIO()
    shown.save(out, "PNG", transparency=b"\xff\0\0")
    assert cleaned({"two": out.getvalue()}) == {"two": "picture"}


def test_a_jpegs_tables_and_scans_say_nothing_beside_the_picture() -> None:
    """What no scan uses, and what a later scan paints over, can hold words or another picture."""
    data, progressive = jpeg("L"), jpeg(progressive=True)
    written = (CANARY * 11)[:64]
    scan, late = data.index(b"\xff\xda"), progressive.index(b"\xff\xda")
    second = progressive.index(b"\xff\xda", late + 2)
    long = bytes([255] * 16) + (CANARY * 700)[: 16 * 255]
    files = {
        "a table that is written over": with_segments(data, segment(0xDB, b"\0" + written)),
        "a table that nothing uses": with_segments(data, segment(0xDB, b"\3" + written)),
        "codes that can not be": with_segments(data, segment(0xC4, b"\x13" + long)),
        "codes that nothing uses": with_segments(
            data, segment(0xC4, b"\x13" + bytes(15) + b"\6" + b"CANRYS")
        ),
        "restarts of nothing": with_segments(data, *[segment(0xDD, b"\0\0")] * 9),
        "the picture twice": data[:-2] + data[scan:],
        "a scan twice": progressive[:second] + progressive[late:],
    }
    assert cleaned(files) == dict.fromkeys(files, "picture")
    assert not any(isinstance(of, str) for of in cleaned({"one": data, "two": progressive}).values())


@pytest.mark.long
def test_a_thousand_harmed_pictures_are_clean_or_not_taken() -> None:
    """Whatever a harmed file is called clean as, cleaning it again changes nothing and removes nothing."""
    rng = random.Random(17)
    harmed = {}
    for number in range(1000):
        data = bytearray(rng.choice(list(FILES.values())))
        if len(data) > 100_000:
            continue
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data) - 1)
            match rng.randrange(4):
                case 0:
                    data[at] = rng.choice([0, 0xFF, 0xD9, 0xDA, 0xE1, rng.randrange(256)])
                case 1:
                    del data[at : min(at + rng.randint(1, 200), len(data) - 9)]
                case 2:
                    data[at:at] = CANARY
                case _:
                    data[at:at] = data[rng.randrange(len(data)) :][:300]
        harmed[str(number)] = bytes(data)
    first = {name: of for name, of in cleaned(harmed).items() if not isinstance(of, str)}
    assert 100 < len(first) < len(harmed)
    again = cleaned({name: copy for name, (copy, _) in first.items()})
    for name, (copy, _) in first.items():
        assert again[name] == (copy, []), name
