"""The payload: STREAM, 64 KiB chunks."""

from collections.abc import Iterator
from typing import BinaryIO

from opener.chacha20poly1305 import aead_open
from opener.errors import PayloadError

BOX = 65536 + 16


def open_stream(key: bytes, src: BinaryIO) -> Iterator[bytes]:
    """Yield authenticated chunks; only after the last one is the whole content known to be complete.

    A full chunk that fits with the other mark is authentic: the file was cut off there, or prolonged.
    """
    counter = 0
    box = src.read(BOX)
    while True:
        following = src.read(BOX)
        last = not following
        nonce = counter.to_bytes(11, "big")
        plain = aead_open(key, nonce + bytes([last]), box)
        if plain is None and len(box) == BOX:
            plain = aead_open(key, nonce + bytes([not last]), box)
            if plain:
                yield plain
                raise PayloadError("The content is cut off." if last else "The content is prolonged.")
        if plain is None or (last and counter and not plain):
            raise PayloadError("The content is damaged.")
        yield plain
        if last:
            return
        box = following
        counter += 1
