"""Takes C2PA manifests out of words, where they name who made a text, with what and when.

Sources: C2PA 2.4, A.8 (unstructured text: a mark and variation selectors, a byte each, behind the magic
number) and A.9 (structured text: a block between two lines, often within a comment).
"""

import re

_MAGIC = b"C2PATXT\0"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_WRAPPER = re.compile(f"\ufeff?[{_SELECTORS}]{{{len(_MAGIC)},}}")
_BEGIN, _END = "-----BEGIN C2PA MANIFEST-----", "-----END C2PA MANIFEST-----"
_COMMENT = re.compile(r"(?<![ \t])[ \t]{0,99}(?:#|//|/\*|<!--|--|;|%|\"|')?[ \t]{0,99}\Z")
_COMMENT_END = re.compile(r"[ \t]*(?:\*/|-->)?[ \t]*(?=[\r\n]|\Z)")
_REFERENCE = re.compile(
    r"(?:[^\S\n]*\n?[^\S\n]*(?:#|//|\*)?[^\S\n]*(?:data:[^\s]+|https?:[^\s]+|[A-Za-z0-9+/=]{16,}))*"
)


def without_credentials(text: str) -> tuple[str, bool]:
    """The text without manifests, and whether there was one. Other invisible letters stay where they are."""
    shown = _WRAPPER.sub(lambda found: "" if _is_manifest(found[0]) else found[0], text)
    out: list[str] = []
    at, begin, end = 0, shown.find(_BEGIN), 0
    while begin >= 0:
        out.append(_COMMENT.sub("", shown[at:begin], count=1))
        at = begin + len(_BEGIN)
        begin = shown.find(_BEGIN, at)
        end = shown.find(_END, at) if 0 <= end < at else end
        if end >= 0 and (begin < 0 or end < begin):
            at = end + len(_END)
        elif reference := _REFERENCE.match(shown, at):  # cut off
            at = reference.end()
        at = closed.end() if (closed := _COMMENT_END.match(shown, at)) else at
    without = "".join(out) + shown[at:]
    return without, without != text


def _is_manifest(selectors: str) -> bool:
    letters = selectors.removeprefix("\ufeff")[: len(_MAGIC)]
    return bytes(ord(letter) - (0xFE00 if ord(letter) < 0xE0000 else 0xE00F0) for letter in letters) == _MAGIC
