"""What H.264 and H.265 carry beside their pictures (SEI): captions, what encoders say of themselves, what
cameras note.

Sources: ITU-T H.264 and H.265, annex D; ANSI/CTA-708 and ATSC A/53 part 4 (captions); the notes of AVCHD
cameras (`MDPM`) as exiftool and others read them.
"""

import re
from collections.abc import Callable, Iterator

_REGISTERED, _UNREGISTERED = 4, 5
_CAPTIONS = b"\xb5\0\x31GA94\3"
_PLAIN = (b"\xb5\0\x31DTG1", b"\xb5\0\x3c", b"\xb5\0\x3b", b"\x26\0\4")
"""How much of a picture is film, and how bright it may be shown."""
_CAMERA = b"MDPM"
_PLACE = range(0xB0, 0xCB)
_PROGRAM = re.compile(rb"x26[45]|[A-Za-z]{3,}[ -]?(?:enc|codec|version|v?\d)", re.I)
_ESCAPED = re.compile(rb"\x00\x00\x03")


def read_sei(untrusted_messages: bytes, add: Callable[[str], None]) -> bool:
    """The messages of one unit, without its head of one or two bytes. `add` gets codes of
    `scrub.report.REMOVED`; returns whether there were captions.
    """
    captions = False
    for kind, body in _messages(_ESCAPED.sub(b"\0\0", untrusted_messages)):
        if kind == _UNREGISTERED:
            read_unregistered(body, add)
        elif kind == _REGISTERED and body.startswith(_CAPTIONS):
            flags, at = body[len(_CAPTIONS) : len(_CAPTIONS) + 1], len(_CAPTIONS) + 2
            captions |= has_captions(body[at : at + 3 * (flags[0] & 31)] if flags else b"")
        elif kind == _REGISTERED and not body.startswith(_PLAIN):
            add("other_metadata")
    return captions


def read_unregistered(body: bytes, add: Callable[[str], None]) -> None:
    """An identifier of 16 bytes, and what its owner likes."""
    said = body[16:]
    if said.startswith(_CAMERA):  # a count, then pieces: kind (1), four bytes
        add("date")
        add("device")
        if any(said[at] in _PLACE for at in range(5, len(said), 5)):
            add("place")
    elif _PROGRAM.search(said):
        add("software")
    elif said.strip(b"\0"):
        add("other_metadata")


def has_captions(untrusted_pairs: bytes) -> bool:
    """Of three bytes each: flags, and a pair of letters or orders, with odd parity where it is of the old
    kind. Whoever has nothing to say sends pairs of nothing.
    """
    return any(
        flags & 4 and ((one & 0x7F, two & 0x7F) != (0, 0) if flags & 3 < 2 else one | two)
        for flags, one, two in zip(*(untrusted_pairs[at::3] for at in range(3)), strict=False)
    )


def _messages(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and body: each number is as many 255 as there are, and what is left."""
    at = 0
    while at + 2 <= len(payload):  # the last byte alone is where the unit ends
        kind, at = _number(payload, at)
        size, at = _number(payload, at)
        yield kind, payload[at : at + size]
        at += size


def _number(payload: bytes, at: int) -> tuple[int, int]:
    value = 0
    while at < len(payload) and payload[at] == 255:
        value, at = value + 255, at + 1
    return value + (payload[at] if at < len(payload) else 0), at + 1
