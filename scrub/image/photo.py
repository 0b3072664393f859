"""A photo that came as a JPEG, rebuilt by two threads while it is still being decoded.

libjpeg decodes from the top down, and so what is above can be brought to sRGB and encoded meanwhile, a strip
at a time. The copy is the same, to the byte, as if one step had waited for the other.
"""

import contextlib
import io
import threading
from collections.abc import Callable
from typing import IO, cast

from PIL import Image, ImageCms
from PIL.ImageFile import ImageFile

from scrub.image import decode
from scrub.image.color import Converter, conversion
from scrub.image.format import fits_jpeg
from scrub.image.jpeg_end import has_plain_end
from scrub.image.strips import Box, Strips
from scrub.pixels import STRIP_ROWS, bare, in_strips, joined, jpeg_strip

_READ = 1 << 18


def is_photo(image: ImageFile) -> bool:
    """Whether `rebuild_photo` is for it: a JPEG in colour, large also when turned, not loaded yet."""
    large = in_strips(image.size) and in_strips(image.size[::-1])
    return image.format == "JPEG" and image.mode == "RGB" and large and fits_jpeg(image)


def rebuild_photo(
    image: ImageFile, untrusted: bytes, seen: Callable[[Image.Image], None] | None = None
) -> tuple[bytes, bool]:
    """The JPEG of `image`, which was opened from these bytes, as it is seen and in sRGB; and whether its
    end is plain (`scrub.image.jpeg_end`). Closes it. `seen` is shown its dots, as large as the copy's, but in
    the colours of the original. Raises what its decoder raises.
    """
    begin, turn = _Conversion(image), decode.orientation_of(image)
    if turn is not None:
        image.load()
        turned, plain = image.transpose(turn), has_plain_end(image)
        image.close()
        strips = Strips(turned.size, STRIP_ROWS)
        strips.advance(turned.height)
        if seen is not None:
            seen(turned)
        return _encoded(lambda: turned, strips, begin), plain
    strips = Strips(image.size, STRIP_ROWS)

    def tell() -> None:
        while strips.ready < image.height and _is_decoded(image, strips.next_end - 1):
            strips.advance(strips.next_end)

    def decoded() -> None:
        image.load()
        strips.advance(image.height)
        if seen is not None:
            seen(bare(image))

    image.fp, image.decodermaxblock = cast(IO[bytes], _Told(untrusted, tell)), _READ
    return _encoded(lambda: bare(image), strips, begin, decoded), has_plain_end(bare(image))


class _Conversion:
    """Called by each thread for a converter of its own, None for colours that stay; the first one finds out
    which, beside the decoder. A profile that can't be applied is dropped like one that is absent.
    """

    def __init__(self, image: ImageFile) -> None:
        self._image = image
        self._begin: Callable[[], Converter | None] | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Converter | None:
        with self._lock:
            if self._begin is None:
                self._begin = self._found() or (lambda: None)
        return self._begin()

    def _found(self) -> Callable[[], Converter] | None:
        profile = decode.profile_of(self._image)
        if profile is not None:
            with contextlib.suppress(ImageCms.PyCMSError, ValueError):
                return conversion(profile, self._image.mode, self._image.size)
        return None


def _encoded(
    picture: Callable[[], Image.Image],
    strips: Strips,
    begin: _Conversion,
    meanwhile: Callable[[], None] | None = None,
) -> bytes:
    """`picture` is called when the first strip is there; `meanwhile` brings them."""
    done = [b""] * strips.count

    def work() -> None:
        convert = begin()
        for number, box in strips:
            done[number] = _strip(picture(), box, convert)

    strips.in_two_threads(work, meanwhile)
    return joined(done, strips.height)


def _strip(picture: Image.Image, box: Box, convert: Converter | None) -> bytes:
    if convert is None:
        return jpeg_strip(picture, box)
    converted = convert(picture, box)
    return jpeg_strip(converted, (0, 0, *converted.size))


def _is_decoded(image: ImageFile, row: int) -> bool:
    """Pillow's new pictures are all 0, also in the byte that RGB doesn't use; libjpeg writes 255 there."""
    last = bare(image).crop((image.width - 1, row, image.width, row + 1))
    return last.tobytes("raw", "RGBX")[3] != 0


class _Told(io.BytesIO):
    """Calls `tell_rows` before each piece that is read: the decoder has done then what it can."""

    def __init__(self, data: bytes, tell_rows: Callable[[], None]) -> None:
        super().__init__(data)
        self._tell_rows = tell_rows

    def read(self, size: int | None = -1, /) -> bytes:
        self._tell_rows()
        return super().read(size)
