"""Files that old Macintosh programs wrote into the words (BinHex 4.0), also where somebody quoted them.

Source: RFC 1741, appendix A. Python has no reader of it since 3.11.
"""

import base64
import re

from scrub.report import Refusal

_BEGIN = re.compile(
    r"^(?P<quoted>[> |\t]{0,40})\(This file must be converted with BinHex[^\n)]{0,40}\)[^\n]{0,40}\n"
    r"(?:[> |\t]{0,40}\n){0,4}(?=[> |\t]{0,40}:)",
    re.M | re.I,
)
_LETTERS = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
_SIX_BITS = str.maketrans(_LETTERS, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_KNOWN = frozenset(_LETTERS)
_AGAIN = 0x90
_HEAD = 19
"""Of a file, behind its name: a zero, kind and maker (4 each), flags (2), two lengths (4 each)."""
_MOST, _LONGEST = 100, 32 << 20
"""Files, and bytes of one and of all."""


def taken_out(text: str) -> tuple[str, list[bytes]]:
    """The words without such files, and what each holds, without its name. Raises Refusal("too_large")."""
    files: list[bytes] = []
    out: list[str] = []
    at = size = 0
    while begin := _BEGIN.search(text, at):
        coded, end = _lines(text, begin)
        out.append(text[at : begin.start()])
        files.append(_file(_unpacked(_bits(coded))))
        at = end
        size += len(files[-1])
        if len(files) > _MOST or size > _LONGEST:
            raise Refusal("too_large")
    return "".join(out) + text[at:], files


def _lines(text: str, begin: re.Match[str]) -> tuple[str, int]:
    """What stands between two colons, and up to where; a line of other letters ends it, too."""
    found: list[str] = []
    at, quoted = begin.end(), begin["quoted"].rstrip()
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].removeprefix(quoted).strip()
        first = line.removeprefix(":") if not found else line
        coded = first.removesuffix(":")
        if not set(coded) <= _KNOWN:
            break
        found.append(coded)
        at = min(end + 1, len(text))
        if coded != first:
            break
    return "".join(found), at


def _bits(coded: str) -> bytes:
    """Six bits a letter."""
    whole = len(coded) * 6 // 8
    return base64.b64decode(coded.translate(_SIX_BITS) + "A" * (-len(coded) % 4))[:whole]


def _unpacked(packed: bytes) -> bytes:
    """A byte may be followed by a mark and how often it stands there; none of a mark is the mark itself."""
    out = bytearray()
    at = 0
    while (mark := packed.find(_AGAIN, at, len(packed) - 1)) >= 0:
        out += packed[at:mark]
        count = packed[mark + 1]
        out += bytes([_AGAIN]) if count == 0 else out[-1:] * (count - 1)
        at = mark + 2
        if len(out) > _LONGEST:
            raise Refusal("too_large")
    return bytes(out + packed[at:])


def _file(whole: bytes) -> bytes:
    """The data: what else a Macintosh keeps of a file (its resources) isn't looked at."""
    start = 1 + (whole[0] if whole else 0) + _HEAD
    length = int.from_bytes(whole[start - 8 : start - 4], "big")
    return whole[start + 2 : start + 2 + length]
