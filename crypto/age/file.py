"""Whole age files: a header that carries the file key, then the payload under it (https://c2sp.org/age)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO, cast

from nacl.bindings import randombytes

from crypto.age.armor import ArmorWriter, dearmor_if_armored
from crypto.age.header import (
    FILE_KEY_SIZE,
    HYBRID,
    SCRYPT,
    X25519,
    Header,
    Identity,
    Recipient,
    parse_header,
    seal_header,
)
from crypto.age.source import Source, write_all
from crypto.age.stream import CHUNK_SIZE, NONCE_SIZE, TAG_SIZE, ChunkCipher, open_payload, seal_payload
from crypto.errors import FormatError, HeaderError, NoMatch, RecipientError

DEFAULT_THREADS = 2


class Encryptor:
    """Encrypts what is pushed into it, in one thread, keeping at most one chunk (64 KiB) back.

    The header comes out with the first bytes; stanzas stand in the order of the recipients. Raises
    RecipientError for recipients that cannot share one file.
    """

    __slots__ = ("_cipher", "_index", "_opening", "_pending")

    def __init__(self, recipients: Sequence[Recipient]) -> None:
        self._opening, self._cipher = _begin(recipients)
        self._pending = bytearray()
        self._index = 0

    def update(self, data: bytes | bytearray | memoryview) -> bytes:
        """Take more plaintext and return the ciphertext that is ready, perhaps none."""
        view = memoryview(data)
        if len(self._pending) + len(view) <= CHUNK_SIZE:
            self._pending += view  # held back: it may yet be the last chunk
            return self._take_opening()
        missing = CHUNK_SIZE - len(self._pending)
        self._pending += view[:missing]
        whole = (len(view) - missing - 1) // CHUNK_SIZE * CHUNK_SIZE
        parts: list[bytes | bytearray] = [self._take_opening(), self._seal(memoryview(bytes(self._pending)))]
        if whole:
            parts.append(self._seal(view[missing : missing + whole]))
        self._pending = bytearray(view[missing + whole :])
        return b"".join(parts)

    def finish(self) -> bytes:
        """Return the rest of the ciphertext. The object is used up."""
        return self._take_opening() + self._seal(memoryview(bytes(self._pending)), last=True)

    def _take_opening(self) -> bytes:
        opening, self._opening = self._opening, b""
        return opening

    def _seal(self, plaintext: memoryview, *, last: bool = False) -> bytearray:
        chunks = max(1, -(-len(plaintext) // CHUNK_SIZE))
        sealed = bytearray(len(plaintext) + chunks * TAG_SIZE)
        self._cipher.seal(self._index, plaintext, memoryview(sealed), last)
        self._index += chunks
        return sealed

    def __repr__(self) -> str:
        return "<Encryptor>"


def encrypt(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Return the age file of a plaintext. Raises RecipientError for recipients that cannot share one file."""
    encryptor = Encryptor(recipients)
    return encryptor.update(plaintext) + encryptor.finish()


def decrypt(untrusted_ciphertext: bytes, identities: Sequence[Identity], *, armor: bool = True) -> bytes:
    """Return the whole plaintext of an age file, binary or armored, or nothing of it.

    Raises HeaderError, HmacError, ArmorError, NoMatch or PayloadError, and FormatError for an armored file
    where `armor` is false.
    """
    plaintext = io.BytesIO()
    decrypt_stream(io.BytesIO(untrusted_ciphertext), plaintext, identities, armor=armor)
    return plaintext.getvalue()


def encrypt_stream(
    source: BinaryIO,
    target: BinaryIO,
    recipients: Sequence[Recipient],
    *,
    armor: bool = False,
    threads: int = DEFAULT_THREADS,
) -> None:
    """Encrypt from one file object to another in constant memory.

    From one MiB on a second thread helps; the files are then used from both, one call at a time.
    `target.write` is given views of buffers that are used again, so it must copy what it keeps, as files do.
    """
    opening, cipher = _begin(recipients)
    armored = ArmorWriter(target) if armor else None
    binary = cast(BinaryIO, armored) if armored else target
    write_all(binary, opening)
    seal_payload(cipher, Source(source), binary, threads=threads)
    if armored:
        armored.finish()


def decrypt_stream(
    untrusted_source: BinaryIO,
    target: BinaryIO,
    identities: Sequence[Identity],
    *,
    armor: bool = True,
    threads: int = DEFAULT_THREADS,
) -> None:
    """Decrypt from one file object, binary or armored, to another in constant memory.

    Chunks are written as soon as each is authentic; that they are all is known only when this returns. On an
    error the caller throws away what was written. Raises as `decrypt`; see `encrypt_stream` for the buffers.
    """
    untrusted_binary = Source(untrusted_source)
    source = dearmor_if_armored(untrusted_binary)
    if source is not untrusted_binary and not armor:
        raise FormatError("this age file is armored, and must be binary here")
    header = parse_header(source)
    file_key = _unwrap(header, identities)
    header.verify(file_key)
    nonce = bytearray(NONCE_SIZE)
    if source.fill(memoryview(nonce)) != NONCE_SIZE:
        raise HeaderError("the age file ends before its payload")
    open_payload(ChunkCipher(file_key, bytes(nonce)), source, target, threads=threads)


def _begin(recipients: Sequence[Recipient]) -> tuple[bytes, ChunkCipher]:
    """Return the bytes before the first chunk, and the cipher of the chunks."""
    if not recipients:
        raise RecipientError("a file needs at least one recipient")
    file_key = randombytes(FILE_KEY_SIZE)
    stanzas = [recipient.wrap(file_key) for recipient in recipients]
    types = {stanza.type for stanza in stanzas}
    if SCRYPT in types and len(stanzas) > 1:
        raise RecipientError("a passphrase cannot share a file with another recipient")
    if {X25519, HYBRID} <= types:
        # Whoever breaks X25519 one day would read the file: the hybrid stanzas would promise too much.
        raise RecipientError("X25519 and post-quantum recipients cannot share a file")
    nonce = randombytes(NONCE_SIZE)
    return seal_header(file_key, stanzas).encode() + nonce, ChunkCipher(file_key, nonce)


def _unwrap(header: Header, identities: Sequence[Identity]) -> bytes:
    if len(header.stanzas) > 1 and any(stanza.type == SCRYPT for stanza in header.stanzas):
        raise HeaderError("a passphrase stanza must stand alone in the age header")
    for identity in identities:
        file_key = identity.unwrap(header.stanzas)
        if file_key is not None:
            return file_key
    raise NoMatch("no identity opens this age file")
