"""ML-KEM-768 (FIPS 203): decapsulation.

A polynomial is a list of 256 coefficients below Q.
"""

import hmac
from hashlib import sha3_256, sha3_512, shake_128, shake_256
from operator import add, sub

from opener.chacha20poly1305 import little

Q = 3329
ORDER = [int(f"{i:07b}"[::-1], 2) for i in range(128)]
ZETAS = [pow(17, i, Q) for i in ORDER]
GAMMAS = [pow(17, 2 * i + 1, Q) for i in ORDER]


def encode(bits: int, f: list[int]) -> bytes:
    """ByteEncode: 256 numbers of `bits` bits, 32 * bits bytes."""
    return sum(c << bits * i for i, c in enumerate(f)).to_bytes(32 * bits, "little")


def decode(bits: int, data: bytes) -> list[list[int]]:
    """ByteDecode of one or more polynomials."""
    polys = []
    for at in range(0, len(data), 32 * bits):
        number = little(data[at : at + 32 * bits])
        polys.append([number >> bits * i & (1 << bits) - 1 for i in range(256)])
    return polys


def compress(bits: int, f: list[int]) -> list[int]:
    return [((c << bits) + Q // 2) // Q & (1 << bits) - 1 for c in f]


def decompress(bits: int, f: list[int]) -> list[int]:
    return [Q * c + (1 << bits - 1) >> bits for c in f]


def ntt(f: list[int]) -> list[int]:
    f, zetas = f[:], iter(ZETAS[1:])
    for size in (128, 64, 32, 16, 8, 4, 2):
        for start in range(0, 256, 2 * size):
            zeta = next(zetas)
            for i in range(start, start + size):
                t = zeta * f[i + size]
                f[i], f[i + size] = (f[i] + t) % Q, (f[i] - t) % Q
    return f


def ntt_inverse(f: list[int]) -> list[int]:
    f, zetas = f[:], reversed(ZETAS)
    for size in (2, 4, 8, 16, 32, 64, 128):
        for start in range(0, 256, 2 * size):
            zeta = next(zetas)
            for i in range(start, start + size):
                f[i], f[i + size] = (f[i] + f[i + size]) % Q, zeta * (f[i + size] - f[i]) % Q
    return [c * 3303 % Q for c in f]


def plus(f: list[int], g: list[int]) -> list[int]:
    return [c % Q for c in map(add, f, g)]


def dot(row: list[list[int]], column: list[list[int]]) -> list[int]:
    """Sum of the products of two vectors in the NTT domain."""
    total = [0] * 256
    for f, g in zip(row, column, strict=True):
        for i, gamma in enumerate(GAMMAS):
            a, b, c, d = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
            total[2 * i] += a * c + b * d % Q * gamma
            total[2 * i + 1] += a * d + b * c
    return [c % Q for c in total]


def uniform(seed: bytes) -> list[int]:
    """SampleNTT; fewer than 256 of 1024 candidates below Q, of which 832 are expected, never come."""
    return [c for poly in decode(12, shake_128(seed).digest(1536)) for c in poly if c < Q][:256]


def noise(seed: bytes, n: int) -> list[int]:
    """SamplePolyCBD with eta 2 of PRF(seed, n)."""
    bits = little(shake_256(seed + bytes([n])).digest(128))
    return [((bits >> i & 3).bit_count() - (bits >> i + 2 & 3).bit_count()) % Q for i in range(0, 1024, 4)]


class DecapsulationKey:
    """A key made of its 64-byte seed d || z."""

    def __init__(self, seed: bytes) -> None:
        both = sha3_512(seed[:32] + b"\3").digest()
        rho, sigma = both[:32], both[32:]
        self._z = seed[32:]
        self._matrix = [[uniform(rho + bytes([j, i])) for j in range(3)] for i in range(3)]
        self._s = [ntt(noise(sigma, n)) for n in range(3)]
        self._t = [plus(dot(row, self._s), ntt(noise(sigma, 3 + i))) for i, row in enumerate(self._matrix)]
        self.public = b"".join(encode(12, f) for f in self._t) + rho

    def _encrypt(self, message: bytes, coins: bytes) -> bytes:
        y = [ntt(noise(coins, n)) for n in range(3)]
        columns = [[row[i] for row in self._matrix] for i in range(3)]
        u = [plus(ntt_inverse(dot(column, y)), noise(coins, 3 + i)) for i, column in enumerate(columns)]
        v = plus(ntt_inverse(dot(self._t, y)), noise(coins, 6))
        v = plus(v, decompress(1, decode(1, message)[0]))
        return b"".join(encode(10, compress(10, f)) for f in u) + encode(4, compress(4, v))

    def decapsulate(self, sealed: bytes) -> bytes:
        """Return the 32-byte shared key of 1088 bytes; a false ciphertext gives a key nobody knows."""
        u = [ntt(decompress(10, f)) for f in decode(10, sealed[:960])]
        v = decompress(4, decode(4, sealed[960:])[0])
        masked = ntt_inverse(dot(self._s, u))
        message = encode(1, compress(1, [c % Q for c in map(sub, v, masked)]))
        key_coins = sha3_512(message + sha3_256(self.public).digest()).digest()
        if hmac.compare_digest(self._encrypt(message, key_coins[32:]), sealed):
            return key_coins[:32]
        return shake_256(self._z + sealed).digest(32)
