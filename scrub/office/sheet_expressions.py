"""Whether the formula of a conditional format holds for a cell, as far as that can be told without reckoning:
comparisons of cells and constants, and a dozen functions. `Unknown` is raised for everything else.

Source: ISO/IEC 29500-1, 18.17 (formulas).
"""

import re
from collections.abc import Callable
from functools import lru_cache

Value = float | str | bool | None
"""Of a cell; None is an empty one."""

Look = Callable[[int, int], Value]
"""The value at a row and a column, counted from 1."""

_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"]|\"\")*\")|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<ref>\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6})(?![A-Za-z0-9_(!])|(?P<name>[A-Z]+)|(?P<sign><=|>=|<>|[=<>(),;-]))"
)
_MOST_TOKENS = 60
_REF = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")


class Unknown(Exception):
    """What a formula gives can't be told here."""


def holds(formula: str, at: tuple[int, int], base: tuple[int, int], look: Look) -> bool:
    """`at` is the cell that is asked about, `base` the one the formula is written for. Raises Unknown."""
    reader = _Reader(formula, at, base, look)
    value = reader.comparison()
    reader.end()
    return truth(value)


def value_of(formula: str, at: tuple[int, int], base: tuple[int, int], look: Look) -> Value:
    """What a formula gives. Raises Unknown."""
    reader = _Reader(formula, at, base, look)
    value = reader.comparison()
    reader.end()
    return value


def truth(value: Value) -> bool:
    """Raises Unknown for words."""
    if isinstance(value, str):
        raise Unknown
    return bool(value)


def compare(first: Value, sign: str, second: Value) -> bool:
    """As a sheet does: capitals don't count, an empty cell is 0 or no words, numbers come before words."""
    left, right = _key(first, second), _key(second, first)
    return {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        ">": left > right,
        "<=": left <= right,
        ">=": left >= right,
    }[sign]


def _key(value: Value, other: Value) -> tuple[int, float, str]:
    if isinstance(value, str):
        return 1, 0.0, value.lower()
    if isinstance(value, bool):
        return 2, float(value), ""
    if value is None:
        return (1, 0.0, "") if isinstance(other, str) else (2 if isinstance(other, bool) else 0, 0.0, "")
    return 0, value, ""


def column_of(letters: str) -> int:
    """A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=256)
def _tokens(formula: str) -> tuple[tuple[str, str], ...]:
    """Kind and text. Raises Unknown."""
    tokens: list[tuple[str, str]] = []
    text, place = formula.strip().removeprefix("=").strip(), 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or len(tokens) > _MOST_TOKENS:
            raise Unknown
        tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
        place = found.end()
    return tuple(tokens)


class _Reader:
    def __init__(self, formula: str, at: tuple[int, int], base: tuple[int, int], look: Look) -> None:
        self._at, self._base, self._look = at, base, look
        self._tokens = _tokens(formula)
        self._next = 0

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("", "")

    def _take(self) -> tuple[str, str]:
        word = self._peek()
        self._next += 1
        return word

    def end(self) -> None:
        """Raises Unknown where something is left."""
        if self._next != len(self._tokens):
            raise Unknown

    def comparison(self) -> Value:
        """One value, or two with a sign between."""
        value = self._operand()
        while self._peek()[1] in ("=", "<>", "<", ">", "<=", ">="):
            sign = self._take()[1]
            value = compare(value, sign, self._operand())
        return value

    def _operand(self) -> Value:
        kind, text = self._take()
        if kind == "string":
            return text[1:-1].replace('""', '"')
        if kind == "number":
            return float(text)
        if kind == "ref":
            return self._cell(text)
        if text == "-":
            value = self._operand()
            if isinstance(value, float):
                return -value
        elif text == "(":
            value = self.comparison()
            if self._take()[1] == ")":
                return value
        elif kind == "name" and self._peek()[1] != "(" and text in ("TRUE", "FALSE"):
            return text == "TRUE"
        elif kind == "name" and self._take()[1] == "(":
            return _call(text, self._arguments())
        raise Unknown

    def _arguments(self) -> list[Value]:
        values: list[Value] = []
        if self._peek()[1] == ")":
            self._take()
            return values
        while True:
            values.append(self.comparison())
            sign = self._take()[1]
            if sign == ")":
                return values
            if sign not in (",", ";"):
                raise Unknown

    def _cell(self, text: str) -> Value:
        found = _REF.fullmatch(text)
        if found is None:
            raise Unknown
        column, row = column_of(found[2]), int(found[4])
        row += 0 if found[3] else self._at[0] - self._base[0]
        column += 0 if found[1] else self._at[1] - self._base[1]
        return self._look(row, column)


def _call(name: str, values: list[Value]) -> Value:
    if name == "TRUE" and not values:
        return True
    if name == "FALSE" and not values:
        return False
    if name in ("AND", "OR") and values:
        return (all if name == "AND" else any)([truth(value) for value in values])
    if len(values) != 1:
        raise Unknown
    value = values[0]
    match name:
        case "NOT":
            return not truth(value)
        case "ISBLANK":
            return value is None
        case "ISTEXT":
            return isinstance(value, str) and not is_error(value)
        case "ISNUMBER":
            return isinstance(value, float)
        case "ISERROR" | "ISERR" | "ISNA":
            return isinstance(value, str) and is_error(value)
        case "LEN":
            return float(len(value)) if isinstance(value, str) else 0.0 if value is None else _unknown()
    raise Unknown


def is_error(value: str) -> bool:
    """`#N/A` and the like."""
    return re.fullmatch(r"#[A-Z/0]{2,8}[!?]?", value) is not None


def _unknown() -> float:
    raise Unknown
