"""What items and manifests share: a strict tar, zero-padded to a size class, in an age file with eight slots.

Source: the design, "Formats"; drawn in docs/protocol.md, "Envelope". Both directions work in pieces, in
bounded memory.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Generator, Iterator, Sequence
from typing import BinaryIO, Generic, TypeVar, cast

from crypto import tar
from crypto.age import Encryptor, Identity, Recipient, decrypt_stream
from crypto.errors import FormatError
from crypto.padding import padded_size
from crypto.slots import Slots

PIECE = 64 * 1024
_ZEROS = bytes(4 * PIECE)

T = TypeVar("T")
Layout = Generator[int, bytes, T]
"""Reads a plaintext: yields how many bytes (not 0) it wants, is sent exactly these, returns a result."""


class Sealing:
    """A tar on its way into an age file: `finish` writes the tar's end, the zeros and the last ciphertext.

    Every call returns ciphertext to be stored behind what was returned before; `finish` gives it in pieces,
    because the zeros can be a third of the whole.
    """

    def __init__(self, slots: Slots, *label: Recipient) -> None:
        """`label` is a stanza in front of the slots which opens nothing (crypto/source_parcel.py)."""
        self._encryptor = Encryptor([*label, *slots.shuffled()])
        self._plaintext_size = 0
        self._hash = hashlib.sha256()
        self.ciphertext_size = 0

    def update(self, plaintext: bytes) -> bytes:
        self._plaintext_size += len(plaintext)
        return self._count(self._encryptor.update(plaintext))

    def finish(self) -> Iterator[bytes]:
        left = padded_size(self._plaintext_size + len(tar.END)) - self._plaintext_size
        while left:
            zeros = _ZEROS[:left]
            yield self.update(zeros)
            left -= len(zeros)
        yield self._count(self._encryptor.finish())

    def _count(self, ciphertext: bytes) -> bytes:
        self._hash.update(ciphertext)
        self.ciphertext_size += len(ciphertext)
        return ciphertext

    @property
    def ciphertext_sha256(self) -> bytes:
        """SHA-256 of all ciphertext returned so far; of the file, after `finish`."""
        return self._hash.digest()


def open_sealed(src: BinaryIO, identities: Sequence[Identity], layout: Layout[T]) -> T:
    """Decrypts `src` into `layout` and returns its result, if the plaintext ends exactly where it does.

    Raises an age error of the family if the file does not open, FormatError if it is armored, or the
    plaintext is cut short or goes on.
    """
    reader = LayoutReader(layout)
    decrypt_stream(src, cast(BinaryIO, reader), identities, armor=False)  # only its write() is used
    return reader.finish()


class LayoutReader(io.RawIOBase, Generic[T]):
    """Collects the plaintext and hands it to the layout in the lengths it asks for."""

    def __init__(self, layout: Layout[T]) -> None:
        self._layout = layout
        self._wanted = next(layout)
        self._buffer = bytearray()
        self._result: list[T] = []

    def write(self, plaintext: bytes) -> int:  # type: ignore[override]  # it is given bytes
        with memoryview(plaintext) as view:
            start = 0
            while not self._result and len(self._buffer) + len(view) - start >= self._wanted:
                end = start + self._wanted - len(self._buffer)
                wanted = bytes(self._buffer) + bytes(view[start:end])
                self._buffer.clear()
                start = end
                try:
                    self._wanted = self._layout.send(wanted)
                except StopIteration as stop:
                    self._result.append(stop.value)
            self._buffer += view[start:]
        if self._result and self._buffer:
            raise FormatError("Something follows where the plaintext should end.")
        return len(plaintext)

    def finish(self) -> T:
        if not self._result:
            raise FormatError("The plaintext is cut short.")
        return self._result[0]


def read_zeros(count: int, what: str) -> Layout[None]:
    """Takes `count` bytes, any number; FormatError, with `what` in it, unless they are zero."""
    while count:
        piece = yield min(count, PIECE)
        if piece != _ZEROS[: len(piece)]:
            raise FormatError(f"The {what} must be zero bytes.")
        count -= len(piece)


def read_document(name: str, limit: int) -> Layout[bytes]:
    """Takes a member `name` of 1 to `limit` bytes, with its header and padding, and returns its content."""
    found, size = tar.parse_header((yield tar.BLOCK))
    if found != name or not 1 <= size <= limit:
        raise FormatError(f"A tar member must be {name} and have an allowed size.")
    document = yield size
    yield from read_zeros(-size % tar.BLOCK, "padding of a member")
    return document


def read_end(*sizes: int) -> Layout[None]:
    """Takes the end of a tar whose members have these sizes: zeros up to the size class."""
    used = sum(tar.BLOCK + size + -size % tar.BLOCK for size in sizes)
    yield from read_zeros(padded_size(used + len(tar.END)) - used, "padding to the size class")
