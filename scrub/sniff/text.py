"""Tells by its first bytes whether a file may be words. What kind of words, its whole content tells later."""

import codecs
import re

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
_NOT_OURS = (
    b"age-encryption.org/",  # locked already: it goes as it is, if the source says so
    b"-----BEGIN AGE",
    b"-----BEGIN PGP MESSAGE",
    b"%!PS",  # a program that draws
)
_LONGEST_CHARACTER = 4
_FEW = 0.35
"""Share of bytes above 127 in eight-bit Western European words; other scripts have more."""


def looks_like_text(head: bytes) -> bool:
    """`head`: up to 64 bytes. UTF-8, UTF-16 with a byte order mark, or eight bits, mostly plain letters."""
    if head.startswith(_BOMS[1:]):
        return len(head) > len(_BOMS[1])
    head = head.removeprefix(_BOMS[0]).removesuffix(b"\x1a")
    if not head or _CONTROL.search(head) or head.startswith(_NOT_OURS):
        return False
    return _is_utf8(head) or plausible_eight_bit(head)


def plausible_eight_bit(data: bytes) -> bool:
    """Whether Windows-1252 is a fair guess: its five holes aren't used, and few bytes are above 127."""
    high = len(data) - len(data.translate(None, _HIGH))
    return high <= _FEW * len(data) and not _HOLES.search(data)


def _is_utf8(head: bytes) -> bool:
    """The last character may be cut."""
    for cut in range(_LONGEST_CHARACTER):
        try:
            return bool(head[: len(head) - cut].decode())
        except UnicodeDecodeError as error:
            if error.end < len(head) - cut:
                return False
    return False


_HIGH = bytes(range(128, 256))
_HOLES = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
