"""JPEG XL: size and kind by its header first, which libjxl would tell only with all the dots.

The plugin's Pillow class isn't used: it decodes before anybody saw the size, unpacks a JPEG that Pillow then
guesses at, and passes EXIF on. The decoder gets the codestream alone, without the boxes around it.
Sources: ISO/IEC 18181-1 (headers), 18181-2 (boxes).
"""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from pillow_jxl import Decoder

from scrub.inventory.boxes import boxes
from scrub.report import Refusal

_SIGNATURE = b"\xff\x0a"
_BYTES = {"L": 1, "LA": 2, "I;16": 2, "RGB": 3, "RGBA": 4}
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_SIZES = ((9, 1), (13, 1), (18, 1), (30, 1))
_PREVIEW_SIZES = ((6, 1), (8, 65), (10, 321), (12, 1345))
_HEADER_BYTES = 64
_OWN_PROFILE = b"jxl "  # who made it: libjxl, where the file only names a colour space
_NO_THREADS = 0


@dataclass(frozen=True, slots=True)
class Header:
    """`size` as stored, before any turn."""

    size: tuple[int, int]
    animated: bool


def header(data: bytes) -> Header:
    """Raises Refusal for what is no JPEG XL."""
    bits = _Bits(_codestream(data)[:_HEADER_BYTES])
    size = _read_size(bits)
    animated = False
    if not bits.take(1) and bits.take(1):  # not all as usual, with extra fields
        bits.take(3)  # the turn, which libjxl makes
        if bits.take(1):
            _read_size(bits)
        if bits.take(1):
            _read_preview(bits)
        animated = bool(bits.take(1))
    return Header(size, animated)


def decoded(data: bytes, check_size: Callable[[tuple[int, int]], None]) -> tuple[Image.Image, bool]:
    """Upright, and whether it had a colour profile of its own. Raises Refusal."""
    codestream = _codestream(data)
    check_size(header(data).size)
    try:
        _, info, content, icc, _ = Decoder(num_threads=_NO_THREADS)(codestream)
    except Exception:
        raise Refusal("broken") from None
    except BaseException as error:  # a panic of Rust's isn't an Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Refusal("broken") from None
    size = (info.width, info.height)
    check_size(size)
    if len(content) != _BYTES.get(info.mode, -1) * size[0] * size[1]:
        raise Refusal("unsupported")
    image = Image.frombytes(info.mode, size, content)
    if icc:
        image.info["icc_profile"] = icc
    return image, bool(icc) and icc[80:84] != _OWN_PROFILE


def _codestream(data: bytes) -> bytes:
    """Without the boxes around it, which are nothing to the decoder. A packed JPEG is decoded, too."""
    if data.startswith(_SIGNATURE):
        return data
    parts = [
        data[start + (4 if kind == b"jxlp" else 0) : end]
        for kind, start, end in boxes(data, 0, len(data))
        if kind in (b"jxlc", b"jxlp")
    ]
    whole = b"".join(parts)
    if not whole.startswith(_SIGNATURE):
        raise Refusal("broken")
    return whole


class _Bits:
    """The least significant bit of a byte first."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data[2:], "little"), 8 * (len(data) - 2)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise Refusal("broken")
        taken = self._value & ((1 << count) - 1)
        self._value >>= count
        return taken

    def take_one_of(self, kinds: tuple[tuple[int, int], ...]) -> int:
        """Two bits tell how many more there are, and what is added to them."""
        count, base = kinds[self.take(2)]
        return base + self.take(count)


def _read_size(bits: _Bits) -> tuple[int, int]:
    eighths = bits.take(1)

    def side() -> int:
        return 8 * (1 + bits.take(5)) if eighths else bits.take_one_of(_SIZES)

    height = side()
    ratio = bits.take(3)
    if ratio == 0:
        return side(), height
    across, up = _RATIOS[ratio - 1]
    return height * across // up, height


def _read_preview(bits: _Bits) -> None:
    eighths = bits.take(1)

    def side() -> None:
        bits.take_one_of(((0, 16), (0, 32), (5, 1), (9, 33)) if eighths else _PREVIEW_SIZES)

    side()
    if bits.take(3) == 0:
        side()
