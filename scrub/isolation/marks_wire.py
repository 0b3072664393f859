"""The bytes of a search for marks, between a child and its parent.

    request   media type (1) || length of the copy (8) || copy || original, or nothing
    answer    complete, and 2 more where words are unread (1) || which mark is shown (1), from 1, or 0 ||
              marks (1) || marks || a PNG, or nothing
              a mark: kind (1) || part (1) || page (2) || line (4) || a box (1) || left, top, right, bottom (2
              each) || length of the words (1) || words in UTF-8

What isn't exactly this is treated like a crash.
"""

import struct

from codes.marks import MARKS
from scrub.isolation.wire import WireError
from scrub.marks.found import MAX_FOUND, MAX_WORDS, WHOLE, Found, Mark, printable

HEAD = struct.Struct(">BQ")
_ANSWER = struct.Struct(">BBB")
_MARK = struct.Struct(">BBHIB4HB")
_KINDS = tuple(MARKS)

MAX_PICTURE = 2 << 20
MAX_ANSWER = _ANSWER.size + MAX_FOUND * (_MARK.size + 255) + MAX_PICTURE


def pack_found(found: Found, most: int = MAX_FOUND) -> bytes:
    """`most`: of marks, 255 at most."""
    pieces = []
    for mark in found.marks[:most]:
        words = mark.words.encode("utf-8", "replace")
        numbers = (_KINDS.index(mark.kind), min(mark.part, 255), min(mark.page, 65535), mark.line)
        box = mark.box or (0, 0, 0, 0)
        pieces.append(_MARK.pack(*numbers, mark.box is not None, *box, len(words)) + words)
    picture = found.picture if len(found.picture) <= MAX_PICTURE else b""
    shown = 1 + found.marks.index(found.shown) if found.shown is not None and picture else 0
    return b"".join((_ANSWER.pack(found.complete | found.unread << 1, shown, len(pieces)), *pieces, picture))


def unpack_found(untrusted: bytes, most: int = MAX_FOUND) -> Found:
    """Raises WireError unless the bytes are exactly that; the picture is not looked at."""
    try:
        complete, shown, count = _ANSWER.unpack_from(untrusted)
        at, marks = _ANSWER.size, []
        for _ in range(count):
            kind, part, page, line, boxed, *sides, length = _MARK.unpack_from(untrusted, at)
            at += _MARK.size
            words = untrusted[at : at + length].decode("utf-8")
            at += length
            box = (sides[0], sides[1], sides[2], sides[3]) if boxed else None
            marks.append(Mark(_KINDS[kind], part, page, line, box, words))
            if boxed > 1 or max(sides) > WHOLE or len(words) > MAX_WORDS or printable(words) != words:
                raise WireError
    except (struct.error, UnicodeDecodeError, IndexError):
        raise WireError from None
    picture = untrusted[at:]
    if at > len(untrusted) or complete > 3 or count > most or shown > count or bool(shown) != bool(picture):
        raise WireError
    mark = marks[shown - 1] if shown else None
    return Found(tuple(marks), bool(complete & 1), picture, mark, bool(complete & 2))
