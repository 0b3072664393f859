"""A packed request in, a packed result out: the same for whatever cleans a file."""

from collections.abc import Callable, Iterator

from scrub.freed import keep_what_is_freed
from scrub.isolation.marks_wire import pack_found
from scrub.isolation.wire import MAX_OUTPUT, result_pieces, unpack_choices, wants_marks
from scrub.marks.found import SEARCHED, Found
from scrub.report import Choices, Clean, Refusal, Refused


def answered(
    choices: bytes,
    untrusted: bytes,
    scrub: Callable[[bytes, Choices], Clean],
    look: Callable[[Clean], Found],
) -> Iterator[bytes]:
    """The pieces of a packed result for packed choices and a file (`scrub.isolation.wire`); behind them what
    `look` finds in the copy, where that is wanted. It begins when the copy is out of its reach.

    Raises MemoryError only.
    """
    try:
        clean = scrub(untrusted, unpack_choices(choices))
    except Refusal as refusal:
        yield from result_pieces(Refused(refusal.reason, refusal.letters))
        return
    if len(clean.content) > MAX_OUTPUT:
        yield from result_pieces(Refused("too_large"))
        return
    yield from result_pieces(clean)
    if wants_marks(choices):
        keep_what_is_freed()
        try:
            found = look(clean) if clean.media_type in SEARCHED else Found()
        except MemoryError:
            found = Found(complete=False)
        yield pack_found(found)
