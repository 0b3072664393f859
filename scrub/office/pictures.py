"""Pictures inside a document: each goes through the engine like one that was sent alone, and what its frame
doesn't show is cut off for real.

What an author cropped away is still in the file: a word processor only hides it. Word processors don't turn a
picture as its EXIF says, so it lies in the copy as it lay in the document.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw

from scrub.pixels import fresh, jpeg, png
from scrub.report import Clean, Refusal

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png"}
_SIZED = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
_TURNED = ("JPEG", "PNG", "WEBP")
"""Those that the engine turns and word processors don't."""

_ORIENTATION = 0x0112
_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}  # fmt: skip
_SCREEN, _INCH = 96.0, 2.54
_WHOLE = 100_000  # thousandths of a per cent
_OF_A_WHOLE = ("unchanged", "converted", "writing_remains")
_MOST_DOTS = 60_000_000
_MOST_TIMES = 50
"""How many times the size of a picture all polygons together may have."""


Inner = Callable[[bytes], Clean]
Box = tuple[int, int, int, int]


@dataclass(slots=True)
class CleanPictures:
    """`inner` is the engine, one level deeper. `removed` and `notes` gather what it says; `asked`: of which
    contents, by `id`.
    """

    inner: Inner
    removed: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)

    def copy(self, untrusted: bytes, crop: str | None) -> tuple[str, bytes] | None:
        """Extension and content of a JPEG or PNG.

        `crop`: left, top, right, bottom in thousandths of a per cent; maybe behind a `/` the corners of the
        rest in its frame and behind another the outline of what is seen (`scrub.office.cuts`).
        """
        self.asked.add(id(untrusted))
        try:
            clean = self.inner(untrusted)
        except Refusal:  # a drawing of Windows (EMF), for example
            clean = None
        if clean is None or clean.media_type not in _EXTENSIONS:
            self.notes.add("members_left_out")
            return None
        self.removed.update(clean.removed)
        self.notes.update(note for note in clean.notes if note in ("depth_reduced", "resolution_lowered"))
        content, extension = clean.content, _EXTENSIONS[clean.media_type]
        turn = _back_turn(untrusted)
        if crop is None and turn is None:
            return extension, content
        return self._reworked(content, turn, *(crop or "0,0,0,0").split("/"))

    def whole(self, untrusted: bytes) -> Clean:
        """The clean copy of a document or a text inside. Raises Refusal."""
        try:
            clean = self.inner(untrusted)
        except Refusal as refusal:
            raise Refusal(
                refusal.reason if refusal.reason in ("bomb", "too_large") else "unsupported"
            ) from None
        self.removed.update(clean.removed)
        self.notes.update(note for note in clean.notes if note not in _OF_A_WHOLE)
        return clean

    def _reworked(
        self, content: bytes, turn: Image.Transpose | None, crop: str, place: str = "", outline: str = ""
    ) -> tuple[str, bytes] | None:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
            if getattr(opened, "n_frames", 1) > 1:
                self.notes.add("frames_dropped")
            lossy = opened.format == "JPEG"
            picture = fresh(opened if turn is None else opened.transpose(turn))
        box = _box(picture.size, crop)
        cut = box != (0, 0, *picture.size)
        if cut:
            picture = fresh(picture.crop(box))
        if place and (framed := _framed(picture, place)) is not picture:
            if framed is None:
                self.notes.add("members_left_out")
                return None
            picture = framed
        if outline:
            mask = _mask(picture.size, outline)
            if mask is None:
                self.notes.add("members_left_out")
                return None
            if mask.getextrema()[0] == 0:
                picture.paste(_ground(picture), (0, 0), ImageChops.invert(mask))
                cut = True
        if cut:
            self.removed.add("hidden_image")
        return ("jpg", jpeg(picture)) if lossy else ("png", png(picture))

    def natural_size(self, untrusted: bytes) -> tuple[float, float] | None:
        """In cm, as word processors reckon: by the resolution that the file names, or 96 dots an inch."""
        try:
            with Image.open(io.BytesIO(untrusted), formats=_SIZED) as image:
                named = image.info.get("jfif_unit") or image.format != "JPEG"  # not by its EXIF
                dots = image.info.get("dpi", (_SCREEN, _SCREEN)) if named else (_SCREEN, _SCREEN)
                width, height = (
                    side / (float(dpi) if float(dpi) > 1 else _SCREEN) * _INCH
                    for side, dpi in zip(image.size, dots, strict=True)
                )
        except (OSError, ValueError, TypeError, SyntaxError, ZeroDivisionError, Image.DecompressionBombError):
            return None
        return (width, height) if 0 < width < math.inf and 0 < height < math.inf else None


