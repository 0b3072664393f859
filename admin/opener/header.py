"""The header of age v1 (c2sp.org/age); no keys."""

import binascii
import re
from typing import BinaryIO, NamedTuple

from admin.opener.errors import HeaderError

MAX_HEADER, MAX_LINE, MAX_STANZAS = 1 << 20, 4096, 1024
VERSION = b"age-encryption.org/v1\n"


class Stanza(NamedTuple):
    type: str
    args: list[str]
    body: bytes


def decode_base64(text: bytes) -> bytes | None:
    """Decode padded base64; None unless it is the one encoding of what it holds."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return None
    return data if binascii.b2a_base64(data, newline=False) == text else None


def unbase64(text: str) -> bytes:
    """Decode canonical base64 without padding."""
    data = decode_base64(text.encode() + b"=" * (-len(text) % 4)) if not text.endswith("=") else None
    if data is None:
        raise HeaderError("The header holds bad base64.")
    return data


def read_header(src: BinaryIO) -> tuple[list[Stanza], bytes, bytes]:
    """Read as far as the payload; return the stanzas, all that the MAC covers, and the MAC."""
    raw = bytearray(VERSION)

    def line() -> str:
        got = src.readline(min(MAX_LINE, MAX_HEADER - len(raw)))
        raw.extend(got)
        if not re.fullmatch(rb"[ -~]*\n", got):
            raise HeaderError("The header is cut off or no text.")
        return got[:-1].decode()

    if src.readline(len(VERSION)) != VERSION:
        raise HeaderError("This is not an age v1 file.")
    stanzas: list[Stanza] = []
    while not (start := line()).startswith("---"):
        words = start[3:].split(" ")
        if not start.startswith("-> ") or not all(words) or len(stanzas) == MAX_STANZAS:
            raise HeaderError("The header has a malformed stanza.")
        body, full = bytearray(), True
        while full:
            text = line()
            if len(text) > 64:
                raise HeaderError("The header has a long line.")
            body += unbase64(text)
            full = len(text) == 64
        stanzas.append(Stanza(words[0], words[1:], bytes(body)))
    mac = unbase64(start[4:])
    if not stanzas or start[3:4] != " " or len(mac) != 32:
        raise HeaderError("The header has no proper end.")
    if len(stanzas) > 1 and "scrypt" in [stanza.type for stanza in stanzas]:
        raise HeaderError("A passphrase must be the only recipient.")
    return stanzas, bytes(raw[: 2 - len(start)]), mac
