"""One animation: each frame as it is seen, in an APNG (`apng`)."""

from PIL import ImageFile

from scrub.image import decode
from scrub.image.apng import ApngWriter
from scrub.inventory import Inventory
from scrub.report import Refusal

MAX_FRAMES = 1000
MAX_PIXELS = 120_000_000
"""Frames x width x height."""

MAX_BYTES = 100 << 20
"""Of the copy."""


class EndsEarly(Exception):
    """After `frames` whole ones, at least one; a still picture beside them counts."""

    def __init__(self, frames: int) -> None:
        super().__init__()
        self.frames = frames


def rebuild_animation(image: ImageFile.ImageFile, frames: int, inventory: Inventory) -> bytes:
    """Raises Refusal("bomb") for more frames or pixels in all than a chat ever sends; EndsEarly where not
    all of `frames` can be read.
    """
    width, height = image.size
    if frames > MAX_FRAMES or frames * width * height > MAX_PIXELS:
        raise Refusal("bomb")
    first = 0
    if getattr(image, "default_image", False):  # an APNG whose still picture isn't part of the animation
        inventory.removed.add("hidden_image")
        first = 1
    turn = decode.orientation_of(image)
    writer: ApngWriter | None = None
    for index in range(first, frames):
        try:
            image.seek(index)
            image.load()
        except (OSError, EOFError):
            if index == first:
                raise
            raise EndsEarly(index) from None
        frame = image.convert("RGBA")
        frame.info = {"icc_profile": image.info.get("icc_profile")}
        frame, _ = decode.to_srgb(frame)
        if turn is not None:
            frame = frame.transpose(turn)
        decode.keep_what_shows(frame)
        if writer is None:
            unsaid = 0 if image.format == "AVIF" else 1  # Pillow doesn't tell; players of AVIF loop
            writer = ApngWriter(frame.size, frames - first, loop=image.info.get("loop", unsaid) == 0)
        writer.add(frame, _delay_ms(image))
        if writer.size > MAX_BYTES:
            raise Refusal("too_large")
    if writer is None:
        raise Refusal("broken")
    return writer.finish()


def _delay_ms(image: ImageFile.ImageFile) -> float:
    delay = image.info.get("duration", 0)
    return float(delay) if isinstance(delay, int | float) else 0.0
