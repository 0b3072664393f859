"""Reads H.264 parameter sets to their last bit, and refuses what could hold more than a picture needs.

A set of ours and of nearly every camera is a few dozen bytes. What is behind them, scaling lists, extension
bits, timing models of a broadcaster, a frame that crops away what was coded, slice groups and redundant
pictures have no place in a file that is called clean.

Source: ITU-T H.264, 7.3.1 (emulation prevention), 7.3.2.1.1, 7.3.2.2, 7.3.2.11, E.1.1.
"""

import re

from scrub.verify.errors import require

_SPS, _PPS = 7, 8
_BASELINE, _MAIN, _HIGH = 66, 77, 100
_MAX_BYTES = 128
_MACROBLOCK = 16
_ANY_ASPECT = 255
_NOT_ESCAPED = re.compile(rb"\x00\x00[\x00-\x02]|\x00\x00\x03(?![\x00-\x03]|\Z)")
"""A start code or a third zero inside a unit, or an escape where none belongs."""


class _Bits:
    """A cursor over a unit's payload, without its escapes. Raises Unverified past the end."""

    def __init__(self, unit: bytes) -> None:
        data = unit[1:].replace(b"\0\0\3", b"\0\0")
        self._bits, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def take(self, count: int) -> int:
        require(count <= self._left)
        self._left -= count
        return self._bits >> self._left & ((1 << count) - 1)

    def flag(self) -> bool:
        return self.take(1) == 1

    def number(self) -> int:
        """ue(v); an se(v) is one as well."""
        zeros = 0
        while not self.flag():
            zeros += 1
            require(zeros <= 16)
        return (1 << zeros | self.take(zeros)) - 1

    def more(self) -> bool:
        """Whether anything is left before the last 1 of the payload."""
        rest = self._bits & ((1 << self._left) - 1)
        return rest != 0 and rest & (rest - 1) != 0

    def end(self) -> None:
        """A 1, and zeros to the end of the byte that it is in."""
        require(self._left <= 8 and self.flag() and self.take(self._left) == 0)


def is_escaped(unit: bytes) -> bool:
    """Whether no other unit can be found inside `unit`."""
    return _NOT_ESCAPED.search(unit) is None


def check_sps(unit: bytes) -> tuple[int, int]:
    """Width and height of the pictures. Raises Unverified for anything but 8-bit 4:2:0 without extras."""
    _check_unit(unit, _SPS)
    bits = _Bits(unit)
    profile, constraints, _ = bits.take(8), bits.take(8), bits.take(8)
    require(profile in (_BASELINE, _MAIN, _HIGH) and constraints & 3 == 0)
    require(bits.number() == 0)  # its id
    if profile == _HIGH:
        require((bits.number(), bits.number(), bits.number()) == (1, 0, 0))  # 4:2:0, 8 bits, 8 bits
        require(bits.take(2) == 0)  # neither lossless nor scaling lists
    bits.number()  # largest picture number
    order = bits.number()
    require(order in (0, 2))  # order type 1 has a table of offsets
    if order == 0:
        bits.number()
    bits.number()  # reference pictures
    bits.flag()  # gaps in picture numbers
    width, rows = _MACROBLOCK * (bits.number() + 1), bits.number() + 1
    fields = 1 if bits.flag() else 2
    height = _MACROBLOCK * rows * fields
    bits.take(fields)  # fields within pictures; how motion is guessed
    if bits.flag():
        left, right, top, bottom = (2 * bits.number() for _ in range(4))
        bottom *= fields
        require(left == top == 0 and right < _MACROBLOCK and bottom < _MACROBLOCK * fields)
        width, height = width - right, height - bottom
    if bits.flag():
        _usability(bits)
    bits.end()
    return width, height


def _usability(bits: _Bits) -> None:
    """How to show it. The timing model of a receiver's buffer (HRD) has no place."""
    if bits.flag() and bits.take(8) == _ANY_ASPECT:
        bits.take(32)
    if bits.flag():
        bits.flag()  # overscan
    if bits.flag():
        bits.take(4)
        if bits.flag():
            bits.take(24)  # primaries, transfer, matrix
    if bits.flag():
        bits.number(), bits.number()  # where chroma samples lie
    if bits.flag():
        bits.take(65)  # clock
    require(bits.take(2) == 0)
    bits.flag()
    if bits.flag():
        bits.flag()
        for _ in range(6):
            bits.number()


def check_pps(unit: bytes) -> None:
    """Raises Unverified for slice groups, redundant pictures, scaling lists, or anything behind the last
    field.
    """
    _check_unit(unit, _PPS)
    bits = _Bits(unit)
    require(bits.number() < 8 and bits.number() == 0)
    bits.take(2)
    require(bits.number() == 0)
    bits.number(), bits.number()
    bits.take(3)
    for _ in range(3):
        bits.number()
    bits.take(2)
    require(not bits.flag())
    if bits.more():
        bits.flag()
        require(not bits.flag())
        bits.number()
    bits.end()


def _check_unit(unit: bytes, kind: int) -> None:
    require(4 <= len(unit) <= _MAX_BYTES if kind == _SPS else 2 <= len(unit) <= _MAX_BYTES)
    require(unit[0] & 0x9F == kind and is_escaped(unit))
