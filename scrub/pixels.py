"""Pixels into bytes, for every family that has some: with fixed settings, so that every output looks as if it
came from the same program.

JPEG: quality 90, 4:2:0, baseline, the standard Huffman tables. PNG: 8 bits, one zlib level.
`scrub.verify` knows these settings independently; change both or nothing verifies.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from scrub.report import Refusal

JPEG_QUALITY = 90
PNG_LEVEL = 6


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
    bare = Image.new(image.mode, (1, 1))._new(image.im)
    image.close()
    return bare


def jpeg(image: Image.Image) -> bytes:
    """`image` is L or RGB and `fresh`."""
    out = io.BytesIO()
    sampling = {} if image.mode == "L" else {"subsampling": 2}
    image.save(out, "JPEG", quality=JPEG_QUALITY, optimize=False, progressive=False, **sampling)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """`image` is L, RGB or RGBA and `fresh`."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=PNG_LEVEL)
    return out.getvalue()
