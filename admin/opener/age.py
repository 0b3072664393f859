"""Opening an age v1 file: header, file key, authenticity of the header, payload."""

import hmac
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from admin.opener.armor import dearmor
from admin.opener.errors import HeaderError, HmacError, NoMatch
from admin.opener.header import Header, read_header
from admin.opener.identities import Identity
from admin.opener.kdf import hkdf
from admin.opener.stream import open_stream


def file_key(header: Header, identities: Iterable[Identity]) -> bytes:
    """Try every identity on every stanza."""
    for identity in identities:
        for stanza in header.stanzas:
            key = identity.unwrap(stanza)
            if key is not None:
                return key
    raise NoMatch("No identity given opens this file.")


def decrypt(src: BinaryIO, identities: Iterable[Identity]) -> Iterator[bytes]:
    """Yield authenticated chunks of a file, armored or not."""
    start = src.read(1024)
    src.seek(0)
    if b"-----" in start and not start.startswith(b"age-"):
        src = io.BytesIO(dearmor(src.read()))
    header = read_header(src)
    key = file_key(header, identities)
    if not hmac.compare_digest(hmac.digest(hkdf(b"", key, b"header"), header.signed, "sha256"), header.mac):
        raise HmacError("The header was changed.")
    nonce = src.read(16)
    if len(nonce) != 16:
        raise HeaderError("The file ends after its header.")
    yield from open_stream(hkdf(nonce, key, b"payload"), src)
