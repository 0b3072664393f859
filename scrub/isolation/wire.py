"""The bytes between a scrub child and its parent. Numbers and content only: a child has no way to say a
sentence.

    request   length of what follows (8, big-endian) || choices (1) || letters (1)
              || seed of the disguise (32) || content
              choices: bit 0 disguise, bit 1 lower resolution, bits 2-3 the PDF style, bit 4 times,
              bit 5 the marks of the copy;
              letters: 0, or the place in `LETTERS` from 1; the seed is 0 without a disguise.
              To verify, and for the words or pages of a clean file: length (8) || media type (1) || content
              To redact: length (8) || media type (1) || size of the wishes (4) || wishes || content
              To compare: length (8) || two media types (2) || size of the first (8) || first || second
    result    0 || media type (1) || removed (8) || notes (8) || length (8) || content
              1 || refusal (1) || letters (3): each 0, or a place from 1, the likeliest first
              behind a clean copy whose marks are wanted: `scrub.isolation.marks_wire`

The words of a clean file come as UTF-8 and nothing else; the pages of a clean PDF are drawn in
`scrub.reading.pages`; a redacted copy comes behind its places (`scrub.redact.wishes`): 1 || their size (4) ||
places || content, or 0 where it can't be; a comparison as `scrub.compare.result` has it, or nothing.
`removed` and `notes` are bit masks over the tuples in `scrub.report`. A result that isn't exactly this is
treated like a crash: the child may be in the hands of whoever made the file.

Between the parent and the zygote, a control socket (SOCK_SEQPACKET), one message each:

    parent -> zygote   task (1) || job (4) || CPU seconds (2) || memory (8) || wall-clock ms (4), and two fds
                       (task `cancel`: kills that job's child; no fds)
    zygote -> parent   "ready": isolation bit mask (4)
    zygote -> parent   job (4) || outcome (1)
"""

import struct

from scrub.report import (
    EXTENSIONS,
    LETTERS,
    MAX_ASKED,
    NOTES,
    PDF_STYLES,
    REFUSALS,
    REMOVED,
    Choices,
    Clean,
    Refused,
)

LENGTH = struct.Struct(">Q")
_CLEAN = struct.Struct(">BBQQQ")
_REFUSED = struct.Struct(f">BB{MAX_ASKED}s")
_MEDIA_TYPES = tuple(EXTENSIONS)

REQUEST = struct.Struct(">BIHQI")
READY = struct.Struct(">I")
DONE = struct.Struct(">IB")
TASK_SCRUB, TASK_VERIFY, TASK_CANCEL, TASK_PICTURE = range(4)
TASK_WORDS, TASK_PAGES, TASK_REDACT, TASK_COMPARE, TASK_MARKS, TASK_CODES = range(4, 10)
TASK_GATHER, TASK_SET, TASK_REDRAW, TASK_COVER = range(10, 14)
TASK_DOTS, TASK_OCR, TASK_SHOW, TASK_RECORDING, TASK_PDF = range(14, 19)
OUTCOME_DONE, OUTCOME_TIMEOUT, OUTCOME_CRASHED, OUTCOME_MEMORY = range(4)
VERIFIED, REJECTED = b"\x01", b"\x00"

MAX_INPUT = 64 << 20
"""Bytes of an input that is looked at."""

MAX_OUTPUT = 128 << 20
"""Bytes of a clean copy."""

REDACT = struct.Struct(">BI")
COMPARE = struct.Struct(">BBQ")
REDACTED = struct.Struct(">BI")
"""Before the wishes, and before the places."""

SEED_BYTES = 32
CHOICES = struct.Struct(f">BB{SEED_BYTES}s")

RESULT_HEAD = _CLEAN.size
MAX_RESULT = RESULT_HEAD + MAX_OUTPUT


class WireError(Exception):
    """The bytes are not a result."""


def pack_result(result: Clean | Refused) -> bytes:
    """Raises ValueError for a code that isn't in the tables."""
    return b"".join(result_pieces(result))


