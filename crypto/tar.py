"""The one tar layout that Silbo writes and reads: plain files in USTAR, every field fixed but name and size.

Source: POSIX.1-2017 pax, "ustar Interchange Format"; drawn in docs/protocol.md, "Tar". Any `tar` opens it.
Nothing in it can tell when, where or by whom it was made: mode 0600, owner 0, time 0, no names of users.
Reading is strict: a header is built again from the name and size it holds and compared byte for byte.
"""

from __future__ import annotations

from crypto.errors import FormatError

BLOCK = 512
END = bytes(2 * BLOCK)
MAX_SIZE = 8**11 - 1  # eleven octal digits

_MODE = b"0000600\0"
_OWNER = b"0000000\0"  # user, then group
_TIME = b"00000000000\0"
_REST = (b"0" + bytes(100) + b"ustar\x0000").ljust(BLOCK - 156, b"\0")  # a plain file, no link, no names


def member_header(name: str, size: int) -> bytes:
    """The 512-byte header of a file `name` (1 to 100 ASCII bytes) of `size` bytes. Raises FormatError."""
    if not (0 < len(name) <= 100 and name.isascii() and name.isprintable()):
        raise FormatError("A tar member's name must be 1 to 100 printable ASCII characters.")
    if not 0 <= size <= MAX_SIZE:
        raise FormatError("A tar member must be smaller than 8 GiB.")
    before = name.encode().ljust(100, b"\0") + _MODE + 2 * _OWNER + b"%011o\0" % size + _TIME
    checksum = sum(before) + 8 * ord(" ") + sum(_REST)
    return before + b"%06o\0 " % checksum + _REST


def parse_header(untrusted: bytes) -> tuple[str, int]:
    """Name and size in a 512-byte header; FormatError unless it is exactly what `member_header` writes."""
    if len(untrusted) != BLOCK:
        raise FormatError("A tar header is cut short.")
    try:
        name = untrusted[:100].rstrip(b"\0").decode("ascii")
        size = int(untrusted[124:135].decode("ascii"), 8)
        exact = member_header(name, size) == untrusted
    except (ValueError, FormatError):
        exact = False
    if not exact:
        raise FormatError("A tar header is not in the one layout allowed here.")
    return name, size


def member_padding(size: int) -> bytes:
    """The zero bytes that fill a member of `size` bytes up to a whole number of blocks: 0 to 511 of them."""
    return bytes(-size % BLOCK)


def is_zero(data: bytes) -> bool:
    """Whether `data` holds zero bytes only."""
    return data == bytes(len(data))
