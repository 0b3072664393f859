"""Kinds of metadata in a `LIST INFO`, which RIFF files of all kinds may have (RIFF, 1991).

A demuxer shows the first one alone, or what it meets before a list that it doesn't know.
"""

import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names

_TEXTS = names("info")
_HEAD = struct.Struct("<4sI")


def read(body: bytes, inventory: Inventory) -> None:
    """From behind `INFO`: name (4), size (4), text padded to even."""
    at = 0
    while at + _HEAD.size <= len(body):
        name, size = _HEAD.unpack_from(body, at)
        at += _HEAD.size
        inventory.tell(_TEXTS.of(name), body[at : at + size], blank=b"\0 ")
        at += size + size % 2
