"""A picture whose end is missing, as when copying was interrupted: what is there, as viewers show it.

Decoders of WebP and AVIF refuse a file without its end. So the end is made up, twice, and what comes out
alike is what the bytes say ([adr/0374](../../docs/adr/0374-an-end-that-is-made-up-twice.md)).
"""

import hashlib
import re
from collections.abc import Iterator

from PIL import Image, ImageChops, ImageFile

from scrub.image import decode
from scrub.image.jpeg_end import lacks_rows
from scrub.image.tiff_directory import pages
from scrub.report import Refusal

_EOI = b"\xff\xd9"
_BETWEEN_SCANS = re.compile(rb"\xff[\xc4\xda\xdb\xdd]")
_SOS = 0xDA
_NOISE = b"\x55\x2a" * 64
_TRIES = 8
_STRIP = 256  # rows
_OF_BOXES = frozenset({"image/avif", "image/heic", "image/heif"})
_ROWS_AT_ONCE = frozenset({"image/png", "image/bmp", "image/gif"})
_AS_ONE = _OF_BOXES | {"image/webp"}
_LONGEST_END = 64 << 20
_ENDS, _NOISY = 12, (40, 24, 12, 4, 2, 1)
_DOTS = (b"VP8 ", b"VP8L")
_UNSURE_ROWS = 64
"""Filters of a decoder reach across a block's edge: a block of AV1 has so many rows, one of VP8 sixteen."""

_GRAY = 128


def is_cut(error: Exception) -> bool:
    """Whether a decoder means that the bytes ended too early."""
    return isinstance(error, OSError) and "truncated" in str(error).lower()


def ends_early(media_type: str, data: bytes) -> bool:
    """Whether a file of a kind that can't be read in part says that it is longer; False also where nobody
    knows.
    """
    try:
        if media_type == "image/webp":
            return 8 + int.from_bytes(data[4:8], "little") > len(data) + 1
        if media_type in _OF_BOXES:
            return _last_box(data) > len(data)
        if media_type == "image/tiff":
            return any(page.whole_rows(len(data)) < page.size[1] for page in pages(data)[0])
    except (Refusal, IndexError, ValueError):
        return False
    return False


def without_cut_frames(data: bytes) -> bytes | None:
    """An animated WebP up to its last whole frame; None of any other file, or where not one is whole."""
    at, ends = 12, 0
    while data[8:12] == b"WEBP" and at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        after = at + 8 + size + size % 2
        if data[at : at + 4] == b"ANMF" and after <= len(data):
            ends = after
        at = after
    if not ends:
        return None
    return data[:4] + (ends - 8).to_bytes(4, "little") + data[8:ends]


