"""Kinds of metadata in a PDF, by the keys of its dictionaries: a key that no standard names is told.

Only where a text, a number or a name stands behind it: what a page calls its fonts and pictures has keys of
its own choosing, and behind those is always another object. Source: ISO 32000-2.
"""

import re

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names

_KEYS, _TOLD = names("pdf_keys"), names("pdf").named
_TOKEN = re.compile(
    rb"<<|>>|\[|\]|/[^\s/<>\[\](){}%]*|\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\)|<[0-9A-Fa-f\s]*>"
    rb"|[-+0-9.]+|[A-Za-z]+|%[^\r\n]*",
    re.DOTALL,
)
_FILES = frozenset({b"F", b"DOS", b"Mac", b"Unix"})
_TOLD_BY_OTHERS = frozenset(
    {b"Contents", b"T", b"V", b"DV", b"DS", b"DA", b"CA", b"AC", b"Opt"}  # of marks and fields
    | {b"Registry", b"Ordering", b"CharSet", b"FontFamily", b"Panose"}  # of fonts
)
"""A text behind any other key that draws or finds something is words of somebody's own."""

_COLORS = frozenset({b"/DeviceGray", b"/DeviceRGB", b"/DeviceCMYK", b"/Pattern"})
_OF_THE_FORMAT = re.compile(rb"%(?:PDF-[0-9.]+|%EOF|[\x80-\xff]{2,8})?\s*")
_MAX_DEPTH = 64


def read_keys(text: bytes, inventory: Inventory, most: int) -> int:
    """`text`: what stands outside of streams, or in an object stream, with its names in plain letters.

    Returns how many of `most` words are left; where none is, the rest was not looked at, which is told.
    """
    open_ones: list[_Open] = []
    for found in _TOKEN.finditer(text):
        token = found[0]
        most -= 1
        if most <= 0:
            inventory.add("other_metadata")
            return 0
        if token[:1] == b"%":
            if not _OF_THE_FORMAT.fullmatch(token):
                inventory.add("other_metadata")
        elif token in (b"<<", b"["):
            if len(open_ones) == _MAX_DEPTH:
                inventory.add("other_metadata")
                return most
            open_ones.append(_Open(inventory, is_dictionary=token == b"<<"))
        elif token in (b">>", b"]"):
            if open_ones:
                value = open_ones.pop().close()
                if open_ones:
                    open_ones[-1].take(value)
        elif open_ones:
            open_ones[-1].take(token)
    return most


class _Open:
    """A dictionary or a list of which the end has not come yet."""

    __slots__ = ("_inventory", "_is_dictionary", "_key", "_value")

    def __init__(self, inventory: Inventory, *, is_dictionary: bool) -> None:
        self._inventory, self._is_dictionary = inventory, is_dictionary
        self._key = self._value = b""

    def take(self, token: bytes) -> None:
        """The next token; b"<<" stands for a whole dictionary, b"[" and b"(" for a list without and with a
        text.
        """
        if not self._is_dictionary:
            if token[:1] in (b"(", b"<") and token != b"<<":
                self._value = b"("
            return
        if token[:1] == b"/" and (not self._key or self._value):
            self._tell()
            self._key, self._value = token[1:], b""
        elif token == b"R" or not self._value:
            self._value = token

    def close(self) -> bytes:
        """What stands for it."""
        if not self._is_dictionary:
            return self._value or b"["
        self._tell()
        return b"<<"

    def _tell(self) -> None:
        if (
            self._key
            and self._key not in _TOLD
            and self._value not in (b"", b"R", b"<<", b"[", b"null", b"()", b"<>", *_COLORS)
        ):
            codes = _KEYS.of(self._key)
            if not codes and self._is_text():
                codes = ("file_name",) if self._key in _FILES else ("other_metadata",)
            self._inventory.tell(codes)

    def _is_text(self) -> bool:
        return self._value[:1] in (b"(", b"<") and len(self._value) > 1 and self._key not in _TOLD_BY_OTHERS
