"""X25519 (RFC 7748) as a Montgomery ladder."""

from opener.chacha20poly1305 import little

P = 2**255 - 19
BASE_POINT = (9).to_bytes(32, "little")


def x25519(secret: bytes, point: bytes) -> bytes:
    """Return the shared u coordinate, 32 bytes; all zero when `point` has low order, which callers refuse."""
    k = little(secret) & ~7 & (1 << 255) - 1 | 1 << 254
    x1 = little(point) & (1 << 255) - 1
    x2, z2, x3, z3 = 1, 0, x1, 1
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        plus, minus = x2 + z2, x2 - z2
        aa, bb = plus * plus % P, minus * minus % P
        da, cb = (x3 - z3) * plus % P, (x3 + z3) * minus % P
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, (aa - bb) * (aa + 121665 * (aa - bb)) % P
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")
