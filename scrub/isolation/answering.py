"""A packed request in, a packed result out: the same for whatever cleans a file."""

from collections.abc import Callable

from scrub.isolation.wire import MAX_OUTPUT, result_pieces, unpack_choices
from scrub.report import Choices, Clean, Refusal, Refused


def answered(choices: bytes, untrusted: bytes, scrub: Callable[[bytes, Choices], Clean]) -> tuple[bytes, ...]:
    """The pieces of a packed result for packed choices and a file (`scrub.isolation.wire`).

    Raises MemoryError only.
    """
    try:
        clean = scrub(untrusted, unpack_choices(choices))
    except Refusal as refusal:
        return result_pieces(Refused(refusal.reason, refusal.letters))
    if len(clean.content) > MAX_OUTPUT:
        return result_pieces(Refused("too_large"))
    return result_pieces(clean)
