"""What a confined child does with a file that is typed anew, or whose marks are covered. Imported by
`scrub.isolation.decoders` only, before it forks.
"""

from contextlib import suppress

from scrub.covering import cover
from scrub.isolation.retype_wire import AREA, COVER, pack_covered, pack_gathered
from scrub.isolation.wire import unpack_media_type
from scrub.marks.found import Mark
from scrub.redact import Area, Wishes, redact
from scrub.report import Refusal, Refused
from scrub.retype.gather import gather
from scrub.retype.redraw import redraw


def gather_task(head: bytes, untrusted: bytes) -> tuple[bytes]:
    """What a file says, packed, or why it can't be told. Raises MemoryError only."""
    try:
        return (pack_gathered(gather(unpack_media_type(head[0]), untrusted)),)
    except Refusal as refusal:
        return (pack_gathered(Refused(refusal.reason)),)


def redraw_task(_head: bytes, untrusted: bytes) -> tuple[bytes]:
    """Our PDF of a typesetter's, or nothing."""
    try:
        return (redraw(untrusted),)
    except Refusal:
        return (b"",)


def cover_task(head: bytes, untrusted: bytes) -> tuple[bytes, ...]:
    """A clean copy without the words and codes that may name its reader, or that there are none of these."""
    media_type, length, count = COVER.unpack(head)
    start = count * AREA.size
    more = [
        Mark("reader", page=page, box=(left, top, right, bottom))
        for page, left, top, right, bottom in AREA.iter_unpack(untrusted[:start])
    ]
    copy, original = untrusted[start : start + length], untrusted[start + length :]
    try:
        done = cover(unpack_media_type(media_type), copy, original, more)
    except Refusal:
        done = None
    return (b"\0",) if done is None else pack_covered(done.content, done.covered, done.left)


def warm_up(media_type: str, copy: bytes, original: bytes) -> None:
    """Runs each step once with a clean copy and the PDF of which it was made, if that is what it was."""
    with suppress(Refusal):
        gather(media_type, original or copy)
    with suppress(Refusal):
        redact(copy, media_type, Wishes((Area(1),), ("nom",)))
    if original:
        redraw(original)
