"""Builds values of the Bot API's types from its description: all fields, each told apart by its words."""

from collections.abc import Callable
from typing import Any

from tests.telegram_spec import Spec

Leaf = Callable[[str, str], Any]
"""Gives a string for a path ("message.quote.text") and its last type and field ("TextQuote.text")."""


class Values:
    """`leaf` makes strings; numbers are 1, and nothing is true. What lies in its own kind is kept short."""

    def __init__(self, leaf: Leaf) -> None:
        self._types = Spec.find().types
        self._leaf = leaf

    def field(self, type_: str, name: str, path: str, within: tuple[str, ...] = ()) -> Any:
        """The value of one field of a type."""
        (types,) = [each["types"] for each in self._types[type_]["fields"] if each["name"] == name]
        return self._one(types[0], f"{path}.{name}", f"{type_}.{name}", within)

    def _one(self, type_: str, path: str, where: str, within: tuple[str, ...]) -> Any:
        if type_.startswith("Array of "):
            return self._array(type_.removeprefix("Array of "), path, where, within)
        if type_ in ("Integer", "Float"):
            return self._leaf(path, where) if where == "Chat.id" else 1
        if type_ == "Boolean":
            return False
        if type_ == "String":
            return self._leaf(path, where)
        subtypes = self._types[type_].get("subtypes")
        if type_ == "RichText":
            return self._leaf(path, where) if type_ in within else self._array(type_, path, where, within)
        if subtypes:
            return self._one(subtypes[0], path, where, (*within, type_))
        return self._object(type_, path, within)

    def _array(self, type_: str, path: str, where: str, within: tuple[str, ...]) -> list[Any]:
        """One of each kind that it can hold."""
        kinds = [type_]
        if type_ not in within and not type_.startswith("Array of "):
            kinds = self._types.get(type_, {}).get("subtypes") or kinds
        found = []
        for number, kind in enumerate(kinds):
            if kind != "Array of RichText":
                found.append(self._one(kind, f"{path}[{number}]", where, (*within, type_)))
        return found

    def _object(self, type_: str, path: str, within: tuple[str, ...]) -> dict[str, Any]:
        short = type_ in within
        return {
            field["name"]: self.field(type_, field["name"], path, (*within, type_))
            for field in self._types[type_]["fields"]
            if field["required"] or not short
        }
