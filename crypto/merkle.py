"""Merkle trees: one hash over a list, and short proofs that one entry is in it.

Source: RFC 6962, 2.1 (hashing) and RFC 9162, 2.1.3.2 (checking a path); drawn in docs/protocol.md, "Batches".

    leaf hash = SHA-256( 0x00 || leaf )   node = SHA-256( 0x01 || left || right )   no leaf: SHA-256( "" )

Where a level has an odd number of nodes, the last one is the parent itself: that is the RFC's tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

SIZE = 32
EMPTY = sha256().digest()

_LEAF, _NODE = b"\0", b"\1"


def leaf_hash(leaf: bytes) -> bytes:
    """The 32 bytes that stand for a leaf."""
    return sha256(_LEAF + leaf).digest()


class Tree:
    """The whole tree over these leaf hashes (32 bytes each), kept to give proofs: 64 bytes a leaf."""

    __slots__ = ("_levels", "count")

    def __init__(self, leaf_hashes: Iterable[bytes]) -> None:
        level = b"".join(leaf_hashes)
        self.count = len(level) // SIZE
        self._levels = [level]
        while len(level) > SIZE:
            level = _above(level)
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """The Merkle Tree Hash, 32 bytes."""
        return self._levels[-1] or EMPTY

    def path(self, index: int) -> bytes:
        """The proof for a leaf: the hashes beside its way, from leaf to root, 32 bytes each, joined.

        Raises IndexError if there is no such leaf.
        """
        if not 0 <= index < self.count:
            raise IndexError(index)
        hashes = []
        for level in self._levels[:-1]:
            beside = (index ^ 1) * SIZE
            hashes.append(level[beside : beside + SIZE])  # nothing beside the last one of an odd level
            index >>= 1
        return b"".join(hashes)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The Merkle Tree Hash alone, 32 bytes."""
    level = b"".join(leaf_hashes)
    while len(level) > SIZE:
        level = _above(level)
    return level or EMPTY


def check_path(leaf: bytes, index: int, count: int, path: bytes, root: bytes) -> bool:
    """Whether the leaf with this hash is number `index`, from 0, of the `count` leaves under `root`."""
    if not 0 <= index < count or len(path) % SIZE:
        return False
    node, last = leaf, count - 1
    for at in range(0, len(path), SIZE):
        beside = path[at : at + SIZE]
        if not last:
            return False
        if index & 1 or index == last:
            node = sha256(_NODE + beside + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(_NODE + node + beside).digest()
        index, last = index >> 1, last >> 1
    return not last and node == root


def _above(level: bytes) -> bytes:
    """The next level: a hash for every two, and what is left over as it is."""
    pairs = len(level) // (2 * SIZE)
    nodes = [
        sha256(_NODE + level[at : at + 2 * SIZE]).digest() for at in range(0, pairs * 2 * SIZE, 2 * SIZE)
    ]
    return b"".join(nodes) + level[pairs * 2 * SIZE :]
