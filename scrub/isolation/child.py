"""What a confined child does with its input: rebuild, or verify. Imported by the zygote only, before it
forks.
"""

from scrub import archive, engine, media, office, pdf, text, verify
from scrub.image import decode, encode
from scrub.isolation.wire import (
    CHOICES,
    MAX_OUTPUT,
    REJECTED,
    SEED_BYTES,
    VERIFIED,
    pack_choices,
    pack_media_type,
    pack_result,
    unpack_choices,
    unpack_media_type,
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
        return pack_result(Refused(refusal.reason))
    if len(clean.content) > MAX_OUTPUT:
        return pack_result(Refused("too_large"))
    return pack_result(clean)


def verify_task(request: bytes) -> bytes:
    """One byte: 1 when the bytes are on the allow-list of the media type they are said to have."""
    try:
        verify.verify(request[1:], unpack_media_type(request[0]))
    except verify.Unverified:
        return REJECTED
    return VERIFIED


def warm_up() -> None:
    """Loads every codec and runs each once, so that a child opens no file and starts nothing for the first
    time.
    """
    decode.load_plugins()
    samples = (
        *encode.samples(),
        pdf.sample(),
        *media.samples(),
        *text.samples(),
        archive.sample(),
        *office.samples(),
    )
    for sample in samples:
        clean = engine.scrub(sample, Choices(disguise=bytes(SEED_BYTES)))
        verify_task(pack_media_type(clean.media_type) + clean.content)
        scrub_task(pack_choices(Choices()) + sample)
