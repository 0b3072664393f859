"""The header of age v1 (c2sp.org/age); no keys."""

import binascii
import re
from typing import BinaryIO, NamedTuple

from opener.errors import HeaderError

MAX_HEADER, MAX_LINE, MAX_STANZAS = 1 << 20, 4096, 1024
VERSION = b"age-encryption.org/v1\n"


class Stanza(NamedTuple):
    type: str
    args: list[str]
    body: bytes


def check_header(right: object) -> None:
    if not right:
        raise HeaderError("The age header is malformed.")


def decode_base64(text: bytes) -> bytes | None:
    """Decode padded base64; None unless it is the one encoding of what it holds."""
    try:
        data = binascii.a2b_base64(text)
    except ValueError:
        return None
    return data if binascii.b2a_base64(data, newline=False) == text else None


def unbase64(text: str) -> bytes:
    """Decode canonical base64 without padding."""
    data = decode_base64(text.encode() + b"=" * (-len(text) % 4))
    check_header(data is not None and "=" not in text)
    return data or b""


def read_header(src: BinaryIO) -> tuple[list[Stanza], bytes, bytes]:
    """Read as far as the payload; return the stanzas, all that the MAC covers, and the MAC."""
    raw = bytearray(VERSION)

    def line() -> str:
        got = src.readline(min(MAX_LINE, MAX_HEADER - len(raw)))
        raw.extend(got)
        check_header(re.fullmatch(rb"[ -~]*\n", got))
        return got[:-1].decode()

    if src.readline(len(VERSION)) != VERSION:
        raise HeaderError("This is not an age v1 file.")
    stanzas: list[Stanza] = []
    while not (start := line()).startswith("---"):
        words = start[3:].split(" ")
        check_header(start.startswith("-> ") and all(words) and len(stanzas) < MAX_STANZAS)
        body, full = bytearray(), True
        while full:
            text = line()
            check_header(len(text) <= 64)
            body += unbase64(text)
            full = len(text) == 64
        stanzas.append(Stanza(words[0], words[1:], bytes(body)))
    mac = unbase64(start[4:])
    check_header(stanzas and start[3:4] == " " and len(mac) == 32)
    check_header(len(stanzas) == 1 or "scrypt" not in [stanza.type for stanza in stanzas])
    return stanzas, bytes(raw[: 2 - len(start)]), mac
