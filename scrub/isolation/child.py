"""What a confined child does with a file to clean. Imported by `scrub.isolation.decoders` only, before it
forks.
"""

from collections.abc import Iterator

from scrub import archive, engine, media, office, pdf, text
from scrub.image import format as image_format
from scrub.isolation import retype_child
from scrub.isolation.answering import answered
from scrub.isolation.marks_wire import HEAD, pack_found
from scrub.isolation.wire import SEED_BYTES, pack_choices, unpack_media_type
from scrub.marks.found import Found
from scrub.marks.search import search
from scrub.report import Choices, Clean
from scrub.sniff import SNIFF_BYTES, sniff


def scrub_task(choices: bytes, untrusted: bytes) -> Iterator[bytes]:
    """A packed result for packed choices and a file. Raises MemoryError only."""

    def look(clean: Clean) -> Found:
        same = clean.media_type == "application/pdf" == sniff(untrusted[:SNIFF_BYTES])
        return search(clean.media_type, clean.content, untrusted if same else b"")

    return answered(choices, untrusted, engine.scrub, look)


def marks_task(head: bytes, untrusted: bytes) -> tuple[bytes]:
    """A packed list of marks for a clean copy and what it was made of (`scrub.isolation.marks_wire`)."""
    media_type, length = HEAD.unpack(head)
    copy, original = untrusted[:length], untrusted[length:]
    return (pack_found(search(unpack_media_type(media_type), copy, original)),)


def warm_up() -> None:
    """Loads every codec and runs each once, so that a child opens no file and starts nothing for the first
    time.
    """
    engine.load()
    samples = (
        *image_format.samples(),
        pdf.sample(),
        *media.samples(),
        *text.samples(),
        archive.sample(),
        *office.samples(),
    )
    for sample in samples:
        engine.scrub(sample, Choices(disguise=bytes(SEED_BYTES), lower_resolution=True))
        tuple(scrub_task(pack_choices(Choices()), sample))
        clean = engine.scrub(sample)
        original = sample if clean.media_type == "application/pdf" else b""
        search(clean.media_type, clean.content, original)
        retype_child.warm_up(clean.media_type, clean.content, original)
