"""Bytes to letters. Every codec is loaded with this module: a child has no file system to load one from."""

import codecs
import re

from scrub.report import Refusal
from scrub.sniff.text import plausible_eight_bit

MAX_BYTES = 32 << 20
"""Of one text: 32 MiB."""

_NAMES = (
    *("utf-8", "us-ascii", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "tis-620", "macintosh"),
    *(f"iso-8859-{part}" for part in (*range(1, 12), *range(13, 17))),
    *("gb2312", "gbk", "gb18030", "big5", "shift_jis", "cp932", "euc-jp", "iso-2022-jp", "euc-kr"),
    *("ks_c_5601-1987", "cp949"),
)
_CODECS = {name: codecs.lookup(name) for name in _NAMES} | {
    f"windows-{page}": codecs.lookup(f"cp{page}") for page in (874, *range(1250, 1259))
}
_WIDER = {"us-ascii": "windows-1252", "iso-8859-1": "windows-1252", "gb2312": "gb18030", "gbk": "gb18030"}
"""What mail programs call one thing and write another."""

_NOT_ASCII = ("utf-16", "iso-2022-jp")
"""Encodings whose bytes are all below 128 and mean something else."""

_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f]")


def decode_text(untrusted: bytes) -> tuple[str, bool]:
    """The letters of a file, without a byte order mark, and whether their encoding was a guess.

    Raises Refusal: "too_large", "broken" (UTF-16 with half a letter), "unsupported" (control characters, or
    an encoding that nobody named).
    """
    if len(untrusted) > MAX_BYTES:
        raise Refusal("too_large")
    text, guessed = _decoded(untrusted)
    text = text.removesuffix("\x1a")  # how DOS ended a text
    if _CONTROL.search(text):
        raise Refusal("unsupported")
    return text, guessed


def decode_part(untrusted: bytes, charset: str | None) -> tuple[str, bool]:
    """The letters of a part of an e-mail, and whether some could not be read. `charset`: as it says itself.

    Control characters become spaces: a part isn't a file that may be something else.
    """
    name = (charset or "us-ascii").strip().lower().replace("_", "-")
    name = {"utf8": "utf-8", "shift-jis": "shift_jis", "ks-c-5601-1987": "ks_c_5601-1987"}.get(name, name)
    try:
        text, lossy = untrusted.decode(), False
        if name not in ("utf-8", "us-ascii") and (name.startswith(_NOT_ASCII) or not untrusted.isascii()):
            raise ValueError
    except ValueError:  # UnicodeDecodeError is one
        codec = _CODECS.get(_WIDER.get(name, name), _CODECS["windows-1252"])
        text = codec.decode(untrusted, "replace")[0]
        lossy = "\ufffd" in text
    return _CONTROL.sub(" ", text.removeprefix("\ufeff")), lossy


def _decoded(untrusted: bytes) -> tuple[str, bool]:
    if untrusted.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return untrusted.decode("utf-16"), False
        except UnicodeDecodeError:
            raise Refusal("broken") from None
    try:
        return untrusted.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        if not plausible_eight_bit(untrusted):
            raise Refusal("unsupported") from None
        return untrusted.decode("windows-1252"), True
