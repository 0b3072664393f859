"""The payload of an age file: STREAM over ChaCha20-Poly1305 (https://c2sp.org/age#payload).

    nonce (16 B) || chunk 0 || chunk 1 || ... || last chunk
    chunk = up to 65,536 B of plaintext, and a 16 B tag; its nonce = counter (11 B, big endian) || last? (1 B)

Every chunk but the last is full; the last is empty only if the whole payload is. The bulk cipher is
OpenSSL's, through `cryptography`, on buffers that are used again; it runs without the interpreter's lock.
Nothing here knows a recipient.
"""

from __future__ import annotations

from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.age.header import derive_key
from crypto.age.pump import Pump
from crypto.age.source import Source

NONCE_SIZE = 16
CHUNK_SIZE = 64 << 10
TAG_SIZE = 16
SEALED_SIZE = CHUNK_SIZE + TAG_SIZE
BATCH_CHUNKS = 16
"""Chunks handed to a thread at a time: 1 MiB measures best."""


class ChunkCipher:
    """Seals and opens runs of chunks under the payload key of one file. Used by several threads at once."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._aead = ChaCha20Poly1305(derive_key(file_key, nonce, b"payload"))

    def seal(self, index: int, plaintext: memoryview, target: memoryview, last: bool) -> int:
        """Seal the chunks from number `index` on; `last` says that the plaintext ends the payload.

        Writes `len(plaintext)` plus 16 bytes a chunk into `target` and returns that length.
        """
        written = 0
        for start in range(0, len(plaintext) or 1, CHUNK_SIZE):
            chunk = plaintext[start : start + CHUNK_SIZE]
            final = last and start + CHUNK_SIZE >= len(plaintext)
            end = written + len(chunk) + TAG_SIZE
            self._aead.encrypt_into(_nonce(index, final), chunk, None, target[written:end])
            written, index = end, index + 1
        return written

    def open(self, index: int, sealed: memoryview, target: memoryview, last: bool) -> tuple[int, str | None]:
        """Open the chunks from number `index` on; `last` says that the file ends after `sealed`.

        Returns the number of authentic bytes written to `target` and None, or what is wrong after them.
        """
        written = 0
        for start in range(0, len(sealed) or 1, SEALED_SIZE):
            chunk = sealed[start : start + SEALED_SIZE]
            final = last and start + SEALED_SIZE >= len(sealed)
            size = len(chunk) - TAG_SIZE
            if size < 0:
                return written, "the age file is cut short"
            if size == 0 and index > 0:
                return written, "the last chunk of the age file is empty"
            view = target[written : written + size]
            if not self._open_chunk(index, final, chunk, view):
                # A full chunk may be authentic in another place: the file was cut or extended at its edge.
                if size == CHUNK_SIZE and self._open_chunk(index, not final, chunk, view):
                    return written + size, "the age file was cut short or extended"
                return written, "the age file is damaged"
            written, index = written + size, index + 1
        return written, None

    def _open_chunk(self, index: int, final: bool, chunk: memoryview, view: memoryview) -> bool:
        try:
            self._aead.decrypt_into(_nonce(index, final), chunk, None, view)
        except InvalidTag:
            return False
        return True


def seal_payload(cipher: ChunkCipher, source: Source, target: BinaryIO, *, threads: int) -> None:
    """Encrypt the source to its end in constant memory."""

    def work(batch: int, plaintext: memoryview, sealed: memoryview, last: bool) -> tuple[int, str | None]:
        return cipher.seal(batch * BATCH_CHUNKS, plaintext, sealed, last), None

    Pump(source, target, work, (CHUNK_SIZE, SEALED_SIZE, BATCH_CHUNKS)).run(threads)


def open_payload(cipher: ChunkCipher, source: Source, target: BinaryIO, *, threads: int) -> None:
    """Decrypt the source to its end in constant memory.

    Authentic chunks are written as they come, in order; raises PayloadError after the last authentic one.
    """

    def work(batch: int, sealed: memoryview, plaintext: memoryview, last: bool) -> tuple[int, str | None]:
        return cipher.open(batch * BATCH_CHUNKS, sealed, plaintext, last)

    Pump(source, target, work, (SEALED_SIZE, CHUNK_SIZE, BATCH_CHUNKS)).run(threads)


def _nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(11) + (b"\x01" if last else b"\x00")
