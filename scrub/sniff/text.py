"""Tells by its first bytes whether a file may be words. What kind of words, its whole content tells later."""

import codecs
import re

from scrub.sniff.wide import order_of

_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_FEW = 6
"""Bytes, below which a page of code is nothing to guess."""

_ASCII = bytes(range(128))
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
_SHIFTS = re.compile(rb"\x1b(?:\$[@B]|\([BJ])|\x1b[$(]?\Z")
"""Of ISO-2022-JP (RFC 1468): between them bytes below 128 are kanji. The last may be cut."""

_NOT_OURS = (
    b"age-encryption.org/",  # locked already: it goes as it is, if the source says so
    b"-----BEGIN AGE",
    b"-----BEGIN PGP MESSAGE",
    b"%!PS",  # a program that draws
)


def looks_like_text(head: bytes) -> bool:
    """`head`: up to 64 bytes. UTF-16 or UTF-32, or no control character: UTF-8 or a code page."""
    if head.startswith(_BOMS[1:]):
        return len(head) > len(_BOMS[1])
    if _is_wide(head) or order_of(head):
        return True
    head = _SHIFTS.sub(b"", head.removeprefix(_BOMS[0]).removesuffix(b"\x1a"))
    if not head or _CONTROL.search(head) or head.startswith(_NOT_OURS):
        return False
    plain = len(head) - len(head.translate(None, _ASCII))
    return len(head) >= _FEW or 2 * plain >= len(head) or _is_utf8(head)


def _is_wide(head: bytes) -> bool:
    """Whether every other byte is a zero, and the rest are letters and signs below 256: UTF-16 without a
    mark.
    """
    first, second = head[: len(head) & ~1 : 2], head[1::2]
    letters, rest = (second, first) if head[:1] == b"\0" else (first, second)
    return len(rest) >= _FEW and not rest.strip(b"\0") and not _CONTROL.search(letters)


def _is_utf8(head: bytes) -> bool:
    """The last character may be cut."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
