"""The textual header of an age file: stanzas and their MAC, parsed strictly (https://c2sp.org/age#header).

    age-encryption.org/v1 LF
    -> TYPE ARGUMENT... LF          one stanza: its arguments,
    base64 of the body, 64 columns LF    its body, always ended by a line shorter than 64 columns
    --- base64 of the MAC LF

Nothing here knows more of a key type than its name. A header that parses encodes again to the same bytes, so
there is one spelling of every header and the MAC may be computed over the encoding.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Protocol

from crypto.errors import HeaderError, HmacError
from crypto.record import Record

X25519, HYBRID, SCRYPT = "X25519", "mlkem768x25519", "scrypt"
"""The types of stanza that we know, of which not all share a file."""

VERSION_LINE = b"age-encryption.org/v1\n"
FILE_KEY_SIZE = 16
MAC_SIZE = 32
COLUMNS = 64
# A header is read before anything in it is authenticated, so it is bounded. 256 hybrid stanzas are 400 KB.
MAX_LINE = 4096
MAX_HEADER = 1 << 20
MAX_STANZAS = 1024

_ARGUMENT_LINE = re.compile(rb"-> [\x21-\x7e]+(?: [\x21-\x7e]+)*\n")


class Stanza(Record):
    """One wrap of the file key: `type` and `args` are printable ASCII without spaces, `body` any bytes.

    Its repr is blank: in the plugin protocol a stanza also carries identities and file keys.
    """

    type: str
    args: tuple[str, ...]
    body: bytes

    def __repr__(self) -> str:
        return "<Stanza>"


class Recipient(Protocol):
    """Somebody a file can be encrypted to."""

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap the 16-byte file key into one stanza, fresh each time."""
        ...


class Identity(Protocol):
    """A secret that opens files."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Return the 16-byte file key, or None when no stanza is ours.

        Raises HeaderError when a stanza of our type breaks the rules of the type.
        """
        ...


class LineSource(Protocol):
    """What a header is read from: any binary file object."""

    def readline(self, limit: int = -1, /) -> bytes: ...


class Header(Record):
    """The stanzas in their order and the 32-byte MAC over them."""

    stanzas: tuple[Stanza, ...]
    mac: bytes

    def encode(self) -> bytes:
        return _encode_unsigned(self.stanzas) + b" " + encode_base64(self.mac) + b"\n"

    def verify(self, file_key: bytes) -> None:
        """Raises HmacError unless the MAC was made with this file key."""
        if not hmac.compare_digest(_mac(file_key, self.stanzas), self.mac):
            raise HmacError("the header of this age file was changed")


def seal_header(file_key: bytes, stanzas: Sequence[Stanza]) -> Header:
    """Make the header that carries these stanzas, with its MAC."""
    return Header(tuple(stanzas), _mac(file_key, stanzas))


def parse_header(untrusted_source: LineSource) -> Header:
    """Read one header and leave the source at the first byte of the payload. Raises HeaderError."""
    reader = _Lines(untrusted_source)
    if reader.next() != VERSION_LINE:
        raise HeaderError("this is not an age v1 file")
    stanzas: list[Stanza] = []
    line = reader.next()
    while line.startswith(b"-> "):
        if len(stanzas) == MAX_STANZAS:
            raise HeaderError("the age header has too many stanzas")
        stanzas.append(_parse_stanza(line, reader))
        line = reader.next()
    if not stanzas:
        raise HeaderError("the age header has no stanza")
    if not line.startswith(b"--- "):
        raise HeaderError("a line of the age header is malformed")
    mac = decode_base64(line[4:-1])
    if len(mac) != MAC_SIZE:
        raise HeaderError("the MAC of the age header has a wrong length")
    return Header(tuple(stanzas), mac)


def encode_stanza(stanza: Stanza) -> bytes:
    """The lines of one stanza, as they stand in a header and in the plugin protocol."""
    text = encode_base64(stanza.body)
    lines = [text[i : i + COLUMNS] for i in range(0, len(text), COLUMNS)]
    if len(text) % COLUMNS == 0:
        lines.append(b"")  # a stanza ends with a line shorter than 64 columns
    return b"-> " + " ".join((stanza.type, *stanza.args)).encode("ascii") + b"\n" + b"\n".join(lines) + b"\n"


def stanzas_digest(stanzas: Sequence[Stanza]) -> bytes:
    """SHA-256 (32 bytes) of the stanzas as a header spells them: what names an age file by its header."""
    return hashlib.sha256(b"".join(map(encode_stanza, stanzas))).digest()


def parse_stanza(untrusted_source: LineSource) -> Stanza:
    """Read one stanza, for the plugin protocol. Raises HeaderError."""
    reader = _Lines(untrusted_source)
    return _parse_stanza(reader.next(), reader)


def encode_base64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def decode_base64(untrusted_text: bytes) -> bytes:
    """Decode unpadded standard base64. Raises HeaderError for anything but the canonical spelling."""
    try:
        data = b64decode(untrusted_text + b"=" * (-len(untrusted_text) % 4), validate=True)
    except ValueError:
        raise HeaderError("malformed base64 in the age header") from None
    if encode_base64(data) != untrusted_text:  # Python also decodes spellings that no encoder writes
        raise HeaderError("base64 in the age header is not canonical")
    return data


def derive_key(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) with one 32-byte block of output, the only length that age uses."""
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\x01", "sha256")


class _Lines:
    """Lines with their LF, each and all together bounded in length."""

    def __init__(self, source: LineSource) -> None:
        self._source = source
        self._left = MAX_HEADER

    def next(self) -> bytes:
        line = self._source.readline(min(MAX_LINE, self._left))
        self._left -= len(line)
        if not line.endswith(b"\n"):
            raise HeaderError("the age header is cut short, or a line or the whole is too long")
        return line


def _parse_stanza(line: bytes, reader: _Lines) -> Stanza:
    if not _ARGUMENT_LINE.fullmatch(line):
        raise HeaderError("a line of the age header is malformed")
    kind, *args = line[3:-1].decode("ascii").split(" ")
    text = bytearray()
    while True:
        columns = reader.next()[:-1]
        if len(columns) > COLUMNS:
            raise HeaderError("a line of the age header is too long")
        text += columns
        if len(columns) < COLUMNS:
            return Stanza(kind, tuple(args), decode_base64(bytes(text)))


def _encode_unsigned(stanzas: Sequence[Stanza]) -> bytes:
    return VERSION_LINE + b"".join(map(encode_stanza, stanzas)) + b"---"


def _mac(file_key: bytes, stanzas: Sequence[Stanza]) -> bytes:
    return hmac.digest(derive_key(file_key, b"", b"header"), _encode_unsigned(stanzas), "sha256")
