"""What a confined child with decoders does with a clean copy whose pictures are read: their dots first, and a
place that was found at the end. Imported by processes that fork such children only.
"""

from contextlib import suppress

from scrub.isolation.ocr_wire import SHOW, pack_dots
from scrub.isolation.wire import unpack_media_type
from scrub.marks.found import Mark
from scrub.marks.show import place_of
from scrub.ocr.dots import dots_of
from scrub.pixels import decoding
from scrub.report import Refusal


def dots_task(head: bytes, untrusted: bytes) -> tuple[bytes, ...]:
    """Raises MemoryError only."""
    found, complete = dots_of(unpack_media_type(head[0]), untrusted)
    return pack_dots([(each.page, each.width, each.height, each.gray) for each in found], complete=complete)


def show_task(head: bytes, untrusted: bytes) -> tuple[bytes]:
    """A small picture of a place, or nothing."""
    media_type, page, *sides = SHOW.unpack(head)
    place = Mark("reader", page=page, box=(sides[0], sides[1], sides[2], sides[3]))
    with suppress(Refusal), decoding():
        return (place_of(place, unpack_media_type(media_type), untrusted),)
    return (b"",)
