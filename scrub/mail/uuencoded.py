"""Files that old mail programs wrote into the words (uuencode): they are files of the e-mail like others.

Source: POSIX.1-2017, uuencode.
"""

import binascii
import re

_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} [^\n]{1,255}\n", re.M)
_MOST = 100


def taken_out(text: str) -> tuple[str, list[bytes]]:
    """The words without such files, and these. What is cut off or damaged ends where it can't be read."""
    out: list[str] = []
    files: list[bytes] = []
    at = 0
    while len(files) < _MOST and (begin := _BEGIN.search(text, at)):
        content, end = _decoded(text, begin.end(), plain="-base64" not in begin[0])
        if content:
            out.append(text[at : begin.start()])
            files.append(content)
        else:
            out.append(text[at:end])
        at = end
    return "".join(out) + text[at:], files


def _decoded(text: str, at: int, *, plain: bool) -> tuple[bytes, int]:
    """Up to where, and what stands there."""
    decode, last = (binascii.a2b_uu, "end") if plain else (binascii.a2b_base64, "====")
    found: list[bytes] = []
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        if line.strip() == last:
            return b"".join(found), min(end + 1, len(text))
        try:
            found.append(decode(line.encode("ascii")))
        except (binascii.Error, ValueError):
            break
        at = end + 1
    return b"".join(found), min(at, len(text))
