"""Files that old mail programs wrote into the words (uuencode), also where somebody quoted them.

Source: POSIX.1-2017, uuencode; GNU sharutils for a name that is encoded, too.
"""

import binascii
import re

from scrub.report import Refusal

_BEGIN = re.compile(
    r"^(?P<quoted>[> |\t]{0,40})begin(?P<base64>-base64(?:-encoded)?)? [0-7]{3,4} [^\n]{1,255}(?:\n|\Z)", re.M
)
_MOST = 100


def taken_out(text: str) -> tuple[str, list[bytes]]:
    """The words without such files, and these; also what comes to stand together when one went. What is cut
    off ends where it can't be read.

    Raises Refusal("too_large") for more than 100.
    """
    files: list[bytes] = []
    while True:
        out: list[str] = []
        at, took = 0, False
        while begin := _BEGIN.search(text, at):
            content, end = _decoded(text, begin)
            out.append(text[at : begin.start()] if end else text[at : begin.end()])
            files += [content] if end else []
            took = took or end > 0
            at = end or begin.end()
            if len(files) > _MOST:
                raise Refusal("too_large")
        text = "".join(out) + text[at:]
        if not took:
            return text, files


def _decoded(text: str, begin: re.Match[str]) -> tuple[bytes, int]:
    """What stands behind the first line of one, and up to where; 0 where nothing does."""
    decode, last = (_base64, "====") if begin["base64"] else (_line, "end")
    quoted = begin["quoted"].rstrip()
    found: list[bytes] = []
    at, read_to = begin.end(), 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        whole = text[at:end]
        if not whole.startswith(quoted):
            break
        line = whole.removeprefix(begin["quoted"] if whole.startswith(begin["quoted"]) else quoted)
        at = min(end + 1, len(text))
        if line.strip() == last:
            return b"".join(found), at
        try:
            found.append(decode(line))
        except ValueError:
            break
        read_to = at if line else read_to
    return b"".join(found), read_to


def _base64(line: str) -> bytes:
    return binascii.a2b_base64(line.encode("ascii"), strict_mode=True)


def _line(line: str) -> bytes:
    """Raises ValueError for what is none. A full one may have lost its spaces, or a letter, on the way."""
    if not line:  # a space stood here: the last
        return b""
    letters = ((ord(line[0]) - 32 & 63) + 2) // 3 * 4 + 1
    full = line[0] == "M"
    if len(line) > letters + 1 or (len(line) < letters and not full):
        raise ValueError
    try:
        return binascii.a2b_uu(line.encode("ascii"))
    except ValueError:
        if full and len(line) == letters and " " not in line:
            return b""
        raise
