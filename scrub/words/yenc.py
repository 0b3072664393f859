"""Files that stand among the bytes of a message as they are but for four (yEnc), as in newsgroups.

Source: yEncode, draft 1.3.
"""

import re

from scrub.report import Refusal

_BEGIN = re.compile(rb"^(?P<quoted>[> |\t]{0,40})=ybegin [^\n]*\bname=[^\n]*(?:\n|\Z)", re.M)
_END = re.compile(rb"^[> |\t]{0,40}=yend [^\n]*(?:\n|\Z)", re.M)
_PART = re.compile(rb"\A=ypart [^\n]{0,255}(?:\n|\Z)")
_ESCAPED = re.compile(rb"=(.)", re.S)
_SHIFTED = bytes((byte - 42) & 255 for byte in range(256))
_MOST = 100


def taken_out(data: bytes) -> tuple[bytes, list[bytes]]:
    """The message without such files, and these; one that is cut off goes to the end.

    Raises Refusal("too_large") for more than 100.
    """
    files: list[bytes] = []
    out: list[bytes] = []
    at = 0
    while begin := _BEGIN.search(data, at):
        end = _END.search(data, begin.end())
        body = data[begin.end() : end.start() if end else len(data)]
        if quoted := begin["quoted"]:
            body = body.removeprefix(quoted).replace(b"\n" + quoted, b"\n")
        body = _PART.sub(b"", body)
        out.append(data[at : begin.start()])
        files.append(_decoded(body))
        at = end.end() if end else len(data)
        if len(files) > _MOST:
            raise Refusal("too_large")
    return b"".join(out) + data[at:], files


def _decoded(body: bytes) -> bytes:
    plain = body.replace(b"\r", b"").replace(b"\n", b"")
    return _ESCAPED.sub(lambda found: bytes([(found[1][0] - 64) & 255]), plain).translate(_SHIFTED)
