"""Ed25519 (RFC 8032), verifying only, as strict as libsodium.

A point is X, Y, Z, T of the curve -x^2 + y^2 = 1 + D x^2 y^2, with x = X / Z, y = Y / Z, x y = T / Z.
"""

from hashlib import sha512

from opener.chacha20poly1305 import little
from opener.x25519 import P

Point = tuple[int, int, int, int]

ORDER_L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_M1 = pow(2, (P - 1) // 4, P)
NEUTRAL: Point = (0, 1, 1, 0)


def point_add(p: Point, q: Point) -> Point:
    """Add points of any kind; the formula has no exceptions."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(k: int, p: Point) -> Point:
    total = NEUTRAL
    for bit in f"{k:b}":
        total = point_add(total, total)
        if bit == "1":
            total = point_add(total, p)
    return total


def point_of(data: bytes) -> Point | None:
    """Return the point that 32 bytes are the one text of; None also for one of small order."""
    y, sign = little(data) & (1 << 255) - 1, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_M1 % P
    if y >= P or x * x % P != square or not x:
        return None
    x = x if x & 1 == sign else P - x
    point = x, y, 1, x * y % P
    return point if point_times(8, point)[0] else None


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Check a signature of 64 bytes under a key of 32; S is reduced, and no point of small order."""
    a, r, s = point_of(key), point_of(signature[:32]), little(signature[32:])
    if not a or not r or not BASE or s >= ORDER_L:
        return False
    k = little(sha512(signature[:32] + key + message).digest()) % ORDER_L
    x, y, z, _ = point_add(point_times(s, BASE), point_times(k, (P - a[0], a[1], 1, P - a[3])))
    return (x - r[0] * z) % P == 0 == (y - r[1] * z) % P
