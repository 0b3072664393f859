"""A packed request in, a packed result out: the same for whatever cleans a file."""

from collections.abc import Callable

from scrub.isolation.wire import CHOICES, MAX_OUTPUT, pack_result, unpack_choices
from scrub.report import Choices, Clean, Refusal, Refused


def answered(request: bytes, scrub: Callable[[bytes, Choices], Clean]) -> bytes:
    """A packed result for choices and an untrusted file (`scrub.isolation.wire`).

    Raises MemoryError only.
    """
    choices, untrusted = unpack_choices(request[: CHOICES.size]), request[CHOICES.size :]
    try:
        clean = scrub(untrusted, choices)
    except Refusal as refusal:
        return pack_result(Refused(refusal.reason, refusal.letters))
    if len(clean.content) > MAX_OUTPUT:
        return pack_result(Refused("too_large"))
    return pack_result(clean)
