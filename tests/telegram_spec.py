"""Checks values against the description of the Bot API in `telegram-bot-api-10.3.json`.

A line of it is a type (its fields, with ? behind the name of one that may be missing; or the types that it
can be) or a method. tests/compare_telegram.py compares it with a library's.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Self

PLACE = Path(__file__).with_name("telegram-bot-api-10.3.json")


class Spec:
    """Every check returns a list of sentences that say what is wrong, without values; none means right."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.types: dict[str, Any] = {
            name: {"subtypes": each} if isinstance(each, list) else {"fields": _fields(each)}
            for name, each in description["types"].items()
        }
        self.methods: dict[str, Any] = {
            name: {"fields": _fields(each["takes"]), "returns": each["returns"].split(" or ")}
            for name, each in description["methods"].items()
        }

    @classmethod
    @cache
    def find(cls) -> Self:
        return cls(json.loads(PLACE.read_text()))

    def update(self, update: Any) -> list[str]:
        return self.value(update, ["Update"], "update")

    def request(self, method: str, params: dict[str, Any]) -> list[str]:
        if method not in self.methods:
            return [f"{method}: no such method"]
        return self._fields(params, self.methods[method].get("fields", []), method)

    def answer(self, method: str, result: Any) -> list[str]:
        return self.value(result, self.methods[method]["returns"], f"{method} result")

    def value(self, value: Any, types: list[str], where: str) -> list[str]:
        attempts = []
        for name in types:
            attempts.append(self._one(value, name, where))
            if not attempts[-1]:
                return []
        return min(attempts, key=len)

    def _one(self, value: Any, name: str, where: str) -> list[str]:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: not an array"]
            inner = [name.removeprefix("Array of ")]
            return [e for i, item in enumerate(value) for e in self.value(item, inner, f"{where}[{i}]")]
        match name:
            case "Integer":
                right = type(value) is int
            case "Float":
                right = type(value) in (int, float)
            case "String":
                right = isinstance(value, str)
            case "Boolean":
                right = isinstance(value, bool)
            case "InputFile":
                right = True
            case _:
                return self._object(value, name, where)
        return [] if right else [f"{where}: not of type {name}"]

    def _object(self, value: Any, name: str, where: str) -> list[str]:
        described = self.types[name]
        if described.get("subtypes"):
            return self.value(value, described["subtypes"], where)
        if not isinstance(value, dict):
            return [f"{where}: not an object ({name})"]
        return self._fields(value, described.get("fields", []), where)

    def _fields(self, value: dict[str, Any], fields: list[dict[str, Any]], where: str) -> list[str]:
        known = {field["name"]: field for field in fields}
        errors = [f"{where}: unknown field {key}" for key in value if key not in known]
        missing = [key for key, field in known.items() if field["required"] and key not in value]
        errors += [f"{where}: {key} is missing" for key in missing]
        if errors:  # of a union each kind is tried: no deeper into one that it is not
            return errors
        for key, each in value.items():
            errors += self.value(each, known[key]["types"], f"{where}.{key}")
        return errors


def _fields(described: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": name.removesuffix("?"), "types": types.split(" or "), "required": not name.endswith("?")}
        for name, types in described.items()
    ]
