"""Signatures in minisign's format (docs/protocol.md)."""

from hashlib import blake2b, sha256
from typing import Any

from opener.ed25519 import ed25519_verify
from opener.envelope import read_json
from opener.errors import FormatError, SignatureError
from opener.header import decode_base64

KEY = '"[A-Za-z0-9+/]{56}"'


def parse_key(text: str) -> bytes:
    """Return the 32 bytes of a public key, which has one text: its id is the beginning of its hash."""
    data = decode_base64(text.encode("ascii", "replace")) or b""
    key = data[10:]
    if len(key) != 32 or data[:10] != b"Ed" + sha256(key).digest()[:8]:
        raise FormatError("A public signing key is malformed.")
    return key


def check_signature(message: bytes, untrusted_signature: bytes, key: bytes) -> str:
    """Check the four lines of a .minisig against a message and a key; return the trusted comment."""
    try:
        text = untrusted_signature.decode()
    except ValueError:
        text = ""
    lines = [*text.split("\n"), "", "", ""]
    starts = "untrusted comment: ", "trusted comment: "
    first, second = (decode_base64(lines[at].encode()) or b"" for at in (1, 3))
    if (
        (len(text) > 2048 or len(lines) != 8 or lines[4])
        or not (lines[0].startswith(starts[0]) and lines[2].startswith(starts[1]))
        or (len(first), len(second), first[:2]) != (74, 64, b"ED")
    ):
        raise SignatureError("A signature is malformed.")
    if first[2:10] != sha256(key).digest()[:8]:
        raise SignatureError("A signature was made by another key.")
    comment = lines[2].removeprefix(starts[1])
    whole = ed25519_verify(key, blake2b(message).digest(), first[10:])
    if not (whole and ed25519_verify(key, first[10:] + comment.encode(), second)):
        raise SignatureError("A signature does not fit: the file or the signature was changed.")
    return comment


def read_signed(
    untrusted: bytes, untrusted_signature: bytes, signer: str, limit: int, *versions: dict[str, str]
) -> dict[str, Any]:
    """Read a document, as `read_json` does, that is signed by the key in its field `signer`."""
    fields = read_json(untrusted, limit, *versions)
    check_signature(untrusted, untrusted_signature, parse_key(fields[signer]))
    return fields
