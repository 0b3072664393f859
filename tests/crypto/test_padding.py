"""Size classes: few, never too small, and never much too large."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.padding import FLOOR, padded_size

KIB = 1024


def test_the_first_classes_are_those_of_the_design() -> None:
    sizes = [padded_size(n) for n in range(0, 200 * KIB, 512)]
    assert sorted(set(sizes)) == [n * KIB for n in (16, 24, 32, 48, 64, 96, 128, 192, 256)]


@pytest.mark.parametrize("size", [16 * KIB, 24 * KIB, 32 * KIB, 48 * KIB, 16 * 2**20, 24 * 2**20])
def test_the_edge_of_a_class(size: int) -> None:
    assert padded_size(size - 1) == padded_size(size) == size
    assert padded_size(size + 1) > size


def test_a_file_that_a_bot_may_download_falls_into_one_of_22_classes() -> None:
    assert len({padded_size(n) for n in range(0, 24 * 2**20 + 1, 4 * KIB)}) == 22


@given(st.integers(0, 2**40))
def test_a_class_holds_its_sizes_and_wastes_less_than_half(n: int) -> None:
    size = padded_size(n)
    assert size >= n
    assert padded_size(size) == size
    assert size == FLOOR or 3 * n > 2 * size
    assert size % 512 == 0


def test_a_negative_size_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        padded_size(-1)
