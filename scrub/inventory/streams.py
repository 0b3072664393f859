"""Kinds of metadata in coded pictures without a container (H.264, H.265, MPEG-1, -2 and -4), in IVF, and in
MPEG program streams: what lies between start codes.

Sources: ITU-T H.264 and H.265, annex B; ISO/IEC 13818-1 and -2, 14496-2; IVF as libvpx writes it.
"""

import re
from collections.abc import Iterator

from scrub.inventory.findings import Inventory
from scrub.inventory.sei import read_sei

_START = re.compile(rb"\x00\x00\x01")
_USER_DATA = 0xB2
_H264_SEI, _H264_KNOWN = 6, frozenset(range(1, 24))
_H265_SEI, _H265_KNOWN = frozenset({39, 40}), frozenset((*range(41), 62, 63))
_PICTURES, _SOUND = range(0xE0, 0xF0), range(0xC0, 0xE0)
_PACK, _END, _SYSTEM, _MAP, _PRIVATE, _PADDING, _OF_DVD = 0xBA, 0xB9, 0xBB, 0xBC, 0xBD, 0xBE, 0xBF
_OF_DVD_SIZES = frozenset({980, 1018})  # how a player finds its way
_SHOWN = (b"GA94", b"DTG1", b"CC\1\xf8", b"\3")
"""Captions, which whoever decodes the pictures tells, and how much of a picture is film."""
_LETTERS = re.compile(rb"[A-Za-z]{3}")
_MAX_PIECES = 4_000_000


def read_h264(data: bytes, inventory: Inventory) -> None:
    """Units: a head of one byte."""
    for start in _starts(data, inventory):
        kind = data[start] & 31
        if kind == _H264_SEI:
            read_sei(_unit(data, start)[1:], inventory.add)
        elif kind not in _H264_KNOWN:
            inventory.add("other_metadata")


def read_h265(data: bytes, inventory: Inventory) -> None:
    """Units: a head of two bytes."""
    for start in _starts(data, inventory):
        kind = data[start] >> 1 & 63
        if kind in _H265_SEI:
            read_sei(_unit(data, start)[2:], inventory.add)
        elif kind not in _H265_KNOWN:
            inventory.add("other_metadata")


def read_pictures(data: bytes, inventory: Inventory) -> None:
    """Of MPEG-1, -2 and -4: what a program or a broadcaster says between them."""
    for start in _starts(data, inventory):
        if data[start] == _USER_DATA:
            _tell_user_data(data[start + 1 : start + 33], inventory)


def read_ivf(data: bytes, inventory: Inventory) -> None:
    """A head, which says how long it is and has four bytes of room; pictures: size (4), time (8), body."""
    at = int.from_bytes(data[6:8], "little")
    if any(data[28:at]):
        inventory.add("other_metadata")
    for _ in range(_MAX_PIECES):
        if at + 12 > len(data):
            break
        at += 12 + int.from_bytes(data[at : at + 4], "little")
    if data[at:].strip(b"\0"):
        inventory.add("trailer")


def read_program(data: bytes, inventory: Inventory) -> None:
    """Packs and packets: a start code; but for packs, a size (2) and a body."""
    at = 0
    for _ in range(_MAX_PIECES):
        if data[at : at + 3] != b"\0\0\1" or at + 4 > len(data):
            break
        kind, start = data[at + 3], at + 6
        if kind == _END:
            at += 4
        elif kind == _PACK:
            at += 14 + (data[at + 13] & 7) if at + 13 < len(data) and data[at + 4] >> 6 == 1 else 12
        else:
            end = start + int.from_bytes(data[at + 4 : start], "big")
            _tell_packet(kind, data[start:end], inventory)
            at = end
        at += (
            len(data[at : at + 4096]) - len(data[at : at + 4096].lstrip(b"\0")) - 2
            if data[at : at + 3] == b"\0\0\0"
            else 0
        )
    if data[at:].strip(b"\0"):
        inventory.add("trailer")


def _tell_packet(kind: int, body: bytes, inventory: Inventory) -> None:
    if kind in _PICTURES:
        for match in _START.finditer(body):
            if body[match.end() : match.end() + 1] == bytes([_USER_DATA]):
                _tell_user_data(body[match.end() + 1 : match.end() + 33], inventory)
    elif kind == _PADDING:
        if body.strip(b"\xff\x0f\0"):
            inventory.add("other_metadata")
    elif kind == _OF_DVD:
        if len(body) not in _OF_DVD_SIZES:
            inventory.add("other_metadata")
    elif kind not in _SOUND and kind not in (_SYSTEM, _MAP, _PRIVATE):
        inventory.add("other_metadata")


def _tell_user_data(body: bytes, inventory: Inventory) -> None:
    said = _START.split(body)[0]
    if said.startswith(_SHOWN) or not said.strip(b"\0"):
        return
    inventory.add("software" if _LETTERS.search(said) else "other_metadata")


def _starts(data: bytes, inventory: Inventory) -> Iterator[int]:
    for count, match in enumerate(_START.finditer(data)):
        if count == _MAX_PIECES:
            inventory.add("other_metadata")
            return
        if match.end() < len(data):
            yield match.end()


def _unit(data: bytes, start: int) -> bytes:
    following = _START.search(data, start)
    return data[start : following.start() if following else len(data)].rstrip(b"\0")
