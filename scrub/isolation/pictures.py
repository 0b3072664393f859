"""What a confined child does with a picture, as most files are. It holds the decoders of pictures alone, so
that its process is forked in a third of the time. Imported by `scrub.isolation.decoders` only.
"""

from collections.abc import Iterator

from PIL.Image import Image

from scrub.image import decode, scrub_image
from scrub.image import format as image_format
from scrub.isolation.answering import answered
from scrub.isolation.wire import pack_choices, wants_marks
from scrub.marks.found import Found
from scrub.marks.pictures import Gray, found_in_picture, small_gray_of_dots
from scrub.report import Choices, Clean, Refusal
from scrub.sniff import SNIFF_BYTES, is_picture, sniff


def scrub_task(choices: bytes, untrusted: bytes) -> Iterator[bytes]:
    """A packed result for packed choices and a picture. Raises MemoryError only."""
    grays: list[Gray] = []

    def scrub(untrusted: bytes, wishes: Choices) -> Clean:
        """As the engine does it, at full resolution only. Raises Refusal, whatever the bytes are."""
        media_type = sniff(untrusted[:SNIFF_BYTES])
        if media_type is None or not is_picture(media_type) or wishes.lower_resolution:
            raise Refusal("unsupported")
        return scrub_image(media_type, untrusted, lower=False, seen=seen if wants_marks(choices) else None)

    def seen(picture: Image) -> None:
        grays.append(small_gray_of_dots(picture))

    def look(clean: Clean) -> Found:
        return found_in_picture(clean.content, grays[0] if grays else None)

    return answered(choices, untrusted, scrub, look)


def warm_up() -> None:
    """Loads every codec of pictures and runs each once, as `child.warm_up` does for all."""
    decode.load_plugins()
    for sample in image_format.samples():
        *_, last = scrub_task(pack_choices(Choices()), sample)
        found_in_picture(last, None)
