"""Opening an age v1 file."""

import hmac
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from opener.armor import dearmor
from opener.errors import FormatError, HmacError, NoMatch
from opener.header import Stanza, check_header, read_header
from opener.identities import Identity
from opener.kdf import extract, hkdf
from opener.stream import open_stream


def file_key(stanzas: list[Stanza], identities: Iterable[Identity]) -> bytes:
    """Try every identity on every stanza of its type."""
    for identity in identities:
        for stanza in stanzas:
            if stanza.type == identity.type and (key := identity.unwrap(stanza)):
                return key
    raise NoMatch("No identity given opens this file.")


def decrypt(src: BinaryIO, identities: Iterable[Identity], armor: bool = True) -> Iterator[bytes]:
    """Yield authenticated chunks of a file, binary or (unless `armor` is false) armored."""
    start = src.readline(128)
    src.seek(0)
    if start.startswith(b"-----") or start.isspace():
        if not armor:
            raise FormatError("Text armor has no place here.")
        src = io.BytesIO(dearmor(src.read()))
    stanzas, signed, mac = read_header(src)
    key = file_key(stanzas, identities)
    if not hmac.compare_digest(extract(hkdf(b"", key, b"header"), signed), mac):
        raise HmacError("The header was changed.")
    nonce = src.read(16)
    check_header(len(nonce) == 16)
    yield from open_stream(hkdf(nonce, key, b"payload"), src)
