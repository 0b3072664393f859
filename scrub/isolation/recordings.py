"""What a confined child does with sound or video: it holds their decoders, and nothing of pages, letters and
Office. Imported by `scrub.isolation.decoders` only.
"""

from collections.abc import Iterator

from scrub import media
from scrub.isolation.answering import answered
from scrub.isolation.wire import SEED_BYTES, pack_choices
from scrub.marks.found import Found
from scrub.report import Choices, Clean, Refusal
from scrub.sniff import SNIFF_BYTES, is_recording, sniff


def scrub_task(choices: bytes, untrusted: bytes) -> Iterator[bytes]:
    """A packed result for packed choices and a recording. Raises MemoryError only."""
    return answered(choices, untrusted, _scrub, lambda _clean: Found())


def _scrub(untrusted: bytes, wishes: Choices) -> Clean:
    """As the engine does it, at full resolution only. Raises Refusal, whatever the bytes are."""
    media_type = sniff(untrusted[:SNIFF_BYTES])
    if media_type is None or not is_recording(media_type) or wishes.lower_resolution:
        raise Refusal("unsupported")
    return media.scrub_media(media_type, untrusted, wishes.disguise)


def warm_up() -> None:
    """Loads every codec of recordings and runs each once, as `child.warm_up` does for all."""
    for sample in media.samples():
        for seed in (None, bytes(SEED_BYTES)):
            tuple(scrub_task(pack_choices(Choices(disguise=seed)), sample))
