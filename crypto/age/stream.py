"""The payload of an age file: STREAM over ChaCha20-Poly1305 (https://c2sp.org/age#payload).

    nonce (16 B) || chunk 0 || chunk 1 || ... || last chunk
    chunk = up to 65,536 B of plaintext, and a 16 B tag; its nonce = counter (11 B, big endian) || last? (1 B)

Every chunk but the last is full; the last is empty only if the whole payload is. The bulk cipher is
OpenSSL's, through `cryptography`, on buffers that are used again; it runs without the interpreter's lock.
Nothing here knows a recipient.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.age.header import derive_key
from crypto.age.source import Source, write_all
from crypto.errors import CryptoError, PayloadError

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

    def work(index: int, plaintext: memoryview, sealed: memoryview, last: bool) -> tuple[int, str | None]:
        return cipher.seal(index, plaintext, sealed, last), None

    _pump(source, target, work, BATCH_CHUNKS * CHUNK_SIZE, BATCH_CHUNKS * SEALED_SIZE, threads=threads)


def open_payload(cipher: ChunkCipher, source: Source, target: BinaryIO, *, threads: int) -> None:
    """Decrypt the source to its end in constant memory.

    Authentic chunks are written as they come, in order; raises PayloadError after the last authentic one.
    """
    sizes = BATCH_CHUNKS * SEALED_SIZE, BATCH_CHUNKS * CHUNK_SIZE
    _pump(source, target, cipher.open, *sizes, threads=threads)


_Work = Callable[[int, memoryview, memoryview, bool], tuple[int, str | None]]


def _pump(source: Source, target: BinaryIO, work: _Work, size: int, room: int, *, threads: int) -> None:
    """Read batches of `size` bytes, work on them in `threads` threads, and write the results in order.

    Only the calling thread reads and writes. What is written and raised does not depend on `threads`.
    """
    carry = b""
    pending: deque[tuple[_Buffers, Future[tuple[int, str | None]]]] = deque()
    free: deque[_Buffers] = deque()
    with ExitStack() as stack:
        pool: ThreadPoolExecutor | None = None

        def finish_oldest() -> None:
            buffers, future = pending.popleft()
            _write(target, buffers, *future.result())
            free.append(buffers)

        for index in range(0, 1 << 88, BATCH_CHUNKS):
            if len(pending) > threads:
                finish_oldest()
            buffers = free.popleft() if free else _Buffers(size, room)
            try:
                length, carry = buffers.read(source, carry)
            except CryptoError:
                while pending:  # what was damaged first is reported first
                    finish_oldest()
                raise
            arguments = (index, buffers.input[:length], buffers.output, not carry)
            if threads == 1 or (not carry and not pending):
                _write(target, buffers, *work(*arguments))
                free.append(buffers)
            else:
                pool = pool or stack.enter_context(ThreadPoolExecutor(threads))
                pending.append((buffers, pool.submit(work, *arguments)))
            if not carry:
                break
        while pending:
            finish_oldest()


class _Buffers:
    """One batch on its way. The byte after the batch is read along: without one, the batch is the last."""

    def __init__(self, size: int, room: int) -> None:
        self.input = memoryview(bytearray(size + 1))
        self.output = memoryview(bytearray(room))

    def read(self, source: Source, carry: bytes) -> tuple[int, bytes]:
        """Return the length of the batch, and the first byte of the next one or nothing."""
        size = len(self.input) - 1
        self.input[: len(carry)] = carry
        length = len(carry) + source.fill(self.input[len(carry) :])
        return min(length, size), bytes(self.input[size:length])


def _write(target: BinaryIO, buffers: _Buffers, length: int, failure: str | None) -> None:
    write_all(target, buffers.output[:length])
    if failure is not None:
        raise PayloadError(failure)


def _nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(11) + (b"\x01" if last else b"\x00")
