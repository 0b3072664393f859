"""Records: frozen, compared by class and fields, without an attribute that is none of them."""

import pytest

from crypto.record import Record


class Point(Record):
    x: int
    y: int = 0


class Place(Record):
    x: int
    y: int = 0


def test_fields_are_given_by_place_or_name() -> None:
    assert Point(1) == Point(1, 0) == Point(x=1) == Point(y=0, x=1)
    assert Point(1).replaced(y=2) == Point(1, 2)
    assert repr(Point(1, 2)) == "Point(x=1, y=2)"


@pytest.mark.parametrize("words", [(), (1, 2, 3)])
def test_too_few_or_too_many_fields(words: tuple[int, ...]) -> None:
    with pytest.raises(TypeError, match="Point takes x, y"):
        Point(*words)


@pytest.mark.parametrize("named", [{"z": 1}, {"x": 1}])
def test_a_field_that_is_none_or_comes_twice(named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point takes x, y"):
        Point(1, **named)


def test_nothing_changes_a_record() -> None:
    point = Point(1)
    for name in ("x", "z"):
        with pytest.raises(AttributeError):
            setattr(point, name, 2)
        with pytest.raises(AttributeError):
            delattr(point, name)
    assert not hasattr(point, "__dict__")


def test_two_kinds_of_record_are_never_equal() -> None:
    assert len({Point(1), Point(1, 0), Point(1, 1), Place(1)}) == 3
    assert Point(1) != (1, 0)


def test_a_match_takes_its_fields_in_order() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_many_at_once_are_as_one_by_one() -> None:
    assert Point.of_rows([(1, 2), (3, 4)]) == [Point(1, 2), Point(3, 4)]
    assert Point.of_rows([]) == []


@pytest.mark.parametrize("rows", [[(1,)], [(1, 2, 3)], [(1, 2), (3,)]])
def test_rows_with_too_few_or_too_many_fields(rows: list[tuple[int, ...]]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Point.of_rows(rows)
