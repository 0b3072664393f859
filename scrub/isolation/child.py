"""What a confined child does with a file to clean. Imported by `scrub.isolation.decoders` only, before it
forks.
"""

from scrub import archive, engine, media, office, pdf, text
from scrub.image import format as image_format
from scrub.isolation.wire import (
    CHOICES,
    MAX_OUTPUT,
    SEED_BYTES,
    pack_choices,
    pack_result,
    unpack_choices,
)
from scrub.report import Choices, Refusal, Refused


def scrub_task(request: bytes) -> bytes:
    """A packed result for choices and an untrusted file (`scrub.isolation.wire`).

    Raises MemoryError only.
    """
    choices, untrusted = unpack_choices(request[: CHOICES.size]), request[CHOICES.size :]
    try:
        clean = engine.scrub(untrusted, choices)
    except Refusal as refusal:
        return pack_result(Refused(refusal.reason, refusal.letters))
    if len(clean.content) > MAX_OUTPUT:
        return pack_result(Refused("too_large"))
    return pack_result(clean)


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
        engine.scrub(sample, Choices(disguise=bytes(SEED_BYTES)))
        scrub_task(pack_choices(Choices()) + sample)
