"""What of a sealed file can be checked without a key: the stanzas' kind and number, and the size class.

Source: docs/protocol.md, "Envelope"; for what a server takes that it can't open. For whom a file is, nothing
in it tells.
"""

import io
from collections.abc import Sequence

from crypto.age.header import HYBRID, X25519, Stanza, encode_stanza, parse_header
from crypto.age.stream import CHUNK_SIZE, NONCE_SIZE, TAG_SIZE
from crypto.errors import FormatError
from crypto.padding import padded_size
from crypto.slots import SLOTS

_STANZAS = {(X25519, 98), (HYBRID, 1557)}
"""Type and length of a slot."""


def check_sealed(untrusted_start: bytes, size: int) -> None:
    """Whether a file of `size` bytes that begins like this may be an item or a manifest. `untrusted_start`
    has its first MiB, or all of it. Raises HeaderError or FormatError.
    """
    start = io.BytesIO(untrusted_start)
    stanzas = parse_header(start).stanzas
    check_slots(stanzas)
    class_of(size - start.tell())


def check_slots(stanzas: Sequence[Stanza]) -> None:
    """Raises FormatError unless there are eight slots, or a multiple of it, of one known type."""
    shapes = {(stanza.type, len(encode_stanza(stanza))) for stanza in stanzas}
    if len(shapes) != 1 or not shapes <= _STANZAS or len(stanzas) % SLOTS:
        raise FormatError("There must be eight slots, or a multiple of it, of one known type.")


def class_of(body: int) -> int:
    """The size class of a plaintext, by the bytes behind the age header. Raises FormatError."""
    payload = body - NONCE_SIZE
    plaintext = payload - TAG_SIZE * -(-payload // (CHUNK_SIZE + TAG_SIZE))
    if plaintext <= 0 or padded_size(plaintext) != plaintext:
        raise FormatError("The length is not that of a size class.")
    return plaintext
