"""No number under five can be read off a table of counts, or worked out from its sums."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from admin.workspace.dossier.counts import LEAST, Table, table

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from((0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 30)), min_size=width, max_size=width),
        min_size=1,
        max_size=4,
    )
)


def _made(values: Sequence[Sequence[int]]) -> Table:
    rows, columns = [f"r{at}" for at in range(len(values))], [f"c{at}" for at in range(len(values[0]))]
    counts = {(rows[r], columns[c]): value for r, line in enumerate(values) for c, value in enumerate(line)}
    return table(rows, columns, counts)


def _whole(values: Sequence[Sequence[int]]) -> list[list[int]]:
    lines = [[*line, sum(line)] for line in values]
    return [*lines, [sum(line[at] for line in lines) for at in range(len(lines[0]))]]


def _equations(made: Table) -> tuple[list[tuple[int, int]], list[list[Fraction]]]:
    """What the reader of a table knows: each row and column adds up. Unknowns are the hidden places."""
    height, width = len(made.cells), len(made.cells[0])
    unknown = [(r, c) for r in range(height) for c in range(width) if made.cells[r][c] is None]
    lines = [[(r, c) for c in range(width)] for r in range(height)]
    lines += [[(r, c) for r in range(height)] for c in range(width)]
    rows = []
    for line in lines:
        row = [Fraction(0)] * (len(unknown) + 1)
        for at, place in enumerate(line):
            sign = -1 if at == len(line) - 1 else 1
            value = made.cells[place[0]][place[1]]
            if value is None:
                row[unknown.index(place)] += sign
            else:
                row[-1] -= sign * value
        rows.append(row)
    return unknown, rows


def _solved(unknown: list[tuple[int, int]], rows: list[list[Fraction]]) -> dict[tuple[int, int], Fraction]:
    """The attacker: eliminates by Gauss, and returns what is determined."""
    rank = 0
    for column in range(len(unknown)):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for r in range(len(rows)):
            if r != rank and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    found = {}
    for row in rows[:rank]:
        places = [at for at, value in enumerate(row[:-1]) if value]
        if len(places) == 1:
            found[unknown[places[0]]] = row[-1] / row[places[0]]
    return found


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_who_solves_the_sums_learns_no_number_under_five(values: list[list[int]]) -> None:
    made, whole = _made(values), _whole(values)
    for r, line in enumerate(made.cells):
        for c, shown in enumerate(line):
            assert shown is None or shown == whole[r][c] >= LEAST
    for (r, c), value in _solved(*_equations(made)).items():
        assert value == whole[r][c], "the attacker is right"
        assert value >= LEAST


@settings(max_examples=50, deadline=None)
@given(TABLES)
def test_every_small_number_could_be_five_more_with_all_that_is_shown_the_same(
    values: list[list[int]],
) -> None:
    """Also for an attacker who knows that counts are never negative: another table shows the same."""
    made, whole = _made(values), _whole(values)
    height, width = len(whole), len(whole[0])
    hidden = {(r, c) for r in range(height) for c in range(width) if made.cells[r][c] is None}

    def sign(r: int, c: int) -> int:
        return -1 if (r == height - 1) != (c == width - 1) else 1

    for r, c in hidden:
        if whole[r][c] >= LEAST:
            continue
        others = []
        for x in range(height):
            for y in range(width):
                if x != r and y != c and {(r, y), (x, c), (x, y)} <= hidden:
                    moved = [list(line) for line in whole]
                    moved[r][c] += LEAST
                    moved[r][y] -= LEAST * sign(r, c) * sign(r, y)
                    moved[x][c] -= LEAST * sign(r, c) * sign(x, c)
                    moved[x][y] += LEAST * sign(r, c) * sign(x, y)
                    inner = [line[:-1] for line in moved[:-1]]
                    if min(map(min, inner)) >= 0 and _whole(inner) == moved:
                        others.append(moved)
        assert others, (r, c)


def test_a_table_of_large_numbers_is_shown_whole() -> None:
    assert _made([[5, 6], [7, 8]]).cells == ((5, 6, 11), (7, 8, 15), (12, 14, 26))


def test_a_single_small_number_hides_no_more_than_it_must() -> None:
    made = _made([[3, 20, 30], [12, 40, 50], [70, 80, 90]])
    assert sum(cell is None for line in made.cells for cell in line) == 4
    assert made.cells[0][0] is None
