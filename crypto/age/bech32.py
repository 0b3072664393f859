"""Bech32 (BIP 173) without its limit of 90 characters, as age spells keys: hybrid recipients have 1959."""

from __future__ import annotations

from crypto.errors import KeyFormatError

MAX_LENGTH = 4096
CHECKSUM_LENGTH = 6

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _fold(top: int) -> int:
    folded = 0
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            folded ^= generator
    return folded


# One look-up instead of five conditions for each of the 1959 characters.
_FOLDED = tuple(_fold(top) for top in range(32))


def encode(prefix: str, data: bytes) -> str:
    """Spell `data` after a lower-case `prefix`, or all in upper case after an upper-case one."""
    lower = prefix.lower()
    values = _to_groups(data)
    check = _polymod(_spread(lower) + values + [0] * CHECKSUM_LENGTH) ^ 1
    values += [check >> 5 * (CHECKSUM_LENGTH - 1 - i) & 31 for i in range(CHECKSUM_LENGTH)]
    text = lower + "1" + "".join([_ALPHABET[value] for value in values])
    return text if prefix == lower else text.upper()


def decode(untrusted_text: str) -> tuple[str, bytes]:
    """Return the lower-case prefix and the data; the text may be all upper or all lower case.

    Raises KeyFormatError for anything that `encode` would not have written, and never quotes the text.
    """
    lower = untrusted_text.lower()
    if not untrusted_text.isascii() or untrusted_text not in (lower, untrusted_text.upper()):
        raise KeyFormatError("a key must be all in lower case or all in upper case")
    prefix, separator, body = lower.rpartition("1")
    if not (separator and prefix and len(body) >= CHECKSUM_LENGTH and len(lower) <= MAX_LENGTH):
        raise KeyFormatError("a key is cut short or is not a key")
    try:
        values = [_VALUE[character] for character in body]
    except KeyError:
        raise KeyFormatError("a key has a character that no key has") from None
    if not all("!" <= character <= "~" for character in prefix) or _polymod(_spread(prefix) + values) != 1:
        raise KeyFormatError("a key has a wrong checksum: it was mistyped or damaged")
    return prefix, _from_groups(values[:-CHECKSUM_LENGTH])


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _FOLDED[check >> 25]
    return check


def _spread(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _to_groups(data: bytes) -> list[int]:
    """Groups of five bits, the last one filled up with zero bits."""
    padding = -len(data) * 8 % 5
    bits = f"{int.from_bytes(data) << padding:0{len(data) * 8 + padding}b}" if data else ""
    return [int(bits[i : i + 5], 2) for i in range(0, len(bits), 5)]


def _from_groups(groups: list[int]) -> bytes:
    padding = len(groups) * 5 % 8
    bits = "".join([f"{group:05b}" for group in groups])
    if padding > 4 or "1" in bits[len(bits) - padding :]:
        raise KeyFormatError("a key has stray bits at its end")
    return int(bits[: len(bits) - padding] or "0", 2).to_bytes(len(bits) // 8)
