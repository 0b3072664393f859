"""The bytes of the three steps by which a document is typed anew, and of covering, between a child and its
parent.

    gather   media type (1) || content            ->  1 || document (`scrub.retype.document`)
                                                      0 || refusal (1)
    set      0 (1) || document                    ->  whether each letter is in a font (1) || a PDF
    redraw   0 (1) || that PDF                    ->  our PDF, or nothing
    cover    media type (1) || length of the copy (8) || areas (2) || areas: page (2), left, top, right,
             bottom (2 each) || copy || original  ->  1 || covered (2) || length of what is left (4) ||
                                                      what is left (`marks_wire`) || the copy
                                                      or 0 where nothing can be covered

What isn't exactly this is treated like a crash.
"""

import struct

from scrub.isolation.marks_wire import pack_found, unpack_found
from scrub.isolation.wire import MAX_INPUT, MAX_OUTPUT, WireError
from scrub.marks.found import Found
from scrub.report import REFUSALS, Refused
from scrub.retype.document import MAX_PACKED, Document, pack, unpack

HEAD = 1
MAX_DOCUMENT = 1 + MAX_PACKED
MAX_SET = 1 + MAX_INPUT
MAX_COVERED = MAX_OUTPUT + (4 << 20)
COVER = struct.Struct(">BQH")
AREA = struct.Struct(">H4H")
MAX_AREAS = 960
_COVERED = struct.Struct(">BHI")


def pack_gathered(gathered: Document | Refused) -> bytes:
    if isinstance(gathered, Refused):
        return bytes((0, REFUSALS.index(gathered.reason)))
    return b"\1" + pack(gathered)


def unpack_gathered(untrusted: bytes) -> Document | Refused:
    """Raises WireError unless the bytes are exactly that."""
    if len(untrusted) == 2 and untrusted[0] == 0 and untrusted[1] < len(REFUSALS):
        return Refused(REFUSALS[untrusted[1]])
    if untrusted[:1] != b"\1":
        raise WireError
    try:
        return unpack(untrusted[1:])
    except (ValueError, UnicodeDecodeError):
        raise WireError from None


def pack_covered(content: bytes, covered: int, left: Found) -> tuple[bytes, ...]:
    marks = pack_found(left)
    return _COVERED.pack(1, min(covered, 0xFFFF), len(marks)), marks, content


def unpack_covered(untrusted: bytes) -> tuple[bytes, int, Found] | None:
    """None where nothing could be covered. Raises WireError."""
    if untrusted == b"\0":
        return None
    if len(untrusted) < _COVERED.size or untrusted[0] != 1:
        raise WireError
    _, covered, size = _COVERED.unpack_from(untrusted)
    start = _COVERED.size + size
    return untrusted[start:], covered, unpack_found(untrusted[_COVERED.size : start])