def _back_turn(untrusted: bytes) -> Image.Transpose | None:
    """How a copy that the engine turned lies again as its file has it; None where it wasn't turned."""
    try:
        with Image.open(io.BytesIO(untrusted), formats=_TURNED) as image:
            return _BACK.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # EXIF is outside data in a dozen dialects; the engine turns nothing then, either
        return None


def _box(size: tuple[int, int], crop: str) -> Box:
    """At least one dot."""
    width, height = size
    left, top, right, bottom = (int(side) for side in crop.split(","))
    near = min(width - 1, width * left // _WHOLE), min(height - 1, height * top // _WHOLE)
    far = width - width * right // _WHOLE, height - height * bottom // _WHOLE
    return *near, max(near[0] + 1, far[0]), max(near[1] + 1, far[1])


def _framed(picture: Image.Image, place: str) -> Image.Image | None:
    """The picture with the empty room that its frame has around it; None where that is too large."""
    left, top, right, bottom = (int(corner) / _WHOLE for corner in place.split(","))
    if (left, top, right, bottom) == (0, 0, 1, 1):
        return picture
    width, height = round(picture.width / (right - left)), round(picture.height / (bottom - top))
    if not 0 < width * height <= _MOST_DOTS:
        return None
    framed = Image.new(
        picture.mode, (max(width, picture.width), max(height, picture.height)), _ground(picture)
    )
    at = (
        min(round(left * width), framed.width - picture.width),
        min(round(top * height), framed.height - picture.height),
    )
    framed.paste(picture, at)
    return framed


def _ground(picture: Image.Image) -> int | tuple[int, ...]:
    """Nothing, or white where there is no nothing."""
    if picture.mode == "L":
        return 255
    return (255, 255, 255) if picture.mode == "RGB" else (0, 0, 0, 0)


def _mask(size: tuple[int, int], outline: str) -> Image.Image | None:
    """White where something is seen, with the dots that a border touches; polygons of one path in each other
    are holes. None where they are too many.
    """
    mask = Image.new("L", size)
    left = _MOST_TIMES * size[0] * size[1]
    for path in outline.split("|"):
        polygons = [_dots(polygon, size) for polygon in path.split(";")]
        inside = mask if len(polygons) == 1 else Image.new("L", size)
        for polygon in polygons:
            box = _around(polygon, size)
            left -= (box[2] - box[0]) * (box[3] - box[1])
            if left < 0:
                return None
            if inside is mask:
                ImageDraw.Draw(mask).polygon(polygon, fill=255)
            elif box[0] < box[2] and box[1] < box[3]:
                one = Image.new("L", (box[2] - box[0], box[3] - box[1]))
                ImageDraw.Draw(one).polygon([(x - box[0], y - box[1]) for x, y in polygon], fill=255)
                inside.paste(ImageChops.difference(inside.crop(box), one), box)
        if inside is not mask:
            mask = ImageChops.lighter(mask, inside)
        for polygon in polygons:
            ImageDraw.Draw(mask).line([*polygon, polygon[0]], fill=255, width=2)
    return mask


def _around(polygon: list[tuple[float, float]], size: tuple[int, int]) -> Box:
    """The dots of the picture that a polygon can touch."""
    across, down = [x for x, _ in polygon], [y for _, y in polygon]
    near = max(0, math.floor(min(across))), max(0, math.floor(min(down)))
    return *near, min(size[0], math.ceil(max(across)) + 1), min(size[1], math.ceil(max(down)) + 1)


def _dots(polygon: str, size: tuple[int, int]) -> list[tuple[float, float]]:
    points = (point.partition(",") for point in polygon.split(" "))
    return [(int(x) * size[0] / _WHOLE, int(y) * size[1] / _WHOLE) for x, _, y in points]
