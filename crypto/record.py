"""Frozen records with slots, as `dataclass(frozen=True, slots=True)` makes them, for what every start loads.

The standard one imports `inspect` and compiles six methods a class, which takes longer than all that
`silbo-admin list` does (docs/adr/0082). Fields are the annotations of the class, in order.
"""

from __future__ import annotations

from collections import deque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, ClassVar, Self, dataclass_transform
else:  # `typing` is not loaded for a mark that only mypy reads

    def dataclass_transform(**_: object) -> object:
        return lambda kind: kind


@dataclass_transform(frozen_default=True)
class _Kind(type):
    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> _Kind:
        fields = tuple(namespace.get("__annotations__", ()))
        namespace["_defaults"] = {field: namespace.pop(field) for field in fields if field in namespace}
        namespace["__slots__"] = namespace["__match_args__"] = fields
        made = super().__new__(cls, name, bases, namespace)
        type.__setattr__(made, "_setters", tuple([made.__dict__[field].__set__ for field in fields]))
        return made


class Record(metaclass=_Kind):
    """Base of a record. Equal records are of one class and have equal fields; a field is set once."""

    if TYPE_CHECKING:
        __match_args__: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, Any]]
        _setters: ClassVar[tuple[Callable[[Record, Any], None], ...]]

    def __init__(self, *values: Any, **named: Any) -> None:
        setters = self._setters
        if len(values) == len(setters) and not named:  # the usual case: a long list has 10,000 of some
            for put, value in zip(setters, values, strict=True):
                put(self, value)
            return
        fields = self.__match_args__
        given = {**self._defaults, **dict(zip(fields, values, strict=False)), **named}
        twice = named.keys() & set(fields[: len(values)])
        if len(values) > len(fields) or given.keys() != set(fields) or twice:
            raise TypeError(f"{type(self).__name__} takes {', '.join(fields)}")
        for field in fields:
            object.__setattr__(self, field, given[field])

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[Any, ...]]) -> list[Self]:
        """A record a row, which has the fields in their order; set column by column, so that 10,000 take a
        fifth of the time.
        """
        columns = list(zip(*rows, strict=True))
        if not columns:
            return []
        if len(columns) != len(cls._setters):
            raise TypeError(f"{cls.__name__} takes {', '.join(cls.__match_args__)}")
        made = [cls.__new__(cls) for _ in columns[0]]
        for put, column in zip(cls._setters, columns, strict=True):
            deque(map(put, made, column), maxlen=0)
        return made

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        shown = ", ".join(f"{field}={getattr(self, field)!r}" for field in self.__match_args__)
        return f"{type(self).__name__}({shown})"

    def replaced(self, **changes: Any) -> Self:
        """The same but for these fields."""
        return type(self)(**{field: getattr(self, field) for field in self.__match_args__} | changes)

    def _values(self) -> tuple[object, ...]:
        return tuple([getattr(self, field) for field in self.__match_args__])