def _last_box(data: bytes) -> int:
    """Where it ends, of those on the outside (ISO 14496-12, 4.2)."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8 or not data[at + 4 : at + 8].isalnum():
            break
        at += size
    return at


def as_far_as_it_goes(media_type: str, data: bytes) -> tuple[Image.Image, bool]:
    """The loaded picture, and whether something of it is missing: that has one colour, then. Raises
    Refusal("truncated") where nothing is there, or for a kind that can't be read in part.
    """
    image: ImageFile.ImageFile | None = None
    if media_type == "image/jpeg":
        for whole in _ended(data):
            image = _loaded(media_type, whole)
            if image is not None:
                break
    elif media_type in _ROWS_AT_ONCE:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            image = _loaded(media_type, data)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
    elif media_type in _AS_ONE:
        return _up_to_the_cut(media_type, data)
    if image is None or _is_plain(image) or (media_type == "image/jpeg" and _is_head(data, image)):
        raise Refusal("truncated")
    return image, not (media_type == "image/jpeg" and _is_whole(data, image) and not lacks_rows(data))


def _loaded(media_type: str, data: bytes) -> ImageFile.ImageFile | None:
    try:
        image = decode.open_image(media_type, data)
        image.load()
    except (OSError, SyntaxError, EOFError, ValueError):
        return None
    return image


def _up_to_the_cut(media_type: str, data: bytes) -> tuple[ImageFile.ImageFile, bool]:
    """Rows that are the same whatever comes behind the bytes; the others gray."""
    if media_type == "image/webp":
        data, missing = _up_to_its_picture(data)
    else:
        missing = _last_box(data) - len(data)
    if not 0 <= missing <= _LONGEST_END:
        raise Refusal("truncated")
    found: list[ImageFile.ImageFile] = []
    for end in _made_up(missing):
        image = _loaded(media_type, data + end)
        if image is not None:
            found.append(image)
        if len(found) == 2:
            break
    else:
        raise Refusal("truncated")
    rows = _rows_alike(*found)
    if rows < found[0].height:
        rows = max(rows - _UNSURE_ROWS, 0) if media_type in _OF_BOXES else rows // 16 * 16
        kept = found[0].crop((0, 0, found[0].width, rows)) if rows else None
        if kept is None or _is_plain(kept):
            raise Refusal("truncated")
        empty = (_GRAY,) * len(found[0].getbands())
        found[0].paste(empty, (0, rows, found[0].width, found[0].height))
        return found[0], True
    if missing and _is_plain(found[0]):
        raise Refusal("truncated")  # a decoder that takes any end for nothing
    return found[0], False


def _up_to_its_picture(data: bytes) -> tuple[bytes, int]:
    """A WebP without what stands behind the dots, as long as its head says, and what it lacks of that."""
    at = 12
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        end += end % 2
        if data[at : at + 4] in _DOTS:
            return data[:4] + (end - 8).to_bytes(4, "little") + data[8:end], max(end - len(data), 0)
        at = end
    raise Refusal("truncated")


def _made_up(size: int) -> Iterator[bytes]:
    """Ends that a decoder may take: some noise, and then what costs it little. Always the same ones."""
    for number in range(_ENDS):
        noise = hashlib.shake_256(bytes((number,))).digest(min(_NOISY[number // 2], size))
        yield noise + (b"\0" if number % 2 == 0 else b"\xff") * (size - len(noise))


def _rows_alike(one: Image.Image, other: Image.Image) -> int:
    """How many from the top on."""
    if (one.size, one.mode) != (other.size, other.mode):
        return 0
    for top in range(0, one.height, _STRIP):
        box = (0, top, one.width, min(one.height, top + _STRIP))
        differing = ImageChops.difference(one.crop(box), other.crop(box)).getbbox(alpha_only=False)
        if differing is not None:
            return top + differing[1]
    return one.height


def _ended(data: bytes) -> Iterator[bytes]:
    """The bytes with an end, up to which libjpeg fills; also without scans or tables that are not whole."""
    yield data + _EOI
    starts = [found.start() for found in _BETWEEN_SCANS.finditer(data)]
    for start in reversed(starts[-_TRIES:]):
        yield data[:start] + _EOI


def _is_whole(data: bytes, image: Image.Image) -> bool:
    """Whether only the last marker is missing: then it doesn't matter what comes instead of an end.

    A progressive picture could always have had one scan more.
    """
    if image.info.get("progressive"):
        return False
    other = _loaded("image/jpeg", data + _NOISE + _EOI)
    return other is not None and _same(other, image)


def _is_head(data: bytes, image: Image.Image) -> bool:
    """Whether it would look the same with nothing behind the first scan's header."""
    at = 2
    while at + 4 <= len(data):
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SOS:
            head = _loaded("image/jpeg", data[:end] + _EOI)
            return head is None or _same(head, image)
        at = end if marker != 0xFF else at + 1  # fill bytes
    return True


def _same(one: Image.Image, other: Image.Image) -> bool:
    """A strip at a time: both of 100 megapixels are 800 MB."""
    boxes = ((0, top, one.width, min(one.height, top + _STRIP)) for top in range(0, one.height, _STRIP))
    return one.size == other.size and all(
        one.crop(box).tobytes() == other.crop(box).tobytes() for box in boxes
    )


def _is_plain(image: Image.Image) -> bool:
    """Whether there is nothing but one colour."""
    extrema = image.convert("RGB").getextrema()
    return all(isinstance(each, tuple) and each[0] == each[1] for each in extrema)
