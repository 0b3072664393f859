"""Merkle trees against the published reference tree, and against the RFC's recursive words."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.merkle import SIZE, Tree, check_path, leaf_hash, root_of

# certificate-transparency, merkletree/merkle_tree_test: leaves, and the roots of the first 1, 2, ... of them.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
PATHS = {  # (index from 0, count): the published audit paths
    (0, 1): "",
    (0, 8): "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    (5, 8): "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    (2, 3): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 5): "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
}


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(leaf) for leaf in LEAVES[:count]]


def test_the_published_roots() -> None:
    for count, root in enumerate(ROOTS, start=1):
        assert Tree(hashes(count)).root.hex() == root_of(hashes(count)).hex() == root
    assert Tree([]).root == root_of([]) == sha256(b"").digest()


@pytest.mark.parametrize(("place", "path"), PATHS.items())
def test_the_published_paths(place: tuple[int, int], path: str) -> None:
    index, count = place
    tree = Tree(hashes(count))
    assert tree.path(index).hex() == path
    assert check_path(leaf_hash(LEAVES[index]), index, count, bytes.fromhex(path), tree.root)


def recursive(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if len(leaves) <= 1:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256(b"").digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + recursive(leaves[:k]) + recursive(leaves[k:])).digest()


def recursive_path(index: int, leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1.1, word by word."""
    if len(leaves) <= 1:
        return b""
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if index < k:
        return recursive_path(index, leaves[:k]) + recursive(leaves[k:])
    return recursive_path(index - k, leaves[k:]) + recursive(leaves[:k])


@pytest.mark.parametrize("count", range(1, 34))
def test_every_leaf_has_the_path_of_the_rfc_and_no_other_place_takes_it(count: int) -> None:
    leaves = [bytes([n]) for n in range(count)]
    tree = Tree(map(leaf_hash, leaves))
    assert tree.root == recursive(leaves)
    for index, leaf in enumerate(leaves):
        path = tree.path(index)
        assert path == recursive_path(index, leaves)
        taken = [at for at in range(count) if check_path(leaf_hash(leaf), at, count, path, tree.root)]
        assert taken == [index]
        assert not check_path(leaf_hash(b"other"), index, count, path, tree.root)
        assert not check_path(leaf_hash(leaf), index, count, path + bytes(SIZE), tree.root)
        assert not path or not check_path(leaf_hash(leaf), index, count, path[:-SIZE], tree.root)
        assert not path or not check_path(leaf_hash(leaf), index, count, path[:-1], tree.root)


@given(st.binary(max_size=200), st.integers(-2, 1 << 64), st.integers(-2, 1 << 64))
def test_an_arbitrary_path_is_refused(path: bytes, index: int, count: int) -> None:
    assert not check_path(leaf_hash(b"leaf"), index, count, path, bytes(SIZE))


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_path_beside_the_leaves(index: int) -> None:
    with pytest.raises(IndexError):
        Tree(hashes(3)).path(index)
