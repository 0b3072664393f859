"""Text armor: strict PEM, 64 columns.

White space may stand around it, and CRLF end a line; the possessive loop keeps matching linear.
"""

import re

from opener.errors import ArmorError
from opener.header import decode_base64

ARMOR = re.compile(
    rb"\s*-----BEGIN AGE ENCRYPTED FILE-----\r?\n"
    rb"((?:[!-~]{64}\r?\n)*+(?:[!-~]{1,63}\r?\n)?)"
    rb"-----END AGE ENCRYPTED FILE-----(?:\r?\n\s*)?"
)


def dearmor(text: bytes) -> bytes:
    """Unwrap a whole file."""
    match = ARMOR.fullmatch(text)
    data = decode_base64(match[1].translate(None, b"\r\n")) if match else None
    if data is None:
        raise ArmorError("The text wrapping of the file is damaged.")
    return data