def result_pieces(result: Clean | Refused) -> tuple[bytes, ...]:
    """The same without a copy of the content."""
    if isinstance(result, Refused):
        letters = bytes(LETTERS.index(page) + 1 for page in result.letters)
        return (_REFUSED.pack(1, REFUSALS.index(result.reason), letters),)
    media_type = _MEDIA_TYPES.index(result.media_type)
    head = _CLEAN.pack(
        0,
        media_type,
        pack_codes(result.removed, REMOVED),
        pack_codes(result.notes, NOTES),
        len(result.content),
    )
    return head, result.content


def unpack_result(untrusted_head: bytes, untrusted_content: bytes) -> Clean | Refused:
    """The first `RESULT_HEAD` bytes of a result and what follows them, so that no content is copied.

    Raises WireError unless the bytes are exactly one result.
    """
    if len(untrusted_head) == _REFUSED.size and not untrusted_content:
        status, reason, letters = _REFUSED.unpack(untrusted_head)
        asked = letters.rstrip(b"\0")
        if status != 1 or reason >= len(REFUSALS) or 0 in asked or max(asked, default=0) > len(LETTERS):
            raise WireError
        return Refused(REFUSALS[reason], tuple(LETTERS[number - 1] for number in asked))
    if len(untrusted_head) != _CLEAN.size:
        raise WireError
    status, media, removed, notes, length = _CLEAN.unpack(untrusted_head)
    if status != 0 or media >= len(_MEDIA_TYPES) or length != len(untrusted_content):
        raise WireError
    media_type = _MEDIA_TYPES[media]
    return Clean(
        content=untrusted_content,
        media_type=media_type,
        extension=EXTENSIONS[media_type],
        removed=unpack_codes(removed, REMOVED),
        notes=unpack_codes(notes, NOTES),
    )


def content_length(untrusted_head: bytes) -> int:
    """Of the copy behind the head of a result; what comes after that is its marks. 0 behind a refusal."""
    if len(untrusted_head) != _CLEAN.size:
        return 0
    return int(_CLEAN.unpack(untrusted_head)[4])


def pack_choices(choices: Choices, *, marks: bool = False) -> bytes:
    """34 bytes; `marks`: whether the copy is searched, too. Raises ValueError for a seed that isn't 32 bytes,
    an unknown style or unknown letters.
    """
    if choices.disguise is not None and len(choices.disguise) != SEED_BYTES:
        raise ValueError("the seed of a disguise is 32 bytes")
    flags = (choices.disguise is not None) | choices.lower_resolution << 1 | choices.times << 4 | marks << 5
    letters = LETTERS.index(choices.letters) + 1 if choices.letters else 0
    return CHOICES.pack(
        flags | PDF_STYLES.index(choices.pdf) << 2, letters, choices.disguise or bytes(SEED_BYTES)
    )


def unpack_choices(packed: bytes) -> Choices:
    """From our own parent, so what is wrong raises whatever it raises."""
    flags, letters, seed = CHOICES.unpack(packed)
    return Choices(
        seed if flags & 1 else None,
        bool(flags & 2),
        PDF_STYLES[flags >> 2 & 3],
        LETTERS[letters - 1] if letters else "",
        bool(flags & 16),
    )


def wants_marks(packed: bytes) -> bool:
    """Of packed choices."""
    return bool(packed[0] & 32)


def pack_media_type(media_type: str) -> bytes:
    """One byte."""
    return bytes((_MEDIA_TYPES.index(media_type),))


def unpack_media_type(number: int) -> str:
    """The other way."""
    return _MEDIA_TYPES[number]


def pack_codes(codes: tuple[str, ...], table: tuple[str, ...]) -> int:
    """A bit mask; raises ValueError for a code that the table doesn't have."""
    return sum({1 << table.index(code) for code in codes})


def unpack_codes(mask: int, table: tuple[str, ...]) -> tuple[str, ...]:
    """The codes in the table's order; raises WireError for a bit beyond the table."""
    if mask >> len(table):
        raise WireError
    return tuple(code for bit, code in enumerate(table) if mask >> bit & 1)
