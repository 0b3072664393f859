"""Bech32 (BIP 173) of any length, decoding only."""

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def bech32_decode(text: str) -> tuple[str, bytes] | None:
    """Return the prefix in lower case and the data, or None."""
    prefix, separator, tail = text.lower().rpartition("1")
    values = [ALPHABET.find(c) for c in tail]
    if text not in (text.lower(), text.upper()) or not separator or len(tail) < 6 or -1 in values:
        return None
    check = 1
    for value in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(GENERATOR):
            check ^= generator * (top >> i & 1)
    number = 0
    for value in values[:-6]:
        number = number << 5 | value
    size, spare = divmod(5 * (len(values) - 6), 8)
    if check != 1 or spare > 4 or number & (1 << spare) - 1:
        return None
    return prefix, (number >> spare).to_bytes(size, "big")
