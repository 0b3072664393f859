"""ChaCha20-Poly1305 (RFC 8439) in big integers, opening only.

One integer holds the same word of the state of all blocks of a chunk, 64 bits apart, so that one addition or
shift works on all blocks at once. The upper half of each lane takes the carries and is masked away.
`QUARTERS` are the columns, then the diagonals.
"""

import hmac
import struct
from operator import add

QUARTERS = [(i, 4 + (i + k) % 4, 8 + (i + 2 * k) % 4, 12 + (i + 3 * k) % 4) for k in (0, 1) for i in range(4)]


def little(data: bytes | memoryview) -> int:
    return int.from_bytes(data, "little")


def chacha20(key: bytes, nonce: bytes, blocks: int) -> memoryview:
    """Return `blocks` * 64 bytes of key stream, counted from block 0 (key 32, nonce 12 bytes)."""
    ones = little(struct.pack("<Q", 1) * blocks)
    counter = little(struct.pack(f"<{blocks}Q", *range(blocks)))
    mask = ones * 0xFFFFFFFF
    words = struct.unpack("<16I", b"expand 32-byte k" + key + bytes(4) + nonce)
    start = [word * ones for word in words]
    start[12] = counter
    state = list(start)
    for i, j, k, m in QUARTERS * 10:
        # a and c need no mask: 40 additions stay within the free half.
        a, b, c, d = state[i], state[j], state[k], state[m]
        for x, y in ((16, 12), (8, 7)):
            a += b
            d = (d ^ a) & mask
            d = (d << x | d >> 32 - x) & mask
            c += d
            b = (b ^ c) & mask
            b = (b << y | b >> 32 - y) & mask
        state[i], state[j], state[k], state[m] = a, b, c, d
    state = [word & mask for word in map(add, state, start)]
    stream = memoryview(bytearray(64 * blocks)).cast("Q")
    for pair in range(8):
        two = state[2 * pair] | state[2 * pair + 1] << 32
        stream[pair::8] = memoryview(two.to_bytes(8 * blocks, "little")).cast("Q")
    return stream.cast("B")


def poly1305(key: bytes, message: bytes) -> bytes:
    """Return the 16-byte tag under a 32-byte one-time key of a message of whole 16-byte blocks."""
    r = little(key[:16]) & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for low, high in struct.iter_unpack("<2Q", message):
        total = (total + low + (high << 64) + (1 << 128)) * r % ((1 << 130) - 5)
    total += little(key[16:])
    return (total & (1 << 128) - 1).to_bytes(16, "little")


def aead_open(key: bytes, nonce: bytes, box: bytes) -> bytes | None:
    """Open ciphertext || 16-byte tag without associated data; None when it isn't authentic."""
    size = len(box) - 16
    if size < 0:
        return None
    sealed, tag = box[:size], box[size:]
    stream = chacha20(key, nonce, (size + 63) // 64 + 1)
    lengths = struct.pack("<2Q", 0, size)
    if not hmac.compare_digest(poly1305(bytes(stream[:32]), sealed + bytes(-size % 16) + lengths), tag):
        return None
    return (little(sealed) ^ little(stream[64 : 64 + size])).to_bytes(size, "little")
