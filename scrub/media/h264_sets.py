"""The writer's own reading of H.264 parameter sets: whether a set holds what a picture needs and no more.

Shares nothing with the verifier, which judges the result by itself (`scrub.verify.h264`). A set is read as
the row of fields that the standard prints; one that doesn't fit the row is not plain.

Source: ITU-T H.264, 7.3.2.1.1 and 7.3.2.2 (the sets), E.1.1 (how to show a picture), 9.1 (Exp-Golomb codes).
"""

import re
from collections.abc import Callable

_LONGEST = 128
_HIDDEN_UNIT = re.compile(rb"\x00\x00[\x00-\x02]")
_ESCAPE = re.compile(rb"\x00\x00\x03(?=[\x00-\x03]|\Z)")
_PROFILES = (66, 77, 100)  # baseline, main, high
_HIGH = 100
_EXTENDED_ASPECT = 255


class _NotPlain(Exception):
    """This set says more than it must; never leaves this module."""


class _Fields:
    """The payload of a set as a string of 0 and 1, read from the left."""

    def __init__(self, unit: bytes) -> None:
        self._text = "".join(f"{byte:08b}" for byte in _ESCAPE.sub(b"\0\0", unit[1:]))
        self._end = self._text.rfind("1")  # the bit that ends a payload; zeros behind it fill a byte
        self._at = 0

    def u(self, bits: int) -> int:
        """A number of so many digits."""
        start, self._at = self._at, self._at + bits
        if self._at > self._end:
            raise _NotPlain
        return int(self._text[start : self._at] or "0", 2)

    def ue(self) -> int:
        """An Exp-Golomb code; for a signed one only that it is there matters."""
        first = self._text.find("1", self._at)
        zeros = first - self._at
        if first < 0 or zeros > 16:
            raise _NotPlain
        self._at = first
        return self.u(zeros + 1) - 1

    def must(self, wanted: bool) -> None:
        if not wanted:
            raise _NotPlain

    @property
    def more(self) -> bool:
        return self._at < self._end

    def finish(self) -> None:
        """Nothing is left but the closing bit, within the last byte."""
        self.must(self._at == self._end and len(self._text) - self._end <= 8)


def is_whole(unit: bytes) -> bool:
    """Whether `unit` has no start code and no stray escape inside, so that nobody finds a second unit."""
    return _HIDDEN_UNIT.search(unit) is None and b"\0\0\3" not in _ESCAPE.sub(b"", unit)


def is_plain_sps(unit: bytes) -> bool:
    """A sequence's set: 8 bits, 4:2:0, no scaling lists, no table of orders, no receiver's buffer."""
    return _fits(unit, 7, _sequence)


def is_plain_pps(unit: bytes) -> bool:
    """A picture's set: one slice group, no redundant pictures, no scaling lists."""
    return _fits(unit, 8, _picture)


def _fits(unit: bytes, kind: int, read: Callable[[_Fields], None]) -> bool:
    if not 2 <= len(unit) <= _LONGEST or unit[0] & 0x9F != kind or not is_whole(unit):
        return False
    fields = _Fields(unit)
    try:
        read(fields)
        fields.finish()
    except _NotPlain:
        return False
    return True


def _sequence(fields: _Fields) -> None:
    profile, constraints, _ = fields.u(8), fields.u(8), fields.u(8)
    fields.must(profile in _PROFILES and constraints & 3 == 0 and fields.ue() == 0)
    if profile == _HIGH:
        fields.must([fields.ue(), fields.ue(), fields.ue(), fields.u(2)] == [1, 0, 0, 0])
    fields.ue()  # log2_max_frame_num
    order = fields.ue()
    fields.must(order != 1 and order <= 2)
    if order == 0:
        fields.ue()
    fields.ue(), fields.u(1)  # reference frames; gaps in their numbers
    fields.ue(), fields.ue()  # width and height in macroblocks
    rows = 1 if fields.u(1) else 2
    fields.u(rows)  # adaptive fields, direct 8x8
    if fields.u(1):
        left, right, top, bottom = (2 * fields.ue() for _ in range(4))
        fields.must(left == top == 0 and right < 16 and bottom < 16)
    if fields.u(1):
        _usability(fields)


def _usability(fields: _Fields) -> None:
    if fields.u(1) and fields.u(8) == _EXTENDED_ASPECT:
        fields.u(32)
    if fields.u(1):
        fields.u(1)
    if fields.u(1):
        fields.u(4)
        if fields.u(1):
            fields.u(24)
    if fields.u(1):
        fields.ue(), fields.ue()
    if fields.u(1):
        fields.u(65)
    fields.must(fields.u(2) == 0)  # neither of the two buffer models
    fields.u(1)
    if fields.u(1):
        fields.u(1)
        for _ in range(6):
            fields.ue()


def _picture(fields: _Fields) -> None:
    fields.must(fields.ue() <= 7 and fields.ue() == 0)
    fields.u(2)
    fields.must(fields.ue() == 0)  # one slice group
    fields.ue(), fields.ue()
    fields.u(3)
    for _ in range(3):
        fields.ue()
    fields.u(2)
    fields.must(fields.u(1) == 0)  # no redundant pictures
    if fields.more:
        fields.u(1)
        fields.must(fields.u(1) == 0)  # no scaling lists
        fields.ue()
