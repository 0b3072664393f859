"""What a confined child does with its input: rebuild, or verify. Imported by the zygote only, before it
forks.
"""

import struct

from bot.scrub import decode, encode, engine, media, verify
from bot.scrub.report import Refusal, Refused
from bot.scrub.wire import MAX_OUTPUT, REJECTED, VERIFIED, pack_result


def scrub_task(untrusted: bytes) -> bytes:
    """A packed result (`bot.scrub.wire`). Raises MemoryError only."""
    try:
        clean = engine.scrub(untrusted)
    except Refusal as refusal:
        return pack_result(Refused(refusal.reason))
    if len(clean.content) > MAX_OUTPUT:
        return pack_result(Refused("too_large"))
    return pack_result(clean)


def verify_task(untrusted_output: bytes) -> bytes:
    """One byte: 1 when the bytes are on the allow-list."""
    try:
        verify.verify(untrusted_output)
    except (verify.Unverified, ValueError, IndexError, struct.error):
        return REJECTED
    return VERIFIED


def warm_up() -> None:
    """Loads every codec and runs each once, so that a child opens no file and starts nothing for the first
    time.
    """
    decode.load_plugins()
    for sample in (*encode.samples(), *media.samples()):
        verify_task(scrub_task(sample))
