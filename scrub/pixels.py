"""Pixels into bytes, for every family that has some: with fixed settings, so that every output looks as if it
came from the same program.

JPEG: quality 90, 4:2:0, baseline, the standard Huffman tables; a large one has a restart marker after each
`STRIP_ROWS`, so that its strips can be encoded one by one. PNG: 8 bits, one zlib level.
`scrub.verify` knows these settings independently; change both or nothing verifies.
"""

import io
import struct
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from PIL import Image

from scrub.report import Refusal

JPEG_QUALITY = 90
PNG_LEVEL = 6
STRIP_ROWS = 128
_LARGE = 1 << 20  # dots
_BLOCK_ROWS = 16
_PIECE = 1 << 18
_EOI = b"\xff\xd9"
_SOF, _SOS = b"\xff\xc0\0\x11", b"\xff\xda\0\x0c"


@contextmanager
def decoding() -> Iterator[None]:
    """Turns whatever a decoder raises into a Refusal. MemoryError becomes `too_large`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except Refusal:
        raise
    except MemoryError:
        raise Refusal("too_large") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refusal("bomb") from None
    except Exception as error:  # a decoder may raise anything; the text of it stays here
        raise Refusal("truncated" if "truncated" in str(error).lower() else "broken") from None


def fresh(image: Image.Image) -> Image.Image:
    """A new picture of the same dots, with no info, palette or plug-in state. `image` is closed.

    L, RGB or RGBA. The dots themselves are handed over: to copy them took a fifth of a photo's time, and 100
    megapixels are 400 MB.
    """
    image.load()
    handed = bare(image)
    image.close()
    return handed


def bare(image: Image.Image) -> Image.Image:
    """The same dots, in the same memory, with nothing besides; also while a decoder fills them."""
    return Image.new(image.mode, (1, 1))._new(image.im)


def jpeg(image: Image.Image) -> bytes:
    """`image` is L or RGB and `fresh`."""
    return _encoded(image, restarts=image.mode == "RGB" and in_strips(image.size))


def in_strips(size: tuple[int, int]) -> bool:
    """Whether the JPEG of a colour picture has restart markers."""
    width, height = size
    return width * height >= _LARGE and height > STRIP_ROWS


def jpeg_strip(image: Image.Image, box: tuple[int, int, int, int]) -> bytes:
    """`image` is RGB and `fresh`; `box`: the next `STRIP_ROWS` rows of it, or what is left. What `jpeg` would
    make of a copy of those, without one: a copy took a fifth of the encoder's time.
    """
    encoder = Image._getencoder("RGB", "jpeg", ("RGB",), _settings_of_strips())
    encoder.setimage(image.im, box)
    parts, status = list[bytes](), 0
    try:
        while not status:
            _, status, part = encoder.encode(_PIECE)
            parts.append(part)
    finally:
        encoder.cleanup()
    if status < 0:
        raise OSError(status)
    return b"".join(parts)


@cache
def _settings_of_strips() -> tuple[object, ...]:
    """As Pillow gives them to its encoder."""
    dot = Image.new("RGB", (1, 1))
    _encoded(dot, restarts=False)
    return dot.encoderconfig


def joined(strips: Sequence[bytes], height: int) -> bytes:
    """What `jpeg` would have made of the whole picture, of `height` rows, which is `in_strips`."""
    head = strips[0][: strips[0].index(_SOS)]
    at = head.index(_SOF) + 5
    (width,) = struct.unpack_from(">H", head, at + 2)
    interval = -(-width // _BLOCK_ROWS) * (STRIP_ROWS // _BLOCK_ROWS)
    parts = [head[:at], struct.pack(">H", height), head[at + 2 :], struct.pack(">HHH", 0xFFDD, 4, interval)]
    start = len(head)
    for number, strip in enumerate(strips):
        parts += [strip[start : -len(_EOI)], bytes((0xFF, 0xD0 + number % 8))]
        start = len(head) + 14  # the scan's header once
    return b"".join(parts[:-1]) + _EOI


def _encoded(image: Image.Image, *, restarts: bool) -> bytes:
    out = io.BytesIO()
    image.save(
        out,
        "JPEG",
        quality=JPEG_QUALITY,
        optimize=False,
        progressive=False,
        restart_marker_rows=STRIP_ROWS // _BLOCK_ROWS if restarts else 0,
        **({} if image.mode == "L" else {"subsampling": 2}),
    )
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """`image` is L, RGB or RGBA and `fresh`."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=PNG_LEVEL)
    return out.getvalue()
