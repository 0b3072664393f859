"""Bytes to letters. Every codec is loaded with this module: a child has no file system to load one from."""

import codecs
import re

from scrub.report import Refusal
from scrub.sniff.wide import BEGINNING, order_of
from scrub.words.letters import pages_of

MAX_BYTES = 32 << 20
"""Of one text: 32 MiB."""

_NAMES = (
    *(
        "utf-8",
        "us-ascii",
        "utf-32",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-7",
        "koi8-r",
        "koi8-u",
        "tis-620",
        "macintosh",
    ),
    *(f"iso-8859-{part}" for part in (*range(1, 12), *range(13, 17))),
    *("gb2312", "gbk", "gb18030", "big5", "shift_jis", "cp932", "euc-jp", "iso-2022-jp", "euc-kr"),
    *("ks_c_5601-1987", "cp949"),
)
_CODECS = {name: codecs.lookup(name) for name in _NAMES} | {
    f"windows-{page}": codecs.lookup(f"cp{page}") for page in (874, *range(1250, 1259))
}
_WHOLE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}")
_WHOLE_FOR_LOST = 4
LOST = "\ufffd"

_WIDER = {"us-ascii": "windows-1252", "iso-8859-1": "windows-1252", "gb2312": "gb18030", "gbk": "gb18030"}
"""What mail programs call one thing and write another."""

_KANJI_SHIFT = re.compile(rb"\x1b\$[@B]")
_NOT_ASCII = ("utf-16", "utf-7", "iso-2022-jp")
"""Encodings whose bytes are all below 128 and mean something else."""

_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f]")
_CONTROL_BYTE = re.compile(rb"[\0-\x08\x0e-\x1f\x7f]")
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, with which its mark begins
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode_text(untrusted: bytes, page: str = "") -> str:
    """The letters of a file, without a byte order mark, `LOST` where a few bytes of UTF-8 are damaged.
    `page`: by which to read what doesn't say it itself.

    Raises Refusal: "too_large", "broken" (half a letter, or one that the page doesn't have), "unsupported"
    (control characters), "letters" (doubtful, with the pages to ask about).
    """
    if len(untrusted) > MAX_BYTES:
        raise Refusal("too_large")
    text = _decoded(untrusted.removesuffix(b"\x1a"), page)  # how DOS ended a text
    if _CONTROL.search(text):
        raise Refusal("unsupported")
    return text


def decode_part(untrusted: bytes, charset: str | None) -> tuple[str, bool]:
    """The letters of a part of an e-mail, and whether some could not be read. `charset`: as it says itself.

    Control characters become spaces: a part isn't a file that may be something else.
    """
    name = (charset or "us-ascii").strip().lower().replace("_", "-")
    if untrusted.isascii() and _KANJI_SHIFT.search(untrusted):
        name = "iso-2022-jp"
    name = {
        "utf8": "utf-8",
        "utf7": "utf-7",
        "unicode-1-1-utf-7": "utf-7",
        "shift-jis": "shift_jis",
        "ks-c-5601-1987": "ks_c_5601-1987",
    }.get(name, name)
    try:
        text, lossy = untrusted.decode(), False
        if name not in ("utf-8", "us-ascii") and (name.startswith(_NOT_ASCII) or not untrusted.isascii()):
            raise ValueError
    except ValueError:  # UnicodeDecodeError is one
        certain, codec = True, _CODECS.get(_WIDER.get(name, name))
        if codec is None or name == "us-ascii":  # it says nothing, or nothing true
            pages, certain = pages_of(untrusted)
            codec = codecs.lookup(pages[0] if certain else "cp1252")
        text = codec.decode(untrusted, "replace")[0]
        lossy = LOST in text or not certain
    return _CONTROL.sub(" ", text.removeprefix("\ufeff")), lossy


def _decoded(untrusted: bytes, page: str) -> str:
    wide = next((name for mark, name in _WIDE if untrusted.startswith(mark)), None)
    if wide is None and (b"\0" in untrusted[:BEGINNING] or order_of(untrusted)):
        return _without_mark(untrusted)
    try:
        if wide is not None:
            return untrusted.decode(wide)
        if untrusted.isascii() and _KANJI_SHIFT.search(untrusted):
            return untrusted.decode("iso-2022-jp")
        return untrusted.decode("utf-8-sig")
    except UnicodeDecodeError:
        if wide is not None or untrusted.isascii():
            raise Refusal("broken") from None
    if _CONTROL_BYTE.search(untrusted):
        raise Refusal("unsupported")
    mended = untrusted.decode("utf-8-sig", "replace")
    if not page and _is_almost_utf8(untrusted, mended.count(LOST)):
        return mended
    pages, certain = ((page,), True) if page else pages_of(untrusted)
    if not pages:
        raise Refusal("unsupported")
    if not certain:
        raise Refusal("letters", pages)
    try:
        return untrusted.decode(pages[0])
    except UnicodeDecodeError:
        raise Refusal("broken") from None


def _without_mark(untrusted: bytes) -> str:
    """UTF-16, of which the alphabet, or else the zeros of plain letters, show the order. Raises
    Refusal("unsupported").
    """
    begin = untrusted[:BEGINNING]
    high, low = begin[::2].count(b"\0"), begin[1::2].count(b"\0")
    try:
        return untrusted.decode(order_of(begin) or ("utf-16-be" if high > low else "utf-16-le"))
    except UnicodeDecodeError:
        raise Refusal("unsupported") from None


def _is_almost_utf8(untrusted: bytes, lost: int) -> bool:
    """Whether a text in UTF-8 was cut or damaged: most of what is above 127 is whole letters of it."""
    return bool(lost) and len(_WHOLE.findall(untrusted)) >= _WHOLE_FOR_LOST * lost
